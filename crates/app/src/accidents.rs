//! Engines that stopped in the middle of their work: remembered, so that the next start does not repeat it unasked.

use serde::{Deserialize, Serialize};

use crate::choose::Place;
use crate::data::DataFolder;

const FILE: &str = "accidents.json";
/// More than a computer has devices; older ones are forgotten.
const MOST: usize = 32;

/// When it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// While the model was loaded.
    Load,
    /// While it read or wrote.
    Answer,
}

/// An engine that stopped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accident {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// With which model.
    pub model: String,
    /// When.
    pub stage: Stage,
    /// The version of Domicile: a newer one may have mended it.
    pub version: String,
    /// What is known of it, in technical English.
    pub detail: String,
    /// Whether it happened since the program was started: then who asks again knows of it.
    #[serde(skip)]
    pub new: bool,
}

/// Those of this computer.
pub(crate) struct Accidents {
    data: DataFolder,
    known: Vec<Accident>,
}

impl Accidents {
    pub(crate) fn of(data: &DataFolder) -> Self {
        Self { data: data.clone(), known: data.read(FILE) }
    }

    /// The one with this model in this place, in this version, from before the program was started.
    pub(crate) fn earlier(&self, place: &Place, model: &str) -> Option<&Accident> {
        self.known.iter().rfind(|known| known.is_like(place, model) && !known.new)
    }

    pub(crate) fn remember(&mut self, place: &Place, model: &str, stage: Stage, detail: &str, new: bool) {
        self.forgive_quietly(place, model);
        self.known.push(Accident {
            new,
            place: place.clone(),
            model: model.to_owned(),
            stage,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            detail: detail.to_owned(),
        });
        let many = self.known.len().saturating_sub(MOST);
        self.known.drain(..many);
        self.data.write(FILE, &self.known);
    }

    /// It worked after all.
    pub(crate) fn forgive(&mut self, place: &Place, model: &str) {
        if self.forgive_quietly(place, model) {
            self.data.write(FILE, &self.known);
        }
    }

    fn forgive_quietly(&mut self, place: &Place, model: &str) -> bool {
        let before = self.known.len();
        self.known.retain(|known| !known.is_like(place, model));
        self.known.len() < before
    }
}

impl Accident {
    fn is_like(&self, place: &Place, model: &str) -> bool {
        self.place == *place && self.model == model && self.version == env!("CARGO_PKG_VERSION")
    }
}
