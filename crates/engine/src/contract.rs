//! The three traits, and the values that pass through them.

use std::ops::ControlFlow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{EngineError, ModelFiles, Result, Sampling};

/// What a model computes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// The processor.
    Cpu,
    /// The NVIDIA card of this index.
    Cuda(usize),
    /// Apple's GPU.
    Metal,
    /// A card through WebGPU, which tells two kinds apart where a computer has several cards.
    WebGpu {
        /// The card that takes less power, which is the one in the processor.
        low_power: bool,
    },
    /// The card of this number for DXGI, through DirectML.
    DirectMl(usize),
}

/// How activations are held while a weight matrix is applied to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Whatever is fastest on the device within the engine's stated error; on the CPU, int8 blocks.
    #[default]
    Fast,
    /// float32 throughout, for comparison with reference implementations.
    Exact,
}

/// What a caller asks of [`Engine::load`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct LoadOptions {
    /// Where to compute.
    pub device: Device,
    /// How precisely.
    pub precision: Precision,
    /// Threads on the CPU; `None` lets the engine choose.
    pub threads: Option<usize>,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { device: Device::Cpu, precision: Precision::default(), threads: None }
    }
}

/// How far loading has come, in bytes of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadProgress {
    /// Bytes ready.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
}

/// A family of implementations that can load models.
pub trait Engine: Send + Sync {
    /// A short stable name: `candle`, `onnx`.
    fn name(&self) -> &'static str;

    /// Loads a model. `progress` is called between tensors; when it breaks, loading ends with
    /// [`EngineError::Cancelled`] and frees what it had taken.
    ///
    /// # Errors
    /// Every fault of the files is named with its file; nothing in them can make this panic or take more memory
    /// than the files themselves hold.
    fn load(
        &self,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Box<dyn Model>>;
}

/// What is worth knowing about a loaded model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// `model_type` of config.json.
    pub architecture: String,
    /// Number of layers.
    pub layers: usize,
    /// Size of the vocabulary; logits have this length.
    pub vocab: usize,
    /// Longest token sequence a session may hold.
    pub context: usize,
    /// Tokens that end a generation, from generation_config.json (config.json where that file is absent).
    pub stop_tokens: Vec<u32>,
    /// How its maker means it to be sampled, from generation_config.json.
    pub sampling: Sampling,
    /// Past exchanges of a conversation that it was made to follow, from generation_config.json; `None`: all of them.
    pub past_turns: Option<usize>,
    /// Whether it follows its own past answers too, or past questions alone; from the same file.
    pub past_answers: bool,
    /// Bytes of weights.
    pub weight_bytes: u64,
    /// Threads used on the CPU.
    pub threads: usize,
    /// Where it computes.
    pub device: Device,
    /// Which parts of it are computed by what, where an engine divides a model among several; empty where it does not.
    pub placement: Vec<Placement>,
    /// Why it reads a prompt one token at a time, which is slow, where it does: several at once are not computed rightly
    /// on this device. In technical English.
    pub one_by_one: Option<String>,
}

/// The part of a model that one execution provider computes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// The execution provider, as its runtime calls it.
    pub provider: String,
    /// Its operators, and how many nodes of each.
    pub operators: Vec<(String, usize)>,
}

/// A loaded model.
pub trait Model: Send + Sync {
    /// What is worth knowing about it.
    fn info(&self) -> &ModelInfo;

    /// Whether it is still there: what computes in a process of its own may have been ended in the meantime.
    fn lives(&self) -> bool {
        true
    }

    /// Opens an empty session of at most `context` tokens (`None`: what the model allows). Sessions share the
    /// weights and nothing else.
    ///
    /// # Errors
    /// Memory for the cache cannot be had.
    fn session(&self, context: Option<usize>) -> Result<Box<dyn Session>>;
}

/// One request for tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Generation {
    /// How to draw each token.
    pub sampling: Sampling,
    /// Generation ends after one of these, which is still reported as a step.
    pub stop_tokens: Vec<u32>,
    /// Most new tokens; `None` is as many as the context holds.
    pub max_tokens: Option<usize>,
    /// How many of the likeliest tokens to report with each step.
    pub alternatives: usize,
    /// Whether the answer to a step has to be known before the next token is computed, as [`Control::Replace`] needs.
    /// Otherwise an engine may be a few steps ahead of the answers; what it did beyond a [`Control::Stop`] is not
    /// reported.
    pub lockstep: bool,
}

/// A token that could have been drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// Its id.
    pub token: u32,
    /// Natural logarithm of its probability at temperature 1, before any filter.
    pub logprob: f32,
}

/// One token drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its id.
    pub token: u32,
    /// Position of the token in the sequence.
    pub position: usize,
    /// Natural logarithm of its probability at temperature 1, before any filter.
    pub logprob: f32,
    /// The likeliest tokens, best first.
    pub alternatives: Vec<Alternative>,
    /// Time spent on this token, from the end of the one before.
    pub elapsed: Duration,
}

/// What a generation reports while it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// `done` of the prompt's `total` tokens are in the KV cache; `reused` of them were there before.
    Prefill {
        /// Tokens in the cache.
        done: usize,
        /// Tokens of the prompt.
        total: usize,
        /// Tokens that needed no work.
        reused: usize,
    },
    /// A token was drawn. It is not in the cache yet.
    Step(Step),
    /// A chunk or a step takes long and goes on. Said at least every few seconds for as long as it does, so that
    /// whoever waits can tell patience from standstill, and can stop in the middle.
    Working,
}

/// What the caller answers to an [`Event`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// Go on.
    Continue,
    /// End here. The token of this step belongs to the sequence.
    Stop,
    /// Take this token in place of the one drawn, and go on: where [`Generation::lockstep`] was asked for, and to a
    /// step. Elsewhere it means `Continue`.
    Replace(u32),
}

/// Why a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// A stop token was drawn.
    StopToken,
    /// `max_tokens` were drawn.
    MaxTokens,
    /// The context holds no more.
    ContextFull,
    /// The caller answered [`Control::Stop`].
    Stopped,
}

/// A token sequence with a KV cache behind it.
pub trait Session: Send {
    /// Makes the cache hold `tokens`, keeping the longest prefix it already holds, then draws tokens until a reason
    /// of [`Finish`]. Pausing is stopping: calling again with the sequence so far goes on at the cost of one token.
    ///
    /// # Errors
    /// [`EngineError::ContextFull`] where `tokens` fill the context; [`EngineError::EmptyPrompt`];
    /// [`EngineError::TokenOutOfRange`].
    fn generate(
        &mut self,
        tokens: &[u32],
        generation: &Generation,
        on_event: &mut dyn FnMut(Event) -> Control,
    ) -> Result<Finish>;

    /// Makes the cache hold `tokens`, as [`Session::generate`] does, and gives the logits of each position from
    /// `from` on: `tokens.len() - from` rows of the vocabulary's length.
    ///
    /// # Errors
    /// As [`Session::generate`].
    fn logits(&mut self, tokens: &[u32], from: usize) -> Result<Vec<Vec<f32>>>;

    /// Forgets every token from position `len` on, and more where what the layers kept cannot continue from `len`
    /// (a sliding layer whose window has moved on): [`Session::len`] says what is left, and the next call computes
    /// the rest again. A `len` beyond the end changes nothing.
    fn rewind(&mut self, len: usize);

    /// Tokens in the cache.
    fn len(&self) -> usize;

    /// Whether the cache holds nothing.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Most tokens the cache can hold.
    fn context(&self) -> usize;
}

/// The checks that every session makes before it computes.
///
/// # Errors
/// As [`Session::generate`] says.
pub fn check_tokens(tokens: &[u32], vocab: usize, context: usize) -> Result<()> {
    if tokens.is_empty() {
        return Err(EngineError::EmptyPrompt);
    }
    if let Some(&token) = tokens.iter().find(|&&t| t as usize >= vocab) {
        return Err(EngineError::TokenOutOfRange { token, vocab });
    }
    if tokens.len() > context {
        return Err(EngineError::ContextFull { capacity: context, needed: tokens.len() });
    }
    Ok(())
}
