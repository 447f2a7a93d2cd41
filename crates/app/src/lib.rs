//! Everything a front end can ask for, whatever it looks like.
//!
//! This crate knows nothing of windows, terminals or Tauri, and names no engine: the programs hand theirs in.

mod accidents;
mod app;
mod assistants;
mod chat;
pub mod choose;
pub mod computer;
mod data;
mod desktop;
mod downloads;
mod grouping;
mod library;
pub mod models;
mod placement;
mod problem;
mod prospect;
mod running;
mod self_test;
mod settings;
pub mod token;
mod turn_to_load;
mod vocabulary;
mod ways;
mod wire;
pub(crate) mod words;

pub use accidents::{Accident, Stage};
pub use app::{App, OnEvent, WhenBusy};
pub use catalog;
pub use chat::{Chat, TurnOptions};
pub use data::DataFolder;
pub use desktop::{Desktop, Dialog};
pub use downloads::{Downloads, Held, Progress, Queued};
pub use library::{Library, Row, RowState, Runs, Wanted};
pub use placement::is_partly_on_processor;
pub use problem::{Facts, Problem, ProblemCode};
pub use running::{Equipment, Question, Running, SelfTestFiles};
pub use settings::{AfterAccident, DownloadSettings, Hours, Settings, WindowSettings};
pub use ways::Way;
pub use wire::*;

/// A moment, in seconds since 1970, as this computer's clock shows it: `2026-11-30 06:51`.
#[must_use]
pub fn time_of(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|at| chrono::DateTime::from_timestamp(at, 0));
    moment.map_or_else(
        || "?".to_owned(),
        |at| at.with_timezone(&chrono::Local).format("%Y-%m-%d %H:%M").to_string(),
    )
}
