//! genai_config.json, in which a folder of ONNX Runtime GenAI says how its graph is to be used: the format of
//! onnxruntime-genai's `src/config.h`.

use engine::{EngineError, ModelFiles, Result, Sampling};
use serde::Deserialize;

/// Its name in the folder.
pub(crate) const FILE: &str = "genai_config.json";
const GENERATION_CONFIG: &str = "generation_config.json";

/// How the graph is to be used.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The kind of model, as transformers names it.
    pub architecture: String,
    /// The graph's file.
    pub graph: String,
    pub layers: usize,
    /// Heads and their size in the cache, for graphs that leave them open.
    pub kv_heads: usize,
    pub head_size: usize,
    pub vocab: usize,
    pub context: usize,
    pub stop_tokens: Vec<u32>,
    pub sampling: Sampling,
    pub past_turns: Option<usize>,
    pub past_answers: bool,
    pub inputs: Inputs,
    pub outputs: Outputs,
}

/// Names of the graph's inputs. In those of the cache `%d` stands for the layer.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Inputs {
    pub input_ids: String,
    pub attention_mask: String,
    pub position_ids: String,
    pub past_key_names: String,
    pub past_value_names: String,
}

/// Names of the graph's outputs.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Outputs {
    pub logits: String,
    pub present_key_names: String,
    pub present_value_names: String,
}

impl Default for Inputs {
    fn default() -> Self {
        Self {
            input_ids: "input_ids".to_owned(),
            attention_mask: "attention_mask".to_owned(),
            position_ids: "position_ids".to_owned(),
            past_key_names: "past_key_values.%d.key".to_owned(),
            past_value_names: "past_key_values.%d.value".to_owned(),
        }
    }
}

impl Default for Outputs {
    fn default() -> Self {
        Self {
            logits: "logits".to_owned(),
            present_key_names: "present.%d.key".to_owned(),
            present_value_names: "present.%d.value".to_owned(),
        }
    }
}

/// A name of this layer.
pub(crate) fn of_layer(pattern: &str, layer: usize) -> String {
    pattern.replace("%d", &layer.to_string())
}

#[derive(Deserialize)]
struct Raw {
    model: RawModel,
    #[serde(default)]
    search: RawSearch,
}

#[derive(Deserialize)]
struct RawModel {
    #[serde(rename = "type")]
    kind: String,
    context_length: usize,
    vocab_size: usize,
    #[serde(default)]
    eos_token_id: Tokens,
    decoder: Option<RawDecoder>,
    // What makes it more than one graph.
    encoder: Option<serde_json::Value>,
    vision: Option<serde_json::Value>,
    speech: Option<serde_json::Value>,
    embedding: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct RawDecoder {
    filename: Option<String>,
    num_hidden_layers: usize,
    num_key_value_heads: usize,
    head_size: usize,
    #[serde(default)]
    inputs: Inputs,
    #[serde(default)]
    outputs: Outputs,
    pipeline: Option<serde_json::Value>,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Tokens {
    #[default]
    None,
    One(u32),
    Several(Vec<u32>),
}

#[derive(Default, Deserialize)]
struct RawSearch {
    do_sample: Option<bool>,
    temperature: Option<f32>,
    top_k: Option<usize>,
    top_p: Option<f32>,
    min_p: Option<f32>,
    repetition_penalty: Option<f32>,
}

/// What generation_config.json of a model by this project may say besides; that of others need not be there.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RawGeneration {
    past_turns: Option<usize>,
    past_answers: Option<bool>,
}

impl Config {
    /// Reads and checks it.
    ///
    /// # Errors
    /// The file is missing or damaged, names what makes no sense, or describes more than a decoder of text.
    pub(crate) fn read(files: &ModelFiles) -> Result<Self> {
        let raw: Raw = serde_json::from_slice(&files.read(FILE)?)
            .map_err(|error| EngineError::FileInvalid { file: FILE.to_owned(), detail: error.to_string() })?;
        let model = raw.model;
        let others = [&model.encoder, &model.vision, &model.speech, &model.embedding];
        let Some(decoder) = model.decoder.filter(|decoder| decoder.pipeline.is_none()) else {
            return Err(EngineError::UnsupportedArchitecture { found: model.kind });
        };
        if others.iter().any(|part| part.is_some()) {
            return Err(EngineError::UnsupportedArchitecture { found: model.kind });
        }
        let positive = |field: &str, value: usize, most: usize| match value {
            0 => Err(wrong(field, "is 0")),
            value if value > most => Err(wrong(field, &format!("is {value}; {most} is the most"))),
            _ => Ok(()),
        };
        positive("decoder.num_hidden_layers", decoder.num_hidden_layers, 1024)?;
        positive("decoder.num_key_value_heads", decoder.num_key_value_heads, 1 << 12)?;
        positive("decoder.head_size", decoder.head_size, 1 << 12)?;
        positive("vocab_size", model.vocab_size, 1 << 24)?;
        positive("context_length", model.context_length, 1 << 24)?;
        for pattern in [&decoder.inputs.past_key_names, &decoder.inputs.past_value_names] {
            if !pattern.contains("%d") {
                return Err(wrong(
                    "decoder.inputs",
                    &format!("names \"{pattern}\" without %d for the layer"),
                ));
            }
        }
        let stop_tokens = match model.eos_token_id {
            Tokens::None => Vec::new(),
            Tokens::One(token) => vec![token],
            Tokens::Several(tokens) => tokens,
        };
        if let Some(token) = stop_tokens.iter().find(|&&token| token as usize >= model.vocab_size) {
            return Err(wrong("eos_token_id", &format!("{token} is outside the vocabulary")));
        }
        let generation = generation(files)?;
        Ok(Self {
            architecture: architecture(&model.kind),
            graph: decoder.filename.unwrap_or_else(|| "model.onnx".to_owned()),
            layers: decoder.num_hidden_layers,
            kv_heads: decoder.num_key_value_heads,
            head_size: decoder.head_size,
            vocab: model.vocab_size,
            context: model.context_length,
            stop_tokens,
            sampling: raw.search.sampling(),
            past_turns: generation.past_turns,
            past_answers: generation.past_answers.unwrap_or(true),
            inputs: decoder.inputs,
            outputs: decoder.outputs,
        })
    }
}

impl RawSearch {
    fn sampling(&self) -> Sampling {
        let usual = Sampling::default();
        if self.do_sample == Some(false) {
            // "Not sampled" is what the builder writes where a model's maker said nothing.
            return usual;
        }
        Sampling {
            temperature: self.temperature.unwrap_or(usual.temperature),
            top_k: self.top_k.unwrap_or(usual.top_k),
            top_p: self.top_p.unwrap_or(usual.top_p),
            min_p: self.min_p.unwrap_or(usual.min_p),
            repetition_penalty: self.repetition_penalty.unwrap_or(usual.repetition_penalty),
            ..usual
        }
    }
}

fn generation(files: &ModelFiles) -> Result<RawGeneration> {
    if !files.contains(GENERATION_CONFIG) {
        return Ok(RawGeneration::default());
    }
    serde_json::from_slice(&files.read(GENERATION_CONFIG)?).map_err(|error| EngineError::FileInvalid {
        file: GENERATION_CONFIG.to_owned(),
        detail: error.to_string(),
    })
}

/// The builder's name, as config.json of the same model would say it.
fn architecture(kind: &str) -> String {
    match kind {
        "gptoss" => "gpt_oss",
        other => other,
    }
    .to_owned()
}

pub(crate) fn wrong(field: &str, detail: &str) -> EngineError {
    EngineError::ConfigInvalid { file: FILE.to_owned(), field: field.to_owned(), detail: detail.to_owned() }
}
