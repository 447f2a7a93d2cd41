//! Whether a model on this disk still holds the bytes that it was downloaded with, and its repair.

use std::fs::{File, OpenOptions};
use std::io;
use std::ops::{ControlFlow, Range};
use std::path::Path;

use network::{Purpose, Request};

use crate::content::{block_range, read_through, write_at};
use crate::download::Patience;
use crate::manifest::below;
use crate::{CatalogError, Control, FileRecord, Hub, Manifest, Result};

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file as it should be.
    pub file: FileRecord,
    /// The bytes that are not as they should be, or not there.
    pub ranges: Vec<Range<u64>>,
}

impl Damage {
    /// Bytes that have to be fetched again.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }
}

/// Reads all of a model and says what is wrong with it. `passed` is called with the bytes of each piece that was read.
///
/// # Errors
/// [`CatalogError::Unreadable`]; [`CatalogError::Stopped`] where `passed` broke it off.
pub fn verify(
    folder: &Path,
    manifest: &Manifest,
    passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Vec<Damage>> {
    let mut damages = Vec::new();
    for file in &manifest.files {
        let path = below(folder, &file.path);
        let ranges = match read_blocks(&path, passed) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => all_of(file),
            read => {
                let (size, sha256, blocks) = read.map_err(CatalogError::unreadable(&path))?;
                if size == file.size && sha256.eq_ignore_ascii_case(&file.sha256) {
                    continue;
                }
                damaged_ranges(file, &blocks)
            }
        };
        damages.push(Damage { file: file.clone(), ranges });
    }
    Ok(damages)
}

fn read_blocks(
    path: &Path,
    passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> io::Result<(u64, String, String)> {
    let size = std::fs::metadata(path)?.len();
    let (sha256, blocks) = read_through(path, size, None, passed)?
        .ok_or_else(|| io::Error::other("the file changed while it was read"))?;
    Ok((size, sha256, blocks))
}

fn all_of(file: &FileRecord) -> Vec<Range<u64>> {
    std::iter::once(0..file.size).collect()
}

/// The blocks that differ, side by side ones joined; all of the file where every block is as it was, and it is not.
fn damaged_ranges(file: &FileRecord, blocks: &str) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for number in 0..file.block_count() {
        let at = usize::try_from(number * 8).unwrap_or(usize::MAX);
        let same = blocks.get(at..at + 8).is_some_and(|found| file.blocks.get(at..at + 8) == Some(found));
        if same {
            continue;
        }
        let range = block_range(number, file.size);
        match ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => ranges.push(range),
        }
    }
    // A longer file is mended by its length alone.
    let length_alone = blocks.len() > file.blocks.len() || blocks.starts_with(&file.blocks);
    if ranges.is_empty() && !length_alone {
        ranges.push(0..file.size);
    }
    ranges
}

/// Fetches what is damaged from where the model came from, and nothing else; then reads the file once more.
///
/// # Errors
/// [`CatalogError::Damaged`] for a model of which nobody knows where it came from; [`CatalogError::WrongBytes`] where the hub no longer has
/// these bytes; what does not pass by itself on the network.
pub async fn repair(
    folder: &Path,
    manifest: &Manifest,
    damages: &[Damage],
    hub: &Hub,
    control: &Control,
    fetched: &mut dyn FnMut(u64),
) -> Result<()> {
    let (Some(repository), Some(revision)) = (&manifest.repository, &manifest.revision) else {
        let file =
            damages.first().map_or_else(|| folder.to_owned(), |damage| below(folder, &damage.file.path));
        return Err(CatalogError::Damaged { file, detail: "it is not known where it came from".to_owned() });
    };
    for damage in damages {
        let path = below(folder, &damage.file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(CatalogError::unwritable(parent))?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(CatalogError::unwritable(&path))?;
        file.set_len(damage.file.size).map_err(CatalogError::unwritable(&path))?;
        let remote = damage.file.remote.as_deref().unwrap_or(&damage.file.path);
        let address = hub.address(repository, revision, remote);
        for range in &damage.ranges {
            let request =
                || Request::get(address.clone(), Purpose::ModelFile, &manifest.id).part(range, None);
            let mut patience = Patience::new();
            loop {
                match fetch_into(&file, &path, &request, range, hub, control, repository, fetched).await {
                    Err(error) if error.passes() => patience.rest(&error, control).await?,
                    result => break result?,
                }
            }
        }
        file.sync_all().map_err(CatalogError::unwritable(&path))?;
        drop(file);
        let (_, sha256, _) = read_blocks(&path, &mut |_| ControlFlow::Continue(()))
            .map_err(CatalogError::unreadable(&path))?;
        if !sha256.eq_ignore_ascii_case(&damage.file.sha256) {
            return Err(CatalogError::WrongBytes { file: damage.file.path.clone() });
        }
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "a range, where it comes from and where it goes")]
async fn fetch_into(
    file: &File,
    path: &Path,
    request: &dyn Fn() -> Request,
    range: &Range<u64>,
    hub: &Hub,
    control: &Control,
    repository: &str,
    fetched: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut answer = tokio::select! {
        answer = hub.ask(request()) => answer?,
        () = control.until_stopped() => return Err(CatalogError::Stopped),
    };
    if let Some(error) = hub.refused(&answer, repository) {
        return Err(error);
    }
    // A server that gives whole files only is read up to what is wanted.
    let mut at = if answer.status() == 206 { range.start } else { 0 };
    while at < range.end {
        let chunk = tokio::select! {
            chunk = answer.chunk() => chunk?,
            () = control.until_stopped() => return Err(CatalogError::Stopped),
        };
        let Some(chunk) = chunk else { return Err(hub.nonsense("the file ended early")) };
        let clamp =
            |place: u64| usize::try_from(place.saturating_sub(at)).unwrap_or(usize::MAX).min(chunk.len());
        let wanted = &chunk[clamp(range.start)..clamp(range.end)];
        control.take(wanted.len()).await;
        write_at(file, at.max(range.start), wanted).map_err(CatalogError::unwritable(path))?;
        fetched(wanted.len() as u64);
        at += chunk.len() as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::verify;
    use crate::content::{BLOCK, read_through};
    use crate::{FileRecord, Format, Manifest};

    #[test]
    fn a_flipped_byte_damages_its_block_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.bin");
        let size = BLOCK * 3 + 100;
        let mut bytes: Vec<u8> = (0..size).map(|n| (n % 253) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let go_on = &mut |_| ControlFlow::Continue(());
        let (sha256, blocks) = read_through(&path, size, None, go_on).unwrap().unwrap();
        let file = FileRecord { path: "weights.bin".to_owned(), remote: None, size, sha256, blocks };
        let manifest = Manifest::new("model", Format::Checkpoint, vec![file]);
        let ranges = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let damages = verify(folder.path(), &manifest, &mut |_| ControlFlow::Continue(())).unwrap();
            damages
                .into_iter()
                .flat_map(|damage| damage.ranges)
                .map(|range| (range.start, range.end))
                .collect::<Vec<_>>()
        };
        assert!(ranges(&bytes).is_empty());
        let at = usize::try_from(BLOCK * 2 + 5).unwrap();
        bytes[at] ^= 1;
        assert_eq!(ranges(&bytes), [(BLOCK * 2, BLOCK * 3)]);
        bytes[at] ^= 1;
        assert_eq!(ranges(&bytes[..at]), [(BLOCK * 2, size)], "cut short");
        bytes.push(7);
        assert_eq!(ranges(&bytes), [(BLOCK * 3, size)], "too long");
        std::fs::remove_file(&path).unwrap();
        let damages = verify(folder.path(), &manifest, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(damages[0].bytes(), size);
    }
}
