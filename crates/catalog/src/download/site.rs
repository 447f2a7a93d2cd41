//! The files of a download as they stand on the disk.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use fs4::FileExt as _;
use tokio::sync::Mutex;

use super::journal::Journal;
use super::plan::{Plan, PlannedFile, workplace};
use crate::manifest::below;
use crate::{CatalogError, Digest, Result};

/// A clock that is set moves the time of the start, and a restart takes longer than this (seconds).
const SAME_START: u64 = 10;

/// All files of a download that are not done.
pub(super) struct Site {
    pub(super) targets: Vec<Target>,
    /// Bytes of the files that are done.
    pub(super) done: u64,
    pub(super) total: u64,
}

/// A file that is being fetched.
pub(super) struct Target {
    /// Its number in the plan.
    pub(super) number: usize,
    pub(super) path: PathBuf,
    pub(super) remote: String,
    pub(super) size: u64,
    pub(super) digest: Option<Digest>,
    pub(super) file: File,
    pub(super) journal: Journal,
    part: u64,
    /// Where it can be had, and its ETag there.
    pub(super) source: Mutex<Source>,
    /// The server gives no parts: one connection fetches all of it.
    pub(super) whole: AtomicBool,
}

/// Where a file can be had.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    /// The address that the hub led to; `None` until it was asked.
    pub(super) address: Option<String>,
    /// The ETag there.
    pub(super) etag: Option<String>,
}

impl Site {
    pub(super) fn open(plan: &Plan, folder: &Path, booted: Option<u64>) -> Result<Self> {
        let went_down = match (plan.booted, booted) {
            (Some(then), Some(now)) => then.abs_diff(now) > SAME_START,
            _ => true,
        };
        let mut targets = Vec::new();
        for (number, file) in plan.files.iter().enumerate() {
            if !is_done(file, folder) {
                targets.push(Target::open(plan, number, folder, went_down)?);
            }
        }
        let open: u64 = targets.iter().map(|target| target.size).sum();
        let total = plan.bytes();
        Ok(Self { targets, done: total - open.min(total), total })
    }

    /// Bytes that are there.
    pub(super) fn received(&self) -> u64 {
        self.done + self.targets.iter().map(Target::received).sum::<u64>()
    }

    /// The parts in the order in which they are fetched: target and number of the part.
    pub(super) fn parts(&self) -> Vec<(usize, usize)> {
        let of = |(at, target): (usize, &Target)| (0..target.part_count()).map(move |part| (at, part));
        self.targets.iter().enumerate().flat_map(of).collect()
    }
}

impl Target {
    fn open(plan: &Plan, number: usize, folder: &Path, went_down: bool) -> Result<Self> {
        let planned = &plan.files[number];
        let path = below(folder, &planned.path);
        let (file, is_new) = reserve(&path, planned.size)?;
        let journal_file = journal_of(folder, number);
        if is_new {
            // Of a file that has just been made nothing can have been written.
            let _ = fs::remove_file(&journal_file);
        }
        let parts = usize::try_from(planned.size.div_ceil(plan.part)).unwrap_or(usize::MAX);
        let journal = Journal::open(&journal_file, parts, went_down)
            .map_err(CatalogError::unwritable(&journal_file))?;
        Ok(Self {
            number,
            path,
            remote: planned.remote.clone(),
            size: planned.size,
            digest: planned.digest.clone(),
            file,
            journal,
            part: plan.part,
            source: Mutex::new(Source { address: None, etag: planned.etag.clone() }),
            whole: AtomicBool::new(false),
        })
    }

    pub(super) fn part_count(&self) -> usize {
        usize::try_from(self.size.div_ceil(self.part)).unwrap_or(usize::MAX)
    }

    /// The bytes of the file that are a part of it.
    pub(super) fn range(&self, part: usize) -> Range<u64> {
        let start = part as u64 * self.part;
        start..(start + self.part).min(self.size)
    }

    /// The part in which a byte lies.
    pub(super) fn part_at(&self, at: u64) -> usize {
        usize::try_from(at / self.part).unwrap_or(usize::MAX)
    }

    /// The bytes of a part that are not there yet.
    pub(super) fn missing(&self, part: usize) -> Range<u64> {
        let range = self.range(part);
        (range.start + self.journal.written(part)).min(range.end)..range.end
    }

    pub(super) fn received(&self) -> u64 {
        (0..self.part_count()).map(|part| self.journal.written(part)).sum()
    }

    /// How far the file is there without a gap, from a place on up to which it is.
    pub(super) fn reached(&self, from: u64) -> u64 {
        let mut at = from;
        while at < self.size {
            let missing = self.missing(self.part_at(at));
            at = missing.start.max(at);
            if !missing.is_empty() {
                break;
            }
            at = missing.end;
        }
        at
    }

    /// Makes sure that what was written so far is on the disk, and notes it.
    pub(super) fn sync(&self) -> io::Result<()> {
        let written: Vec<u64> = (0..self.part_count()).map(|part| self.journal.written(part)).collect();
        if (0..written.len()).all(|part| self.journal.synced(part) == written[part]) {
            return Ok(());
        }
        self.file.sync_data()?;
        written.into_iter().enumerate().try_for_each(|(part, bytes)| self.journal.sync(part, bytes))
    }
}

/// The file with room for all of it, and whether it is new.
fn reserve(path: &Path, size: u64) -> Result<(File, bool)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(CatalogError::unwritable(folder))?;
    }
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = file.map_err(CatalogError::unwritable(path))?;
    let length = file.metadata().map_err(CatalogError::unreadable(path))?.len();
    if length == size && size > 0 {
        return Ok((file, false));
    }
    file.set_len(0).map_err(CatalogError::unwritable(path))?;
    match file.allocate(size) {
        Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            let _ = fs::remove_file(path);
            let folder = path.parent().unwrap_or(path).to_owned();
            let available = super::available(&folder)?;
            return Err(CatalogError::DiskFull { folder, needed: size, available });
        }
        // A disk that cannot set room aside, as many USB sticks.
        _ => file.set_len(size).map_err(CatalogError::unwritable(path))?,
    }
    Ok((file, true))
}

/// Whether it was seen to be right, and is still as it was then.
fn is_done(file: &PlannedFile, folder: &Path) -> bool {
    let there = fs::metadata(below(folder, &file.path)).is_ok_and(|metadata| metadata.len() == file.size);
    file.done.is_some() && there
}

fn journal_of(folder: &Path, number: usize) -> PathBuf {
    workplace(folder).join(format!("progress-{number}"))
}

/// Forgets what came of a file.
pub(super) fn forget_file(plan: &Plan, number: usize, folder: &Path) -> Result<()> {
    for path in [below(folder, &plan.files[number].path), journal_of(folder, number)] {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(CatalogError::unwritable(&path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Forgets how far every file is.
pub(super) fn forget_journals(folder: &Path) {
    for entry in fs::read_dir(workplace(folder)).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("progress-") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Bytes for which room has to be found yet.
pub(super) fn missing(plan: &Plan, folder: &Path) -> u64 {
    let reserved = |file: &PlannedFile| {
        fs::metadata(below(folder, &file.path)).is_ok_and(|metadata| metadata.len() == file.size)
    };
    plan.files.iter().filter(|file| !reserved(file)).map(|file| file.size).sum()
}
