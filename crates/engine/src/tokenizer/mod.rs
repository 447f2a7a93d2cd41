//! Text to token ids and back, from a model's tokenizer.json.

mod bpe;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use crate::{EngineError, ModelFiles, Result};

const FILE: &str = "tokenizer.json";

/// Far more than any vocabulary has: a file that numbers further would only fill the memory.
const MOST_TOKENS: usize = 1 << 24;

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
        Self::read(files)?.within(vocab)
    }

    /// Begins to read tokenizer.json, on a thread of its own: a large one takes as long as all the rest of a model
    /// that was opened before.
    #[must_use]
    pub fn begin(files: &ModelFiles) -> Reading {
        let files = files.clone();
        Reading(std::thread::spawn(move || Self::read(&files)))
    }

    fn read(files: &ModelFiles) -> Result<Self> {
        let text = files.read(FILE)?;
        // The library panics on some malformed files (a merge that names an unknown token, for one).
        let mut inner = catch_unwind(AssertUnwindSafe(|| parse(&text)))
            .map_err(|_| invalid("its content contradicts itself".to_owned()))?
            .map_err(|e| invalid(e.to_string()))?;
        // Text typed by a person never becomes a marker: only `special` gives those.
        inner.set_encode_special_tokens(true);
        let tokens = inner.get_vocab(false);
        let end = tokens.values().max().map_or(0, |&id| id as usize + 1);
        if end > MOST_TOKENS {
            return Err(invalid(format!("it numbers tokens up to {end}")));
        }
        let mut bytes = vec![Box::<[u8]>::default(); end];
        for (token, id) in tokens {
            bytes[id as usize] = byte_level(&token).into();
        }
        Ok(Self { inner, bytes })
    }

    fn within(self, vocab: usize) -> Result<Self> {
        match self.bytes.len() {
            end if end > vocab => {
                Err(invalid(format!("token {} is outside the vocabulary of {vocab}", end - 1)))
            }
            _ => Ok(self),
        }
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

/// A tokenizer that is being read.
pub struct Reading(std::thread::JoinHandle<Result<Tokenizer>>);

impl Reading {
    /// The tokenizer of a model of `vocab` tokens.
    ///
    /// # Errors
    /// Those of [`Tokenizer::load`].
    pub fn wait(self, vocab: usize) -> Result<Tokenizer> {
        let read = self.0.join().map_err(|_| invalid("it could not be read to its end".to_owned()))?;
        read?.within(vocab)
    }
}

fn invalid(detail: String) -> EngineError {
    EngineError::FileInvalid { file: FILE.to_owned(), detail }
}

fn parse(text: &[u8]) -> tokenizers::Result<tokenizers::Tokenizer> {
    bpe::parse(text).or_else(|_| tokenizers::Tokenizer::from_bytes(text))
}

fn printable(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff)
}

/// Undoes GPT-2's byte-to-character table (`bytes_to_unicode` of its encoder.py): printable bytes stand for
/// themselves, the 68 others for U+0100 onwards in order.
fn byte_level(token: &str) -> Vec<u8> {
    static OTHERS: LazyLock<Vec<u8>> = LazyLock::new(|| (0..=255).filter(|&b| !printable(b)).collect());
    let others = &*OTHERS;
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
    use super::{bpe, byte_level};

    const MERGES: &str = r#"[["m", "a"], ["i", "s"], ["ma", "is"], ["Ġ", "mais"]]"#;

    /// A tokenizer.json of a few tokens.
    fn file(merges: &str) -> String {
        let tokens = ["m", "a", "i", "s", "Ġ", "ma", "is", "mais", "Ġmais", "<|end|>"];
        let vocab: Vec<String> =
            tokens.iter().enumerate().map(|(id, token)| format!("{token:?}: {id}")).collect();
        let bytes =
            r#"{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}"#;
        format!(
            r#"{{"version": "1.0", "pre_tokenizer": {bytes}, "decoder": {bytes}, "added_tokens": [
                {{"id": 9, "content": "<|end|>", "single_word": false, "lstrip": false, "rstrip": false,
                  "normalized": false, "special": true}}],
              "model": {{"type": "BPE", "ignore_merges": true, "vocab": {{{}}}, "merges": {merges}}}}}"#,
            vocab.join(", ")
        )
    }

    #[test]
    fn bpe_is_read_as_the_library_reads_it() {
        let text = file(MERGES);
        let (own, library) =
            (bpe::parse(text.as_bytes()).unwrap(), tokenizers::Tokenizer::from_bytes(&text).unwrap());
        let ids = |tokenizer: &tokenizers::Tokenizer| {
            tokenizer.encode("mais ma mais<|end|> amis", false).unwrap().get_ids().to_vec()
        };
        assert_eq!(ids(&own), ids(&library));
        assert_eq!(serde_json::to_string(&own).unwrap(), serde_json::to_string(&library).unwrap());
    }

    #[test]
    fn merges_of_old_files_are_left_to_the_library() {
        let old = file(r#"["m a", "i s", "ma is", "Ġ mais"]"#);
        assert!(bpe::parse(old.as_bytes()).is_err());
        let read = super::parse(old.as_bytes()).unwrap();
        let expected = bpe::parse(file(MERGES).as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), serde_json::to_string(&expected).unwrap());
    }

    #[test]
    fn byte_level_characters_become_their_bytes() {
        assert_eq!(byte_level("Ġmaison"), b" maison");
        assert_eq!(byte_level("Ã©"), "é".as_bytes());
        assert_eq!(byte_level("ĊĊ"), b"\n\n");
        assert_eq!(byte_level("\u{143}"), b"\xad");
    }
}
