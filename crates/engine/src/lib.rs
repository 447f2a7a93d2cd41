//! The contract that every engine obeys, whatever runs beneath it.
//!
//! An [`Engine`] loads a [`Model`]; a model opens [`Session`]s; a session is a position in a token sequence with a
//! KV cache behind it. Everything here is synchronous: one thread owns a session, and whoever wants it elsewhere
//! puts a thread around it.
//!
//! This crate knows nothing of conversations, prompt formats, catalogs, windows or networks, and names no engine.

mod contract;
mod drawing;
mod error;
mod exponential;
mod files;
mod sampling;
#[cfg(feature = "testing")]
pub mod testing;
mod tokenizer;

pub use contract::{
    Alternative, Control, Device, Engine, Event, Finish, Generation, LoadOptions, LoadProgress, Model,
    ModelInfo, Placement, Precision, Session, Step, check_tokens,
};
pub use drawing::{Next, draw_tokens};
pub use error::{EngineError, Result};
pub use exponential::exponential;
pub use files::ModelFiles;
pub use sampling::{Sampler, Sampling, likeliest, log_softmax, log_sum_exp};
pub use tokenizer::{Reading, Tokenizer};
