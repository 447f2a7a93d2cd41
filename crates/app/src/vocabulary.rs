//! A model's tokenizer, as the prompt formats want it.

use ::chat::{ChatError, Vocabulary};
use engine::Tokenizer;

/// The words of a model.
pub(crate) struct Words<'a>(pub(crate) &'a Tokenizer);

impl Vocabulary for Words<'_> {
    fn encode(&self, text: &str) -> ::chat::Result<Vec<u32>> {
        self.0.encode(text).map_err(|e| ChatError::Encoding { detail: e.to_string() })
    }

    fn special(&self, marker: &str) -> Option<u32> {
        self.0.special(marker)
    }

    fn bytes(&self, token: u32) -> &[u8] {
        self.0.bytes(token)
    }
}
