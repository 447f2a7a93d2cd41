//! Taking what can still be read out of a damaged file.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, ErrorCode, params_from_iter};

use crate::{History, Result, backup, clock};

/// No message takes fewer bytes than this, so that a file of a given size has only so many.
const BYTES_OF_A_ROW: u64 = 64;
/// Characters of a title that is made of a question.
const TITLE: usize = 60;

/// A row: its columns by name.
type Columns = HashMap<String, Value>;
/// What puts a row in its place.
type Put = fn(&Connection, Columns) -> Result<()>;

/// Takes over what the damaged file has and the history does not, or has in an earlier state. What cannot be read is
/// left out; only what keeps the history from being written is an error.
pub(crate) fn salvage(history: &History, damaged: &Path) -> Result<()> {
    let Ok(source) = backup::read_only(damaged) else { return Ok(()) };
    let bytes = fs::metadata(damaged).map_or(0, |found| found.len());
    let transaction = history.begin()?;
    let target = &*transaction;
    let tables: [(&str, Put); 6] = [
        ("folders", folder),
        ("assistants", assistant),
        ("conversations", conversation),
        ("messages", message),
        ("attachments", attachment),
        ("drafts", draft),
    ];
    for (table, put) in tables {
        each_row(&source, target, table, bytes, put)?;
    }
    choose(target)?;
    Ok(transaction.commit()?)
}

/// Every row that can be read: all of them in turn as far as that goes, and from there one by one.
fn each_row(source: &Connection, target: &Connection, table: &str, bytes: u64, put: Put) -> Result<()> {
    let mut last = 0;
    // Errors of the source are expected; those of the target are not.
    let Ok(mut all) =
        source.prepare(&format!("SELECT rowid AS number, * FROM {table} WHERE rowid > 0 ORDER BY rowid"))
    else {
        return Ok(());
    };
    let names: Vec<String> = all.column_names().into_iter().map(str::to_owned).collect();
    if let Ok(mut rows) = all.query([]) {
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    last = row.get(0).unwrap_or(last);
                    if let Some(columns) = columns(&names, row) {
                        put(target, columns)?;
                    }
                }
                Ok(None) => return Ok(()),
                Err(_) => break,
            }
        }
    }
    let Ok(mut one) = source.prepare(&format!("SELECT rowid AS number, * FROM {table} WHERE rowid = ?1"))
    else {
        return Ok(());
    };
    for id in last + 1..=highest(source, target, table, bytes)? {
        let found = one.query_row([id], |row| Ok(columns(&names, row)));
        if let Ok(Some(columns)) = found {
            put(target, columns)?;
        }
    }
    Ok(())
}

/// The highest number that a row of the damaged file may have.
fn highest(source: &Connection, target: &Connection, table: &str, bytes: u64) -> Result<i64> {
    let max = format!("SELECT coalesce(max(rowid), 0) FROM {table}");
    let here: i64 = target.query_row(&max, [], |row| row.get(0))?;
    let most =
        here.saturating_add(i64::try_from(bytes / BYTES_OF_A_ROW).unwrap_or(i64::MAX)).saturating_add(100);
    let read = source.query_row(&max, [], |row| row.get::<_, i64>(0)).ok();
    let noted = source
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = ?1", [table], |row| row.get::<_, i64>(0))
        .ok();
    Ok(read.max(noted).unwrap_or(most).min(most))
}

/// A row, unless one of its texts is none any more.
fn columns(names: &[String], row: &rusqlite::Row<'_>) -> Option<Columns> {
    let mut columns = Columns::new();
    for (index, name) in names.iter().enumerate() {
        let value = match row.get_ref(index).ok()? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Real(number) => Value::Real(number),
            ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).ok()?.to_owned()),
            ValueRef::Blob(_) => return None,
        };
        columns.insert(name.clone(), value);
    }
    Some(columns)
}

/// Runs a statement with columns in their order. A row that the schema refuses is damaged, and left out.
fn put(target: &Connection, sql: &str, columns: &Columns, names: &[&str]) -> Result<()> {
    let values = names.iter().map(|name| columns.get(*name).unwrap_or(&Value::Null));
    match target.prepare_cached(sql)?.execute(params_from_iter(values)) {
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig)
            ) =>
        {
            Ok(())
        }
        other => Ok(other.map(|_| ())?),
    }
}

fn exists(target: &Connection, table: &str, id: Option<&Value>) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1)");
    Ok(target.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?)
}

fn integer(columns: &Columns, name: &str) -> Option<i64> {
    match columns.get(name) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

fn folder(target: &Connection, columns: Columns) -> Result<()> {
    put(target, "INSERT OR IGNORE INTO folders (id, name) VALUES (?1, ?2)", &columns, &["id", "name"])
}

fn assistant(target: &Connection, columns: Columns) -> Result<()> {
    put(
        target,
        "INSERT OR REPLACE INTO assistants
            (id, name, about, instructions, model, effort, temperature, top_p, top_k, min_p)
         VALUES (?1, ?2, coalesce(?3, ''), ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        &columns,
        &["id", "name", "about", "instructions", "model", "effort", "temperature", "top_p", "top_k", "min_p"],
    )
}

fn conversation(target: &Connection, mut columns: Columns) -> Result<()> {
    // A time that has not come yet is damage, and would stay on top for ever.
    let soon = clock::now() + 24 * 3600 * 1000;
    if integer(&columns, "updated").is_none_or(|updated| updated > soon) {
        return Ok(());
    }
    if !exists(target, "folders", columns.get("folder"))? {
        columns.insert("folder".to_owned(), Value::Null);
    }
    columns.entry("pinned".to_owned()).or_insert(Value::Integer(0));
    put(
        target,
        "INSERT INTO conversations (id, title, title_by, created, updated, model, effort, chosen, deleted_at, folder,
            pinned, assistant, origin)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, coalesce(?13, lower(hex(randomblob(16)))))
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, title_by = excluded.title_by,
            updated = excluded.updated, model = excluded.model, effort = excluded.effort, chosen = excluded.chosen,
            deleted_at = excluded.deleted_at, folder = excluded.folder, pinned = excluded.pinned,
            assistant = excluded.assistant
         WHERE excluded.updated >= conversations.updated AND excluded.created = conversations.created",
        &columns,
        &[
            "id", "title", "title_by", "created", "updated", "model", "effort", "chosen", "deleted_at", "folder",
            "pinned", "assistant", "origin",
        ],
    )
}

fn message(target: &Connection, mut columns: Columns) -> Result<()> {
    let (Some(id), Some(conversation)) = (integer(&columns, "id"), integer(&columns, "conversation")) else {
        return Ok(());
    };
    if !exists(target, "conversations", Some(&Value::Integer(conversation)))? {
        // Its conversation cannot be read, and what was said in it can.
        let title = match columns.get("text") {
            Some(Value::Text(text)) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            _ => String::new(),
        };
        let title = title.chars().take(TITLE).collect();
        let mut made = columns.clone();
        made.insert("title".to_owned(), Value::Text(title));
        put(
            target,
            "INSERT INTO conversations (id, title, created, updated, origin)
             VALUES (?1, ?2, ?3, ?3, lower(hex(randomblob(16))))",
            &made,
            &["conversation", "title", "created"],
        )?;
    }
    let orphaned = match columns.get("parent") {
        None | Some(Value::Null) => false,
        parent => !exists(target, "messages", parent)?,
    };
    if orphaned {
        // What it followed cannot be read: it follows what was said before that.
        let before = target
            .prepare_cached(
                "SELECT max(id) FROM messages WHERE conversation = ?1 AND id < ?2 AND role <> ?3",
            )?
            .query_row((conversation, id, columns.get("role")), |row| row.get(0))?;
        columns.insert("parent".to_owned(), before);
    }
    if columns.get("state") == Some(&Value::Text("writing".to_owned())) {
        columns.insert("state".to_owned(), Value::Text("interrupted".to_owned()));
    }
    columns.entry("reads_from".to_owned()).or_insert(Value::Integer(0));
    columns.entry("names".to_owned()).or_insert_with(|| Value::Text(String::new()));
    put(
        target,
        "INSERT OR IGNORE INTO messages (id, conversation, parent, role, state, created, model, chosen, timing, problem,
            text, reasoning, reads_from, summary, names)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        &columns,
        &[
            "id", "conversation", "parent", "role", "state", "created", "model", "chosen", "timing", "problem", "text",
            "reasoning", "reads_from", "summary", "names",
        ],
    )?;
    // What was being written when the copy was made has come further.
    put(
        target,
        "UPDATE messages SET text = ?3, reasoning = ?4, state = ?5, timing = ?6, problem = ?7
         WHERE id = ?1 AND conversation = ?2 AND state = 'interrupted' AND length(?3) >= length(text)
            AND (text, reasoning, state) IS NOT (?3, ?4, ?5)",
        &columns,
        &["id", "conversation", "text", "reasoning", "state", "timing", "problem"],
    )?;
    put(
        target,
        "UPDATE messages SET chosen = ?3, reads_from = ?4, summary = ?5
         WHERE id = ?1 AND conversation = ?2 AND (chosen, reads_from, summary) IS NOT (?3, ?4, ?5)",
        &columns,
        &["id", "conversation", "chosen", "reads_from", "summary"],
    )
}

fn attachment(target: &Connection, columns: Columns) -> Result<()> {
    put(
        target,
        "INSERT OR IGNORE INTO attachments (id, message, name, text) VALUES (?1, ?2, ?3, ?4)",
        &columns,
        &["id", "message", "name", "text"],
    )
}

fn draft(target: &Connection, columns: Columns) -> Result<()> {
    put(
        target,
        "INSERT INTO drafts (conversation, text, attachments) VALUES (?1, ?2, ?3)
         ON CONFLICT (coalesce(conversation, 0))
         DO UPDATE SET text = excluded.text, attachments = excluded.attachments",
        &columns,
        &["conversation", "text", "attachments"],
    )
}

/// Where what was shown could not be read, the newest is.
pub(crate) fn choose(target: &Connection) -> Result<()> {
    target.execute(
        "UPDATE messages SET chosen = (SELECT max(id) FROM messages n WHERE n.parent = messages.id)
         WHERE EXISTS (SELECT 1 FROM messages n WHERE n.parent = messages.id)
            AND NOT EXISTS (SELECT 1 FROM messages n WHERE n.id = messages.chosen AND n.parent = messages.id)",
        [],
    )?;
    target.execute(
        "UPDATE conversations
         SET chosen = (SELECT max(id) FROM messages n WHERE n.conversation = conversations.id AND n.parent IS NULL)
         WHERE NOT EXISTS (SELECT 1 FROM messages n
            WHERE n.id = conversations.chosen AND n.conversation = conversations.id AND n.parent IS NULL)",
        [],
    )?;
    Ok(())
}
