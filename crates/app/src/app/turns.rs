//! What goes on, by the numbers that the window gave it, so that each can be stopped.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What goes on.
#[derive(Default)]
pub(super) struct Turns(Mutex<State>);

#[derive(Default)]
struct State {
    running: HashMap<u32, Arc<AtomicBool>>,
    /// Stopped before it was begun: the window's commands may overtake each other.
    stopped_before: Option<u32>,
}

/// Something that goes on, until this is dropped.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    number: u32,
    pub(super) stop: Arc<AtomicBool>,
}

impl Turns {
    pub(super) fn begin(&self, number: u32) -> Turn<'_> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stopped = state.stopped_before.take_if(|stopped| *stopped == number).is_some();
        let stop = Arc::new(AtomicBool::new(stopped));
        state.running.insert(number, Arc::clone(&stop));
        Turn { turns: self, number, stop }
    }

    /// Stops it, be it going on or about to begin.
    pub(super) fn stop(&self, number: u32) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.running.get(&number) {
            Some(stop) => stop.store(true, Ordering::Relaxed),
            None => state.stopped_before = Some(number),
        }
    }

    pub(super) fn stop_all(&self) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for stop in state.running.values() {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A window that began anew may have given the number to something else.
        if state.running.get(&self.number).is_some_and(|stop| Arc::ptr_eq(stop, &self.stop)) {
            state.running.remove(&self.number);
        }
    }
}
