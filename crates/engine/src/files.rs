//! Where a model's files are.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::{EngineError, Result};

/// No configuration or tokenizer file of a real model comes near this size (gpt-oss's tokenizer.json: 28 MB).
const LARGEST_TEXT_FILE: u64 = 256 << 20;

/// Where a model's files are.
#[derive(Debug, Clone)]
pub enum ModelFiles {
    /// A folder in the Hugging Face layout.
    Folder(PathBuf),
    /// Files inside the executable: name and content.
    Memory(&'static [(&'static str, &'static [u8])]),
}

impl ModelFiles {
    /// Reads a whole file that is expected to be small (configuration, tokenizer).
    ///
    /// # Errors
    /// [`EngineError::FileMissing`], [`EngineError::FileUnreadable`]; [`EngineError::FileInvalid`] for a file of
    /// more than 256 MiB, so that a wrong file is refused before it is in memory.
    pub fn read(&self, file: &str) -> Result<Cow<'static, [u8]>> {
        match self {
            Self::Memory(files) => files
                .iter()
                .find(|(name, _)| *name == file)
                .map(|(_, bytes)| Cow::Borrowed(*bytes))
                .ok_or_else(|| EngineError::FileMissing { file: file.to_owned() }),
            Self::Folder(folder) => {
                let path = folder.join(file);
                let unreadable = |source: std::io::Error| match source.kind() {
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                        EngineError::FileMissing { file: file.to_owned() }
                    }
                    _ => EngineError::FileUnreadable { file: file.to_owned(), source },
                };
                let length = std::fs::metadata(&path).map_err(unreadable)?.len();
                if length > LARGEST_TEXT_FILE {
                    let detail = format!("{length} bytes, more than such a file can have");
                    return Err(EngineError::FileInvalid { file: file.to_owned(), detail });
                }
                std::fs::read(&path).map(Cow::Owned).map_err(unreadable)
            }
        }
    }

    /// Whether the file is there.
    #[must_use]
    pub fn contains(&self, file: &str) -> bool {
        match self {
            Self::Memory(files) => files.iter().any(|(name, _)| *name == file),
            Self::Folder(folder) => folder.join(file).is_file(),
        }
    }
}
