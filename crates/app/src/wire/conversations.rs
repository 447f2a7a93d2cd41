//! What was said, and by whom. Times are milliseconds since 1970.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::chat::{Effort, Timing};
use crate::Problem;

/// A conversation, as the list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ConversationRow {
    /// Its number.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// When it began.
    pub created: i64,
    /// When something was said last.
    pub updated: i64,
    /// Whether it stays on top.
    pub pinned: bool,
    /// The folder it is kept in.
    pub folder: Option<i64>,
    /// The assistant it is with; `None` is nobody in particular.
    pub assistant: Option<String>,
    /// How long the model thinks in it; `None`: as the assistant does.
    pub effort: Option<Effort>,
}

/// A folder of conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FolderRow {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// How many conversations are in it.
    pub conversations: u32,
}

/// A part of the list, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListRequest {
    /// Those of this folder; `None`: all.
    pub folder: Option<i64>,
    /// Those that stay on top, or the others.
    pub pinned: bool,
    /// Those after this one: its `updated` and its `id`.
    pub after: Option<(i64, i64)>,
    /// How many.
    pub count: u32,
}

/// A conversation that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Thread {
    /// As the list shows it.
    pub row: ConversationRow,
    /// The branch that is shown, the oldest message first.
    pub messages: Vec<MessageCard>,
    /// What was being typed.
    pub draft: String,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    Person,
    /// A model.
    Model,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MessageCard {
    /// Its number.
    pub id: i64,
    /// Who speaks.
    pub role: Role,
    /// What was said.
    pub text: String,
    /// What the model thought before.
    pub reasoning: String,
    /// The texts that went with a question: name and bytes.
    pub attachments: Vec<(String, u64)>,
    /// When.
    pub created: i64,
    /// The model that wrote it, its name as in [`super::ModelCard`]; `None` for a person.
    pub model: Option<String>,
    /// Whether the answer is whole.
    pub state: MessageState,
    /// Its figures.
    pub timing: Option<Timing>,
    /// Why it could not go on.
    pub problem: Option<Problem>,
    /// The messages that stand in its place in other branches, itself among them, the oldest first.
    pub branches: Vec<i64>,
    /// Whether the model reads the conversation from here on only.
    pub reads_from: bool,
    /// What it reads in place of what was before.
    pub summary: Option<String>,
}

/// Whether a message is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It is being written.
    Writing,
    /// It is.
    Complete,
    /// The person stopped it.
    Stopped,
    /// The most that was asked for was reached.
    Length,
    /// The conversation is as long as the model can follow.
    ContextFull,
    /// Something went wrong.
    Failed,
    /// The program ended in the middle of it.
    Interrupted,
}

/// A text that goes with a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttachedText {
    /// Name of its file.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// A change to a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConversationRequest {
    /// The conversation.
    pub id: i64,
    /// What to do.
    pub change: ConversationChange,
}

/// What to do with a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConversationChange {
    /// Gives it a title.
    Rename {
        /// The title.
        title: String,
    },
    /// Keeps it on top, or no longer.
    Pin {
        /// Whether.
        pinned: bool,
    },
    /// Puts it into a folder.
    File {
        /// The folder; `None`: none.
        folder: Option<i64>,
    },
    /// Goes on with another assistant.
    Assistant {
        /// The assistant; `None`: nobody in particular.
        id: Option<String>,
    },
    /// Has the model think longer or shorter.
    Effort {
        /// How long; `None`: as the assistant does.
        effort: Option<Effort>,
    },
}

/// What is being typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftRequest {
    /// In this conversation; `None`: in one that has not begun.
    pub conversation: Option<i64>,
    /// The text so far.
    pub text: String,
}

/// A change to the folders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FolderChange {
    /// A new one.
    Add {
        /// Its name.
        name: String,
    },
    /// Another name.
    Rename {
        /// Which one.
        id: i64,
        /// Its name.
        name: String,
    },
    /// Takes it away. What is in it stays.
    Remove {
        /// Which one.
        id: i64,
    },
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hit {
    /// The conversation.
    pub conversation: i64,
    /// Its title.
    pub title: String,
    /// The message; `None`: it is in the title.
    pub message: Option<i64>,
    /// When that was said.
    pub at: i64,
    /// The place in pieces, and whether each is what was looked for.
    pub snippet: Vec<(String, bool)>,
}

/// What to write out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportRequest {
    /// These conversations; `None`: all of them.
    pub ids: Option<Vec<i64>>,
    /// How.
    pub format: ExportFormat,
}

/// How conversations are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// As a text that people read.
    Markdown,
    /// With everything, to be taken back in.
    Json,
    /// As a page to print.
    Page,
}

/// What was written out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Exported {
    /// The file, as it is shown to people.
    pub file: String,
    /// How many conversations are in it.
    pub conversations: u32,
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Imported {
    /// How many conversations came.
    pub conversations: u32,
    /// How many messages.
    pub messages: u32,
    /// How many conversations were here already.
    pub known: u32,
    /// How many could not be read.
    pub unreadable: u32,
}

/// Somebody to talk to: instructions for a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Assistant {
    /// What it is known by; empty for a new one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// One sentence about it.
    pub about: String,
    /// What the model is told before every conversation.
    pub instructions: String,
    /// The model; `None`: whichever answers.
    pub model: Option<String>,
    /// How long it thinks.
    pub effort: Effort,
    /// How freely it chooses its words: 0 always the likeliest; `None`: as the model's maker recommends.
    pub temperature: Option<f32>,
    /// From how much of what is likely it chooses, 0 to 1; `None`: as the model's maker recommends.
    pub top_p: Option<f32>,
    /// Whether it comes with Domicile, and cannot be changed.
    pub built_in: bool,
}
