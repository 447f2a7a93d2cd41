//! What can go wrong between a conversation and its tokens.

use thiserror::Error;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, ChatError>;

/// What can go wrong between a conversation and its tokens. Reading what a model writes never fails.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChatError {
    /// The vocabulary lacks a marker of the format.
    #[error("this model does not speak harmony: its vocabulary has no {marker}")]
    NotHarmony {
        /// The first marker that is missing.
        marker: &'static str,
    },
    /// The tokenizer refused a text.
    #[error("a text cannot be turned into tokens: {detail}")]
    Encoding {
        /// In the tokenizer's own words.
        detail: String,
    },
}
