//! Putting conversations from elsewhere among the others.

use rusqlite::{OptionalExtension as _, params};

use super::{Imported, LeftOut, Lost};
use crate::export::{ConversationForm, MessageForm};
use crate::messages::{attach, names, timing_text};
use crate::{Assistant, History, HistoryError, Result, State, clock};

/// Takes over conversations, within a transaction that somebody else began.
pub(super) struct Taker<'a> {
    history: &'a History,
    pub(super) imported: Imported,
    // The number of the newest message that ever was.
    newest: i64,
    now: i64,
}

impl<'a> Taker<'a> {
    pub(super) fn new(history: &'a History) -> Result<Self> {
        let newest = history.connection.query_row(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'messages'",
            [],
            |row| row.get(0),
        )?;
        Ok(Self { history, imported: Imported::default(), newest, now: clock::now() })
    }

    pub(super) fn assistant(&self, assistant: &Assistant) -> Result<()> {
        if assistant.id.is_empty() {
            return Err(HistoryError::malformed("an assistant without an id"));
        }
        self.history.add_assistant(assistant)
    }

    pub(super) fn folder(&self, name: &str) -> Result<i64> {
        self.history.add_folder(name)
    }

    /// Takes a conversation over, unless it is here already, and notes what is missing in it.
    pub(super) fn take(&mut self, form: ConversationForm, lost: Vec<(Lost, u32)>) -> Result<()> {
        if form.key.is_empty() {
            return Err(HistoryError::malformed("a conversation without a key"));
        }
        let there: Option<(i64, bool)> = self
            .history
            .connection
            .prepare_cached("SELECT id, deleted_at IS NOT NULL FROM conversations WHERE origin = ?1")?
            .query_row([&form.key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match there {
            Some((_, false)) => {
                self.imported.skipped += 1;
                return Ok(());
            }
            Some((id, true)) => {
                self.history
                    .connection
                    .prepare_cached("UPDATE conversations SET deleted_at = NULL WHERE id = ?1")?
                    .execute([id])?;
                self.imported.conversations += 1;
                return Ok(());
            }
            None => {}
        }
        for (what, count) in lost {
            self.imported.left_out.push(LeftOut { conversation: form.title.clone(), what, count });
            if what == Lost::Empty {
                return Ok(());
            }
        }
        let conversation = self.conversation(&form)?;
        let first = self.newest;
        for (index, message) in form.messages.iter().enumerate() {
            self.message(conversation, first, index, message, form.messages.len())?;
        }
        self.imported.conversations += 1;
        self.imported.messages += u32::try_from(form.messages.len()).unwrap_or(u32::MAX);
        Ok(())
    }

    fn conversation(&self, form: &ConversationForm) -> Result<i64> {
        let folder = form.folder.as_deref().map(|name| self.folder(name)).transpose()?;
        let chosen =
            form.chosen.map(|chosen| number(self.newest, chosen, form.messages.len())).transpose()?;
        self.history
            .connection
            .prepare_cached(
                "INSERT INTO conversations
                    (title, title_by, created, updated, model, effort, chosen, folder, pinned, assistant, origin)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                form.title,
                form.title_by.word(),
                form.created,
                // What is said to be of tomorrow would stay on top.
                form.updated.min(self.now),
                form.model,
                form.effort,
                chosen,
                folder,
                form.pinned,
                form.assistant,
                form.key,
            ])?;
        Ok(self.history.connection.last_insert_rowid())
    }

    fn message(
        &mut self,
        conversation: i64,
        first: i64,
        index: usize,
        message: &MessageForm,
        count: usize,
    ) -> Result<()> {
        if usize::try_from(message.id).ok() != Some(index + 1) {
            return Err(HistoryError::malformed("messages that do not count up"));
        }
        if message.parent.is_some_and(|parent| parent >= message.id)
            || message.chosen.is_some_and(|chosen| chosen <= message.id)
        {
            return Err(HistoryError::malformed("a message that follows what comes after it"));
        }
        let id = number(first, message.id, count)?;
        let parent = message.parent.map(|parent| number(first, parent, count)).transpose()?;
        let chosen = message.chosen.map(|chosen| number(first, chosen, count)).transpose()?;
        let state = if message.state == State::Writing { State::Interrupted } else { message.state };
        self.history
            .connection
            .prepare_cached(
                "INSERT INTO messages (id, conversation, parent, role, state, created, model, chosen, timing, problem,
                    text, reasoning, reads_from, summary, names)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                id,
                conversation,
                parent,
                message.role.word(),
                state.word(),
                message.created,
                message.model,
                chosen,
                timing_text(message.timing.as_ref()),
                message.problem,
                message.text,
                message.reasoning,
                message.reads_from,
                message.summary,
                names(&message.attachments),
            ])?;
        self.newest = id;
        attach(&self.history.connection, id, &message.attachments)
    }
}

/// The number that a message of a file gets.
fn number(first: i64, message: u32, count: usize) -> Result<i64> {
    if message == 0 || usize::try_from(message).map_or(true, |message| message > count) {
        return Err(HistoryError::malformed("a message that is not there"));
    }
    Ok(first + i64::from(message))
}
