//! Conversations as a page that needs nothing else and does nothing.

use std::fmt;
use std::io::{self, Write};

use super::{ExportWords, is_incomplete};
use crate::{History, HistoryError, Message, Result, Role, Row};

const STYLE: &str = "
body { font: 11pt/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: .85rem; margin: 1.5rem 0 .25rem; color: #555; break-after: avoid; }
article + article { break-before: page; margin-top: 3rem; }
time, .note { color: #555; font-size: .85rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.person { background: #f3f3f1; border-radius: .5rem; padding: .5rem .75rem; }
.aside { border-left: 3px solid #ccc; padding-left: .75rem; color: #555; font-size: .9rem; }
";

/// Text that is nothing but text in a page.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'', '\0']) {
            formatter.write_str(&rest[..at])?;
            formatter.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                b'\'' => "&#39;",
                _ => "\u{fffd}",
            })?;
            rest = &rest[at + 1..];
        }
        formatter.write_str(rest)
    }
}

pub(super) fn write(history: &History, ids: &[i64], words: &ExportWords, out: &mut dyn Write) -> Result<()> {
    let title = match ids {
        [one] => words.title(&history.row(*one)?).to_owned(),
        _ => words.heading.clone(),
    };
    head(&title, words, out).map_err(HistoryError::Export)?;
    for id in ids {
        let row = history.row(*id)?;
        let thread = history.thread(*id)?;
        conversation(&row, &thread, words, out).map_err(HistoryError::Export)?;
    }
    writeln!(out, "</body>\n</html>").map_err(HistoryError::Export)
}

fn head(title: &str, words: &ExportWords, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>", Escaped(&words.language))?;
    writeln!(out, "<meta charset=\"utf-8\">")?;
    // Should anything in it ever be taken for more than text, it still could do and load nothing.
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>", Escaped(title))
}

fn conversation(row: &Row, thread: &[Message], words: &ExportWords, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<article>\n<h1>{}</h1>", Escaped(words.title(row)))?;
    writeln!(out, "<time>{}</time>", Escaped(&(words.date)(row.created)))?;
    for message in thread {
        let class = if message.role == Role::Person { "text person" } else { "text" };
        writeln!(out, "<h2>{}</h2>", Escaped(words.who(message)))?;
        if !message.reasoning.trim().is_empty() {
            aside(&words.reasoning, None, message.reasoning.trim(), out)?;
        }
        writeln!(out, "<div class=\"{class}\">{}</div>", Escaped(message.text.trim_end()))?;
        for attachment in &message.attachments {
            aside(&words.attachment, Some(&attachment.name), &attachment.text, out)?;
        }
        if is_incomplete(message) {
            writeln!(out, "<p class=\"note\">{}</p>", Escaped(&words.incomplete))?;
        }
    }
    writeln!(out, "</article>")
}

fn aside(what: &str, name: Option<&str>, text: &str, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<div class=\"aside\"><p class=\"note\">{}", Escaped(what))?;
    if let Some(name) = name {
        write!(out, ": {}", Escaped(name))?;
    }
    writeln!(out, "</p><div class=\"text\">{}</div></div>", Escaped(text))
}
