//! Conversations as ChatGPT hands them out.

mod said;
mod tree;

use std::collections::BTreeMap;

use serde_json::Value;

use super::Lost;
use crate::export::ConversationForm;
use crate::{Role, TitleBy, clock};

/// Characters of a title that is made of a question.
const TITLE: usize = 60;

/// Whether this is one of ChatGPT's conversations.
pub(super) fn is_conversation(value: &Value) -> bool {
    value["mapping"].is_object()
}

/// A conversation in our form, and what is missing in it.
pub(super) fn form(conversation: &Value) -> (ConversationForm, Vec<(Lost, u32)>) {
    let text = |name: &str| conversation[name].as_str().filter(|text| !text.trim().is_empty());
    let created = time(&conversation["create_time"]).unwrap_or_else(clock::now);
    let mut lost = BTreeMap::new();
    let (messages, chosen) = tree::messages(conversation, created, &mut lost);
    if messages.is_empty() {
        lost = BTreeMap::from([(Lost::Empty, 1)]);
    }
    let (title, title_by) = match text("title") {
        Some(title) => (title.to_owned(), TitleBy::Person),
        None => {
            let question = messages.iter().find(|message| message.role == Role::Person);
            let words = question.map_or("", |question| &question.text).split_whitespace();
            let title = words.collect::<Vec<_>>().join(" ").chars().take(TITLE).collect();
            (title, TitleBy::Start)
        }
    };
    let key = match text("conversation_id").or(text("id")) {
        Some(id) => format!("chatgpt:{id}"),
        None => format!("chatgpt:{created}:{title}"),
    };
    let form = ConversationForm {
        key,
        title,
        title_by,
        created,
        updated: time(&conversation["update_time"]).unwrap_or(created),
        pinned: false,
        folder: None,
        assistant: None,
        model: None,
        effort: None,
        chosen,
        messages,
    };
    (form, lost.into_iter().collect())
}

/// Seconds as milliseconds.
fn time(value: &Value) -> Option<i64> {
    let seconds = value.as_f64().filter(|seconds| seconds.is_finite() && (0.0..1e11).contains(seconds))?;
    #[expect(clippy::cast_possible_truncation, reason = "of limited size")]
    Some((seconds * 1000.0).round() as i64)
}
