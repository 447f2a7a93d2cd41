//! The files in which the program remembers things, one JSON object each, in the data folder.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Facts, Problem, ProblemCode, models};

/// The data folder, or none: then everything is asked, measured and tried anew each time.
#[derive(Debug, Clone, Default)]
pub struct DataFolder(Option<PathBuf>);

impl DataFolder {
    /// The folder of this person on this computer.
    #[must_use]
    pub fn of_this_computer() -> Self {
        Self(models::home())
    }

    /// Another one.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self(Some(folder.to_owned()))
    }

    /// This one; or, where the system names none, one that lasts as long as the system keeps what passes.
    #[must_use]
    pub(crate) fn or_a_passing_one(self) -> Self {
        if self.0.is_some() { self } else { Self(Some(std::env::temp_dir().join("Domicile"))) }
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// Whether anything was written under this name.
    pub(crate) fn exists(&self, name: &str) -> bool {
        self.file(name).is_some_and(|file| file.exists())
    }

    /// A file in it, which need not exist.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        self.0.as_ref().map(|folder| folder.join(name))
    }

    /// What was written under this name; the default where nothing was, or where it can no longer be read.
    pub(crate) fn read<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        let text = self.file(name).and_then(|file| fs::read_to_string(file).ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// What was written under this name, before it is changed; the default where nothing was.
    ///
    /// # Errors
    /// [`ProblemCode::FileDamaged`] where it cannot be read: writing would lose the rest of it.
    pub(crate) fn read_to_change<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T, Problem> {
        let Some(text) = self.file(name).and_then(|file| fs::read_to_string(file).ok()) else {
            return Ok(T::default());
        };
        serde_json::from_str(&text).map_err(|error| Problem {
            code: ProblemCode::FileDamaged,
            facts: Facts { file: Some(name.to_owned()), ..Facts::default() },
            detail: error.to_string(),
        })
    }

    /// Writes it, for what a person has asked for and must not be lost.
    ///
    /// # Errors
    /// [`ProblemCode::FileUnwritable`].
    pub(crate) fn keep(&self, name: &str, value: &impl Serialize) -> Result<(), Problem> {
        let unwritable = |detail: String| Problem {
            code: ProblemCode::FileUnwritable,
            facts: Facts { file: Some(name.to_owned()), ..Facts::default() },
            detail,
        };
        let file = self.file(name).ok_or_else(|| unwritable("there is no data folder".to_owned()))?;
        let text = serde_json::to_string(value).map_err(|error| unwritable(error.to_string()))?;
        let _ = file.parent().map(fs::create_dir_all);
        write_whole(&file, &text).map_err(|error| unwritable(error.to_string()))
    }

    /// Writes it, or leaves what was there: a full disk must not stop anybody from talking to a model.
    pub(crate) fn write(&self, name: &str, value: &impl Serialize) {
        if let (Some(file), Ok(text)) = (self.file(name), serde_json::to_string(value)) {
            let _ = file.parent().map(fs::create_dir_all);
            let _ = write_whole(&file, &text);
        }
    }
}

/// Writes beside the file and then puts it in its place, so that there is never half of one.
///
/// # Errors
/// What the system says; the file is as it was.
pub(crate) fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    let part = file.with_extension("part");
    let written = fs::File::create(&part)
        .and_then(|mut out| {
            out.write_all(text.as_bytes())?;
            out.sync_all()
        })
        .and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        // Half of a file is of no use, and takes room where there is none.
        let _ = fs::remove_file(&part);
    }
    written
}
