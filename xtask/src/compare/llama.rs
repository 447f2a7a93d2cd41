//! llama.cpp, on gpt-oss checkpoints and the same weights as GGUF.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Figures, Length, Rounds, domicile, figure, figures};
use crate::shell::{self, Result, command, root};

type Options = &'static [&'static str];

/// One figure, and how each of the two comes by it.
struct Trial {
    name: &'static str,
    more_is_better: bool,
    rounds: usize,
    /// Options of `domicile bench`, and what of its figures counts.
    ours: (Options, fn(&Figures) -> Result<f64>),
    /// Options of llama-bench, and what llama.py calls the figure.
    theirs: (Options, &'static str),
    /// Another program wants a processor meanwhile.
    busy: bool,
    /// Takes hours where there are many layers.
    of_few_layers: bool,
    /// Takes as long as all the others.
    long: bool,
}

const TRIAL: Trial = Trial {
    name: "",
    more_is_better: true,
    rounds: 3,
    ours: (&[], |found| figure(found, "decode_tok_s")),
    theirs: (&[], "tok_s"),
    busy: false,
    of_few_layers: false,
    long: false,
};

const FIRST: [&str; 6] = ["--prompt-tokens", "16", "--new-tokens", "2", "--runs", "1"];
// llama-bench writes once before it measures; of three times, the median is such a later one too.
const WRITE: [&str; 6] = ["--prompt-tokens", "16", "--new-tokens", "64", "--runs", "3"];

const TRIALS: [Trial; 8] = [
    Trial {
        name: "decode, tok/s",
        ours: (&WRITE, TRIAL.ours.1),
        theirs: (&["-p", "0", "-n", "64"], "tok_s"),
        ..TRIAL
    },
    Trial {
        name: "beside a busy program",
        ours: (&WRITE, TRIAL.ours.1),
        theirs: (&["-p", "0", "-n", "64"], "tok_s"),
        busy: true,
        ..TRIAL
    },
    Trial {
        name: "prefill of 512, tok/s",
        ours: (&["--prompt-tokens", "512", "--new-tokens", "2", "--runs", "2"], |found| {
            figure(found, "prefill_tok_s")
        }),
        theirs: (&["-p", "512", "-n", "0"], "tok_s"),
        ..TRIAL
    },
    Trial {
        name: "start to first token, s",
        more_is_better: false,
        ours: (&FIRST, |found| Ok(figure(found, "load_s")? + 16.0 / figure(found, "prefill_tok_s")?)),
        theirs: (&["-p", "16", "-n", "0", "--no-warmup"], "wall_s"),
        ..TRIAL
    },
    Trial {
        name: "peak of memory, GB",
        more_is_better: false,
        ours: (&WRITE, |found| Ok(figure(found, "peak_rss_bytes")? / 1e9)),
        theirs: (&["-p", "16", "-n", "64"], "peak_rss_gb"),
        rounds: 1,
        ..TRIAL
    },
    Trial {
        name: "prefill of 4096, tok/s",
        ours: (&["--prompt-tokens", "4096", "--new-tokens", "2", "--runs", "1"], |found| {
            figure(found, "prefill_tok_s")
        }),
        theirs: (&["-p", "4096", "-n", "0", "--no-warmup"], "tok_s"),
        rounds: 1,
        of_few_layers: true,
        ..TRIAL
    },
    Trial {
        name: "decode after 8192, tok/s",
        ours: (&["--prompt-tokens", "8192", "--new-tokens", "32", "--runs", "1"], TRIAL.ours.1),
        theirs: (&["-p", "0", "-n", "32", "-d", "8192"], "tok_s"),
        rounds: 1,
        of_few_layers: true,
        ..TRIAL
    },
    Trial {
        name: "decode after 32768, tok/s",
        ours: (&["--prompt-tokens", "32768", "--new-tokens", "32", "--runs", "1"], TRIAL.ours.1),
        theirs: (&["-p", "0", "-n", "32", "-d", "32768"], "tok_s"),
        rounds: 1,
        of_few_layers: true,
        long: true,
        ..TRIAL
    },
];

/// Checkpoints that have a GGUF of the same name beside them.
pub(super) fn models(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut models: Vec<PathBuf> =
        entries.filter(|path| path.is_dir() && path.with_extension("gguf").is_file()).collect();
    models.sort();
    models
}

pub(super) fn compare(models: &[PathBuf], length: Length) -> Result {
    if models.is_empty() {
        return Ok(());
    }
    build()?;
    for model in models {
        // The first time it makes what it keeps beside the model.
        domicile(model, &FIRST)?;
        let layers = std::fs::read_dir(model).into_iter().flatten().flatten();
        let shards =
            layers.filter(|entry| entry.path().extension().is_some_and(|kind| kind == "safetensors")).count();
        let wanted = |trial: &&Trial| {
            (!trial.of_few_layers || shards < FEW_SHARDS) && (!trial.long || length == Length::Full)
        };
        for trial in TRIALS.iter().filter(wanted) {
            run(trial, model)?.print(model, trial.name, "llama", trial.more_is_better);
        }
    }
    Ok(())
}

/// `llama.py make` writes one file for each layer, and few more.
const FEW_SHARDS: usize = 10;

fn run(trial: &Trial, model: &Path) -> Result<Rounds> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        if trial.busy {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let rounds = rounds(trial, model);
        stop.store(true, Ordering::Relaxed);
        rounds
    })
}

fn rounds(trial: &Trial, model: &Path) -> Result<Rounds> {
    let mut rounds = Rounds::default();
    let gguf = model.with_extension("gguf");
    // Where the files of both do not stay in memory side by side, each round takes minutes to read them again.
    let times = if both_fit(model) { trial.rounds } else { 1 };
    for _ in 0..times {
        // Each has all of its files in memory, so that neither waits for the disk.
        into_memory(model)?;
        rounds.ours.push(trial.ours.1(&domicile(model, trial.ours.0)?)?);
        into_memory(&gguf)?;
        rounds.theirs.push(figure(&theirs(&gguf, trial.theirs.0)?, trial.theirs.1)?);
    }
    Ok(rounds)
}

/// Reads a file, or all files of a folder, so that the system keeps them in memory: twice, since what was read once is
/// the first that it gives up.
fn into_memory(path: &Path) -> Result {
    read_through(path)?;
    read_through(path)
}

fn read_through(path: &Path) -> Result {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(failed)? {
            read_through(&entry.map_err(failed)?.path())?;
        }
        return Ok(());
    }
    // `io::copy` into nothing would not read at all.
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut some = vec![0; 1 << 20];
    while std::io::Read::read(&mut file, &mut some).map_err(failed)? > 0 {}
    Ok(())
}

/// Whether the files of both stay in memory side by side; told apart by size alone.
fn both_fit(model: &Path) -> bool {
    std::fs::metadata(model.with_extension("gguf")).is_ok_and(|gguf| gguf.len() < 5_000_000_000)
}

/// Builds llama.cpp where it is not there yet.
pub(super) fn build() -> Result {
    script(&["build".as_ref()]).map(drop)
}

/// What llama-bench says of a file.
pub(super) fn theirs(gguf: &Path, options: &[&str]) -> Result<Figures> {
    let mut arguments = vec!["measure".as_ref(), gguf.as_os_str()];
    arguments.extend(options.iter().map(std::ffi::OsStr::new));
    figures(&script(&arguments)?)
}

fn script(arguments: &[&std::ffi::OsStr]) -> Result<String> {
    let script = root().join("tests/speed/llama.py");
    shell::output(command("python3", [script.as_os_str()]).args(arguments))
}
