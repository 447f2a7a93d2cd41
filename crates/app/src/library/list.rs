//! The models as a list: those that are known, and those that are on this disk.

use catalog::{Entry, State, Stored};
use serde::Serialize;

use super::Library;
use crate::Problem;

/// A model, as a list shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What it is called.
    pub id: String,
    /// Its name as its maker writes it; its id where nothing more is known.
    pub title: String,
    /// Where it stands.
    pub state: RowState,
    /// Bytes on this disk, or else of the download; `None` where that is not known.
    pub bytes: Option<u64>,
    /// Bytes of the whole, while it is on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Whether an engine of this version runs it; `None` where nobody knows.
    pub runnable: Option<bool>,
    /// Name of its licence, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

/// Where a model stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// It is on this disk, and is right.
    Ready,
    /// A part of it is.
    Partial,
    /// It can be downloaded.
    Available,
    /// A folder that somebody put among the models.
    Unknown,
    /// What was noted of it is damaged.
    Damaged,
}

impl Library {
    /// What is known and what is on this disk, the known ones first.
    ///
    /// # Errors
    /// [`ProblemCode::FileUnreadable`] where the folder of models cannot be read.
    pub fn rows(&self) -> Result<Vec<Row>, Problem> {
        let stored = self.store().models()?;
        let mut rows: Vec<Row> = catalog::models().iter().map(|entry| self.row(entry, &stored)).collect();
        for model in &stored {
            if !rows.iter().any(|row| row.id == model.id) {
                rows.push(Row { title: model.id.clone(), runnable: None, licence: None, ..here(model) });
            }
        }
        Ok(rows)
    }

    fn row(&self, entry: &Entry, stored: &[Stored]) -> Row {
        let runnable = entry.variants.iter().any(|variant| self.runs(variant, &entry.architecture));
        let known = Row {
            id: entry.id.clone(),
            title: entry.title.clone(),
            state: RowState::Available,
            bytes: entry.variants.first().and_then(|variant| variant.bytes),
            total: None,
            runnable: Some(runnable),
            licence: Some(entry.licence.name.clone()),
        };
        match stored.iter().find(|model| model.id == entry.id) {
            Some(model) => {
                Row { title: known.title, runnable: known.runnable, licence: known.licence, ..here(model) }
            }
            None => known,
        }
    }
}

fn here(model: &Stored) -> Row {
    let (state, total) = match &model.state {
        State::Ready(_) => (RowState::Ready, None),
        State::Partial(plan) => (RowState::Partial, plan.as_ref().map(|plan| plan.bytes())),
        State::Unknown => (RowState::Unknown, None),
        State::Damaged(_) => (RowState::Damaged, None),
    };
    let licence = match &model.state {
        State::Ready(manifest) => manifest.licence.clone(),
        _ => None,
    };
    Row {
        id: model.id.clone(),
        title: model.id.clone(),
        state,
        bytes: Some(model.bytes),
        total,
        runnable: None,
        licence,
    }
}
