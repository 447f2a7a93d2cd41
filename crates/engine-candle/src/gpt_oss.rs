//! The gpt-oss transformer (model card, August 2025): attention with sinks, alternating between a window and the
//! whole context, and a mixture of experts in every layer.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use candle_core::{Device, Result as CandleResult, Tensor};
use candle_nn::ops::rms_norm;
use engine::{EngineError, Precision, Result};

use crate::awake::Awake;
use crate::cache::LayerCache;
use crate::config::Config;
use crate::int8::Int8Store;
use crate::ops::{Attention, Embedding, Experts, Head, Linear, Part, Rotary};
use crate::weights::{Bytes, Weights};

/// The weights and how they are applied.
pub(crate) struct GptOss {
    embedding: Embedding,
    layers: Vec<Layer>,
    norm: Tensor,
    lm_head: Head,
    rotary: Rotary,
    config: Config,
    precision: Precision,
}

struct Layer {
    attention_norm: Tensor,
    /// Queries, keys and values.
    input: Linear,
    output: Linear,
    sinks: Vec<f32>,
    experts_norm: Tensor,
    router: Linear,
    experts: Experts,
}

/// How far a computation has come, for the thread that waits for it and may break it off.
#[derive(Default)]
pub(crate) struct Pace {
    layers: AtomicUsize,
    broken_off: AtomicBool,
}

impl Pace {
    /// Layers done so far.
    pub(crate) fn layers(&self) -> usize {
        self.layers.load(Ordering::Relaxed)
    }

    /// The layer at hand will be the last.
    pub(crate) fn break_off(&self) {
        self.broken_off.store(true, Ordering::Relaxed);
    }

    fn layer_done(&self) -> Result<()> {
        self.layers.fetch_add(1, Ordering::Relaxed);
        if self.broken_off.load(Ordering::Relaxed) { Err(EngineError::Cancelled) } else { Ok(()) }
    }
}

impl GptOss {
    /// Finds every tensor and checks its shape. `progress` is called after each layer with the share done.
    pub(crate) fn load(
        weights: &Weights,
        int8: &mut Int8Store,
        config: Config,
        precision: Precision,
        progress: &mut dyn FnMut(usize, usize) -> Result<()>,
    ) -> Result<Self> {
        let Config { hidden, vocab, .. } = config;
        let embedding = Embedding::load(weights, "model.embed_tokens.weight", vocab, hidden)?;
        let head = if config.tied_embeddings { "model.embed_tokens.weight" } else { "lm_head.weight" };
        let head = Part { weight: head, bias: None, outputs: vocab };
        let lm_head = Head::load(weights, int8, precision, head, hidden)?;
        let norm = norm(weights, "model.norm", hidden)?;
        let total = config.windows.len();
        let mut layers = Vec::new();
        for index in 0..total {
            layers.push(Layer::load(weights, int8, index, &config, precision)?);
            progress(index + 1, total)?;
        }
        Ok(Self { embedding, layers, norm, lm_head, rotary: Rotary::new(&config), config, precision })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The experts' weights, layer by layer: nearly all that a model reads.
    pub(crate) fn experts(&self) -> impl Iterator<Item = Bytes> {
        self.layers.iter().flat_map(|layer| layer.experts.weights())
    }

    /// One empty cache for each layer.
    pub(crate) fn caches(&self) -> Vec<LayerCache> {
        let Config { kv_heads, head_dim, .. } = self.config;
        let new = |&window| LayerCache::new(window, kv_heads, head_dim, self.precision);
        self.config.windows.iter().map(new).collect()
    }

    /// Computes `tokens`, which follow what the caches hold, and gives the logits of the rows from `from` on,
    /// [tokens - from, vocabulary]; `None` where no row is asked for. On an error the caches may hold a part; one of
    /// them is [`EngineError::Cancelled`], where it was broken off.
    pub(crate) fn forward(
        &self,
        tokens: &[u32],
        caches: &mut [LayerCache],
        from: usize,
        pace: &Pace,
    ) -> Result<Option<Tensor>> {
        let first = caches.first().map_or(0, LayerCache::end);
        // Where there are many, products take so long that waking is nothing.
        let _awake = if tokens.len() == 1 { Awake::keep() } else { None };
        let mut x = self.embedding.forward(tokens).map_err(backend)?;
        for (layer, cache) in self.layers.iter().zip(caches) {
            x = layer.forward(&x, cache, first, self)?;
            pace.layer_done()?;
        }
        if from >= tokens.len() {
            return Ok(None);
        }
        self.logits(&x, from).map(Some).map_err(backend)
    }

    fn logits(&self, x: &Tensor, from: usize) -> CandleResult<Tensor> {
        let rows = x.narrow(0, from, x.dim(0)? - from)?.contiguous()?;
        self.lm_head.forward(&self.normed(&rows, &self.norm)?)
    }

    fn normed(&self, x: &Tensor, weight: &Tensor) -> CandleResult<Tensor> {
        rms_norm(x, weight, self.config.rms_norm_eps as f32)
    }
}

impl Layer {
    fn load(
        weights: &Weights,
        int8: &mut Int8Store,
        index: usize,
        config: &Config,
        precision: Precision,
    ) -> Result<Self> {
        let Config { hidden, heads, kv_heads, head_dim, .. } = *config;
        let name = format!("model.layers.{index}");
        let mut attention = |as_name: &str, parts: &[(&str, usize)], inputs| {
            let names: Vec<(String, String, usize)> = parts
                .iter()
                .map(|(part, outputs)| (format!("{name}.self_attn.{part}"), outputs))
                .map(|(part, outputs)| (format!("{part}.weight"), format!("{part}.bias"), *outputs))
                .collect();
            let parts: Vec<Part> = names
                .iter()
                .map(|(weight, bias, outputs)| Part { weight, bias: Some(bias), outputs: *outputs })
                .collect();
            Linear::load(weights, int8, precision, &format!("{name}.{as_name}"), &parts, inputs)
        };
        let input =
            [("q_proj", heads * head_dim), ("k_proj", kv_heads * head_dim), ("v_proj", kv_heads * head_dim)];
        let (router, router_bias) = (format!("{name}.mlp.router.weight"), format!("{name}.mlp.router.bias"));
        let router = [Part { weight: &router, bias: Some(&router_bias), outputs: config.experts }];
        Ok(Self {
            attention_norm: norm(weights, &format!("{name}.input_layernorm"), hidden)?,
            input: attention("attention_input", &input, hidden)?,
            output: attention("attention_output", &[("o_proj", hidden)], heads * head_dim)?,
            sinks: weights.values(&format!("{name}.self_attn.sinks"), &[heads])?,
            experts_norm: norm(weights, &format!("{name}.post_attention_layernorm"), hidden)?,
            router: Linear::exact(weights, &router, hidden)?,
            experts: Experts::load(weights, &format!("{name}.mlp.experts"), config, precision)?,
        })
    }

    fn forward(&self, x: &Tensor, cache: &mut LayerCache, first: usize, model: &GptOss) -> Result<Tensor> {
        let (query, key, value) = self.project(x, first, model).map_err(backend)?;
        cache.append(&key, &value)?;
        self.attend(x, &query, cache, model).map_err(backend)
    }

    fn project(
        &self,
        x: &Tensor,
        first: usize,
        model: &GptOss,
    ) -> CandleResult<(Tensor, Vec<f32>, Vec<f32>)> {
        let x = self.input.forward(&model.normed(x, &self.attention_norm)?)?;
        let Config { heads, kv_heads, head_dim, .. } = model.config;
        let (queries, keys) = (heads * head_dim, kv_heads * head_dim);
        let columns = |from, count| x.narrow(1, from, count)?.contiguous();
        let rotary = model.rotary.at(first);
        let query = columns(0, queries)?.apply_op1_no_bwd(&rotary)?;
        let key = columns(queries, keys)?.apply_op1_no_bwd(&rotary)?;
        let value = columns(queries + keys, keys)?;
        Ok((query, key.flatten_all()?.to_vec1()?, value.flatten_all()?.to_vec1()?))
    }

    fn attend(&self, x: &Tensor, query: &Tensor, cache: &LayerCache, model: &GptOss) -> CandleResult<Tensor> {
        let Config { kv_heads, head_dim, .. } = *model.config();
        let attention = Attention { cache, sinks: &self.sinks, kv_heads, head_dim };
        let x = (x + self.output.forward(&query.apply_op1_no_bwd(&attention)?)?)?;
        let normed = model.normed(&x, &self.experts_norm)?;
        let experts = normed.apply_op2_no_bwd(&self.router.forward(&normed)?, &self.experts)?;
        x + experts
    }
}

fn norm(weights: &Weights, name: &str, width: usize) -> Result<Tensor> {
    let values = weights.values(&format!("{name}.weight"), &[width])?;
    Tensor::from_vec(values, width, &Device::Cpu).map_err(backend)
}

/// What candle reports, in its own words; nothing in a checkpoint that passed the checks should bring it about.
pub(crate) fn backend(error: candle_core::Error) -> EngineError {
    EngineError::Backend { detail: error.to_string() }
}
