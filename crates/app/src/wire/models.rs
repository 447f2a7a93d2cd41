//! Models, downloads, and what they would run on.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Problem;

/// A model, as a person meets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ModelCard {
    /// Its name; the starter model has none of its own, the interface calls it the guide.
    pub name: String,
    /// Whether it is the starter model, inside the program.
    pub starter: bool,
}

/// How a model that is not here yet would run on this computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Prospect {
    /// The model's name.
    pub model: String,
    /// Memory of the computer, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub memory: Option<u64>,
    /// The graphics card it would run on; absent for the processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub card: Option<String>,
    /// Whether it has room.
    pub room: Room,
    /// Bytes that other programs would have to give back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub to_free: Option<u64>,
    /// Words per second to expect, the least and the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub words: Option<(f64, f64)>,
}

/// Whether a model has room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Room {
    /// It does.
    Enough,
    /// Once other programs are closed.
    AfterClosing,
    /// Almost: a part of it will be read from the disk again and again.
    Scarce,
    /// It is too large for this computer.
    TooLittle,
    /// Nobody knows.
    Unknown,
}

/// The recommended model, before anything was downloaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Recommendation {
    /// How it would run here.
    pub prospect: Prospect,
    /// Its name as its maker writes it.
    pub title: String,
    /// Bytes of the download; `None` where that is not known.
    pub bytes: Option<u64>,
    /// Seconds of the download, at the speed that was reached the last time; `None` before any.
    pub seconds: Option<f64>,
    /// What this computer is.
    pub computer: ComputerCard,
}

/// A computer, as its owner knows it. What is not known is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ComputerCard {
    /// The processor.
    pub processor: Option<String>,
    /// Memory, bytes.
    pub memory: Option<u64>,
    /// Graphics cards: name, and memory of their own in bytes.
    pub cards: Vec<(String, Option<u64>)>,
    /// Bytes that are free on the disk where models lie.
    pub disk_free: Option<u64>,
}

/// A model in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ModelRow {
    /// What it is called.
    pub id: String,
    /// Its name as its maker writes it.
    pub title: String,
    /// One sentence about it, in the language of the window; `None` for one that is not in the catalog.
    pub summary: Option<String>,
    /// Who made it.
    pub maker: Option<String>,
    /// What may be done with it.
    pub licence: Option<LicenceCard>,
    /// What it is good at, the most characteristic first.
    pub good_at: Vec<Strength>,
    /// Languages that its maker names, ISO 639-1.
    pub languages: Vec<String>,
    /// Where it stands.
    pub state: ModelState,
    /// Whether it is the one that answers.
    pub current: bool,
    /// Whether it is the one to begin with on this computer.
    pub recommended: bool,
    /// Bytes on this disk, or else of the download; `None` where that is not known.
    pub bytes: Option<u64>,
    /// Bytes of the whole, while it is on its way.
    pub total: Option<u64>,
    /// Whether an engine of this version runs it; `None` where nobody knows.
    pub runnable: Option<bool>,
    /// Whether the hub gives it only to people who have accepted its terms.
    pub gated: bool,
    /// How it would run here; `None` where that cannot be said.
    pub prospect: Option<Prospect>,
    /// The forms in which it can be had, the usual one first.
    pub variants: Vec<VariantRow>,
}

/// Where a model stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
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

/// What may be done with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LicenceCard {
    /// Its name.
    pub name: String,
    /// Where it can be read.
    pub link: Option<String>,
    /// Whether it may be used to earn money; `None` under conditions or where it is not known.
    pub commercial: Option<bool>,
}

/// What a model is good at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each says itself")]
pub enum Strength {
    Conversation,
    Reasoning,
    Code,
    Writing,
    Translation,
    Summaries,
    Maths,
}

/// A form in which a model can be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VariantRow {
    /// The name by which it is downloaded: `gpt-oss-20b:onnx-cpu`.
    pub name: String,
    /// What its files are: `checkpoint`, `gguf` or `onnx`.
    pub format: String,
    /// How its weights are kept: `mxfp4`, `bf16`, …
    pub precision: String,
    /// The engine that runs it.
    pub engine: String,
    /// What that engine can run it on.
    pub devices: Vec<String>,
    /// Bytes of the download.
    pub bytes: Option<u64>,
    /// Whether an engine of this version runs it.
    pub runnable: bool,
}

/// The model that answers, and whether it could do so at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelPhase {
    /// It is on the disk, and is loaded with the next question.
    Resting,
    /// It is being loaded.
    Loading {
        /// Share loaded, 0 to 1.
        share: f64,
    },
    /// It answers at once.
    Ready {
        /// Whether it was meant for a card and the processor does a part, which makes it slow.
        partly_on_processor: bool,
    },
    /// It could not be loaded.
    Failed {
        /// Why.
        problem: Problem,
    },
}
