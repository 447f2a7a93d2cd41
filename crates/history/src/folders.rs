//! Folders of conversations.

use rusqlite::params;

use crate::{Folder, History, HistoryError, Result};

impl History {
    /// The folders, in the order in which they came.
    pub fn folders(&self) -> Result<Vec<Folder>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, name,
                    (SELECT count(*) FROM conversations WHERE folder = folders.id AND deleted_at IS NULL)
             FROM folders ORDER BY id",
        )?;
        let folders = statement.query_map([], |row| {
            Ok(Folder { id: row.get(0)?, name: row.get(1)?, conversations: row.get(2)? })
        })?;
        Ok(folders.collect::<rusqlite::Result<_>>()?)
    }

    /// Adds a folder. One that has this name already is it.
    pub fn add_folder(&self, name: &str) -> Result<i64> {
        Ok(self.connection.query_row(
            "INSERT INTO folders (name) VALUES (?1) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id",
            [name],
            |row| row.get(0),
        )?)
    }

    /// Gives a folder another name that no other folder has.
    pub fn rename_folder(&self, id: i64, name: &str) -> Result<()> {
        let taken: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM folders WHERE name = ?1 AND id <> ?2)",
            params![name, id],
            |row| row.get(0),
        )?;
        if taken {
            return Err(HistoryError::FolderExists { name: name.to_owned() });
        }
        match self.connection.execute("UPDATE folders SET name = ?2 WHERE id = ?1", params![id, name])? {
            0 => Err(HistoryError::not_found("folder", id)),
            _ => Ok(()),
        }
    }

    /// Removes a folder. Its conversations stay, in no folder.
    pub fn remove_folder(&self, id: i64) -> Result<()> {
        match self.connection.execute("DELETE FROM folders WHERE id = ?1", [id])? {
            0 => Err(HistoryError::not_found("folder", id)),
            _ => Ok(()),
        }
    }

    pub(crate) fn folder_is_there(&self, id: i64) -> Result<()> {
        let there: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM folders WHERE id = ?1)",
            [id],
            |row| row.get(0),
        )?;
        if there { Ok(()) } else { Err(HistoryError::not_found("folder", id)) }
    }
}
