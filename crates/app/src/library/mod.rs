//! The models: which there are, which are on this disk, and everything that can be done with one.

mod wanted;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use catalog::network::{Connection, Ledger, Network};
use catalog::{
    CatalogError, Control, Damage, Download, Entry, Format, Hub, Manifest, Report, Sharing, State, Store,
    Stored,
};
use serde::Serialize;
use tokio::runtime::Runtime;

pub use wanted::Wanted;

use crate::data::DataFolder;
use crate::settings::{self, Settings};
use crate::token::token;
use crate::{Problem, ProblemCode, models};

/// A kind of model that an engine of this version runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runs {
    /// Name of the engine.
    pub engine: &'static str,
    /// What its files are.
    pub format: Format,
    /// `model_type` of its config.json.
    pub architecture: &'static str,
}

/// Name of the list of connections in the data folder.
const LEDGER: &str = "connections.jsonl";
/// Of the data folder, where models lie unless the person has chosen another place.
const MODELS: &str = "models";

/// The models of this computer, and the way to more.
pub struct Library {
    data: DataFolder,
    settings: Settings,
    store: Store,
    network: Network,
    runs: &'static [Runs],
    runtime: Runtime,
}

/// A model, as a list shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What it is called.
    pub id: String,
    /// Its name as its maker writes it; its id where nothing more is known.
    pub title: String,
    /// Where it stands.
    pub state: RowState,
    /// Bytes on this disk, or else of the download; `None` where that is not known.
    pub bytes: Option<u64>,
    /// Bytes of the whole, while it is on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Whether an engine of this version runs it; `None` where nobody knows.
    pub runnable: Option<bool>,
    /// Name of its licence, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

/// Where a model stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// It is on this disk, and is right.
    Ready,
    /// A part of it is.
    Partial,
    /// It can be downloaded.
    Available,
    /// A folder that somebody put among the models.
    Unknown,
    /// What was noted of it is damaged.
    Damaged,
}

impl Library {
    /// The library of a data folder, with what the engines of this program run.
    ///
    /// # Errors
    /// [`ProblemCode::NetworkSettings`], [`ProblemCode::EngineFailed`] where the system gives no thread.
    pub fn open(data: DataFolder, runs: &'static [Runs]) -> Result<Self, Problem> {
        let settings: Settings = data.read(settings::FILE);
        let ledger = data.file(LEDGER).map_or_else(Ledger::default, |file| Ledger::at(&file));
        let network = Network::new(&settings.network, ledger).map_err(CatalogError::from)?;
        let store = store(&data, &settings)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| Problem::new(ProblemCode::EngineFailed, error.to_string()))?;
        Ok(Self { data, settings, store, network, runs, runtime })
    }

    /// What the person has set.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The folder of models.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Every connection that was made, the newest first.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        self.network.ledger().read()
    }

    /// Switches the network off or on, now and at every later start.
    ///
    /// # Errors
    /// [`ProblemCode::FileUnwritable`]: now, but not for later.
    pub fn switch_network_off(&mut self, off: bool) -> Result<(), Problem> {
        self.network.switch_off(off);
        self.change(|settings| settings.network.offline = off)
    }

    /// Changes what the person has set, as it stands in the file now: another window may have changed it too.
    fn change(&mut self, change: impl FnOnce(&mut Settings)) -> Result<(), Problem> {
        let mut settings: Settings = self.data.read_to_change(settings::FILE)?;
        change(&mut settings);
        self.data.keep(settings::FILE, &settings)?;
        self.settings = settings;
        Ok(())
    }

    pub(crate) fn hub(&self) -> Hub {
        match &self.settings.hub {
            Some(address) => Hub::at(self.network.clone(), address, token()),
            None => Hub::new(self.network.clone(), token()),
        }
    }

    /// What is known and what is on this disk, the known ones first.
    ///
    /// # Errors
    /// [`ProblemCode::FileUnreadable`] where the folder of models cannot be read.
    pub fn rows(&self) -> Result<Vec<Row>, Problem> {
        let stored = self.store.models()?;
        let mut rows: Vec<Row> = catalog::models().iter().map(|entry| self.row(entry, &stored)).collect();
        for model in &stored {
            if !rows.iter().any(|row| row.id == model.id) {
                rows.push(Row { title: model.id.clone(), runnable: None, licence: None, ..here(model) });
            }
        }
        Ok(rows)
    }

    fn row(&self, entry: &Entry, stored: &[Stored]) -> Row {
        let runnable = entry
            .variants
            .iter()
            .any(|variant| self.runs(&variant.engine, variant.format, &entry.architecture));
        let known = Row {
            id: entry.id.clone(),
            title: entry.title.clone(),
            state: RowState::Available,
            bytes: entry.variants.first().and_then(|variant| variant.bytes),
            total: None,
            runnable: Some(runnable),
            licence: Some(entry.licence.name.clone()),
        };
        match stored.iter().find(|model| model.id == entry.id) {
            Some(model) => {
                Row { title: known.title, runnable: known.runnable, licence: known.licence, ..here(model) }
            }
            None => known,
        }
    }

    /// Whether an engine of this version runs such a model.
    #[must_use]
    pub fn runs(&self, engine: &str, format: Format, architecture: &str) -> bool {
        // llama.cpp writes "gpt-oss" where others write "gpt_oss".
        let architecture = architecture.replace('-', "_");
        self.runs
            .iter()
            .any(|runs| runs.engine == engine && runs.format == format && runs.architecture == architecture)
    }

    /// Which model a person means: a known one (`gpt-oss-20b`, or `gpt-oss-20b:onnx-cpu` for one of its variants), or a
    /// repository of the hub by its name or address. It is refused where no engine of this version runs it.
    ///
    /// # Errors
    /// [`ProblemCode::ModelNotFound`], [`ProblemCode::ModelUnsupported`], [`ProblemCode::RepositoryNotFound`]. Where the
    /// hub does not answer it is asked again until `control` stops it; `report` is told.
    pub fn wanted(
        &self,
        name: &str,
        control: &Control,
        report: &(dyn Fn(Report) + Sync),
    ) -> Result<Wanted, Problem> {
        self.runtime.block_on(wanted::wanted(self, name, control, report))
    }

    /// What a download would take.
    ///
    /// # Errors
    /// What goes wrong on the way to the hub.
    pub fn estimate(&self, wanted: &Wanted) -> Result<catalog::Estimate, Problem> {
        let control = Control::default();
        let hub = self.hub();
        let download = self.download(wanted, &hub, &control, &|_| {});
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
        let hub = self.hub();
        let manifest = self.runtime.block_on(self.download(wanted, &hub, control, report).run())?;
        Ok(self.store.place(&manifest.id)?)
    }

    fn download<'a>(
        &'a self,
        wanted: &'a Wanted,
        hub: &'a Hub,
        control: &'a Control,
        report: &'a (dyn Fn(Report) + Sync),
    ) -> Download<'a> {
        let Wanted { id, variant, .. } = wanted;
        Download { store: &self.store, hub, id, variant, booted: hardware::booted(), control, report }
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
        let (folder, manifest) = self.store.ready(id)?;
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
        let (folder, manifest) = self.store.ready(id)?;
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
        Ok(catalog::copy(&self.store, id, &Store::at(folder), Sharing::Refused, passed)?)
    }

    /// Takes over a model from a folder or a GGUF file: one that was exported, or one of another program. Returns its
    /// name and its folder.
    ///
    /// # Errors
    /// [`ProblemCode::NotAModel`] and [`ProblemCode::ModelUnsupported`] with the reason; what can go wrong with files.
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
                let place = catalog::copy(&Store::at(folder), &id, &self.store, Sharing::Refused, passed)?;
                return Ok((id, place));
            }
        }
        let examined = catalog::examine(path)?;
        let engine = if examined.format == Format::Onnx { "onnx" } else { "candle" };
        if !self.runs(engine, examined.format, &examined.architecture) {
            return Err(unsupported(&path.display().to_string(), examined.format, &examined.architecture));
        }
        let own = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let id = catalog::id_for(name.unwrap_or(&own));
        let place = catalog::adopt(&examined, &id, &self.store, passed)?;
        Ok((id, place))
    }

    /// From now on this model answers where none is named; `None` is the guide.
    ///
    /// # Errors
    /// [`ProblemCode::ModelNotFound`] where it is not on this disk.
    pub fn make_current(&mut self, id: Option<&str>) -> Result<(), Problem> {
        if let Some(id) = id
            && found_here(&self.store, id).is_none()
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
        Ok(self.store.remove(id)?)
    }

    /// Moves all models into another folder, and finds them there from now on. Where it is broken off they stay where they
    /// were, and the next try goes on.
    ///
    /// # Errors
    /// What can go wrong with files.
    pub fn move_to(
        &mut self,
        folder: &Path,
        passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let new = Store::at(&folder);
        if new.folder() == self.store.folder() {
            return Ok(());
        }
        catalog::move_all(&self.store, &new, passed)?;
        self.change(|settings| settings.models_folder = Some(folder))?;
        // Only now that they are found there may the old ones go.
        let old = std::mem::replace(&mut self.store, new);
        Ok(catalog::remove_moved(&old, &self.store)?)
    }
}

/// The folder of models of a data folder.
pub(crate) fn store(data: &DataFolder, settings: &Settings) -> Result<Store, Problem> {
    let folder = settings.models_folder.clone().or_else(|| data.file(MODELS));
    let folder =
        folder.ok_or_else(|| Problem::new(ProblemCode::FileUnwritable, "there is no data folder"))?;
    Ok(Store::at(&folder))
}

fn here(model: &Stored) -> Row {
    let (state, total) = match &model.state {
        State::Ready(_) => (RowState::Ready, None),
        State::Partial(plan) => (RowState::Partial, plan.as_ref().map(|plan| plan.bytes())),
        State::Unknown => (RowState::Unknown, None),
        State::Damaged(_) => (RowState::Damaged, None),
    };
    let licence = match &model.state {
        State::Ready(manifest) => manifest.licence.clone(),
        _ => None,
    };
    Row {
        id: model.id.clone(),
        title: model.id.clone(),
        state,
        bytes: Some(model.bytes),
        total,
        runnable: None,
        licence,
    }
}

/// No engine of this version runs it.
pub(crate) fn unsupported(what: &str, format: Format, architecture: &str) -> Problem {
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
