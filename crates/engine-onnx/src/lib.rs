//! The engine on ONNX Runtime: folders of ONNX Runtime GenAI (`genai_config.json`, a graph, its weights beside it) on the
//! processor, WebGPU, DirectML and CUDA.
//!
//! Names, shapes and types come from `genai_config.json` and from the graph; nothing about a model is known here.

mod cache;
mod exact;
mod faults;
mod genai;
mod graph;
mod grow;
mod known_answer;
mod listed;
mod load;
mod placement;
mod provider;
mod resident;
mod rows;
mod runtime;
mod session;
mod wire;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use engine::{Engine, EngineError, LoadOptions, LoadProgress, Model, ModelFiles, ModelInfo, Result, Session};

pub use crate::listed::{Listed, Refused, listed, providers_beside};
use crate::load::LoadedModel;
pub use crate::runtime::{library, library_in};
use crate::session::OnnxSession;

/// The engine on ONNX Runtime.
pub struct OnnxEngine {
    library: Option<PathBuf>,
}

impl OnnxEngine {
    /// With the library at this path; `None`: there is none, which each load then says. It is loaded with the first
    /// model, and a process holds one.
    #[must_use]
    pub const fn new(library: Option<PathBuf>) -> Self {
        Self { library }
    }
}

impl Engine for OnnxEngine {
    fn name(&self) -> &'static str {
        "onnx"
    }

    fn load(
        &self,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Box<dyn Model>> {
        let loaded = LoadedModel::load(self.library.as_deref(), files, options, progress)?;
        Ok(Box::new(OnnxModel(Arc::new(loaded))))
    }
}

struct OnnxModel(Arc<LoadedModel>);

impl Model for OnnxModel {
    fn info(&self) -> &ModelInfo {
        &self.0.info
    }

    fn session(&self, context: Option<usize>) -> Result<Box<dyn Session>> {
        let most = self.0.info.context;
        let context = context.map_or(most, |context| context.min(most));
        Ok(Box::new(OnnxSession::new(Arc::clone(&self.0), context)?))
    }
}

/// What ONNX Runtime says, in its words.
pub(crate) fn backend<R>(error: ort::Error<R>) -> EngineError {
    EngineError::Backend { detail: error.message().to_owned() }
}
