//! The tensors of a checkpoint, where they lie in its files. Nothing is copied: files are mapped into memory, and
//! the system reads a page when it is first touched.

use std::collections::HashMap;
use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::{Arc, Weak};

use engine::{EngineError, ModelFiles, Result};
use memmap2::Mmap;
use safetensors::tensor::{Dtype, Metadata, SafeTensorError, SafeTensors};
use serde::Deserialize;

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// The bytes of one tensor, row-major, little-endian, of any alignment.
#[derive(Clone)]
pub(crate) struct Bytes {
    file: Arc<Content>,
    range: Range<usize>,
}

/// [`Bytes`] that do not keep their file open.
pub(crate) struct WeakBytes {
    file: Weak<Content>,
    range: Range<usize>,
}

impl Bytes {
    pub(crate) fn downgrade(&self) -> WeakBytes {
        WeakBytes { file: Arc::downgrade(&self.file), range: self.range.clone() }
    }
}

impl WeakBytes {
    /// `None` where nothing else holds the file any more.
    pub(crate) fn upgrade(&self) -> Option<Bytes> {
        Some(Bytes { file: self.file.upgrade()?, range: self.range.clone() })
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // The range was checked against the file when its header was read.
        &self.file[self.range.clone()]
    }
}

impl From<Mmap> for Bytes {
    fn from(map: Mmap) -> Self {
        let range = 0..map.len();
        Self { file: Arc::new(Content::Mapped(map)), range }
    }
}

enum Content {
    Mapped(Mmap),
    Static(&'static [u8]),
}

impl Deref for Content {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Static(bytes) => bytes,
        }
    }
}

struct Entry {
    file: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Bytes,
}

/// Every tensor of a checkpoint, by name.
pub(crate) struct Weights {
    tensors: HashMap<String, Entry>,
    /// The files they lie in.
    shards: Vec<String>,
}

#[derive(Deserialize)]
struct Index {
    weight_map: HashMap<String, String>,
}

impl Weights {
    /// Maps the files and reads their headers.
    pub(crate) fn open(files: &ModelFiles) -> Result<Self> {
        let mut all = Self { tensors: HashMap::new(), shards: shards(files)? };
        for name in &all.shards {
            all.tensors.extend(Self::open_file(files, name)?.0.tensors);
        }
        Ok(all)
    }

    /// Maps one file, and gives what is said of it in its header.
    pub(crate) fn open_file(files: &ModelFiles, name: &str) -> Result<(Self, HashMap<String, String>)> {
        let mut tensors = HashMap::new();
        let file = Arc::new(open(files, name)?);
        let (start, metadata) = header(name, &file)?;
        for (tensor, info) in metadata.tensors() {
            let (from, to) = info.data_offsets;
            let bytes = Bytes { file: Arc::clone(&file), range: start + from..start + to };
            let entry = Entry { file: name.to_owned(), dtype: info.dtype, shape: info.shape.clone(), bytes };
            tensors.insert(tensor, entry);
        }
        let said = metadata.metadata().clone().unwrap_or_default();
        Ok((Self { tensors, shards: vec![name.to_owned()] }, said))
    }

    /// The files they lie in.
    pub(crate) fn shards(&self) -> &[String] {
        &self.shards
    }

    /// Bytes of all tensors.
    pub(crate) fn bytes(&self) -> u64 {
        self.tensors.values().map(|entry| entry.bytes.len() as u64).sum()
    }

    /// All of it, in the order in which it lies.
    pub(crate) fn in_order(&self) -> Vec<Bytes> {
        let mut all: Vec<Bytes> = self.tensors.values().map(|entry| entry.bytes.clone()).collect();
        all.sort_by_key(|bytes| bytes.range.start);
        all
    }

    /// A tensor, which must be of this type and shape.
    pub(crate) fn tensor(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<Bytes> {
        let missing = || EngineError::TensorMissing { tensor: name.to_owned() };
        let entry = self.tensors.get(name).ok_or_else(missing)?;
        if entry.dtype != dtype || entry.shape != shape {
            return Err(EngineError::TensorMismatch {
                file: entry.file.clone(),
                tensor: name.to_owned(),
                expected: format!("{dtype:?} {shape:?}"),
                found: format!("{:?} {:?}", entry.dtype, entry.shape),
            });
        }
        Ok(entry.bytes.clone())
    }

    /// A BF16 tensor as float32 values; for the small ones (norms, biases, sinks).
    pub(crate) fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let bytes = self.tensor(name, Dtype::BF16, shape)?;
        Ok(bytes
            .chunks_exact(2)
            .map(|b| f32::from_bits(u32::from(u16::from_le_bytes([b[0], b[1]])) << 16))
            .collect())
    }
}

/// The names of the files that hold weights.
fn shards(files: &ModelFiles) -> Result<Vec<String>> {
    if !files.contains(INDEX) {
        return Ok(vec![SINGLE.to_owned()]);
    }
    let invalid = |detail: String| EngineError::FileInvalid { file: INDEX.to_owned(), detail };
    let index: Index = serde_json::from_slice(&files.read(INDEX)?).map_err(|e| invalid(e.to_string()))?;
    let mut names: Vec<String> = index.weight_map.into_values().collect();
    names.sort_unstable();
    names.dedup();
    // A model's folder must not reach for files outside of it.
    let plain = |name: &String| Path::new(name).file_name().is_some_and(|f| f.to_str() == Some(name));
    match names.iter().find(|name| !plain(name)) {
        Some(name) => Err(invalid(format!("\"{name}\" is no file name"))),
        None => Ok(names),
    }
}

fn open(files: &ModelFiles, name: &str) -> Result<Content> {
    match files {
        ModelFiles::Memory(all) => match all.iter().find(|(file, _)| *file == name) {
            Some((_, bytes)) => Ok(Content::Static(bytes)),
            None => Err(EngineError::FileMissing { file: name.to_owned() }),
        },
        ModelFiles::Folder(folder) => {
            let failed = |source: std::io::Error| match source.kind() {
                std::io::ErrorKind::NotFound => EngineError::FileMissing { file: name.to_owned() },
                _ => EngineError::FileUnreadable { file: name.to_owned(), source },
            };
            let file = std::fs::File::open(folder.join(name)).map_err(failed)?;
            // SAFETY: the map is only read. Another program that shortens a model's file while it is in use would
            // end this process, as it would any program that maps files; the catalog writes weights under another
            // name and renames them when complete, so Domicile itself never does.
            unsafe { Mmap::map(&file) }.map(Content::Mapped).map_err(failed)
        }
    }
}

/// Where the data of a safetensors file begins, and what is in it. Sizes in the header are compared with the file
/// before anything is done with them.
fn header(name: &str, file: &[u8]) -> Result<(usize, Metadata)> {
    let truncated = |expected: u64| EngineError::FileTruncated {
        file: name.to_owned(),
        expected,
        found: file.len() as u64,
    };
    let invalid = |detail: String| EngineError::FileInvalid { file: name.to_owned(), detail };
    let Some(length) = file.first_chunk::<8>().map(|b| u64::from_le_bytes(*b)) else {
        return Err(truncated(8));
    };
    match SafeTensors::read_metadata(file) {
        Ok((length, metadata)) => Ok((8 + length, metadata)),
        Err(SafeTensorError::HeaderTooLarge) => Err(invalid(format!("its header would take {length} bytes"))),
        Err(SafeTensorError::InvalidHeaderLength) => Err(truncated(length.saturating_add(8))),
        Err(SafeTensorError::MetadataIncompleteBuffer) => {
            let end = 8 + length as usize;
            let metadata: Option<Metadata> =
                file.get(8..end).and_then(|json| serde_json::from_slice(json).ok());
            let data =
                metadata.and_then(|m| m.tensors().values().map(|t| t.data_offsets.1).max()).unwrap_or(0);
            match (end as u64).saturating_add(data as u64) {
                expected if expected > file.len() as u64 => Err(truncated(expected)),
                _ => Err(invalid("it is longer than its header says".to_owned())),
            }
        }
        Err(other) => Err(invalid(other.to_string())),
    }
}
