//! The starter model: a small gpt-oss that this project trained, inside the executable, so that there is somebody to
//! talk to in the first second. `training/` makes `model/` with one command.
//!
//! This crate holds files and knows nothing of what reads them.

use engine::ModelFiles;

macro_rules! embedded {
    ($folder:literal: $($file:literal),+ $(,)?) => {
        &[$(($file, include_bytes!(concat!("../", $folder, "/", $file)))),+]
    };
}

static FILES: &[(&str, &[u8])] = embedded![
    "model":
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "model.safetensors",
    "self-test.json",
];

/// The files of the starter model.
#[must_use]
pub fn files() -> ModelFiles {
    ModelFiles::Memory(FILES)
}

static GPT_OSS: &[(&str, &[u8])] = embedded![
    "self-test/gpt-oss":
    "genai_config.json",
    "model.onnx",
    "model.onnx.data",
    "tokenizer.json",
    "self-test.json",
];

static DENSE: &[(&str, &[u8])] = embedded![
    "self-test/dense":
    "genai_config.json",
    "model.onnx",
    "model.onnx.data",
    "tokenizer.json",
    "self-test.json",
];

/// A gpt-oss of a few kilobytes for ONNX, with its answer to one question. `self-test/make.py` makes it.
#[must_use]
pub fn onnx_gpt_oss() -> ModelFiles {
    ModelFiles::Memory(GPT_OSS)
}

/// The same without experts, sinks or windows, and with its rotation outside of the attention.
#[must_use]
pub fn onnx_dense() -> ModelFiles {
    ModelFiles::Memory(DENSE)
}
