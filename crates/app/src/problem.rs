//! What went wrong, in a form that the interface can put into words.

use std::path::PathBuf;

use catalog::CatalogError;
use catalog::network::NetworkError;
use engine::EngineError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A problem. The interface has a title, an explanation and a way out for each code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    /// Which problem.
    pub code: ProblemCode,
    /// What it is about.
    pub facts: Facts,
    /// The same in technical English, for a report.
    pub detail: String,
}

/// Which problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// There is no model of this name or in this folder.
    ModelNotFound,
    /// No engine here runs this kind of model.
    ModelUnsupported,
    /// The model cannot hold a conversation.
    ModelNotConversational,
    /// A file of the model is missing.
    FileMissing,
    /// A file of the model is shorter than it should be.
    FileIncomplete,
    /// The disk does not give a file.
    FileUnreadable,
    /// A file of the model is damaged.
    FileDamaged,
    /// Files of the model contradict each other.
    FilesContradict,
    /// A file cannot be written.
    FileUnwritable,
    /// A file is not a recording of a computer.
    RecordingInvalid,
    /// The conversation is longer than the model can follow.
    ContextFull,
    /// There is no question.
    QuestionEmpty,
    /// Memory could not be had.
    OutOfMemory,
    /// The engine cannot use this device here.
    DeviceUnavailable,
    /// The engine failed.
    EngineFailed,
    /// The engine's process ended in the middle of its work.
    EngineCrashed,
    /// The last time it stopped while it loaded this model here, and that is not repeated unasked.
    StoppedLastTime,
    /// The device gave a wrong answer to the known question.
    SelfTestFailed,
    /// The device would compute this model wrongly.
    DeviceUnsuited,
    /// A library that came with the program is missing, or another one.
    RuntimeMissing,
    /// The hub has no such repository, or does not show it.
    RepositoryNotFound,
    /// The hub gives the model to people who have accepted its terms.
    ModelGated,
    /// It is no model.
    NotAModel,
    /// There is a model of this name already.
    ModelExists,
    /// Another window or terminal is at work on the model.
    ModelInUse,
    /// The files that came are not those that the hub says it has.
    DownloadWrong,
    /// The files in the repository are others now.
    ModelChanged,
    /// The disk has no room.
    DiskFull,
    /// The person has switched the network off.
    NetworkOff,
    /// The proxy or the address of the hub cannot be used.
    NetworkSettings,
    /// The hub cannot be reached.
    HubUnreachable,
    /// The hub is busy or in trouble.
    HubBusy,
    /// Something else answers in place of the hub.
    HubNonsense,
    /// The certificate of the other computer is not trusted here.
    CertificateUntrusted,
    /// The system's key store cannot be used.
    KeyStore,
    /// There is a folder of this name already.
    FolderExists,
    /// There is no such conversation any more.
    ConversationNotFound,
    /// The conversations are damaged on the disk, and there is no earlier copy that is not.
    ConversationsDamaged,
    /// The conversations were written by a newer version of Domicile.
    ConversationsNewer,
    /// A file holds no conversations.
    NotAnExport,
    /// The system's own window could not be opened.
    SystemRefused,
    /// The person stopped it.
    Stopped,
}

/// What a problem is about; what is unknown is absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Facts {
    /// The file, as it is named in the model's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub file: Option<String>,
    /// The model or the kind of model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub model: Option<String>,
    /// The other computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub host: Option<String>,
    /// What was needed: bytes, or tokens for a full context.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub needed: Option<u64>,
    /// What there was, in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub available: Option<u64>,
}

impl Problem {
    /// A problem without facts.
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { code, facts: Facts::default(), detail: detail.into() }
    }

    /// A file cannot be written.
    pub(crate) fn unwritable(file: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ProblemCode::DiskFull,
            _ => ProblemCode::FileUnwritable,
        };
        Self::of_file(code, file.display().to_string(), error.to_string())
    }

    /// A problem of one file.
    fn of_file(code: ProblemCode, file: String, detail: String) -> Self {
        Self { code, facts: Facts { file: Some(file), ..Facts::default() }, detail }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let detail = error.to_string();
        match error {
            EngineError::FileMissing { file } => Self::of_file(ProblemCode::FileMissing, file, detail),
            EngineError::FileTruncated { file, expected, found } => Self {
                code: ProblemCode::FileIncomplete,
                facts: Facts {
                    file: Some(file),
                    needed: Some(expected),
                    available: Some(found),
                    ..Facts::default()
                },
                detail,
            },
            EngineError::FileUnreadable { file, .. } => {
                Self::of_file(ProblemCode::FileUnreadable, file, detail)
            }
            EngineError::FileInvalid { file, .. } => Self::of_file(ProblemCode::FileDamaged, file, detail),
            EngineError::ConfigInvalid { file, .. } | EngineError::TensorMismatch { file, .. } => {
                Self::of_file(ProblemCode::FilesContradict, file, detail)
            }
            EngineError::TensorMissing { .. } => Self::new(ProblemCode::FilesContradict, detail),
            EngineError::UnsupportedArchitecture { found } => Self {
                code: ProblemCode::ModelUnsupported,
                facts: Facts { model: Some(found), ..Facts::default() },
                detail,
            },
            EngineError::ContextFull { capacity, needed } => Self {
                code: ProblemCode::ContextFull,
                facts: Facts {
                    needed: Some(needed as u64),
                    available: Some(capacity as u64),
                    ..Facts::default()
                },
                detail,
            },
            EngineError::EmptyPrompt => Self::new(ProblemCode::QuestionEmpty, detail),
            EngineError::OutOfMemory { needed } => Self {
                code: ProblemCode::OutOfMemory,
                facts: Facts { needed: Some(needed), ..Facts::default() },
                detail,
            },
            EngineError::DeviceUnavailable { .. } | EngineError::ProviderRefused { .. } => {
                Self::new(ProblemCode::DeviceUnavailable, detail)
            }
            EngineError::ComputedWrongly { .. } => Self::new(ProblemCode::DeviceUnsuited, detail),
            EngineError::RuntimeUnusable { .. } => Self::new(ProblemCode::RuntimeMissing, detail),
            EngineError::ProcessEnded { .. } => Self::new(ProblemCode::EngineCrashed, detail),
            EngineError::TokenOutOfRange { .. } | EngineError::Cancelled | EngineError::Backend { .. } => {
                Self::new(ProblemCode::EngineFailed, detail)
            }
        }
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        let detail = error.to_string();
        let of_model = |code, model: String| {
            let facts = Facts { model: Some(model), ..Facts::default() };
            Self { code, facts, detail: detail.clone() }
        };
        let of_path = |code, file: PathBuf| Self::of_file(code, file.display().to_string(), detail.clone());
        match error {
            CatalogError::NotFound { model } => of_model(ProblemCode::ModelNotFound, model),
            CatalogError::Exists { model } => of_model(ProblemCode::ModelExists, model),
            CatalogError::NoSuchRepository { repository } => {
                of_model(ProblemCode::RepositoryNotFound, repository)
            }
            CatalogError::Gated { repository } => of_model(ProblemCode::ModelGated, repository),
            CatalogError::Unsupported { what, .. } => of_model(ProblemCode::ModelUnsupported, what),
            CatalogError::NotAModel { what, .. } => of_model(ProblemCode::NotAModel, what),
            CatalogError::InUse { model } => of_model(ProblemCode::ModelInUse, model),
            CatalogError::WrongBytes { file } => Self::of_file(ProblemCode::DownloadWrong, file, detail),
            CatalogError::Changed { file } => Self::of_file(ProblemCode::ModelChanged, file, detail),
            CatalogError::Damaged { file, .. } => of_path(ProblemCode::FileDamaged, file),
            CatalogError::Unreadable { file, .. } => of_path(ProblemCode::FileUnreadable, file),
            CatalogError::Unwritable { file, .. } => of_path(ProblemCode::FileUnwritable, file),
            CatalogError::DiskFull { folder, needed, available } => {
                let (needed, available) = (Some(needed), Some(available));
                let file = Some(folder.display().to_string());
                let facts = Facts { file, needed, available, ..Facts::default() };
                Self { code: ProblemCode::DiskFull, facts, detail }
            }
            CatalogError::Busy { host, .. } => Self::of_host(ProblemCode::HubBusy, host, detail),
            CatalogError::Nonsense { host, .. } => Self::of_host(ProblemCode::HubNonsense, host, detail),
            CatalogError::Network(error) => Self::of_network(error),
            CatalogError::Stopped => Self::new(ProblemCode::Stopped, detail),
        }
    }
}

impl Problem {
    fn of_host(code: ProblemCode, host: String, detail: String) -> Self {
        Self { code, facts: Facts { host: Some(host), ..Facts::default() }, detail }
    }

    fn of_network(error: NetworkError) -> Self {
        let detail = error.to_string();
        match error {
            NetworkError::SwitchedOff => Self::new(ProblemCode::NetworkOff, detail),
            NetworkError::Invalid { .. } => Self::new(ProblemCode::NetworkSettings, detail),
            NetworkError::Untrusted { host, .. } => {
                Self::of_host(ProblemCode::CertificateUntrusted, host, detail)
            }
            NetworkError::Unreachable { host, .. } | NetworkError::Interrupted { host, .. } => {
                Self::of_host(ProblemCode::HubUnreachable, host, detail)
            }
            NetworkError::Redirected { host } => Self::of_host(ProblemCode::HubNonsense, host, detail),
        }
    }
}
