//! What passes between the window and the program. This is the one place where it is declared: the TypeScript in
//! `ui/src/bindings` is made from it by `cargo xtask bindings`.

mod bindings;
mod chat;
mod conversations;
mod downloads;
mod models;
mod settings;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Problem;

pub use bindings::{COMMANDS, Command, bindings};
pub use chat::{
    AskRequest, Asked, ChatEvent, DeviceCard, Effort, FinishReason, Route, ShortenRequest, Shortening,
    StopRequest, Timing,
};
pub use conversations::{
    Assistant, AttachedText, ConversationChange, ConversationRequest, ConversationRow, DraftRequest,
    ExportFormat, ExportRequest, Exported, FolderChange, FolderRow, Hit, Imported, ListRequest, MessageCard,
    MessageState, Role, Thread,
};
pub use downloads::{
    DownloadCard, DownloadChange, DownloadRequest, DownloadStage, DownloadState, DownloadWait, ModelTask,
    ModelWork, TaskOutcome, TaskProgress,
};
pub use models::{
    ComputerCard, LicenceCard, ModelCard, ModelPhase, ModelRow, ModelState, Prospect, Recommendation, Room,
    Strength, VariantRow,
};
pub use settings::{
    AboutMe, EraseRequest, ProxySetting, SettingChange, SettingsCard, ShownFolder, Theme, Visit, VisitPurpose,
};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

impl Language {
    /// The language of the system, English where it is neither.
    #[must_use]
    pub fn of_system() -> Self {
        Self::of_locale(&sys_locale::get_locale().unwrap_or_default())
    }

    fn of_locale(locale: &str) -> Self {
        let language = locale.split(['-', '_', '.']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("fr") { Self::Fr } else { Self::En }
    }
}

/// What the window shows first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Welcome {
    /// The language to speak.
    pub language: Language,
    /// The version of Domicile.
    pub version: String,
    /// The model that answers.
    pub model: ModelCard,
    /// What the person has set.
    pub settings: SettingsCard,
    /// Whether nothing has ever been said or downloaded here.
    pub first: bool,
    /// What was being typed for a conversation that had not begun.
    pub draft: String,
    /// The conversation to open at once, where the program was started with a link to one.
    pub open: Option<i64>,
    /// What happened to the conversations, where they had to be brought back from an earlier copy.
    pub restored: Option<Restored>,
    /// What went wrong at the start.
    pub problem: Option<Problem>,
}

/// Conversations that were damaged on the disk, and brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Restored {
    /// When the copy was made, in milliseconds since 1970; `None` where there was none.
    pub copy_of: Option<i64>,
    /// How many conversations there are now.
    pub conversations: u32,
    /// The damaged file, which is kept, as it is shown to people.
    pub damaged: String,
}

/// What happens in the program whether the window asks or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProgramEvent {
    /// The downloads are like this now.
    Downloads {
        /// All of them, in the order in which they are fetched.
        downloads: Vec<DownloadCard>,
    },
    /// The models on the disk are others now: read the list again.
    Models,
    /// The model that answers, and where it stands.
    Model {
        /// Which one.
        model: ModelCard,
        /// Whether it could answer at once.
        phase: ModelPhase,
    },
    /// A conversation has another title, or is new.
    Conversation {
        /// As the list shows it now.
        row: ConversationRow,
    },
    /// A conversation is to be opened: somebody followed a link to it.
    Open {
        /// Which one.
        conversation: i64,
    },
    /// Something is dragged over the window, or no longer.
    Dragging {
        /// Whether it is.
        over: bool,
    },
    /// Texts were dropped on the window.
    Dropped {
        /// What is in them.
        texts: Vec<AttachedText>,
        /// Names of those that are no texts.
        refused: Vec<String>,
    },
    /// What may be a model was dropped on the window.
    DroppedModel {
        /// Its name.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn french_systems_are_spoken_to_in_french() {
        for (locale, language) in [
            ("fr-FR", Language::Fr),
            ("fr_CA.UTF-8", Language::Fr),
            ("fr", Language::Fr),
            ("en-GB", Language::En),
            ("fry-NL", Language::En),
            ("C", Language::En),
            ("", Language::En),
        ] {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }
}
