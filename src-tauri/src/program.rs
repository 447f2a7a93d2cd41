//! The program behind the window, which begins beside it: a page is on its way while conversations are opened.

use std::sync::{Arc, LazyLock};
use std::thread;

use app::{App, DataFolder, Problem};

use crate::desktop::System;
use crate::engines;

type Begun = Result<Arc<App>, Problem>;

/// The program, as soon as it has begun. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Program(Arc<LazyLock<Begun, Box<dyn FnOnce() -> Begun + Send>>>);

impl Program {
    /// Lets it begin, on a thread of its own.
    pub(crate) fn begin(system: Arc<System>) -> Self {
        let start =
            move || App::start(engines::equipment(), engines::RUNS, DataFolder::of_this_computer(), system);
        let program = Self(Arc::new(LazyLock::new(Box::new(start))));
        let its = program.clone();
        // Where the system gives no thread, it begins when it is first asked for.
        let _ = thread::Builder::new().name("start".to_owned()).spawn(move || its.get().map(drop));
        program
    }

    /// The program; waits until it has begun.
    ///
    /// # Errors
    /// Why it could not begin.
    pub(crate) fn get(&self) -> Begun {
        LazyLock::force(&self.0).clone()
    }
}
