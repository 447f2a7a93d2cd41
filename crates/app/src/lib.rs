//! Everything a front end can ask for, whatever it looks like.
//!
//! This crate knows nothing of windows, terminals or Tauri, and names no engine: the programs hand theirs in.

mod app;
mod chat;
pub mod choose;
pub mod computer;
mod grouping;
pub mod models;
mod problem;
mod prospect;
mod vocabulary;
mod wire;

pub use app::App;
pub use chat::{Chat, TurnOptions};
pub use problem::{Facts, Problem, ProblemCode};
pub use wire::{
    AskRequest, COMMANDS, ChatEvent, Command, Effort, FinishReason, Language, ModelCard, Prospect, Room,
    StopRequest, Timing, Welcome, bindings,
};
