//! The thread that owns the model.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::chat::Conversation;
use engine::ModelFiles;

use super::listeners::Listeners;
use crate::{
    ChatEvent, ModelCard, ModelPhase, Problem, ProgramEvent, Question, Running, is_partly_on_processor,
};

/// What the thread is asked to do.
pub(super) enum Order {
    /// To answer.
    Ask(Box<Ask>),
    /// To go on with another model, and load it.
    Use { card: ModelCard, files: ModelFiles, begin: Arc<AtomicBool> },
    /// To read anew what the person has set.
    Heed,
}

/// A question to a model.
pub(super) struct Ask {
    /// The model, loaded first where it is not the one at hand.
    pub(super) model: (ModelCard, ModelFiles),
    /// What was said before.
    pub(super) conversation: Conversation,
    pub(super) question: Question,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) events: SyncSender<ChatEvent>,
}

/// Breaks off what is done before anybody asks.
#[derive(Default)]
pub(super) struct Interrupt(Mutex<Arc<AtomicBool>>);

impl Interrupt {
    /// What is to be looked at by what begins now.
    pub(super) fn current(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Breaks off what has begun, and nothing that will.
    pub(super) fn raise(&self) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *current).store(true, Ordering::Relaxed);
    }
}

pub(super) struct Worker {
    pub(super) running: Running,
    pub(super) card: ModelCard,
    pub(super) listeners: Arc<Listeners>,
    /// As it was told last.
    pub(super) phase: ModelPhase,
}

impl Worker {
    pub(super) fn run(mut self, inbox: &Receiver<Order>, begin: &AtomicBool) {
        self.prepare(begin);
        while let Some(order) = self.next(inbox) {
            match order {
                Order::Heed => self.running.heed_settings(),
                Order::Use { card, files, begin } => {
                    self.go_on_with(card, files);
                    self.prepare(&begin);
                }
                Order::Ask(ask) => self.ask(*ask),
            }
        }
    }

    fn go_on_with(&mut self, card: ModelCard, files: ModelFiles) {
        if card != self.card {
            self.running.switch(&card.name, files);
            self.card = card;
            // Whatever becomes of it is news.
            self.phase = ModelPhase::Resting;
        }
    }

    fn prepare(&mut self, begin: &AtomicBool) {
        let told = Told { card: &self.card, listeners: &self.listeners, phase: &mut self.phase };
        let told = std::cell::RefCell::new(told);
        let prepared = self.running.prepare(begin, &mut |event| told.borrow_mut().hear(&event));
        let ready = ready(&self.running);
        told.borrow_mut().end(match prepared {
            Ok(()) => ready,
            Err(Some(problem)) => ModelPhase::Failed { problem },
            Err(None) => ModelPhase::Resting,
        });
    }

    fn ask(&mut self, ask: Ask) {
        let Ask { model: (card, files), conversation, question, stop, events } = ask;
        self.go_on_with(card, files);
        self.running.resume(conversation);
        let mut told = Told { card: &self.card, listeners: &self.listeners, phase: &mut self.phase };
        let mut failed: Option<Problem> = None;
        self.running.ask(&question, &stop, &mut |event| {
            told.hear(&event);
            if let ChatEvent::Failed { problem, .. } = &event {
                failed = Some(problem.clone());
            }
            // A window that went away does not hear the end of its turn.
            drop(events.send(event));
        });
        let loaded = self.running.chat().is_loaded();
        told.end(match failed {
            _ if loaded => ready(&self.running),
            Some(problem) => ModelPhase::Failed { problem },
            None => ModelPhase::Resting,
        });
    }

    /// The next order; while none comes for long, the model gives its memory back.
    fn next(&mut self, inbox: &Receiver<Order>) -> Option<Order> {
        let idle = self.running.settings().idle_seconds.filter(|_| self.running.chat().is_loaded());
        if let Some(seconds) = idle {
            match inbox.recv_timeout(Duration::from_secs(seconds)) {
                Ok(order) => return Some(order),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    self.running.rest();
                    Told { card: &self.card, listeners: &self.listeners, phase: &mut self.phase }
                        .end(ModelPhase::Resting);
                }
            }
        }
        inbox.recv().ok()
    }
}

/// That the model is there, and on what.
fn ready(running: &Running) -> ModelPhase {
    ModelPhase::Ready { partly_on_processor: running.chat().model().is_some_and(is_partly_on_processor) }
}

/// Tells how far the model is, each change once.
struct Told<'a> {
    card: &'a ModelCard,
    listeners: &'a Listeners,
    phase: &'a mut ModelPhase,
}

impl Told<'_> {
    fn hear(&mut self, event: &ChatEvent) {
        match event {
            ChatEvent::Loading { share } => self.end(ModelPhase::Loading { share: *share }),
            // What it runs on is told when the turn is over.
            ChatEvent::Reading { .. } if !matches!(self.phase, ModelPhase::Ready { .. }) => {
                self.end(ModelPhase::Ready { partly_on_processor: false });
            }
            _ => {}
        }
    }

    fn end(&mut self, phase: ModelPhase) {
        if *self.phase != phase {
            *self.phase = phase;
            let (model, phase) = (self.card.clone(), self.phase.clone());
            self.listeners.tell(&ProgramEvent::Model { model, phase });
        }
    }
}
