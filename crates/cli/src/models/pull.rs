//! `domicile models pull`.

use std::thread;
use std::time::Duration;

use app::catalog::{Control, Reason, Report, Stage};
use app::{Facts, Language, Library, Problem, ProblemCode, RowState};
use clap::Args;
use serde_json::json;

use super::{hear_interruptions, interrupted, said};
use crate::output;
use crate::text::{ModelWords, duration, models as words, percent, size};

#[derive(Args)]
pub(super) struct Pull {
    /// A known model (one of its variants: NAME:VARIANT), or a repository by its name or address
    model: String,
    /// Say what it would take, and do nothing
    #[arg(long)]
    plan: bool,
    /// Most megabytes per second
    #[arg(long, value_name = "MB", value_parser = positive)]
    limit: Option<f64>,
}

fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|n: &f64| n.is_finite() && *n > 0.0).ok_or_else(|| "a number above 0".to_owned())
}

impl Pull {
    pub(super) fn run(&self, library: &Library, json: bool) -> Result<(), Problem> {
        let words = words(Language::of_system());
        let control = self.control(library);
        let report = |report: Report| tell(&report, words, json);
        let wanted = library.wanted(&self.model, &control, &report)?;
        let ready =
            library.rows()?.into_iter().any(|row| row.id == wanted.id && row.state == RowState::Ready);
        if ready {
            let place = library.store().place(&wanted.id)?;
            return said(json, &json!({"ready": {"id": wanted.id, "folder": place}}), words.ready);
        }
        if self.plan {
            return estimate(library, &wanted, json);
        }
        let place = library.pull(&wanted, &control, &report)?;
        if !json {
            output::note("\r\u{1b}[K");
        }
        let object = json!({"ready": {"id": wanted.id, "folder": place}});
        said(json, &object, &format!("{} {}", words.ready, place.display()))
    }

    /// With the limit that was given, or else the one of the settings; Ctrl-C stops it.
    fn control(&self, library: &Library) -> Control {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let limit =
            self.limit.map(|megabytes| (megabytes * 1e6) as u64).or(library.settings().downloads.limit);
        let control = Control::new(limit);
        hear_interruptions();
        let stop = control.clone();
        // It ends with the program.
        thread::spawn(move || {
            while !interrupted() {
                thread::sleep(Duration::from_millis(50));
            }
            stop.stop();
        });
        control
    }
}

fn estimate(library: &Library, wanted: &app::Wanted, json: bool) -> Result<(), Problem> {
    let found = library.estimate(wanted)?;
    let (total, missing, available) = (found.plan.bytes(), found.missing, found.available);
    if json {
        let files: Vec<_> =
            found.plan.files.iter().map(|file| json!({"path": file.path, "size": file.size})).collect();
        output::print_json(
            &json!({"plan": {"id": wanted.id, "files": files, "total": total, "missing": missing,
            "available": available, "fits": found.fits(), "speed": found.speed, "seconds": found.seconds()}}),
        );
    } else {
        let (language, words) = (Language::of_system(), words(Language::of_system()));
        for file in &found.plan.files {
            output::print(&format!("{}  {}\n", size(file.size, language), file.path));
        }
        let [total, missing, available] = [total, missing, available].map(|bytes| size(bytes, language));
        let colon = words.colon;
        output::print(&format!("{}{colon}{total}\n{}{colon}{missing}\n", words.in_all, words.missing));
        output::print(&format!("{}{colon}{available}\n", words.free));
        if let Some(seconds) = found.seconds() {
            output::print(&format!("{}{colon}{}\n", words.time, duration(seconds, language)));
        }
    }
    if found.fits() {
        return Ok(());
    }
    let facts = Facts {
        file: Some(library.store().folder().display().to_string()),
        needed: Some(missing + found.margin()),
        available: Some(available),
        ..Facts::default()
    };
    Err(Problem { code: ProblemCode::DiskFull, facts, detail: "there is not enough room".to_owned() })
}

fn tell(report: &Report, words: &ModelWords, json: bool) {
    if json {
        output::print_json(report);
        return;
    }
    let language = Language::of_system();
    let mut line = match report.stage {
        Stage::Listing => words.listing.to_owned(),
        Stage::Ready => return,
        Stage::Checking => format!("{} {}", words.checking, percent(report.checked, report.total, language)),
        Stage::Fetching => {
            let share = percent(report.received, report.total, language);
            let (received, total) = (size(report.received, language), size(report.total, language));
            let mut line = format!("{share}  {received} {} {total}", words.of);
            if let Some(speed) = report.speed {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let speed = size(speed as u64, language);
                line += &format!("  {speed}{}", words.a_second);
            }
            if let Some(seconds) = report.seconds_left {
                line += &format!("  {} {}", words.about, duration(seconds, language));
            }
            line
        }
    };
    if let Some(waiting) = &report.waiting {
        line += &format!("  {}", reason(waiting.reason, words));
    }
    output::note(&format!("\r{line}\u{1b}[K"));
}

fn reason(reason: Reason, words: &ModelWords) -> &'static str {
    match reason {
        Reason::NoConnection => words.no_connection,
        Reason::SwitchedOff => words.switched_off,
        Reason::HubBusy => words.hub_busy,
        Reason::Interrupted => words.interrupted,
        Reason::SomebodyElse => words.somebody_else,
        Reason::DiskFull => words.disk_full,
    }
}
