//! Questions from the keyboard or a pipe, and answers on the screen.

use std::io::{self, IsTerminal};

use app::{ChatEvent, FinishReason, ProblemCode};
use rustyline::DefaultEditor;

use crate::output;
use crate::text::ChatWords;

/// Where questions come from.
pub(crate) enum Questions {
    /// A person at a keyboard, with the keys of an editor and what they typed before.
    Person { editor: Box<DefaultEditor>, prompt: String },
    /// A pipe or a file, one question to a line.
    Lines(io::Lines<io::StdinLock<'static>>),
}

impl Questions {
    pub(crate) fn open(prompt: &str) -> Self {
        match DefaultEditor::new() {
            Ok(editor) if io::stdin().is_terminal() => {
                Self::Person { editor: Box::new(editor), prompt: prompt.to_owned() }
            }
            _ => Self::Lines(io::stdin().lines()),
        }
    }

    pub(crate) fn by_a_person(&self) -> bool {
        matches!(self, Self::Person { .. })
    }

    /// The next question; `None` at the end of the input, and for a person at Ctrl-C or Ctrl-D.
    pub(crate) fn next(&mut self) -> Option<String> {
        match self {
            Self::Person { editor, prompt } => {
                let line = editor.readline(prompt).ok()?;
                let _ = editor.add_history_entry(&line);
                Some(line)
            }
            Self::Lines(lines) => lines.next()?.ok(),
        }
    }
}

const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// Shows an answer as it comes: the reasoning dimmed on standard error, so that a pipe gets the answer alone.
pub(crate) struct Show {
    words: &'static ChatWords,
    reasoning: Reasoning,
    answered: bool,
    /// Whether the share loaded is on the screen.
    loading: bool,
}

#[derive(PartialEq)]
enum Reasoning {
    Hidden,
    Waiting,
    Shown,
    Over,
}

impl Show {
    pub(crate) fn new(words: &'static ChatWords) -> Self {
        let reasoning = if io::stderr().is_terminal() { Reasoning::Waiting } else { Reasoning::Hidden };
        Self { words, reasoning, answered: false, loading: false }
    }

    pub(crate) fn event(&mut self, event: &ChatEvent) {
        match event {
            ChatEvent::Reading { .. } => self.loaded(),
            // What a window keeps and orders, a terminal does not.
            ChatEvent::Placed { .. } | ChatEvent::Queued => {}
            ChatEvent::Waiting => output::note(&format!("{}\n", self.words.waiting)),
            ChatEvent::Loading { share } => self.load(*share),
            ChatEvent::MovedOn { to, problem } => {
                self.loaded();
                let words = match problem.code {
                    ProblemCode::StoppedLastTime => self.words.passed_over,
                    ProblemCode::SelfTestFailed | ProblemCode::DeviceUnsuited => self.words.distrusted,
                    ProblemCode::DeviceUnavailable | ProblemCode::RuntimeMissing => self.words.unusable,
                    _ => self.words.moved_on,
                };
                let kind = if to.processor { self.words.processor } else { self.words.card };
                let name = to.name.as_deref().unwrap_or(kind);
                output::note(&format!("{words} {name})\n"));
            }
            ChatEvent::Reasoning { text } => self.reason(text),
            ChatEvent::Answer { text } => {
                self.end_reasoning();
                self.answered = true;
                output::print(text);
            }
            ChatEvent::Finished { reason, .. } => {
                self.end_reasoning();
                self.finish(*reason);
            }
            ChatEvent::Failed { .. } => {
                self.loaded();
                self.end_reasoning();
                if self.answered {
                    output::print("\n");
                }
            }
        }
    }

    /// On one line that is written over; not into files.
    fn load(&mut self, share: f64) {
        if self.reasoning != Reasoning::Hidden {
            self.loading = true;
            output::note(&format!("\r{} {:.0} %", self.words.loading, share * 100.0));
        }
    }

    fn loaded(&mut self) {
        if std::mem::take(&mut self.loading) {
            output::note("\r\x1b[K");
        }
    }

    fn reason(&mut self, text: &str) {
        if self.reasoning == Reasoning::Waiting {
            output::note(DIM);
            self.reasoning = Reasoning::Shown;
        }
        if self.reasoning == Reasoning::Shown {
            output::note(text);
        }
    }

    fn end_reasoning(&mut self) {
        if self.reasoning == Reasoning::Shown {
            output::note(&format!("{PLAIN}\n\n"));
            self.reasoning = Reasoning::Over;
        }
    }

    fn finish(&self, reason: FinishReason) {
        if self.answered {
            output::print("\n");
        }
        match reason {
            FinishReason::Complete if self.answered => {}
            FinishReason::Complete => output::note(&format!("{}\n", self.words.silent)),
            FinishReason::Stopped => output::note(&format!("{}\n", self.words.stopped)),
            FinishReason::Length => output::note(&format!("{}\n", self.words.length)),
            FinishReason::ContextFull => output::note(&format!("{}\n", self.words.context_full)),
        }
        if self.reasoning != Reasoning::Hidden {
            output::note("\n");
        }
    }
}
