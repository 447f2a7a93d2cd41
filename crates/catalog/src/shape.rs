//! What a model needs, computed from its config.json.

use serde::Deserialize;

/// The measures of a gpt-oss model, as config.json names them. Counts of elements.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Shape {
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

/// A config.json that tells no measures.
#[derive(Debug, thiserror::Error)]
pub enum ShapeError {
    /// It is not one of gpt-oss.
    #[error("no measures of a gpt-oss model: {0}")]
    Invalid(#[from] serde_json::Error),
    /// It is of another kind.
    #[error("a model of the kind {0}")]
    Unknown(String),
    /// Its numbers cannot be.
    #[error("impossible measures")]
    Impossible,
}

/// Bytes of a value that is kept in BF16.
const BF16: u64 = 2;
/// More than any model has of anything; so that no product below overflows.
const MOST: u64 = 1 << 20;

#[derive(Deserialize)]
struct Kind {
    model_type: String,
}

impl Shape {
    /// Reads a config.json.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn parse(config: &str) -> Result<Self, ShapeError> {
        let kind: Kind = serde_json::from_str(config)?;
        if kind.model_type != "gpt_oss" {
            return Err(ShapeError::Unknown(kind.model_type));
        }
        // Published files hold the same count under two names, which serde would take for a repetition.
        let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(config)?;
        if fields.contains_key("num_experts_per_tok") {
            fields.remove("experts_per_token");
        }
        let shape: Self = serde_json::from_value(fields.into())?;
        if shape.is_possible() { Ok(shape) } else { Err(ShapeError::Impossible) }
    }

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

    /// Tokens that the model can follow.
    #[must_use]
    pub fn context(&self) -> u64 {
        self.max_position_embeddings
    }

    /// Bytes of all weights as they are published: experts in MXFP4, the rest in BF16.
    #[must_use]
    pub fn weight_bytes(&self) -> u64 {
        let embeddings =
            self.vocab_size * self.hidden_size * BF16 * if self.tie_word_embeddings { 1 } else { 2 };
        let layer = self.attention_bytes() + self.num_local_experts * self.expert_bytes();
        embeddings + self.num_hidden_layers * layer + self.hidden_size * BF16
    }

    /// Bytes of weights that are read to write one token: everything but the experts that are not chosen and the
    /// embeddings of other tokens.
    #[must_use]
    pub fn bytes_per_token(&self) -> u64 {
        let layer = self.attention_bytes() + self.num_experts_per_tok * self.expert_bytes();
        self.num_hidden_layers * layer + (self.vocab_size + 2) * self.hidden_size * BF16
    }

    /// Share of the weights that one token uses, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss)]
    pub fn active_share(&self) -> f64 {
        self.bytes_per_token() as f64 / self.weight_bytes() as f64
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

    /// Bytes of keys and values for a conversation of `tokens`, at `value_bytes` each. Layers with a sliding window
    /// keep two windows.
    #[must_use]
    pub fn cache_bytes(&self, tokens: u64, value_bytes: u64) -> u64 {
        let sliding = self.sliding_layers();
        let full = self.num_hidden_layers - sliding;
        let positions = full * tokens + sliding * tokens.min(2 * self.sliding_window);
        positions * 2 * self.num_key_value_heads * self.head_dim * value_bytes
    }

    /// As config.json lists them; every other one where it does not.
    fn sliding_layers(&self) -> u64 {
        if self.layer_types.is_empty() {
            return self.num_hidden_layers.div_ceil(2);
        }
        let sliding = self.layer_types.iter().filter(|kind| *kind == "sliding_attention").count();
        u64::try_from(sliding).unwrap_or(0).min(self.num_hidden_layers)
    }

    /// Bytes of what is in flight while `chunk` tokens are read at once, in float32: the stream and its sum, queries
    /// and the result of attention, what the chosen experts compute, and the logits of the last.
    #[must_use]
    pub fn working_bytes(&self, chunk: u64) -> u64 {
        let attention =
            self.num_attention_heads * self.head_dim * 2 + self.num_key_value_heads * self.head_dim * 2;
        let experts = self.num_experts_per_tok * (3 * self.intermediate_size + self.hidden_size);
        (chunk * (4 * self.hidden_size + attention + experts) + self.vocab_size) * 4
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
