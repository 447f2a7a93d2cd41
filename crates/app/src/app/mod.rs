//! The program behind a window: one thread owns the model, and the window's commands pass through a bounded channel.

mod ask;
mod call;
mod conversations;
mod dropped;
mod listeners;
mod models;
mod privacy;
mod settings;
mod shorten;
mod tasks;
mod turns;
mod work;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use engine::ModelFiles;
use history::{History, Opening};

pub use self::call::OnEvent;
use self::dropped::Dropped;
use self::listeners::Listeners;
use self::turns::Turns;
use self::work::{Interrupt, Order, Worker};
use crate::choose::EngineSupport;
use crate::data::DataFolder;
use crate::{
    Desktop, Downloads, Equipment, Language, Library, ModelCard, ModelPhase, Problem, ProblemCode,
    ProgramEvent, Restored, Running, Runs, Settings, Welcome, models as which,
};

/// The program behind a window.
pub struct App {
    orders: SyncSender<Order>,
    turns: Turns,
    /// Questions that are answered or wait for it.
    asked: AtomicUsize,
    /// What is done unasked, and gives way to a question.
    aside: Interrupt,
    interrupt: Interrupt,
    model: Mutex<ModelCard>,
    starter: ModelFiles,
    support: Vec<EngineSupport>,
    data: DataFolder,
    library: Arc<Library>,
    downloads: Arc<Downloads>,
    history: Arc<Mutex<History>>,
    restored: Option<Restored>,
    /// What went wrong at the start, and is told once.
    trouble: Option<Problem>,
    listeners: Arc<Listeners>,
    desktop: Arc<dyn Desktop>,
    opening: Mutex<Option<i64>>,
    dropped: Mutex<Dropped>,
}

/// What to do with a model that is being loaded when another one is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenBusy {
    /// The other one comes after it, and after what it is answering.
    Wait,
    /// It is broken off.
    Replace,
}

/// Name of the file of conversations in the data folder.
const CONVERSATIONS: &str = "conversations.db";

impl App {
    /// Starts the thread that owns the model: the current one or the guide, which begins to load at once; and the ones
    /// that fetch what is wanted and look after the conversations.
    ///
    /// # Errors
    /// [`ProblemCode::EngineFailed`] where the system gives no thread.
    pub fn start(
        equipment: Equipment,
        runs: &'static [Runs],
        data: DataFolder,
        desktop: Arc<dyn Desktop>,
    ) -> Result<Arc<Self>, Problem> {
        let data = data.or_a_passing_one();
        let (library, cut_off) = Library::open_or_cut_off(data.clone(), runs)?;
        let library = Arc::new(library);
        let (history, restored, unkept) = open_history(&data)?;
        let history = Arc::new(Mutex::new(history));
        let listeners = Arc::new(Listeners::default());
        let downloads = Arc::new(Downloads::start(Arc::clone(&library), data.clone()));
        let (orders, inbox) = sync_channel(8);
        let (support, starter) = (equipment.support.clone(), equipment.starter.clone());
        let (files, model) = which::current(&data).unwrap_or_else(|| (starter.clone(), which::starter()));
        let interrupt = Interrupt::default();
        let begin = interrupt.current();
        let (card, its_data, its_listeners) = (model.clone(), data.clone(), Arc::clone(&listeners));
        let run = move || {
            let running = Running::new(Arc::new(equipment), its_data, &card.name, files);
            Worker { running, card, listeners: its_listeners, phase: ModelPhase::Resting }
                .run(&inbox, &begin);
        };
        // A thread that cannot be started leaves a closed channel behind: every question then fails and says so.
        let _ = thread::Builder::new().name("model".to_owned()).spawn(run);
        let app = Arc::new(Self {
            orders,
            turns: Turns::default(),
            asked: AtomicUsize::new(0),
            aside: Interrupt::default(),
            interrupt,
            model: Mutex::new(model),
            starter,
            support,
            data,
            library,
            downloads,
            history,
            restored,
            trouble: unkept.or(cut_off),
            listeners,
            desktop,
            opening: Mutex::default(),
            dropped: Mutex::default(),
        });
        app.look_after_conversations();
        app.watch_downloads();
        Ok(app)
    }

    /// What the window shows first.
    #[must_use]
    pub fn welcome(&self) -> Welcome {
        let settings = self.settings();
        let history = self.history();
        let first = history.count().is_ok_and(|count| count == 0)
            && !self.data.exists(crate::settings::FILE)
            && self.downloads.list().is_empty();
        Welcome {
            language: settings.window.language.unwrap_or_else(Language::of_system),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: self.model(),
            first,
            draft: history.draft(None).map(|draft| draft.text).unwrap_or_default(),
            open: self.opening.lock().unwrap_or_else(PoisonError::into_inner).take(),
            restored: self.restored.clone(),
            problem: self.trouble.clone(),
            settings: self.settings_card(&settings),
        }
    }

    /// A link to a conversation, `domicile://conversation/12`, was followed. Anything else is nothing.
    pub fn follow_link(&self, link: &str) {
        let Some(number) = link.strip_prefix("domicile://conversation/") else { return };
        let Ok(conversation) = number.trim_end_matches('/').parse() else { return };
        if !self.listeners.tell(&ProgramEvent::Open { conversation }) {
            *self.opening.lock().unwrap_or_else(PoisonError::into_inner) = Some(conversation);
        }
    }

    /// The model that answers.
    fn model(&self) -> ModelCard {
        self.model.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the person has set, as it stands in the file: another window may have changed it.
    fn settings(&self) -> Settings {
        self.data.read(crate::settings::FILE)
    }

    fn language(&self) -> Language {
        self.settings().window.language.unwrap_or_else(Language::of_system)
    }

    fn order(&self, order: Order) -> Result<(), Problem> {
        let ended = |_| Problem::new(ProblemCode::EngineFailed, "the engine's thread has ended");
        self.orders.send(order).map_err(ended)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // Who watches them holds them too.
        self.downloads.end();
    }
}

/// The conversations of a data folder. Where they cannot be kept there, they are kept as long as the program runs.
fn open_history(data: &DataFolder) -> Result<(History, Option<Restored>, Option<Problem>), Problem> {
    let file = data.file(CONVERSATIONS).unwrap_or_else(|| Path::new(CONVERSATIONS).to_owned());
    let opened = restore_if_doubted(&file).and_then(|restored| {
        let (history, opening) = History::open(&file)?;
        Ok((history, restored.unwrap_or(opening)))
    });
    match opened {
        Ok((history, Opening::Restored { damaged, backup_of, conversations })) => {
            let damaged = damaged.map(|file| file.display().to_string()).unwrap_or_default();
            Ok((history, Some(Restored { copy_of: backup_of, conversations, damaged }), None))
        }
        Ok((history, Opening::Fine | Opening::New)) => Ok((history, None, None)),
        Err(error) => Ok((History::in_memory()?, None, Some(error.into()))),
    }
}

/// Restores conversations in which damage was found while the program ran the last time: nobody writes to them yet.
fn restore_if_doubted(file: &Path) -> history::Result<Option<Opening>> {
    let mark = doubted(file);
    if !mark.exists() {
        return Ok(None);
    }
    let restored = History::restore(file)?;
    // Where it stays, they are restored once more, which takes nothing away.
    let _ = fs::remove_file(mark);
    Ok(Some(restored))
}

/// Says that damage was found in this file.
fn doubted(file: &Path) -> PathBuf {
    file.with_extension("doubted")
}
