//! Assistants that people made.

use rusqlite::params;

use crate::{Assistant, History, Result};

impl History {
    /// The assistants, in the order in which they came.
    pub fn assistants(&self) -> Result<Vec<Assistant>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, name, about, instructions, model, effort, temperature, top_p, top_k, min_p
             FROM assistants ORDER BY rowid",
        )?;
        let assistants = statement.query_map([], |row| {
            Ok(Assistant {
                id: row.get(0)?,
                name: row.get(1)?,
                about: row.get(2)?,
                instructions: row.get(3)?,
                model: row.get(4)?,
                effort: row.get(5)?,
                temperature: row.get(6)?,
                top_p: row.get(7)?,
                top_k: row.get(8)?,
                min_p: row.get(9)?,
            })
        })?;
        Ok(assistants.collect::<rusqlite::Result<_>>()?)
    }

    /// Keeps an assistant, in place of the one that has its id.
    pub fn keep_assistant(&self, assistant: &Assistant) -> Result<()> {
        self.put_assistant(
            assistant,
            "DO UPDATE SET name = excluded.name, about = excluded.about, instructions = excluded.instructions,
             model = excluded.model, effort = excluded.effort, temperature = excluded.temperature,
             top_p = excluded.top_p, top_k = excluded.top_k, min_p = excluded.min_p",
        )
    }

    /// Keeps an assistant unless there is one that has its id.
    pub(crate) fn add_assistant(&self, assistant: &Assistant) -> Result<()> {
        self.put_assistant(assistant, "DO NOTHING")
    }

    fn put_assistant(&self, assistant: &Assistant, conflict: &str) -> Result<()> {
        self.connection
            .prepare_cached(&format!(
                "INSERT INTO assistants
                 (id, name, about, instructions, model, effort, temperature, top_p, top_k, min_p)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) {conflict}"
            ))?
            .execute(params![
                assistant.id,
                assistant.name,
                assistant.about,
                assistant.instructions,
                assistant.model,
                assistant.effort,
                assistant.temperature,
                assistant.top_p,
                assistant.top_k,
                assistant.min_p,
            ])?;
        Ok(())
    }

    /// Removes an assistant. Conversations with it keep its id.
    pub fn remove_assistant(&self, id: &str) -> Result<()> {
        self.connection.execute("DELETE FROM assistants WHERE id = ?1", [id])?;
        Ok(())
    }
}
