//! Conversations: their list, and what they are called.

use rusqlite::{OptionalExtension as _, ToSql, params};

use crate::{History, HistoryError, NewConversation, Page, Result, Row, TitleBy, clock};

const COLUMNS: &str = "id, title, title_by, created, updated, pinned, folder, assistant, model, effort";

/// Up to so many messages are forgotten one by one.
const FORGOTTEN_ONE_BY_ONE: u32 = 200;

fn row(found: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: found.get(0)?,
        title: found.get(1)?,
        title_by: TitleBy::of(found.get_ref(2)?.as_str()?),
        created: found.get(3)?,
        updated: found.get(4)?,
        pinned: found.get(5)?,
        folder: found.get(6)?,
        assistant: found.get(7)?,
        model: found.get(8)?,
        effort: found.get(9)?,
    })
}

impl History {
    /// A conversation begins.
    pub fn create(&self, new: NewConversation) -> Result<i64> {
        let now = clock::now();
        self.connection
            .prepare_cached(
                "INSERT INTO conversations (title, created, updated, assistant, model, folder, origin)
                 VALUES (?1, ?2, ?2, ?3, ?4, ?5, lower(hex(randomblob(16))))",
            )?
            .execute(params![new.title, now, new.assistant, new.model, new.folder])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// A conversation that is not deleted.
    pub fn row(&self, id: i64) -> Result<Row> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM conversations WHERE id = ?1 AND deleted_at IS NULL"
            ))?
            .query_row([id], row)
            .optional()?
            .ok_or_else(|| HistoryError::not_found("conversation", id))
    }

    /// Conversations, the newest first, those left out that are deleted.
    pub fn list(&self, page: Page) -> Result<Vec<Row>> {
        let mut sql = format!("SELECT {COLUMNS} FROM conversations WHERE deleted_at IS NULL");
        let mut values: Vec<&dyn ToSql> = Vec::new();
        if let Some(folder) = &page.folder {
            sql.push_str(" AND folder = ?");
            values.push(folder);
        }
        if let Some(pinned) = &page.pinned {
            sql.push_str(" AND pinned = ?");
            values.push(pinned);
        }
        if let Some((updated, id)) = &page.before {
            sql.push_str(" AND (updated, id) < (?, ?)");
            values.extend([updated as &dyn ToSql, id]);
        }
        sql.push_str(" ORDER BY updated DESC, id DESC LIMIT ?");
        values.push(&page.count);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(values.as_slice(), row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many conversations there are, those left out that are deleted.
    pub fn count(&self) -> Result<u32> {
        let count = "SELECT count(*) FROM conversations WHERE deleted_at IS NULL";
        Ok(self.connection.query_row(count, [], |row| row.get(0))?)
    }

    /// Gives a conversation a title. What a person chose, only a person changes.
    pub fn rename(&self, id: i64, title: &str, by: TitleBy) -> Result<()> {
        let chosen = self.row(id)?.title_by == TitleBy::Person;
        if chosen && by != TitleBy::Person {
            return Ok(());
        }
        self.change(id, "title = ?2, title_by = ?3", &[&title, &by.word()])
    }

    /// Keeps a conversation on top, or no more.
    pub fn pin(&self, id: i64, pinned: bool) -> Result<()> {
        self.change(id, "pinned = ?2", &[&pinned])
    }

    /// Puts a conversation into a folder, or takes it out of any.
    pub fn file(&self, id: i64, folder: Option<i64>) -> Result<()> {
        if let Some(folder) = folder {
            self.folder_is_there(folder)?;
        }
        self.change(id, "folder = ?2", &[&folder])
    }

    /// Says with whom a conversation goes on.
    pub fn set_assistant(&self, id: i64, assistant: Option<&str>) -> Result<()> {
        self.change(id, "assistant = ?2", &[&assistant])
    }

    /// Says in which model a conversation goes on.
    pub fn set_model(&self, id: i64, model: Option<&str>) -> Result<()> {
        self.change(id, "model = ?2", &[&model])
    }

    /// Says with how much thinking a conversation goes on.
    pub fn set_effort(&self, id: i64, effort: Option<&str>) -> Result<()> {
        self.change(id, "effort = ?2", &[&effort])
    }

    fn change(&self, id: i64, what: &str, values: &[&dyn ToSql]) -> Result<()> {
        let mut all: Vec<&dyn ToSql> = vec![&id];
        all.extend(values);
        let changed = self
            .connection
            .prepare_cached(&format!("UPDATE conversations SET {what} WHERE id = ?1"))?
            .execute(all.as_slice())?;
        if changed == 0 { Err(HistoryError::not_found("conversation", id)) } else { Ok(()) }
    }

    /// Deletes conversations. They are neither listed nor found any more, and can be had back until
    /// [`purge`](Self::purge).
    pub fn delete(&self, ids: &[i64]) -> Result<()> {
        self.mark(ids, Some(clock::now()))
    }

    /// Has conversations back.
    pub fn undelete(&self, ids: &[i64]) -> Result<()> {
        self.mark(ids, None)
    }

    fn mark(&self, ids: &[i64], deleted_at: Option<i64>) -> Result<()> {
        let transaction = self.begin()?;
        for id in ids {
            transaction
                .prepare_cached(
                    "UPDATE conversations SET deleted_at = ?2
                     WHERE id = ?1 AND (deleted_at IS NULL) <> (?2 IS NULL)",
                )?
                .execute(params![id, deleted_at])?;
        }
        Ok(transaction.commit()?)
    }

    /// Deletes all conversations. Those that were not deleted before come back as numbers, for
    /// [`undelete`](Self::undelete).
    pub fn delete_all(&self) -> Result<Vec<i64>> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE conversations SET deleted_at = ?1 WHERE deleted_at IS NULL RETURNING id",
        )?;
        let ids = statement.query_map([clock::now()], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Removes conversations for good that were deleted before this time. They are overwritten in the file; copies that
    /// were set aside before still hold them, until newer ones take their places.
    pub fn purge(&self, deleted_before: i64) -> Result<u32> {
        let transaction = self.begin()?;
        let doomed: u32 = transaction.query_row(
            "SELECT count(*) FROM messages
             WHERE conversation IN (SELECT id FROM conversations WHERE deleted_at < ?1)",
            [deleted_before],
            |row| row.get(0),
        )?;
        // The search's table forgets words one by one, which takes a while for each message, or all at once, which
        // takes a while for the whole table.
        let at_once = doomed > FORGOTTEN_ONE_BY_ONE;
        if at_once {
            transaction.execute("INSERT INTO found (found, rank) VALUES ('secure-delete', 0)", [])?;
        }
        let purged =
            transaction.execute("DELETE FROM conversations WHERE deleted_at < ?1", [deleted_before])?;
        if at_once {
            transaction.execute("INSERT INTO found (found) VALUES ('optimize')", [])?;
            transaction.execute("INSERT INTO found (found, rank) VALUES ('secure-delete', 1)", [])?;
        }
        transaction.commit()?;
        if purged > 0 && self.file.is_some() {
            // They would be in the log for a while. A reader may be in the way, and then it is so.
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(u32::try_from(purged).unwrap_or(u32::MAX))
    }
}
