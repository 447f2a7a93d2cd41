//! Who is told what happens in the program.

use std::sync::{Mutex, PoisonError};

use crate::ProgramEvent;

/// Is told, and says whether it still listens.
type Listener = Box<dyn Fn(&ProgramEvent) -> bool + Send>;

/// The windows that listen.
#[derive(Default)]
pub(super) struct Listeners(Mutex<State>);

#[derive(Default)]
struct State {
    listeners: Vec<Listener>,
    /// Where the model stands, for those who begin to listen later.
    model: Option<ProgramEvent>,
}

impl Listeners {
    pub(super) fn add(&self, listener: Listener) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.model.as_ref().is_none_or(&listener) {
            state.listeners.push(listener);
        }
    }

    /// Tells all of them; says whether anybody listened.
    pub(super) fn tell(&self, event: &ProgramEvent) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(event, ProgramEvent::Model { .. }) {
            state.model = Some(event.clone());
        }
        state.listeners.retain(|listener| listener(event));
        !state.listeners.is_empty()
    }
}
