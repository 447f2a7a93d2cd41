//! The texts in a file, and how much of them is read.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::{HistoryError, Result, Unfit};

/// The most that is read of a file, unpacked.
const MOST: u64 = 2 << 30;
/// The most that one conversation takes, which is all that is in memory at a time.
const MOST_OF_ONE: u64 = 256 << 20;
/// An archive has few things in it that are not pictures.
const MOST_TEXTS: usize = 1000;

/// How much was read.
#[derive(Clone)]
pub(super) struct Meter {
    all: Rc<Cell<u64>>,
    of_one: Rc<Cell<u64>>,
    most: u64,
    most_of_one: u64,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self { all: Rc::default(), of_one: Rc::default(), most: MOST, most_of_one: MOST_OF_ONE }
    }

    /// Another conversation begins.
    pub(super) fn next(&self) {
        self.of_one.set(0);
    }

    fn exceeded(&self) -> Option<u64> {
        if self.all.get() > self.most {
            Some(self.most)
        } else if self.of_one.get() > self.most_of_one {
            Some(self.most_of_one)
        } else {
            None
        }
    }

    fn add(&self, bytes: usize) -> io::Result<()> {
        let bytes = bytes as u64;
        self.all.set(self.all.get().saturating_add(bytes));
        self.of_one.set(self.of_one.get().saturating_add(bytes));
        match self.exceeded() {
            Some(_) => Err(io::Error::from(io::ErrorKind::FileTooLarge)),
            None => Ok(()),
        }
    }

    /// What reading ended with, seen from here: too much of it, or what the parser says.
    pub(super) fn error(&self, detail: impl ToString) -> HistoryError {
        match self.exceeded() {
            Some(limit) => HistoryError::NotAnExport { reason: Unfit::TooLarge { limit } },
            None => HistoryError::malformed(detail),
        }
    }
}

/// A text that is measured while it is read.
pub(super) struct Text<'a> {
    inner: &'a mut dyn Read,
    pub(super) meter: Meter,
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.meter.add(read)?;
        Ok(read)
    }
}

/// Hands on each text with conversations in it: the file itself, or those in the archive that it is.
pub(super) fn each_text(file: &Path, take: &mut dyn FnMut(BufReader<Text<'_>>) -> Result<()>) -> Result<()> {
    let mut opened = File::open(file).map_err(HistoryError::unreadable(file))?;
    let mut start = [0; 4];
    let read = read_start(&mut opened, &mut start).map_err(HistoryError::unreadable(file))?;
    opened.seek(SeekFrom::Start(0)).map_err(HistoryError::unreadable(file))?;
    let meter = Meter::new();
    if &start[..read] == b"PK\x03\x04" {
        packed(opened, &meter, take)
    } else {
        plain(&mut opened, &meter, take)
    }
}

fn read_start(file: &mut File, start: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < start.len() {
        match file.read(&mut start[read..])? {
            0 => break,
            bytes => read += bytes,
        }
    }
    Ok(read)
}

fn plain(
    inner: &mut dyn Read,
    meter: &Meter,
    take: &mut dyn FnMut(BufReader<Text<'_>>) -> Result<()>,
) -> Result<()> {
    let mut text = BufReader::with_capacity(1 << 16, Text { inner, meter: meter.clone() });
    // Some editors put a mark before a text that says that it is UTF-8.
    let marked = text.fill_buf().map_err(|error| meter.error(error))?.starts_with(b"\xef\xbb\xbf");
    if marked {
        text.consume(3);
    }
    take(text)
}

fn packed(file: File, meter: &Meter, take: &mut dyn FnMut(BufReader<Text<'_>>) -> Result<()>) -> Result<()> {
    let malformed = |error: ZipError| meter.error(error);
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(malformed)?;
    let mut names: Vec<String> = archive.file_names().flatten().map(|name| name.into_owned()).collect();
    names.retain(|name| has_conversations(name));
    names.sort();
    names.truncate(MOST_TEXTS);
    if names.is_empty() {
        return Err(HistoryError::NotAnExport { reason: Unfit::Unknown });
    }
    for name in names {
        let mut entry = archive.by_name(&name).map_err(malformed)?;
        plain(&mut entry, meter, take)?;
    }
    Ok(())
}

/// ChatGPT has `conversations.json`, or where there are many, `conversations-000.json` and so on.
fn has_conversations(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("conversations") && name.ends_with(".json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_refused_while_it_is_read() {
        let meter = Meter { most: 1000, ..Meter::new() };
        let mut endless = io::repeat(b' ');
        let mut text = Text { inner: &mut endless, meter: meter.clone() };
        assert!(io::copy(&mut text, &mut io::sink()).is_err());
        let error = meter.error("it ends");
        assert!(matches!(error, HistoryError::NotAnExport { reason: Unfit::TooLarge { limit: 1000 } }));
    }
}
