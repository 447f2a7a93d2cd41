//! The child: it loads one model and does what it is asked, until its standard input ends.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::process;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use engine::{Control, Engine, EngineError, Event, Generation, LoadOptions, Model, ModelFiles, Session};

use crate::frame::{self, FrameError};
use crate::message::{Fault, Files, Report, Request};

/// Events that follow each other faster than this travel together: each frame wakes the parent, which on a computer of
/// two cores takes from the next step. No eye sees it.
const TOGETHER: Duration = Duration::from_millis(4);
/// Frames that may be without an answer before the engine waits for one.
const FRAMES_AHEAD: usize = 2;

/// Serves one parent until `input` ends. `inside` are the files inside the executable.
///
/// Input is read by a thread of its own. When it ends, the parent is gone, and this process ends at once, whatever it
/// may be computing: nothing here is worth keeping.
pub fn serve(
    engines: &[Box<dyn Engine>],
    inside: &ModelFiles,
    input: impl Read + Send + 'static,
    output: impl Write,
) {
    let (requests, inbox) = sync_channel(4);
    let reader = thread::Builder::new().name("requests".to_owned()).spawn(move || {
        let mut input = input;
        while let Ok(request) = frame::read(&mut input) {
            if requests.send(request).is_err() {
                return;
            }
        }
        process::exit(0);
    });
    if reader.is_ok() {
        // The only way it ends by itself is that nobody reads what it says.
        let _ = Child { output, inbox: &inbox, sessions: HashMap::new(), opened: 0 }.work(engines, inside);
    }
}

struct Child<'a, W> {
    output: W,
    inbox: &'a Receiver<Request>,
    sessions: HashMap<u32, Box<dyn Session>>,
    opened: u32,
}

impl<W: Write> Child<'_, W> {
    fn work(&mut self, engines: &[Box<dyn Engine>], inside: &ModelFiles) -> Result<(), FrameError> {
        let mut model: Option<Box<dyn Model>> = None;
        while let Ok(request) = self.inbox.recv() {
            match request {
                Request::Load { engine, files, options } => {
                    // What was loaded before gives its memory back first.
                    self.sessions.clear();
                    drop(model.take());
                    let files = match files {
                        Files::Folder(folder) => ModelFiles::Folder(folder),
                        Files::Inside => inside.clone(),
                    };
                    let engine = engines.iter().find(|known| known.name() == engine);
                    match self.load(engine.map(|engine| &**engine), &files, &options) {
                        Ok(loaded) => {
                            self.say(&Report::Loaded(loaded.info().clone()))?;
                            model = Some(loaded);
                        }
                        Err(error) => self.failed(error, 0)?,
                    }
                }
                Request::Open { context } => self.open(model.as_deref(), context)?,
                Request::Generate { session, tokens, generation } => {
                    self.generate(session, &tokens, &generation)?
                }
                Request::Logits { session, tokens, from } => self.logits(session, &tokens, from)?,
                Request::Rewind { session, len } => {
                    if let Some(session) = self.sessions.get_mut(&session) {
                        session.rewind(len);
                    }
                    let len = self.len(session);
                    self.say(&Report::Rewound { len })?;
                }
                Request::Ask => self.say(&Report::Here)?,
                Request::Close { session } => drop(self.sessions.remove(&session)),
                // To a question that nobody asked.
                Request::Answer(_) | Request::GoOn(_) => {}
            }
        }
        Ok(())
    }

    fn say(&mut self, report: &Report) -> Result<(), FrameError> {
        frame::write(&mut self.output, report)
    }

    fn failed(&mut self, error: EngineError, len: usize) -> Result<(), FrameError> {
        self.say(&Report::Failed { fault: Fault::from(error), len })
    }

    fn len(&self, session: u32) -> usize {
        self.sessions.get(&session).map_or(0, |session| session.len())
    }

    fn load(
        &mut self,
        engine: Option<&dyn Engine>,
        files: &ModelFiles,
        options: &LoadOptions,
    ) -> Result<Box<dyn Model>, EngineError> {
        let unknown = || EngineError::Backend { detail: "there is no engine of this name".to_owned() };
        engine.ok_or_else(unknown)?.load(files, options, &mut |progress| {
            let said = self.say(&Report::Loading(progress));
            match (said, self.inbox.recv()) {
                (Ok(()), Ok(Request::GoOn(true))) => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        })
    }

    fn open(&mut self, model: Option<&dyn Model>, context: Option<usize>) -> Result<(), FrameError> {
        let none = || EngineError::Backend { detail: "no model is loaded".to_owned() };
        match model.ok_or_else(none).and_then(|model| model.session(context)) {
            Ok(session) => {
                let context = session.context();
                self.opened += 1;
                self.sessions.insert(self.opened, session);
                self.say(&Report::Opened { session: self.opened, context })
            }
            Err(error) => self.failed(error, 0),
        }
    }

    fn generate(&mut self, session: u32, tokens: &[u32], generation: &Generation) -> Result<(), FrameError> {
        let Some(mut open) = self.sessions.remove(&session) else { return self.failed(unknown_session(), 0) };
        let mut way = Way::new(generation.lockstep);
        let outcome = open.generate(tokens, generation, &mut |event| {
            // A parent that is gone wants nothing more.
            self.tell(event, &mut way).unwrap_or(Control::Stop)
        });
        self.send_off(&mut way)?;
        let len = open.len();
        self.sessions.insert(session, open);
        match outcome {
            Ok(finish) => self.say(&Report::Generated { finish, len })?,
            Err(error) => self.failed(error, len)?,
        }
        while way.unanswered > 0 {
            self.hear(&mut way)?;
        }
        Ok(())
    }

    /// Says what happens, and gives the answer to what was said before: to this very event where the two are in
    /// lockstep.
    fn tell(&mut self, event: Event, way: &mut Way) -> Result<Control, FrameError> {
        // Somebody waits for the first word.
        let first = matches!(event, Event::Step(_)) && !std::mem::replace(&mut way.stepped, true);
        way.events.push(event);
        if first || way.lockstep || way.said.elapsed() >= TOGETHER {
            self.send_off(way)?;
        }
        let ahead = if way.lockstep { 0 } else { FRAMES_AHEAD };
        loop {
            let answer = if way.unanswered > ahead {
                self.hear(way)?
            } else {
                match self.inbox.try_recv() {
                    Ok(request) => way.answered(request)?,
                    Err(TryRecvError::Empty) => return Ok(Control::Continue),
                    Err(TryRecvError::Disconnected) => return Err(FrameError::Closed),
                }
            };
            if way.lockstep || answer == Control::Stop {
                return Ok(answer);
            }
        }
    }

    fn send_off(&mut self, way: &mut Way) -> Result<(), FrameError> {
        if way.events.is_empty() {
            return Ok(());
        }
        way.unanswered += 1;
        way.said = Instant::now();
        self.say(&Report::Events(std::mem::take(&mut way.events)))
    }

    fn hear(&mut self, way: &mut Way) -> Result<Control, FrameError> {
        let request = self.inbox.recv().map_err(|_| FrameError::Closed)?;
        way.answered(request)
    }

    fn logits(&mut self, session: u32, tokens: &[u32], from: usize) -> Result<(), FrameError> {
        let Some(open) = self.sessions.get_mut(&session) else { return self.failed(unknown_session(), 0) };
        let outcome = open.logits(tokens, from);
        let len = open.len();
        match outcome {
            Ok(rows) => self.say(&Report::Logits { rows, len }),
            Err(error) => self.failed(error, len),
        }
    }
}

/// What is between the two while tokens are generated.
struct Way {
    lockstep: bool,
    /// Not yet sent off.
    events: Vec<Event>,
    /// When the last frame was, or the request.
    said: Instant,
    /// Whether there was a token.
    stepped: bool,
    /// Frames without an answer.
    unanswered: usize,
}

impl Way {
    fn new(lockstep: bool) -> Self {
        Self { lockstep, events: Vec::new(), said: Instant::now(), stepped: false, unanswered: 0 }
    }

    fn answered(&mut self, request: Request) -> Result<Control, FrameError> {
        let Request::Answer(control) = request else {
            return Err(FrameError::Garbage("a request in the middle of another"));
        };
        self.unanswered = self.unanswered.saturating_sub(1);
        Ok(control)
    }
}

fn unknown_session() -> EngineError {
    EngineError::Backend { detail: "there is no such session".to_owned() }
}
