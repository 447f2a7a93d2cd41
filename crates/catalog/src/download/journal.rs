//! How far each part of a download is.
//!
//! Two numbers for each part: the bytes that were written to the file, and those of them that were known to be on the
//! disk. A program that is killed loses nothing of the first; a computer that goes down may.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::content::write_at;

/// Bytes of a number in the file.
const NUMBER: usize = size_of::<u64>();

pub(super) struct Journal {
    file: File,
    written: Vec<AtomicU64>,
    synced: Vec<AtomicU64>,
}

impl Journal {
    /// The journal of a download of so many parts. Where the computer `went_down` since it was written, only what was
    /// on the disk counts.
    pub(super) fn open(path: &Path, parts: usize, went_down: bool) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut numbers = bytes.chunks_exact(NUMBER).map(|chunk| {
            let mut number = [0; NUMBER];
            number.copy_from_slice(chunk);
            u64::from_le_bytes(number)
        });
        let mut next = |count: usize| -> Vec<u64> { numbers.by_ref().take(count).collect() };
        let (mut written, mut synced) = (next(parts), next(parts));
        if written.len() != parts || synced.len() != parts {
            (written, synced) = (vec![0; parts], vec![0; parts]);
        }
        if went_down {
            written.clone_from(&synced);
        }
        let cells = |numbers: Vec<u64>| numbers.into_iter().map(AtomicU64::new).collect();
        let journal = Self { file, written: cells(written), synced: cells(synced) };
        journal.write_all()?;
        Ok(journal)
    }

    fn write_all(&self) -> io::Result<()> {
        let numbers = self.written.iter().chain(&self.synced);
        let bytes: Vec<u8> =
            numbers.flat_map(|number| number.load(Ordering::Relaxed).to_le_bytes()).collect();
        self.file.set_len(bytes.len() as u64)?;
        write_at(&self.file, 0, &bytes)
    }

    /// Bytes of a part that are in the file.
    pub(super) fn written(&self, part: usize) -> u64 {
        self.written.get(part).map_or(0, |number| number.load(Ordering::Acquire))
    }

    /// Notes that so many bytes of a part are in the file now.
    pub(super) fn write(&self, part: usize, bytes: u64) -> io::Result<()> {
        self.written[part].store(bytes, Ordering::Release);
        write_at(&self.file, (part * NUMBER) as u64, &bytes.to_le_bytes())
    }

    /// Notes that so many bytes of a part are on the disk now.
    pub(super) fn sync(&self, part: usize, bytes: u64) -> io::Result<()> {
        if self.synced[part].swap(bytes, Ordering::Relaxed) == bytes {
            return Ok(());
        }
        write_at(&self.file, ((self.written.len() + part) * NUMBER) as u64, &bytes.to_le_bytes())
    }

    /// Bytes of a part that were known to be on the disk.
    pub(super) fn synced(&self, part: usize) -> u64 {
        self.synced.get(part).map_or(0, |number| number.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::Journal;

    #[test]
    fn a_killed_program_loses_nothing_and_a_power_cut_what_was_not_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        let journal = Journal::open(&path, 3, false).unwrap();
        journal.write(1, 500).unwrap();
        journal.sync(1, 400).unwrap();
        drop(journal);
        let after_kill = Journal::open(&path, 3, false).unwrap();
        assert_eq!((after_kill.written(1), after_kill.synced(1), after_kill.written(0)), (500, 400, 0));
        let after_cut = Journal::open(&path, 3, true).unwrap();
        assert_eq!(after_cut.written(1), 400);
        let of_another_plan = Journal::open(&path, 4, false).unwrap();
        assert_eq!(of_another_plan.written(1), 0);
    }
}
