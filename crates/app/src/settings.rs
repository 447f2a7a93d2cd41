//! What the person has set, in `settings.json` of the data folder.

use serde::{Deserialize, Serialize};

/// The settings. What the file does not say is as here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What to do where the engine stops on one device and another one is left.
    pub after_accident: AfterAccident,
    /// A model that nobody asks anything for so many seconds gives its memory back; `None`: never.
    pub idle_seconds: Option<u64>,
}

/// What to do after an accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AfterAccident {
    /// Go on at once on the next device, and say so. Where a part of the answer is on the screen, offer it: an answer
    /// does not change under the eyes of who reads it.
    Move,
    /// Offer the next device.
    Offer,
}

impl Default for Settings {
    fn default() -> Self {
        Self { after_accident: AfterAccident::Move, idle_seconds: Some(15 * 60) }
    }
}

pub(crate) const FILE: &str = "settings.json";
