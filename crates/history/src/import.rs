//! Taking conversations over.

use std::path::Path;

use crate::{History, HistoryError, Result, Unfit};

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
    /// Takes over the conversations of a file.
    pub fn import(&mut self, _file: &Path) -> Result<Imported> {
        Err(HistoryError::NotAnExport { reason: Unfit::Unknown })
    }
}
