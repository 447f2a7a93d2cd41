//! What is being typed.

use rusqlite::{OptionalExtension as _, params};

use crate::{Attachment, Draft, History, Result};

impl History {
    /// Keeps the text that is being typed in a conversation, or in one that is none yet.
    pub fn keep_draft(&self, conversation: Option<i64>, text: &str) -> Result<()> {
        self.put_draft(conversation, "text", text)
    }

    /// Keeps what is to go along with that text.
    pub fn keep_draft_attachments(
        &self,
        conversation: Option<i64>,
        attachments: &[Attachment],
    ) -> Result<()> {
        // Texts and names are always JSON.
        let json = serde_json::to_string(attachments).unwrap_or_else(|_| "[]".to_owned());
        self.put_draft(conversation, "attachments", &json)
    }

    fn put_draft(&self, conversation: Option<i64>, column: &str, value: &str) -> Result<()> {
        let transaction = self.begin()?;
        transaction
            .prepare_cached(&format!(
                "INSERT INTO drafts (conversation, {column}) VALUES (?1, ?2)
                 ON CONFLICT (coalesce(conversation, 0)) DO UPDATE SET {column} = excluded.{column}"
            ))?
            .execute(params![conversation, value])?;
        transaction
            .prepare_cached(
                "DELETE FROM drafts WHERE conversation IS ?1 AND text = '' AND attachments = '[]'",
            )?
            .execute([conversation])?;
        Ok(transaction.commit()?)
    }

    /// What is being typed; an empty one if nothing is.
    pub fn draft(&self, conversation: Option<i64>) -> Result<Draft> {
        let found = self
            .connection
            .prepare_cached("SELECT text, attachments FROM drafts WHERE conversation IS ?1")?
            .query_row([conversation], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
            .optional()?;
        Ok(found.map_or_else(Draft::default, |(text, attachments)| Draft {
            text,
            attachments: serde_json::from_str(&attachments).unwrap_or_default(),
        }))
    }
}
