//! Models whose files are incomplete, damaged or dishonest: an error that names the file, never a panic, and never
//! more memory than the files could fill.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use engine::{Engine, EngineError, LoadOptions, Model, ModelFiles, Tokenizer};
use engine_candle::CandleEngine;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::checkpoint;

/// Loading half a megabyte of files takes a few times that; far from what the lies below speak of.
const MOST_MEMORY: usize = 64 << 20;

/// The system's allocator, with a record of the largest block asked for.
struct Recording;
static LARGEST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on as it came.
unsafe impl GlobalAlloc for Recording {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Recording = Recording;

fn copy_of(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(checkpoint(name)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    folder
}

/// Loads the folder and its tokenizer; a model that loads is also run, since damage may show only then.
fn load(folder: &Path) -> Result<Box<dyn Model>, EngineError> {
    let files = ModelFiles::Folder(folder.to_owned());
    let model = CandleEngine.load(&files, &LoadOptions::default(), &mut |_| ControlFlow::Continue(()))?;
    Tokenizer::load(&files, model.info().vocab)?;
    model.session(None)?.logits(&[1, 2, 3], 2)?;
    Ok(model)
}

fn error_of(folder: &Path) -> EngineError {
    match load(folder) {
        Ok(_) => panic!("the damage went unnoticed"),
        Err(error) => error,
    }
}

fn with_config(change: impl FnOnce(&mut Value)) -> EngineError {
    let folder = copy_of("small");
    edit_json(&folder.path().join("config.json"), change);
    error_of(folder.path())
}

fn edit_json(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

#[test]
fn a_missing_shard_is_named() {
    let folder = copy_of("all-experts");
    fs::remove_file(folder.path().join("model-00002-of-00003.safetensors")).unwrap();
    let error = error_of(folder.path());
    assert!(matches!(error, EngineError::FileMissing { file } if file == "model-00002-of-00003.safetensors"));
}

#[test]
fn a_truncated_shard_is_named_with_what_is_missing() {
    let folder = copy_of("all-experts");
    let path = folder.path().join("model-00001-of-00003.safetensors");
    let whole = fs::read(&path).unwrap();
    for kept in [0, 5, 8, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..kept]).unwrap();
        match error_of(folder.path()) {
            EngineError::FileTruncated { file, expected, found } => {
                assert_eq!(file, "model-00001-of-00003.safetensors");
                assert_eq!(found, kept as u64);
                assert!(expected > found && expected <= whole.len() as u64);
            }
            other => panic!("{kept} bytes kept: {other}"),
        }
    }
}

#[test]
fn a_header_that_claims_terabytes_is_refused() {
    let folder = copy_of("small");
    let path = folder.path().join("model.safetensors");
    let whole = fs::read(&path).unwrap();
    // The length of the header itself.
    let mut lying = whole.clone();
    lying[..8].copy_from_slice(&(1u64 << 41).to_le_bytes());
    fs::write(&path, lying).unwrap();
    assert!(
        matches!(error_of(folder.path()), EngineError::FileInvalid { file, .. } if file == "model.safetensors")
    );
    // The place of a tensor.
    let header =
        json!({"a": {"dtype": "F32", "shape": [1u64 << 40], "data_offsets": [0, 1u64 << 42]}}).to_string();
    let mut lying = (header.len() as u64).to_le_bytes().to_vec();
    lying.extend(header.as_bytes());
    fs::write(&path, lying).unwrap();
    assert!(
        matches!(error_of(folder.path()), EngineError::FileTruncated { expected, .. } if expected > 1 << 42)
    );
}

#[test]
fn a_config_that_lies_is_refused() {
    let mismatch =
        |error| matches!(error, EngineError::TensorMismatch { file, .. } if file == "model.safetensors");
    assert!(mismatch(with_config(|c| c["hidden_size"] = json!(96))));
    assert!(mismatch(with_config(|c| c["vocab_size"] = json!(4_000_000_000u32))));
    assert!(mismatch(with_config(|c| c["num_local_experts"] = json!(1 << 30))));
    assert!(mismatch(with_config(|c| c["intermediate_size"] = json!(1 << 30))));
    let missing =
        |error| matches!(error, EngineError::TensorMissing { tensor } if tensor.contains("layers.4"));
    assert!(missing(with_config(|c| {
        c["num_hidden_layers"] = json!(60_000);
        c["layer_types"] = Value::Null;
    })));
    for (field, value) in [
        ("hidden_size", json!(0)),
        ("hidden_size", json!(65)),
        ("hidden_size", json!(1u64 << 60)),
        ("num_key_value_heads", json!(3)),
        ("head_dim", json!(7)),
        ("num_experts_per_tok", json!(5)),
        ("num_experts_per_tok", json!(0)),
        ("rms_norm_eps", json!(-1.0)),
        ("rope_theta", json!(0)),
        ("sliding_window", json!(0)),
        ("layer_types", json!(["full_attention"])),
        ("swiglu_limit", json!(-7)),
    ] {
        let error = with_config(|c| c[field] = value.clone());
        assert!(
            matches!(&error, EngineError::ConfigInvalid { file, field: f, .. } if file == "config.json" && f == field),
            "{field} {value}: {error}"
        );
    }
    let error = with_config(|c| c["num_hidden_layers"] = json!("four"));
    assert!(matches!(error, EngineError::FileInvalid { file, .. } if file == "config.json"));
}

#[test]
fn an_unknown_architecture_is_named() {
    let error = with_config(|c| c["model_type"] = json!("mamba"));
    assert!(matches!(error, EngineError::UnsupportedArchitecture { found } if found == "mamba"));
}

#[test]
fn a_broken_tokenizer_is_named() {
    let folder = copy_of("small");
    let path = folder.path().join("tokenizer.json");
    let whole = fs::read(&path).unwrap();
    let named = |folder: &TempDir| match error_of(folder.path()) {
        EngineError::FileInvalid { file, .. } => assert_eq!(file, "tokenizer.json"),
        other => panic!("{other}"),
    };
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    named(&folder);
    fs::write(&path, b"{}").unwrap();
    named(&folder);
    fs::write(&path, &whole).unwrap();
    edit_json(&path, |t| t["model"]["merges"] = json!([["a", "nowhere"]]));
    named(&folder);
    fs::write(&path, &whole).unwrap();
    edit_json(&path, |t| t["model"]["vocab"]["a"] = json!(4_000_000_000u32));
    named(&folder);
    fs::remove_file(&path).unwrap();
    assert!(matches!(error_of(folder.path()), EngineError::FileMissing { file } if file == "tokenizer.json"));
}

#[test]
fn a_shard_outside_the_folder_is_refused() {
    for name in ["../model.safetensors", "/etc/passwd", "a/b", "..", ""] {
        let folder = copy_of("all-experts");
        edit_json(&folder.path().join("model.safetensors.index.json"), |i| {
            i["weight_map"]["lm_head.weight"] = json!(name);
        });
        let error = error_of(folder.path());
        assert!(
            matches!(error, EngineError::FileInvalid { ref file, .. } if file.ends_with("index.json")),
            "{error}"
        );
    }
}

#[test]
fn a_folder_without_a_model_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(error_of(folder.path()), EngineError::FileMissing { file } if file == "config.json"));
    let nowhere = folder.path().join("nowhere");
    assert!(matches!(error_of(&nowhere), EngineError::FileMissing { .. }));
}

const FILES: [&str; 5] = [
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "model.safetensors",
    "model.safetensors.index.json",
];

/// One way of damaging a file.
#[derive(Debug, Clone)]
enum Damage {
    Truncate(prop::sample::Index),
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Digit(prop::sample::Index, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<prop::sample::Index>().prop_map(Damage::Truncate),
        (any::<prop::sample::Index>(), 1u8..).prop_map(|(at, mask)| Damage::Flip(at, mask)),
        (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 1..12))
            .prop_map(|(at, b)| Damage::Insert(at, b)),
        (any::<prop::sample::Index>(), b'0'..=b'9').prop_map(|(at, digit)| Damage::Digit(at, digit)),
    ]
}

fn apply(damage: &Damage, bytes: &mut Vec<u8>) {
    match damage {
        Damage::Truncate(at) => bytes.truncate(at.index(bytes.len())),
        Damage::Flip(at, mask) => {
            // Mostly in the header: the weights themselves are just numbers.
            let at = at.index(bytes.len().min(6000));
            bytes[at] ^= mask;
        }
        Damage::Insert(at, new) => {
            let at = at.index(bytes.len().min(6000));
            bytes.splice(at..at, new.iter().copied());
        }
        Damage::Digit(at, digit) => {
            let digits: Vec<usize> =
                (0..bytes.len().min(6000)).filter(|&i| bytes[i].is_ascii_digit()).collect();
            if let Some(&i) = digits.get(at.index(digits.len().max(1))) {
                bytes.splice(i..i, [*digit, *digit]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_damage_it_is_an_error_and_takes_no_memory(
        name in prop_oneof![Just("small"), Just("all-experts")],
        file in 0..FILES.len(),
        damages in prop::collection::vec(damage(), 1..3),
    ) {
        let folder = copy_of(name);
        let mut path = folder.path().join(FILES[file]);
        if !path.exists() {
            path = folder.path().join(if name == "small" { "model.safetensors" } else { "model-00000-of-00003.safetensors" });
        }
        let mut bytes = fs::read(&path).unwrap();
        for damage in &damages {
            if !bytes.is_empty() {
                apply(damage, &mut bytes);
            }
        }
        fs::write(&path, &bytes).unwrap();
        LARGEST.store(0, Relaxed);
        // Some damage leaves a model that still runs; what counts is that nothing panics or swells.
        let _ = load(folder.path());
        let largest = LARGEST.load(Relaxed);
        prop_assert!(largest < MOST_MEMORY, "a block of {largest} bytes");
    }
}
