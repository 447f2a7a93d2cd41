//! How far a download is, as people and programs are told.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use network::NetworkError;
use serde::{Deserialize, Serialize};

use super::Control;
use crate::{CatalogError, Result};

/// How far a download is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What is being done.
    pub stage: Stage,
    /// Bytes that are on this disk.
    pub received: u64,
    /// Bytes of all files.
    pub total: u64,
    /// Bytes that were seen to be right, or are about to be.
    pub checked: u64,
    /// Bytes per second in the last seconds; `None` until that is known.
    pub speed: Option<f64>,
    /// How long it will take at that speed; `None` until that is known.
    pub seconds_left: Option<f64>,
    /// What it waits for, if it does.
    pub waiting: Option<Waiting>,
}

impl Report {
    /// A stage with so many bytes, all of them there.
    pub(super) fn of(stage: Stage, bytes: u64) -> Self {
        let (speed, seconds_left, waiting) = (None, None, None);
        Self { stage, received: bytes, total: bytes, checked: bytes, speed, seconds_left, waiting }
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The hub is asked which files there are.
    Listing,
    /// Files are fetched.
    Fetching,
    /// All is there, and the last of it is compared with what the hub says it has.
    Checking,
    /// The model is ready.
    Ready,
}

/// What a download waits for, before it tries again by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// For what.
    pub reason: Reason,
    /// Seconds until it tries again.
    pub seconds: f64,
}

/// Why a download waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing is reached: there is no network, or the hub is away.
    NoConnection,
    /// The person has switched the network off.
    SwitchedOff,
    /// The hub asks for patience.
    HubBusy,
    /// The connection broke off.
    Interrupted,
    /// Something answers in place of the hub: a login page, a proxy.
    SomebodyElse,
    /// The disk is full.
    DiskFull,
}

impl Reason {
    pub(super) fn of(error: &CatalogError) -> Self {
        match error {
            CatalogError::Network(NetworkError::SwitchedOff) => Self::SwitchedOff,
            CatalogError::Network(NetworkError::Interrupted { .. }) => Self::Interrupted,
            CatalogError::Busy { .. } => Self::HubBusy,
            CatalogError::DiskFull { .. } => Self::DiskFull,
            CatalogError::Nonsense { .. } | CatalogError::Network(NetworkError::Redirected { .. }) => {
                Self::SomebodyElse
            }
            _ => Self::NoConnection,
        }
    }
}

/// The speed of the last seconds.
pub(super) struct Speed {
    seen: VecDeque<(Instant, u64)>,
}

/// Over how long the speed is taken.
const SPAN: Duration = Duration::from_secs(6);
/// Less tells nothing.
const LEAST: Duration = Duration::from_millis(400);

impl Speed {
    pub(super) fn new() -> Self {
        Self { seen: VecDeque::new() }
    }

    /// Bytes per second, now that so many are there.
    #[expect(clippy::cast_precision_loss)]
    pub(super) fn at(&mut self, received: u64) -> Option<f64> {
        let now = Instant::now();
        self.seen.push_back((now, received));
        while self.seen.front().is_some_and(|(then, _)| now - *then > SPAN) {
            self.seen.pop_front();
        }
        let (then, before) = *self.seen.front()?;
        let time = now - then;
        (time >= LEAST).then(|| received.saturating_sub(before) as f64 / time.as_secs_f64())
    }
}

/// How long to wait before the next try: longer each time, up to a minute, and as long as the hub asks for.
pub(crate) struct Patience {
    tries: u32,
}

const LONGEST: f64 = 60.0;

impl Patience {
    pub(crate) fn new() -> Self {
        Self { tries: 0 }
    }

    pub(super) fn succeeded(&mut self) {
        self.tries = 0;
    }

    /// What to wait for next, and how long.
    #[expect(clippy::cast_precision_loss)]
    pub(super) fn next(&self, error: &CatalogError) -> Waiting {
        let doubled = 0.5 * f64::from(2u32.saturating_pow(self.tries.min(10)));
        let asked = match error {
            CatalogError::Busy { retry_after: Some(seconds), .. } => (*seconds).min(3600) as f64,
            _ => 0.0,
        };
        let reason = Reason::of(error);
        // Where the network or a disk comes back, nobody should wait a minute for it to be seen.
        let longest = match reason {
            Reason::SwitchedOff | Reason::DiskFull | Reason::NoConnection => 5.0,
            _ => LONGEST,
        };
        Waiting { reason, seconds: doubled.min(longest).max(asked) }
    }

    /// Waits before the next try.
    ///
    /// # Errors
    /// [`CatalogError::Stopped`] where the person stops it.
    pub(crate) async fn rest(&mut self, error: &CatalogError, control: &Control) -> Result<()> {
        let seconds = self.next(error).seconds;
        self.tries += 1;
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs_f64(seconds)) => Ok(()),
            () = control.until_stopped() => Err(CatalogError::Stopped),
        }
    }
}
