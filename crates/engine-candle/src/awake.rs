//! Threads that stay awake through what lies between two products of a token. Waking one takes longer than most of it,
//! and a token has hundreds of products.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rayon::Yield;

/// A thread that offers its processor to others and has it back later than this has met one that wanted it.
const WANTED: Duration = Duration::from_micros(50);

/// A thread without work for so long goes to sleep as ever. It may have come here in the middle of a task that somebody
/// waits for, so that it must never wait for the end of the token alone.
const PATIENCE: Duration = Duration::from_millis(1);

/// While this lives, the other threads of the pool wait for work awake, unless another program wants a processor.
pub(crate) struct Awake {
    over: Arc<AtomicBool>,
}

impl Awake {
    /// Of the pool that this thread is in; `None` outside of one.
    pub(crate) fn keep() -> Option<Self> {
        let this = rayon::current_thread_index()?;
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        rayon::spawn_broadcast(move |thread| {
            // This one may come here while it waits for another: it must go back.
            if thread.index() != this {
                wait(&seen);
            }
        });
        Some(Self { over })
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// Works on what there is, until it is over, there is nothing to do, or somebody else wants the processor.
fn wait(over: &AtomicBool) {
    let mut worked = Instant::now();
    while !over.load(Ordering::Relaxed) {
        if rayon::yield_now() == Some(Yield::Executed) {
            worked = Instant::now();
            continue;
        }
        let offered = Instant::now();
        thread::yield_now();
        if offered.elapsed() > WANTED || worked.elapsed() > PATIENCE {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use rayon::ThreadPoolBuilder;

    use super::{Awake, wait};

    #[test]
    fn a_task_that_meets_it_goes_on() {
        let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        pool.install(|| {
            let awake = Awake::keep();
            assert!(awake.is_some());
            // The token is not over while either of these is not.
            rayon::join(|| wait(&AtomicBool::new(false)), || wait(&AtomicBool::new(false)));
        });
        assert!(Awake::keep().is_none(), "there is no pool to keep awake");
    }
}
