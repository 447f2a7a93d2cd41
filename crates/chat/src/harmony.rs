//! Harmony, the format of gpt-oss (github.com/openai/harmony, docs/format.md).
//!
//! A message is `<|start|>{header}<|message|>{content}<|end|>`. The words between `<|` and `|>` are markers, single
//! tokens that no text encodes to; the header names who speaks, and for the model on which channel: `analysis` is its
//! reasoning, `final` its answer, `commentary` what it calls tools with or says before it does.

mod header;
mod markers;
mod parse;
mod render;
mod schema;
mod text;

pub use markers::Markers;
pub use parse::{Ending, Event, Parser, Part};
pub use render::render;
