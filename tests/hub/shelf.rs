//! The repositories of a hub as it keeps them: with their hashes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::content::Source;
use super::fault::{Fault, Mishaps};
use super::{HubFile, Repository};

/// A repository.
pub(super) struct Shelf {
    pub(super) id: String,
    pub(super) revision: String,
    pub(super) gated: Option<String>,
    pub(super) licence: Option<String>,
    /// In the order of their paths.
    pub(super) files: Vec<Arc<Item>>,
}

impl Shelf {
    pub(super) fn new(repository: Repository) -> Self {
        let Repository { id, revision, files, gated, licence } = repository;
        let mut files: Vec<_> = files.into_iter().map(|file| Arc::new(Item::new(file))).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { id, revision, gated, licence, files }
    }

    pub(super) fn file(&self, path: &str) -> Option<&Arc<Item>> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Puts another file in the place of the one with its path.
    pub(super) fn put(&mut self, item: Item) {
        let place = self.files.iter_mut().find(|file| file.path == item.path);
        *place.expect("a file is replaced that is there") = Arc::new(item);
    }

    /// The folders that its files lie in.
    fn folders(&self) -> BTreeSet<&str> {
        let parents = |path| std::iter::successors(parent(path), |folder| parent(folder));
        self.files.iter().flat_map(|file| parents(&file.path)).collect()
    }

    /// The paths of its folders and files, in the order of [`Self::entries`].
    pub(super) fn paths(&self) -> Vec<&str> {
        self.folders().into_iter().chain(self.files.iter().map(|file| file.path.as_str())).collect()
    }

    /// Its folders and files, as the list of files tells them; those at `wanted` paths.
    pub(super) fn entries(&self, asked: &str, lies: &Mishaps, wanted: impl Fn(&str) -> bool) -> Vec<Value> {
        let folder = |path: &str| {
            let oid = hex(&Sha1::digest(path));
            json!({"type": "directory", "oid": oid, "size": 0, "path": path})
        };
        let folders = self.folders().into_iter().filter(|path| wanted(path)).map(folder);
        let files = self.files.iter().filter(|file| wanted(&file.path));
        folders.chain(files.map(|file| file.entry(asked, lies))).collect()
    }
}

/// A file.
pub(super) struct Item {
    pub(super) path: String,
    pub(super) lfs: bool,
    pub(super) source: Source,
    pub(super) sha256: String,
    /// What git calls it: for an LFS file, this is about the pointer that git keeps.
    oid: String,
    pointer: usize,
}

impl Item {
    pub(super) fn new(HubFile { path, content, lfs }: HubFile) -> Self {
        let source = Source::new(content);
        let length = source.length();
        let (mut sha256, mut blob) = (Sha256::new(), Sha1::new_with_prefix(format!("blob {length}\0")));
        let read = source.pieces(0..length, |_, piece| {
            sha256.update(piece);
            if !lfs {
                blob.update(piece);
            }
            Ok(())
        });
        read.unwrap_or_else(|error| panic!("{path}: {error}"));
        let sha256 = hex(&sha256.finalize());
        let pointer =
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {length}\n");
        if lfs {
            blob = Sha1::new_with_prefix(format!("blob {}\0{pointer}", pointer.len()));
        }
        Self { path, lfs, source, sha256, oid: hex(&blob.finalize()), pointer: pointer.len() }
    }

    /// Its git name and its SHA-256, as they are told in answer to this path.
    fn told(&self, asked: &str, lies: &Mishaps) -> (String, String) {
        let lie = |fault: &Fault| matches!(fault, Fault::WrongHash { path } if *path == self.path);
        let (oid, sha256) = (&self.oid, &self.sha256);
        match lies.take(asked, lie) {
            None => (oid.clone(), sha256.clone()),
            Some(_) if self.lfs => (oid.clone(), sha256.chars().rev().collect()),
            Some(_) => (oid.chars().rev().collect(), sha256.clone()),
        }
    }

    /// What changes when its bytes do, in quotes.
    pub(super) fn etag(&self, asked: &str, lies: &Mishaps) -> String {
        let (oid, sha256) = self.told(asked, lies);
        format!("\"{}\"", if self.lfs { sha256 } else { oid })
    }

    fn entry(&self, asked: &str, lies: &Mishaps) -> Value {
        let lie = |fault: &Fault| matches!(fault, Fault::WrongSize { path, .. } if *path == self.path);
        let size = match lies.take(asked, lie) {
            Some(Fault::WrongSize { size, .. }) => size,
            _ => self.source.length(),
        };
        let (oid, sha256) = self.told(asked, lies);
        let mut entry = json!({"type": "file", "oid": oid, "size": size, "path": self.path});
        if self.lfs {
            entry["lfs"] = json!({"oid": sha256, "size": size, "pointerSize": self.pointer});
        }
        entry
    }
}

/// The folder that a path lies in; `None` at the top.
pub(super) fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
