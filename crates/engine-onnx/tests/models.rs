//! Small models by ONNX Runtime GenAI's own builder (`tests/onnx/make.py`), run by this engine: the contract, what
//! transformers computes on the same checkpoints, and what ONNX Runtime GenAI says to the same prompts.

use std::ops::ControlFlow;
use std::path::PathBuf;

use engine::testing::check_contract;
use engine::{Control, Engine, Event, Generation, LoadOptions, Model, ModelFiles, Sampling, log_softmax};
use engine_onnx::OnnxEngine;
use safetensors::SafeTensors;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/onnx").join(name)
}

/// The library that `cargo xtask onnxruntime` puts beside the programs; tests run one folder below them.
fn engine() -> OnnxEngine {
    OnnxEngine::new(engine_onnx::library())
}

fn load(name: &str, options: &LoadOptions) -> Box<dyn Model> {
    engine().load(&ModelFiles::Folder(folder(name)), options, &mut |_| ControlFlow::Continue(())).unwrap()
}

struct Expected {
    tokens: Vec<u32>,
    first: usize,
    logprobs: Vec<Vec<f32>>,
    greedy: Vec<u32>,
}

fn expected(name: &str) -> Expected {
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

const NAMES: &[&str] = &[
    "gpt-oss-fp32-cpu",
    "gpt-oss-int4-cpu-whole",
    "gpt-oss-int4-webgpu-fp32",
    "llama-fp32-cpu",
    "llama-int4-cpu",
    "phi3-int4-cpu",
    "phi4-int4-cpu",
    "qwen2-int4-cpu",
    "qwen3-fp32-cpu",
    "qwen3-int4-cpu",
    "gpt-oss-int4-cpu",
];

#[test]
fn greedy_and_logprobs() {
    for name in NAMES {
        let expected = expected(name);
        let model = load(name, &LoadOptions::default());
        println!("{name}: {:?}", model.info().placement);
        let mut session = model.session(None).unwrap();
        let rows = session.logits(&expected.tokens, expected.first).unwrap();
        let rows: Vec<Vec<f32>> = rows.iter().map(|row| log_softmax(row)).collect();
        let divergence = |(ours, theirs): (&Vec<f32>, &Vec<f32>)| -> f64 {
            ours.iter().zip(theirs).map(|(q, p)| f64::from(p.exp() * (p - q))).sum()
        };
        let mean = rows.iter().zip(&expected.logprobs).map(divergence).sum::<f64>() / rows.len() as f64;
        println!("{name}: mean KL {mean:.2e}");
        let generation = Generation {
            sampling: Sampling { temperature: 0.0, ..Sampling::default() },
            stop_tokens: Vec::new(),
            max_tokens: Some(64),
            alternatives: 0,
            lockstep: false,
        };
        let mut said = Vec::new();
        session
            .generate(&expected.tokens, &generation, &mut |event| {
                if let Event::Step(step) = event {
                    said.push(step.token);
                }
                Control::Continue
            })
            .unwrap();
        let same = said.iter().zip(&expected.greedy).take_while(|(a, b)| a == b).count();
        println!("{name}: {same} of {} greedy tokens the same", expected.greedy.len());
    }
}

#[test]
fn contract() {
    for name in NAMES {
        println!("{name}");
        check_contract(&engine(), &ModelFiles::Folder(folder(name)), &LoadOptions::default(), 70).unwrap();
    }
}
