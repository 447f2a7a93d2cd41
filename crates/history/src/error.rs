//! What can go wrong with what is kept.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// What can go wrong with what is kept.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A newer version of this program made the file. It was not touched.
    #[error("{file} is of version {version}, and this program knows versions up to {known}")]
    Newer {
        /// Which file.
        file: PathBuf,
        /// Its version.
        version: i64,
        /// The newest version that is known here.
        known: i64,
    },
    /// The file is damaged: [`History::restore`](crate::History::restore) is the remedy.
    #[error("the conversations are damaged: {detail}")]
    Damaged {
        /// What SQLite says of it.
        detail: String,
    },
    /// The disk has no room. What was kept before is still there.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its folder cannot be written to.
    #[error("the conversations cannot be written to: {detail}")]
    ReadOnly {
        /// What SQLite says of it.
        detail: String,
    },
    /// Another program holds the file, and did not let go of it for some seconds.
    #[error("another program is at work on the conversations")]
    Busy,
    /// There is no such conversation, message, folder or assistant.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What.
        what: &'static str,
        /// Which.
        id: String,
    },
    /// There is a folder of this name already.
    #[error("there is a folder \"{name}\" already")]
    FolderExists {
        /// The name.
        name: String,
    },
    /// The file holds no conversations that can be taken over. Nothing was changed.
    #[error("no conversations can be taken from this file: {reason}")]
    NotAnExport {
        /// Why not.
        reason: Unfit,
    },
    /// The system does not let us read.
    #[error("{file} cannot be read: {source}")]
    Unreadable {
        /// What.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system does not let us write.
    #[error("{file} cannot be written: {source}")]
    Unwritable {
        /// What.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is exported cannot be handed on.
    #[error("the export cannot be written: {0}")]
    Export(io::Error),
    /// Anything else that SQLite may say.
    #[error("the conversations cannot be reached: {0}")]
    Database(rusqlite::Error),
}

/// Why a file is no export.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It breaks off, or is no JSON.
    #[error("it is damaged: {detail}")]
    Malformed {
        /// What is wrong.
        detail: String,
    },
    /// It is JSON, or an archive, of another kind.
    #[error("it is of an unknown kind")]
    Unknown,
    /// A newer version of this program exported it.
    #[error("a newer version of Domicile made it ({version})")]
    Newer {
        /// The version of its form.
        version: u64,
    },
    /// It is larger than any export.
    #[error("it has more than {limit} bytes")]
    TooLarge {
        /// The most that is read.
        limit: u64,
    },
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, HistoryError>;

impl From<rusqlite::Error> for HistoryError {
    fn from(error: rusqlite::Error) -> Self {
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { detail },
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { detail }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            // Only damage puts a value of another type, or no text, where the schema has one.
            None if matches!(
                error,
                rusqlite::Error::InvalidColumnType(..)
                    | rusqlite::Error::FromSqlConversionFailure(..)
                    | rusqlite::Error::IntegralValueOutOfRange(..)
                    | rusqlite::Error::Utf8Error(..)
            ) =>
            {
                Self::Damaged { detail }
            }
            _ => Self::Database(error),
        }
    }
}

impl HistoryError {
    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }

    pub(crate) fn malformed(detail: impl ToString) -> Self {
        Self::NotAnExport { reason: Unfit::Malformed { detail: detail.to_string() } }
    }

    pub(crate) fn unreadable(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Unreadable { file, source }
    }

    pub(crate) fn unwritable(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Unwritable { file, source },
        }
    }

    /// Whether the file is damaged, and restoring it is the remedy.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }

    /// Whether a table or a column is missing that the version has, or is there before its time. Of a file that is only
    /// opened or checked, this too is damage.
    pub(crate) fn lacks_tables(&self) -> bool {
        matches!(self, Self::Database(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown))
    }
}
