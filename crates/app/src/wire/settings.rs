//! What can be set, and what is kept about a person.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Language;

/// The settings, as the window shows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SettingsCard {
    /// The language; `None`: the system's.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Theme,
    /// Size of the text, in hundredths of the usual: 80 to 200.
    pub text_size: u32,
    /// Whether Enter sends; otherwise it begins a line, and Control and Enter send.
    pub enter_sends: bool,
    /// A model that nobody asks anything for so many seconds gives its memory back; `None`: never.
    pub idle_seconds: Option<u64>,
    /// Whether a question goes on by itself on the next device after an accident.
    pub moves_on: bool,
    /// Most bytes per second of downloads; `None`: as fast as can be.
    pub download_limit: Option<u64>,
    /// Downloads only between these hours, the first and the one at which they are over; `None`: at any time.
    pub download_hours: Option<(u8, u8)>,
    /// Downloads over metered connections too.
    pub metered: bool,
    /// Whether nothing is asked of any other computer.
    pub offline: bool,
    /// The address of the hub, where it is a mirror.
    pub hub: Option<String>,
    /// What stands between this computer and others.
    pub proxy: ProxySetting,
    /// Whether there is an access key for the hub.
    pub has_key: bool,
    /// Where models lie, as it is shown to people.
    pub models_folder: String,
    /// Where conversations and settings lie.
    pub data_folder: String,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Paper.
    Light,
    /// Lamplight.
    Dark,
}

/// What stands between this computer and others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProxySetting {
    /// What the system says.
    System,
    /// Nothing.
    None,
    /// This one.
    Address {
        /// `http://host:port`.
        address: String,
    },
}

/// A setting that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum SettingChange {
    /// The language.
    Language(Option<Language>),
    /// Light or dark.
    Theme(Theme),
    /// Size of the text, in hundredths.
    TextSize(u32),
    /// Whether Enter sends.
    EnterSends(bool),
    /// Seconds after which an idle model gives its memory back.
    IdleSeconds(Option<u64>),
    /// Whether a question goes on by itself after an accident.
    MovesOn(bool),
    /// Most bytes per second of downloads.
    DownloadLimit(Option<u64>),
    /// Hours of downloads.
    DownloadHours(Option<(u8, u8)>),
    /// Metered connections.
    Metered(bool),
    /// The switch.
    Offline(bool),
    /// The address of the hub.
    Hub(Option<String>),
    /// The proxy.
    Proxy(ProxySetting),
    /// The access key for the hub; `None` forgets it.
    Key(Option<String>),
}

/// What was asked of another computer, the connections of a day taken together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Visit {
    /// The other computer.
    pub host: String,
    /// Why.
    pub purpose: VisitPurpose,
    /// The model it was about.
    pub about: String,
    /// When the first of them began, in milliseconds since 1970.
    pub from: i64,
    /// When the last of them began.
    pub to: i64,
    /// How many connections.
    pub connections: u32,
    /// Bytes that came.
    pub received: u64,
    /// How many of them brought no answer.
    pub unanswered: u32,
}

/// Why another computer was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VisitPurpose {
    /// To learn which files a model has.
    ModelListing,
    /// To fetch a part of a model.
    ModelFile,
}

/// Everything that is kept about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AboutMe {
    /// Where it is, as it is shown to people.
    pub folder: String,
    /// How many conversations.
    pub conversations: u32,
    /// How many messages.
    pub messages: u32,
    /// Bytes of conversations.
    pub bytes: u64,
    /// How many earlier copies of them are kept.
    pub backups: u32,
    /// Where models are, as it is shown to people.
    pub models_folder: String,
    /// Bytes of models.
    pub models_bytes: u64,
}

/// What to erase for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EraseRequest {
    /// Models too, which can be downloaded again.
    pub models: bool,
}

/// A folder to show in the system's own window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShownFolder {
    /// That of conversations and settings.
    Data,
    /// That of models.
    Models,
}
