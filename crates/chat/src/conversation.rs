//! What is kept of a conversation, whatever the model.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A conversation, up to where the model is to speak.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// The day that the model is told. One conversation should keep one day: another would change the first tokens
    /// of the prompt, and nothing already computed could be used again.
    pub date: chrono::NaiveDate,
    /// How long to think.
    pub effort: Effort,
    /// What the person wants of the model in every answer. Blank is the same as none.
    pub instructions: Option<String>,
    /// Functions that the model may call.
    pub tools: Vec<FunctionTool>,
    /// What was said, oldest first.
    pub messages: Vec<Message>,
}

impl Conversation {
    /// A conversation in which nothing has been said.
    #[must_use]
    pub fn new(date: chrono::NaiveDate) -> Self {
        Self { date, effort: Effort::default(), instructions: None, tools: Vec::new(), messages: Vec::new() }
    }
}

/// How long the model thinks before it answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// Hardly.
    Low,
    /// What the model does when it is told nothing.
    #[default]
    Medium,
    /// At length.
    High,
}

impl Effort {
    /// The word for it, in prompts and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One message. A turn is a user's message and all that follows it up to the next one: any number of calls with
/// their results, then a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub enum Message {
    /// What the person said.
    User {
        /// In their words.
        text: String,
    },
    /// What the model answered. It ends the turn, also when it was stopped.
    Assistant(Reply),
    /// The model called a tool.
    Call(Call),
    /// What the tool gave.
    Result {
        /// The tool, as the call named it.
        tool: String,
        /// Its output.
        output: String,
    },
}

/// An answer with the reasoning before it. Stopped while it reasoned, it has no answer; stopped while it answered,
/// the part of the answer that was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What the model thought.
    #[serde(default)]
    pub reasoning: String,
    /// What it said.
    pub answer: String,
}

/// A call to a tool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What the model thought since the step before.
    #[serde(default)]
    pub reasoning: String,
    /// What it told the person before it called.
    #[serde(default)]
    pub preamble: String,
    /// The tool with its namespace, `functions.get_weather`.
    pub tool: String,
    /// The arguments as the model wrote them: meant to be JSON.
    pub arguments: String,
}

/// A function that the model may call as `functions.{name}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunctionTool {
    /// Its name, without the namespace.
    pub name: String,
    /// What it does.
    pub description: String,
    /// A JSON schema of its one argument, an object; none where it takes nothing.
    #[serde(default)]
    pub parameters: Option<Value>,
}
