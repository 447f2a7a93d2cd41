//! config.json and generation_config.json of a gpt-oss checkpoint, checked before any weight is looked at.

use engine::{EngineError, ModelFiles, Result, Sampling};
use serde::Deserialize;
use serde::de::DeserializeOwned;

const CONFIG: &str = "config.json";
const GENERATION_CONFIG: &str = "generation_config.json";

/// Values of an MXFP4 block that share one scale (OCP Microscaling Formats 1.0, section 5.2).
pub(crate) const BLOCK: usize = 32;

/// The shape of a gpt-oss model. Sizes are counts of elements.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub hidden: usize,
    pub intermediate: usize,
    /// For each layer, the window it looks through; `None` is everything.
    pub windows: Vec<Option<usize>>,
    pub heads: usize,
    pub kv_heads: usize,
    pub head_dim: usize,
    pub experts: usize,
    pub experts_per_token: usize,
    pub vocab: usize,
    pub context: usize,
    pub rms_norm_eps: f64,
    pub swiglu_limit: f32,
    pub rope_theta: f64,
    pub yarn: Option<Yarn>,
    pub tied_embeddings: bool,
    pub stop_tokens: Vec<u32>,
    pub sampling: Sampling,
    pub past_turns: Option<usize>,
    pub past_answers: bool,
}

/// Parameters of YaRN (Peng et al. 2023), named as in config.json.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Yarn {
    pub factor: f64,
    pub original_max_position_embeddings: f64,
    #[serde(default = "Yarn::beta_fast")]
    pub beta_fast: f64,
    #[serde(default = "Yarn::beta_slow")]
    pub beta_slow: f64,
    #[serde(default = "Yarn::truncate")]
    pub truncate: bool,
    pub attention_factor: Option<f64>,
}

impl Yarn {
    // The values that transformers takes where config.json is silent.
    fn beta_fast() -> f64 {
        32.0
    }
    fn beta_slow() -> f64 {
        1.0
    }
    fn truncate() -> bool {
        true
    }
}

#[derive(Deserialize)]
struct Architecture {
    model_type: Option<String>,
}

#[derive(Deserialize)]
struct RawConfig {
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: usize,
    head_dim: Option<usize>,
    num_local_experts: usize,
    // The published files have both; older and newer ones have either.
    num_experts_per_tok: Option<usize>,
    experts_per_token: Option<usize>,
    vocab_size: usize,
    max_position_embeddings: usize,
    sliding_window: Option<usize>,
    layer_types: Option<Vec<LayerType>>,
    rms_norm_eps: f64,
    #[serde(default = "default_swiglu_limit")]
    swiglu_limit: f32,
    rope_theta: Option<f64>,
    // The name that transformers gave it before version 5, and since.
    rope_scaling: Option<RopeScaling>,
    rope_parameters: Option<RopeScaling>,
    #[serde(default)]
    tie_word_embeddings: bool,
    eos_token_id: Option<OneOrMany>,
}

/// The limit of the published models, which older configurations leave unsaid.
fn default_swiglu_limit() -> f32 {
    7.0
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LayerType {
    SlidingAttention,
    FullAttention,
}

#[derive(Deserialize)]
struct RopeScaling {
    rope_type: Option<String>,
    rope_theta: Option<f64>,
    #[serde(flatten)]
    rest: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(u32),
    Many(Vec<u32>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<u32> {
        match self {
            Self::One(id) => vec![id],
            Self::Many(ids) => ids,
        }
    }
}

#[derive(Default, Deserialize)]
struct GenerationConfig {
    /// Ours: how many past exchanges a model follows that is too small to follow more.
    past_turns: Option<usize>,
    past_answers: Option<bool>,
    eos_token_id: Option<OneOrMany>,
    temperature: Option<f32>,
    top_p: Option<f32>,
    top_k: Option<usize>,
    min_p: Option<f32>,
    repetition_penalty: Option<f32>,
}

impl GenerationConfig {
    fn read(files: &ModelFiles) -> Result<Self> {
        if files.contains(GENERATION_CONFIG) { parse(files, GENERATION_CONFIG) } else { Ok(Self::default()) }
    }

    fn sampling(&self) -> Sampling {
        let neutral = Sampling::default();
        Sampling {
            temperature: self.temperature.unwrap_or(neutral.temperature),
            top_p: self.top_p.unwrap_or(neutral.top_p),
            top_k: self.top_k.unwrap_or(neutral.top_k),
            min_p: self.min_p.unwrap_or(neutral.min_p),
            repetition_penalty: self.repetition_penalty.unwrap_or(neutral.repetition_penalty),
            ..neutral
        }
    }
}

impl Config {
    /// Reads and checks the configuration. The sizes are believed only as far as they are used in arithmetic: each
    /// is compared with a tensor's shape when the weights are read, before memory is taken for it.
    pub(crate) fn read(files: &ModelFiles) -> Result<Self> {
        let architecture: Architecture = parse(files, CONFIG)?;
        match architecture.model_type.as_deref() {
            Some("gpt_oss") => Self::check(parse(files, CONFIG)?, GenerationConfig::read(files)?),
            other => Err(EngineError::UnsupportedArchitecture { found: other.unwrap_or("?").to_owned() }),
        }
    }

    fn check(raw: RawConfig, generation: GenerationConfig) -> Result<Self> {
        let sizes = [
            ("hidden_size", raw.hidden_size),
            ("intermediate_size", raw.intermediate_size),
            ("num_hidden_layers", raw.num_hidden_layers),
            ("num_attention_heads", raw.num_attention_heads),
            ("num_key_value_heads", raw.num_key_value_heads),
            ("num_local_experts", raw.num_local_experts),
            ("vocab_size", raw.vocab_size),
            ("max_position_embeddings", raw.max_position_embeddings),
        ];
        for (field, size) in sizes {
            // u32 is what token ids, layer numbers and positions are counted in; it also keeps products in range.
            if size == 0 || u32::try_from(size).is_err() {
                return Err(invalid(field, format!("is {size}")));
            }
        }
        let head_dim = raw.head_dim.unwrap_or(raw.hidden_size / raw.num_attention_heads);
        if head_dim == 0 || !head_dim.is_multiple_of(2) || head_dim > 1 << 16 {
            return Err(invalid("head_dim", format!("is {head_dim}; an even number is needed")));
        }
        if !raw.num_attention_heads.is_multiple_of(raw.num_key_value_heads) {
            let detail = format!("is {}, which does not share out", raw.num_key_value_heads);
            return Err(invalid("num_key_value_heads", detail));
        }
        for (field, size) in [("hidden_size", raw.hidden_size), ("intermediate_size", raw.intermediate_size)]
        {
            if !size.is_multiple_of(BLOCK) {
                return Err(invalid(field, format!("is {size}, no multiple of {BLOCK}")));
            }
        }
        let experts_per_token = raw
            .num_experts_per_tok
            .or(raw.experts_per_token)
            .filter(|k| (1..=raw.num_local_experts).contains(k))
            .ok_or_else(|| {
                invalid("num_experts_per_tok", "is not between 1 and num_local_experts".to_owned())
            })?;
        if !(raw.rms_norm_eps.is_finite() && raw.rms_norm_eps > 0.0) {
            return Err(invalid("rms_norm_eps", format!("is {}", raw.rms_norm_eps)));
        }
        if raw.swiglu_limit.is_nan() || raw.swiglu_limit <= 0.0 {
            return Err(invalid("swiglu_limit", format!("is {}", raw.swiglu_limit)));
        }
        let windows = windows(&raw)?;
        let (rope_theta, yarn) = rope(raw.rope_theta, raw.rope_scaling.or(raw.rope_parameters))?;
        let sampling = generation.sampling();
        let stop_tokens =
            generation.eos_token_id.or(raw.eos_token_id).map_or_else(Vec::new, OneOrMany::into_vec);
        Ok(Self {
            hidden: raw.hidden_size,
            intermediate: raw.intermediate_size,
            windows,
            heads: raw.num_attention_heads,
            kv_heads: raw.num_key_value_heads,
            head_dim,
            experts: raw.num_local_experts,
            experts_per_token,
            vocab: raw.vocab_size,
            context: raw.max_position_embeddings,
            rms_norm_eps: raw.rms_norm_eps,
            swiglu_limit: raw.swiglu_limit,
            rope_theta,
            yarn,
            tied_embeddings: raw.tie_word_embeddings,
            stop_tokens,
            sampling,
            past_turns: generation.past_turns,
            past_answers: generation.past_answers.unwrap_or(true),
        })
    }
}

/// The window of each layer. Where config.json is silent, every other layer slides, beginning with the first.
fn windows(raw: &RawConfig) -> Result<Vec<Option<usize>>> {
    let sliding: Vec<bool> = match &raw.layer_types {
        Some(types) if types.len() != raw.num_hidden_layers => {
            let detail = format!("has {} entries for {} layers", types.len(), raw.num_hidden_layers);
            return Err(invalid("layer_types", detail));
        }
        Some(types) => types.iter().map(|&t| t == LayerType::SlidingAttention).collect(),
        None if raw.num_hidden_layers > 1 << 16 => {
            return Err(invalid("num_hidden_layers", format!("is {}", raw.num_hidden_layers)));
        }
        None => (0..raw.num_hidden_layers).map(|layer| layer % 2 == 0).collect(),
    };
    let window = match raw.sliding_window {
        Some(window) if window > 0 => Some(window),
        _ if sliding.contains(&true) => return Err(invalid("sliding_window", "is missing".to_owned())),
        _ => None,
    };
    Ok(sliding.into_iter().map(|slides| window.filter(|_| slides)).collect())
}

fn rope(theta: Option<f64>, scaling: Option<RopeScaling>) -> Result<(f64, Option<Yarn>)> {
    let positive = |value: f64| value.is_finite() && value > 0.0;
    let theta = theta
        .or(scaling.as_ref().and_then(|s| s.rope_theta))
        .filter(|&t| positive(t) && t != 1.0)
        .ok_or_else(|| invalid("rope_theta", "is missing or makes no sense".to_owned()))?;
    let Some(scaling) = scaling else { return Ok((theta, None)) };
    match scaling.rope_type.as_deref() {
        None | Some("default") => Ok((theta, None)),
        Some("yarn") => {
            let yarn: Yarn =
                serde_json::from_value(scaling.rest).map_err(|e| invalid("rope_scaling", e.to_string()))?;
            let original = yarn.original_max_position_embeddings;
            let numbers = [yarn.factor, original, yarn.beta_fast, yarn.beta_slow];
            if !numbers.into_iter().chain(yarn.attention_factor).all(positive) {
                return Err(invalid("rope_scaling", "has a number that makes no sense".to_owned()));
            }
            Ok((theta, Some(yarn)))
        }
        Some(other) => Err(invalid("rope_scaling", format!("is of the unknown kind \"{other}\""))),
    }
}

fn parse<T: DeserializeOwned>(files: &ModelFiles, file: &str) -> Result<T> {
    serde_json::from_slice(&files.read(file)?)
        .map_err(|e| EngineError::FileInvalid { file: file.to_owned(), detail: e.to_string() })
}

fn invalid(field: &str, detail: String) -> EngineError {
    EngineError::ConfigInvalid { file: CONFIG.to_owned(), field: field.to_owned(), detail }
}
