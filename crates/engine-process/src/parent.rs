//! The parent's side: an engine like any other, whose work is done in a child process.

use std::io::{BufReader, Write};
use std::ops::ControlFlow;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use engine::{
    Control, Engine, EngineError, Event, Finish, Generation, LoadOptions, LoadProgress, Model, ModelFiles,
    ModelInfo, Result, Session, check_tokens,
};

use crate::frame;
use crate::message::{Files, Report, Request};

/// How the child is started, and how long it may be silent.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program: this executable.
    pub program: std::path::PathBuf,
    /// The arguments that make it serve.
    pub arguments: Vec<String>,
    /// A child that says nothing for so long while it is asked something has come to a standstill, and is ended. Time
    /// in which the computer sleeps does not count.
    pub patience: Duration,
}

/// An engine in a process of its own. Each model that is loaded has its process, which ends with it and so gives all
/// of its memory back to the system.
pub struct ProcessEngine {
    name: &'static str,
    launch: Launch,
}

impl ProcessEngine {
    /// The engine that is called `name` in the child.
    #[must_use]
    pub fn new(name: &'static str, launch: Launch) -> Self {
        Self { name, launch }
    }
}

impl Launch {
    /// This program once more, as the child.
    ///
    /// # Errors
    /// [`EngineError::ProcessEnded`] where the system does not say which program this is.
    pub fn this_program() -> Result<Self> {
        let program = std::env::current_exe().map_err(|error| EngineError::ProcessEnded {
            detail: format!("this program does not find itself: {error}"),
        })?;
        // Word comes after each layer; where a computer of little memory reads each of them from a slow disk, that is
        // every ten seconds.
        Ok(Self { program, arguments: vec![crate::ARGUMENT.to_owned()], patience: Duration::from_secs(60) })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        // Ctrl-C in a terminal is for the parent, which stops the answer and not the engine: hence a group of its own.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(windows)]
        {
            /// No console opens beside the window.
            const CREATE_NO_WINDOW: u32 = 0x0800_0000;
            const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
            std::os::windows::process::CommandExt::creation_flags(
                &mut command,
                CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP,
            );
        }
        command
    }
}

impl Engine for ProcessEngine {
    fn name(&self) -> &'static str {
        self.name
    }

    fn load(
        &self,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Box<dyn Model>> {
        let mut connection = Connection::start(&self.launch)?;
        let request =
            Request::Load { engine: self.name.to_owned(), files: Files::from(files), options: *options };
        connection.send(&request)?;
        let info = loop {
            match connection.report()? {
                Report::Loading(done) => connection.send(&Request::GoOn(progress(done).is_continue()))?,
                Report::Loaded(info) => break info,
                Report::Failed { fault, .. } => return Err(fault.into()),
                _ => return Err(connection.confused()),
            }
        };
        Ok(Box::new(ProcessModel { info, connection: Arc::new(Mutex::new(connection)) }))
    }
}

/// Waiting is counted in these.
const SLICE: Duration = Duration::from_millis(500);

/// The pipes of one child. Dropping it ends the child.
struct Connection {
    child: Child,
    input: Option<ChildStdin>,
    reports: Receiver<std::result::Result<Report, String>>,
    patience: Duration,
}

impl Connection {
    fn start(launch: &Launch) -> Result<Self> {
        let ended = |detail: String| EngineError::ProcessEnded { detail };
        let mut child =
            launch.command().spawn().map_err(|error| ended(format!("it could not be started: {error}")))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ended("it has no pipes".to_owned()));
        };
        let (sender, reports) = sync_channel(16);
        let read = move || {
            let mut output = BufReader::new(output);
            loop {
                let report = frame::read(&mut output).map_err(|error| error.to_string());
                let over = report.is_err();
                if sender.send(report).is_err() || over {
                    return;
                }
            }
        };
        let reader = thread::Builder::new().name("reports".to_owned()).spawn(read);
        reader.map_err(|error| ended(format!("no thread for its reports: {error}")))?;
        Ok(Self { child, input: Some(input), reports, patience: launch.patience })
    }

    fn send(&mut self, request: &Request) -> Result<()> {
        let sent =
            self.input.as_mut().map(|input| frame::write(input, request).and_then(|()| Ok(input.flush()?)));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(self.ended("it no longer listens")),
        }
    }

    fn report(&mut self) -> Result<Report> {
        self.report_within(self.patience)
    }

    /// The wait is counted in slices, each as what it was meant to last: a computer that sleeps through one of them
    /// for a night has not waited for a night.
    fn report_within(&mut self, patience: Duration) -> Result<Report> {
        let mut left = patience;
        while !left.is_zero() {
            let slice = left.min(SLICE);
            match self.reports.recv_timeout(slice) {
                Ok(Ok(report)) => return Ok(report),
                Ok(Err(error)) => return Err(self.ended(&error)),
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended("it has ended")),
                Err(RecvTimeoutError::Timeout) => left -= slice,
            }
        }
        Err(self.ended("it has come to a standstill"))
    }

    fn confused(&mut self) -> EngineError {
        self.ended("it answered something else")
    }

    /// Ends what is left of the child, and says how it ended.
    fn ended(&mut self, why: &str) -> EngineError {
        // It may be on its way out by itself: then its own status tells more than being killed.
        let waiting = Instant::now();
        while waiting.elapsed() < Duration::from_millis(200) && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(5));
        }
        let itself = matches!(self.child.try_wait(), Ok(Some(_)));
        let _ = self.child.kill();
        let status = self.child.wait().ok().filter(|_| itself);
        let detail = status.map_or_else(|| why.to_owned(), |status| format!("{why} ({status})"));
        EngineError::ProcessEnded { detail }
    }
}

impl Drop for Connection {
    /// The end of its input tells the child to end; what does not hear that is killed.
    fn drop(&mut self) {
        drop(self.input.take());
        let waiting = Instant::now();
        while waiting.elapsed() < Duration::from_secs(1) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

type Shared = Arc<Mutex<Connection>>;

fn locked(connection: &Shared) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

struct ProcessModel {
    info: ModelInfo,
    connection: Shared,
}

impl Model for ProcessModel {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn lives(&self) -> bool {
        // The system may still call a process alive that is on its way out: it is asked itself.
        let mut connection = locked(&self.connection);
        connection.send(&Request::Ask).is_ok() && matches!(connection.report(), Ok(Report::Here))
    }

    fn session(&self, context: Option<usize>) -> Result<Box<dyn Session>> {
        let mut connection = locked(&self.connection);
        connection.send(&Request::Open { context })?;
        match connection.report()? {
            Report::Opened { session, context } => Ok(Box::new(ProcessSession {
                number: session,
                context,
                vocab: self.info.vocab,
                len: 0,
                connection: Arc::clone(&self.connection),
            })),
            Report::Failed { fault, .. } => Err(fault.into()),
            _ => Err(connection.confused()),
        }
    }
}

struct ProcessSession {
    number: u32,
    context: usize,
    vocab: usize,
    /// Tokens in the child's cache.
    len: usize,
    connection: Shared,
}

impl Session for ProcessSession {
    fn generate(
        &mut self,
        tokens: &[u32],
        generation: &Generation,
        on_event: &mut dyn FnMut(Event) -> Control,
    ) -> Result<Finish> {
        check_tokens(tokens, self.vocab, self.context)?;
        let request = Request::Generate {
            session: self.number,
            tokens: tokens.to_vec(),
            generation: generation.clone(),
        };
        let mut connection = locked(&self.connection);
        connection.send(&request)?;
        let mut stopped = false;
        loop {
            match connection.report()? {
                Report::Events(events) => {
                    let mut answer = if stopped { Control::Stop } else { Control::Continue };
                    for event in events {
                        if !stopped {
                            answer = on_event(event);
                            stopped = answer == Control::Stop;
                        }
                    }
                    connection.send(&Request::Answer(answer))?;
                }
                // What the child did before it heard the stop, it did for nobody.
                Report::Generated { len, .. } if stopped => {
                    self.len = len;
                    return Ok(Finish::Stopped);
                }
                Report::Generated { finish, len } => {
                    self.len = len;
                    return Ok(finish);
                }
                Report::Failed { fault, len } => {
                    self.len = len;
                    return Err(fault.into());
                }
                _ => return Err(connection.confused()),
            }
        }
    }

    fn logits(&mut self, tokens: &[u32], from: usize) -> Result<Vec<Vec<f32>>> {
        check_tokens(tokens, self.vocab, self.context)?;
        let mut connection = locked(&self.connection);
        connection.send(&Request::Logits { session: self.number, tokens: tokens.to_vec(), from })?;
        // They come all at once, and each token may take its time.
        let patience = connection.patience * u32::try_from(1 + tokens.len() / 4).unwrap_or(u32::MAX);
        match connection.report_within(patience)? {
            Report::Logits { rows, len } => {
                self.len = len;
                Ok(rows)
            }
            Report::Failed { fault, len } => {
                self.len = len;
                Err(fault.into())
            }
            _ => Err(connection.confused()),
        }
    }

    fn rewind(&mut self, len: usize) {
        let mut connection = locked(&self.connection);
        let answer = connection
            .send(&Request::Rewind { session: self.number, len })
            .and_then(|()| connection.report());
        // A child that is gone holds nothing; the next call says so.
        self.len = if let Ok(Report::Rewound { len }) = answer { len } else { 0 };
    }

    fn len(&self) -> usize {
        self.len
    }

    fn context(&self) -> usize {
        self.context
    }
}

impl Drop for ProcessSession {
    fn drop(&mut self) {
        // A child that is gone has closed it already.
        let _ = locked(&self.connection).send(&Request::Close { session: self.number });
    }
}
