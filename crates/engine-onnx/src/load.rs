//! From a folder to a session of ONNX Runtime.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use engine::{EngineError, LoadOptions, LoadProgress, ModelFiles, ModelInfo, Precision, Result};
use ort::ErrorCode;
use ort::environment::Environment;
use ort::memory::Allocator;
use ort::session::Session;
use ort::session::builder::{LoadCanceler, SessionBuilder};

use crate::cache::{Device, Slot, named, slots};
use crate::genai::Config;
use crate::graph::{GraphFile, invalid};
use crate::grow::Grow;
use crate::provider::Provider;
use crate::resident::Resident;
use crate::{backend, exact, faults, known_answer, placement, rows, runtime};

/// Word is given this often while ONNX Runtime loads, which says nothing itself.
const WORD: Duration = Duration::from_millis(100);

/// A model in memory.
pub(crate) struct LoadedModel {
    session: Mutex<(Session, Device)>,
    pub(crate) config: Config,
    pub(crate) slots: Vec<Slot>,
    /// Whether the graph gives logits of chosen rows alone.
    pub(crate) chooses_rows: bool,
    /// Whether several tokens at once are right at the beginning of a sequence alone.
    pub(crate) only_begins_together: bool,
    pub(crate) has_positions: bool,
    pub(crate) info: ModelInfo,
}

impl LoadedModel {
    pub(crate) fn load(
        library: Option<&Path>,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Self> {
        let provider = Provider::of(options.device)?;
        let ModelFiles::Folder(folder) = files else {
            return Err(EngineError::FileMissing { file: crate::genai::FILE.to_owned() });
        };
        let config = Config::read(files)?;
        let file = GraphFile::open(folder, &config.graph)?;
        faults::refuse(provider, &file.graph)?;
        let environment = runtime::environment(library, provider)?;
        let threads = options.threads.unwrap_or_else(all_threads);
        let exact =
            (options.precision == Precision::Exact).then(|| exact::in_float32(&file.content)).flatten();
        let published = exact.as_deref().unwrap_or(&file.content);
        let cut = rows::only_those_asked_for(published, &file.graph, &config.outputs.logits);
        let changed = cut.as_deref().or(exact.as_deref());
        let build = || builder(provider, &environment, threads, &file, changed.is_some());
        let session = committed(build, &file, provider, changed, progress)?;

        let slots = slots(&session, &config)?;
        named(session.inputs(), &config.inputs.input_ids, "decoder.inputs.input_ids")?;
        named(session.inputs(), &config.inputs.attention_mask, "decoder.inputs.attention_mask")?;
        named(session.outputs(), &config.outputs.logits, "decoder.outputs.logits")?;
        let has_positions = named(session.inputs(), &config.inputs.position_ids, "").is_ok();
        let element = slots[0].element();
        let device = match provider.memory()? {
            Some(memory) => Device {
                allocator: Allocator::new(&session, memory).map_err(backend)?,
                grow: Some(Grow::new(&environment, provider, element)?),
            },
            None => Device { allocator: Allocator::default(), grow: None },
        };
        let one_by_one = match provider {
            // DirectML wants its cache bound, and is asked a whole question by the self-test.
            Provider::Cpu | Provider::DirectMl(_) => None,
            _ => known_answer::of_several_tokens(&environment, provider, &file.graph, &config, element)?,
        };
        let info = ModelInfo {
            architecture: config.architecture.clone(),
            layers: config.layers,
            vocab: config.vocab,
            context: config.context,
            stop_tokens: config.stop_tokens.clone(),
            sampling: config.sampling,
            past_turns: config.past_turns,
            past_answers: config.past_answers,
            weight_bytes: file.bytes,
            threads,
            device: options.device,
            placement: placement::of(&session, provider.name(), &file.graph)?,
            one_by_one,
        };
        Ok(Self {
            session: Mutex::new((session, device)),
            config,
            slots,
            only_begins_together: faults::only_begins_together(provider),
            chooses_rows: cut.is_some(),
            has_positions,
            info,
        })
    }

    /// Does something with the session, and what gives memory of its device. One at a time: ONNX Runtime's providers are not made for more.
    pub(crate) fn with_session<T>(&self, run: impl FnOnce(&mut Session, &mut Device) -> T) -> T {
        let (session, device) = &mut *self.session.lock().unwrap_or_else(PoisonError::into_inner);
        run(session, device)
    }
}

fn all_threads() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

fn builder(
    provider: Provider,
    environment: &Environment,
    threads: usize,
    file: &GraphFile,
    from_memory: bool,
) -> Result<SessionBuilder> {
    let builder = provider.builder(environment, threads)?;
    let Some(folder) = file.path.parent().filter(|_| from_memory) else { return Ok(builder) };
    // A graph that comes from memory does not say where its weights are.
    let folder =
        folder.to_str().ok_or_else(|| invalid(&file.name, "its folder has a name that is no text"))?;
    builder.with_config_entry("session.model_external_initializers_file_folder_path", folder).map_err(backend)
}

/// Lets ONNX Runtime load the graph on a thread of its own, while this one gives word and listens whether to go on.
fn committed(
    build: impl FnOnce() -> Result<SessionBuilder> + Send,
    file: &GraphFile,
    provider: Provider,
    changed: Option<&[u8]>,
    progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
) -> Result<Session> {
    let total = file.bytes;
    if progress(LoadProgress { done: 0, total }).is_break() {
        return Err(EngineError::Cancelled);
    }
    let (begun, words) = sync_channel::<LoadCanceler>(1);
    let commit = move || {
        let mut builder = build()?;
        // Nobody stops listening before the end is said.
        let _ = begun.send(builder.canceler());
        let session = match changed {
            Some(bytes) => builder.commit_from_memory(bytes),
            None => builder.commit_from_file(&file.path),
        };
        session.map_err(|error| refused(file, provider, &error))
    };
    let memory = Resident::now();
    let session = thread::scope(|scope| {
        let loading = scope.spawn(commit);
        let (mut canceller, mut cancelled) = (None, false);
        while !loading.is_finished() {
            match words.recv_timeout(WORD) {
                Ok(of_this) => canceller = Some(of_this),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let done = memory.grown().min(total);
            cancelled = cancelled || progress(LoadProgress { done, total }).is_break();
            if let (true, Some(canceller)) = (cancelled, &canceller) {
                // It may be done by now.
                let _ = canceller.cancel();
            }
        }
        match loading.join() {
            Ok(_) if cancelled => Err(EngineError::Cancelled),
            Ok(session) => session,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })?;
    match progress(LoadProgress { done: total, total }) {
        ControlFlow::Continue(()) => Ok(session),
        ControlFlow::Break(()) => Err(EngineError::Cancelled),
    }
}

/// What ONNX Runtime does not take is the file's fault; with a card in play it may be the card's.
fn refused(file: &GraphFile, provider: Provider, error: &ort::Error) -> EngineError {
    match (error.code(), provider) {
        (ErrorCode::ModelLoadCanceled, _) => EngineError::Cancelled,
        (ErrorCode::InvalidGraph | ErrorCode::InvalidProtobuf | ErrorCode::NoModel, _)
        | (_, Provider::Cpu) => invalid(&file.name, error.message()),
        _ => EngineError::Backend { detail: error.message().to_owned() },
    }
}
