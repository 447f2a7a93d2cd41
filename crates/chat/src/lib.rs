//! Conversations, and the formats in which models read and write them.
//!
//! A [`Conversation`] is what the app keeps. [`harmony`] turns it into the tokens that gpt-oss reads, and the tokens
//! that gpt-oss writes into reasoning, answer and tool calls. A model's words come in through [`Vocabulary`].
//!
//! This crate runs no model, loads no tokenizer, calls no tool, keeps no history on disk, and knows of no other crate
//! of the project.

mod conversation;
mod error;
pub mod harmony;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use conversation::{Call, Conversation, Effort, FunctionTool, Message, Reply};
pub use error::{ChatError, Result};
pub use vocabulary::Vocabulary;
