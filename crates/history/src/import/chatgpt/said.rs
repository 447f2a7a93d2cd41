//! What is said in one node of ChatGPT's trees.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::Lost;
use crate::{Attachment, Role, State};

/// What somebody said.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) role: Role,
    pub(super) text: String,
    pub(super) reasoning: String,
    pub(super) attachments: Vec<Attachment>,
    pub(super) state: State,
    pub(super) model: Option<String>,
    pub(super) created: Option<i64>,
}

/// What a message says; none if it is nothing for people, or nothing at all.
pub(super) fn said(message: &Value, lost: &mut BTreeMap<Lost, u32>) -> Option<Said> {
    let role = message["author"]["role"].as_str()?;
    let metadata = &message["metadata"];
    if role == "system" || metadata["is_visually_hidden_from_conversation"] == true {
        return None;
    }
    let content = &message["content"];
    let before: u32 = lost.values().sum();
    let mut said = Said {
        role: if role == "user" { Role::Person } else { Role::Model },
        text: String::new(),
        reasoning: String::new(),
        attachments: Vec::new(),
        state: State::Complete,
        model: None,
        created: super::time(&message["create_time"]),
    };
    match (role, content["content_type"].as_str().unwrap_or_default()) {
        // What a program said to the model; pictures are what it said to people.
        ("tool", "multimodal_text") => {
            parts(content, lost);
            return None;
        }
        ("tool", _) => {
            *lost.entry(Lost::Tools).or_default() += 1;
            return None;
        }
        ("user" | "assistant", "text" | "multimodal_text") => said.text = parts(content, lost),
        ("assistant", "thoughts") => said.reasoning = thoughts(content),
        // What the model said to a program, what it remembers of people, and how long it thought.
        ("assistant", "code" | "reasoning_recap")
        | (_, "user_editable_context" | "model_editable_context") => {
            return None;
        }
        _ => *lost.entry(Lost::Other).or_default() += 1,
    }
    if role == "assistant" {
        if message["recipient"].as_str().is_some_and(|recipient| recipient != "all") {
            return None;
        }
        said.model = metadata["model_slug"].as_str().map(str::to_owned);
        said.state = match metadata["finish_details"]["type"].as_str() {
            Some("interrupted") => State::Stopped,
            Some("max_tokens") => State::Length,
            _ => State::Complete,
        };
    }
    for attachment in metadata["attachments"].as_array().into_iter().flatten() {
        let is_picture = attachment["mime_type"].as_str().is_some_and(|kind| kind.starts_with("image/"));
        // Pictures are among the parts too, and counted there.
        if let Some(name) = attachment["name"].as_str().filter(|_| !is_picture) {
            said.attachments.push(Attachment { name: name.to_owned(), text: String::new() });
            *lost.entry(Lost::Files).or_default() += 1;
        }
    }
    let says_nothing = said.text.trim().is_empty() && said.reasoning.trim().is_empty();
    let lost_nothing = lost.values().sum::<u32>() == before;
    (!says_nothing || !lost_nothing).then_some(said)
}

/// The texts among the parts. The others are counted.
fn parts(content: &Value, lost: &mut BTreeMap<Lost, u32>) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for part in content["parts"].as_array().into_iter().flatten() {
        if let Some(text) = part.as_str() {
            texts.push(text);
            continue;
        }
        let what = match part["content_type"].as_str().unwrap_or_default() {
            "audio_transcription" => {
                texts.push(part["text"].as_str().unwrap_or_default());
                continue;
            }
            "image_asset_pointer" => Lost::Images,
            kind if kind.contains("audio") || kind.contains("video") => Lost::Recordings,
            _ if part.is_null() => continue,
            _ => Lost::Other,
        };
        *lost.entry(what).or_default() += 1;
    }
    texts.retain(|text| !text.trim().is_empty());
    texts.join("\n\n")
}

fn thoughts(content: &Value) -> String {
    let thoughts = content["thoughts"].as_array().into_iter().flatten();
    let texts = thoughts.filter_map(|thought| {
        let text = |name: &str| thought[name].as_str().filter(|text| !text.trim().is_empty());
        match (text("summary"), text("content")) {
            (Some(summary), Some(content)) => Some(format!("**{summary}**\n\n{content}")),
            (one, other) => one.or(other).map(str::to_owned),
        }
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
