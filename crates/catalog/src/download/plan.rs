//! What is to be fetched, written beside what was fetched already.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::names::is_plain_path;
use crate::notes::{read_note, write_note};
use crate::{CatalogError, Digest, FileRecord, Format, Hub, ListedFile, Result, Variant};

/// Bytes of a part: what one connection fetches before it takes the next.
pub(crate) const PART: u64 = 32 << 20;

/// What is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The model, as it will be called on this disk.
    pub id: String,
    /// Which of its variants.
    pub variant: String,
    /// That variant as the catalog has it, so that the download goes on without asking.
    pub source: Variant,
    /// What its files are.
    pub format: Format,
    /// Its licence, as the hub abbreviates it.
    pub licence: Option<String>,
    /// Where it comes from.
    pub repository: String,
    /// The commit of that repository.
    pub revision: String,
    /// The files.
    pub files: Vec<PlannedFile>,
    /// When the computer was started while this was written: what was on its way to the disk when it went down is
    /// fetched again.
    pub(crate) booted: Option<u64>,
    /// Bytes of a part.
    pub(crate) part: u64,
}

/// A file that is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFile {
    /// Where it will lie in the model's folder.
    pub path: String,
    /// Where it lies in the repository.
    pub remote: String,
    /// Bytes.
    pub size: u64,
    /// What its content must be; `None` where nobody says.
    pub digest: Option<Digest>,
    /// The ETag with which it began to come.
    pub(crate) etag: Option<String>,
    /// What is in it, once all of it is there and is right.
    pub(crate) done: Option<FileRecord>,
}

impl Plan {
    /// Asks the hub what a variant consists of. `id` is what the model will be called.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn ask(hub: &Hub, id: &str, variant: &Variant) -> Result<Self> {
        let newest = variant.revision.as_deref().unwrap_or("main");
        let repository = hub.describe(&variant.repository, newest).await?;
        let listed = hub.files(&variant.repository, &repository.revision).await?;
        let files = chosen(variant, &listed, hub)?;
        Ok(Self {
            id: id.to_owned(),
            variant: variant.id.clone(),
            source: variant.clone(),
            format: variant.format,
            licence: repository.licence,
            repository: variant.repository.clone(),
            revision: repository.revision,
            files,
            booted: None,
            part: PART,
        })
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    pub(crate) fn all_done(&self) -> bool {
        self.files.iter().all(|file| file.done.is_some())
    }

    pub(crate) fn read(folder: &Path) -> Result<Option<Self>> {
        read_note(&plan_file(folder))
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        write_note(&plan_file(folder), self)
    }

    /// What the hub lists now.
    pub(crate) async fn list(&self, hub: &Hub) -> Result<Vec<ListedFile>> {
        hub.files(&self.repository, &self.revision).await
    }

    /// Learns anew what one file is, since it is no longer what it was.
    pub(crate) fn learn_anew(&mut self, listed: Vec<ListedFile>, number: usize) -> Result<()> {
        let file = &mut self.files[number];
        let now = listed.into_iter().find(|listed| listed.path == file.remote);
        let now = now.ok_or_else(|| CatalogError::Changed { file: file.remote.clone() })?;
        (file.size, file.digest) = (now.size, now.digest);
        (file.etag, file.done) = (None, None);
        Ok(())
    }
}

/// The folder of what only the download needs.
pub(crate) fn workplace(folder: &Path) -> PathBuf {
    folder.join(".domicile")
}

fn plan_file(folder: &Path) -> PathBuf {
    workplace(folder).join("plan.json")
}

/// Forgets a download, with all that came.
pub(crate) fn forget(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        result => result.map_err(CatalogError::unwritable(folder)),
    }
}

/// The files of a listing that belong to a variant. What is pinned in the catalog must be what the hub lists.
fn chosen(variant: &Variant, listed: &[ListedFile], hub: &Hub) -> Result<Vec<PlannedFile>> {
    let mut places = HashSet::new();
    let mut files = Vec::new();
    for file in listed {
        let Some(path) = variant.place(&file.path) else { continue };
        // Two names that differ in case only are one file on Windows and macOS.
        if !is_plain_path(path) || !places.insert(path.to_lowercase()) {
            return Err(hub.nonsense(&format!("a file called {:?}", file.path)));
        }
        let pinned = variant.listing.iter().find(|pinned| pinned.path == file.path);
        if pinned.is_some_and(|pinned| variant.revision.is_some() && pinned != file) {
            return Err(CatalogError::Changed { file: file.path.clone() });
        }
        files.push(PlannedFile {
            path: path.to_owned(),
            remote: file.path.clone(),
            size: file.size,
            digest: file.digest.clone(),
            etag: None,
            done: None,
        });
    }
    if files.is_empty() {
        let what = variant.repository.clone();
        return Err(CatalogError::NotAModel {
            what,
            reason: "it has none of the files of a model".to_owned(),
        });
    }
    // Small ones first: they tell early what is wrong with the rest.
    files.sort_by_key(|file| file.size > PART);
    Ok(files)
}
