//! The program behind a window: one thread owns the model, and the window's commands pass through a bounded channel.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use engine::{Engine, LoadOptions, ModelFiles};

use crate::choose::EngineSupport;
use crate::{
    AskRequest, Chat, ChatEvent, Language, ModelCard, Problem, ProblemCode, Prospect, StopRequest,
    TurnOptions, Welcome, models, prospect,
};

/// The program behind a window.
pub struct App {
    orders: SyncSender<Order>,
    turn: Mutex<Turn>,
    model: ModelCard,
    support: &'static [EngineSupport],
}

/// The turn that was asked for last.
#[derive(Default)]
struct Turn {
    number: u32,
    stop: Arc<AtomicBool>,
    /// A turn that was stopped before it was asked for: the window's commands may overtake each other.
    stopped_before: Option<u32>,
}

enum Order {
    Ask { request: AskRequest, stop: Arc<AtomicBool>, events: SyncSender<ChatEvent> },
    Clear,
}

impl App {
    /// Starts the thread that owns the model, which begins to load at once. `support` says what engines compute on, of
    /// this version and of those to come.
    #[must_use]
    pub fn start(
        engines: Vec<Box<dyn Engine>>,
        support: &'static [EngineSupport],
        starter: ModelFiles,
    ) -> Self {
        let (orders, inbox) = sync_channel(8);
        // A thread that cannot be started leaves a closed channel behind: every question then fails and says so.
        let _ =
            thread::Builder::new().name("model".to_owned()).spawn(move || work(&engines, &starter, &inbox));
        Self { orders, turn: Mutex::default(), model: models::starter(), support }
    }

    /// What the window shows first.
    #[must_use]
    pub fn welcome(&self) -> Welcome {
        Welcome {
            language: Language::of_system(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: self.model.clone(),
        }
    }

    /// How the recommended model would run on this computer. It takes a moment: the computer is read, and the speed
    /// of its memory is measured the first time.
    #[must_use]
    pub fn prospect(&self) -> Option<Prospect> {
        prospect::of_this_computer(self.support)
    }

    /// Answers a question; returns when the turn is over. The last event is `Finished` or `Failed`.
    pub fn ask(&self, request: AskRequest, on_event: &mut dyn FnMut(ChatEvent)) {
        let (events, outbox) = sync_channel(64);
        let stop = self.begin(request.turn);
        let mut over = false;
        if self.orders.send(Order::Ask { request, stop, events }).is_ok() {
            for event in outbox {
                over = matches!(event, ChatEvent::Finished { .. } | ChatEvent::Failed { .. });
                on_event(event);
            }
        }
        if !over {
            let problem = Problem::new(ProblemCode::EngineFailed, "the engine's thread has ended");
            on_event(ChatEvent::Failed { problem });
        }
    }

    /// What stops the turn that begins.
    fn begin(&self, number: u32) -> Arc<AtomicBool> {
        let mut turn = self.turn();
        let stop = Arc::new(AtomicBool::new(turn.stopped_before == Some(number)));
        *turn = Turn { number, stop: Arc::clone(&stop), stopped_before: None };
        stop
    }

    /// Stops a turn, be it going on or about to begin.
    pub fn stop(&self, request: StopRequest) {
        let mut turn = self.turn();
        if turn.number == request.turn {
            turn.stop.store(true, Ordering::Relaxed);
        } else {
            turn.stopped_before = Some(request.turn);
        }
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was said, and stops what is being said.
    pub fn new_conversation(&self) {
        self.turn().stop.store(true, Ordering::Relaxed);
        // Where the thread is gone there is nothing to forget.
        let _ = self.orders.send(Order::Clear);
    }
}

fn work(engines: &[Box<dyn Engine>], files: &ModelFiles, inbox: &Receiver<Order>) {
    let mut chat = open(engines, files);
    for order in inbox {
        match order {
            Order::Clear => {
                if let Ok(chat) = &mut chat {
                    chat.clear();
                }
            }
            Order::Ask { request, stop, events } => {
                match &mut chat {
                    // What was missing may be there by now: a file, memory.
                    Err(_) => chat = open(engines, files),
                    Ok(lost) if lost.is_lost() => {
                        if let Err(problem) = reopen(lost, engines, files) {
                            drop(events.send(ChatEvent::Failed { problem }));
                            continue;
                        }
                    }
                    Ok(_) => {}
                }
                // A window that went away does not hear the end of its turn.
                let mut send = |event| drop(events.send(event));
                match &mut chat {
                    Ok(chat) => {
                        let options = TurnOptions { effort: request.effort, ..TurnOptions::default() };
                        chat.ask(&request.text, &options, &stop, &mut send);
                    }
                    Err(problem) => send(ChatEvent::Failed { problem: problem.clone() }),
                }
            }
        }
    }
}

fn open(engines: &[Box<dyn Engine>], files: &ModelFiles) -> Result<Chat, Problem> {
    first(engines, |engine| {
        Chat::open(engine, files, &LoadOptions::default(), &mut |_| ControlFlow::Continue(()))
    })
}

/// Starts the engine again after its process ended, with the conversation as it was.
fn reopen(chat: &mut Chat, engines: &[Box<dyn Engine>], files: &ModelFiles) -> Result<(), Problem> {
    first(engines, |engine| {
        chat.reload(engine, files, &LoadOptions::default(), &mut |_| ControlFlow::Continue(()))
    })
}

/// What the first engine that can do it gives, or why the last one could not.
fn first<T>(
    engines: &[Box<dyn Engine>],
    mut attempt: impl FnMut(&dyn Engine) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let mut problem = Problem::new(ProblemCode::EngineFailed, "no engine is installed");
    for engine in engines {
        match attempt(&**engine) {
            Ok(done) => return Ok(done),
            Err(error) => problem = error,
        }
    }
    Err(problem)
}
