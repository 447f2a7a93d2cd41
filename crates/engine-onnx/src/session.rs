//! A position in a token sequence, with the cache behind it.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use engine::{Control, EngineError, Event, Finish, Generation, Result, Session, check_tokens, draw_tokens};
use half::f16;
use ort::memory::{AllocationDevice, AllocatorType, MemoryInfo, MemoryType};
use ort::session::{IoBinding, RunOptions, SessionOutputs};
use ort::value::Tensor;

use crate::backend;
use crate::cache::KvCache;
use crate::load::LoadedModel;
use crate::rows::ROWS;

/// Tokens computed together at first: experts are read once for all that chose them. Doubled while a chunk takes less than
/// [`CHUNK_TIME`], after which whoever waits wants to see how far it has come.
const FIRST_CHUNK: usize = 128;
const LARGEST_CHUNK: usize = 512;
const CHUNK_TIME: Duration = Duration::from_secs(2);
/// Where only the beginning of a sequence can be computed together, as much of it as memory allows for.
const LARGEST_BEGINNING: usize = 4096;
/// Logits of a chunk may take as many bytes, where the graph gives them for every row.
const LOGITS_BYTES: usize = 128 << 20;

/// Of what takes longer, word is given this often.
const WORKING: Duration = Duration::from_millis(250);

/// One token sequence and its cache.
pub(crate) struct OnnxSession {
    model: Arc<LoadedModel>,
    context: usize,
    tokens: Vec<u32>,
    cache: KvCache,
    binding: IoBinding,
    /// Rows of logits for which the binding has room.
    rows: usize,
    chunk: usize,
}

impl OnnxSession {
    pub(crate) fn new(model: Arc<LoadedModel>, context: usize) -> Result<Self> {
        let binding = model.with_session(|session, _| session.create_binding()).map_err(backend)?;
        let chunk = FIRST_CHUNK.min(largest_chunk(&model));
        Ok(Self { model, context, tokens: Vec::new(), cache: KvCache::new(), binding, rows: 0, chunk })
    }

    /// Keeps what the cache shares with `tokens`, but less than `most` tokens.
    fn keep_prefix(&mut self, tokens: &[u32], most: usize) {
        let shared = self.tokens.iter().zip(tokens).take_while(|(a, b)| a == b).count();
        self.rewind(shared.min(most));
    }

    /// Computes `tokens` after those in the cache, and gives the logits of the last `rows` of them. `working` is called
    /// now and then; `false` ends it with [`EngineError::Cancelled`].
    fn forward(
        &mut self,
        tokens: &[u32],
        rows: usize,
        working: &mut dyn FnMut() -> bool,
    ) -> Result<Vec<Vec<f32>>> {
        self.bind(tokens, rows)?;
        let (model, binding) = (&self.model, &mut self.binding);
        let options = RunOptions::new().map_err(backend)?;
        let (done, computed) = sync_channel(1);
        let logits = thread::scope(|scope| {
            let options = &options;
            scope.spawn(move || {
                let logits = model.with_session(|session, _| {
                    let outputs = session.run_binding_with_options(binding, options).map_err(backend)?;
                    last_rows(&outputs, &model.config.outputs.logits, rows, model.config.vocab)
                });
                // Nobody stops listening before this is said.
                let _ = done.send(logits);
            });
            let mut cancelled = false;
            loop {
                match computed.recv_timeout(WORKING) {
                    Ok(Err(_)) if cancelled => return Err(EngineError::Cancelled),
                    Ok(logits) => return logits,
                    // It panicked; the scope hands that on.
                    Err(RecvTimeoutError::Disconnected) => return Ok(Vec::new()),
                    Err(RecvTimeoutError::Timeout) => {
                        if !cancelled && !working() {
                            cancelled = true;
                            let _ = options.terminate();
                        }
                    }
                }
            }
        })?;
        self.tokens.extend_from_slice(tokens);
        Ok(logits)
    }

    /// Hands over what the next run reads, and the places that it writes to.
    fn bind(&mut self, tokens: &[u32], rows: usize) -> Result<()> {
        let (model, len) = (&self.model, self.tokens.len());
        let total = len + tokens.len();
        let cache = &mut self.cache;
        if model.with_session(|_, device| cache.reserve(&model.slots, device, total, self.context, len))? {
            self.cache.bind(&model.slots, &mut self.binding)?;
        }
        let names = &model.config.inputs;
        let ids = tokens.iter().map(|&token| i64::from(token)).collect();
        bind_numbers(&mut self.binding, &names.input_ids, ids)?;
        bind_numbers(&mut self.binding, &names.attention_mask, vec![1; total])?;
        if model.has_positions {
            let positions = (len..total).map(|position| position as i64).collect();
            bind_numbers(&mut self.binding, &names.position_ids, positions)?;
        }
        let given = if model.chooses_rows { rows.max(1) } else { tokens.len() };
        if self.rows != given {
            // ONNX Runtime makes room at the next run, and keeps it for as many rows.
            let host =
                MemoryInfo::new(AllocationDevice::CPU, 0, AllocatorType::Device, MemoryType::CPUOutput);
            let logits = model.config.outputs.logits.as_str();
            self.binding.bind_output_to_device(logits, &host.map_err(backend)?).map_err(backend)?;
            self.rows = given;
        }
        if model.chooses_rows {
            let first = tokens.len() - given;
            let rows: Vec<i32> = (first..tokens.len()).map(|row| row as i32).collect();
            let rows = Tensor::from_array(([rows.len()], rows)).map_err(backend)?;
            self.binding.bind_input(ROWS, &rows).map_err(backend)?;
        }
        Ok(())
    }

    /// Tokens that are computed together next.
    fn together(&self) -> usize {
        match (self.model.only_begins_together, self.len()) {
            (false, _) => self.chunk,
            (true, 0) if self.chunk > 1 => LARGEST_BEGINNING,
            (true, _) => 1,
        }
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
            let to = end.min(from + self.together());
            let start = Instant::now();
            match self.forward(&tokens[from..to], 0, &mut || on_chunk(None)) {
                Err(EngineError::Cancelled) => return Ok(false),
                done => done?,
            };
            if start.elapsed() < CHUNK_TIME && to - from == self.chunk {
                self.chunk = largest_chunk(&self.model).min(2 * self.chunk);
            }
            if !on_chunk(Some(to)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Most tokens that are computed together.
fn largest_chunk(model: &LoadedModel) -> usize {
    if model.info.one_by_one.is_some() {
        return 1;
    }
    if model.chooses_rows {
        return LARGEST_CHUNK;
    }
    (LOGITS_BYTES / (4 * model.config.vocab)).clamp(1, LARGEST_CHUNK)
}

/// Numbers of one row: `[1, count]`.
fn bind_numbers(binding: &mut IoBinding, name: &str, numbers: Vec<i64>) -> Result<()> {
    let tensor = Tensor::from_array(([1, numbers.len()], numbers)).map_err(backend)?;
    binding.bind_input(name, &tensor).map_err(backend)
}

/// The last rows of `[1, count, vocabulary]`.
fn last_rows(outputs: &SessionOutputs, name: &str, rows: usize, vocab: usize) -> Result<Vec<Vec<f32>>> {
    let wrong = |detail: String| EngineError::Backend { detail };
    let logits = outputs.get(name).ok_or_else(|| wrong(format!("there is no output {name}")))?;
    let take = |values: usize| {
        let whole = values.is_multiple_of(vocab) && values / vocab >= rows;
        whole
            .then(|| values - rows * vocab)
            .ok_or_else(|| wrong(format!("{values} logits for {rows} rows of {vocab}")))
    };
    if let Ok((_, values)) = logits.try_extract_tensor::<f32>() {
        return Ok(values[take(values.len())?..].chunks_exact(vocab).map(<[f32]>::to_vec).collect());
    }
    let (_, values) = logits.try_extract_tensor::<f16>().map_err(backend)?;
    let row = |row: &[f16]| row.iter().map(|value| value.to_f32()).collect();
    Ok(values[take(values.len())?..].chunks_exact(vocab).map(row).collect())
}

impl Session for OnnxSession {
    fn generate(
        &mut self,
        tokens: &[u32],
        generation: &Generation,
        on_event: &mut dyn FnMut(Event) -> Control,
    ) -> Result<Finish> {
        check_tokens(tokens, self.model.config.vocab, self.context)?;
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

        let limits = (self.model.config.vocab, self.context);
        draw_tokens(tokens, generation, limits, on_event, &mut |sequence, working| {
            let missing = &sequence[self.len()..];
            Ok(self.forward(missing, 1, working)?.pop().unwrap_or_default())
        })
    }

    fn logits(&mut self, tokens: &[u32], from: usize) -> Result<Vec<Vec<f32>>> {
        check_tokens(tokens, self.model.config.vocab, self.context)?;
        let from = from.min(tokens.len());
        self.keep_prefix(tokens, from);
        self.prefill(tokens, from, &mut |_| true)?;
        // Rows that are asked for take memory wherever they come from.
        let most = (LOGITS_BYTES / (4 * self.model.config.vocab)).max(1);
        let mut rows = Vec::with_capacity(tokens.len() - from);
        while self.len() < tokens.len() {
            let end = tokens.len().min(self.len() + self.together().min(most));
            let chunk = &tokens[self.len()..end];
            rows.extend(self.forward(chunk, chunk.len(), &mut || true)?);
        }
        Ok(rows)
    }

    fn rewind(&mut self, len: usize) {
        // What lies beyond in the cache is written over before it is read.
        self.tokens.truncate(len);
    }

    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn context(&self) -> usize {
        self.context
    }
}
