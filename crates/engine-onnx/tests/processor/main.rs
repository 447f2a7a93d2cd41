//! Small models by ONNX Runtime GenAI's own builder (`tests/onnx/make.py`) on the processor: the contract, what transformers
//! computes on the same checkpoints, and what ONNX Runtime GenAI says to the same prompts.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

mod bad;
#[path = "../given/mod.rs"]
mod given;

use engine::testing::check_contract;
use engine::{LoadOptions, ModelFiles, Precision};

use crate::given::{divergence, engine, expected, folder, greedy, load};

/// Every model that the processor runs, with how far its numbers may be from transformers' in float32: rounding alone,
/// or four bits to a weight.
const MODELS: &[(&str, f64)] = &[
    ("gpt-oss-fp32-cpu", 1e-6),
    ("gpt-oss-int4-cpu", 5e-4),
    ("gpt-oss-int4-cpu-whole", 5e-4),
    ("gpt-oss-int4-webgpu-fp32", 5e-4),
    ("llama-fp32-cpu", 1e-6),
    ("llama-int4-cpu", 1e-2),
    ("phi3-int4-cpu", 1e-2),
    ("phi4-int4-cpu", 1e-2),
    ("qwen2-int4-cpu", 1e-2),
    ("qwen3-fp32-cpu", 1e-6),
    ("qwen3-int4-cpu", 1e-2),
    ("mistral-int4-cpu", 1e-2),
    ("gemma2-int4-cpu", 1e-2),
    ("gemma3-int4-cpu", 1e-2),
];

#[test]
fn the_numbers_are_those_of_transformers() {
    for &(name, most) in MODELS {
        let divergence = divergence(&*load(name, &LoadOptions::default()), &expected(name));
        println!("{name}: mean KL divergence {divergence:.2e}");
        assert!(divergence <= most, "{name}: {divergence}");
    }
}

#[test]
fn the_same_64_tokens_as_onnxruntime_genai() {
    for &(name, _) in MODELS {
        let expected = expected(name);
        assert_eq!(expected.greedy.len(), 64, "{name}");
        let said = greedy(&*load(name, &LoadOptions::default()), &expected.tokens, 64);
        assert_eq!(said, expected.greedy, "{name}");
    }
}

#[test]
fn the_contract() {
    for &(name, _) in MODELS {
        println!("{name}");
        let files = ModelFiles::Folder(folder(name));
        let exact = LoadOptions { precision: Precision::Exact, ..LoadOptions::default() };
        check_contract(&engine(), &files, &exact, 70).unwrap();
        // A rounding to int8 can fall on either side where sums are made in another order, and chooses other experts.
        if !(name.contains("gpt-oss") && name.contains("int4")) {
            check_contract(&engine(), &files, &LoadOptions::default(), 70).unwrap();
        }
    }
}

#[test]
fn exact_numbers_are_nearer() {
    let name = "llama-int4-cpu";
    let of = |precision| {
        let options = LoadOptions { precision, ..LoadOptions::default() };
        load(name, &options).session(None).unwrap().logits(&expected(name).tokens, 40).unwrap()
    };
    // int8 is another computation; were it the same, nothing would have been changed.
    assert_ne!(of(Precision::Exact), of(Precision::Fast));
}

#[test]
fn every_node_is_placed() {
    let placement = load("gpt-oss-int4-cpu", &LoadOptions::default()).info().placement.clone();
    let [whole] = &placement[..] else { panic!("{placement:?}") };
    assert_eq!(whole.provider, "CPUExecutionProvider");
    let count =
        |name: &str| whole.operators.iter().find(|(operator, _)| operator == name).map(|(_, count)| *count);
    assert_eq!((count("QMoE"), count("GroupQueryAttention")), (Some(4), Some(4)));
}

#[test]
fn a_cache_grows_and_keeps_what_it_holds() {
    // Longer than a cache is at first.
    let tokens: Vec<u32> = (0..380).map(|i| i * 7919 % 256).collect();
    let model = load("llama-fp32-cpu", &LoadOptions::default());
    let whole = model.session(None).unwrap().logits(&tokens, 379).unwrap();
    let mut session = model.session(None).unwrap();
    session.logits(&tokens[..250], 249).unwrap();
    let grown = session.logits(&tokens, 379).unwrap();
    for (one, other) in whole[0].iter().zip(&grown[0]) {
        assert!((one - other).abs() < 1e-3, "{one} and {other}");
    }
}
