//! `cargo xtask compare`: the same models with Domicile and with others, in turn, on one computer.

mod dense;
mod genai;
mod llama;

use std::collections::BTreeMap;
use std::path::Path;

use crate::shell::{self, Result, command, root};

/// How much of it is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Full,
    /// Without what takes as long as all the rest.
    Short,
}

/// Runs Domicile and its peers in turn on every model that is in the folder, and prints medians and ratios.
pub(crate) fn compare(folder: &Path, length: Length) -> Result {
    shell::run(&mut command("cargo", ["build", "--locked", "--release", "--package", "cli"]))?;
    let (onnx, checkpoints) = (genai::models(folder), llama::models(folder));
    let dense = dense::model(folder);
    if onnx.is_empty() && checkpoints.is_empty() && dense.is_none() {
        return Err(format!(
            "there are no models in {}: `python tests/onnx/speed.py make` and `python tests/speed/llama.py make` make them",
            folder.display()
        ));
    }
    println!(
        "{:<14} {:<28} {:>10} {:>14} {:>7}",
        "model", "medians of runs in turn", "Domicile", "other", "ratio"
    );
    genai::compare(&onnx)?;
    dense::compare(dense.as_deref())?;
    llama::compare(&checkpoints, length)
}

type Figures = BTreeMap<String, f64>;

/// What both gave in the rounds of one figure.
#[derive(Default)]
struct Rounds {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Rounds {
    fn print(&self, model: &Path, figure: &str, peer: &str, more_is_better: bool) {
        let model = model.file_name().unwrap_or_default().to_string_lossy();
        let pairs = self.ours.iter().zip(&self.theirs);
        let ratios = pairs.map(|(ours, theirs)| if more_is_better { ours / theirs } else { theirs / ours });
        let (ours, theirs, ratio) =
            (median(&self.ours), median(&self.theirs), median(&ratios.collect::<Vec<_>>()));
        println!("{model:<14} {figure:<28} {ours:>10.2} {theirs:>8.2} {peer:<5} {ratio:>6.2}×");
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What `domicile bench` says of a model.
fn domicile(model: &Path, options: &[&str]) -> Result<Figures> {
    let mut bench = command(root().join("target/release/domicile"), ["bench", "--json", "--model"]);
    // What is learned on random weights is not to be remembered as this computer's speed.
    bench.arg(model).args(options).env("DOMICILE_HOME", root().join("target/compare/home"));
    figures(&shell::output(&mut bench)?)
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
    if found.is_empty() { Err(format!("these are no figures: {json}")) } else { Ok(found) }
}

fn figure(figures: &Figures, name: &str) -> Result<f64> {
    figures.get(name).copied().ok_or_else(|| format!("{name} is not among {figures:?}"))
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
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
    }
}
