//! Everything a front end can ask for, whatever it looks like.
//!
//! This crate knows nothing of windows, terminals or Tauri, and names no engine: the programs hand theirs in.

mod accidents;
mod app;
mod chat;
pub mod choose;
pub mod computer;
mod data;
mod grouping;
pub mod models;
mod problem;
mod prospect;
mod running;
mod self_test;
mod settings;
mod turn_to_load;
mod vocabulary;
mod ways;
mod wire;

pub use accidents::{Accident, Stage};
pub use app::{App, WhenBusy};
pub use chat::{Chat, TurnOptions};
pub use data::DataFolder;
pub use problem::{Facts, Problem, ProblemCode};
pub use running::{Equipment, Question, Running};
pub use settings::{AfterAccident, Settings};
pub use ways::Way;
pub use wire::{
    AskRequest, COMMANDS, ChatEvent, Command, DeviceCard, Effort, FinishReason, Language, ModelCard,
    Prospect, Room, Route, StopRequest, Timing, Welcome, bindings,
};
