//! What passes between the window and the program. This is the one place where it is declared: the TypeScript in
//! `ui/src/bindings` is made from it by `cargo xtask bindings`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Problem;

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
}

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
    #[ts(optional, type = "number")]
    pub memory: Option<u64>,
    /// The graphics card it would run on; absent for the processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub card: Option<String>,
    /// Whether it has room.
    pub room: Room,
    /// Bytes that other programs would have to give back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
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

/// A question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskRequest {
    /// Where.
    #[serde(default)]
    pub route: Route,
    /// A number by which this turn can be stopped.
    pub turn: u32,
    /// What the person typed.
    pub text: String,
    /// How long to think.
    pub effort: Effort,
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
pub enum ChatEvent {
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
}

/// The TypeScript file of everything above, and of the commands.
#[must_use]
pub fn bindings() -> String {
    let config = ts_rs::Config::default();
    let types = [
        Language::decl(&config),
        Welcome::decl(&config),
        ModelCard::decl(&config),
        Prospect::decl(&config),
        Room::decl(&config),
        Effort::decl(&config),
        AskRequest::decl(&config),
        Route::decl(&config),
        DeviceCard::decl(&config),
        StopRequest::decl(&config),
        ChatEvent::decl(&config),
        FinishReason::decl(&config),
        Timing::decl(&config),
        Problem::decl(&config),
        crate::ProblemCode::decl(&config),
        crate::Facts::decl(&config),
    ];
    let mut file =
        "// Made by `cargo xtask bindings` from crates/app/src/wire.rs. Not to be edited.\n".to_owned();
    for declaration in types {
        file += &format!("\nexport {declaration}\n");
    }
    file +=
        "\n/** Every command of the window: what it takes, what it answers, what it reports on the way. */\n";
    file += "export interface Commands {\n";
    for Command { name, request, response, event } in COMMANDS {
        file += &format!("  {name}: {{ request: {request}; response: {response}; event: {event} }};\n");
    }
    file + "}\n"
}

/// A command of the window, its types named in TypeScript.
pub struct Command {
    /// The name of the Tauri command.
    pub name: &'static str,
    request: &'static str,
    response: &'static str,
    event: &'static str,
}

/// Every command of the window.
pub const COMMANDS: &[Command] = &[
    Command { name: "welcome", request: "null", response: "Welcome", event: "never" },
    Command { name: "prospect", request: "null", response: "Prospect | null", event: "never" },
    Command { name: "ask", request: "AskRequest", response: "null", event: "ChatEvent" },
    Command { name: "stop", request: "StopRequest", response: "null", event: "never" },
    Command { name: "new_conversation", request: "null", response: "null", event: "never" },
];

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
