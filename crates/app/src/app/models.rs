//! The models and downloads, as the window asks for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use catalog::{Commercial, Entry};
use engine::ModelFiles;
use hardware::Computer;

use super::App;
use super::work::Order;
use crate::choose::Experience;
use crate::downloads::{Held, Progress, Queued};
use crate::{
    ComputerCard, DownloadCard, DownloadChange, DownloadRequest, DownloadStage, DownloadState, DownloadWait,
    Language, LicenceCard, ModelCard, ModelRow, ModelState, Problem, ProgramEvent, Prospect, Recommendation,
    Row, RowState, Strength, VariantRow, WhenBusy, computer, models as which, prospect,
};

/// How often the window is told how far a download is.
const TOLD_EVERY: Duration = Duration::from_millis(300);

impl App {
    /// The model to begin with on this computer. It takes a moment: the computer is read, and the speed of its memory is
    /// measured the first time.
    #[must_use]
    pub fn recommendation(&self) -> Option<Recommendation> {
        let computer = computer::interpret(&computer::read());
        let entry = catalog::find(prospect::RECOMMENDED)?;
        let prospect = self.prospect(&entry, &computer, &computer::experience(&computer))?;
        let bytes = size_of(&entry);
        #[expect(clippy::cast_precision_loss)]
        let seconds = bytes.zip(self.downloads.usual_speed()).map(|(bytes, speed)| bytes as f64 / speed);
        let disk_free = self.library.store().free();
        Some(Recommendation {
            prospect,
            title: entry.title,
            bytes,
            seconds,
            computer: card(&computer, disk_free),
        })
    }

    /// What is known and what is on this disk.
    ///
    /// # Errors
    /// [`crate::ProblemCode::FileUnreadable`] where the folder of models cannot be read.
    pub fn models(&self) -> Result<Vec<ModelRow>, Problem> {
        let computer = computer::interpret(&computer::read());
        let experience = computer::experience(&computer);
        let entries: HashMap<String, Entry> =
            catalog::models().into_iter().map(|entry| (entry.id.clone(), entry)).collect();
        let (current, language) = (self.model(), self.language());
        let row = |row: Row| {
            let entry = entries.get(&row.id);
            let current = !current.starter && current.name == row.id;
            self.model_row(row, entry, current, language, &computer, &experience)
        };
        Ok(self.library.rows()?.into_iter().map(row).collect())
    }

    fn model_row(
        &self,
        row: Row,
        entry: Option<&Entry>,
        current: bool,
        language: Language,
        computer: &Computer,
        experience: &Experience,
    ) -> ModelRow {
        let runnable = row.runnable;
        let prospect = entry
            .filter(|_| runnable == Some(true))
            .and_then(|entry| self.prospect(entry, computer, experience));
        let licence = entry.map(|entry| LicenceCard {
            name: entry.licence.name.clone(),
            link: Some(entry.licence.link.clone()).filter(|link| !link.is_empty()),
            commercial: match entry.licence.commercial {
                Commercial::Yes => Some(true),
                Commercial::No => Some(false),
                Commercial::Conditions => None,
            },
        });
        let noted = row.licence.map(|name| LicenceCard { name, link: None, commercial: None });
        ModelRow {
            recommended: row.id == prospect::RECOMMENDED
                && prospect.as_ref().is_some_and(prospect::is_advisable),
            id: row.id,
            title: row.title,
            summary: entry.map(|entry| match language {
                Language::Fr => entry.summary.fr.clone(),
                Language::En => entry.summary.en.clone(),
            }),
            maker: entry.map(|entry| entry.maker.clone()),
            licence: licence.or(noted),
            good_at: entry
                .map(|entry| entry.good_at.iter().map(|good| (*good).into()).collect())
                .unwrap_or_default(),
            languages: entry.map(|entry| entry.languages.clone()).unwrap_or_default(),
            state: match row.state {
                RowState::Ready => ModelState::Ready,
                RowState::Partial => ModelState::Partial,
                RowState::Available => ModelState::Available,
                RowState::Unknown => ModelState::Unknown,
                RowState::Damaged => ModelState::Damaged,
            },
            current,
            bytes: row.bytes.or_else(|| entry.and_then(size_of)),
            total: row.total,
            runnable,
            gated: entry.is_some_and(|entry| entry.gated),
            prospect,
            variants: entry.map(|entry| self.variants(entry)).unwrap_or_default(),
        }
    }

    /// How a model would run here in its usual form.
    fn prospect(&self, entry: &Entry, computer: &Computer, experience: &Experience) -> Option<Prospect> {
        let usual = self.library.usual(entry)?.format;
        prospect::of(entry, usual, computer, &self.support, experience)
    }

    fn variants(&self, entry: &Entry) -> Vec<VariantRow> {
        let row = |variant: &catalog::Variant| VariantRow {
            name: format!("{}:{}", entry.id, variant.id),
            format: match variant.format {
                catalog::Format::Checkpoint => "checkpoint".to_owned(),
                catalog::Format::Gguf => "gguf".to_owned(),
                catalog::Format::Onnx => "onnx".to_owned(),
            },
            precision: variant.precision.clone(),
            engine: variant.engine.clone(),
            devices: variant.devices.clone(),
            bytes: variant.bytes,
            runnable: self.library.runs(variant, &entry.architecture),
        };
        entry.variants.iter().map(row).collect()
    }

    /// From now on this model answers; `None` is the guide. It begins to load at once.
    ///
    /// # Errors
    /// [`crate::ProblemCode::ModelNotFound`], [`crate::ProblemCode::FileUnwritable`]; the model stays the one it was.
    pub fn use_model(&self, name: Option<&str>, when_busy: WhenBusy) -> Result<ModelCard, Problem> {
        let (files, card): (ModelFiles, ModelCard) = match name {
            None => (self.starter.clone(), which::starter()),
            Some(name) => self.library.installed(name).ok_or_else(|| which::not_found(name))?,
        };
        self.library.make_current(name)?;
        if when_busy == WhenBusy::Replace {
            self.interrupt.raise();
        }
        self.aside.raise();
        self.order(Order::Use { card: card.clone(), files, begin: self.interrupt.current() })?;
        self.model.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone_from(&card);
        Ok(card)
    }

    /// The downloads, in the order in which they are fetched.
    #[must_use]
    pub fn downloads(&self) -> Vec<DownloadCard> {
        self.download_cards(self.downloads.list())
    }

    fn download_cards(&self, queued: Vec<Queued>) -> Vec<DownloadCard> {
        let card = |queued: Queued| DownloadCard {
            model: self.library.id_of(&queued.name),
            name: queued.name,
            state: state(queued.progress),
        };
        queued.into_iter().map(card).collect()
    }

    pub(super) fn change_downloads(&self, request: &DownloadRequest) -> Result<Vec<DownloadCard>, Problem> {
        let name = request.name.trim();
        match request.change {
            DownloadChange::Start => {
                // What can be refused at once is not queued to be refused later.
                self.library.may_be_wanted(name)?;
                self.downloads.add(name);
            }
            DownloadChange::Pause => self.downloads.pause(name),
            DownloadChange::First => self.downloads.first(name),
            DownloadChange::GiveUp => {
                self.downloads.give_up(name);
                self.library.remove_partial(&self.library.id_of(name))?;
                self.listeners.tell(&ProgramEvent::Models);
            }
        }
        Ok(self.downloads())
    }

    /// Tells the window what becomes of the downloads, and of the list of models where one is there.
    pub(super) fn watch_downloads(self: &Arc<Self>) {
        let (weak, downloads) = (Arc::downgrade(self), Arc::downgrade(&self.downloads));
        let watch = move || {
            let (mut seen, mut count) = (0, usize::MAX);
            while let Some((now, queued)) = downloads.upgrade().and_then(|downloads| downloads.after(seen)) {
                let Some(app) = weak.upgrade() else { return };
                if queued.len() < count && count != usize::MAX {
                    app.listeners.tell(&ProgramEvent::Models);
                }
                (seen, count) = (now, queued.len());
                let downloads = app.download_cards(queued);
                app.listeners.tell(&ProgramEvent::Downloads { downloads });
                drop(app);
                thread::sleep(TOLD_EVERY);
            }
        };
        let _ = thread::Builder::new().name("watch downloads".to_owned()).spawn(watch);
    }
}

/// Bytes of the usual form: what the hub said, or else what its weights come to, which is nearly all of it. Only a
/// checkpoint has the weights that the measures are of.
fn size_of(entry: &Entry) -> Option<u64> {
    let usual = entry.variants.first()?;
    let weights = || entry.shape().map(catalog::Shape::weight_bytes);
    usual.bytes.or_else(|| weights().filter(|_| usual.format == catalog::Format::Checkpoint))
}

fn state(progress: Progress) -> DownloadState {
    match progress {
        Progress::Waiting => DownloadState::Waiting,
        Progress::Running(None) => DownloadState::Beginning,
        Progress::Running(Some(report)) => DownloadState::Running {
            stage: match report.stage {
                catalog::Stage::Listing => DownloadStage::Listing,
                catalog::Stage::Fetching => DownloadStage::Fetching,
                catalog::Stage::Checking => DownloadStage::Checking,
                catalog::Stage::Ready => DownloadStage::Ready,
            },
            received: report.received,
            total: report.total,
            speed: report.speed,
            seconds_left: report.seconds_left,
            waiting: report.waiting.map(|waiting| waiting.reason.into()),
        },
        Progress::Paused => DownloadState::Paused,
        Progress::Held(Held::Hours) => DownloadState::OutsideHours,
        Progress::Held(Held::Metered) => DownloadState::Metered,
        Progress::Failed(problem) => DownloadState::Failed { problem },
    }
}

impl From<catalog::Reason> for DownloadWait {
    fn from(reason: catalog::Reason) -> Self {
        match reason {
            catalog::Reason::NoConnection => Self::NoConnection,
            catalog::Reason::SwitchedOff => Self::SwitchedOff,
            catalog::Reason::HubBusy => Self::HubBusy,
            catalog::Reason::Interrupted => Self::Interrupted,
            catalog::Reason::SomebodyElse => Self::SomebodyElse,
            catalog::Reason::DiskFull => Self::DiskFull,
        }
    }
}

impl From<catalog::Strength> for Strength {
    fn from(strength: catalog::Strength) -> Self {
        match strength {
            catalog::Strength::Conversation => Self::Conversation,
            catalog::Strength::Reasoning => Self::Reasoning,
            catalog::Strength::Code => Self::Code,
            catalog::Strength::Writing => Self::Writing,
            catalog::Strength::Translation => Self::Translation,
            catalog::Strength::Summaries => Self::Summaries,
            catalog::Strength::Maths => Self::Maths,
        }
    }
}

fn card(computer: &Computer, disk_free: Option<u64>) -> ComputerCard {
    ComputerCard {
        processor: computer.cpu.name.clone(),
        memory: computer.memory.total,
        // What only pretends to be a card is none to its owner.
        cards: computer
            .gpus
            .iter()
            .filter(|gpu| gpu.kind.is_some_and(|kind| kind != hardware::GpuKind::Software))
            .map(|gpu| (gpu.name.clone(), gpu.dedicated))
            .collect(),
        disk_free: disk_free.or_else(|| computer.disk.as_ref().map(|disk| disk.free)),
    }
}
