//! A stand-in for the Hugging Face hub on this computer, which can misbehave in all the ways that networks do.
//!
//! It is two computers, as the real one is: the hub itself, called `localhost`, and a CDN, called `127.0.0.1`, to which
//! the hub sends whoever wants an LFS file.

mod answers;
mod connection;
mod content;
mod fault;
mod files;
mod http;
mod log;
mod shelf;

use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use self::answers::Place;
pub use self::content::Content;
use self::fault::Mishaps;
pub use self::fault::{Fault, Mishap};
use self::log::Log;
pub use self::log::Request;
use self::shelf::{Item, Shelf};

/// How many files and folders a page of the list of files has, as long as [`Hub::set_page`] does not change it.
const PAGE: usize = 50;

/// A repository of models.
#[derive(Debug, Clone)]
pub struct Repository {
    /// `owner/name`.
    pub id: String,
    /// The commit that `main` is: 40 hexadecimal digits.
    pub revision: String,
    /// What is in it.
    pub files: Vec<HubFile>,
    /// The token that opens it; `None` where it is open to all.
    pub gated: Option<String>,
    /// `apache-2.0`, for example.
    pub licence: Option<String>,
}

/// A file of a repository.
#[derive(Debug, Clone)]
pub struct HubFile {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// Its bytes.
    pub content: Content,
    /// Whether the CDN has it, as all large files.
    pub lfs: bool,
}

impl HubFile {
    /// A small file, that the hub itself has.
    #[must_use]
    pub fn plain(path: impl Into<String>, content: impl Into<Content>) -> Self {
        Self { path: path.into(), content: content.into(), lfs: false }
    }

    /// A large file, that the CDN has.
    #[must_use]
    pub fn lfs(path: impl Into<String>, content: impl Into<Content>) -> Self {
        Self { path: path.into(), content: content.into(), lfs: true }
    }
}

/// A hub, which stops with this value.
pub struct Hub {
    state: Arc<State>,
    doors: Vec<Door>,
}

/// A port that is listened at.
struct Door {
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

/// What all connections share.
struct State {
    endpoint: String,
    cdn: String,
    shelves: RwLock<Vec<Shelf>>,
    mishaps: Mishaps,
    log: Log,
    page: AtomicUsize,
    stopped: AtomicBool,
    connections: Mutex<Vec<(u64, Arc<TcpStream>)>>,
    /// When the line has brought what was sent, where it is slow.
    line_free: Mutex<Instant>,
}

impl Hub {
    /// Starts a hub with these repositories.
    ///
    /// # Panics
    /// No port can be had, or a file of the disk cannot be read.
    #[must_use]
    pub fn start(repositories: impl IntoIterator<Item = Repository>) -> Self {
        let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (hub, cdn) = (listen(), listen());
        let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            endpoint: format!("http://localhost:{}", port(&hub)),
            cdn: format!("http://127.0.0.1:{}", port(&cdn)),
            shelves: RwLock::new(repositories.into_iter().map(Shelf::new).collect()),
            mishaps: Mishaps::default(),
            log: Log::default(),
            page: AtomicUsize::new(PAGE),
            stopped: AtomicBool::new(false),
            connections: Mutex::default(),
            line_free: Mutex::new(Instant::now()),
        });
        let doors = vec![Door::open(hub, Place::Hub, &state), Door::open(cdn, Place::Cdn, &state)];
        Self { state, doors }
    }

    /// The address of the hub, as `HF_ENDPOINT` has it.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.state.endpoint
    }

    /// The address of its CDN.
    #[must_use]
    pub fn cdn(&self) -> &str {
        &self.state.cdn
    }

    /// From now on this goes wrong too.
    pub fn misbehave(&self, mishap: impl Into<Mishap>) {
        self.state.mishaps.add(mishap.into());
    }

    /// From now on nothing goes wrong. What hangs already keeps hanging.
    pub fn behave(&self) {
        self.state.mishaps.clear();
    }

    /// What was asked so far. Requests that [`Fault::Refuse`] met are not among them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state.log.requests()
    }

    /// How many bytes of bodies are written so far, those of answers that are still under way included; of each such
    /// answer the piece that is being written counts too: 512 KiB at most, or 16 KiB on a slow line.
    #[must_use]
    pub fn body_bytes(&self) -> u64 {
        self.state.log.bytes()
    }

    /// How many files and folders a page of the list of files has from now on.
    pub fn set_page(&self, entries: usize) {
        self.state.page.store(entries, Ordering::Relaxed);
    }

    /// Gives a file other bytes. The revision stays, all else that is told about the file changes.
    ///
    /// # Panics
    /// There is no such file.
    pub fn replace(&self, repository: &str, path: &str, content: impl Into<Content>) {
        self.state.replace(repository, path, content.into());
    }

    /// The SHA-256 of a file as it is now, in hexadecimal digits.
    ///
    /// # Panics
    /// There is no such file.
    #[must_use]
    pub fn sha256(&self, repository: &str, path: &str) -> String {
        self.state.item(repository, path).expect("there is such a file").sha256.clone()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        for door in &mut self.doors {
            // It wakes up with a visit, and sees that it is to close.
            let visit = TcpStream::connect_timeout(&door.address, Duration::from_secs(1));
            if let (Ok(_), Some(thread)) = (visit, door.thread.take()) {
                let _ = thread.join();
            }
        }
        for (_, stream) in &*self.state.connections.lock().unwrap() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Door {
    fn open(listener: TcpListener, place: Place, state: &Arc<State>) -> Self {
        let (address, state) = (listener.local_addr().unwrap(), state.clone());
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if state.stopped() {
                    break;
                }
                let refused = state.mishaps.take("", |fault| *fault == Fault::Refuse).is_some();
                if let Ok(stream) = stream
                    && !refused
                {
                    let state = state.clone();
                    thread::spawn(move || connection::serve(&state, place, stream));
                }
            }
        });
        Self { address, thread: Some(thread) }
    }
}

impl State {
    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    fn item(&self, repository: &str, path: &str) -> Option<Arc<Item>> {
        let shelves = self.shelves.read().unwrap();
        shelves.iter().find(|shelf| shelf.id == repository).and_then(|shelf| shelf.file(path)).cloned()
    }

    fn replace(&self, repository: &str, path: &str, content: Content) {
        let Some(old) = self.item(repository, path) else { panic!("{repository} has no file {path}") };
        let item = Item::new(HubFile { path: path.to_owned(), content, lfs: old.lfs });
        let mut shelves = self.shelves.write().unwrap();
        shelves.iter_mut().find(|shelf| shelf.id == repository).unwrap().put(item);
    }

    /// Counts a request for a file of the CDN, and replaces the file where it is time for that.
    fn change(&self, repository: &str, path: &str) {
        if let Some(file) = self.item(repository, path)
            && self.mishaps.change(path)
        {
            let content = Content::Generated { seed: 0x00C0_FFEE, length: file.source.length() };
            self.replace(repository, path, content);
        }
    }
}
