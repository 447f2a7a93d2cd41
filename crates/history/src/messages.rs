//! Questions and answers: a tree, of which one branch is shown.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{Attachment, Ending, History, HistoryError, Message, Result, Role, State, Timing, clock};

/// The columns of a message that [`message`] reads.
const COLUMNS: &str = "m.id, m.parent, m.role, m.text, m.reasoning, m.created, m.model, m.state, m.timing, m.problem,
    m.reads_from, m.summary, m.names,
    (SELECT group_concat(s.id) FROM messages s WHERE s.conversation = m.conversation AND s.parent IS m.parent)";

fn message(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Message, bool)> {
    let id: i64 = row.get(0)?;
    let siblings: Option<String> = row.get(13)?;
    let mut sibling_ids: Vec<i64> =
        siblings.unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect();
    sibling_ids.sort_unstable();
    let sibling = sibling_ids.iter().position(|sibling| *sibling == id).unwrap_or_default() + 1;
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    let timing: Option<String> = row.get(8)?;
    let message = Message {
        id,
        parent: row.get(1)?,
        role: Role::of(row.get_ref(2)?.as_str()?),
        text: row.get(3)?,
        reasoning: row.get(4)?,
        attachments: Vec::new(),
        created: row.get(5)?,
        model: row.get(6)?,
        state: State::of(row.get_ref(7)?.as_str()?),
        timing: timing.and_then(|timing| serde_json::from_str(&timing).ok()),
        problem: row.get(9)?,
        sibling: number(sibling),
        siblings: number(sibling_ids.len()),
        sibling_ids,
        reads_from: row.get(10)?,
        summary: row.get(11)?,
    };
    let attached = !row.get_ref(12)?.as_str()?.is_empty();
    Ok((message, attached))
}

/// A timing as it is kept.
pub(crate) fn timing_text(timing: Option<&Timing>) -> Option<String> {
    timing.and_then(|timing| serde_json::to_string(timing).ok())
}

/// The names of attachments as they are kept for the search. Never empty where there is an attachment.
pub(crate) fn names(attachments: &[Attachment]) -> String {
    attachments.iter().fold(String::new(), |names, attachment| names + &attachment.name + "\n")
}

/// Attaches texts to a message that has none yet.
pub(crate) fn attach(connection: &Connection, message: i64, attachments: &[Attachment]) -> Result<()> {
    for attachment in attachments {
        connection
            .prepare_cached("INSERT INTO attachments (message, name, text) VALUES (?1, ?2, ?3)")?
            .execute(params![message, attachment.name, attachment.text])?;
    }
    Ok(())
}

/// Makes the branch from the root to a message the shown one. What is shown after that message stays as it is.
fn show(connection: &Connection, message: i64) -> Result<()> {
    connection
        .prepare_cached(
            "WITH RECURSIVE up (id, parent) AS (
                SELECT id, parent FROM messages WHERE id = ?1
                UNION ALL
                SELECT m.id, m.parent FROM up CROSS JOIN messages m ON m.id = up.parent WHERE m.id < up.id
             )
             UPDATE messages SET chosen = up.id FROM up
             WHERE messages.id = up.parent AND messages.chosen IS NOT up.id",
        )?
        .execute([message])?;
    connection
        .prepare_cached(
            "WITH RECURSIVE up (id, parent, conversation) AS (
                SELECT id, parent, conversation FROM messages WHERE id = ?1
                UNION ALL
                SELECT m.id, m.parent, m.conversation FROM up CROSS JOIN messages m ON m.id = up.parent
                WHERE m.id < up.id
             )
             UPDATE conversations SET chosen = up.id FROM up
             WHERE up.parent IS NULL AND conversations.id = up.conversation
                AND conversations.chosen IS NOT up.id",
        )?
        .execute([message])?;
    Ok(())
}

/// The conversation and the role of a message.
fn place(connection: &Connection, message: i64) -> Result<(i64, Role)> {
    connection
        .prepare_cached("SELECT conversation, role FROM messages WHERE id = ?1")?
        .query_row([message], |row| Ok((row.get(0)?, Role::of(row.get_ref(1)?.as_str()?))))
        .optional()?
        .ok_or_else(|| HistoryError::not_found("message", message))
}

fn touch(connection: &Connection, conversation: i64, now: i64) -> Result<()> {
    let touched = connection
        .prepare_cached("UPDATE conversations SET updated = max(updated, ?2) WHERE id = ?1")?
        .execute([conversation, now])?;
    if touched == 0 { Err(HistoryError::not_found("conversation", conversation)) } else { Ok(()) }
}

impl History {
    /// A question, after an answer or first of all. It becomes part of the shown branch.
    pub fn ask(
        &self,
        conversation: i64,
        parent: Option<i64>,
        text: &str,
        attachments: &[Attachment],
    ) -> Result<i64> {
        let now = clock::now();
        let transaction = self.begin()?;
        touch(&transaction, conversation, now)?;
        if let Some(parent) = parent {
            match place(&transaction, parent)? {
                (place, Role::Model) if place == conversation => {}
                _ => return Err(HistoryError::not_found("answer", parent)),
            }
        }
        transaction
            .prepare_cached(
                "INSERT INTO messages (conversation, parent, role, state, created, text, names)
                 VALUES (?1, ?2, 'person', 'complete', ?3, ?4, ?5)",
            )?
            .execute(params![conversation, parent, now, text, names(attachments)])?;
        let question = transaction.last_insert_rowid();
        attach(&transaction, question, attachments)?;
        show(&transaction, question)?;
        transaction.commit()?;
        Ok(question)
    }

    /// An answer begins, [`State::Writing`], and becomes part of the shown branch. An earlier answer to the question
    /// that failed before it said anything makes room for it.
    pub fn begin_answer(&self, question: i64, model: &str) -> Result<i64> {
        let now = clock::now();
        let transaction = self.begin()?;
        let conversation = match place(&transaction, question)? {
            (conversation, Role::Person) => conversation,
            _ => return Err(HistoryError::not_found("question", question)),
        };
        touch(&transaction, conversation, now)?;
        transaction
            .prepare_cached(
                "DELETE FROM messages WHERE parent = ?1 AND state = 'failed' AND text = '' AND reasoning = ''
                 AND NOT EXISTS (SELECT 1 FROM messages next WHERE next.parent = messages.id)",
            )?
            .execute([question])?;
        transaction
            .prepare_cached(
                "INSERT INTO messages (conversation, parent, role, state, created, model)
                 VALUES (?1, ?2, 'model', 'writing', ?3, ?4)",
            )?
            .execute(params![conversation, question, now, model])?;
        let answer = transaction.last_insert_rowid();
        show(&transaction, answer)?;
        transaction.commit()?;
        Ok(answer)
    }

    /// Keeps what an answer says so far, all of it. It is found by a search once it is finished.
    pub fn write(&self, answer: i64, reasoning: &str, text: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE messages SET reasoning = ?2, text = ?3 WHERE id = ?1 AND state IN ('writing', 'interrupted')",
            )?
            .execute(params![answer, reasoning, text])?;
        Ok(())
    }

    /// An answer ends.
    pub fn finish(&self, answer: i64, ending: &Ending) -> Result<()> {
        let transaction = self.begin()?;
        let conversation = match place(&transaction, answer)? {
            (conversation, Role::Model) => conversation,
            _ => return Err(HistoryError::not_found("answer", answer)),
        };
        transaction
            .prepare_cached(
                "UPDATE messages SET reasoning = ?2, text = ?3, state = ?4, timing = ?5, problem = ?6 WHERE id = ?1",
            )?
            .execute(params![
                answer,
                ending.reasoning,
                ending.text,
                ending.state.word(),
                timing_text(ending.timing.as_ref()),
                ending.problem,
            ])?;
        touch(&transaction, conversation, clock::now())?;
        Ok(transaction.commit()?)
    }

    /// The shown branch, from the first question on.
    pub fn thread(&self, conversation: i64) -> Result<Vec<Message>> {
        self.branch(
            "SELECT chosen FROM conversations WHERE id = ?1 AND chosen IS NOT NULL
             UNION ALL
             SELECT m.chosen FROM branch CROSS JOIN messages m ON m.id = branch.id WHERE m.chosen > m.id",
            conversation,
        )
    }

    /// What leads to a message, from the first question on, and the message itself.
    pub fn path(&self, message: i64) -> Result<Vec<Message>> {
        let branch = self.branch(
            "SELECT ?1
             UNION ALL
             SELECT m.parent FROM branch CROSS JOIN messages m ON m.id = branch.id WHERE m.parent < m.id",
            message,
        )?;
        if branch.is_empty() { Err(HistoryError::not_found("message", message)) } else { Ok(branch) }
    }

    /// What follows a message has a higher number, so numbers are the order of a branch. A cross join goes from the
    /// branch to the messages, and never through all of them.
    fn branch(&self, steps: &str, start: i64) -> Result<Vec<Message>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "WITH RECURSIVE branch (id) AS ({steps})
             SELECT {COLUMNS} FROM branch CROSS JOIN messages m ON m.id = branch.id ORDER BY m.id"
        ))?;
        let mut messages = Vec::new();
        for found in statement.query_map([start], message)? {
            let (mut message, attached) = found?;
            if attached {
                message.attachments = self.attachments(message.id)?;
            }
            messages.push(message);
        }
        Ok(messages)
    }

    pub(crate) fn attachments(&self, message: i64) -> Result<Vec<Attachment>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, text FROM attachments WHERE message = ?1 ORDER BY id")?;
        let attachments =
            statement.query_map([message], |row| Ok(Attachment { name: row.get(0)?, text: row.get(1)? }))?;
        Ok(attachments.collect::<rusqlite::Result<_>>()?)
    }

    /// Shows the branch through a message, and after it what was last shown there. Returns the conversation.
    pub fn show(&self, message: i64) -> Result<i64> {
        let transaction = self.begin()?;
        let (conversation, _) = place(&transaction, message)?;
        show(&transaction, message)?;
        transaction.commit()?;
        Ok(conversation)
    }

    /// Says that a model reads the conversation from this question on only, or from its beginning again. A summary
    /// tells it what was said before.
    pub fn set_reads_from(&self, question: i64, reads_from: bool, summary: Option<&str>) -> Result<()> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE messages SET reads_from = ?2, summary = ?3 WHERE id = ?1 AND role = 'person'",
            )?
            .execute(params![question, reads_from, summary.filter(|_| reads_from)])?;
        if changed == 0 { Err(HistoryError::not_found("question", question)) } else { Ok(()) }
    }
}
