//! The bytes of files, which need not lie in memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// The longest piece that is handed on at once.
pub(super) const PIECE: u64 = 512 << 10;

/// How many random bytes generated files are cut from.
const GRAIN: u64 = 4 << 20;

/// What is read of a file at once.
const READ: u64 = 1 << 20;

/// The bytes of a file.
#[derive(Debug, Clone)]
pub enum Content {
    /// These.
    Bytes(Arc<[u8]>),
    /// As good as random: which byte stands where depends on the seed and the place only. Gigabytes cost no memory.
    Generated {
        /// Another seed gives other bytes.
        seed: u64,
        /// How many bytes.
        length: u64,
    },
    /// The first so many bytes of a file on the disk, which must not change.
    File(PathBuf, u64),
}

impl Content {
    /// How many bytes it has.
    #[must_use]
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Generated { length, .. } | Self::File(_, length) => *length,
        }
    }

    /// The bytes of a range.
    ///
    /// # Panics
    /// The range goes beyond the end, or the file on the disk cannot be read.
    #[must_use]
    pub fn bytes(&self, range: Range<u64>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity((range.end - range.start) as usize);
        let source = Source::new(self.clone());
        let read = source.pieces(range, |_, piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        });
        read.unwrap_or_else(|error| panic!("{self:?}: {error}"));
        bytes
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

/// Content, ready to be handed on without a copy.
#[derive(Debug, Clone)]
pub(super) struct Source {
    content: Content,
    /// What generated pieces are slices of.
    grain: Arc<[u8]>,
}

impl Source {
    pub(super) fn new(content: Content) -> Self {
        let grain = match content {
            Content::Generated { seed, .. } => {
                (0..GRAIN / 8).flat_map(|i| mixed(seed.wrapping_add(i)).to_le_bytes()).collect()
            }
            _ => [].into(),
        };
        Self { content, grain }
    }

    pub(super) fn length(&self) -> u64 {
        self.content.length()
    }

    /// Hands on the bytes of a range in pieces, each with the place where it stands.
    pub(super) fn pieces(
        &self,
        range: Range<u64>,
        mut take: impl FnMut(u64, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut at = range.start;
        match &self.content {
            Content::Bytes(bytes) => {
                for piece in bytes[range.start as usize..range.end as usize].chunks(PIECE as usize) {
                    take(at, piece)?;
                    at += piece.len() as u64;
                }
            }
            Content::Generated { seed, length } => {
                assert!(range.end <= *length, "{range:?} of {length} bytes");
                while at < range.end {
                    let (number, within) = (at / PIECE, at % PIECE);
                    let end = range.end.min((number + 1) * PIECE);
                    // Each piece begins somewhere else in the grain, so that one in the wrong place is noticed.
                    let from = mixed(mixed(*seed) ^ number) % (GRAIN - PIECE) + within;
                    take(at, &self.grain[from as usize..(from + end - at) as usize])?;
                    at = end;
                }
            }
            Content::File(path, _) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(at))?;
                let mut buffer = vec![0; READ.min(range.end - at) as usize];
                while at < range.end {
                    let piece = &mut buffer[..READ.min(range.end - at) as usize];
                    file.read_exact(piece)?;
                    take(at, piece)?;
                    at += piece.len() as u64;
                }
            }
        }
        Ok(())
    }
}

/// `SplitMix64`.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}
