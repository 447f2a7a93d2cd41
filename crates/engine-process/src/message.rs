//! What the two processes say to each other. Both are the same executable, so the types need no other version than
//! the frame's mark.

use std::io;
use std::path::PathBuf;

use engine::{
    Control, EngineError, Event, Finish, Generation, LoadOptions, LoadProgress, ModelFiles, ModelInfo,
};
use serde::{Deserialize, Serialize};

/// From the parent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Load this model with the engine of this name. Answered by `Loading`s, then `Loaded`.
    Load { engine: String, files: Files, options: LoadOptions },
    /// Open a session. Answered by `Opened`.
    Open { context: Option<usize> },
    /// Answered by `Events`, each of which wants an `Answer`, then `Generated`.
    Generate { session: u32, tokens: Vec<u32>, generation: Generation },
    /// Answered by `Logits`.
    Logits { session: u32, tokens: Vec<u32>, from: usize },
    /// Answered by `Rewound`.
    Rewind { session: u32, len: usize },
    /// Answered by `Here`.
    Ask,
    /// Not answered.
    Close { session: u32 },
    /// To `Events`, once for all of them.
    Answer(Control),
    /// To a `Loading`: whether to go on.
    GoOn(bool),
}

/// From the child. Any request may be answered by `Failed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Report {
    Loading(LoadProgress),
    Loaded(ModelInfo),
    Opened { session: u32, context: usize },
    Events(Vec<Event>),
    Generated { finish: Finish, len: usize },
    Logits { rows: Vec<Vec<f32>>, len: usize },
    Rewound { len: usize },
    Here,
    Failed { fault: Fault, len: usize },
}

/// Where the files are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Files {
    Folder(PathBuf),
    /// Inside the executable, which the child has too.
    Inside,
}

impl From<&ModelFiles> for Files {
    fn from(files: &ModelFiles) -> Self {
        match files {
            ModelFiles::Folder(folder) => Self::Folder(folder.clone()),
            ModelFiles::Memory(_) => Self::Inside,
        }
    }
}

/// An [`EngineError`] in a form that can be sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Fault {
    FileMissing { file: String },
    FileTruncated { file: String, expected: u64, found: u64 },
    FileUnreadable { file: String, detail: String },
    FileInvalid { file: String, detail: String },
    ConfigInvalid { file: String, field: String, detail: String },
    UnsupportedArchitecture { found: String },
    TensorMissing { tensor: String },
    TensorMismatch { file: String, tensor: String, expected: String, found: String },
    ContextFull { capacity: usize, needed: usize },
    EmptyPrompt,
    TokenOutOfRange { token: u32, vocab: usize },
    OutOfMemory { needed: u64 },
    DeviceUnavailable { device: engine::Device },
    RuntimeUnusable { detail: String },
    ProviderRefused { provider: String, detail: String },
    ComputedWrongly { provider: String, reason: String },
    Cancelled,
    Backend { detail: String },
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::FileMissing { file } => Self::FileMissing { file },
            EngineError::FileTruncated { file, expected, found } => {
                Self::FileTruncated { file, expected, found }
            }
            EngineError::FileUnreadable { file, source } => {
                Self::FileUnreadable { file, detail: source.to_string() }
            }
            EngineError::FileInvalid { file, detail } => Self::FileInvalid { file, detail },
            EngineError::ConfigInvalid { file, field, detail } => Self::ConfigInvalid { file, field, detail },
            EngineError::UnsupportedArchitecture { found } => Self::UnsupportedArchitecture { found },
            EngineError::TensorMissing { tensor } => Self::TensorMissing { tensor },
            EngineError::TensorMismatch { file, tensor, expected, found } => {
                Self::TensorMismatch { file, tensor, expected, found }
            }
            EngineError::ContextFull { capacity, needed } => Self::ContextFull { capacity, needed },
            EngineError::EmptyPrompt => Self::EmptyPrompt,
            EngineError::TokenOutOfRange { token, vocab } => Self::TokenOutOfRange { token, vocab },
            EngineError::OutOfMemory { needed } => Self::OutOfMemory { needed },
            EngineError::DeviceUnavailable { device } => Self::DeviceUnavailable { device },
            EngineError::RuntimeUnusable { detail } => Self::RuntimeUnusable { detail },
            EngineError::ProviderRefused { provider, detail } => Self::ProviderRefused { provider, detail },
            EngineError::ComputedWrongly { provider, reason } => Self::ComputedWrongly { provider, reason },
            EngineError::Cancelled => Self::Cancelled,
            EngineError::ProcessEnded { detail } | EngineError::Backend { detail } => {
                Self::Backend { detail }
            }
        }
    }
}

impl From<Fault> for EngineError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::FileMissing { file } => Self::FileMissing { file },
            Fault::FileTruncated { file, expected, found } => Self::FileTruncated { file, expected, found },
            Fault::FileUnreadable { file, detail } => {
                Self::FileUnreadable { file, source: io::Error::other(detail) }
            }
            Fault::FileInvalid { file, detail } => Self::FileInvalid { file, detail },
            Fault::ConfigInvalid { file, field, detail } => Self::ConfigInvalid { file, field, detail },
            Fault::UnsupportedArchitecture { found } => Self::UnsupportedArchitecture { found },
            Fault::TensorMissing { tensor } => Self::TensorMissing { tensor },
            Fault::TensorMismatch { file, tensor, expected, found } => {
                Self::TensorMismatch { file, tensor, expected, found }
            }
            Fault::ContextFull { capacity, needed } => Self::ContextFull { capacity, needed },
            Fault::EmptyPrompt => Self::EmptyPrompt,
            Fault::TokenOutOfRange { token, vocab } => Self::TokenOutOfRange { token, vocab },
            Fault::OutOfMemory { needed } => Self::OutOfMemory { needed },
            Fault::DeviceUnavailable { device } => Self::DeviceUnavailable { device },
            Fault::RuntimeUnusable { detail } => Self::RuntimeUnusable { detail },
            Fault::ProviderRefused { provider, detail } => Self::ProviderRefused { provider, detail },
            Fault::ComputedWrongly { provider, reason } => Self::ComputedWrongly { provider, reason },
            Fault::Cancelled => Self::Cancelled,
            Fault::Backend { detail } => Self::Backend { detail },
        }
    }
}
