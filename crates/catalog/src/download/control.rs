//! What the person wants of a download while it goes on, and how fast it may go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

/// A stop that can be asked for from anywhere, and the speed limit. Clones are the same.
#[derive(Debug, Clone)]
pub struct Control {
    stopped: Arc<watch::Sender<bool>>,
    pace: Arc<Pace>,
}

/// Bytes may come this much ahead of their time, so that the pieces in which they come do not slow them.
const AHEAD: Duration = Duration::from_millis(20);

#[derive(Debug)]
struct Pace {
    /// Bytes per second; 0 is as fast as can be.
    limit: AtomicU64,
    /// When the bytes that were taken so far would have come at the limit.
    until: Mutex<Instant>,
}

impl Default for Control {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Control {
    /// Goes on, at most at so many bytes per second.
    #[must_use]
    pub fn new(limit: Option<u64>) -> Self {
        let pace = Pace { limit: AtomicU64::new(limit.unwrap_or(0)), until: Mutex::new(Instant::now()) };
        Self { stopped: Arc::new(watch::Sender::new(false)), pace: Arc::new(pace) }
    }

    /// Stops the download; what came is kept.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Sets the speed limit, in bytes per second; from now on.
    pub fn limit(&self, limit: Option<u64>) {
        self.pace.limit.store(limit.unwrap_or(0), Ordering::Relaxed);
    }

    /// The speed limit, in bytes per second.
    #[must_use]
    pub fn limited_to(&self) -> Option<u64> {
        Some(self.pace.limit.load(Ordering::Relaxed)).filter(|limit| *limit > 0)
    }

    /// Comes back when it is stopped.
    pub(crate) async fn until_stopped(&self) {
        let mut stopped = self.stopped.subscribe();
        // The sender lives as long as this does.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }

    /// Waits until so many more bytes may come.
    pub(crate) async fn take(&self, bytes: usize) {
        let Some(limit) = self.limited_to() else { return };
        #[expect(clippy::cast_precision_loss)]
        let time = Duration::from_secs_f64(bytes as f64 / limit as f64);
        let until = {
            let mut until = self.pace.until.lock().await;
            *until = (*until).max(Instant::now() - AHEAD) + time;
            *until
        };
        tokio::time::sleep_until(until).await;
    }
}

#[cfg(test)]
mod tests {
    use super::Control;

    #[tokio::test(start_paused = true)]
    async fn the_limit_holds_for_all_connections_together() {
        let control = Control::new(Some(1_000_000));
        let began = tokio::time::Instant::now();
        let many: Vec<_> = (0..4)
            .map(|_| {
                let control = control.clone();
                tokio::spawn(async move {
                    for _ in 0..25 {
                        control.take(50_000).await;
                    }
                })
            })
            .collect();
        for one in many {
            one.await.unwrap();
        }
        let seconds = began.elapsed().as_secs_f64();
        assert!((4.9..5.1).contains(&seconds), "5 MB at 1 MB/s took {seconds} s");
        control.limit(None);
        control.take(1 << 40).await;
        assert!(began.elapsed().as_secs_f64() < seconds + 0.1);
    }
}
