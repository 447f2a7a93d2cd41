//! Handing conversations on, as text, as a page or complete.

mod json;
mod markdown;
mod page;

use std::io::Write;

use rusqlite::OptionalExtension as _;

pub(crate) use json::{ConversationForm, MessageForm, VERSION};

use crate::{History, HistoryError, Message, Result, Role, Row, State};

/// What conversations are handed on as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for people, with the marks of Markdown: the shown branches.
    Markdown,
    /// Everything, all branches and assistants too, as [`History::import`] takes it back.
    Json,
    /// A page that can be printed: the shown branches.
    Page,
}

/// The words between the texts, in the language of whoever reads them.
pub struct ExportWords {
    /// The language, as in `fr`.
    pub language: String,
    /// What it all is: "Conversations".
    pub heading: String,
    /// Who asks: "You".
    pub you: String,
    /// Who answers, where it is not known which model did: "Answer".
    pub answer: String,
    /// Above what was thought: "Reasoning".
    pub reasoning: String,
    /// Before the name of an attachment: "Attachment".
    pub attachment: String,
    /// Below an answer that is not all there: "This answer is incomplete."
    pub incomplete: String,
    /// For a conversation that has no title: "Untitled".
    pub untitled: String,
    /// A time, in milliseconds since 1970, for people.
    pub date: Box<dyn Fn(i64) -> String + Send + Sync>,
}

impl std::fmt::Debug for ExportWords {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ExportWords").field("language", &self.language).finish_non_exhaustive()
    }
}

impl ExportWords {
    fn title<'a>(&'a self, row: &'a Row) -> &'a str {
        if row.title.trim().is_empty() { &self.untitled } else { &row.title }
    }

    fn who<'a>(&'a self, message: &'a Message) -> &'a str {
        match message.role {
            Role::Person => &self.you,
            Role::Model => message.model.as_deref().unwrap_or(&self.answer),
        }
    }
}

fn is_incomplete(message: &Message) -> bool {
    message.role == Role::Model && message.state != State::Complete
}

impl History {
    /// Writes conversations out, in the order in which they began: those of these numbers, or all; never those that
    /// are deleted. Says how many they were. One conversation at a time is in memory.
    pub fn export(
        &self,
        ids: Option<&[i64]>,
        format: Format,
        words: &ExportWords,
        out: &mut dyn Write,
    ) -> Result<u32> {
        // One state of the file, whatever another program writes meanwhile.
        let transaction = self.connection.unchecked_transaction()?;
        let rows = self.wanted(ids)?;
        match format {
            Format::Markdown => markdown::write(self, &rows, words, out)?,
            Format::Json => json::write(self, &rows, out)?,
            Format::Page => page::write(self, &rows, words, out)?,
        }
        out.flush().map_err(HistoryError::Export)?;
        transaction.commit()?;
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }

    fn wanted(&self, ids: Option<&[i64]>) -> Result<Vec<i64>> {
        match ids {
            None => {
                let all = "SELECT id FROM conversations WHERE deleted_at IS NULL ORDER BY id";
                let mut statement = self.connection.prepare(all)?;
                let ids = statement.query_map([], |row| row.get(0))?;
                Ok(ids.collect::<rusqlite::Result<_>>()?)
            }
            Some(ids) => {
                let mut wanted = Vec::new();
                for id in ids {
                    let found = self
                        .connection
                        .prepare_cached("SELECT id FROM conversations WHERE id = ?1 AND deleted_at IS NULL")?
                        .query_row([id], |row| row.get::<_, i64>(0))
                        .optional()?;
                    wanted.extend(found);
                }
                wanted.sort_unstable();
                wanted.dedup();
                Ok(wanted)
            }
        }
    }
}
