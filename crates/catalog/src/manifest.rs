//! What Domicile notes of a model that is ready, in its folder: every file and what is in it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::names::{is_plain_name, is_plain_path};
use crate::notes::{read_note, write_note};
use crate::{CatalogError, FileRecord, Format, Result};

/// Name of the note in the model's folder.
pub(crate) const NOTE: &str = "domicile.json";
/// What this version writes, and the newest that it reads.
const VERSION: u32 = 1;

/// A model that is ready: its folder holds these files, and they were seen to hold these bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    version: u32,
    /// What it is called on this disk.
    pub id: String,
    /// Which of its variants it is; empty where nobody knows.
    #[serde(default)]
    pub variant: String,
    /// What its files are.
    pub format: Format,
    /// Its licence, as the hub abbreviates it.
    #[serde(default)]
    pub licence: Option<String>,
    /// The repository that it comes from.
    #[serde(default)]
    pub repository: Option<String>,
    /// The commit of that repository.
    #[serde(default)]
    pub revision: Option<String>,
    /// Its files.
    pub files: Vec<FileRecord>,
}

impl Manifest {
    /// Of these files, without a source.
    #[must_use]
    pub fn new(id: &str, format: Format, files: Vec<FileRecord>) -> Self {
        let (variant, id) = (String::new(), id.to_owned());
        Self { version: VERSION, id, variant, format, licence: None, repository: None, revision: None, files }
    }

    /// The one in a folder; `None` where there is none.
    ///
    /// # Errors
    /// [`CatalogError::Damaged`], also where it names files outside of the folder; [`CatalogError::Unreadable`].
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let file = folder.join(NOTE);
        let Some(manifest) = read_note::<Self>(&file)? else { return Ok(None) };
        let damaged = |detail: String| CatalogError::Damaged { file: file.clone(), detail };
        if manifest.version > VERSION {
            return Err(damaged(format!("written by a newer Domicile (version {})", manifest.version)));
        }
        if !is_plain_name(&manifest.id) {
            return Err(damaged(format!("a model called {:?}", manifest.id)));
        }
        for record in &manifest.files {
            let expected =
                usize::try_from(record.block_count()).ok().and_then(|blocks| blocks.checked_mul(8));
            if !is_plain_path(&record.path) || record.path == NOTE || Some(record.blocks.len()) != expected {
                return Err(damaged(format!("a file called {:?}", record.path)));
            }
        }
        Ok(Some(manifest))
    }

    /// Writes it into the model's folder.
    ///
    /// # Errors
    /// [`CatalogError::Unwritable`], [`CatalogError::DiskFull`].
    pub fn write(&self, folder: &Path) -> Result<()> {
        write_note(&folder.join(NOTE), self)
    }

    /// Bytes of all its files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }
}

/// Where a file of a model lies below its folder.
pub(crate) fn below(folder: &Path, path: &str) -> PathBuf {
    path.split('/').fold(folder.to_owned(), |folder, name| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::{Manifest, NOTE};
    use crate::{CatalogError, FileRecord, Format};

    #[test]
    fn a_note_that_leads_out_of_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let record = |path: &str, blocks: &str| FileRecord {
            path: path.to_owned(),
            remote: None,
            size: 3,
            sha256: String::new(),
            blocks: blocks.to_owned(),
        };
        let read = |id: &str, record: FileRecord| {
            Manifest::new(id, Format::Checkpoint, vec![record]).write(folder.path()).unwrap();
            Manifest::read(folder.path())
        };
        assert!(read("model", record("a/b.bin", "00000000")).unwrap().is_some());
        for (id, record) in [
            ("model", record("../b.bin", "00000000")),
            ("model", record("/b.bin", "00000000")),
            ("model", record("b.bin", "0000")),
            ("model", record(NOTE, "00000000")),
            ("../model", record("b.bin", "00000000")),
        ] {
            assert!(matches!(read(id, record), Err(CatalogError::Damaged { .. })));
        }
    }
}
