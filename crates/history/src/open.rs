//! Opening the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Transaction};

use crate::files::Files;
use crate::{HistoryError, Info, Result, backup, clock, restore, schema};

/// Everything that was said and answered. One connection to the file: whoever shares it puts it behind a lock.
#[derive(Debug)]
pub struct History {
    pub(crate) connection: Connection,
    // None while all is in memory.
    pub(crate) file: Option<PathBuf>,
}

/// How a file was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// As it should be.
    Fine,
    /// It was not there, and neither was a copy.
    New,
    /// It was damaged or missing, and was made anew from the newest good copy and what could still be read.
    Restored {
        /// Where the damaged file is now; none if there was no file.
        damaged: Option<PathBuf>,
        /// When the copy was made; none if there was no good one.
        backup_of: Option<i64>,
        /// How many conversations there are now.
        conversations: u32,
    },
}

impl History {
    /// Opens the file, or makes it. A file that is damaged is restored; one of an older version is first set aside and
    /// then brought up to date; one of a newer version is left alone.
    pub fn open(file: &Path) -> Result<(Self, Opening)> {
        let files = Files::of(file);
        fs::create_dir_all(files.folder()).map_err(HistoryError::unwritable(files.folder()))?;
        restore::resume(&files)?;
        let empty = fs::metadata(file).map_or(true, |found| found.len() == 0);
        if empty && !files.backups().is_empty() {
            let opening = restore::restore(&files)?;
            return Ok((Self::connect(file)?, opening));
        }
        match Self::set_aside_if_older(&files).and_then(|()| Self::connect(file)) {
            Ok(history) => Ok((history, if empty { Opening::New } else { Opening::Fine })),
            Err(error) if error.is_damage() || error.lacks_tables() => {
                let opening = restore::restore(&files)?;
                Ok((Self::connect(file)?, opening))
            }
            Err(other) => Err(other),
        }
    }

    /// A history that is gone when it is dropped.
    pub fn in_memory() -> Result<Self> {
        let mut connection = Connection::open_in_memory()?;
        prepare(&connection)?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection, file: None })
    }

    /// Sets a copy of a file aside that is about to change its form.
    fn set_aside_if_older(files: &Files) -> Result<()> {
        if !files.file().exists() {
            return Ok(());
        }
        let version = {
            let connection = backup::read_only(files.file())?;
            schema::version(&connection)?
        };
        if version > 0 && version < schema::VERSION {
            backup::before_migration(files, clock::now())?;
        }
        Ok(())
    }

    /// Opens a file as it is, or makes it.
    pub(crate) fn connect(file: &Path) -> Result<Self> {
        let mut connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        let version = schema::version(&connection)?;
        if version > schema::VERSION {
            return Err(HistoryError::Newer { file: file.to_owned(), version, known: schema::VERSION });
        }
        prepare(&connection)?;
        if version < schema::VERSION {
            schema::migrate(&mut connection)?;
        }
        let history = Self { connection, file: Some(file.to_owned()) };
        history.interrupt()?;
        // What every start needs is looked at here, so that damage to it is found now.
        history.list(crate::Page { count: 50, ..crate::Page::default() })?;
        history
            .connection
            .prepare("SELECT 1 FROM found, found_titles, messages, attachments, drafts, assistants")?;
        Ok(history)
    }

    /// What was being written when the program ended will not be written on.
    fn interrupt(&self) -> Result<()> {
        // Asked first: a file that nothing happened to is not written to.
        let writing: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM messages WHERE state = 'writing')",
            [],
            |row| row.get(0),
        )?;
        if writing {
            self.connection
                .execute("UPDATE messages SET state = 'interrupted' WHERE state = 'writing'", [])?;
        }
        Ok(())
    }

    /// How much is kept.
    pub fn info(&self) -> Result<Info> {
        let (conversations, messages) = self.connection.query_row(
            "SELECT (SELECT count(*) FROM conversations WHERE deleted_at IS NULL),
                    (SELECT count(*) FROM messages) - (SELECT count(*) FROM messages WHERE conversation IN
                        (SELECT id FROM conversations WHERE deleted_at IS NOT NULL))",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let files = self.file.as_deref().map(Files::of);
        let size = |file: &Path| fs::metadata(file).map_or(0, |found| found.len());
        Ok(Info {
            bytes: files.as_ref().map_or(0, |files| files.all().iter().map(|file| size(file)).sum()),
            backups: files.as_ref().map_or(0, |files| files.backups().len().try_into().unwrap_or(u32::MAX)),
            backup_bytes: files.map_or(0, |files| files.backups().iter().map(|file| size(file)).sum()),
            conversations,
            messages,
        })
    }

    /// Removes everything: the file, what is being typed, the copies that were set aside and damaged files.
    /// What follows begins anew.
    pub fn erase_everything(&mut self) -> Result<()> {
        let Some(file) = self.file.clone() else {
            *self = Self::in_memory()?;
            return Ok(());
        };
        // Nothing can be removed on Windows while it is open.
        *self = Self { connection: Connection::open_in_memory()?, file: Some(file.clone()) };
        let files = Files::of(&file);
        let removed = files.remove_all();
        *self = Self::connect(&file)?;
        removed
    }

    /// Several changes of which either all are made or none. One thread at a time uses a connection, and none of the
    /// functions that begin one calls another.
    pub(crate) fn begin(&self) -> Result<Transaction<'_>> {
        Ok(Transaction::new_unchecked(&self.connection, rusqlite::TransactionBehavior::Immediate)?)
    }
}

/// What holds for every connection that writes.
pub(crate) fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten, so that nobody finds it in the file.
    connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}
