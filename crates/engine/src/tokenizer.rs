//! Text to token ids and back, from a model's tokenizer.json.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{EngineError, ModelFiles, Result};

const FILE: &str = "tokenizer.json";

/// A model's tokenizer. Byte-level BPE is what every model here uses, so each token stands for a string of bytes,
/// which need not be whole characters.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    bytes: Vec<Box<[u8]>>,
}

impl Tokenizer {
    /// Reads tokenizer.json.
    ///
    /// # Errors
    /// The file is missing, or is no tokenizer, or names tokens beyond `vocab`.
    pub fn load(files: &ModelFiles, vocab: usize) -> Result<Self> {
        let text = files.read(FILE)?;
        let invalid = |detail: String| EngineError::FileInvalid { file: FILE.to_owned(), detail };
        // The library panics on some malformed files (a merge that names an unknown token, for one).
        let mut inner = catch_unwind(AssertUnwindSafe(|| tokenizers::Tokenizer::from_bytes(&text)))
            .map_err(|_| invalid("its content contradicts itself".to_owned()))?
            .map_err(|e| invalid(e.to_string()))?;
        // Text typed by a person never becomes a marker: only `special` gives those.
        inner.set_encode_special_tokens(true);
        let mut bytes = vec![Box::<[u8]>::default(); vocab];
        for (token, id) in inner.get_vocab(false) {
            let slot = bytes
                .get_mut(id as usize)
                .ok_or_else(|| invalid(format!("token {id} is outside the vocabulary of {vocab}")))?;
            *slot = byte_level(&token).into();
        }
        Ok(Self { inner, bytes })
    }

    /// Token ids of a text. Markers written in the text are encoded as plain text.
    ///
    /// # Errors
    /// [`EngineError::FileInvalid`] where the tokenizer cannot encode the text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self
            .inner
            .encode_fast(text, false)
            .map_err(|e| EngineError::FileInvalid { file: FILE.to_owned(), detail: e.to_string() })?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The id of a marker such as `<|start|>`, where the model has it.
    #[must_use]
    pub fn special(&self, marker: &str) -> Option<u32> {
        let id = self.inner.token_to_id(marker)?;
        self.inner.get_added_tokens_decoder().contains_key(&id).then_some(id)
    }

    /// The bytes a token stands for; empty for markers and for ids outside the vocabulary.
    #[must_use]
    pub fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], AsRef::as_ref)
    }

    /// A token's name for inspection: its text, or its marker.
    #[must_use]
    pub fn name(&self, token: u32) -> String {
        match self.bytes(token) {
            [] => self.inner.id_to_token(token).unwrap_or_default(),
            bytes => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// Undoes GPT-2's byte-to-character table (`bytes_to_unicode` of its encoder.py): printable bytes stand for
/// themselves, the 68 others for U+0100 onwards in order.
fn byte_level(token: &str) -> Vec<u8> {
    let printable = |b: u8| matches!(b, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let others: Vec<u8> = (0..=255).filter(|&b| !printable(b)).collect();
    let mut bytes = Vec::with_capacity(token.len());
    for c in token.chars() {
        match u32::from(c) {
            code @ 0..=255 if printable(code as u8) => bytes.push(code as u8),
            code @ 256.. if (code as usize) < 256 + others.len() => bytes.push(others[code as usize - 256]),
            _ => bytes.extend(c.to_string().as_bytes()),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::byte_level;

    #[test]
    fn byte_level_characters_become_their_bytes() {
        assert_eq!(byte_level("Ġmaison"), b" maison");
        assert_eq!(byte_level("Ã©"), "é".as_bytes());
        assert_eq!(byte_level("ĊĊ"), b"\n\n");
        assert_eq!(byte_level("\u{143}"), b"\xad");
    }
}
