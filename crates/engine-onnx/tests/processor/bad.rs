//! Folders that are incomplete, damaged or dishonest: each is an error that names its file.

use std::fs;
use std::path::Path;

use engine::{EngineError, LoadOptions};
use tempfile::TempDir;

use crate::given::{folder, load_from};

const NAME: &str = "gpt-oss-int4-cpu";

fn copy() -> TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder(NAME)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.path().join(path.file_name().unwrap())).unwrap();
    }
    to
}

fn error(folder: &Path) -> EngineError {
    match load_from(folder, &LoadOptions::default()) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error,
    }
}

/// Puts other bytes of the same length in the place of some.
fn overwrite(file: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let mut bytes = fs::read(file).unwrap();
    let places: Vec<usize> = bytes
        .windows(from.len())
        .enumerate()
        .filter(|(_, b)| *b == from.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty(), "{from} is not in {}", file.display());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    fs::write(file, bytes).unwrap();
}

fn config(folder: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let file = folder.join("genai_config.json");
    let mut value: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut value);
    fs::write(&file, serde_json::to_vec(&value).unwrap()).unwrap();
}

#[test]
fn a_file_that_is_missing_is_named() {
    for file in ["genai_config.json", "model.onnx", "model.onnx.data"] {
        let copy = copy();
        fs::remove_file(copy.path().join(file)).unwrap();
        let error = error(copy.path());
        assert!(
            matches!(&error, EngineError::FileMissing { file: named } if named == file),
            "{file}: {error:?}"
        );
    }
}

#[test]
fn weights_that_end_too_early() {
    let copy = copy();
    let file = copy.path().join("model.onnx.data");
    let length = fs::metadata(&file).unwrap().len();
    fs::File::options().write(true).open(&file).unwrap().set_len(length - 1).unwrap();
    let error = error(copy.path());
    assert!(
        matches!(&error, EngineError::FileTruncated { file, found, .. } if file == "model.onnx.data" && *found == length - 1),
        "{error:?}"
    );
}

#[test]
fn weights_from_outside_of_the_folder() {
    for outside in ["../elf.onnx.bin", "/etc/passwd....", "C:\\secret\\fil.x"] {
        let copy = copy();
        overwrite(&copy.path().join("model.onnx"), "model.onnx.data", outside);
        let error = error(copy.path());
        assert!(
            matches!(&error, EngineError::FileInvalid { detail, .. } if detail.contains("outside of its folder")),
            "{outside}: {error:?}"
        );
    }
}

#[test]
fn an_operator_that_nobody_knows() {
    let copy = copy();
    overwrite(&copy.path().join("model.onnx"), "GroupQueryAttention", "GroupQueryIntention");
    let error = error(copy.path());
    assert!(
        matches!(&error, EngineError::FileInvalid { file, detail } if file == "model.onnx" && detail.contains("Intention")),
        "{error:?}"
    );
}

#[test]
fn a_format_that_is_newer_than_the_library() {
    let copy = copy();
    let file = copy.path().join("model.onnx");
    let mut bytes = fs::read(&file).unwrap();
    // ir_version is the first field.
    assert_eq!(bytes[0], 0x08);
    bytes[1] = 99;
    fs::write(&file, bytes).unwrap();
    let error = error(copy.path());
    assert!(matches!(&error, EngineError::FileInvalid { file, .. } if file == "model.onnx"), "{error:?}");
}

#[test]
fn a_graph_that_is_cut_or_changed_never_ends_the_process() {
    let whole = fs::read(folder(NAME).join("model.onnx")).unwrap();
    let copy = copy();
    let file = copy.path().join("model.onnx");
    let mut refused = 0;
    for part in 1..60 {
        fs::write(&file, &whole[..whole.len() * part / 60]).unwrap();
        refused += usize::from(load_from(copy.path(), &LoadOptions::default()).is_err());
    }
    assert_eq!(refused, 59, "a part of a graph is no graph");
    for at in (0..whole.len()).step_by(251) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(&file, &bytes).unwrap();
        // Whatever comes of it, it comes back.
        drop(load_from(copy.path(), &LoadOptions::default()));
    }
}

#[test]
fn a_configuration_that_names_what_is_not_there() {
    type Change = fn(&mut serde_json::Value);
    let changes: &[(&str, Change)] = &[
        ("decoder.inputs", |c| c["model"]["decoder"]["inputs"]["past_key_names"] = "past.%d.k".into()),
        ("decoder.inputs", |c| c["model"]["decoder"]["inputs"]["past_key_names"] = "past".into()),
        ("decoder.inputs.input_ids", |c| c["model"]["decoder"]["inputs"]["input_ids"] = "words".into()),
        ("decoder.outputs.logits", |c| c["model"]["decoder"]["outputs"]["logits"] = "numbers".into()),
        ("decoder.inputs", |c| c["model"]["decoder"]["num_hidden_layers"] = 9.into()),
        ("decoder.num_hidden_layers", |c| c["model"]["decoder"]["num_hidden_layers"] = 0.into()),
        ("context_length", |c| c["model"]["context_length"] = 0.into()),
        ("eos_token_id", |c| c["model"]["eos_token_id"] = 99_999.into()),
    ];
    for (named, change) in changes {
        let copy = copy();
        config(copy.path(), change);
        let error = error(copy.path());
        assert!(
            matches!(&error, EngineError::ConfigInvalid { field, .. } if field == named),
            "{named}: {error:?}"
        );
    }
}

/// What the graph does not say itself is known when it runs, at the latest.
#[test]
fn sizes_that_are_not_those_of_the_graph() {
    type Change = fn(&mut serde_json::Value);
    let changes: &[Change] = &[
        |c| c["model"]["decoder"]["head_size"] = 48.into(),
        |c| c["model"]["vocab_size"] = 300.into(),
        |c| c["model"]["vocab_size"] = 276.into(),
    ];
    for (at, change) in changes.iter().enumerate() {
        let copy = copy();
        config(copy.path(), change);
        let computed = load_from(copy.path(), &LoadOptions::default())
            .and_then(|model| model.session(None)?.logits(&[1, 2, 3], 2));
        assert!(computed.is_err(), "change {at} goes unnoticed");
    }
}

#[test]
fn more_than_a_decoder_of_text() {
    let copy = copy();
    config(copy.path(), |c| c["model"]["vision"] = serde_json::json!({ "filename": "vision.onnx" }));
    assert!(matches!(error(copy.path()), EngineError::UnsupportedArchitecture { .. }));
}
