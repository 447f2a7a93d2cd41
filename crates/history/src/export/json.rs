//! Conversations with all that belongs to them.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use rusqlite::OptionalExtension as _;
use serde::{Deserialize, Serialize};

use crate::{Assistant, Attachment, History, HistoryError, Result, Role, State, Timing, TitleBy};

/// The version of this form.
pub(crate) const VERSION: u64 = 1;

/// A conversation in this form. The numbers of messages count within it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ConversationForm {
    /// What it is recognised by where it is already.
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) title_by: TitleBy,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) pinned: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) folder: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) assistant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) effort: Option<String>,
    /// The first message that is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chosen: Option<u32>,
    pub(crate) messages: Vec<MessageForm>,
}

/// A message in this form. What it follows stands before it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MessageForm {
    pub(crate) id: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<u32>,
    pub(crate) role: Role,
    pub(crate) state: State,
    pub(crate) created: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) reasoning: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<Attachment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timing: Option<Timing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) reads_from: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) summary: Option<String>,
    /// What is shown after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chosen: Option<u32>,
}

fn is_false(value: &bool) -> bool {
    !value
}

pub(super) fn write(history: &History, ids: &[i64], out: &mut dyn Write) -> Result<()> {
    let everything = history.wanted(None)?.len() == ids.len();
    let (mut folders, mut assistants) = (history.folders()?, history.assistants()?);
    let names: HashMap<i64, String> = folders.iter().map(|folder| (folder.id, folder.name.clone())).collect();
    if !everything {
        // Only what belongs to them: the rest is nobody's business.
        let mut used = (HashSet::new(), HashSet::new());
        for id in ids {
            let row = history.row(*id)?;
            used.0.extend(row.folder);
            used.1.extend(row.assistant);
        }
        folders.retain(|folder| used.0.contains(&folder.id));
        assistants.retain(|assistant| used.1.contains(&assistant.id));
    }
    let folders: Vec<String> = folders.into_iter().map(|folder| folder.name).collect();
    begin(&folders, &assistants, out).map_err(HistoryError::Export)?;
    for (number, id) in ids.iter().enumerate() {
        let form = form(history, *id, &names)?;
        let separator = if number == 0 { "\n" } else { ",\n" };
        put(separator, &form, out).map_err(HistoryError::Export)?;
    }
    out.write_all(b"\n]}\n").map_err(HistoryError::Export)
}

fn begin(folders: &[String], assistants: &[Assistant], out: &mut dyn Write) -> io::Result<()> {
    put(&format!("{{\"domicile\":{VERSION},\n\"assistants\":"), assistants, out)?;
    put(",\n\"folders\":", folders, out)?;
    out.write_all(b",\n\"conversations\":[")
}

fn put<T: Serialize + ?Sized>(before: &str, value: &T, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(before.as_bytes())?;
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

fn form(history: &History, id: i64, folders: &HashMap<i64, String>) -> Result<ConversationForm> {
    let row = history.row(id)?;
    let (key, chosen): (Option<String>, Option<i64>) = history
        .connection
        .prepare_cached("SELECT origin, chosen FROM conversations WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or_else(|| HistoryError::not_found("conversation", id))?;
    let mut statement = history.connection.prepare_cached(
        "SELECT id, parent, role, state, created, model, text, reasoning, timing, problem, reads_from, summary, chosen,
            names <> ''
         FROM messages WHERE conversation = ?1 ORDER BY id",
    )?;
    let mut numbers: HashMap<i64, u32> = HashMap::new();
    let mut messages = Vec::new();
    let mut shown_next: Vec<Option<i64>> = Vec::new();
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let (id, parent): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        let number = u32::try_from(messages.len() + 1).unwrap_or(u32::MAX);
        numbers.insert(id, number);
        let timing: Option<String> = row.get(8)?;
        let attached: bool = row.get(13)?;
        messages.push(MessageForm {
            id: number,
            parent: parent.and_then(|parent| numbers.get(&parent).copied()),
            role: Role::of(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?),
            state: State::of(row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?),
            created: row.get(4)?,
            model: row.get(5)?,
            text: row.get(6)?,
            reasoning: row.get(7)?,
            attachments: if attached { history.attachments(id)? } else { Vec::new() },
            timing: timing.and_then(|timing| serde_json::from_str(&timing).ok()),
            problem: row.get(9)?,
            reads_from: row.get(10)?,
            summary: row.get(11)?,
            chosen: None,
        });
        shown_next.push(row.get(12)?);
    }
    let number = |id: Option<i64>| id.and_then(|id| numbers.get(&id).copied());
    for (message, next) in messages.iter_mut().zip(shown_next) {
        message.chosen = number(next);
    }
    Ok(ConversationForm {
        key: key.unwrap_or_default(),
        title: row.title,
        title_by: row.title_by,
        created: row.created,
        updated: row.updated,
        pinned: row.pinned,
        folder: row.folder.and_then(|folder| folders.get(&folder).cloned()),
        assistant: row.assistant,
        model: row.model,
        effort: row.effort,
        chosen: number(chosen),
        messages,
    })
}
