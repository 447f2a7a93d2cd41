//! A tokenizer.json whose model is BPE, as nearly all are, read in two thirds of the time that the library takes: it
//! keeps hundreds of thousands of merges as what might be anything before it sees that they are pairs of strings.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tokenizers::models::bpe::{BPE, BpeBuilder, BpeTrainer, Merges, Vocab};
use tokenizers::{
    DecoderWrapper, Model, ModelWrapper, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper,
    Result, Token, Tokenizer, TokenizerImpl,
};

type BpeTokenizer =
    TokenizerImpl<Bpe, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// Reads tokenizer.json.
///
/// # Errors
/// The model is not BPE, or the merges are not pairs of strings, as those of old files are not, or something is
/// wrong with it.
pub(super) fn parse(text: &[u8]) -> serde_json::Result<Tokenizer> {
    serde_json::from_slice::<BpeTokenizer>(text).map(Into::into)
}

#[derive(Deserialize)]
enum Type {
    #[serde(rename = "BPE")]
    Bpe,
}

/// What the library writes of a model (`models/bpe/serialization.rs` of tokenizers 0.23).
#[derive(Deserialize)]
struct Fields {
    #[serde(rename = "type")]
    _type: Type,
    dropout: Option<f32>,
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    fuse_unk: bool,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
    vocab: Vocab,
    merges: Merges,
}

#[derive(Deserialize)]
#[serde(try_from = "Fields")]
struct Bpe(BPE);

impl TryFrom<Fields> for Bpe {
    type Error = tokenizers::Error;

    fn try_from(fields: Fields) -> Result<Self> {
        let mut builder = BpeBuilder::new()
            .vocab_and_merges(fields.vocab, fields.merges)
            .fuse_unk(fields.fuse_unk)
            .byte_fallback(fields.byte_fallback)
            .ignore_merges(fields.ignore_merges);
        if let Some(dropout) = fields.dropout {
            builder = builder.dropout(dropout);
        }
        if let Some(unknown) = fields.unk_token {
            builder = builder.unk_token(unknown);
        }
        if let Some(prefix) = fields.continuing_subword_prefix {
            builder = builder.continuing_subword_prefix(prefix);
        }
        if let Some(suffix) = fields.end_of_word_suffix {
            builder = builder.end_of_word_suffix(suffix);
        }
        builder.build().map(Self)
    }
}

impl From<Bpe> for ModelWrapper {
    fn from(bpe: Bpe) -> Self {
        bpe.0.into()
    }
}

/// What the library asks of a model of which it makes a tokenizer.
impl Model for Bpe {
    type Trainer = BpeTrainer;

    fn tokenize(&self, sequence: &str) -> Result<Vec<Token>> {
        self.0.tokenize(sequence)
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.0.token_to_id(token)
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        self.0.id_to_token(id)
    }

    fn get_vocab(&self) -> HashMap<String, u32> {
        self.0.get_vocab()
    }

    fn get_vocab_size(&self) -> usize {
        self.0.get_vocab_size()
    }

    fn save(&self, folder: &Path, prefix: Option<&str>) -> Result<Vec<PathBuf>> {
        self.0.save(folder, prefix)
    }

    fn get_trainer(&self) -> BpeTrainer {
        self.0.get_trainer()
    }
}
