//! The engine contract on candle: gpt-oss from a Hugging Face checkpoint, its experts in MXFP4 where they lie in the
//! mapped file.
//!
//! This crate knows nothing of prompts, catalogs or the choice between engines.

mod ahead;
mod awake;
#[cfg(feature = "bench")]
pub mod bench;
mod cache;
mod config;
mod gpt_oss;
mod int8;
mod kernels;
mod ops;
mod session;
mod weights;

use std::ops::ControlFlow;
use std::sync::Arc;

use engine::{
    Device, Engine, EngineError, LoadOptions, LoadProgress, Model, ModelFiles, ModelInfo, Result, Session,
};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::ahead::read_ahead;
use crate::config::Config;
use crate::gpt_oss::GptOss;
use crate::int8::Int8Store;
use crate::session::CandleSession;
use crate::weights::Weights;

/// The engine on candle.
pub struct CandleEngine;

impl Engine for CandleEngine {
    fn name(&self) -> &'static str {
        "candle"
    }

    fn load(
        &self,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Box<dyn Model>> {
        Ok(Box::new(CandleModel(Arc::new(LoadedModel::load(files, options, progress)?))))
    }
}

impl LoadedModel {
    fn load(
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Self> {
        if options.device != Device::Cpu {
            return Err(EngineError::DeviceUnavailable { device: options.device });
        }
        let config = Config::read(files)?;
        let weights = Weights::open(files)?;
        let total = weights.bytes();
        let mut report = |done: usize, layers: usize| match progress(LoadProgress {
            done: total / layers as u64 * done as u64,
            total,
        }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(EngineError::Cancelled),
        };
        let pool = threads(options.threads)?;
        let mut int8 = Int8Store::open(files, weights.shards(), &pool);
        let transformer = GptOss::load(&weights, &mut int8, config, options.precision, &mut report)?;
        // Every token takes most of what is kept as int8, and some of the experts.
        read_ahead(int8.in_order().into_iter().chain(transformer.experts()));
        int8.keep();
        let config = transformer.config();
        let info = ModelInfo {
            architecture: "gpt_oss".to_owned(),
            layers: config.windows.len(),
            vocab: config.vocab,
            context: config.context,
            stop_tokens: config.stop_tokens.clone(),
            sampling: config.sampling,
            past_turns: config.past_turns,
            past_answers: config.past_answers,
            weight_bytes: total,
            threads: pool.current_num_threads(),
            device: Device::Cpu,
            placement: Vec::new(),
            one_by_one: None,
        };
        Ok(Self { transformer, pool, info })
    }
}

fn threads(count: Option<usize>) -> Result<ThreadPool> {
    let count = count.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(|i| format!("candle-{i}"))
        .build()
        .map_err(|e| EngineError::Backend { detail: e.to_string() })
}

pub(crate) struct LoadedModel {
    transformer: GptOss,
    pool: ThreadPool,
    info: ModelInfo,
}

struct CandleModel(Arc<LoadedModel>);

impl Model for CandleModel {
    fn info(&self) -> &ModelInfo {
        &self.0.info
    }

    fn session(&self, context: Option<usize>) -> Result<Box<dyn Session>> {
        let most = self.0.info.context;
        let context = context.map_or(most, |context| context.min(most));
        Ok(Box::new(CandleSession::new(Arc::clone(&self.0), context)))
    }
}
