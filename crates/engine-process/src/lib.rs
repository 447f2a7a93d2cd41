//! The engine in a process of its own.
//!
//! The parent's side is [`ProcessEngine`], an [`engine::Engine`] like any other: what it is asked for is written to a
//! child of the same executable and answered from there. The child's side is [`serve`]. A driver that crashes, memory
//! that runs out or a broken file ends the child; the parent gets [`engine::EngineError::ProcessEnded`], and goes on.
//!
//! Between them go frames (see `frame`) of messages (see `message`) over the child's standard input and output. The
//! child answers each request with reports. While it generates it is at most a few milliseconds and two frames ahead
//! of the parent's answers, so that it never waits for them, and yet stops within a token or two; in lockstep, which
//! "take this one instead" needs, it waits after each step.
//!
//! This crate knows nothing of models, devices or conversations, and names no engine.

mod child;
mod frame;
mod message;
mod parent;

use engine::{Engine, ModelFiles};

pub use child::serve;
pub use parent::{Launch, ProcessEngine};

/// The argument that makes a program the child.
pub const ARGUMENT: &str = "--engine-process";

/// Whether this program was started as the child; then it has served, and should end. The first thing a program does.
#[must_use]
pub fn served(engines: impl FnOnce() -> Vec<Box<dyn Engine>>, inside: impl FnOnce() -> ModelFiles) -> bool {
    let asked = std::env::args_os().nth(1).is_some_and(|argument| argument == ARGUMENT);
    if asked {
        serve(&engines(), &inside(), std::io::stdin(), std::io::stdout().lock());
    }
    asked
}
