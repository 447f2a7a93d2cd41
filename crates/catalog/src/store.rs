//! The folder of models on this disk.
//!
//! A model is a folder with its files and the note [`Manifest`]. What is still on its way lies beside it, in a folder
//! whose name ends in `.part`, and takes its place only when every file is there and is right: what lies in the place
//! of a model is ready.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::download::Plan;
use crate::manifest::Manifest;
use crate::names::is_plain_name;
use crate::notes::sync_folder;
use crate::{CatalogError, Result};

/// Ends the name of a folder that is on its way.
const PART: &str = ".part";
/// Ends the name of a folder that is about to go.
const OLD: &str = ".old";

/// The folder of models.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

/// A model in the store.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What it is called.
    pub id: String,
    /// Where it is.
    pub folder: PathBuf,
    /// Bytes on the disk.
    pub bytes: u64,
    /// How far it is.
    pub state: State,
}

/// How far a model in the store is.
#[derive(Debug, Clone)]
pub enum State {
    /// All of it is there and was seen to be right.
    Ready(Manifest),
    /// A folder that somebody put there: nothing is known of it.
    Unknown,
    /// It is on its way: a download, or a copy.
    Partial(Option<Box<Plan>>),
    /// What Domicile noted of it cannot be read.
    Damaged(String),
}

impl Store {
    /// The store in this folder, which need not exist.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Bytes that are free on its disk; `None` where the system does not say.
    #[must_use]
    pub fn free(&self) -> Option<u64> {
        let there = self.folder.ancestors().find(|folder| folder.is_dir())?;
        fs4::available_space(there).ok()
    }

    /// Where a model of this name is, or would be.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`] for what cannot be a name.
    pub fn place(&self, id: &str) -> Result<PathBuf> {
        if is_plain_name(id) && ![PART, OLD].iter().any(|end| id.ends_with(end)) {
            Ok(self.folder.join(id))
        } else {
            Err(CatalogError::NotFound { model: id.to_owned() })
        }
    }

    /// Where it is while it is on its way.
    pub(crate) fn part(&self, id: &str) -> Result<PathBuf> {
        self.place(id)?;
        Ok(self.folder.join(format!("{id}{PART}")))
    }

    /// Every model, those on their way included, by name.
    ///
    /// # Errors
    /// [`CatalogError::Unreadable`].
    pub fn models(&self) -> Result<Vec<Stored>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(CatalogError::unreadable(&self.folder))?,
        };
        let mut models = Vec::new();
        for entry in entries.flatten() {
            let (folder, name) = (entry.path(), entry.file_name());
            let Some(name) = name.to_str().filter(|name| is_plain_name(name)) else { continue };
            if folder.is_dir() && !name.ends_with(OLD) {
                models.push(stored(name, folder));
            }
        }
        models.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(models)
    }

    /// A model that is ready.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`], [`CatalogError::Damaged`].
    pub fn ready(&self, id: &str) -> Result<(PathBuf, Manifest)> {
        let folder = self.place(id)?;
        let manifest = Manifest::read(&folder)?;
        manifest
            .map(|manifest| (folder, manifest))
            .ok_or_else(|| CatalogError::NotFound { model: id.to_owned() })
    }

    /// Removes a model, or what came of one that is on its way; returns the bytes that are free again.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`], [`CatalogError::InUse`], [`CatalogError::Unwritable`].
    pub fn remove(&self, id: &str) -> Result<u64> {
        let (place, part) = (self.place(id)?, self.part(id)?);
        let mut freed = 0;
        let mut found = false;
        if part.is_dir() {
            let lock = lock(&part, id)?;
            freed += size_of_folder(&part);
            drop(lock);
            fs::remove_dir_all(&part).map_err(CatalogError::unwritable(&part))?;
            found = true;
        }
        if place.is_dir() {
            freed += size_of_folder(&place);
            // First out of its place, so that what is half removed is never taken for a model.
            let old = self.folder.join(format!("{id}{OLD}"));
            let _ = fs::remove_dir_all(&old);
            rename(&place, &old)?;
            fs::remove_dir_all(&old).map_err(CatalogError::unwritable(&old))?;
            found = true;
        }
        if found { Ok(freed) } else { Err(CatalogError::NotFound { model: id.to_owned() }) }
    }

    /// Puts a folder that is complete into the place of its model.
    pub(crate) fn put_in_place(&self, part: &Path, id: &str) -> Result<PathBuf> {
        let place = self.place(id)?;
        let old = self.folder.join(format!("{id}{OLD}"));
        if place.exists() {
            let _ = fs::remove_dir_all(&old);
            rename(&place, &old)?;
        }
        sync_folder(part);
        rename(part, &place)?;
        sync_folder(&self.folder);
        let _ = fs::remove_dir_all(&old);
        Ok(place)
    }
}

/// A new name for a folder. On Windows a program that looks at every new file, as those against viruses do, may hold
/// one for a moment.
fn rename(from: &Path, to: &Path) -> Result<()> {
    let mut tries = if cfg!(windows) { 20 } else { 1 };
    loop {
        tries -= 1;
        match fs::rename(from, to) {
            Err(error) if tries > 0 && error.kind() == io::ErrorKind::PermissionDenied => {
                thread::sleep(Duration::from_millis(100));
            }
            result => return result.map_err(CatalogError::unwritable(to)),
        }
    }
}

fn stored(name: &str, folder: PathBuf) -> Stored {
    let bytes = size_of_folder(&folder);
    if let Some(id) = name.strip_suffix(PART) {
        let plan = Plan::read(&folder).ok().flatten().map(Box::new);
        return Stored { id: id.to_owned(), folder, bytes, state: State::Partial(plan) };
    }
    let state = match Manifest::read(&folder) {
        Ok(Some(manifest)) => State::Ready(manifest),
        Ok(None) => State::Unknown,
        Err(error) => State::Damaged(error.to_string()),
    };
    Stored { id: name.to_owned(), folder, bytes, state }
}

/// The right to work on a folder, until it is dropped.
pub(crate) fn lock(folder: &Path, model: &str) -> Result<File> {
    let workplace = crate::download::workplace(folder);
    fs::create_dir_all(&workplace).map_err(CatalogError::unwritable(&workplace))?;
    let path = workplace.join("lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = file.map_err(CatalogError::unwritable(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(CatalogError::InUse { model: model.to_owned() }),
        // A disk without locks, as some network shares are: better to go on than not to download at all.
        Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Bytes that a folder takes on the disk, holes in its files left out where the system tells.
pub(crate) fn size_of_folder(folder: &Path) -> u64 {
    let entries =
        fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let sizes = entries.into_iter().map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size_of_folder(&entry.path()),
        Ok(metadata) => on_disk(&metadata),
        Err(_) => 0,
    });
    sizes.sum()
}

#[cfg(unix)]
fn on_disk(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.blocks() * 512
}

#[cfg(not(unix))]
fn on_disk(metadata: &fs::Metadata) -> u64 {
    metadata.len()
}
