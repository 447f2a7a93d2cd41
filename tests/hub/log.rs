//! What was asked of a hub.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::http::{Asked, Asking};

/// A request that a hub has answered, or is answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `HEAD` or `POST`.
    pub method: String,
    /// The `Host` header, with the port: `localhost:…` is the hub, `127.0.0.1:…` its CDN.
    pub host: String,
    /// As it was sent: encoded, with the query.
    pub path: String,
    /// The first and the last byte that were asked for; the last is `u64::MAX` where the end is open. `None` also for
    /// so many bytes at the end.
    pub range: Option<(u64, u64)>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// How many bytes of the body are written so far.
    pub sent: u64,
    /// HTTP status of the answer.
    pub status: u16,
}

/// A request, and how far its answer is.
pub(super) struct Line {
    request: Request,
    sent: AtomicU64,
}

/// The requests in the order in which they came.
#[derive(Default)]
pub(super) struct Log {
    lines: Mutex<Vec<Arc<Line>>>,
    sent: AtomicU64,
}

impl Log {
    pub(super) fn begin(&self, asked: &Asked, status: u16) -> Arc<Line> {
        let text = |name| asked.header(name).map(str::to_owned);
        let range = match asked.range() {
            Some(Asking::Between(first, last)) => Some((first, last)),
            _ => None,
        };
        let request = Request {
            method: asked.method.clone(),
            host: text("host").unwrap_or_default(),
            path: asked.target.clone(),
            range,
            authorization: text("authorization"),
            user_agent: text("user-agent"),
            sent: 0,
            status,
        };
        let line = Arc::new(Line { request, sent: AtomicU64::new(0) });
        self.lines.lock().unwrap().push(line.clone());
        line
    }

    /// Notes that so many more bytes of a body are on their way.
    pub(super) fn sent(&self, line: &Line, bytes: u64) {
        line.sent.fetch_add(bytes, Ordering::Relaxed);
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes back so many of them, which did not go.
    pub(super) fn kept(&self, line: &Line, bytes: u64) {
        line.sent.fetch_sub(bytes, Ordering::Relaxed);
        self.sent.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        let sent = |line: &Arc<Line>| line.sent.load(Ordering::Relaxed);
        self.lines
            .lock()
            .unwrap()
            .iter()
            .map(|line| Request { sent: sent(line), ..line.request.clone() })
            .collect()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}
