//! Who is told what happens in the program.

use std::sync::{Mutex, PoisonError};

use crate::ProgramEvent;

/// Is told, and says whether it still listens.
type Listener = Box<dyn Fn(&ProgramEvent) -> bool + Send>;

/// The windows that listen.
#[derive(Default)]
pub(super) struct Listeners(Mutex<Vec<Listener>>);

impl Listeners {
    pub(super) fn add(&self, listener: Listener) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Tells all of them; says whether anybody listened.
    pub(super) fn tell(&self, event: &ProgramEvent) -> bool {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener(event));
        !listeners.is_empty()
    }
}
