//! The history as a program uses it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

mod damage;
mod exchange;
mod kill;
mod large;
mod order;
mod search;
mod tree;

use history::{Ending, History, NewConversation, State};

/// A conversation with this title.
fn begin(history: &History, title: &str) -> i64 {
    history.create(NewConversation { title: title.to_owned(), ..NewConversation::default() }).unwrap()
}

/// An answer that is all there.
fn complete(text: &str) -> Ending {
    Ending {
        reasoning: String::new(),
        text: text.to_owned(),
        state: State::Complete,
        timing: None,
        problem: None,
    }
}

/// A question and its answer, after an answer or first of all; their numbers.
fn turn(
    history: &History,
    conversation: i64,
    after: Option<i64>,
    question: &str,
    answer: &str,
) -> (i64, i64) {
    let asked = history.ask(conversation, after, question, &[]).unwrap();
    let answered = history.begin_answer(asked, "small").unwrap();
    history.finish(answered, &complete(answer)).unwrap();
    (asked, answered)
}

/// What is shown of a conversation.
fn texts(history: &History, conversation: i64) -> Vec<String> {
    history.thread(conversation).unwrap().into_iter().map(|message| message.text).collect()
}
