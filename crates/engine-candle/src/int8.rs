//! A checkpoint's BF16 matrices as int8. They are made when a model is first loaded and, where that takes long, kept
//! in a file of their own beside it, so that it is only done once.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::time::UNIX_EPOCH;

use engine::{EngineError, ModelFiles, Result};
use memmap2::MmapMut;
use rayon::ThreadPool;
use rayon::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};

use crate::kernels::{
    INT8_ROWS, Int8Rows, Path, high_rows, int8_bytes, int8_rows, to_halves, to_int8, whole_rows,
};
use crate::weights::{Bytes, Weights};

/// Beside the checkpoint's own files.
const FILE: &str = "domicile-int8.safetensors";

/// Which arrangement of values the file has: a file of another is made again.
const ARRANGEMENT: &str = "2";

/// Of what takes fewer bytes no file is kept: it is made in a moment.
const WORTH_KEEPING: usize = 64 << 20;

/// Where a page, and with it a vector, begins.
const ALIGNMENT: usize = 64;

/// A matrix [rows, width] as int8, arranged as [`to_int8`] leaves it.
pub(crate) struct Int8Matrix {
    values: Bytes,
    scales: Bytes,
    width: usize,
}

impl Int8Matrix {
    /// The product of `rows` with activations, [rows, tokens]; `first` is a multiple of [`INT8_ROWS`].
    pub(crate) fn rows(&self, first: usize, x: &Int8Rows, out: &mut [f32]) {
        let (values, scales) = int8_bytes(first, self.width);
        let (to_values, to_scales) = int8_bytes(first + out.len() / x.count(), self.width);
        int8_rows(Path::best(), &self.values[values..to_values], &self.scales[scales..to_scales], x, out);
    }

    /// Makes it of BF16 matrices of this width, one below the other.
    fn make(parts: &[Bytes], width: usize, pool: &ThreadPool) -> Result<Self> {
        let bytes: usize = parts.iter().map(|part| part.len()).sum();
        let (values, scales) = int8_bytes(bytes / (2 * width), width);
        let (mut values, mut scales) = (memory(values)?, memory(scales)?);
        let (panel, panel_scales) = int8_bytes(INT8_ROWS, width);
        let panels = values.par_chunks_mut(panel).zip(scales.par_chunks_mut(panel_scales)).enumerate();
        let size = 2 * width * INT8_ROWS;
        pool.install(|| {
            panels.for_each(|(i, (values, scales))| {
                let rows = rows(parts, i * size..bytes.min((i + 1) * size));
                to_int8(Path::best(), &rows, width, values, scales);
            });
        });
        Ok(Self { values: read_only(values)?, scales: read_only(scales)?, width })
    }
}

/// A matrix [rows, width] as int8 in halves of four bits, arranged as [`to_halves`] leaves them.
pub(crate) struct HalvedMatrix {
    high: Bytes,
    low: Bytes,
    scales: Bytes,
    width: usize,
}

impl HalvedMatrix {
    fn make(whole: &Int8Matrix, pool: &ThreadPool) -> Result<Self> {
        let (panel, _) = int8_bytes(INT8_ROWS, whole.width);
        let half = whole.values.len() / 2;
        let (mut high, mut low) = (memory(half)?, memory(half)?);
        let halves = high.par_chunks_mut(panel / 2).zip(low.par_chunks_mut(panel / 2));
        let panels = whole.values.par_chunks(panel).zip(halves);
        pool.install(|| panels.for_each(|(values, (high, low))| to_halves(values, high, low)));
        let scales = whole.scales.clone();
        Ok(Self { high: read_only(high)?, low: read_only(low)?, scales, width: whole.width })
    }

    /// Nearly the product of rows with activations, [rows, tokens]; `first` is a multiple of [`INT8_ROWS`].
    pub(crate) fn high_rows(&self, first: usize, x: &Int8Rows, out: &mut [f32]) {
        let (half, scales) = self.place(first, out.len() / x.count());
        high_rows(Path::best(), &self.high[half], &self.scales[scales], x, out);
    }

    /// The product.
    pub(crate) fn whole_rows(&self, first: usize, x: &Int8Rows, out: &mut [f32]) {
        let (half, scales) = self.place(first, out.len() / x.count());
        whole_rows(Path::best(), &self.high[half.clone()], &self.low[half], &self.scales[scales], x, out);
    }

    /// The product of a whole panel of rows with one token's activations.
    pub(crate) fn panel(&self, panel: usize, x: &Int8Rows) -> [f32; INT8_ROWS] {
        let mut out = [0f32; INT8_ROWS];
        self.whole_rows(panel * INT8_ROWS, x, &mut out);
        out
    }

    /// Where some rows are within a half, and within the scales.
    fn place(&self, first: usize, rows: usize) -> (Range<usize>, Range<usize>) {
        let (from, to) = (int8_bytes(first, self.width), int8_bytes(first + rows, self.width));
        (from.0 / 2..to.0 / 2, from.1..to.1)
    }
}

fn read_only(map: MmapMut) -> Result<Bytes> {
    let unmappable = |e: std::io::Error| EngineError::Backend { detail: e.to_string() };
    map.make_read_only().map(Bytes::from).map_err(unmappable)
}

/// A range of the bytes of several parts, as if they lay one behind the other.
fn rows(parts: &[Bytes], range: Range<usize>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(range.len());
    let mut start = 0;
    for part in parts {
        let (from, to) =
            (range.start.max(start) - start, range.end.min(start + part.len()).max(start) - start);
        bytes.extend_from_slice(part.get(from..to).unwrap_or_default());
        start += part.len();
    }
    bytes
}

fn memory(bytes: usize) -> Result<MmapMut> {
    // A map of nothing is an error.
    MmapMut::map_anon(bytes.max(1)).map_err(|_| EngineError::OutOfMemory { needed: bytes as u64 })
}

/// The matrices of one checkpoint.
pub(crate) struct Int8Store<'a> {
    pool: &'a ThreadPool,
    /// What the file beside the checkpoint holds.
    kept: Option<Weights>,
    /// What was made, by the names that it is kept by.
    made: Vec<(String, Bytes)>,
    folder: Option<PathBuf>,
    source: String,
    /// Bytes from which on they are kept.
    worth_keeping: usize,
}

impl<'a> Int8Store<'a> {
    pub(crate) fn open(files: &ModelFiles, shards: &[String], pool: &'a ThreadPool) -> Self {
        let folder = match files {
            ModelFiles::Folder(folder) => Some(folder.clone()),
            ModelFiles::Memory(_) => None,
        };
        let source = folder.as_deref().map(|folder| fingerprint(folder, shards)).unwrap_or_default();
        let kept = folder.is_some().then(|| Weights::open_file(files, FILE).ok()).flatten();
        let kept = kept.and_then(|(weights, said)| (said.get("source") == Some(&source)).then_some(weights));
        Self { pool, kept, made: Vec::new(), folder, source, worth_keeping: WORTH_KEEPING }
    }

    /// What the file holds, in the order in which it lies there.
    pub(crate) fn in_order(&self) -> Vec<Bytes> {
        self.kept.as_ref().map(Weights::in_order).unwrap_or_default()
    }

    /// The matrix `name` of this width, made of BF16 matrices one below the other where it is not kept.
    pub(crate) fn matrix(&mut self, name: &str, parts: &[Bytes], width: usize) -> Result<Int8Matrix> {
        let (values, scales) = int8_bytes(rows_of(parts, width), width);
        let kept = [self.kept(name, "values", values), self.kept(name, "scales", scales)];
        if let [Some(values), Some(scales)] = kept {
            return Ok(Int8Matrix { values, scales, width });
        }
        let matrix = Int8Matrix::make(parts, width, self.pool)?;
        self.made(name, [("values", &matrix.values), ("scales", &matrix.scales)]);
        Ok(matrix)
    }

    /// A matrix in halves, like [`Self::matrix`].
    pub(crate) fn halved(&mut self, name: &str, part: &Bytes, width: usize) -> Result<HalvedMatrix> {
        let (values, scales) = int8_bytes(rows_of(std::slice::from_ref(part), width), width);
        let half = |half| self.kept(name, half, values / 2);
        if let [Some(high), Some(low), Some(scales)] =
            [half("high"), half("low"), self.kept(name, "scales", scales)]
        {
            return Ok(HalvedMatrix { high, low, scales, width });
        }
        let whole = Int8Matrix::make(std::slice::from_ref(part), width, self.pool)?;
        let matrix = HalvedMatrix::make(&whole, self.pool)?;
        self.made(name, [("high", &matrix.high), ("low", &matrix.low), ("scales", &matrix.scales)]);
        Ok(matrix)
    }

    fn kept(&self, matrix: &str, what: &str, len: usize) -> Option<Bytes> {
        self.kept.as_ref()?.tensor(&format!("{matrix}.{what}"), Dtype::U8, &[len]).ok()
    }

    fn made<const N: usize>(&mut self, matrix: &str, made: [(&str, &Bytes); N]) {
        self.made.extend(made.map(|(what, bytes)| (format!("{matrix}.{what}"), bytes.clone())));
    }

    /// Keeps what was made, where it is much and the folder may be written to; the model does without otherwise.
    pub(crate) fn keep(self) {
        let bytes: usize = self.made.iter().map(|(_, bytes)| bytes.len()).sum();
        let Some(folder) = self.folder.filter(|_| bytes >= self.worth_keeping) else { return };
        let partial = folder.join(format!("{FILE}.{}.part", std::process::id()));
        let written = write(&partial, self.made, &self.source);
        if written.and_then(|()| std::fs::rename(&partial, folder.join(FILE))).is_err() {
            let _ = std::fs::remove_file(&partial);
        }
    }
}

fn rows_of(parts: &[Bytes], width: usize) -> usize {
    parts.iter().map(|part| part.len()).sum::<usize>() / (2 * width)
}

/// Tells one checkpoint, as it lies in its folder, from another.
fn fingerprint(folder: &FilePath, shards: &[String]) -> String {
    let mut all = ARRANGEMENT.to_owned();
    for shard in shards {
        let metadata = std::fs::metadata(folder.join(shard)).ok();
        let changed = metadata.as_ref().and_then(|m| m.modified().ok()?.duration_since(UNIX_EPOCH).ok());
        let bytes = metadata.map_or(0, |m| m.len());
        all.push_str(&format!(" {shard} {bytes} {}", changed.unwrap_or_default().as_nanos()));
    }
    all
}

/// A safetensors file, in which every matrix begins where vectors do.
fn write(path: &FilePath, mut tensors: Vec<(String, Bytes)>, source: &str) -> std::io::Result<()> {
    let invalid = |error: String| std::io::Error::new(std::io::ErrorKind::InvalidData, error);
    // Scales come last: the sizes of the others are whole vectors.
    tensors.sort_by_key(|(name, _)| name.ends_with(".scales"));
    let mut end = 0;
    let infos = tensors.iter().map(|(name, bytes)| {
        let start = end;
        end += bytes.len();
        (name.clone(), TensorInfo { dtype: Dtype::U8, shape: vec![bytes.len()], data_offsets: (start, end) })
    });
    let said = HashMap::from([("source".to_owned(), source.to_owned())]);
    let metadata = Metadata::new(Some(said), infos.collect()).map_err(|e| invalid(e.to_string()))?;
    let mut header = serde_json::to_vec(&metadata)?;
    header.resize((8 + header.len()).next_multiple_of(ALIGNMENT) - 8, b' ');

    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(&header)?;
    for (_, bytes) in tensors {
        file.write_all(&bytes)?;
    }
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use engine::ModelFiles;
    use rayon::{ThreadPool, ThreadPoolBuilder};

    use super::{FILE, HalvedMatrix, Int8Matrix, Int8Store};
    use crate::kernels::Int8Rows;
    use crate::weights::Bytes;

    const SHARD: &str = "model.safetensors";

    fn part(rows: usize, width: usize, first: usize) -> Bytes {
        let values = (0..rows * width).map(|i| ((first + i) * 31 % 101) as f32 / 50.0 - 1.0);
        let bytes: Vec<u8> = values.flat_map(|v| ((v.to_bits() >> 16) as u16).to_le_bytes()).collect();
        let mut map = memmap2::MmapMut::map_anon(bytes.len()).unwrap();
        map.copy_from_slice(&bytes);
        map.make_read_only().unwrap().into()
    }

    fn pool() -> ThreadPool {
        ThreadPoolBuilder::new().num_threads(2).build().unwrap()
    }

    fn store<'a>(folder: &std::path::Path, pool: &'a ThreadPool) -> Int8Store<'a> {
        let store = Int8Store::open(&ModelFiles::Folder(folder.to_owned()), &[SHARD.to_owned()], pool);
        Int8Store { worth_keeping: 0, ..store }
    }

    fn product(matrix: &Int8Matrix, rows: usize, width: usize) -> Vec<f32> {
        let x: Vec<f32> = (0..width).map(|i| (i % 7) as f32 - 3.0).collect();
        let mut out = vec![0f32; rows];
        matrix.rows(0, &Int8Rows::quantise(&x, width), &mut out);
        out
    }

    /// Another file of the same name: the one that is there may be read at this moment.
    fn replace(path: &std::path::Path, bytes: &[u8]) {
        fs::remove_file(path).unwrap();
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn parts_lie_one_below_the_other() {
        let (width, pool) = (40, pool());
        let parts = [part(20, width, 0), part(13, width, 800)];
        let together = Int8Matrix::make(&parts, width, &pool).unwrap();
        let mut apart = product(&Int8Matrix::make(&parts[..1], width, &pool).unwrap(), 20, width);
        apart.extend(product(&Int8Matrix::make(&parts[1..], width, &pool).unwrap(), 13, width));
        assert_eq!(product(&together, 33, width), apart);
    }

    #[test]
    fn halves_together_are_the_whole() {
        let (rows, width, pool) = (35, 72, pool());
        let whole = Int8Matrix::make(&[part(rows, width, 5)], width, &pool).unwrap();
        let halved = HalvedMatrix::make(&whole, &pool).unwrap();
        let x: Vec<f32> = (0..width).map(|i| (i % 7) as f32 - 3.0).collect();
        let mut out = vec![0f32; rows];
        halved.whole_rows(0, &Int8Rows::quantise(&x, width), &mut out);
        assert_eq!(out, product(&whole, rows, width));
    }

    #[test]
    fn what_is_kept_is_found_again_until_the_checkpoint_changes_or_the_file_is_damaged() {
        let (folder, pool) = (tempfile::tempdir().unwrap(), pool());
        let (width, path) = (64, folder.path().join(FILE));
        fs::write(folder.path().join(SHARD), b"weights").unwrap();
        let parts = [part(35, width, 3)];
        let mut first = store(folder.path(), &pool);
        let made = product(&first.matrix("input", &parts, width).unwrap(), 35, width);
        first.halved("head", &parts[0], width).unwrap();
        first.keep();
        assert!(path.is_file());

        let mut again = store(folder.path(), &pool);
        let kept = again.matrix("input", &parts, width).unwrap();
        let halved = again.halved("head", &parts[0], width).unwrap();
        assert!(again.made.is_empty(), "it was made again");
        for bytes in [&kept.values, &halved.high, &halved.low] {
            assert_eq!(bytes.as_ptr() as usize % 64, 0, "vectors begin in the middle of a line");
        }
        assert_eq!(product(&kept, 35, width), made);
        drop((kept, halved, again));

        let whole = fs::read(&path).unwrap();
        replace(&path, &whole[..whole.len() - 1]);
        assert!(store(folder.path(), &pool).kept.is_none(), "it is cut off");
        replace(&path, &whole);
        assert!(store(folder.path(), &pool).kept.is_some());
        fs::write(folder.path().join(SHARD), b"other weights").unwrap();
        assert!(store(folder.path(), &pool).kept.is_none(), "it belongs to other weights");
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().map(|e| e.file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }
}
