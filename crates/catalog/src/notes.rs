//! The notes that Domicile makes of models, JSON beside their files.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{CatalogError, Result};

/// No note is longer (bytes).
const LONGEST: u64 = 256 << 20;

/// Reads a note; `None` where there is none.
pub(crate) fn read_note<T: DeserializeOwned>(file: &Path) -> Result<Option<T>> {
    let length = match fs::metadata(file) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CatalogError::unreadable(file)(error)),
    };
    let damaged = |detail: String| CatalogError::Damaged { file: file.to_owned(), detail };
    if length > LONGEST {
        return Err(damaged(format!("{length} bytes")));
    }
    let text = fs::read(file).map_err(CatalogError::unreadable(file))?;
    serde_json::from_slice(&text).map(Some).map_err(|error| damaged(error.to_string()))
}

/// Writes a note beside itself and then puts it in its place, so that there is never half of one.
pub(crate) fn write_note(file: &Path, note: &impl Serialize) -> Result<()> {
    let part = file.with_extension("part");
    let text = serde_json::to_vec(note).map_err(io::Error::other);
    let write = |text: Vec<u8>| {
        let mut out = File::create(&part)?;
        out.write_all(&text)?;
        out.sync_all()?;
        drop(out);
        fs::rename(&part, file)
    };
    let written = text.and_then(write);
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written.map_err(CatalogError::unwritable(file))
}

/// Makes sure that names in a folder outlast a power cut. Where a folder cannot be opened, as on Windows, the system
/// sees to it by itself.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
