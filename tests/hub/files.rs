//! How a hub gives files away.

use std::ops::Range;
use std::sync::Arc;

use super::State;
use super::answers::refusal;
use super::fault::Fault;
use super::http::{Answer, Asked, Body, encoded};
use super::shelf::{Item, Shelf};

impl State {
    /// A file of a repository, or where it is.
    pub(super) fn file(&self, asked: &Asked, shelf: &Shelf, path: &str) -> Answer {
        let revision = &shelf.revision;
        if let Some(token) = &shelf.gated {
            let shown = asked.header("authorization");
            if shown.is_none() {
                return refusal(401, "GatedRepo", &format!("Access to model {} is restricted", shelf.id));
            } else if shown.and_then(|shown| shown.strip_prefix("Bearer ")) != Some(token) {
                let words = format!("Access to model {} is restricted and you are not allowed in", shelf.id);
                return refusal(403, "GatedRepo", &words);
            }
        }
        let Some(file) = shelf.file(path) else {
            return refusal(404, "EntryNotFound", "Entry not found").with("X-Repo-Commit", revision);
        };
        if !file.lfs {
            return self.content(asked, file).with("X-Repo-Commit", revision);
        }
        let etag = file.etag(&asked.decoded_path(), &self.mishaps);
        let location = format!("{}/cdn/{}/{revision}/{}", self.cdn, shelf.id, encoded(path));
        Answer::words(302, "Found.")
            .with("Location", location)
            .with("X-Repo-Commit", revision)
            .with("ETag", &etag)
            .with("X-Linked-ETag", etag)
            .with("X-Linked-Size", file.source.length().to_string())
            .with("Accept-Ranges", "bytes")
    }

    /// A file of the CDN, which has the LFS files only.
    pub(super) fn delivery(&self, asked: &Asked, shelf: &Shelf, path: &str) -> Answer {
        match shelf.file(path).filter(|file| file.lfs) {
            Some(file) => self.content(asked, file),
            None => Answer::words(404, "No such key."),
        }
    }

    /// The bytes of a file that are asked for.
    fn content(&self, asked: &Asked, file: &Arc<Item>) -> Answer {
        let (address, length) = (asked.decoded_path(), file.source.length());
        let etag = file.etag(&address, &self.mishaps);
        let same = asked.header("if-range").is_none_or(|wanted| wanted == etag);
        let range = asked.range().filter(|_| same);
        let take = |kind: &dyn Fn(&Fault) -> bool| {
            if asked.method == "GET" { self.mishaps.take(&address, kind) } else { None }
        };
        let range = range.filter(|_| take(&|fault| *fault == Fault::IgnoreRange).is_none());
        let (status, mut told, mut given) = match range {
            None => (200, 0..length, 0..length),
            Some(range) => match range.within(length) {
                Some(range) => (206, range.clone(), range),
                None => {
                    let answer = Answer::words(416, "There is nothing in this range.");
                    return answer.with("Content-Range", format!("bytes */{length}")).with("ETag", etag);
                }
            },
        };
        if let Some(other) = elsewhere(&given, length).filter(|_| status == 206) {
            match take(&|fault| matches!(fault, Fault::WrongRange | Fault::LyingRange)) {
                Some(Fault::WrongRange) => (told, given) = (other.clone(), other),
                Some(_) => given = other,
                None => {}
            }
        }
        let mut parts = vec![given.clone()];
        match take(&|fault| matches!(fault, Fault::ShortBody | Fault::LongBody)) {
            Some(Fault::ShortBody) => parts[0].end -= (given.end - given.start).div_ceil(2),
            Some(_) => parts.push(0..Fault::SURPLUS.min(length)),
            None => {}
        }
        let wrong = take(&|fault| match fault {
            Fault::WrongByte { path, offset } => {
                *path == file.path && parts.iter().any(|part| part.contains(offset))
            }
            _ => false,
        });
        let wrong = match wrong {
            Some(Fault::WrongByte { offset, .. }) => Some(offset),
            _ => None,
        };
        let mut answer = Answer::new(status, kind(&file.path), "");
        if status == 206 {
            let range = format!("bytes {}-{}/{length}", told.start, told.end - 1);
            answer = answer.with("Content-Range", range);
        }
        answer.body = Body::Parts(file.source.clone(), parts, wrong);
        answer.with("ETag", etag).with("Accept-Ranges", "bytes")
    }
}

/// Another range of the same length; `None` where there is no room for one.
fn elsewhere(range: &Range<u64>, length: u64) -> Option<Range<u64>> {
    let by = (range.end - range.start).min(length - range.end);
    if by > 0 {
        return Some(range.start + by..range.end + by);
    }
    let by = (range.end - range.start).min(range.start);
    (by > 0).then(|| range.start - by..range.end - by)
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("json" | "txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
