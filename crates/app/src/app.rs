//! The program behind a window: one thread owns the model, and the window's commands pass through a bounded channel.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use engine::ModelFiles;

use crate::choose::EngineSupport;
use crate::data::DataFolder;
use crate::{
    AskRequest, ChatEvent, Equipment, Language, ModelCard, Problem, ProblemCode, Prospect, Question, Running,
    StopRequest, Welcome, models, prospect,
};

/// The program behind a window.
pub struct App {
    orders: SyncSender<Order>,
    turn: Mutex<Turn>,
    model: Mutex<ModelCard>,
    interrupt: Arc<Interrupt>,
    support: &'static [EngineSupport],
}

/// What to do with a model that is being loaded when another one is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenBusy {
    /// The other one comes after it, and after what it is answering.
    Wait,
    /// It is broken off.
    Replace,
}

/// Breaks off what is done before anybody asks.
#[derive(Default)]
struct Interrupt(Mutex<Arc<AtomicBool>>);

impl Interrupt {
    /// What is to be looked at by what begins now.
    fn current(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Breaks off what has begun, and nothing that will.
    fn raise(&self) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *current).store(true, Ordering::Relaxed);
    }
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
    Use { model: String, files: ModelFiles, begin: Arc<AtomicBool> },
    Clear,
}

impl App {
    /// Starts the thread that owns the model: the current one or the guide, which begins to load at once.
    #[must_use]
    pub fn start(equipment: Equipment, data: DataFolder) -> Self {
        let (orders, inbox) = sync_channel(8);
        let support = equipment.support;
        let (files, model) =
            models::current(&data).unwrap_or_else(|| (equipment.starter.clone(), models::starter()));
        let interrupt = Arc::new(Interrupt::default());
        let (name, begin) = (model.name.clone(), interrupt.current());
        let run = move || {
            work(&mut Running::new(Arc::new(equipment), data, &name, files), &inbox, &begin);
        };
        // A thread that cannot be started leaves a closed channel behind: every question then fails and says so.
        let _ = thread::Builder::new().name("model".to_owned()).spawn(run);
        Self { orders, turn: Mutex::default(), model: Mutex::new(model), interrupt, support }
    }

    /// Goes on with another model: one of this name in the data folder, or in this folder.
    ///
    /// # Errors
    /// [`ProblemCode::ModelNotFound`]; the model stays the one it was.
    pub fn use_model(&self, name: &str, when_busy: WhenBusy) -> Result<ModelCard, Problem> {
        let (files, card) = models::find(name)?;
        if when_busy == WhenBusy::Replace {
            self.interrupt.raise();
            self.turn().stop.store(true, Ordering::Relaxed);
        }
        let order = Order::Use { model: card.name.clone(), files, begin: self.interrupt.current() };
        if self.orders.send(order).is_err() {
            return Err(Problem::new(ProblemCode::EngineFailed, "the engine's thread has ended"));
        }
        self.model.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&card);
        Ok(card)
    }

    /// What the window shows first.
    #[must_use]
    pub fn welcome(&self) -> Welcome {
        Welcome {
            language: Language::of_system(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: self.model.lock().unwrap_or_else(PoisonError::into_inner).clone(),
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
            on_event(ChatEvent::Failed { problem, next: None });
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

fn work(running: &mut Running, inbox: &Receiver<Order>, begin: &AtomicBool) {
    running.prepare(begin);
    while let Some(order) = next(running, inbox) {
        match order {
            Order::Clear => running.clear(),
            Order::Use { model, files, begin } => {
                running.switch(&model, files);
                running.prepare(&begin);
            }
            Order::Ask { request, stop, events } => {
                let AskRequest { text, route, effort, .. } = request;
                let question = Question { text, route, effort, ..Question::default() };
                // A window that went away does not hear the end of its turn.
                running.ask(&question, &stop, &mut |event| drop(events.send(event)));
            }
        }
    }
}

/// The next order; while none comes for long, the model gives its memory back.
fn next(running: &mut Running, inbox: &Receiver<Order>) -> Option<Order> {
    let idle = running.settings().idle_seconds.filter(|_| running.chat().is_loaded());
    if let Some(seconds) = idle {
        match inbox.recv_timeout(Duration::from_secs(seconds)) {
            Ok(order) => return Some(order),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => running.rest(),
        }
    }
    inbox.recv().ok()
}
