//! Going on with a conversation that has become longer than the model can follow. All of it stays on the screen.

use history::{Message, Role};

use super::App;
use crate::{Problem, ProblemCode, Question, ShortenRequest, Shortening, TaskProgress, Thread, words};

/// Tokens of a summary, its reasoning included.
const SUMMARY_TOKENS: usize = 1500;
/// Letters of a summary, for how far it is.
const SUMMARY_LETTERS: u64 = 1200;

impl App {
    pub(super) fn shorten(
        &self,
        request: &ShortenRequest,
        on_progress: &mut dyn FnMut(TaskProgress),
    ) -> Result<Thread, Problem> {
        let path = self.history().thread(request.conversation)?;
        let from = path.iter().rposition(|message| message.reads_from);
        if request.how == Shortening::Undo {
            for message in path.iter().filter(|message| message.reads_from) {
                self.history().set_reads_from(message.id, false, None)?;
            }
            return self.thread(request.conversation);
        }
        let Some(cut) = middle(&path, from.unwrap_or(0)) else {
            let detail = "there is one question, and it alone is longer than the model can follow";
            return Err(Problem::new(ProblemCode::ContextFull, detail));
        };
        let summary = match request.how {
            Shortening::SumUp => Some(self.sum_up(request, &path[..cut], on_progress)?),
            Shortening::LeaveOut | Shortening::Undo => None,
        };
        self.history().set_reads_from(path[cut].id, true, summary.as_deref())?;
        self.thread(request.conversation)
    }

    fn sum_up(
        &self,
        request: &ShortenRequest,
        older: &[Message],
        on_progress: &mut dyn FnMut(TaskProgress),
    ) -> Result<String, Problem> {
        let turn = self.turns.begin(request.turn);
        self.aside.raise();
        let created = self.history().row(request.conversation)?.created;
        let question = Question {
            text: words::summary_request(self.language()).to_owned(),
            effort: crate::Effort::Low,
            max_tokens: Some(SUMMARY_TOKENS),
            ..Question::default()
        };
        let conversation = self.conversation(older, created);
        let model = self.model_for(None);
        let mut told = |letters: usize| {
            on_progress(TaskProgress {
                done: (letters as u64).min(SUMMARY_LETTERS),
                total: Some(SUMMARY_LETTERS),
            });
        };
        let summary = self.ask_aside(model, conversation, question, &turn.stop, &mut told)?;
        if summary.trim().is_empty() {
            return Err(Problem::new(ProblemCode::EngineFailed, "the model found nothing to sum up"));
        }
        Ok(summary.trim().to_owned())
    }
}

/// The first question of the younger half of what is read, by length; always after the first question.
fn middle(path: &[Message], from: usize) -> Option<usize> {
    let length = |message: &Message| {
        let attached: usize = message.attachments.iter().map(|attachment| attachment.text.len()).sum();
        message.text.len() + attached
    };
    let read = &path[from..];
    let all: usize = read.iter().map(length).sum();
    let mut younger = 0;
    let mut cut = None;
    for (at, message) in read.iter().enumerate().skip(1).rev() {
        younger += length(message);
        if message.role == Role::Person {
            // At least the last question is read.
            if cut.is_some() && younger * 2 > all {
                break;
            }
            cut = Some(from + at);
        }
    }
    cut
}
