//! The starter model: a small gpt-oss that this project trained, inside the executable, so that there is somebody to
//! talk to in the first second. `training/` makes `model/` with one command.
//!
//! This crate holds files and knows nothing of what reads them.

use engine::ModelFiles;

macro_rules! embedded {
    ($($file:literal),+ $(,)?) => { &[$(($file, include_bytes!(concat!("../model/", $file)))),+] };
}

static FILES: &[(&str, &[u8])] = embedded![
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
