//! Where things lie: the file, what SQLite puts beside it, and the copies.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{HistoryError, Result};

/// The names beside one file.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    file: PathBuf,
    folder: PathBuf,
    stem: String,
}

impl Files {
    pub(crate) fn of(file: &Path) -> Self {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let stem = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Self { file: file.to_owned(), folder, stem }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file and what SQLite puts beside it.
    pub(crate) fn all(&self) -> [PathBuf; 3] {
        [self.file.clone(), beside(&self.file, "-wal"), beside(&self.file, "-shm")]
    }

    pub(crate) fn backup_folder(&self) -> PathBuf {
        self.folder.join("backups")
    }

    /// A copy of this day, and of what happened then.
    pub(crate) fn backup(&self, day: &str, occasion: &str) -> PathBuf {
        self.backup_folder().join(format!("{}-{day}{occasion}.db", self.stem))
    }

    /// The copies, oldest first.
    pub(crate) fn backups(&self) -> Vec<PathBuf> {
        let mut found = named(&self.backup_folder(), &format!("{}-", self.stem), ".db");
        found.sort();
        found
    }

    /// A name for a damaged file that nothing has yet.
    pub(crate) fn damaged(&self, time: i64) -> PathBuf {
        let name = |time| self.folder.join(format!("{}-damaged-{time}.db", self.stem));
        (time..).map(name).find(|file| !file.exists()).unwrap_or_else(|| name(time))
    }

    /// A restored file that is complete and not yet in its place.
    pub(crate) fn restored(&self) -> PathBuf {
        beside(&self.file, ".restored")
    }

    /// Removes the file and everything that came of it.
    pub(crate) fn remove_all(&self) -> Result<()> {
        let mut doomed = self.all().to_vec();
        doomed.extend(named(&self.folder, &format!("{}-damaged-", self.stem), ""));
        doomed.extend(named(&self.folder, &format!("{}.restored", file_name(&self.file)), ""));
        doomed.extend(named(&self.backup_folder(), &format!("{}-", self.stem), ""));
        let mut outcome = Ok(());
        for file in doomed {
            if let Err(error) = remove(&file) {
                outcome = Err(error);
            }
        }
        // Left where something else lies in it.
        let _ = fs::remove_dir(self.backup_folder());
        outcome
    }
}

/// The name of a file with something at its end.
pub(crate) fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn file_name(file: &Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn named(folder: &Path, start: &str, end: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|file| file_name(file).starts_with(start) && file_name(file).ends_with(end))
        .collect()
}

/// Removes a file that may not be there.
pub(crate) fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(HistoryError::unwritable(file)(error)),
        _ => Ok(()),
    }
}

/// Removes a database and what SQLite puts beside it.
pub(crate) fn remove_database(file: &Path) -> Result<()> {
    remove(file)?;
    remove(&beside(file, "-wal"))?;
    remove(&beside(file, "-shm"))?;
    remove(&beside(file, "-journal"))
}

/// Gives a file another name, and sees to it that the name outlasts a power cut.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(HistoryError::unwritable(to))?;
    #[cfg(unix)]
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty())
        && let Ok(folder) = fs::File::open(folder)
    {
        // A folder on some network disks cannot be asked for this; the file itself is there.
        let _ = folder.sync_all();
    }
    Ok(())
}
