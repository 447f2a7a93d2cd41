//! Dense models in GGUF: candle's own quantised Llama and llama.cpp, on the same file.

use std::path::{Path, PathBuf};

use super::{Rounds, figure, figures, llama};
use crate::shell::{self, Result, command, root};

const ROUNDS: usize = 3;

/// What is compared, as examples/dense.rs calls it, and the options of llama-bench for the same.
const FIGURES: [(&str, &[&str]); 2] =
    [("decode_tok_s", &["-p", "0", "-n", "64", "-d", "512"]), ("prefill_tok_s", &["-p", "512", "-n", "0"])];

/// What `llama.py dense` makes.
pub(super) fn model(folder: &Path) -> Option<PathBuf> {
    Some(folder.join("dense1b.gguf")).filter(|model| model.is_file())
}

pub(super) fn compare(model: Option<&Path>) -> Result {
    let Some(model) = model else { return Ok(()) };
    llama::build()?;
    let example = ["build", "--locked", "--release", "--package", "engine-candle", "--features", "bench"];
    shell::run(command("cargo", example).args(["--example", "dense"]))?;
    let mut rounds: [Rounds; FIGURES.len()] = Default::default();
    for _ in 0..ROUNDS {
        let mut ours = command(root().join("target/release/examples/dense"), [model.as_os_str()]);
        let ours = figures(&shell::output(&mut ours)?)?;
        for (rounds, (name, options)) in rounds.iter_mut().zip(FIGURES) {
            rounds.ours.push(figure(&ours, name)?);
            rounds.theirs.push(figure(&llama::theirs(model, options)?, "tok_s")?);
        }
    }
    for (rounds, (name, _)) in rounds.iter().zip(FIGURES) {
        rounds.print(model, name, "llama", true);
    }
    Ok(())
}
