//! The models, the library, and what is expected.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use engine::{
    Control, Engine, EngineError, Event, Generation, LoadOptions, Model, ModelFiles, Sampling, log_softmax,
};
use engine_onnx::OnnxEngine;
use safetensors::SafeTensors;

/// The folder of a model.
pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/onnx").join(name)
}

/// The library that `cargo xtask onnxruntime` puts beside the programs; tests are one folder below them.
pub(crate) fn library() -> PathBuf {
    let beside = || {
        let programs = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_owned();
        engine_onnx::library_in(&programs.join("onnxruntime"))
    };
    let library = engine_onnx::library().unwrap_or_else(beside);
    assert!(library.is_file(), "there is no {}: `cargo xtask onnxruntime` brings it", library.display());
    library
}

/// The engine with that library.
pub(crate) fn engine() -> OnnxEngine {
    OnnxEngine::new(Some(library()))
}

pub(crate) fn load_from(folder: &Path, options: &LoadOptions) -> Result<Box<dyn Model>, EngineError> {
    engine().load(&ModelFiles::Folder(folder.to_owned()), options, &mut |_| ControlFlow::Continue(()))
}

pub(crate) fn load(name: &str, options: &LoadOptions) -> Box<dyn Model> {
    load_from(&folder(name), options).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What `make.py` wrote beside a model.
pub(crate) struct Expected {
    /// The prompt.
    pub tokens: Vec<u32>,
    /// The first position of which log-probabilities are known.
    pub first: usize,
    /// What transformers computes in float32.
    pub logprobs: Vec<Vec<f32>>,
    /// What ONNX Runtime GenAI says to the prompt on the processor.
    pub greedy: Vec<u32>,
}

pub(crate) fn expected(name: &str) -> Expected {
    let bytes = std::fs::read(folder(name).join("expected.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let integers = |name: &str| -> Vec<u32> {
        let Ok(tensor) = file.tensor(name) else { return Vec::new() };
        let numbers = tensor.data().chunks_exact(8);
        numbers.map(|b| u32::try_from(i64::from_le_bytes(b.try_into().unwrap())).unwrap()).collect()
    };
    let logprobs = file.tensor("logprobs").unwrap();
    let values: Vec<f32> =
        logprobs.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
    Expected {
        tokens: integers("tokens"),
        first: integers("positions")[0] as usize,
        logprobs: values.chunks(logprobs.shape()[1]).map(Into::into).collect(),
        greedy: integers("greedy"),
    }
}

/// Mean KL divergence of what a model computes from what transformers does.
pub(crate) fn divergence(model: &dyn Model, expected: &Expected) -> f64 {
    let rows = model.session(None).unwrap().logits(&expected.tokens, expected.first).unwrap();
    assert_eq!(rows.len(), expected.logprobs.len());
    mean_divergence(&rows, &expected.logprobs)
}

/// Of logits from log-probabilities.
pub(crate) fn mean_divergence(logits: &[Vec<f32>], logprobs: &[Vec<f32>]) -> f64 {
    let of_row = |(row, theirs): (&Vec<f32>, &Vec<f32>)| -> f64 {
        log_softmax(row).iter().zip(theirs).map(|(q, p)| f64::from(p.exp() * (p - q))).sum()
    };
    logits.iter().zip(logprobs).map(of_row).sum::<f64>() / logits.len() as f64
}

/// The likeliest tokens after a prompt.
pub(crate) fn greedy(model: &dyn Model, prompt: &[u32], count: usize) -> Vec<u32> {
    let generation = Generation {
        sampling: Sampling { temperature: 0.0, ..Sampling::default() },
        stop_tokens: Vec::new(),
        max_tokens: Some(count),
        alternatives: 0,
        lockstep: false,
    };
    let mut said = Vec::new();
    let mut session = model.session(None).unwrap();
    session
        .generate(prompt, &generation, &mut |event| {
            if let Event::Step(step) = event {
                said.push(step.token);
            }
            Control::Continue
        })
        .unwrap();
    said
}
