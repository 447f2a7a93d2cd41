//! What the person has set, in `settings.json` of the data folder.

use std::path::PathBuf;

use catalog::network::NetworkSettings;
use serde::{Deserialize, Serialize};

use crate::{Language, Theme};

/// The settings. What the file does not say is as here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What to do where the engine stops on one device and another one is left.
    pub after_accident: AfterAccident,
    /// A model that nobody asks anything for so many seconds gives its memory back; `None`: never.
    pub idle_seconds: Option<u64>,
    /// The model that answers; `None`: the guide.
    pub model: Option<String>,
    /// Where models lie; `None`: in the data folder.
    pub models_folder: Option<PathBuf>,
    /// The address of the hub, where it is a mirror; `None`: what `HF_ENDPOINT` says, or else Hugging Face.
    pub hub: Option<String>,
    /// What stands between this computer and others.
    pub network: NetworkSettings,
    /// How models are downloaded.
    pub downloads: DownloadSettings,
    /// How the window looks and behaves.
    pub window: WindowSettings,
}

/// How the window looks and behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    /// The language; `None`: the system's.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Theme,
    /// Size of the text, in hundredths of the usual.
    pub text_size: u32,
    /// Whether Enter sends a question.
    pub enter_sends: bool,
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self { language: None, theme: Theme::System, text_size: 100, enter_sends: true }
    }
}

/// How models are downloaded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DownloadSettings {
    /// Most bytes per second; `None`: as fast as can be.
    pub limit: Option<u64>,
    /// Only between these hours of the day; `None`: at any time.
    pub hours: Option<Hours>,
    /// Also over a connection that is paid for by what comes over it.
    pub metered: bool,
}

/// Hours of the day, by the clock of the computer: from 22 to 7 is the night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The first one, 0 to 23.
    pub from: u8,
    /// The one at which they are over, 0 to 23.
    pub to: u8,
}

impl Hours {
    /// Whether an hour is one of them.
    #[must_use]
    pub fn contain(self, hour: u8) -> bool {
        if self.from <= self.to {
            (self.from..self.to).contains(&hour) || self.from == self.to
        } else {
            hour >= self.from || hour < self.to
        }
    }
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
        Self {
            after_accident: AfterAccident::Move,
            idle_seconds: Some(15 * 60),
            model: None,
            models_folder: None,
            hub: None,
            network: NetworkSettings::default(),
            downloads: DownloadSettings::default(),
            window: WindowSettings::default(),
        }
    }
}

pub(crate) const FILE: &str = "settings.json";

#[cfg(test)]
mod tests {
    use super::Hours;

    #[test]
    fn the_night_goes_over_midnight() {
        let night = Hours { from: 22, to: 7 };
        let hours: Vec<u8> = (0..24).filter(|hour| night.contain(*hour)).collect();
        assert_eq!(hours, [0, 1, 2, 3, 4, 5, 6, 22, 23]);
        assert!(Hours { from: 9, to: 17 }.contain(9) && !Hours { from: 9, to: 17 }.contain(17));
        assert!((0..24).all(|hour| Hours { from: 3, to: 3 }.contain(hour)));
    }
}
