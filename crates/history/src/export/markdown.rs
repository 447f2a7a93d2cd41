//! Conversations as text with the marks of Markdown.

use std::io::{self, Write};

use super::{ExportWords, is_incomplete};
use crate::{History, HistoryError, Message, Result, Row};

pub(super) fn write(history: &History, ids: &[i64], words: &ExportWords, out: &mut dyn Write) -> Result<()> {
    for (number, id) in ids.iter().enumerate() {
        let row = history.row(*id)?;
        let thread = history.thread(*id)?;
        conversation(number, &row, &thread, words, out).map_err(HistoryError::Export)?;
    }
    Ok(())
}

fn conversation(
    number: usize,
    row: &Row,
    thread: &[Message],
    words: &ExportWords,
    out: &mut dyn Write,
) -> io::Result<()> {
    if number > 0 {
        writeln!(out, "\n---\n")?;
    }
    // A title is one line.
    let title = words.title(row).split_whitespace().collect::<Vec<_>>().join(" ");
    writeln!(out, "# {title}\n\n*{}*", (words.date)(row.created))?;
    for message in thread {
        writeln!(out, "\n## {}\n", words.who(message))?;
        if !message.reasoning.trim().is_empty() {
            writeln!(out, "> **{}**\n>", words.reasoning)?;
            for line in message.reasoning.trim().lines() {
                writeln!(out, "> {line}")?;
            }
            writeln!(out)?;
        }
        writeln!(out, "{}", message.text.trim_end())?;
        for attachment in &message.attachments {
            writeln!(out, "\n*{}: {}*\n", words.attachment, attachment.name)?;
            let fence = fence(&attachment.text);
            writeln!(out, "{fence}\n{}\n{fence}", attachment.text.trim_end())?;
        }
        if is_incomplete(message) {
            writeln!(out, "\n*{}*", words.incomplete)?;
        }
    }
    Ok(())
}

/// A fence that the text does not have itself.
fn fence(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}
