//! What is kept, as others see it. Times are milliseconds since 1970.

use serde::{Deserialize, Serialize};

/// Gives an enum the words under which it is kept.
macro_rules! words {
    ($name:ident { $($case:ident = $word:literal),+ $(,)? } else $other:ident) => {
        impl $name {
            pub(crate) fn word(self) -> &'static str {
                match self { $(Self::$case => $word),+ }
            }
            // A word that is not known comes of damage only, and is no reason to hide a whole conversation.
            pub(crate) fn of(word: &str) -> Self {
                match word { $($word => Self::$case,)+ _ => Self::$other }
            }
        }
    };
}

/// Somebody to talk to: a name, instructions and what goes with them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assistant {
    /// A short name without spaces, or anything else that is nobody else's.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// One sentence about it, for people.
    pub about: String,
    /// What it is told before every conversation.
    pub instructions: String,
    /// The model that it is at home in.
    pub model: Option<String>,
    /// How much it thinks.
    pub effort: Option<String>,
    /// How freely it chooses words.
    pub temperature: Option<f64>,
    /// The share of the likeliest tokens among which it chooses.
    pub top_p: Option<f64>,
    /// The number of the likeliest tokens among which it chooses.
    pub top_k: Option<u32>,
    /// How likely a token must be, compared with the likeliest.
    pub min_p: Option<f64>,
}

/// A folder of conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// How many conversations lie in it.
    pub conversations: u32,
}

/// A conversation that begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewConversation {
    /// Its title for the time being, [`TitleBy::Start`].
    pub title: String,
    /// With whom.
    pub assistant: Option<String>,
    /// In which model.
    pub model: Option<String>,
    /// Where.
    pub folder: Option<i64>,
}

/// Where a title comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TitleBy {
    /// The first words of the conversation.
    Start,
    /// A model.
    Model,
    /// A person. No model changes it any more.
    Person,
}
words!(TitleBy { Start = "start", Model = "model", Person = "person" } else Start);

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number. No other conversation ever has it.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Where the title comes from.
    pub title_by: TitleBy,
    /// When it began.
    pub created: i64,
    /// When something was last said.
    pub updated: i64,
    /// Whether it is kept on top.
    pub pinned: bool,
    /// Where it lies.
    pub folder: Option<i64>,
    /// With whom it is.
    pub assistant: Option<String>,
    /// In which model.
    pub model: Option<String>,
    /// With how much thinking.
    pub effort: Option<String>,
}

/// Which conversations are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Page {
    /// Those of this folder only.
    pub folder: Option<i64>,
    /// Those that are kept on top only, or the others only.
    pub pinned: Option<bool>,
    /// Those that follow the conversation of this [`Row::updated`] and [`Row::id`].
    pub before: Option<(i64, i64)>,
    /// How many.
    pub count: u32,
}

/// A text that was given along with a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// All of its text.
    pub text: String,
}

/// What is being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The text so far.
    pub text: String,
    /// What is to go along with it.
    pub attachments: Vec<Attachment>,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A person asks.
    Person,
    /// A model answers.
    Model,
}
words!(Role { Person = "person", Model = "model" } else Model);

/// How far a message is. Questions are [`State::Complete`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being written.
    Writing,
    /// All was said.
    Complete,
    /// A person stopped it.
    Stopped,
    /// It reached the most that it might say.
    Length,
    /// The model could not hold more.
    ContextFull,
    /// Something went wrong.
    Failed,
    /// The program ended meanwhile.
    Interrupted,
}
words!(State {
    Writing = "writing",
    Complete = "complete",
    Stopped = "stopped",
    Length = "length",
    ContextFull = "context_full",
    Failed = "failed",
    Interrupted = "interrupted",
} else Interrupted);

/// How long an answer took, in seconds, and how many tokens it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// Until the first token.
    pub first_token_s: f64,
    /// For reasoning.
    pub reasoning_s: f64,
    /// In all.
    pub total_s: f64,
    /// Tokens that were read.
    pub prompt_tokens: u32,
    /// Tokens that were written.
    pub tokens: u32,
    /// Tokens of the conversation so far, this answer included.
    pub context_tokens: u32,
    /// Tokens that the model can hold.
    pub context_size: u32,
}

/// The end of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// All reasoning.
    pub reasoning: String,
    /// All text.
    pub text: String,
    /// How it ended.
    pub state: State,
    /// How long it took.
    pub timing: Option<Timing>,
    /// What went wrong, in a form that whoever asks will understand.
    pub problem: Option<String>,
}

/// A question or an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its number. No other message ever has it, and whatever follows it has a higher one.
    pub id: i64,
    /// What it follows.
    pub parent: Option<i64>,
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: String,
    /// What was thought before.
    pub reasoning: String,
    /// What was given along.
    pub attachments: Vec<Attachment>,
    /// When.
    pub created: i64,
    /// Which model answers.
    pub model: Option<String>,
    /// How far it is.
    pub state: State,
    /// How long it took.
    pub timing: Option<Timing>,
    /// What went wrong.
    pub problem: Option<String>,
    /// Which of its siblings this is, from 1.
    pub sibling: u32,
    /// How many siblings there are, itself included.
    pub siblings: u32,
    /// All of them in the order in which they came.
    pub sibling_ids: Vec<i64>,
    /// Whether the model reads the conversation from this question on only.
    pub reads_from: bool,
    /// What was said before, for a model that reads from here on.
    pub summary: Option<String>,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Info {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of the copies that were set aside.
    pub backup_bytes: u64,
    /// How many such copies there are.
    pub backups: u32,
    /// Conversations, those left out that are deleted.
    pub conversations: u32,
    /// Messages of those.
    pub messages: u32,
}
