//! What bytes must be, and whether they are.

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::{ControlFlow, Range};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// Bytes of a block: the least that a repair fetches again.
pub const BLOCK: u64 = 4 << 20;
/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// What the content of a file must be, as the hub names it. In hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Digest {
    /// SHA-256 of the content: large files.
    Sha256(String),
    /// SHA-1 of git's blob, `blob <size>\0` before the content: small ones.
    GitBlob(String),
}

/// A file of a model on disk, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Where it lies in the model's folder; `/` between folders.
    pub path: String,
    /// Where it lies in the repository, if it is from one and not under the same path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// CRC-32 of each block of 4 MiB, eight hexadecimal digits each: they tell which part of a damaged file to replace.
    pub blocks: String,
}

impl FileRecord {
    /// The checksum of a block, as it should be.
    pub(crate) fn block(&self, number: u64) -> Option<u32> {
        let at = usize::try_from(number).ok()?.checked_mul(8)?;
        u32::from_str_radix(self.blocks.get(at..at + 8)?, 16).ok()
    }

    /// How many blocks it has.
    pub(crate) fn block_count(&self) -> u64 {
        self.size.div_ceil(BLOCK)
    }
}

/// The bytes of a block of a file of `size` bytes.
pub(crate) fn block_range(number: u64, size: u64) -> Range<u64> {
    number * BLOCK..((number + 1) * BLOCK).min(size)
}

/// Computes what is in a file while its bytes pass in order.
pub(crate) struct Digester {
    sha256: Sha256,
    git: Sha1,
    block: crc32fast::Hasher,
    blocks: String,
    size: u64,
    git_wanted: bool,
}

impl Digester {
    /// For a file of `size` bytes that must be `expected`.
    pub(crate) fn new(size: u64, expected: Option<&Digest>) -> Self {
        let git_wanted = matches!(expected, Some(Digest::GitBlob(_)));
        let mut git = Sha1::new();
        git.update(format!("blob {size}\0"));
        let (sha256, block) = (Sha256::new(), crc32fast::Hasher::new());
        Self { sha256, git, block, blocks: String::new(), size: 0, git_wanted }
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        self.sha256.update(bytes);
        if self.git_wanted {
            self.git.update(bytes);
        }
        while !bytes.is_empty() {
            let room = BLOCK - self.size % BLOCK;
            let (now, later) = bytes.split_at(bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
            self.block.update(now);
            self.size += now.len() as u64;
            if self.size.is_multiple_of(BLOCK) {
                self.end_block();
            }
            bytes = later;
        }
    }

    fn end_block(&mut self) {
        let sum = std::mem::replace(&mut self.block, crc32fast::Hasher::new()).finalize();
        self.blocks += &format!("{sum:08x}");
    }

    /// What was in it; `None` where that is not what was expected.
    pub(crate) fn finish(mut self, expected: Option<&Digest>) -> Option<(String, String)> {
        if !self.size.is_multiple_of(BLOCK) {
            self.end_block();
        }
        let sha256 = hex(&self.sha256.finalize());
        let right = match expected {
            Some(Digest::Sha256(wanted)) => wanted.eq_ignore_ascii_case(&sha256),
            Some(Digest::GitBlob(wanted)) => wanted.eq_ignore_ascii_case(&hex(&self.git.finalize())),
            None => true,
        };
        right.then_some((sha256, self.blocks))
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is in a whole file: SHA-256 and blocks; `None` where that is not what was expected. `passed` is called with
/// the bytes of each piece that was read, and may break off.
///
/// # Errors
/// What the disk says; [`io::ErrorKind::Interrupted`] where it was broken off.
pub(crate) fn read_through(
    path: &Path,
    size: u64,
    expected: Option<&Digest>,
    passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> io::Result<Option<(String, String)>> {
    let mut digester = Digester::new(size, expected);
    each_piece(&mut File::open(path)?, &mut |piece| {
        digester.update(piece);
        passed(piece.len() as u64)
    })?;
    // Another length is another file, whatever is expected of it.
    if digester.size != size {
        return Ok(None);
    }
    Ok(digester.finish(expected))
}

/// Hands all of a file over, piece by piece.
pub(crate) fn each_piece(file: &mut File, piece: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    loop {
        let read = match file.read(&mut buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if read == 0 {
            return Ok(());
        }
        if piece(&buffer[..read]).is_break() {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "broken off"));
        }
    }
}

/// The checksum of a block as it is on the disk.
pub(crate) fn block_on_disk(file: &File, range: Range<u64>, buffer: &mut Vec<u8>) -> io::Result<u32> {
    buffer.resize(usize::try_from(range.end - range.start).unwrap_or(0), 0);
    read_at(file, range.start, buffer)?;
    Ok(crc32fast::hash(buffer))
}

/// Reads exactly so many bytes from a place of a file.
pub(crate) fn read_at(file: &File, at: u64, buffer: &mut [u8]) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, buffer, at);
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < buffer.len() {
            match std::os::windows::fs::FileExt::seek_read(file, &mut buffer[done..], at + done as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => done += read,
            }
        }
        Ok(())
    }
}

/// Writes all bytes to a place of a file.
pub(crate) fn write_at(file: &File, at: u64, bytes: &[u8]) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, at);
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < bytes.len() {
            done += std::os::windows::fs::FileExt::seek_write(file, &bytes[done..], at + done as u64)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::{BLOCK, Digest, Digester, read_through};

    #[test]
    fn both_digests_are_those_of_their_tools() {
        let finish = |expected: Digest| {
            let mut digester = Digester::new(6, Some(&expected));
            digester.update(b"hel");
            digester.update(b"lo\n");
            digester.finish(Some(&expected))
        };
        // `sha256sum` and `git hash-object` of a file that holds "hello" and a line feed.
        let sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
        assert_eq!(finish(Digest::Sha256(sha256.to_owned())).unwrap().0, sha256);
        let git = "ce013625030ba8dba906f756967f9e9ca394464a".to_owned();
        assert_eq!(finish(Digest::GitBlob(git)).unwrap().0, sha256);
        assert_eq!(finish(Digest::GitBlob("0".repeat(40))), None);
    }

    #[test]
    fn blocks_are_the_same_however_the_bytes_come() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let bytes: Vec<u8> = (0..BLOCK * 2 + 3).map(|n| (n % 251) as u8).collect();
        std::fs::write(&file, &bytes).unwrap();
        let whole =
            read_through(&file, bytes.len() as u64, None, &mut |_| ControlFlow::Continue(())).unwrap();
        let mut digester = Digester::new(bytes.len() as u64, None);
        for piece in bytes.chunks(999_983) {
            digester.update(piece);
        }
        let pieces = digester.finish(None).unwrap();
        assert_eq!(pieces.1.len(), 3 * 8);
        assert_eq!(pieces.1[..8], format!("{:08x}", crc32fast::hash(&bytes[..BLOCK as usize])));
        assert_eq!(Some(pieces), whole);
        assert_eq!(read_through(&file, 1, None, &mut |_| ControlFlow::Continue(())).unwrap(), None);
    }
}
