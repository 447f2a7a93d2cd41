//! Every connection that was made: to whom, why, how much came, when.
//!
//! A file of lines in the data folder. One line is written when a connection begins and one when it ends, so that what
//! a power cut interrupts is in it too.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Why a connection is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To learn which files a model has.
    ModelListing,
    /// To fetch a part of a model.
    ModelFile,
}

/// A connection that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Seconds since 1970 when it began.
    pub at: u64,
    /// Name of the other computer.
    pub host: String,
    /// Why.
    pub purpose: Purpose,
    /// What it was about: the name of a model.
    pub about: String,
    /// HTTP status of the answer; `None` where none came.
    pub status: Option<u16>,
    /// Bytes that came; `None` where it never ended.
    pub received: Option<u64>,
    /// How long it took, in seconds; `None` where it never ended.
    pub seconds: Option<f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Began { id: u64, at: u64, host: String, purpose: Purpose, about: String },
    Ended { id: u64, status: Option<u16>, received: u64, seconds: f64 },
}

/// When the file is larger, its older half is forgotten at the next start.
const LARGE: u64 = 4 << 20;

/// The list of connections. Clones are the same list.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    file: Option<PathBuf>,
    out: Arc<Mutex<Option<File>>>,
    next: Arc<AtomicU64>,
}

impl Ledger {
    /// In this file, which is made where it is not.
    #[must_use]
    pub fn at(file: &Path) -> Self {
        forget_the_oldest(file);
        // Several programs may write the same file: their numbers begin far apart.
        let first = now().as_nanos() as u64 ^ (u64::from(std::process::id()) << 40);
        Self { file: Some(file.to_owned()), out: Arc::default(), next: Arc::new(AtomicU64::new(first)) }
    }

    /// Forgets all of them.
    pub fn forget(&self) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        *out = None;
        let _ = self.file.as_ref().map(fs::remove_file);
    }

    /// The connections, the newest first. What cannot be read is left out.
    #[must_use]
    pub fn read(&self) -> Vec<Connection> {
        let text = self.file.as_ref().and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
        let mut connections = Vec::new();
        let mut places = HashMap::new();
        for line in text.lines() {
            match serde_json::from_str(line) {
                Ok(Line::Began { id, at, host, purpose, about }) => {
                    places.insert(id, connections.len());
                    let unknown = (None, None, None);
                    let (status, received, seconds) = unknown;
                    connections.push(Connection { at, host, purpose, about, status, received, seconds });
                }
                Ok(Line::Ended { id, status, received, seconds }) => {
                    if let Some(connection) = places.get(&id).and_then(|place| connections.get_mut(*place)) {
                        *connection = Connection {
                            status,
                            received: Some(received),
                            seconds: Some(seconds),
                            ..connection.clone()
                        };
                    }
                }
                Err(_) => {}
            }
        }
        connections.reverse();
        connections
    }

    pub(crate) fn began(&self, host: &str, purpose: Purpose, about: &str) -> u64 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (host, about) = (host.to_owned(), about.to_owned());
        self.write(&Line::Began { id, at: now().as_secs(), host, purpose, about });
        id
    }

    pub(crate) fn ended(&self, id: u64, status: Option<u16>, received: u64, seconds: f64) {
        self.write(&Line::Ended { id, status, received, seconds });
    }

    /// A full disk must not stop anybody from downloading to another one.
    fn write(&self, line: &Line) {
        let (Some(file), Ok(mut text)) = (&self.file, serde_json::to_string(line)) else { return };
        text.push('\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.is_none() {
            let _ = file.parent().map(fs::create_dir_all);
            *out = OpenOptions::new().append(true).create(true).open(file).ok();
        }
        if let Some(out) = out.as_mut() {
            let _ = out.write_all(text.as_bytes());
        }
    }
}

fn now() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn forget_the_oldest(file: &Path) {
    if fs::metadata(file).is_ok_and(|metadata| metadata.len() > LARGE)
        && let Ok(text) = fs::read_to_string(file)
    {
        let lines: Vec<&str> = text.lines().collect();
        let kept = lines.get(lines.len() / 2..).unwrap_or_default().join("\n") + "\n";
        let part = file.with_extension("part");
        let _ = fs::write(&part, kept).and_then(|()| fs::rename(&part, file));
    }
}

#[cfg(test)]
mod tests {
    use super::{Ledger, Purpose};

    #[test]
    fn a_connection_that_never_ended_is_in_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(&folder.path().join("données/connections.jsonl"));
        let first = ledger.began("hub.example", Purpose::ModelListing, "one");
        ledger.ended(first, Some(200), 12, 0.5);
        ledger.began("cdn.example", Purpose::ModelFile, "two");
        let read = ledger.read();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].host.as_str(), read[0].received), ("cdn.example", None));
        assert_eq!((read[1].about.as_str(), read[1].received, read[1].status), ("one", Some(12), Some(200)));
    }

    #[test]
    fn an_old_list_forgets_its_older_half() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("connections.jsonl");
        let line = |n: usize| {
            format!(
                "{{\"id\":{n},\"at\":{n},\"host\":\"hub.example\",\"purpose\":\"model_file\",\"about\":\"m\"}}\n"
            )
        };
        std::fs::write(&file, (0..60_000).map(line).collect::<String>()).unwrap();
        let read = Ledger::at(&file).read();
        assert_eq!(read.len(), 30_000);
        assert_eq!(read[0].at, 59_999);
    }
}
