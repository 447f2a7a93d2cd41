//! The downloads that are wanted, one after the other, until they are there.
//!
//! What is wanted stands in a file of the data folder: it goes on at the next start of the program, where it was. One
//! thread fetches; everybody else says what they want and looks how far it is.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use catalog::network::is_metered;
use catalog::{Control, Report};
use chrono::Timelike as _;
use serde::{Deserialize, Serialize};

use crate::data::DataFolder;
use crate::settings::{self, DownloadSettings, Settings};
use crate::{Library, Problem, ProblemCode};

/// What is wanted, in the order in which it is fetched.
const FILE: &str = "downloads.json";
/// Bytes per second that were reached the last time.
const SPEED: &str = "speed.json";
/// How often it is looked whether the hour has come.
const LOOK: Duration = Duration::from_secs(5);

/// The downloads of a program. They stop with it, and go on at its next start.
pub struct Downloads {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    library: Arc<Library>,
    data: DataFolder,
    queue: Mutex<Queue>,
    /// There may be something to fetch.
    changed: Condvar,
    /// There is something to tell.
    told: Condvar,
}

#[derive(Default)]
struct Queue {
    items: Vec<Item>,
    settings: DownloadSettings,
    running: Option<Running>,
    over: bool,
    /// Goes up with every change.
    revision: u64,
}

struct Running {
    name: String,
    control: Control,
}

/// A model that is wanted, as it stands in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Item {
    /// As the person named it.
    name: String,
    #[serde(default)]
    paused: bool,
    #[serde(skip)]
    report: Option<Report>,
    #[serde(skip)]
    problem: Option<Problem>,
}

/// A download, as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Queued {
    /// The model, as the person named it.
    pub name: String,
    /// What becomes of it.
    pub progress: Progress,
}

/// What becomes of a download.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Its turn comes.
    Waiting,
    /// It is being fetched; `None` while it begins.
    Running(Option<Report>),
    /// The person has it wait.
    Paused,
    /// It waits for something else.
    Held(Held),
    /// It cannot go on by itself.
    Failed(Problem),
}

/// What a download is held back by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// The hours that the person has set.
    Hours,
    /// The connection is paid for by what comes over it.
    Metered,
}

impl Downloads {
    /// Goes on with what was wanted at the end of the last start.
    #[must_use]
    pub fn start(library: Arc<Library>, data: DataFolder) -> Self {
        let settings: Settings = data.read(settings::FILE);
        let items = data.read(FILE);
        let queue = Queue { items, settings: settings.downloads, ..Queue::default() };
        let shared = Arc::new(Shared {
            library,
            data,
            queue: Mutex::new(queue),
            changed: Condvar::new(),
            told: Condvar::new(),
        });
        // Without a thread nothing is fetched, and the list says that it waits.
        let thread = |name: &str, work: fn(&Shared)| {
            let shared = Arc::clone(&shared);
            thread::Builder::new().name(name.to_owned()).spawn(move || work(&shared)).ok()
        };
        let threads = [thread("downloads", Shared::work), thread("download hours", Shared::watch)];
        Self { threads: threads.into_iter().flatten().collect(), shared }
    }

    /// Wants a model, behind those that are wanted already; once more where it had failed or was paused.
    pub fn add(&self, name: &str) {
        self.shared.change(|queue| match queue.items.iter_mut().find(|item| item.name == name) {
            Some(item) => (item.paused, item.problem) = (false, None),
            None => {
                queue.items.push(Item { name: name.to_owned(), paused: false, report: None, problem: None })
            }
        });
    }

    /// Has a download wait; what came is kept.
    pub fn pause(&self, name: &str) {
        self.shared.change(|queue| {
            if let Some(item) = queue.item(name) {
                item.paused = true;
            }
            queue.stop(name);
        });
    }

    /// Goes on with it, in its turn.
    pub fn resume(&self, name: &str) {
        self.add(name);
    }

    /// Gives it up. What came stays on the disk until [`Library::remove`].
    pub fn give_up(&self, name: &str) {
        self.shared.change(|queue| {
            queue.items.retain(|item| item.name != name);
            queue.stop(name);
        });
    }

    /// Fetches it before all others; the one that is being fetched goes on after it.
    pub fn first(&self, name: &str) {
        self.shared.change(|queue| {
            if let Some(at) = queue.items.iter().position(|item| item.name == name) {
                let item = queue.items.remove(at);
                queue.items.insert(0, item);
                if let Some(running) = &queue.running
                    && running.name != name
                {
                    running.control.stop();
                }
            }
        });
    }

    /// Sets the speed limit, the hours and whether metered connections may be used; from now on.
    ///
    /// # Errors
    /// [`ProblemCode::FileUnwritable`], [`ProblemCode::FileDamaged`]: nothing is changed.
    pub fn set(&self, settings: &DownloadSettings) -> Result<(), Problem> {
        let mut all: Settings = self.shared.data.read_to_change(settings::FILE)?;
        all.downloads = settings.clone();
        self.shared.data.keep(settings::FILE, &all)?;
        self.shared.change(|queue| {
            queue.settings = settings.clone();
            if let Some(running) = &queue.running {
                running.control.limit(settings.limit);
            }
        });
        Ok(())
    }

    /// Ends with the program: what goes on stops, to go on at the next start, and nobody waits for news any more.
    pub fn end(&self) {
        self.shared.change(|queue| {
            queue.over = true;
            if let Some(running) = &queue.running {
                running.control.stop();
            }
        });
    }

    /// Gives all of them up.
    pub fn give_up_all(&self) {
        self.shared.change(|queue| {
            queue.items.clear();
            if let Some(running) = &queue.running {
                running.control.stop();
            }
        });
    }

    /// Bytes per second that were reached the last time, over a whole model; `None` before any.
    #[must_use]
    pub fn usual_speed(&self) -> Option<f64> {
        self.shared.data.read::<Option<f64>>(SPEED).filter(|speed| *speed > 0.0)
    }

    /// The downloads, in the order in which they are fetched.
    #[must_use]
    pub fn list(&self) -> Vec<Queued> {
        self.shared.queue().list()
    }

    /// Waits until they are others than they were at this revision; what they are now, and at which revision. `None` at the
    /// end of the program.
    #[must_use]
    pub fn after(&self, revision: u64) -> Option<(u64, Vec<Queued>)> {
        let mut queue = self.shared.queue();
        while queue.revision == revision && !queue.over {
            queue = self.shared.told.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        (!queue.over).then(|| (queue.revision, queue.list()))
    }
}

impl Queue {
    fn list(&self) -> Vec<Queued> {
        let queue = self;
        let held = held(&queue.settings);
        let row = |item: &Item| {
            let progress = match (&queue.running, &item.problem, held) {
                (Some(running), ..) if running.name == item.name => Progress::Running(item.report.clone()),
                (_, Some(problem), _) => Progress::Failed(problem.clone()),
                _ if item.paused => Progress::Paused,
                (.., Some(held)) => Progress::Held(held),
                _ => Progress::Waiting,
            };
            Queued { name: item.name.clone(), progress }
        };
        queue.items.iter().map(row).collect()
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        self.end();
        // Who starts it again finds nobody at work.
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Queue {
    /// Something about it is other than it was.
    fn revise(&mut self) {
        self.revision += 1;
    }

    fn item(&mut self, name: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.name == name)
    }

    fn stop(&self, name: &str) {
        if let Some(running) = self.running.as_ref().filter(|running| running.name == name) {
            running.control.stop();
        }
    }

    fn next(&self) -> Option<String> {
        let ready = |item: &&Item| !item.paused && item.problem.is_none();
        self.items.iter().find(ready).map(|item| item.name.clone())
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Queue)) {
        let mut queue = self.queue();
        change(&mut queue);
        queue.revise();
        self.data.write(FILE, &queue.items);
        drop(queue);
        self.changed.notify_all();
        self.told.notify_all();
    }

    /// The thread that fetches.
    fn work(&self) {
        let mut queue = self.queue();
        while !queue.over {
            let next = queue.next().filter(|_| held(&queue.settings).is_none());
            let Some(name) = next else {
                let waited = self.changed.wait_timeout(queue, LOOK);
                queue = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            };
            let control = Control::new(queue.settings.limit);
            queue.running = Some(Running { name: name.clone(), control: control.clone() });
            queue.revise();
            drop(queue);
            self.told.notify_all();
            let outcome = self.fetch(&name, &control);
            queue = self.queue();
            queue.running = None;
            match outcome {
                Ok(()) => queue.items.retain(|item| item.name != name),
                // Whoever stopped it has said why.
                Err(problem) if problem.code == ProblemCode::Stopped => {}
                Err(problem) => {
                    if let Some(item) = queue.item(&name) {
                        item.problem = Some(problem);
                    }
                }
            }
            if let Some(item) = queue.item(&name) {
                item.report = None;
            }
            queue.revise();
            self.data.write(FILE, &queue.items);
            self.told.notify_all();
        }
    }

    fn fetch(&self, name: &str, control: &Control) -> Result<(), Problem> {
        let fastest = Mutex::new(None);
        let report = |report: Report| {
            if report.speed.is_some() {
                *fastest.lock().unwrap_or_else(PoisonError::into_inner) = report.speed;
            }
            let mut queue = self.queue();
            if let Some(item) = queue.item(name) {
                item.report = Some(report);
            }
            queue.revise();
            drop(queue);
            self.told.notify_all();
        };
        let wanted = self.library.wanted(name, control, &report)?;
        self.library.pull(&wanted, control, &report)?;
        if let Some(speed) = *fastest.lock().unwrap_or_else(PoisonError::into_inner) {
            self.data.write(SPEED, &speed);
        }
        Ok(())
    }

    /// The thread that stops what goes on when the hours are over, or when the connection becomes a metered one.
    fn watch(&self) {
        let mut queue = self.queue();
        while !queue.over {
            if let Some(running) = &queue.running
                && held(&queue.settings).is_some()
            {
                running.control.stop();
            }
            let waited = self.changed.wait_timeout(queue, LOOK);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// What holds downloads back now.
fn held(settings: &DownloadSettings) -> Option<Held> {
    let hour = u8::try_from(chrono::Local::now().hour()).unwrap_or(0);
    if settings.hours.is_some_and(|hours| !hours.contain(hour)) {
        return Some(Held::Hours);
    }
    (!settings.metered && is_metered() == Some(true)).then_some(Held::Metered)
}
