//! What can go wrong with models and their files.

use std::io;
use std::path::{Path, PathBuf};

use network::NetworkError;

/// What can go wrong with models and their files.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// No model of this name is known, or none is on this disk.
    #[error("there is no model \"{model}\"")]
    NotFound {
        /// The name.
        model: String,
    },
    /// Something else has this name already, and is not written over.
    #[error("there is a model or a folder called \"{model}\" already")]
    Exists {
        /// The name.
        model: String,
    },
    /// The hub has no such repository, or shows it to others only.
    #[error("the hub has no repository \"{repository}\"")]
    NoSuchRepository {
        /// Its name.
        repository: String,
    },
    /// The hub gives it to people who have accepted its terms.
    #[error("\"{repository}\" is given to those who have accepted its terms")]
    Gated {
        /// Its name.
        repository: String,
    },
    /// The hub answered something that no hub answers.
    #[error("{host} does not answer as a hub of models does: {detail}")]
    Nonsense {
        /// Who answered.
        host: String,
        /// What.
        detail: String,
    },
    /// The hub cannot answer now.
    #[error("{host} is busy or in trouble ({status})")]
    Busy {
        /// Who.
        host: String,
        /// HTTP status.
        status: u16,
        /// Seconds after which it wants to be asked again.
        retry_after: Option<u64>,
    },
    /// On the way to another computer.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// It is no model that an engine of this version runs.
    #[error("no engine here runs {what}: {reason}")]
    Unsupported {
        /// What it is.
        what: String,
        /// Why not.
        reason: String,
    },
    /// It is no model at all.
    #[error("{what} is no model: {reason}")]
    NotAModel {
        /// What it is.
        what: String,
        /// Why not.
        reason: String,
    },
    /// The disk has no room.
    #[error("{folder} has room for {available} bytes and {needed} are needed")]
    DiskFull {
        /// Where.
        folder: PathBuf,
        /// Bytes that are needed.
        needed: u64,
        /// Bytes that there are.
        available: u64,
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
    /// Another window or terminal is at it.
    #[error("another program is at work on \"{model}\"")]
    InUse {
        /// Which model.
        model: String,
    },
    /// What came is not what the hub promised, twice.
    #[error("{file} came with other bytes than the hub says it has")]
    WrongBytes {
        /// Which file.
        file: String,
    },
    /// The file in the repository is another one now.
    #[error("{file} is another file now than when this model was downloaded")]
    Changed {
        /// Which file.
        file: String,
    },
    /// A note that Domicile made of a model cannot be read.
    #[error("{file} is damaged: {detail}")]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// Why.
        detail: String,
    },
    /// The person gave it up, or wants it to wait.
    #[error("stopped")]
    Stopped,
}

impl CatalogError {
    pub(crate) fn unreadable(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::Interrupted => Self::Stopped,
            _ => Self::Unreadable { file, source },
        }
    }

    pub(crate) fn unwritable(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                needed: 0,
                available: fs4::available_space(file.parent().unwrap_or(&file)).unwrap_or(0),
                folder: file.parent().unwrap_or(&file).to_owned(),
            },
            io::ErrorKind::Interrupted => Self::Stopped,
            _ => Self::Unwritable { file, source },
        }
    }

    /// Whether it may pass by itself.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            // Somebody has to correct an address, or to install a certificate.
            Self::Network(NetworkError::Invalid { .. } | NetworkError::Untrusted { .. }) => false,
            Self::Network(_) => true,
            Self::Busy { .. } | Self::Nonsense { .. } | Self::DiskFull { .. } => true,
            _ => false,
        }
    }
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, CatalogError>;
