//! Making a damaged file anew.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::files::{self, Files};
use crate::{History, Opening, Result, backup, clock, salvage};

impl History {
    /// Makes a damaged file anew, which nothing has open any more: from the newest copy that is sound, and from what
    /// is newer in the damaged file and can still be read. The damaged file is kept under another name.
    pub fn restore(file: &Path) -> Result<Opening> {
        restore(&Files::of(file))
    }
}

/// Goes on with a restoring that was interrupted after the damaged file had gone from its place, or drops one that was
/// interrupted before.
pub(crate) fn resume(files: &Files) -> Result<()> {
    let restored = files.restored();
    if !restored.exists() {
        return Ok(());
    }
    if files.file().exists() {
        return files::remove_database(&restored);
    }
    // The log of the damaged file is not that of the new one.
    put_away(files)?;
    files::rename(&restored, files.file())
}

pub(crate) fn restore(files: &Files) -> Result<Opening> {
    let there = fs::metadata(files.file()).is_ok_and(|found| found.len() > 0);
    let part = files::beside(&files.restored(), ".part");
    let backup_of = newest_sound(files, &part)?;
    let conversations = {
        let history = History::connect(&part)?;
        if there {
            salvage::salvage(&history, files.file())?;
        }
        let conversations = history.count()?;
        // One file, which a renaming moves as a whole.
        history.connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
        conversations
    };
    let restored = files.restored();
    files::rename(&part, &restored)?;
    let damaged =
        if there { Some(put_away(files)?) } else { files::remove_database(files.file()).map(|()| None)? };
    files::rename(&restored, files.file())?;
    Ok(Opening::Restored { damaged, backup_of, conversations })
}

/// Copies the newest copy that is sound, and says of when it is.
fn newest_sound(files: &Files, part: &Path) -> Result<Option<i64>> {
    for copy in files.backups().iter().rev() {
        files::remove_database(part)?;
        let sound = History::check(copy).unwrap_or(false)
            && backup::copy_database(copy, part).is_ok()
            && History::connect(part).is_ok();
        if sound {
            let modified = fs::metadata(copy).and_then(|found| found.modified());
            let since = modified.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            return Ok(since.and_then(|since| i64::try_from(since.as_millis()).ok()));
        }
    }
    files::remove_database(part)?;
    Ok(None)
}

/// Gives the damaged file another name, and what SQLite put beside it the names that go with that.
fn put_away(files: &Files) -> Result<std::path::PathBuf> {
    let damaged = files.damaged(clock::now());
    for (from, end) in files.all().iter().zip(["", "-wal", "-shm"]) {
        if from.exists() {
            files::rename(from, &files::beside(&damaged, end))?;
        }
    }
    Ok(damaged)
}
