//! What goes wrong between a hub and somebody who fetches from it.

use std::sync::{Mutex, MutexGuard};

/// A thing that goes wrong, with every request unless [`Fault::times`] or [`Fault::on`] say less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The line is slow, over all connections together. It can be switched in the middle of a body.
    Slow {
        /// What comes through in a second.
        bytes_per_second: u64,
    },
    /// The connection breaks in the middle of a body.
    Cut {
        /// What is sent of the body before.
        after: u64,
    },
    /// An answer that says no.
    Status {
        /// HTTP status.
        code: u16,
        /// When to come back, in seconds.
        retry_after: Option<u64>,
    },
    /// Nothing comes any more in the middle of a body, and the connection stays open until the hub stops.
    Stall {
        /// What is sent of the body before.
        after: u64,
    },
    /// One byte is another one than it should be.
    WrongByte {
        /// The file.
        path: String,
        /// Where in the file.
        offset: u64,
    },
    /// Another range than the one that was asked for, as the answer also says.
    WrongRange,
    /// The whole file with 200 where a range was asked for.
    IgnoreRange,
    /// Bytes from another place, while the answer says that they are those that were asked for.
    LyingRange,
    /// Half of what was asked for, with a `Content-Length` of that half.
    ShortBody,
    /// [`Self::SURPLUS`] bytes more than asked for, or as many as the file has, which `Content-Length` includes.
    LongBody,
    /// The list of files tells another size than there is.
    WrongSize {
        /// The file.
        path: String,
        /// What is told.
        size: u64,
    },
    /// Another hash than that of the bytes is told: in the list of files and in the headers, those of the CDN too.
    WrongHash {
        /// The file.
        path: String,
    },
    /// The file is replaced by another of the same length while somebody fetches it from the CDN.
    ChangeAfter {
        /// The file, which is an LFS file.
        path: String,
        /// How often it is still given as it was.
        requests: u32,
    },
    /// Every request is answered with a page to log in, as networks of hotels do.
    Portal,
    /// Every address leads to itself.
    RedirectLoop,
    /// Connections are closed as soon as they are there, and open ones at their next request.
    Refuse,
}

impl Fault {
    /// How many bytes [`Self::LongBody`] adds.
    pub const SURPLUS: u64 = 1000;

    /// It goes wrong so many times only.
    #[must_use]
    pub fn times(self, times: u32) -> Mishap {
        Mishap::from(self).times(times)
    }

    /// It goes wrong only where the decoded path of the request contains this text, for example `/tree/`, `/cdn/` or
    /// the name of a file.
    #[must_use]
    pub fn on(self, text: impl Into<String>) -> Mishap {
        Mishap::from(self).on(text)
    }
}

/// A fault, with where and how often.
#[derive(Debug, Clone)]
pub struct Mishap {
    fault: Fault,
    times: Option<u32>,
    on: Option<String>,
}

impl Mishap {
    /// It goes wrong so many times only. Counted are the answers that it spoils; for [`Fault::Slow`] and
    /// [`Fault::ChangeAfter`] this says nothing.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// As [`Fault::on`]. A [`Fault::Refuse`] with this spoils requests on open connections only.
    #[must_use]
    pub fn on(self, text: impl Into<String>) -> Self {
        Self { on: Some(text.into()), ..self }
    }
}

impl From<Fault> for Mishap {
    fn from(fault: Fault) -> Self {
        Self { fault, times: None, on: None }
    }
}

/// The faults of a hub.
#[derive(Debug, Default)]
pub(super) struct Mishaps(Mutex<Vec<Mishap>>);

impl Mishaps {
    pub(super) fn add(&self, mishap: Mishap) {
        self.lock().push(mishap);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// The first fault of this kind for a request, which counts as one of its times.
    pub(super) fn take(&self, path: &str, kind: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut mishaps = self.lock();
        let mishap = mishaps.iter_mut().find(|mishap| {
            let here = mishap.on.as_ref().is_none_or(|text| path.contains(text));
            here && mishap.times != Some(0) && kind(&mishap.fault)
        })?;
        if let Some(times) = &mut mishap.times {
            *times -= 1;
        }
        Some(mishap.fault.clone())
    }

    /// How many bytes may come through in a second.
    pub(super) fn speed(&self, path: &str) -> Option<u64> {
        self.lock().iter().find_map(|mishap| match mishap.fault {
            Fault::Slow { bytes_per_second } if mishap.on.as_ref().is_none_or(|text| path.contains(text)) => {
                Some(bytes_per_second.max(1))
            }
            _ => None,
        })
    }

    /// Whether the file is to change now. Asking counts as a request for it.
    pub(super) fn change(&self, path: &str) -> bool {
        let mut mishaps = self.lock();
        for i in 0..mishaps.len() {
            if let Fault::ChangeAfter { path: changing, requests } = &mut mishaps[i].fault
                && changing == path
            {
                if *requests == 0 {
                    mishaps.remove(i);
                    return true;
                }
                *requests -= 1;
                return false;
            }
        }
        false
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Mishap>> {
        self.0.lock().unwrap()
    }
}
