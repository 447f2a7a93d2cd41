//! An engine that says what it was told to.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::{
    Control, Device, Engine, EngineError, Event, Finish, Generation, LoadOptions, LoadProgress, Model,
    ModelFiles, ModelInfo, Result, Session, Step, check_tokens,
};

/// An engine whose every generation is the same list of tokens, at a pace of its own. It reads nothing of the
/// files it is given.
#[derive(Clone)]
pub struct ScriptedEngine {
    /// What each generation says.
    pub script: Vec<u32>,
    /// Size of the vocabulary.
    pub vocab: usize,
    /// Longest sequence.
    pub context: usize,
    /// Time each token takes.
    pub pace: Duration,
    /// Fail with this message when the script has come to its end.
    pub failure: Option<String>,
}

impl Engine for ScriptedEngine {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn load(
        &self,
        _: &ModelFiles,
        _: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Box<dyn Model>> {
        if progress(LoadProgress { done: 0, total: 0 }).is_break() {
            return Err(EngineError::Cancelled);
        }
        let info = ModelInfo {
            architecture: "scripted".to_owned(),
            layers: 0,
            vocab: self.vocab,
            context: self.context,
            stop_tokens: Vec::new(),
            sampling: crate::Sampling::default(),
            past_turns: None,
            past_answers: true,
            weight_bytes: 0,
            threads: 1,
            device: Device::Cpu,
            placement: Vec::new(),
            one_by_one: None,
        };
        Ok(Box::new(ScriptedModel { engine: Arc::new(self.clone()), info }))
    }
}

struct ScriptedModel {
    engine: Arc<ScriptedEngine>,
    info: ModelInfo,
}

impl Model for ScriptedModel {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn session(&self, context: Option<usize>) -> Result<Box<dyn Session>> {
        let context = context.unwrap_or(self.info.context);
        Ok(Box::new(ScriptedSession { engine: Arc::clone(&self.engine), tokens: Vec::new(), context }))
    }
}

struct ScriptedSession {
    engine: Arc<ScriptedEngine>,
    tokens: Vec<u32>,
    context: usize,
}

impl Session for ScriptedSession {
    fn generate(
        &mut self,
        tokens: &[u32],
        generation: &Generation,
        on_event: &mut dyn FnMut(Event) -> Control,
    ) -> Result<Finish> {
        check_tokens(tokens, self.engine.vocab, self.context)?;
        let reused = self.tokens.iter().zip(tokens).take_while(|(a, b)| a == b).count();
        self.tokens = tokens.to_vec();
        if on_event(Event::Prefill { done: tokens.len(), total: tokens.len(), reused }) == Control::Stop {
            return Ok(Finish::Stopped);
        }
        let most = generation.max_tokens.unwrap_or(usize::MAX);
        for (count, &token) in self.engine.script.iter().enumerate() {
            if count >= most {
                return Ok(Finish::MaxTokens);
            }
            if self.tokens.len() >= self.context {
                return Ok(Finish::ContextFull);
            }
            std::thread::sleep(self.engine.pace);
            let position = self.tokens.len();
            let elapsed = self.engine.pace;
            let step = Step { token, position, logprob: 0.0, alternatives: Vec::new(), elapsed };
            let token = match on_event(Event::Step(step)) {
                Control::Replace(other) if generation.lockstep => other,
                Control::Continue | Control::Replace(_) => token,
                Control::Stop => {
                    self.tokens.push(token);
                    return Ok(Finish::Stopped);
                }
            };
            self.tokens.push(token);
            if generation.stop_tokens.contains(&token) {
                return Ok(Finish::StopToken);
            }
        }
        match &self.engine.failure {
            Some(detail) => Err(EngineError::Backend { detail: detail.clone() }),
            None => Ok(Finish::StopToken),
        }
    }

    fn logits(&mut self, tokens: &[u32], from: usize) -> Result<Vec<Vec<f32>>> {
        check_tokens(tokens, self.engine.vocab, self.context)?;
        self.tokens = tokens.to_vec();
        let row = |i: usize| {
            let mut logits = vec![0.0; self.engine.vocab];
            if let Some(&token) = self.engine.script.get(i % self.engine.script.len().max(1)) {
                logits[token as usize] = 10.0;
            }
            logits
        };
        Ok((from..tokens.len()).map(row).collect())
    }

    fn rewind(&mut self, len: usize) {
        self.tokens.truncate(len);
    }

    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn context(&self) -> usize {
        self.context
    }
}
