//! A model goes from one folder of models to another: to a USB stick and back, to another disk, from another program.
//!
//! What was copied before is recognised by its checksums, block by block, and stays; the copy is in its place only
//! when all of it was read back and is right.

use std::fs::{self, File, OpenOptions};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::content::{Digester, block_on_disk, block_range, read_at, write_at};
use crate::download::{available, workplace};
use crate::examine::OWN;
use crate::manifest::below;
use crate::store::lock;
use crate::{CatalogError, Digest, FileRecord, Manifest, Result, State, Store};

/// Whether a copy may share its bytes with what it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Where the file system allows: then it takes no room. Both are the same file, so neither must be changed.
    Allowed,
    /// A copy of its own.
    Refused,
}

/// Where the files of a model are that is to be copied: the record of each, and its path.
pub(crate) type Sources = Vec<(FileRecord, PathBuf)>;

/// Copies a model that is ready in one store into another one. `passed` is called with the bytes of each piece that is
/// there, and may break off: the next try goes on.
///
/// # Errors
/// [`CatalogError::NotFound`], [`CatalogError::DiskFull`] before anything is written, [`CatalogError::WrongBytes`] for
/// a file that is damaged where it comes from, [`CatalogError::Stopped`].
pub fn copy(
    from: &Store,
    id: &str,
    to: &Store,
    sharing: Sharing,
    passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<PathBuf> {
    let (folder, manifest) = from.ready(id)?;
    let source = |file: &FileRecord| (file.clone(), below(&folder, &file.path));
    let sources = manifest.files.iter().map(source).collect();
    put(&manifest, sources, to, sharing, passed)
}

/// Puts a model of these files into a store.
pub(crate) fn put(
    manifest: &Manifest,
    sources: Sources,
    to: &Store,
    sharing: Sharing,
    passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<PathBuf> {
    let place = to.place(&manifest.id)?;
    if place.exists() {
        // What is there already is there; anything else of that name is somebody's.
        return match Manifest::read(&place) {
            Ok(Some(there)) if there == *manifest => Ok(place),
            _ => Err(CatalogError::Exists { model: manifest.id.clone() }),
        };
    }
    let part = to.part(&manifest.id)?;
    if sharing == Sharing::Refused || !shares(&sources, to.folder()) {
        room(&sources, &part)?;
    }
    fs::create_dir_all(&part).map_err(CatalogError::unwritable(&part))?;
    let lock = lock(&part, &manifest.id)?;
    for (file, source) in &sources {
        let target = below(&part, &file.path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(CatalogError::unwritable(folder))?;
        }
        // What is shared is the very file whose record was just made.
        if sharing == Sharing::Refused || !share(source, &target) {
            copy_file(file, source, &target, passed)?;
        }
    }
    manifest.write(&part)?;
    drop(lock);
    let workplace = workplace(&part);
    fs::remove_dir_all(&workplace).map_err(CatalogError::unwritable(&workplace))?;
    to.put_in_place(&part, &manifest.id)
}

fn room(sources: &Sources, part: &Path) -> Result<()> {
    let there = |file: &FileRecord| fs::metadata(below(part, &file.path)).map_or(0, |found| found.len());
    let needed: u64 = sources.iter().map(|(file, _)| file.size.saturating_sub(there(file))).sum();
    let available = available(part)?;
    if needed > available {
        return Err(CatalogError::DiskFull { folder: part.to_owned(), needed, available });
    }
    Ok(())
}

/// Whether files there can be the same as these: tried with an empty one beside the first.
fn shares(sources: &Sources, folder: &Path) -> bool {
    let Some((_, source)) = sources.first() else { return true };
    let _ = fs::create_dir_all(folder);
    let trial = folder.join(format!(".trial-{}", std::process::id()));
    let shared = share(source, &trial);
    let _ = fs::remove_file(&trial);
    shared
}

/// Makes a second name for the file itself, not for a link to it.
fn share(source: &Path, target: &Path) -> bool {
    let Ok(source) = fs::canonicalize(source) else { return false };
    let _ = fs::remove_file(target);
    fs::hard_link(&source, target).is_ok()
}

/// Copies the blocks that are not there yet, reads them back, and compares all of it with what it should be.
fn copy_file(
    file: &FileRecord,
    source: &Path,
    target: &Path,
    passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<()> {
    let from = File::open(source).map_err(CatalogError::unreadable(source))?;
    let to = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(target);
    let to = to.map_err(CatalogError::unwritable(target))?;
    let there = to.metadata().map_err(CatalogError::unreadable(target))?.len();
    let expected = Digest::Sha256(file.sha256.clone());
    let mut digester = Digester::new(file.size, Some(&expected));
    let mut buffer = Vec::new();
    for number in 0..file.block_count() {
        let range = block_range(number, file.size);
        let known = file.block(number);
        let is_there = range.end <= there
            && block_on_disk(&to, range.clone(), &mut buffer).is_ok_and(|sum| Some(sum) == known);
        if !is_there {
            buffer.resize(usize::try_from(range.end - range.start).unwrap_or(0), 0);
            read_at(&from, range.start, &mut buffer).map_err(CatalogError::unreadable(source))?;
            if known.is_some_and(|known| known != crc32fast::hash(&buffer)) {
                return Err(CatalogError::WrongBytes { file: file.path.clone() });
            }
            write_at(&to, range.start, &buffer).map_err(CatalogError::unwritable(target))?;
        }
        digester.update(&buffer);
        if passed(range.end - range.start).is_break() {
            return Err(CatalogError::Stopped);
        }
    }
    to.set_len(file.size).and_then(|()| to.sync_all()).map_err(CatalogError::unwritable(target))?;
    if digester.finish(Some(&expected)).is_none() {
        return Err(CatalogError::WrongBytes { file: file.path.clone() });
    }
    for number in 0..file.block_count() {
        let range = block_range(number, file.size);
        let sum = block_on_disk(&to, range, &mut buffer).map_err(CatalogError::unreadable(target))?;
        if Some(sum) != file.block(number) {
            return Err(CatalogError::WrongBytes { file: file.path.clone() });
        }
    }
    Ok(())
}

/// Brings every model into another folder of models, those on their way included: by a new name where that is on the
/// same disk, or else as a copy, which stays where this is broken off. Then the old ones can be [removed](remove_moved).
///
/// # Errors
/// As [`copy`].
pub fn move_all(from: &Store, to: &Store, passed: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<()> {
    fs::create_dir_all(to.folder()).map_err(CatalogError::unwritable(to.folder()))?;
    for model in from.models()? {
        let Some(target) = counterpart(&model.folder, to) else { continue };
        if !target.exists() && fs::rename(&model.folder, &target).is_ok() {
            if passed(model.bytes).is_break() {
                return Err(CatalogError::Stopped);
            }
            continue;
        }
        match &model.state {
            State::Ready(manifest) => {
                let there = to.ready(&model.id).is_ok_and(|(_, there)| there == *manifest);
                if !there {
                    copy(from, &model.id, to, Sharing::Refused, passed)?;
                }
            }
            _ => copy_folder(&model.folder, &target, passed)?,
        }
    }
    Ok(())
}

/// Removes what [`move_all`] has brought to the new folder from the old one.
///
/// # Errors
/// [`CatalogError::Unwritable`].
pub fn remove_moved(from: &Store, to: &Store) -> Result<()> {
    for model in from.models()? {
        if counterpart(&model.folder, to).is_some_and(|target| target.is_dir()) {
            fs::remove_dir_all(&model.folder).map_err(CatalogError::unwritable(&model.folder))?;
        }
    }
    Ok(())
}

fn counterpart(folder: &Path, to: &Store) -> Option<PathBuf> {
    folder.file_name().map(|name| to.folder().join(name))
}

/// Copies a folder of which nothing is known, file by file.
fn copy_folder(from: &Path, to: &Path, passed: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<()> {
    fs::create_dir_all(to).map_err(CatalogError::unwritable(to))?;
    for entry in fs::read_dir(from).map_err(CatalogError::unreadable(from))?.flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name().to_string_lossy().starts_with(OWN) {
            continue;
        }
        if path.is_dir() {
            copy_folder(&path, &target, passed)?;
            continue;
        }
        let bytes = fs::copy(&path, &target).map_err(CatalogError::unwritable(&target))?;
        File::open(&target).and_then(|file| file.sync_all()).map_err(CatalogError::unwritable(&target))?;
        if passed(bytes).is_break() {
            return Err(CatalogError::Stopped);
        }
    }
    Ok(())
}
