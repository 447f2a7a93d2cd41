//! genai_config.json, in which a folder of ONNX Runtime GenAI says what it is.

use serde::Deserialize;

#[derive(Deserialize)]
struct Config<Model> {
    model: Model,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type", deserialize_with = "named_as_in_config")]
    architecture: String,
}

/// The measures that it tells. Counts.
#[derive(Deserialize)]
pub(crate) struct Model {
    /// As config.json of the same model would say it.
    #[serde(rename = "type", deserialize_with = "named_as_in_config")]
    pub(crate) architecture: String,
    pub(crate) context_length: u64,
    pub(crate) vocab_size: u64,
    pub(crate) decoder: Decoder,
}

#[derive(Deserialize)]
pub(crate) struct Decoder {
    #[serde(default = "usual_graph")]
    pub(crate) filename: String,
    pub(crate) num_hidden_layers: u64,
    pub(crate) num_attention_heads: u64,
    pub(crate) num_key_value_heads: u64,
    pub(crate) head_size: u64,
    pub(crate) hidden_size: u64,
}

/// What kind of model it is, as config.json of the same model would say it.
pub(super) fn architecture(text: &[u8]) -> serde_json::Result<String> {
    serde_json::from_slice::<Config<Kind>>(text).map(|config| config.model.architecture)
}

/// Reads the measures.
pub(crate) fn parse(text: &[u8]) -> serde_json::Result<Model> {
    serde_json::from_slice::<Config<Model>>(text).map(|config| config.model)
}

fn usual_graph() -> String {
    "model.onnx".to_owned()
}

/// GenAI's builder has names of its own.
fn named_as_in_config<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let name = String::deserialize(from)?;
    Ok(if name == "gptoss" { "gpt_oss".to_owned() } else { name })
}
