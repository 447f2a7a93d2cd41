//! Through WebGPU, on a card that is a program: Mesa's lavapipe. `cargo xtask test` brings it, and names it in
//! `DOMICILE_SOFTWARE_VULKAN`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

mod given;

use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use engine::testing::check_contract;
use engine::{Device, EngineError, LoadOptions, ModelFiles};

use crate::given::{divergence, engine, expected, folder, greedy, library, load, load_from, mean_divergence};

const WEBGPU: LoadOptions = LoadOptions {
    device: Device::WebGpu { low_power: false },
    precision: engine::Precision::Fast,
    threads: None,
};

/// The card, if there is one: for one test at a time, as a program has one model on it at a time.
fn card(test: &str) -> Option<MutexGuard<'static, ()>> {
    static TOLD: Once = Once::new();
    static CARD: Mutex<()> = Mutex::new(());
    let Some(card) = std::env::var_os("DOMICILE_SOFTWARE_VULKAN") else {
        println!("{test} is left out: DOMICILE_SOFTWARE_VULKAN names no card");
        return None;
    };
    // SAFETY: nothing else in these tests changes or reads the environment while they run.
    TOLD.call_once(|| unsafe { std::env::set_var("VK_DRIVER_FILES", card) });
    Some(CARD.lock().unwrap_or_else(PoisonError::into_inner))
}

#[test]
fn prefill_and_decode_are_those_of_transformers() {
    let Some(_card) = card("prefill_and_decode_are_those_of_transformers") else { return };
    for (name, most) in [
        ("gpt-oss-int4-webgpu-fp32", 5e-4),
        ("gpt-oss-int4-webgpu", 5e-4),
        ("qwen3-int4-webgpu-fp32", 1e-4),
        ("llama-fp16-webgpu", 1e-3),
    ] {
        let model = load(name, &WEBGPU);
        let expected = expected(name);
        let divergence = divergence(&*model, &expected);
        println!("{name}: mean KL divergence {divergence:.2e}; {:?}", model.info().one_by_one);
        assert!(divergence <= most, "{name}: {divergence}");
    }
}

#[test]
fn the_same_tokens_as_on_the_processor() {
    let Some(_card) = card("the_same_tokens_as_on_the_processor") else { return };
    let name = "gpt-oss-int4-webgpu-fp32";
    let expected = expected(name);
    let said = greedy(&*load(name, &WEBGPU), &expected.tokens, 64);
    assert_eq!(said, expected.greedy);
}

#[test]
fn the_contract() {
    let Some(_card) = card("the_contract") else { return };
    for name in ["gpt-oss-int4-webgpu-fp32", "qwen3-int4-webgpu-fp32"] {
        check_contract(&engine(), &ModelFiles::Folder(folder(name)), &WEBGPU, 40).unwrap();
    }
}

#[test]
fn what_is_heavy_is_on_the_card() {
    let Some(_card) = card("what_is_heavy_is_on_the_card") else { return };
    let placement = load("gpt-oss-int4-webgpu-fp32", &WEBGPU).info().placement.clone();
    let of = |provider: &str| placement.iter().find(|placed| placed.provider == provider).unwrap();
    let card = of("WebGpuExecutionProvider");
    for operator in ["GroupQueryAttention", "MatMulNBits", "QMoE"] {
        assert!(card.operators.iter().any(|(name, _)| name == operator), "{operator}: {card:?}");
        let processor = of("CPUExecutionProvider");
        assert!(!processor.operators.iter().any(|(name, _)| name == operator), "{operator}: {processor:?}");
    }
}

#[test]
fn a_cache_grows_on_the_card() {
    let Some(_card) = card("a_cache_grows_on_the_card") else { return };
    let name = "gpt-oss-int4-webgpu-fp32";
    // Longer than a cache is at first.
    let tokens: Vec<u32> = (0..300).map(|i| i * 7919 % 256).collect();
    let on = |options: &LoadOptions| load(name, options).session(None).unwrap().logits(&tokens, 290).unwrap();
    let (card, processor) = (on(&WEBGPU), on(&LoadOptions::default()));
    let processor: Vec<Vec<f32>> = processor.iter().map(|row| engine::log_softmax(row)).collect();
    let divergence = mean_divergence(&card, &processor);
    assert!(divergence < 1e-3, "{divergence}");
}

#[test]
fn what_it_would_leave_out_is_refused() {
    let error = load_from(&folder("gpt-oss-int4-cpu"), &WEBGPU).err();
    assert!(matches!(&error, Some(EngineError::ComputedWrongly { .. })), "{error:?}");
}

/// A provider that cannot be had is an error, and never the processor in its place.
#[test]
fn without_a_card_it_is_an_error() {
    // In a process of its own, since a card that was found stays found.
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "no_card", "--ignored", "--nocapture"]);
    let done = again
        .env("VK_DRIVER_FILES", "/nowhere.json")
        .env_remove("DOMICILE_SOFTWARE_VULKAN")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "what the test before this one starts"]
fn no_card() {
    let error = load_from(&folder("gpt-oss-int4-webgpu-fp32"), &WEBGPU).err();
    assert!(
        matches!(&error, Some(EngineError::ProviderRefused { provider, .. }) if provider == "WebGpuExecutionProvider"),
        "{error:?}"
    );
}

#[test]
fn what_could_compute_is_listed_and_what_cannot_is_named() {
    let providers = tempfile::tempdir().unwrap();
    let broken = format!("broken.{}", std::env::consts::DLL_EXTENSION);
    std::fs::write(providers.path().join(&broken), "no library").unwrap();
    std::fs::write(providers.path().join("README.txt"), "no library either").unwrap();
    let (listed, refused) = engine_onnx::listed(Some(&library()), providers.path()).unwrap();
    assert!(listed.iter().any(|listed| (&*listed.provider, listed.kind) == ("CPUExecutionProvider", "cpu")));
    let [refused] = &refused[..] else { panic!("{refused:?}") };
    assert!(refused.file == broken && !refused.detail.is_empty(), "{refused:?}");
}
