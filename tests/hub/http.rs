//! HTTP/1.1, as far as a hub needs it.

use std::fmt::Write;
use std::io::{BufRead, Read};
use std::ops::Range;

use super::content::Source;

/// No line of a request and no body of one is longer.
const LONGEST: u64 = 1 << 20;

/// A request as it came.
pub(super) struct Asked {
    pub(super) method: String,
    /// As sent: encoded, with the query.
    pub(super) target: String,
    /// The parts of the path, decoded.
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    /// Waits for the next request. `None` where there is none, or none that can be read.
    pub(super) fn read(from: &mut impl BufRead) -> Option<Self> {
        let first = line(from)?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = Vec::new();
        loop {
            let line = line(from)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':')?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let path = path.trim_matches('/').split('/').map(decoded).collect();
        let mut asked = Self { method, path, query: form(query), headers, body: Vec::new(), target };
        let length = asked.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
        from.take(LONGEST.min(length)).read_to_end(&mut asked.body).ok()?;
        (asked.body.len() as u64 == length).then_some(asked)
    }

    /// A header, its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// A value of the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The path, decoded.
    pub(super) fn decoded_path(&self) -> String {
        format!("/{}", self.path.join("/"))
    }

    pub(super) fn range(&self) -> Option<Asking> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        match (first.parse(), last) {
            (Ok(first), "") => Some(Asking::Between(first, u64::MAX)),
            (Ok(first), last) => {
                last.parse().ok().filter(|&last| last >= first).map(|last| Asking::Between(first, last))
            }
            (Err(_), last) => last.parse().ok().filter(|_| first.is_empty()).map(Asking::Last),
        }
    }
}

/// The part of a file that is asked for.
#[derive(Clone, Copy)]
pub(super) enum Asking {
    /// From the first to the last byte.
    Between(u64, u64),
    /// So many at the end.
    Last(u64),
}

impl Asking {
    /// What of it a file of this length has; `None` where nothing.
    pub(super) fn within(self, length: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::Between(first, last) => first..last.saturating_add(1).min(length),
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (range.start < range.end).then_some(range)
    }
}

/// What is sent after the headers.
pub(super) enum Body {
    Bytes(Vec<u8>),
    /// Parts of a file, one after the other; and where in the file a byte is wrong.
    Parts(Source, Vec<Range<u64>>, Option<u64>),
}

/// What comes back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
}

impl Answer {
    pub(super) fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("Content-Type", kind.to_owned())], body: Body::Bytes(body.into()) }
    }

    /// A few words that say what is wrong.
    pub(super) fn words(status: u16, words: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", words)
    }

    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn length(&self) -> u64 {
        match &self.body {
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::Parts(_, ranges, _) => ranges.iter().map(|range| range.end - range.start).sum(),
        }
    }

    /// All that comes before the body.
    pub(super) fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\nConnection: keep-alive\r\n\r\n", self.length()).unwrap();
        head
    }
}

fn line(from: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    from.take(LONGEST).read_line(&mut line).ok()?;
    line.strip_suffix('\n').map(|line| line.trim_end_matches('\r').to_owned())
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500..=599 => "Server Error",
        _ => "Answer",
    }
}

/// The names and values of a form or a query.
pub(super) fn form(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name), decoded(&value.replace('+', " ")))).collect()
}

/// A text of an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A path as it stands in an address.
pub(super) fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(byte.into());
        } else {
            write!(text, "%{byte:02X}").unwrap();
        }
    }
    text
}
