//! Everything that was said and answered, kept in one file.
//!
//! A [`History`] is a connection to `conversations.db`, an SQLite database. Conversations are trees of questions and
//! answers of which one branch is shown; beside them lie folders, assistants and the texts that are being typed. What
//! was written is on disk when a call returns, every day a copy is set aside, and a damaged file is replaced by the
//! newest good copy and whatever can still be read.
//!
//! This crate knows nothing of models, engines and windows: the name of a model and the problem of an answer are texts
//! that it keeps. It knows of no other crate of the project.

mod assistants;
mod backup;
mod clock;
mod conversations;
mod drafts;
mod error;
mod export;
mod files;
mod folders;
mod import;
mod messages;
mod open;
mod restore;
mod salvage;
mod schema;
mod search;
mod types;

#[cfg(test)]
mod tests;

pub use error::{HistoryError, Result, Unfit};
pub use export::{ExportWords, Format};
pub use import::{Imported, LeftOut, Lost};
pub use open::{History, Opening};
pub use search::Hit;
pub use types::{
    Assistant, Attachment, Draft, Ending, Folder, Info, Message, NewConversation, Page, Role, Row, State,
    Timing, TitleBy,
};
