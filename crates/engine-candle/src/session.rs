//! A position in a token sequence, and what is kept to come back to it.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use candle_core::Tensor;
use engine::{Control, EngineError, Event, Finish, Generation, Result, Session, check_tokens, draw_tokens};

use crate::LoadedModel;
use crate::cache::LayerCache;
use crate::gpt_oss::{Pace, backend};

/// Tokens computed together at first, and at most. In between it is as many as a layer computes in [`LAYER_TIME`]:
/// the more at once, the less often weights are read, and between two layers a slow computer can be told to stop.
const FIRST_CHUNK: usize = 64;
const LARGEST_CHUNK: usize = 512;
const LAYER_TIME: Duration = Duration::from_millis(300);

/// Of what takes longer, word is given this often.
const WORKING: Duration = Duration::from_millis(250);

/// A conversation comes back to where its latest prompts ended, seldom further.
const CHECKPOINTS: usize = 8;

/// One token sequence and its KV caches.
pub(crate) struct CandleSession {
    model: Arc<LoadedModel>,
    context: usize,
    tokens: Vec<u32>,
    caches: Vec<LayerCache>,
    checkpoints: Vec<Checkpoint>,
    chunk: usize,
    /// [`WORKING`], but for tests.
    word_after: Duration,
}

/// What sliding layers held at the end of a prompt: by the end of a long answer their window has moved on, and the
/// next turn begins again at that prompt, since the answer's reasoning is dropped.
struct Checkpoint {
    len: usize,
    sliding: Vec<LayerCache>,
}

impl CandleSession {
    pub(crate) fn new(model: Arc<LoadedModel>, context: usize) -> Self {
        let caches = model.transformer.caches();
        Self {
            model,
            context,
            tokens: Vec::new(),
            caches,
            checkpoints: Vec::new(),
            chunk: FIRST_CHUNK,
            word_after: WORKING,
        }
    }

    /// Keeps what the cache shares with `tokens`, but less than `most` tokens.
    fn keep_prefix(&mut self, tokens: &[u32], most: usize) {
        let shared = self.tokens.iter().zip(tokens).take_while(|(a, b)| a == b).count();
        self.rewind(shared.min(most));
    }

    /// Computes `tokens` after those in the cache, and gives the logits of the rows from `from` on. `working` is
    /// called now and then while layers are getting done; `false` ends it with [`EngineError::Cancelled`].
    fn forward(
        &mut self,
        tokens: &[u32],
        from: usize,
        working: &mut dyn FnMut() -> bool,
    ) -> Result<Vec<Vec<f32>>> {
        let logits = match self.layers(tokens, from, working) {
            Ok(logits) => logits,
            Err(error) => {
                let len = self.tokens.len();
                self.caches.iter_mut().for_each(|cache| cache.truncate(len));
                return Err(error);
            }
        };
        self.caches.iter_mut().for_each(LayerCache::trim);
        self.tokens.extend_from_slice(tokens);
        logits.map_or(Ok(Vec::new()), |rows| rows.to_vec2().map_err(backend))
    }

    /// The computation itself, on the threads of the pool, while this one listens and waits.
    fn layers(
        &mut self,
        tokens: &[u32],
        from: usize,
        working: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Tensor>> {
        let (model, caches, pace) = (&self.model, &mut self.caches, &Pace::default());
        let word_after = self.word_after;
        let (result, computed) = sync_channel(1);
        model.pool.in_place_scope(|scope| {
            scope.spawn(move |_| {
                // Nobody stops listening before this is said.
                let _ = result.send(model.transformer.forward(tokens, caches, from, pace));
            });
            let mut layers = 0;
            loop {
                match computed.recv_timeout(word_after) {
                    Ok(logits) => return logits,
                    // It panicked; the scope hands that on.
                    Err(RecvTimeoutError::Disconnected) => return Ok(None),
                    Err(RecvTimeoutError::Timeout) => {
                        if pace.layers() > layers && !working() {
                            pace.break_off();
                        }
                        layers = pace.layers();
                    }
                }
            }
        })
    }

    /// Computes what is missing up to `end`, without logits. `on_chunk` is told the tokens done after each chunk, and
    /// `None` within one; `false` ends it.
    fn prefill(
        &mut self,
        tokens: &[u32],
        end: usize,
        on_chunk: &mut dyn FnMut(Option<usize>) -> bool,
    ) -> Result<bool> {
        while self.tokens.len() < end {
            let from = self.tokens.len();
            let to = end.min(from + self.chunk);
            let start = Instant::now();
            match self.forward(&tokens[from..to], usize::MAX, &mut || on_chunk(None)) {
                Err(EngineError::Cancelled) => return Ok(false),
                done => done?,
            };
            let layer_time = start.elapsed().as_secs_f64() / self.caches.len() as f64;
            if to - from == self.chunk {
                let chunk = self.chunk as f64 * LAYER_TIME.as_secs_f64() / layer_time;
                self.chunk = (chunk as usize).clamp(FIRST_CHUNK / 2, LARGEST_CHUNK);
            }
            if !on_chunk(Some(to)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn keep_checkpoint(&mut self) {
        let len = self.tokens.len();
        if self.checkpoints.last().is_some_and(|c| c.len == len) {
            return;
        }
        let sliding = self.caches.iter().filter(|c| c.slides()).map(LayerCache::window_copy).collect();
        if self.checkpoints.len() == CHECKPOINTS {
            self.checkpoints.remove(0);
        }
        self.checkpoints.push(Checkpoint { len, sliding });
    }

    /// Goes back to the latest checkpoint, which is kept; to the beginning where there is none.
    fn restore(&mut self) -> usize {
        let len = self.checkpoints.last().map_or(0, |c| c.len);
        match self.checkpoints.last() {
            Some(Checkpoint { sliding, .. }) => {
                let own = self.caches.iter_mut().filter(|c| c.slides());
                own.zip(sliding).for_each(|(cache, kept)| cache.clone_from(kept));
            }
            None => self.caches = self.model.transformer.caches(),
        }
        len
    }
}

impl Session for CandleSession {
    fn generate(
        &mut self,
        tokens: &[u32],
        generation: &Generation,
        on_event: &mut dyn FnMut(Event) -> Control,
    ) -> Result<Finish> {
        check_tokens(tokens, self.model.info.vocab, self.context)?;
        // The last token is computed even if it is in the cache: its logits are not.
        let (total, last) = (tokens.len(), tokens.len() - 1);
        self.keep_prefix(tokens, last);
        let reused = self.len();
        let mut report = |done: Option<usize>| {
            let event = done.map_or(Event::Working, |done| Event::Prefill { done, total, reused });
            on_event(event) != Control::Stop
        };
        if !report(Some(reused)) || !self.prefill(tokens, last, &mut report)? {
            return Ok(Finish::Stopped);
        }
        self.keep_checkpoint();

        let limits = (self.model.info.vocab, self.context);
        draw_tokens(tokens, generation, limits, on_event, &mut |sequence, working| {
            let missing = &sequence[self.len()..];
            Ok(self.forward(missing, 0, working)?.pop().unwrap_or_default())
        })
    }

    fn logits(&mut self, tokens: &[u32], from: usize) -> Result<Vec<Vec<f32>>> {
        check_tokens(tokens, self.model.info.vocab, self.context)?;
        let from = from.min(tokens.len());
        self.keep_prefix(tokens, from);
        self.prefill(tokens, from, &mut |_| true)?;
        let mut rows = Vec::with_capacity(tokens.len() - from);
        while self.len() < tokens.len() {
            let end = tokens.len().min(self.len() + self.chunk);
            rows.extend(self.forward(&tokens[self.len()..end], 0, &mut || true)?);
        }
        Ok(rows)
    }

    fn rewind(&mut self, len: usize) {
        if len >= self.tokens.len() {
            return;
        }
        self.checkpoints.retain(|c| c.len <= len);
        let len = if self.caches.iter().all(|c| c.can_continue_at(len)) { len } else { self.restore() };
        self.caches.iter_mut().for_each(|cache| cache.truncate(len));
        self.tokens.truncate(len);
    }

    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn context(&self) -> usize {
        self.context
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use engine::{EngineError, LoadOptions, ModelFiles, Session as _};

    use super::CandleSession;
    use crate::LoadedModel;

    #[test]
    fn what_is_broken_off_between_two_layers_leaves_no_trace() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/small");
        let files = ModelFiles::Folder(folder);
        let model =
            LoadedModel::load(&files, &LoadOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap();
        let model = Arc::new(model);
        let prompt: Vec<u32> = (0..300).map(|i| i * 7919 % 1009 % model.info.vocab as u32).collect();
        let session = || CandleSession::new(Arc::clone(&model), 4096);
        let expected = session().logits(&prompt, 299).unwrap();
        let mut broken_off = 0;
        for _ in 0..20 {
            let mut session = session();
            session.logits(&prompt[..100], 99).unwrap();
            session.word_after = Duration::ZERO;
            match session.forward(&prompt[100..], usize::MAX, &mut || false) {
                Err(EngineError::Cancelled) => broken_off += 1,
                done => drop(done.unwrap()),
            }
            session.word_after = Duration::MAX;
            let logits = session.logits(&prompt, 299).unwrap();
            for (one, other) in logits[0].iter().zip(&expected[0]) {
                assert!((one - other).abs() < 1e-3 * (1.0 + other.abs()), "{one} and {other}");
            }
        }
        assert!(broken_off > 0, "nothing was broken off");
    }
}
