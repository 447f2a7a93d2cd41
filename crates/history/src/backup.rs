//! Copies that are set aside.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::files::{self, Files};
use crate::{History, HistoryError, Result, clock, schema};

/// So many copies are kept.
const KEPT: usize = 7;

impl History {
    /// Sets a copy aside, unless there is one of this day. The copies are in `backups` beside the file; the last seven
    /// are kept.
    pub fn backup_if_due(&self, now: i64) -> Result<Option<PathBuf>> {
        match &self.file {
            Some(file) => Self::backup_of_file(file, now),
            None => Ok(None),
        }
    }

    /// The same over a connection of its own, for a thread in the background: it takes a while where much is kept.
    pub fn backup_of_file(file: &Path, now: i64) -> Result<Option<PathBuf>> {
        let files = Files::of(file);
        let copy = files.backup(&clock::day(now), "");
        if copy.exists() {
            return Ok(None);
        }
        set_aside(&files, &copy)?;
        Ok(Some(copy))
    }

    /// Whether a file is sound, all of it. It takes a while where much is kept, and is for a thread in the background.
    pub fn check(file: &Path) -> Result<bool> {
        match is_sound(file) {
            Err(error) if error.is_damage() || error.lacks_tables() => Ok(false),
            other => other,
        }
    }
}

/// Sets a copy aside before a file of an older version changes.
pub(crate) fn before_migration(files: &Files, now: i64) -> Result<()> {
    set_aside(files, &files.backup(&clock::day(now), &format!("-before-v{}", schema::VERSION)))
}

pub(crate) fn read_only(file: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

/// `quick_check` looks at the search's tables too.
fn is_sound(file: &Path) -> Result<bool> {
    let connection = read_only(file)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(verdict == "ok")
}

fn set_aside(files: &Files, copy: &Path) -> Result<()> {
    let folder = files.backup_folder();
    fs::create_dir_all(&folder).map_err(HistoryError::unwritable(&folder))?;
    let part = files::beside(copy, ".part");
    files::remove_database(&part)?;
    let outcome = copy_database(files.file(), &part).and_then(|()| {
        // A damaged file must not push out copies that are not.
        if History::check(&part)? {
            Ok(())
        } else {
            Err(HistoryError::Damaged { detail: "a copy of it is not sound".to_owned() })
        }
    });
    if let Err(error) = outcome {
        // What stopped the copy is what is told.
        let _ = files::remove_database(&part);
        return Err(error);
    }
    files::rename(&part, copy)?;
    let backups = files.backups();
    for old in backups.iter().take(backups.len().saturating_sub(KEPT)) {
        files::remove(old)?;
    }
    Ok(())
}

/// Copies a database, in use or not, into one file.
pub(crate) fn copy_database(from: &Path, to: &Path) -> Result<()> {
    let source = read_only(from)?;
    let mut target = Connection::open(to)?;
    // In one step, which sees one state of the file, however much is written meanwhile.
    Backup::new(&source, &mut target)?.run_to_completion(i32::MAX, Duration::from_millis(50), None)?;
    target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    target.close().map_err(|(_, error)| error.into())
}
