//! ChatGPT's trees as ours.
//!
//! Theirs have nodes that say nothing to people, and several nodes in turn for one answer where the model called
//! programs. Ours have questions and answers by turns.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::super::Lost;
use super::said::{Said, said};
use crate::export::MessageForm;
use crate::{Role, State};

/// A node that says something, and those that follow it.
struct Node {
    said: Said,
    following: Vec<usize>,
}

/// What a node follows.
enum After {
    /// Nothing.
    Nothing,
    /// A question.
    Question(u32),
    /// An answer.
    Answer(u32),
    /// The first part of an answer to a question.
    Part(u32, Box<Said>),
}

/// The messages of a conversation, and the first of them that is shown.
pub(super) fn messages(
    conversation: &Value,
    created: i64,
    lost: &mut BTreeMap<Lost, u32>,
) -> (Vec<MessageForm>, Option<u32>) {
    let (nodes, first, near) = nodes(&conversation["mapping"], lost);
    let mut writer = Writer { nodes, messages: Vec::new(), of_node: HashMap::new(), created };
    writer.write(&first);
    let current =
        conversation["current_node"].as_str().and_then(|current| near.get(current).copied().flatten());
    let shown = current.and_then(|node| writer.message_at(node));
    let first = choose(&mut writer.messages, shown);
    (writer.messages, first)
}

type Near<'a> = HashMap<&'a str, Option<usize>>;

/// The nodes that say something, those of them that follow nothing, and for every node the nearest that says something,
/// going back from it.
fn nodes<'a>(mapping: &'a Value, lost: &mut BTreeMap<Lost, u32>) -> (Vec<Node>, Vec<usize>, Near<'a>) {
    let (mut nodes, mut first, mut near): (Vec<Node>, Vec<usize>, Near<'_>) = Default::default();
    let Some(mapping) = mapping.as_object() else { return (nodes, first, near) };
    let parent =
        |node: &Value| node["parent"].as_str().filter(|parent| mapping.contains_key(*parent)).is_some();
    let mut open: Vec<(&str, Option<usize>)> = mapping
        .iter()
        .rev()
        .filter(|(_, node)| !parent(node))
        .map(|(name, _)| (name.as_str(), None))
        .collect();
    let mut seen: HashSet<&str> = HashSet::new();
    while let Some((name, before)) = open.pop() {
        let Some(node) = mapping.get(name).filter(|_| seen.insert(name)) else { continue };
        let mut here = before;
        if let Some(said) = said(&node["message"], lost) {
            let index = nodes.len();
            here = Some(index);
            match before.and_then(|before| nodes.get_mut(before)) {
                Some(before) => before.following.push(index),
                None => first.push(index),
            }
            nodes.push(Node { said, following: Vec::new() });
        }
        near.insert(name, here);
        let following = node["children"].as_array().into_iter().flatten().filter_map(Value::as_str);
        open.extend(following.map(|name| (name, here)).rev());
    }
    (nodes, first, near)
}

struct Writer {
    nodes: Vec<Node>,
    messages: Vec<MessageForm>,
    of_node: HashMap<usize, u32>,
    created: i64,
}

impl Writer {
    fn write(&mut self, first: &[usize]) {
        let mut open: Vec<(usize, After)> = first.iter().rev().map(|node| (*node, After::Nothing)).collect();
        while let Some((index, after)) = open.pop() {
            let Some(node) = self.nodes.get_mut(index) else { continue };
            let following = std::mem::take(&mut node.following);
            let said = node.said.clone();
            match said.role {
                Role::Person => {
                    let parent = self.answer(after);
                    let question = self.push(parent, said);
                    self.of_node.insert(index, question);
                    open.extend(following.iter().rev().map(|next| (*next, After::Question(question))));
                }
                Role::Model => self.part(index, after, said, &following, &mut open),
            }
            if let Some(node) = self.nodes.get_mut(index) {
                node.following = following;
            }
        }
    }

    /// A part of an answer. It is all of it where nothing follows, or a question does.
    fn part(
        &mut self,
        index: usize,
        after: After,
        said: Said,
        following: &[usize],
        open: &mut Vec<(usize, After)>,
    ) {
        let (question, answer) = match after {
            After::Part(question, before) => (question, Box::new(joined(*before, said))),
            After::Question(question) => (question, Box::new(said)),
            other => {
                // The model speaks first: to nothing that was said.
                let parent = self.answer(other);
                let nothing = Said { created: said.created, ..nothing(Role::Person, State::Complete) };
                (self.push(parent, nothing), Box::new(said))
            }
        };
        let is_part = |next: &usize| self.nodes.get(*next).is_some_and(|next| next.said.role == Role::Model);
        let (parts, questions): (Vec<usize>, Vec<usize>) = following.iter().partition(|next| is_part(next));
        if questions.is_empty()
            && let [next] = parts.as_slice()
        {
            open.push((*next, After::Part(question, answer)));
            return;
        }
        for next in parts.iter().rev() {
            open.push((*next, After::Part(question, answer.clone())));
        }
        if parts.is_empty() || !questions.is_empty() {
            let answer = self.push(Some(question), *answer);
            self.of_node.insert(index, answer);
            open.extend(questions.iter().rev().map(|next| (*next, After::Answer(answer))));
        }
    }

    /// The answer that a question follows.
    fn answer(&mut self, after: After) -> Option<u32> {
        match after {
            After::Nothing => None,
            After::Answer(answer) => Some(answer),
            // Nobody answered the question before.
            After::Question(question) => {
                Some(self.push(Some(question), nothing(Role::Model, State::Interrupted)))
            }
            After::Part(question, part) => Some(self.push(Some(question), *part)),
        }
    }

    fn push(&mut self, parent: Option<u32>, said: Said) -> u32 {
        let id = u32::try_from(self.messages.len() + 1).unwrap_or(u32::MAX);
        self.messages.push(MessageForm {
            id,
            parent,
            role: said.role,
            state: said.state,
            created: said.created.unwrap_or(self.created),
            model: said.model,
            text: said.text,
            reasoning: said.reasoning,
            attachments: said.attachments,
            timing: None,
            problem: None,
            reads_from: false,
            summary: None,
            chosen: None,
        });
        id
    }

    /// The message that a node became, or became part of.
    fn message_at(&self, mut node: usize) -> Option<u32> {
        loop {
            match self.of_node.get(&node) {
                Some(message) => return Some(*message),
                // What follows a node comes after it, so that this ends.
                None => node = *self.nodes.get(node)?.following.last()?,
            }
        }
    }
}

fn nothing(role: Role, state: State) -> Said {
    Said {
        role,
        text: String::new(),
        reasoning: String::new(),
        attachments: Vec::new(),
        state,
        model: None,
        created: None,
    }
}

fn joined(before: Said, said: Said) -> Said {
    let join = |before: String, text: String| match (before.is_empty(), text.is_empty()) {
        (true, _) => text,
        (_, true) => before,
        _ => before + "\n\n" + &text,
    };
    Said {
        text: join(before.text, said.text),
        reasoning: join(before.reasoning, said.reasoning),
        model: said.model.or(before.model),
        created: before.created.or(said.created),
        ..said
    }
}

/// Notes which messages are shown: those that lead to the shown one, and the newest elsewhere.
fn choose(messages: &mut [MessageForm], shown: Option<u32>) -> Option<u32> {
    let parents: Vec<Option<u32>> = messages.iter().map(|message| message.parent).collect();
    let at = |id: u32| usize::try_from(id).unwrap_or(usize::MAX).wrapping_sub(1);
    let mut first = None;
    let mut choose = |parent: Option<u32>, id: u32| match parent {
        None => first = Some(id),
        Some(parent) => {
            if let Some(parent) = messages.get_mut(at(parent)) {
                parent.chosen = Some(id);
            }
        }
    };
    for (id, parent) in (1..).zip(&parents) {
        choose(*parent, id);
    }
    let mut next = shown;
    while let Some(id) = next {
        let parent = parents.get(at(id)).copied().flatten();
        choose(parent, id);
        next = parent;
    }
    first
}
