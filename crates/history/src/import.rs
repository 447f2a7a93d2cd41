//! Taking conversations over.

mod chatgpt;
mod reading;
mod source;
mod taker;

use std::path::Path;

use crate::{History, Result};
use taker::Taker;

/// What was taken over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many conversations.
    pub conversations: u32,
    /// How many messages in them.
    pub messages: u32,
    /// How many conversations were there already.
    pub skipped: u32,
    /// What was not taken over.
    pub left_out: Vec<LeftOut>,
}

/// Something that was not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The title of the conversation it is missing in.
    pub conversation: String,
    /// What it is.
    pub what: Lost,
    /// How many of them.
    pub count: u32,
}

/// What is not taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// Pictures.
    Images,
    /// Sounds and films.
    Recordings,
    /// The contents of files; their names are kept.
    Files,
    /// What programs said that a model called.
    Tools,
    /// A conversation in which nothing was said.
    Empty,
    /// Something of another kind.
    Other,
}

impl History {
    /// Takes over the conversations of a file: what [`export`](Self::export) wrote as [`Format::Json`], or what ChatGPT
    /// hands out, packed or not. Conversations that are here already are passed over; deleted ones come back. Either
    /// everything is taken over, or nothing changes.
    ///
    /// [`Format::Json`]: crate::Format::Json
    pub fn import(&mut self, file: &Path) -> Result<Imported> {
        let transaction = self.begin()?;
        let mut taker = Taker::new(self)?;
        source::each_text(file, &mut |text| reading::read(text, &mut taker))?;
        let imported = taker.imported;
        transaction.commit()?;
        Ok(imported)
    }
}
