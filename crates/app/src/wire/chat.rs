//! A question and what happens until it is answered.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::conversations::{AttachedText, ConversationRow, MessageCard};
use crate::Problem;

/// How long the model may think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// A glance.
    Low,
    /// As published.
    #[default]
    Medium,
    /// As long as it takes.
    High,
}

impl Effort {
    /// The word under which it is kept.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The one that was kept under this word.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        [Self::Low, Self::Medium, Self::High].into_iter().find(|effort| effort.word() == word)
    }
}

/// A question, or the wish for another answer to one that was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskRequest {
    /// A number by which this turn can be stopped.
    pub turn: u32,
    /// The conversation; `None` begins one.
    pub conversation: Option<i64>,
    /// What is asked.
    pub what: Asked,
    /// How long to think.
    pub effort: Effort,
    /// Where.
    #[serde(default)]
    pub route: Route,
    /// For a conversation that begins: the assistant it is with; `None` is nobody in particular.
    pub assistant: Option<String>,
    /// For a conversation that begins: the folder it is kept in.
    pub folder: Option<i64>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Asked {
    /// A new question, or an old one in other words: a branch beside it.
    Question {
        /// The answer that it follows; `None` at the beginning of the conversation.
        after: Option<i64>,
        /// What the person typed.
        text: String,
        /// The texts that go with it.
        attachments: Vec<AttachedText>,
        /// The question of which this one is another wording: the texts that went with that one go with it too.
        rewords: Option<i64>,
    },
    /// Another answer to this question: a branch beside the one that is there.
    Again {
        /// The question.
        question: i64,
    },
}

/// Where a question is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// Where the last one was; at first, on the best device that has not failed before.
    #[default]
    Usual,
    /// On the device that was offered after a failure.
    Next,
    /// Where it failed before, since the person wants to see.
    Again,
}

/// A device, as a person knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceCard {
    /// Whether it is the processor, and not a graphics card.
    pub processor: bool,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
}

/// A turn to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StopRequest {
    /// The number it was asked with.
    pub turn: u32,
}

/// What happens while a question is answered, in order. The last one is `finished` or `failed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "the large one comes once a turn")]
pub enum ChatEvent {
    /// The question is kept, and an answer to it begins. Always the first.
    Placed {
        /// The conversation, as the list shows it.
        conversation: ConversationRow,
        /// The question.
        question: MessageCard,
        /// The answer, in which there is nothing yet.
        answer: MessageCard,
    },
    /// The model is answering something else first.
    Queued,
    /// Another large model is being loaded somewhere on this computer; this one waits for its turn.
    Waiting,
    /// The model is being loaded.
    Loading {
        /// Share loaded, 0 to 1.
        share: f64,
    },
    /// The engine stopped on a device before it said anything, and begins anew on another one.
    MovedOn {
        /// What happened.
        problem: Problem,
        /// Where it goes on.
        to: DeviceCard,
    },
    /// The model reads the conversation.
    Reading {
        /// Share read, 0 to 1.
        share: f64,
    },
    /// More of its reasoning.
    Reasoning {
        /// To append.
        text: String,
    },
    /// More of its answer. After the first of these there is no more reasoning.
    Answer {
        /// To append.
        text: String,
    },
    /// The turn is over.
    Finished {
        /// Why.
        reason: FinishReason,
        /// Its figures.
        timing: Timing,
    },
    /// The turn could not go on. What came before stays.
    Failed {
        /// What happened.
        problem: Problem,
        /// The device on which it could be tried next.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        next: Option<DeviceCard>,
    },
}

/// Why a turn is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The model had said what it had to say.
    Complete,
    /// The person stopped it.
    Stopped,
    /// The most that was asked for was reached.
    Length,
    /// The conversation is as long as this model can follow.
    ContextFull,
}

/// The figures of a turn. Times in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, TS)]
pub struct Timing {
    /// From the question to the first token.
    pub first_token_s: f64,
    /// From the first token to the end of the reasoning.
    pub reasoning_s: f64,
    /// From the question to the end.
    pub total_s: f64,
    /// Tokens of the conversation that had to be read.
    pub prompt_tokens: u32,
    /// Tokens written.
    pub tokens: u32,
    /// Tokens of the conversation so far, this answer included.
    pub context_tokens: u32,
    /// Tokens that this model can follow; 0 where that is not known.
    pub context_size: u32,
}

/// How to go on where a conversation has become longer than the model can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Shortening {
    /// The model no longer reads the older half. It stays on the screen.
    LeaveOut,
    /// The model sums up the older half, and reads that instead.
    SumUp,
    /// It reads everything again.
    Undo,
}

/// The wish to go on with a conversation that has become too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShortenRequest {
    /// A number by which it can be stopped.
    pub turn: u32,
    /// The conversation.
    pub conversation: i64,
    /// How.
    pub how: Shortening,
}
