//! onnxruntime-genai, on models in its own form.

use std::path::{Path, PathBuf};

use super::{Figures, Rounds, domicile, figure, figures};
use crate::shell::{self, Result, command, root};

/// Models that `tests/onnx/speed.py` makes, as they are called in its folder.
const MODELS: [&str; 2] = ["dense1b", "gptoss4"];
const ROUNDS: usize = 3;
/// What is compared, as `domicile bench --json` and `speed.py` call it, and whether more is better.
const FIGURES: [(&str, bool); 4] =
    [("decode_tok_s", true), ("prefill_tok_s", true), ("load_s", false), ("peak_rss_bytes", false)];

pub(super) fn models(folder: &Path) -> Vec<PathBuf> {
    MODELS.iter().map(|name| folder.join(name)).filter(|model| model.is_dir()).collect()
}

pub(super) fn compare(models: &[PathBuf]) -> Result {
    if models.is_empty() {
        return Ok(());
    }
    let python = python()?;
    for model in models {
        let mut rounds: [Rounds; FIGURES.len()] = Default::default();
        for _ in 0..ROUNDS {
            let (ours, theirs) = (domicile(model, &["--engine", "onnx"])?, genai(&python, model)?);
            for (rounds, (name, _)) in rounds.iter_mut().zip(FIGURES) {
                rounds.ours.push(figure(&ours, name)?);
                rounds.theirs.push(figure(&theirs, name)?);
            }
        }
        for (rounds, (name, more_is_better)) in rounds.iter().zip(FIGURES) {
            rounds.print(model, name, "genai", more_is_better);
        }
    }
    Ok(())
}

fn genai(python: &Path, model: &Path) -> Result<Figures> {
    let script = root().join("tests/onnx/speed.py");
    let mut measure = command(python, [script.as_os_str(), "measure".as_ref(), model.as_os_str()]);
    figures(&shell::output(&mut measure)?)
}

/// A Python of its own with onnxruntime-genai, as `tests/onnx/requirements.txt` pins it.
fn python() -> Result<PathBuf> {
    let folder = root().join("target/compare/venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.is_file() {
        shell::run(command("python3", ["-m", "venv"]).arg(&folder))?;
        let pinned = std::fs::read_to_string(root().join("tests/onnx/requirements.txt"))
            .map_err(|error| format!("tests/onnx/requirements.txt: {error}"))?;
        let needed =
            pinned.lines().filter(|line| line.starts_with("onnxruntime") || line.starts_with("numpy"));
        shell::run(command(&python, ["-m", "pip", "install", "--quiet"]).args(needed))?;
    }
    Ok(python)
}
