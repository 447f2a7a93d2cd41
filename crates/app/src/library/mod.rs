//! The models: which there are, which are on this disk, and everything that can be done with one.

mod list;
mod wanted;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::Duration;

use catalog::network::{Connection, Ledger, Network, NetworkSettings};
use catalog::{
    CatalogError, Control, Damage, Download, Entry, Format, Hub, Manifest, Report, Sharing, State, Store,
    Stored, Variant,
};
use engine::ModelFiles;
use tokio::runtime::Runtime;

pub use list::{Row, RowState};
pub use wanted::Wanted;

use crate::data::DataFolder;
use crate::settings::{self, Settings};
use crate::token::token;
use crate::{Facts, ModelCard, Problem, ProblemCode, models};

/// Kinds of models that an engine of this version runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runs {
    /// Name of the engine.
    pub engine: &'static str,
    /// What its files are.
    pub format: Format,
    /// `model_type` of their config.json, or what stands for it.
    pub architectures: &'static [&'static str],
    /// What it runs them on: `cpu`, `cuda`, `metal`, `webgpu`, `directml`.
    pub devices: &'static [&'static str],
    /// Whether it is known how to talk to them. What cannot be talked to is not offered.
    pub converses: bool,
}

/// How long a download takes to hear that it is stopped.
const A_MOMENT: Duration = Duration::from_millis(500);
/// Name of the list of connections in the data folder.
const LEDGER: &str = "connections.jsonl";
/// Of the data folder, where models lie unless the person has chosen another place.
const MODELS: &str = "models";

/// The models of this computer, and the way to more.
pub struct Library {
    data: DataFolder,
    now: RwLock<Now>,
    runs: &'static [Runs],
    runtime: Runtime,
}

/// What can change while the library is open.
struct Now {
    settings: Settings,
    store: Store,
    network: Network,
}

impl Library {
    /// The library of a data folder, with what the engines of this program run.
    ///
    /// # Errors
    /// [`ProblemCode::NetworkSettings`], [`ProblemCode::EngineFailed`] where the system gives no thread.
    pub fn open(data: DataFolder, runs: &'static [Runs]) -> Result<Self, Problem> {
        let settings = data.read(settings::FILE);
        Self::with(data, settings, runs)
    }

    fn with(data: DataFolder, settings: Settings, runs: &'static [Runs]) -> Result<Self, Problem> {
        let ledger = data.file(LEDGER).map_or_else(Ledger::default, |file| Ledger::at(&file));
        let network = Network::new(&settings.network, ledger).map_err(CatalogError::from)?;
        let store = store(&data, &settings)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| Problem::new(ProblemCode::EngineFailed, error.to_string()))?;
        Ok(Self { data, now: RwLock::new(Now { settings, store, network }), runs, runtime })
    }

    /// The same; where the network settings cannot be used, with the network switched off, and what is wrong with them.
    ///
    /// # Errors
    /// [`ProblemCode::EngineFailed`] where the system gives no thread.
    pub fn open_or_cut_off(
        data: DataFolder,
        runs: &'static [Runs],
    ) -> Result<(Self, Option<Problem>), Problem> {
        match Self::open(data.clone(), runs) {
            Err(problem) if problem.code == ProblemCode::NetworkSettings => {
                let mut settings: Settings = data.read(settings::FILE);
                settings.network = NetworkSettings { offline: true, ..NetworkSettings::default() };
                Ok((Self::with(data, settings, runs)?, Some(problem)))
            }
            other => Ok((other?, None)),
        }
    }

    fn now(&self) -> RwLockReadGuard<'_, Now> {
        self.now.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_to_change(&self) -> RwLockWriteGuard<'_, Now> {
        self.now.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the person has set.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.now().settings.clone()
    }

    /// The folder of models.
    #[must_use]
    pub fn store(&self) -> Store {
        self.now().store.clone()
    }

    /// Every connection that was made, the newest first.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        self.now().network.ledger().read()
    }

    /// Switches the network off or on, now and at every later start.
    ///
    /// # Errors
    /// [`ProblemCode::FileUnwritable`]: now, but not for later.
    pub fn switch_network_off(&self, off: bool) -> Result<(), Problem> {
        self.now().network.switch_off(off);
        self.change(|settings| settings.network.offline = off)
    }

    /// Changes what the person has set, as it stands in the file now: another window may have changed it too.
    ///
    /// # Errors
    /// [`ProblemCode::FileUnwritable`], [`ProblemCode::FileDamaged`], [`ProblemCode::NetworkSettings`]: nothing is changed.
    pub fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<(), Problem> {
        let mut now = self.now_to_change();
        let mut settings: Settings = self.data.read_to_change(settings::FILE)?;
        change(&mut settings);
        if settings.network.proxy != now.settings.network.proxy {
            now.network =
                Network::new(&settings.network, now.network.ledger().clone()).map_err(CatalogError::from)?;
        }
        self.data.keep(settings::FILE, &settings)?;
        now.settings = settings;
        Ok(())
    }

    pub(crate) fn hub(&self) -> Hub {
        let now = self.now();
        match &now.settings.hub {
            Some(address) => Hub::at(now.network.clone(), address, token()),
            None => Hub::new(now.network.clone(), token()),
        }
    }

    /// Whether a model in this form can be talked to with an engine of this version.
    #[must_use]
    pub fn runs(&self, variant: &Variant, architecture: &str) -> bool {
        // Nobody says on what a form outside of the catalog runs.
        let runs_on = |runs: &Runs| {
            variant.devices.is_empty()
                || variant.devices.iter().any(|device| runs.devices.contains(&device.as_str()))
        };
        self.running(variant.format, architecture)
            .is_some_and(|runs| runs.converses && runs.engine == variant.engine && runs_on(runs))
    }

    /// The form of a known model that is meant where none is named: the first that runs, or else the first.
    #[must_use]
    pub fn usual<'a>(&self, entry: &'a Entry) -> Option<&'a Variant> {
        let runs = |variant: &&Variant| self.runs(variant, &entry.architecture);
        entry.variants.iter().find(runs).or(entry.variants.first())
    }

    fn running(&self, format: Format, architecture: &str) -> Option<&Runs> {
        // llama.cpp writes "gpt-oss" where others write "gpt_oss".
        let architecture = architecture.replace('-', "_");
        self.runs
            .iter()
            .find(|runs| runs.format == format && runs.architectures.contains(&architecture.as_str()))
    }

    /// Why such a model is not taken.
    fn refused(&self, what: &str, format: Format, architecture: &str) -> Problem {
        match self.running(format, architecture) {
            Some(runs) if !runs.converses => {
                let facts = Facts { model: Some(architecture.to_owned()), ..Facts::default() };
                let detail = format!("{what}: this version knows no way to talk to {architecture}");
                Problem { code: ProblemCode::ModelNotConversational, facts, detail }
            }
            _ => unsupported(what, format, architecture),
        }
    }

    /// Which model a person means: a known one (`gpt-oss-20b`, or `gpt-oss-20b:onnx-cpu` for one of its variants), or a
    /// repository of the hub by its name or address. It is refused where no engine of this version runs it.
    ///
    /// # Errors
    /// [`ProblemCode::ModelNotFound`], [`ProblemCode::ModelUnsupported`], [`ProblemCode::ModelNotConversational`],
    /// [`ProblemCode::RepositoryNotFound`]. Where the hub does not answer it is asked again until `control` stops it; `report` is told.
    pub fn wanted(
        &self,
        name: &str,
        control: &Control,
        report: &(dyn Fn(Report) + Sync),
    ) -> Result<Wanted, Problem> {
        self.runtime.block_on(wanted::wanted(self, name, control, report))
    }

    /// What a model will be called on this disk that is asked for by this name.
    #[must_use]
    pub fn id_of(&self, name: &str) -> String {
        wanted::id_of(self, name)
    }

    /// Whether a name can mean a model, as far as that is known without asking anybody.
    ///
    /// # Errors
    /// [`ProblemCode::ModelNotFound`], [`ProblemCode::ModelUnsupported`].
    pub fn may_be_wanted(&self, name: &str) -> Result<(), Problem> {
        wanted::may_be_wanted(self, name)
    }

    /// The model of this name, where it is on this disk.
    #[must_use]
    pub fn installed(&self, name: &str) -> Option<(ModelFiles, ModelCard)> {
        let folder = found_here(&self.store(), name)?;
        Some((ModelFiles::Folder(folder), ModelCard { name: name.to_owned(), starter: false }))
    }

    /// What a download would take.
    ///
    /// # Errors
    /// What goes wrong on the way to the hub.
    pub fn estimate(&self, wanted: &Wanted) -> Result<catalog::Estimate, Problem> {
        let control = Control::default();
        let (hub, store) = (self.hub(), self.store());
        let download = download(wanted, &store, &hub, &control, &|_| {});
        Ok(self.runtime.block_on(download.estimate())?)
    }

    /// Downloads a model, or goes on where that ended; returns its folder. `report` is told how far it is.
    ///
    /// # Errors
    /// [`ProblemCode::Stopped`] where `control` stopped it: what came is kept. What does not pass by itself.
    pub fn pull(
        &self,
        wanted: &Wanted,
        control: &Control,
        report: &(dyn Fn(Report) + Sync),
    ) -> Result<PathBuf, Problem> {
        let (hub, store) = (self.hub(), self.store());
        let manifest = self.runtime.block_on(download(wanted, &store, &hub, control, report).run())?;
        Ok(self.store().place(&manifest.id)?)
    }

    /// Reads all of a model and says what is wrong with it. `passed` is called with the bytes of each piece.
    ///
    /// # Errors
    /// [`ProblemCode::ModelNotFound`], [`ProblemCode::FileDamaged`] where what was noted of it is damaged.
    pub fn verify(
        &self,
        id: &str,
        passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Vec<Damage>, Problem> {
        let (folder, manifest) = self.store().ready(id)?;
        Ok(catalog::verify(&folder, &manifest, passed)?)
    }

    /// Fetches what is damaged from where the model came from.
    ///
    /// # Errors
    /// As [`Self::pull`].
    pub fn repair(
        &self,
        id: &str,
        damages: &[Damage],
        control: &Control,
        fetched: &mut dyn FnMut(u64),
    ) -> Result<(), Problem> {
        let (folder, manifest) = self.store().ready(id)?;
        let hub = self.hub();
        let repair = catalog::repair(&folder, &manifest, damages, &hub, control, fetched);
        Ok(self.runtime.block_on(repair)?)
    }

    /// Copies a model into a folder, where its own folder is made: for a USB stick or another computer.
    ///
    /// # Errors
    /// [`ProblemCode::DiskFull`] before anything is written; what can go wrong with files.
    pub fn export(
        &self,
        id: &str,
        folder: &Path,
        passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<PathBuf, Problem> {
        Ok(catalog::copy(&self.store(), id, &Store::at(folder), Sharing::Refused, passed)?)
    }

    /// Takes over a model from a folder or a GGUF file: one that was exported, or one of another program. Returns its
    /// name and its folder.
    ///
    /// # Errors
    /// [`ProblemCode::NotAModel`], [`ProblemCode::ModelUnsupported`] and [`ProblemCode::ModelNotConversational`] with the
    /// reason; what can go wrong with files.
    pub fn import(
        &self,
        path: &Path,
        name: Option<&str>,
        passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(String, PathBuf), Problem> {
        if catalog::is_exported(path) {
            let folder = path.parent().unwrap_or(path);
            let manifest = Manifest::read(path)?;
            let own = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let id = manifest.map_or(own.clone(), |manifest| manifest.id);
            if id == own {
                let place = catalog::copy(&Store::at(folder), &id, &self.store(), Sharing::Refused, passed)?;
                return Ok((id, place));
            }
        }
        let examined = catalog::examine(path)?;
        let running = self.running(examined.format, &examined.architecture);
        if !running.is_some_and(|runs| runs.converses) {
            return Err(self.refused(&path.display().to_string(), examined.format, &examined.architecture));
        }
        let own = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let id = catalog::id_for(name.unwrap_or(&own));
        let place = catalog::adopt(&examined, &id, &self.store(), passed)?;
        Ok((id, place))
    }

    /// From now on this model answers where none is named; `None` is the guide.
    ///
    /// # Errors
    /// [`ProblemCode::ModelNotFound`] where it is not on this disk.
    pub fn make_current(&self, id: Option<&str>) -> Result<(), Problem> {
        if let Some(id) = id
            && found_here(&self.store(), id).is_none()
        {
            return Err(CatalogError::NotFound { model: id.to_owned() }.into());
        }
        self.change(|settings| settings.model = id.map(str::to_owned))
    }

    /// Removes a model, or what came of one; returns the bytes that are free again.
    ///
    /// # Errors
    /// [`ProblemCode::ModelNotFound`], [`ProblemCode::ModelInUse`].
    pub fn remove(&self, id: &str) -> Result<u64, Problem> {
        Ok(self.store().remove(id)?)
    }

    /// Removes what came of a model that is not ready. It waits a little for a download that was just stopped.
    ///
    /// # Errors
    /// [`ProblemCode::ModelInUse`] where somebody else is at work on it.
    pub fn remove_partial(&self, id: &str) -> Result<(), Problem> {
        let partial = |stored: &Stored| stored.id == id && matches!(stored.state, State::Partial(_));
        for last in [false, false, false, false, true] {
            if !self.store().models()?.iter().any(partial) {
                return Ok(());
            }
            match self.remove(id) {
                Err(problem) if problem.code == ProblemCode::ModelInUse && !last => thread::sleep(A_MOMENT),
                Err(problem) if problem.code == ProblemCode::ModelNotFound => return Ok(()),
                other => return other.map(drop),
            }
        }
        Ok(())
    }

    /// Sets the address of the hub; `None` is the usual one.
    ///
    /// # Errors
    /// [`ProblemCode::NetworkSettings`] where it is none.
    pub fn change_hub(&self, address: Option<&str>) -> Result<(), Problem> {
        let is_address = |address: &str| address.starts_with("https://") || address.starts_with("http://");
        if address.is_some_and(|address| !is_address(address.trim())) {
            return Err(Problem::new(ProblemCode::NetworkSettings, "the hub should be like https://host"));
        }
        self.change(|settings| settings.hub = address.map(|address| address.trim().to_owned()))
    }

    /// Forgets every connection that was made.
    pub fn forget_connections(&self) {
        self.now().network.ledger().forget();
    }

    /// Moves all models into another folder, and finds them there from now on. Where it is broken off they stay where they
    /// were, and the next try goes on.
    ///
    /// # Errors
    /// What can go wrong with files.
    pub fn move_to(
        &self,
        folder: &Path,
        passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let new = Store::at(&folder);
        let old = self.store();
        if new.folder() == old.folder() {
            return Ok(());
        }
        catalog::move_all(&old, &new, passed)?;
        self.change(|settings| settings.models_folder = Some(folder))?;
        self.now_to_change().store = new.clone();
        // Only now that they are found there may the old ones go.
        Ok(catalog::remove_moved(&old, &new)?)
    }
}

fn download<'a>(
    wanted: &'a Wanted,
    store: &'a Store,
    hub: &'a Hub,
    control: &'a Control,
    report: &'a (dyn Fn(Report) + Sync),
) -> Download<'a> {
    let Wanted { id, variant, .. } = wanted;
    Download { store, hub, id, variant, booted: hardware::booted(), control, report }
}

/// The folder of models of a data folder.
pub(crate) fn store(data: &DataFolder, settings: &Settings) -> Result<Store, Problem> {
    let folder = settings.models_folder.clone().or_else(|| data.file(MODELS));
    let folder =
        folder.ok_or_else(|| Problem::new(ProblemCode::FileUnwritable, "there is no data folder"))?;
    Ok(Store::at(&folder))
}

/// No engine of this version runs it.
fn unsupported(what: &str, format: Format, architecture: &str) -> Problem {
    let format = match format {
        Format::Checkpoint => "a checkpoint",
        Format::Gguf => "a GGUF file",
        Format::Onnx => "an ONNX folder",
    };
    let kind = if architecture.is_empty() { "unknown architecture" } else { architecture };
    let reason = format!("{format} of {kind}, and no engine of this version runs that");
    CatalogError::Unsupported { what: what.to_owned(), reason }.into()
}

pub(crate) fn found_here(store: &Store, name: &str) -> Option<PathBuf> {
    store.place(name).ok().filter(|folder| folder.is_dir())
}

/// The model that the person has made the current one, and its folder; `None` where that is the guide, or where it is
/// no longer there.
pub(crate) fn current(data: &DataFolder) -> Option<(String, PathBuf)> {
    let settings: Settings = data.read(settings::FILE);
    let model = settings.model.clone()?;
    let folder = found_here(&store(data, &settings).ok()?, &model)?;
    Some((model, folder))
}

/// Where a model of this name lies, in the folder of models that the settings name.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let data = models::home().map(|home| DataFolder::at(&home))?;
    let settings: Settings = data.read(settings::FILE);
    found_here(&store(&data, &settings).ok()?, name)
}
