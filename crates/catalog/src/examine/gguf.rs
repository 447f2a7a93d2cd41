//! What a GGUF file says of itself, from its header: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

use std::io::{self, Read, Seek};

/// What a GGUF file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GgufFacts {
    /// `general.architecture`.
    pub(super) architecture: Option<String>,
    /// `general.license`.
    pub(super) licence: Option<String>,
}

const MAGIC: &[u8; 4] = b"GGUF";
/// Entries of a header: real ones have some fifty.
const MOST_ENTRIES: u64 = 4096;
/// Bytes of a text that is read; longer ones are passed over.
const LONGEST_TEXT: u64 = 4096;
/// Elements of a list: the vocabulary is the longest.
const LONGEST_LIST: u64 = 1 << 24;

/// Reads the header; the tensors are not looked at.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for what is no GGUF.
pub(super) fn read(mut file: impl Read + Seek) -> io::Result<GgufFacts> {
    let mut magic = [0; 4];
    file.read_exact(&mut magic)?;
    if &magic != MAGIC {
        return Err(invalid("it does not begin as a GGUF file does"));
    }
    let version = number(&mut file, 4)?;
    if !(2..=3).contains(&version) {
        return Err(invalid("a version of GGUF that is not known"));
    }
    let (_tensors, entries) = (number(&mut file, 8)?, number(&mut file, 8)?);
    if entries > MOST_ENTRIES {
        return Err(invalid("more entries than a header has"));
    }
    let mut facts = GgufFacts::default();
    for _ in 0..entries {
        let key = text(&mut file)?;
        let kind = number(&mut file, 4)?;
        let wanted = match key.as_deref() {
            Some("general.architecture") => Some(&mut facts.architecture),
            Some("general.license") => Some(&mut facts.licence),
            _ => None,
        };
        match (wanted, kind) {
            (Some(place), TEXT) => *place = text(&mut file)?,
            _ => pass(&mut file, kind)?,
        }
        // What follows, the vocabulary above all, is long and is not asked for.
        if facts.architecture.is_some() && facts.licence.is_some() {
            break;
        }
    }
    Ok(facts)
}

const TEXT: u64 = 8;
const LIST: u64 = 9;

/// Bytes of a value that has always as many.
fn width(kind: u64) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

fn pass(file: &mut (impl Read + Seek), kind: u64) -> io::Result<()> {
    match (width(kind), kind) {
        (Some(width), _) => skip(file, width),
        (None, TEXT) => text(file).map(drop),
        (None, LIST) => {
            let (kind, count) = (number(file, 4)?, number(file, 8)?);
            if count > LONGEST_LIST {
                return Err(invalid("a list longer than any"));
            }
            match width(kind) {
                Some(width) => skip(file, width * count),
                None if kind == TEXT => (0..count).try_for_each(|_| text(file).map(drop)),
                None => Err(invalid("a list of something that is not known")),
            }
        }
        _ => Err(invalid("a value that is not known")),
    }
}

/// A text; `None` where it is longer than is of interest.
fn text(file: &mut (impl Read + Seek)) -> io::Result<Option<String>> {
    let length = number(file, 8)?;
    if length > LONGEST_TEXT {
        skip(file, length)?;
        return Ok(None);
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    file.read_exact(&mut bytes)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn skip(file: &mut impl Seek, bytes: u64) -> io::Result<()> {
    let bytes = i64::try_from(bytes).map_err(|_| invalid("a length beyond all measure"))?;
    file.seek_relative(bytes)
}

/// A number of so many bytes, little end first.
fn number(file: &mut impl Read, bytes: usize) -> io::Result<u64> {
    let mut number = [0; 8];
    file.read_exact(&mut number[..bytes])?;
    Ok(u64::from_le_bytes(number))
}

fn invalid(detail: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, detail)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{GgufFacts, read};

    fn header(entries: &[(&str, u32, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3u32.to_le_bytes());
        bytes.extend(0u64.to_le_bytes());
        bytes.extend((entries.len() as u64).to_le_bytes());
        for (key, kind, value) in entries {
            bytes.extend(text(key));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(value);
        }
        bytes
    }

    fn text(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
    }

    #[test]
    fn the_architecture_is_found_behind_other_values() {
        let list = [&8u32.to_le_bytes()[..], &2u64.to_le_bytes(), &text("a"), &text("b")].concat();
        let numbers = [&5u32.to_le_bytes()[..], &3u64.to_le_bytes(), &[0; 12]].concat();
        let bytes = header(&[
            ("general.alignment", 4, vec![32, 0, 0, 0]),
            ("tokenizer.ggml.tokens", 9, list),
            ("tokenizer.ggml.scores", 9, numbers),
            ("general.architecture", 8, text("gpt-oss")),
            ("general.license", 8, text("apache-2.0")),
        ]);
        let facts = read(Cursor::new(bytes)).unwrap();
        let expected = GgufFacts { architecture: Some("gpt-oss".into()), licence: Some("apache-2.0".into()) };
        assert_eq!(facts, expected);
    }

    #[test]
    fn every_cut_and_every_lie_is_an_error_and_takes_no_memory() {
        let bytes = header(&[("general.architecture", 8, text("llama")), ("x", 9, vec![99; 12])]);
        for length in 0..bytes.len() {
            assert!(read(Cursor::new(&bytes[..length])).is_err(), "{length}");
        }
        let endless = header(&[("x", 8, u64::MAX.to_le_bytes().to_vec())]);
        assert!(read(Cursor::new(endless)).is_err());
        assert!(read(Cursor::new(b"GGML\x03\0\0\0")).is_err());
    }
}
