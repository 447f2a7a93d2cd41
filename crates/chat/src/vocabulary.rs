//! What this crate asks of a tokenizer.

use crate::Result;

/// A model's words: text to tokens and back.
pub trait Vocabulary {
    /// The tokens of a text. Never gives a marker: `<|start|>` written in the text is encoded as the nine characters
    /// it is.
    ///
    /// # Errors
    /// [`ChatError::Encoding`](crate::ChatError::Encoding) where the tokenizer refuses the text.
    fn encode(&self, text: &str) -> Result<Vec<u32>>;

    /// The id of a marker such as `<|start|>`, where the model has it.
    fn special(&self, marker: &str) -> Option<u32>;

    /// The bytes a token stands for, which need not be whole characters; empty for markers and for unknown ids.
    fn bytes(&self, token: u32) -> &[u8];
}
