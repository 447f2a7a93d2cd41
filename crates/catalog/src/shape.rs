//! What a model needs, computed from what its files say of it.

use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::examine::{genai, onnx};

/// The measures of a model. Counts of elements and bytes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct Shape {
    architecture: String,
    context: u64,
    weight_bytes: u64,
    bytes_per_token: u64,
    /// Layers that keep every token, and those that keep windows.
    full_layers: u64,
    sliding_layers: u64,
    window: u64,
    /// Keys and values of one token in one layer.
    cached_values: u64,
    /// Values in flight for each token that is read at once, and beside them.
    working_values: u64,
    other_working_values: u64,
}

/// Files that tell no measures.
#[derive(Debug, thiserror::Error)]
pub enum ShapeError {
    /// The description of the model is none.
    #[error("no measures of a model: {0}")]
    Invalid(#[from] serde_json::Error),
    /// It is of another kind.
    #[error("a model of the kind {0}")]
    Unknown(String),
    /// Its numbers cannot be.
    #[error("impossible measures")]
    Impossible,
    /// The graph cannot be read.
    #[error("{file}: {source}")]
    Graph {
        /// The graph, as it is named in the model's folder.
        file: String,
        /// Why.
        source: io::Error,
    },
}

/// Bytes of a value that is kept in BF16.
const BF16: u64 = 2;
/// More than any model has of anything; so that no product below overflows.
const MOST: u64 = 1 << 20;

impl Shape {
    /// Reads the config.json of a gpt-oss checkpoint.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn parse(config: &str) -> Result<Self, ShapeError> {
        Self::try_from(serde_json::from_str::<serde_json::Value>(config)?)
    }

    /// Reads the genai_config.json of a folder of ONNX Runtime GenAI, and which weights its graph names.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn of_genai(folder: &Path, config: &[u8]) -> Result<Self, ShapeError> {
        let genai::Model { architecture, context_length, vocab_size, decoder } = genai::parse(config)?;
        let heads = [decoder.num_attention_heads, decoder.num_key_value_heads, decoder.head_size];
        let others = [decoder.num_hidden_layers, decoder.hidden_size, vocab_size];
        if !heads.iter().chain(&others).all(|count| (1..MOST).contains(count)) {
            return Err(ShapeError::Impossible);
        }
        let weights = onnx::weights(&folder.join(&decoder.filename))
            .map_err(|source| ShapeError::Graph { file: decoder.filename, source })?;
        let (query, key) = (heads[0] * heads[2], heads[1] * heads[2]);
        Ok(Self {
            architecture,
            context: context_length,
            weight_bytes: weights.all,
            bytes_per_token: weights.per_token,
            // The engine keeps every token, in a window too.
            full_layers: decoder.num_hidden_layers,
            sliding_layers: 0,
            window: 0,
            cached_values: 2 * key,
            // The inner layer, which the folder does not tell, is seldom wider than four times the stream; its gate is
            // as wide again.
            working_values: (4 + 3 * 4) * decoder.hidden_size + 2 * query + 2 * key,
            other_working_values: vocab_size,
        })
    }

    /// `model_type` of its config.json.
    #[must_use]
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// Tokens that the model can follow.
    #[must_use]
    pub fn context(&self) -> u64 {
        self.context
    }

    /// Bytes of all weights; of a checkpoint as it is published, experts in MXFP4 and the rest in BF16.
    #[must_use]
    pub fn weight_bytes(&self) -> u64 {
        self.weight_bytes
    }

    /// Bytes of weights that are read to write one token: everything but the experts that are not chosen and the
    /// embeddings of other tokens.
    #[must_use]
    pub fn bytes_per_token(&self) -> u64 {
        self.bytes_per_token
    }

    /// Share of the weights that one token uses, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss)]
    pub fn active_share(&self) -> f64 {
        self.bytes_per_token as f64 / self.weight_bytes as f64
    }

    /// Bytes of keys and values for a conversation of `tokens`, at `value_bytes` each. Layers with a sliding window
    /// keep two windows.
    #[must_use]
    pub fn cache_bytes(&self, tokens: u64, value_bytes: u64) -> u64 {
        let positions = self.full_layers * tokens + self.sliding_layers * tokens.min(2 * self.window);
        positions * self.cached_values * value_bytes
    }

    /// Bytes of what is in flight while `chunk` tokens are read at once, in float32: the stream and its sum, queries
    /// and the result of attention, what the chosen experts compute, and the logits of the last.
    #[must_use]
    pub fn working_bytes(&self, chunk: u64) -> u64 {
        (chunk * self.working_values + self.other_working_values) * 4
    }
}

impl TryFrom<serde_json::Value> for Shape {
    type Error = ShapeError;

    fn try_from(config: serde_json::Value) -> Result<Self, ShapeError> {
        let kind = Kind::deserialize(&config)?;
        if kind.model_type != "gpt_oss" {
            return Err(ShapeError::Unknown(kind.model_type));
        }
        let mut config = config;
        // Published files hold the same count under two names, which serde would take for a repetition.
        if let Some(fields) = config.as_object_mut().filter(|f| f.contains_key("num_experts_per_tok")) {
            fields.remove("experts_per_token");
        }
        let config: GptOss = serde_json::from_value(config)?;
        if config.is_possible() { Ok(config.shape()) } else { Err(ShapeError::Impossible) }
    }
}

#[derive(Deserialize)]
struct Kind {
    model_type: String,
}

/// What the config.json of gpt-oss says.
#[derive(Deserialize)]
struct GptOss {
    model_type: String,
    num_hidden_layers: u64,
    hidden_size: u64,
    intermediate_size: u64,
    num_attention_heads: u64,
    num_key_value_heads: u64,
    head_dim: u64,
    num_local_experts: u64,
    #[serde(alias = "experts_per_token")]
    num_experts_per_tok: u64,
    vocab_size: u64,
    sliding_window: u64,
    max_position_embeddings: u64,
    #[serde(default)]
    tie_word_embeddings: bool,
    #[serde(default)]
    layer_types: Vec<String>,
}

impl GptOss {
    fn is_possible(&self) -> bool {
        let counts = [
            self.num_hidden_layers,
            self.hidden_size,
            self.intermediate_size,
            self.num_attention_heads,
            self.num_key_value_heads,
            self.head_dim,
            self.num_local_experts,
            self.num_experts_per_tok,
            self.vocab_size,
        ];
        counts.iter().all(|count| (1..MOST).contains(count))
            && self.num_experts_per_tok <= self.num_local_experts
    }

    fn shape(self) -> Shape {
        let (query, key) =
            (self.num_attention_heads * self.head_dim, self.num_key_value_heads * self.head_dim);
        let sliding = self.sliding_layers();
        let embeddings =
            self.vocab_size * self.hidden_size * BF16 * if self.tie_word_embeddings { 1 } else { 2 };
        let layer = |experts: u64| self.attention_bytes() + experts * self.expert_bytes();
        let experts = self.num_experts_per_tok * (3 * self.intermediate_size + self.hidden_size);
        Shape {
            context: self.max_position_embeddings,
            weight_bytes: embeddings
                + self.num_hidden_layers * layer(self.num_local_experts)
                + self.hidden_size * BF16,
            bytes_per_token: self.num_hidden_layers * layer(self.num_experts_per_tok)
                + (self.vocab_size + 2) * self.hidden_size * BF16,
            full_layers: self.num_hidden_layers - sliding,
            sliding_layers: sliding,
            window: self.sliding_window,
            cached_values: 2 * key,
            working_values: 4 * self.hidden_size + 2 * query + 2 * key + experts,
            other_working_values: self.vocab_size,
            architecture: self.model_type,
        }
    }

    /// Attention, router and norms of one layer, with biases and sinks.
    fn attention_bytes(&self) -> u64 {
        let (query, key) =
            (self.num_attention_heads * self.head_dim, self.num_key_value_heads * self.head_dim);
        let matrices = 2 * query * self.hidden_size + 2 * key * self.hidden_size;
        let biases = query + 2 * key + self.hidden_size + self.num_attention_heads + 2 * self.hidden_size;
        let router = self.num_local_experts * (self.hidden_size + 1);
        (matrices + biases + router) * BF16
    }

    /// One expert: blocks of 32 values of four bits share a scale of eight (OCP Microscaling Formats 1.0).
    fn expert_bytes(&self) -> u64 {
        let values = 3 * self.intermediate_size * self.hidden_size;
        values / 2 + values / 32 + (2 * self.intermediate_size + self.hidden_size) * BF16
    }

    /// As config.json lists them; every other one where it does not.
    fn sliding_layers(&self) -> u64 {
        if self.layer_types.is_empty() {
            return self.num_hidden_layers.div_ceil(2);
        }
        let sliding = self.layer_types.iter().filter(|kind| *kind == "sliding_attention").count();
        u64::try_from(sliding).unwrap_or(0).min(self.num_hidden_layers)
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, ShapeError};
    use crate::find;

    fn shape(id: &str) -> Shape {
        find(id).unwrap().shape().unwrap().clone()
    }

    /// The published sizes of both checkpoints, in bytes of tensors.
    #[test]
    fn the_weights_of_gpt_oss_are_counted_to_the_byte() {
        assert_eq!(shape("gpt-oss-20b").weight_bytes(), 13_761_264_768);
        assert_eq!(shape("gpt-oss-120b").weight_bytes(), 65_248_815_744);
    }

    #[test]
    fn a_token_reads_what_it_uses() {
        let gigabytes = |id: &str| shape(id).bytes_per_token() as f64 / 1e9;
        assert!((gigabytes("gpt-oss-20b") - 3.708).abs() < 0.001, "{}", gigabytes("gpt-oss-20b"));
        assert!((gigabytes("gpt-oss-120b") - 5.003).abs() < 0.001, "{}", gigabytes("gpt-oss-120b"));
    }

    #[test]
    fn the_cache_of_a_full_layer_grows_and_that_of_a_window_does_not() {
        let model = shape("gpt-oss-20b");
        // 12 full layers of 8 heads of 64, keys and values, in half precision.
        assert_eq!(model.cache_bytes(8192, 2) - model.cache_bytes(4096, 2), 4096 * 24_576);
    }

    #[test]
    fn what_is_not_gpt_oss_is_refused() {
        assert!(
            matches!(Shape::parse(r#"{"model_type": "llama"}"#), Err(ShapeError::Unknown(kind)) if kind == "llama")
        );
        assert!(matches!(Shape::parse("{}"), Err(ShapeError::Invalid(_))));
        let config = r#"{"model_type": "gpt_oss", "num_hidden_layers": 24, "hidden_size": 99999999999, "intermediate_size": 1,
            "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 1, "num_local_experts": 1,
            "num_experts_per_tok": 1, "experts_per_token": 1, "vocab_size": 1, "sliding_window": 1,
            "max_position_embeddings": 1}"#;
        assert!(matches!(Shape::parse(config), Err(ShapeError::Impossible)));
    }
}
