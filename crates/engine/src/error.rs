//! What can go wrong in an engine.

use thiserror::Error;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, EngineError>;

/// What can go wrong in an engine. Files are named as they stand in the model's folder.
#[derive(Debug, Error)]
pub enum EngineError {
    /// A file the model cannot do without is not there.
    #[error("the file {file} is missing")]
    FileMissing {
        /// The file.
        file: String,
    },
    /// A file is shorter than its own header says.
    #[error("the file {file} is incomplete: {expected} bytes announced, {found} present")]
    FileTruncated {
        /// The file.
        file: String,
        /// Bytes announced.
        expected: u64,
        /// Bytes present.
        found: u64,
    },
    /// A file cannot be read from the disk.
    #[error("the file {file} cannot be read: {source}")]
    FileUnreadable {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what its name promises.
    #[error("the file {file} is damaged: {detail}")]
    FileInvalid {
        /// The file.
        file: String,
        /// What was found.
        detail: String,
    },
    /// A value of a configuration file makes no sense, or contradicts the weights.
    #[error("{file}: {field} {detail}")]
    ConfigInvalid {
        /// The file.
        file: String,
        /// The field.
        field: String,
        /// What is wrong with it.
        detail: String,
    },
    /// No engine here runs this architecture.
    #[error("models of the kind \"{found}\" cannot be run yet")]
    UnsupportedArchitecture {
        /// `model_type` of config.json.
        found: String,
    },
    /// A tensor is in none of the files.
    #[error("the weights {tensor} are in none of the model's files")]
    TensorMissing {
        /// Its name.
        tensor: String,
    },
    /// A tensor has another shape or type than config.json implies.
    #[error("{file}: the weights {tensor} are {found}, but {expected} is needed")]
    TensorMismatch {
        /// The file that holds it.
        file: String,
        /// Its name.
        tensor: String,
        /// Type and shape that config.json implies.
        expected: String,
        /// Type and shape in the file.
        found: String,
    },
    /// The context holds no more tokens.
    #[error("the conversation needs {needed} tokens and the context holds {capacity}")]
    ContextFull {
        /// Tokens it can hold.
        capacity: usize,
        /// Tokens asked for.
        needed: usize,
    },
    /// A session was asked to continue nothing.
    #[error("there is nothing to continue: the prompt is empty")]
    EmptyPrompt,
    /// A token id outside the vocabulary.
    #[error("token {token} is outside the vocabulary of {vocab}")]
    TokenOutOfRange {
        /// The id.
        token: u32,
        /// Size of the vocabulary.
        vocab: usize,
    },
    /// Memory could not be had.
    #[error("{needed} bytes of memory could not be had")]
    OutOfMemory {
        /// Bytes asked for.
        needed: u64,
    },
    /// The engine has no such device here.
    #[error("{device:?} is not available")]
    DeviceUnavailable {
        /// The device.
        device: crate::Device,
    },
    /// The library that an engine stands on is not here, cannot be loaded, or is too old.
    #[error("the runtime library cannot be used: {detail}")]
    RuntimeUnusable {
        /// Why.
        detail: String,
    },
    /// An execution provider cannot be had on this computer.
    #[error("{provider} is not available: {detail}")]
    ProviderRefused {
        /// The execution provider.
        provider: String,
        /// In the runtime's words.
        detail: String,
    },
    /// An execution provider would compute this model wrongly, and say nothing.
    #[error("{provider} would compute this model wrongly: {reason}")]
    ComputedWrongly {
        /// The execution provider.
        provider: String,
        /// What it does not do.
        reason: String,
    },
    /// The caller ended it.
    #[error("cancelled")]
    Cancelled,
    /// The process that the engine ran in has ended, or had to be ended.
    #[error("the engine's process: {detail}")]
    ProcessEnded {
        /// How.
        detail: String,
    },
    /// The library beneath refused.
    #[error("the engine failed: {detail}")]
    Backend {
        /// In its own words.
        detail: String,
    },
}
