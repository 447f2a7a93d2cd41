//! `cargo xtask compare`: the same models with Domicile and with others, in turn, on one computer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::shell::{self, Result, command, root};

/// Models that `tests/onnx/speed.py` makes, as they are called in its folder.
const MODELS: [&str; 2] = ["dense1b", "gptoss4"];
const ROUNDS: usize = 3;
/// What is compared, as `domicile bench --json` and `speed.py` call it, and whether more is better.
const FIGURES: [(&str, bool); 4] =
    [("decode_tok_s", true), ("prefill_tok_s", true), ("load_s", false), ("peak_rss_bytes", false)];

/// Runs Domicile and onnxruntime-genai in turn on every model that is in the folder, and prints medians and ratios.
pub(crate) fn compare(folder: &Path) -> Result {
    shell::run(&mut command("cargo", ["build", "--locked", "--release", "--package", "cli"]))?;
    let python = python()?;
    let models: Vec<PathBuf> =
        MODELS.iter().map(|name| folder.join(name)).filter(|model| model.is_dir()).collect();
    if models.is_empty() {
        return Err(format!(
            "there are no models in {}: `python tests/onnx/speed.py make` makes them",
            folder.display()
        ));
    }
    println!("{ROUNDS} rounds in turn; medians");
    println!("{:<10} {:<16} {:>12} {:>12} {:>7}", "model", "figure", "Domicile", "genai", "ratio");
    for model in models {
        let mut rounds: Vec<[Figures; 2]> = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push([domicile(&model)?, genai(&python, &model)?]);
        }
        print(&model, &rounds);
    }
    Ok(())
}

type Figures = BTreeMap<String, f64>;

fn print(model: &Path, rounds: &[[Figures; 2]]) {
    let name = model.file_name().unwrap_or_default().to_string_lossy();
    for (figure, more_is_better) in FIGURES {
        let of = |whose: usize| rounds.iter().filter_map(move |round| round[whose].get(figure).copied());
        let ratios =
            of(0).zip(of(1)).map(|(ours, theirs)| if more_is_better { ours / theirs } else { theirs / ours });
        let (ours, theirs, ratio) = (median(of(0)), median(of(1)), median(ratios));
        println!("{name:<10} {figure:<16} {ours:>12.2} {theirs:>12.2} {ratio:>6.2}×");
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn domicile(model: &Path) -> Result<Figures> {
    let mut bench =
        command(root().join("target/release/domicile"), ["bench", "--engine", "onnx", "--json", "--model"]);
    // What is learned on random weights is not to be remembered as this computer's speed.
    bench.arg(model).env("DOMICILE_HOME", root().join("target/compare/home"));
    figures(&shell::output(&mut bench)?)
}

fn genai(python: &Path, model: &Path) -> Result<Figures> {
    let script = root().join("tests/onnx/speed.py");
    let mut measure = command(python, [script.as_os_str(), "measure".as_ref(), model.as_os_str()]);
    figures(&shell::output(&mut measure)?)
}

/// The numbers of a flat JSON object.
fn figures(json: &str) -> Result<Figures> {
    let found: Figures = json
        .trim()
        .trim_matches(['{', '}'])
        .split(',')
        .filter_map(|field| {
            let (name, value) = field.split_once(':')?;
            Some((name.trim().trim_matches('"').to_owned(), value.trim().parse().ok()?))
        })
        .collect();
    if found.contains_key("decode_tok_s") { Ok(found) } else { Err(format!("these are no figures: {json}")) }
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

#[cfg(test)]
mod tests {
    use super::{figures, median};

    #[test]
    fn figures_are_read_and_others_passed_over() {
        let found =
            figures(r#"{"load_s":1.5,"decode_tok_s": 20.25, "engine":"onnx","device":"cpu"}"#).unwrap();
        assert_eq!((found["load_s"], found["decode_tok_s"], found.len()), (1.5, 20.25, 2));
        assert!(figures("Traceback").is_err());
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-9);
    }
}
