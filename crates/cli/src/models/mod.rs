//! `domicile models`.

mod pull;
mod show;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use app::catalog::Control;
use app::{DataFolder, Language, Library, Problem, ProblemCode, models};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::text::{models as words, percent, size};
use crate::{engines, output};

#[derive(Args)]
pub(crate) struct Models {
    #[command(subcommand)]
    command: Command,
    /// One JSON object for each model or step
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Show every model that is known, and what is on this disk
    List,
    /// Show what is known of a model
    Show {
        /// Its name
        model: String,
    },
    /// Download a model, or go on where that ended
    Pull(pull::Pull),
    /// Read all of a model and say whether it is still right
    Verify {
        /// Its name
        model: String,
        /// Fetch what is damaged again
        #[arg(long)]
        repair: bool,
    },
    /// Have a model answer where none is named; without a name, the guide
    Use {
        /// Its name
        model: Option<String>,
    },
    /// Remove a model, or what came of one
    Remove {
        /// Its name
        model: String,
    },
    /// Take a model over from a folder, a USB stick or another program; without a folder, show what other programs have
    Import {
        /// A folder or a GGUF file
        path: Option<PathBuf>,
        /// What to call it
        #[arg(long)]
        name: Option<String>,
    },
    /// Copy a model into a folder, for a USB stick or another computer
    Export {
        /// Its name
        model: String,
        /// Where to
        folder: PathBuf,
    },
    /// Move all models into another folder
    Move {
        /// Where to
        folder: PathBuf,
    },
}

impl Models {
    pub(crate) fn run(&self) -> Result<(), Problem> {
        let library = library()?;
        match &self.command {
            Command::List => show::list(&library, self.json),
            Command::Show { model } => show::show(&library, model, self.json),
            Command::Pull(pull) => pull.run(&library, self.json),
            Command::Verify { model, repair } => verify(&library, model, *repair, self.json),
            Command::Use { model } => {
                library.make_current(model.as_deref())?;
                said(self.json, &json!({"current": model}), words(Language::of_system()).current)
            }
            Command::Remove { model } => remove(&library, model, self.json),
            Command::Import { path: Some(path), name } => import(&library, path, name.as_deref(), self.json),
            Command::Import { path: None, .. } => show::others(self.json),
            Command::Export { model, folder } => {
                let total = bytes_of(&library, model);
                let mut steps = Steps::new(words(Language::of_system()).copying, total, self.json);
                let place = library.export(model, folder, &mut |bytes| steps.passed(bytes))?;
                steps.end(&json!({"exported": {"id": model, "folder": place}}), &place)
            }
            Command::Move { folder } => {
                let total = library.rows()?.iter().filter_map(|row| row.bytes).sum();
                let mut steps = Steps::new(words(Language::of_system()).copying, total, self.json);
                library.move_to(folder, &mut |bytes| steps.passed(bytes))?;
                let place = library.store().folder().to_owned();
                steps.end(&json!({"moved": {"folder": place}}), &place)
            }
        }
    }
}

/// The library of the data folder.
pub(crate) fn library() -> Result<Library, Problem> {
    if models::home().is_none() {
        return Err(Problem::new(ProblemCode::FileUnwritable, "the system names no place for data"));
    }
    Library::open(DataFolder::of_this_computer(), engines::RUNS)
}

fn bytes_of(library: &Library, model: &str) -> u64 {
    library.store().ready(model).map_or(0, |(_, manifest)| manifest.bytes())
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C stops what is going on, and not the program.
fn hear_interruptions() {
    // Where nobody can listen, Ctrl-C ends the program as it always did; nothing is lost by that either.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
}

fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// The bytes that passed, told now and then.
struct Steps {
    doing: &'static str,
    passed: u64,
    total: u64,
    told: Instant,
    json: bool,
}

impl Steps {
    fn new(doing: &'static str, total: u64, json: bool) -> Self {
        hear_interruptions();
        Self { doing, passed: 0, total, told: Instant::now(), json }
    }

    fn passed(&mut self, bytes: u64) -> ControlFlow<()> {
        self.passed += bytes;
        if self.told.elapsed() > Duration::from_millis(200) {
            self.told = Instant::now();
            self.tell();
        }
        if interrupted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn tell(&self) {
        if self.json {
            output::print_json(&json!({"passed": self.passed, "total": self.total}));
        } else {
            let share = percent(self.passed, self.total.max(self.passed), Language::of_system());
            output::note(&format!("\r{} {share}\u{1b}[K", self.doing));
        }
    }

    fn end(&self, object: &serde_json::Value, place: &Path) -> Result<(), Problem> {
        if self.json {
            output::print_json(object);
        } else {
            output::note("\r\u{1b}[K");
            output::print(&format!("{}\n", place.display()));
        }
        Ok(())
    }
}

fn verify(library: &Library, model: &str, repair: bool, json: bool) -> Result<(), Problem> {
    let words = words(Language::of_system());
    let mut steps = Steps::new(words.checking, bytes_of(library, model), json);
    let damages = library.verify(model, &mut |bytes| steps.passed(bytes))?;
    if !json {
        output::note("\r\u{1b}[K");
    }
    for damage in &damages {
        let bytes = damage.bytes();
        if json {
            output::print_json(
                &json!({"damaged": {"file": damage.file.path, "bytes": bytes, "ranges": damage.ranges}}),
            );
        } else {
            let amount = size(bytes, Language::of_system());
            output::print(&format!("{}{}{} ({amount})\n", words.damaged, words.colon, damage.file.path));
        }
    }
    if damages.is_empty() {
        return said(json, &json!({"right": {"id": model}}), words.right);
    }
    if !repair {
        let file = damages.first().map(|damage| damage.file.path.clone()).unwrap_or_default();
        let facts = app::Facts { file: Some(file), model: Some(model.to_owned()), ..app::Facts::default() };
        let detail =
            "some of it is not as it was when it was downloaded: domicile models verify --repair".to_owned();
        return Err(Problem { code: ProblemCode::FileDamaged, facts, detail });
    }
    let total = damages.iter().map(app::catalog::Damage::bytes).sum();
    let mut steps = Steps::new(words.repairing, total, json);
    let control = Control::default();
    let stop = control.clone();
    library.repair(model, &damages, &control, &mut |bytes| {
        if steps.passed(bytes).is_break() {
            stop.stop();
        }
    })?;
    if !json {
        output::note("\r\u{1b}[K");
    }
    said(json, &json!({"repaired": {"id": model, "fetched": total}}), words.right)
}

fn remove(library: &Library, model: &str, json: bool) -> Result<(), Problem> {
    let freed = library.remove(model)?;
    let words = words(Language::of_system());
    let amount = size(freed, Language::of_system());
    said(json, &json!({"removed": {"id": model, "freed": freed}}), &format!("{amount} {}", words.freed))
}

fn import(library: &Library, path: &Path, name: Option<&str>, json: bool) -> Result<(), Problem> {
    let total = app::catalog::examine(path).map_or(0, |found| found.bytes);
    let mut steps = Steps::new(words(Language::of_system()).copying, total, json);
    let (id, place) = library.import(path, name, &mut |bytes| steps.passed(bytes))?;
    steps.end(&json!({"imported": {"id": id, "folder": place}}), &place)
}

fn said(json: bool, object: &serde_json::Value, sentence: &str) -> Result<(), Problem> {
    if json {
        output::print_json(object);
    } else {
        output::print(&format!("{sentence}\n"));
    }
    Ok(())
}
