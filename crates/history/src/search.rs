//! Finding what was said.

use std::collections::HashMap;

use rusqlite::{OptionalExtension as _, params};

use crate::{History, Result, clock};

/// A place where the words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// In which conversation.
    pub conversation: i64,
    /// What that is called.
    pub title: String,
    /// In which message; none where it is the title.
    pub message: Option<i64>,
    /// When that was said.
    pub at: i64,
    /// What is there, in pieces, and whether a piece is one of the words.
    pub snippet: Vec<(String, bool)>,
}

/// Of words that are everywhere, the newest places are looked at.
const CANDIDATES: u32 = 1000;
/// Of a whole page that is pasted, the last words are looked for.
const MOST_WORDS: usize = 24;
/// So many hits of one conversation, and room is left for others.
const OF_ONE_CONVERSATION: u32 = 3;
/// How many words of a message are shown around a hit.
const SNIPPET_WORDS: u32 = 16;
/// A hit that is so old counts half as much as one of today.
const HALF: f64 = 90.0 * 24.0 * 3600.0 * 1000.0;
/// What a hit in a title counts, compared with one in a message.
const TITLE: f64 = 2.0;

// Marks that no keyboard has, around the words in a snippet.
const BEGIN: char = '\u{2}';
const END: char = '\u{3}';

struct Candidate {
    conversation: i64,
    message: Option<i64>,
    at: i64,
    score: f64,
}

/// What people type, as FTS5 reads it: every word quoted, the last one as a beginning. None where there is no word.
fn query(words: &str) -> Option<String> {
    let mut quoted: Vec<String> = Vec::new();
    for word in words.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)) {
        let word = format!("\"{}\"", word.replace('"', "\"\"").replace('\0', " "));
        // The last place of a word that comes twice, as that may be the last of all.
        quoted.retain(|other| *other != word);
        quoted.push(word);
        if quoted.len() > MOST_WORDS {
            quoted.remove(0);
        }
    }
    (!quoted.is_empty()).then(|| quoted.join(" ") + " *")
}

fn pieces(snippet: &str) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    for (number, part) in snippet.split(BEGIN).enumerate() {
        let (hit, rest) = if number == 0 { ("", part) } else { part.split_once(END).unwrap_or(("", part)) };
        for (text, is_hit) in [(hit, true), (rest, false)] {
            if !text.is_empty() {
                pieces.push((text.replace(END, ""), is_hit));
            }
        }
    }
    pieces
}

impl History {
    /// Where these words are, in messages, names of attachments and titles: best and newest first, all of the words in
    /// one place. The last word may be the beginning of one, so that one can search while typing.
    pub fn search(&self, words: &str, limit: u32) -> Result<Vec<Hit>> {
        let Some(query) = query(words) else { return Ok(Vec::new()) };
        let mut candidates = self.in_titles(&query)?;
        candidates.extend(self.in_messages(&query)?);
        candidates.sort_by(|one, other| other.score.total_cmp(&one.score));
        let mut of_one: HashMap<i64, u32> = HashMap::new();
        candidates.retain(|candidate| {
            let count = of_one.entry(candidate.conversation).or_default();
            *count += 1;
            *count <= OF_ONE_CONVERSATION
        });
        candidates.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        candidates.into_iter().map(|candidate| self.hit(&query, candidate)).collect()
    }

    fn in_titles(&self, query: &str) -> Result<Vec<Candidate>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT c.id, c.updated, bm25(found_titles) FROM found_titles
             CROSS JOIN conversations c ON c.id = found_titles.rowid
             WHERE found_titles MATCH ?1 AND c.deleted_at IS NULL
             ORDER BY found_titles.rowid DESC LIMIT ?2",
        )?;
        let now = clock::now();
        let found = statement.query_map(params![query, CANDIDATES], |row| {
            let at = row.get(1)?;
            let score = TITLE * score(row.get(2)?, now, at);
            Ok(Candidate { conversation: row.get(0)?, message: None, at, score })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    fn in_messages(&self, query: &str) -> Result<Vec<Candidate>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT m.conversation, m.id, m.created, bm25(found) FROM found
             CROSS JOIN messages m ON m.id = found.rowid
             CROSS JOIN conversations c ON c.id = m.conversation
             WHERE found MATCH ?1 AND c.deleted_at IS NULL
             ORDER BY found.rowid DESC LIMIT ?2",
        )?;
        let now = clock::now();
        let found = statement.query_map(params![query, CANDIDATES], |row| {
            let at = row.get(2)?;
            let score = score(row.get(3)?, now, at);
            Ok(Candidate { conversation: row.get(0)?, message: Some(row.get(1)?), at, score })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// The words around a hit are looked up for those alone that are shown.
    fn hit(&self, query: &str, candidate: Candidate) -> Result<Hit> {
        let (table, row) = match candidate.message {
            Some(message) => ("found", message),
            None => ("found_titles", candidate.conversation),
        };
        let snippet: Option<String> = self
            .connection
            .prepare_cached(&format!(
                "SELECT snippet({table}, -1, '{BEGIN}', '{END}', '…', {SNIPPET_WORDS}) FROM {table}
                 WHERE {table} MATCH ?1 AND rowid = ?2"
            ))?
            .query_row(params![query, row], |row| row.get(0))
            .optional()?
            .flatten();
        let title = self
            .connection
            .prepare_cached("SELECT title FROM conversations WHERE id = ?1")?
            .query_row([candidate.conversation], |row| row.get(0))?;
        Ok(Hit {
            conversation: candidate.conversation,
            title,
            message: candidate.message,
            at: candidate.at,
            snippet: pieces(&snippet.unwrap_or_default()),
        })
    }
}

/// How well a place fits: the rarer the words and the newer, the better. `bm25` is less than 0, and lower is better.
fn score(bm25: f64, now: i64, at: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "an age needs no precision")]
    let age = now.saturating_sub(at).max(0) as f64;
    -bm25 * (HALF / (HALF + age))
}
