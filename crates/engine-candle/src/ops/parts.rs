//! Work in parts on all threads, which never waits for one that another program holds up.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Computes `part(0)` to `part(count - 1)`, each on whichever thread comes to it first. Where a thread keeps a part for
/// longer than such a part takes, another program has its processor: this thread computes the part once more, so that
/// `part` may run twice for one number and after this function has returned.
pub(super) fn in_parts<T: Send + 'static>(
    count: usize,
    part: impl Fn(usize) -> T + Send + Sync + 'static,
) -> Vec<T> {
    let threads = rayon::current_num_threads().min(count);
    if threads < 2 {
        return (0..count).map(part).collect();
    }
    let results = (0..count).map(|_| Mutex::new(Part::Awaited)).collect();
    let parts = Arc::new(Parts { next: AtomicUsize::new(0), results, part });
    for _ in 1..threads {
        let parts = Arc::clone(&parts);
        // A panic would end the program here; the thread that awaits the part meets it itself.
        rayon::spawn(move || drop(catch_unwind(AssertUnwindSafe(|| parts.compute()))));
    }
    let begin = Instant::now();
    let own = parts.compute();
    let usual = begin.elapsed() / own.max(1) as u32;
    (0..count).map(|i| parts.take(i, usual * PATIENCE)).collect()
}

/// How many times as long as usual a part may take before it is computed once more.
const PATIENCE: u32 = 2;

struct Parts<T, F> {
    next: AtomicUsize,
    results: Vec<Mutex<Part<T>>>,
    part: F,
}

enum Part<T> {
    Awaited,
    Found(T),
    Taken,
}

impl<T, F: Fn(usize) -> T> Parts<T, F> {
    /// Computes what nobody has begun, and gives how many parts that were.
    fn compute(&self) -> usize {
        let mut own = 0;
        loop {
            let i = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(result) = self.results.get(i) else { return own };
            let found = (self.part)(i);
            let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
            if matches!(*result, Part::Awaited) {
                *result = Part::Found(found);
            }
            own += 1;
        }
    }

    fn take(&self, i: usize, patience: Duration) -> T {
        let begin = Instant::now();
        loop {
            let found = {
                let mut result = self.results[i].lock().unwrap_or_else(PoisonError::into_inner);
                match *result {
                    Part::Awaited => None,
                    _ => Some(std::mem::replace(&mut *result, Part::Taken)),
                }
            };
            if let Some(Part::Found(found)) = found {
                return found;
            }
            if begin.elapsed() > patience {
                return (self.part)(i);
            }
            std::hint::spin_loop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex, mpsc};
    use std::thread;

    use rayon::ThreadPoolBuilder;

    use super::in_parts;

    #[test]
    fn every_part_is_found_where_it_belongs() {
        let pool = ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        for count in [0, 1, 2, 100] {
            let found = pool.install(|| in_parts(count, |i| i * i));
            assert_eq!(found, (0..count).map(|i| i * i).collect::<Vec<_>>());
        }
    }

    /// Computes four parts, of which the other thread holds on to the first one that it begins; how many there were.
    fn held_up(hold: impl Fn() + Send + Sync + 'static) -> (Vec<usize>, usize) {
        let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        pool.install(|| {
            let (this, computed) = (thread::current().id(), Arc::new(AtomicUsize::new(0)));
            let (counted, begun) = (Arc::clone(&computed), AtomicBool::new(false));
            let found = in_parts(4, move |i| {
                counted.fetch_add(1, Ordering::Relaxed);
                if thread::current().id() != this {
                    begun.store(true, Ordering::Relaxed);
                    hold();
                }
                while !begun.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
                i
            });
            (found, computed.load(Ordering::Relaxed))
        })
    }

    #[test]
    fn a_thread_that_is_held_up_is_not_waited_for() {
        let (finish, wait) = mpsc::sync_channel::<()>(0);
        let wait = Mutex::new(wait);
        let (found, computed) = held_up(move || {
            let _ = wait.lock().unwrap().recv();
        });
        assert_eq!((found, computed), (vec![0, 1, 2, 3], 5), "one of them twice");
        drop(finish);
    }

    #[test]
    fn a_panic_on_another_thread_loses_nothing() {
        let (found, computed) = held_up(|| panic!("on purpose"));
        assert_eq!((found, computed), (vec![0, 1, 2, 3], 5));
    }
}
