//! Downloads, and what else takes a while with models.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Problem;

/// A download.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DownloadCard {
    /// The model, as it was asked for.
    pub name: String,
    /// The id under which it will be in the list.
    pub model: String,
    /// What becomes of it.
    pub state: DownloadState,
}

/// What becomes of a download.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DownloadState {
    /// Its turn comes.
    Waiting,
    /// It begins.
    Beginning,
    /// It is being fetched.
    Running {
        /// What is being done.
        stage: DownloadStage,
        /// Bytes that are here.
        received: u64,
        /// Bytes of the whole.
        total: u64,
        /// Bytes per second.
        speed: Option<f64>,
        /// Seconds until it is here.
        seconds_left: Option<f64>,
        /// What it waits for by itself, if it does.
        waiting: Option<DownloadWait>,
    },
    /// The person has it wait.
    Paused,
    /// It waits for the hours that were set.
    OutsideHours,
    /// It waits for a connection that is not paid for by what comes over it.
    Metered,
    /// It cannot go on by itself.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DownloadStage {
    /// The hub is asked which files there are.
    Listing,
    /// Files are fetched.
    Fetching,
    /// What came is compared with what should have come.
    Checking,
    /// The model is ready.
    Ready,
}

/// What a download waits for, to try again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DownloadWait {
    /// Nothing is reached.
    NoConnection,
    /// The network is switched off in Domicile.
    SwitchedOff,
    /// The hub asks for patience.
    HubBusy,
    /// The connection broke off.
    Interrupted,
    /// Something answers in place of the hub.
    SomebodyElse,
    /// The disk is full.
    DiskFull,
}

/// A change to the downloads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DownloadRequest {
    /// The model: one of the catalog, a variant of one, or a repository of the hub by its name or address.
    pub name: String,
    /// What to do.
    pub change: DownloadChange,
}

/// What to do with a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DownloadChange {
    /// Fetch it, or go on.
    Start,
    /// Have it wait; what came is kept.
    Pause,
    /// Give it up, and free what came.
    GiveUp,
    /// Fetch it before the others.
    First,
}

/// Something that takes a while to be done with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelTask {
    /// A number by which it can be stopped.
    pub turn: u32,
    /// What.
    pub work: ModelWork,
}

/// What is done with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelWork {
    /// Reads all of it, and says whether it is as it came.
    Verify {
        /// The model.
        id: String,
    },
    /// Fetches what is damaged.
    Repair {
        /// The model.
        id: String,
    },
    /// Copies it into a folder that the person is asked for.
    Export {
        /// The model.
        id: String,
    },
    /// Takes over a model from a folder that the person is asked for.
    ImportFolder,
    /// Takes over a model from a file that the person is asked for.
    ImportFile,
    /// Takes over what was dropped on the window.
    ImportDropped,
    /// Moves all models into a folder that the person is asked for.
    Move,
    /// Removes it from this disk.
    Remove {
        /// The model.
        id: String,
    },
}

/// How far that is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskProgress {
    /// Bytes that are done.
    pub done: u64,
    /// Bytes of the whole; `None` where that is not known.
    pub total: Option<u64>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaskOutcome {
    /// The person was asked where, and chose nothing.
    Nothing,
    /// It is done.
    Done {
        /// The model, for those that bring one.
        id: Option<String>,
        /// Bytes that were freed, for a removal.
        freed: Option<u64>,
        /// The folder, as it is shown to people.
        folder: Option<String>,
    },
    /// Files of the model are not as they came.
    Damaged {
        /// How many.
        files: u32,
    },
}
