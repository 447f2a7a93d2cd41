//! One connection: it fetches part after part.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use network::{Answer, NetworkError, Purpose, Request};

use super::report::Patience;
use super::round::{Common, End};
use super::site::{Source, Target};
use crate::content::write_at;
use crate::hub::host;
use crate::{CatalogError, Digest, Result};

/// How often a connection looks whether the one that fetches the whole file still does.
const LOOK: Duration = Duration::from_millis(100);

/// Why a part did not come.
enum Trouble {
    /// It may pass.
    Passing(CatalogError),
    /// The address that the hub led to has expired: ask it again.
    Expired,
    /// It does not pass.
    Final(End),
    /// The round is over, or another connection fetches the whole file.
    LeftAlone,
}

impl From<CatalogError> for Trouble {
    fn from(error: CatalogError) -> Self {
        if error.passes() { Self::Passing(error) } else { Self::Final(End::Failed(error)) }
    }
}

impl From<NetworkError> for Trouble {
    fn from(error: NetworkError) -> Self {
        CatalogError::from(error).into()
    }
}

/// Fetches parts until none is left or the round is over.
pub(super) async fn fetch_parts(common: Arc<Common>) {
    while let Some((at, part)) = common.next_part() {
        let target = &common.site.targets[at];
        let mut patience = Patience::new();
        loop {
            let before = target.journal.written(part);
            if target.missing(part).is_empty() {
                break;
            }
            let trouble = match attempt(&common, target, part).await {
                Ok(()) => continue,
                Err(trouble) => trouble,
            };
            if target.journal.written(part) > before {
                patience.succeeded();
            }
            match trouble {
                Trouble::LeftAlone => {
                    // If that connection breaks, this part is needed again.
                    tokio::select! {
                        () = tokio::time::sleep(LOOK) => {}
                        () = common.over() => return,
                    }
                }
                Trouble::Final(end) => return common.finish(end),
                Trouble::Expired => target.source.lock().await.address = None,
                Trouble::Passing(error) => {
                    if !wait(&common, &mut patience, &error).await {
                        return;
                    }
                }
            }
        }
    }
}

/// Waits before the next try; false where the round is over.
async fn wait(common: &Common, patience: &mut Patience, error: &CatalogError) -> bool {
    common.wait_for(Some(patience.next(error)));
    let going_on = tokio::select! {
        rested = patience.rest(error, &common.control) => rested.is_ok(),
        () = common.over() => false,
    };
    common.wait_for(None);
    going_on
}

async fn attempt(common: &Common, target: &Target, part: usize) -> std::result::Result<(), Trouble> {
    let over = common.over();
    tokio::pin!(over);
    let missing = target.missing(part);
    let source = target.source.lock().await.clone();
    if target.whole.load(Ordering::Acquire) {
        return Err(Trouble::LeftAlone);
    }
    let mut answer = tokio::select! {
        answer = ask(common, target, &source, &missing) => answer?,
        () = &mut over => return Err(Trouble::LeftAlone),
    };
    let began = match answer.status() {
        206 => begins_where(&answer, target, &missing)?,
        200 => all_of_it(&answer, target, &source)?,
        _ => return Err(unexpected(&answer)),
    };
    // Until this connection ends, however it ends.
    let _whole = (answer.status() == 200).then(|| Whole(target));
    keep(&answer, target, source).await;
    let end = if answer.status() == 200 { target.size } else { missing.end };
    let mut at = began;
    loop {
        let chunk = tokio::select! {
            chunk = answer.chunk() => chunk?,
            () = &mut over => return Err(Trouble::LeftAlone),
        };
        let Some(chunk) = chunk else { break };
        let room = usize::try_from(end - at).unwrap_or(usize::MAX);
        let bytes = &chunk[..chunk.len().min(room)];
        common.control.take(bytes.len()).await;
        write(target, at, bytes)?;
        at += bytes.len() as u64;
        if at == end {
            return Ok(());
        }
    }
    let detail = "the file ended early".to_owned();
    Err(Trouble::Passing(NetworkError::Interrupted { host: host(answer.url()), detail }.into()))
}

/// Asks where the file is known to be, or else the hub.
async fn ask(
    common: &Common,
    target: &Target,
    source: &Source,
    missing: &Range<u64>,
) -> std::result::Result<Answer, Trouble> {
    let request = |address: String| {
        Request::get(address, Purpose::ModelFile, &common.about).part(missing, source.etag.as_deref())
    };
    if let Some(address) = &source.address {
        let answer = common.hub.network().send(request(address.clone())).await?;
        return match answer.status() {
            400 | 401 | 403 | 404 | 410 => Err(Trouble::Expired),
            416 => Err(Trouble::Final(End::Changed(target.number))),
            _ => match common.hub.refused(&answer, &common.repository) {
                Some(error) => Err(error.into()),
                None => Ok(answer),
            },
        };
    }
    let address = common.hub.address(&common.repository, &common.revision, &target.remote);
    let answer = match common.hub.ask(request(address)).await? {
        answer if answer.status() == 416 => return Err(Trouble::Final(End::Changed(target.number))),
        answer => answer,
    };
    if let Some(error) = common.hub.refused(&answer, &common.repository) {
        return Err(error.into());
    }
    let linked = answer.first_header("x-linked-etag").map(|etag| etag.trim_matches('"'));
    match (&target.digest, linked) {
        (Some(Digest::Sha256(wanted)), Some(linked)) if !wanted.eq_ignore_ascii_case(linked) => {
            Err(Trouble::Final(End::Changed(target.number)))
        }
        _ => Ok(answer),
    }
}

/// Remembers where the file is, and which one it is.
async fn keep(answer: &Answer, target: &Target, before: Source) {
    let etag = answer.header("etag").map(str::to_owned).or(before.etag);
    *target.source.lock().await = Source { address: Some(answer.url().to_owned()), etag };
}

/// The place at which an answer of 206 begins, which must be the one that was asked for.
fn begins_where(answer: &Answer, target: &Target, missing: &Range<u64>) -> std::result::Result<u64, Trouble> {
    let range = answer.header("content-range").and_then(parse_range);
    match range {
        Some((_, _, Some(total))) if total != target.size => Err(Trouble::Final(End::Changed(target.number))),
        Some((start, _, _)) if start == missing.start => Ok(start),
        _ => Err(unexpected(answer)),
    }
}

/// `bytes 0-99/200` (RFC 9110, 14.4): first, last, and all there are, where that is said.
fn parse_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    Some((first, last, total.trim().parse().ok()))
}

/// An answer of 200 to a question for a part: another file, or a server that gives none but whole ones. Then this
/// connection fetches all of it, and the others leave it alone.
fn all_of_it(answer: &Answer, target: &Target, source: &Source) -> std::result::Result<u64, Trouble> {
    let page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    let size = answer.length();
    if page && size != Some(target.size) {
        return Err(unexpected(answer));
    }
    let (then, now) = (source.etag.as_deref(), answer.header("etag"));
    if size.is_some_and(|size| size != target.size) || then.is_some() && now.is_some() && then != now {
        return Err(Trouble::Final(End::Changed(target.number)));
    }
    if target.whole.swap(true, Ordering::AcqRel) {
        return Err(Trouble::LeftAlone);
    }
    Ok(0)
}

/// The right to fetch a whole file over one connection, until it is dropped.
struct Whole<'a>(&'a Target);

impl Drop for Whole<'_> {
    fn drop(&mut self) {
        self.0.whole.store(false, Ordering::Release);
    }
}

fn unexpected(answer: &Answer) -> Trouble {
    let detail = format!("status {} where a part of a file was asked for", answer.status());
    Trouble::Passing(CatalogError::Nonsense { host: host(answer.url()), detail })
}

/// Writes bytes that come at a place of the file, those left out that are there already.
fn write(target: &Target, mut at: u64, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        let part = target.part_at(at);
        let (range, missing) = (target.range(part), target.missing(part));
        let here = usize::try_from(range.end - at).unwrap_or(usize::MAX).min(bytes.len());
        let there = usize::try_from(missing.start.saturating_sub(at)).unwrap_or(usize::MAX).min(here);
        let new = &bytes[there..here];
        if !new.is_empty() {
            write_at(&target.file, at + there as u64, new).map_err(CatalogError::unwritable(&target.path))?;
            let written = at + here as u64 - range.start;
            target.journal.write(part, written).map_err(CatalogError::unwritable(&target.path))?;
        }
        at += here as u64;
        bytes = &bytes[here..];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse_range;

    #[test]
    fn the_range_of_an_answer_is_read() {
        assert_eq!(parse_range("bytes 5-9/20"), Some((5, 9, Some(20))));
        assert_eq!(parse_range("bytes 5-9/*"), Some((5, 9, None)));
        for text in ["", "bytes */20", "bytes 5-/20", "items 5-9/20", "bytes 5-9"] {
            assert_eq!(parse_range(text), None, "{text}");
        }
    }
}
