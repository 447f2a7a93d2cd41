//! A question from the window: kept before anything else, answered, and kept as it is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use ::chat::{Conversation, Message, Reply};
use engine::ModelFiles;
use history::{Ending, NewConversation, Role, State, TitleBy};

use super::App;
use super::conversations::{first_words, message_card, state_of};
use super::work::{Ask, Order};
use crate::assistants::{self, Assistant};
use crate::{
    AskRequest, Asked, ChatEvent, FinishReason, ModelCard, Problem, ProblemCode, ProgramEvent, Question,
    Timing, models, words,
};

/// How often what is being said is written down: what a power cut takes away is less than half a second of it.
const WRITTEN_EVERY: Duration = Duration::from_millis(250);
/// Tokens of a title, its reasoning included.
const TITLE_TOKENS: usize = 400;

/// A question that has its place in a conversation.
struct Placed {
    conversation: i64,
    question: i64,
    answer: i64,
    text: String,
    model: (ModelCard, ModelFiles),
    assistant: Option<Assistant>,
}

impl App {
    /// Answers a question; returns when the turn is over. The last event is `Finished` or `Failed`.
    ///
    /// # Errors
    /// [`ProblemCode::QuestionEmpty`], [`ProblemCode::ConversationNotFound`] and what keeps it from being kept: then
    /// nothing was asked. Or, after the last event, what keeps the end of the answer from being kept.
    pub fn ask(&self, request: &AskRequest, on_event: &mut dyn FnMut(ChatEvent)) -> Result<(), Problem> {
        let placed = self.place(request)?;
        // From here on nothing ends the turn but its end: who counts what is asked must count it down.
        let (conversation, event) = (self.before(&placed)?, self.placed_event(&placed)?);
        on_event(event);
        let turn = self.turns.begin(request.turn);
        self.aside.raise();
        if self.asked.fetch_add(1, Ordering::Relaxed) > 0 {
            on_event(ChatEvent::Queued);
        }
        let question = Question {
            text: placed.text.clone(),
            route: request.route,
            effort: request.effort,
            temperature: placed.assistant.as_ref().and_then(|assistant| assistant.temperature),
            top_p: placed.assistant.as_ref().and_then(|assistant| assistant.top_p),
            ..Question::default()
        };
        let mut writing = Writing { app: self, answer: placed.answer, said: Said::default() };
        let outcome = match self.hand_over(placed.model.clone(), conversation, question, &turn.stop) {
            Ok(outbox) => writing.follow(&outbox, on_event),
            Err(problem) => {
                on_event(ChatEvent::Failed { problem: problem.clone(), next: None });
                writing.finish(State::Failed, None, Some(&problem))
            }
        };
        self.asked.fetch_sub(1, Ordering::Relaxed);
        drop(turn);
        self.tell_of(placed.conversation);
        outcome?;
        self.find_title(&placed);
        Ok(())
    }

    /// Stops a turn or a task, be it going on or about to begin.
    pub fn stop(&self, request: crate::StopRequest) {
        self.turns.stop(request.turn);
    }

    /// Keeps the question, and begins an answer to it.
    fn place(&self, request: &AskRequest) -> Result<Placed, Problem> {
        if let Asked::Question { text, attachments, .. } = &request.what
            && text.trim().is_empty()
            && attachments.is_empty()
        {
            return Err(Problem::new(ProblemCode::QuestionEmpty, "the question is empty"));
        }
        let history = self.history();
        let conversation = match (&request.what, request.conversation) {
            (_, Some(conversation)) => conversation,
            (Asked::Question { text, attachments, .. }, None) => {
                let name = attachments.first().map(|attachment| attachment.name.as_str()).unwrap_or_default();
                let title = first_words(if text.trim().is_empty() { name } else { text });
                let (assistant, folder) = (request.assistant.clone(), request.folder);
                let id = history.create(NewConversation { title, assistant, folder, model: None })?;
                history.set_effort(id, Some(request.effort.word()))?;
                history.keep_draft(None, "")?;
                id
            }
            (Asked::Again { question }, None) => {
                let detail = format!("question {question} without its conversation");
                return Err(Problem::new(ProblemCode::ConversationNotFound, detail));
            }
        };
        let question = match &request.what {
            Asked::Again { question } => *question,
            Asked::Question { after, text, attachments, rewords } => {
                let given = |attachment: &crate::AttachedText| history::Attachment {
                    name: attachment.name.clone(),
                    text: attachment.text.clone(),
                };
                let reworded = rewords.map(|question| history.path(question)).transpose()?;
                let along = reworded.and_then(|mut path| path.pop()).map(|message| message.attachments);
                let attachments: Vec<_> =
                    along.unwrap_or_default().into_iter().chain(attachments.iter().map(given)).collect();
                let id = history.ask(conversation, *after, text.trim(), &attachments)?;
                history.keep_draft(Some(conversation), "")?;
                id
            }
        };
        let assistant = history.row(conversation)?.assistant;
        let assistant = assistant.and_then(|id| assistants::find(&history, self.language(), &id));
        let model = self.model_for(assistant.as_ref());
        let answer = history.begin_answer(question, &model.0.name)?;
        let asked = history.path(question)?.pop();
        let text = asked.map(|message| with_attachments(&message)).unwrap_or_default();
        Ok(Placed { conversation, question, answer, text, model, assistant })
    }

    /// The model that an assistant wants, where it is on this disk, or else the current one.
    pub(super) fn model_for(&self, assistant: Option<&Assistant>) -> (ModelCard, ModelFiles) {
        let wanted = assistant.and_then(|assistant| assistant.model.as_deref());
        if let Some((files, card)) = wanted.and_then(|name| self.library.installed(name)) {
            return (card, files);
        }
        let card = self.model();
        let found = if card.starter { None } else { self.library.installed(&card.name) };
        found.map_or_else(|| (models::starter(), self.starter.clone()), |(files, card)| (card, files))
    }

    fn placed_event(&self, placed: &Placed) -> Result<ChatEvent, Problem> {
        let conversation = self.row_card(placed.conversation)?;
        let mut path = self.history().path(placed.answer)?;
        let (Some(answer), Some(question)) = (path.pop(), path.pop()) else {
            return Err(Problem::new(ProblemCode::ConversationNotFound, "the question has gone"));
        };
        self.listeners.tell(&ProgramEvent::Conversation { row: conversation.clone() });
        Ok(ChatEvent::Placed {
            conversation,
            question: message_card(&question),
            answer: message_card(&answer),
        })
    }

    /// What the model reads before the question.
    fn before(&self, placed: &Placed) -> Result<Conversation, Problem> {
        let history = self.history();
        let created = history.row(placed.conversation)?.created;
        let path = history.path(placed.question)?;
        drop(history);
        let mut conversation = self.conversation(&path, created);
        // The question itself is asked.
        conversation.messages.pop();
        // The guide was made to follow questions, not instructions.
        let told = placed.assistant.as_ref().filter(|_| !placed.model.0.starter);
        let instructions = told.map(|assistant| assistant.instructions.as_str());
        let parts = [instructions, conversation.instructions.as_deref()];
        let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
        conversation.instructions = (!parts.is_empty()).then(|| parts.join("\n\n"));
        Ok(conversation)
    }

    /// A branch as the model reads it: from the last question on that says so, with what stands for the rest.
    pub(super) fn conversation(&self, path: &[history::Message], created: i64) -> Conversation {
        let from = path.iter().rposition(|message| message.reads_from).unwrap_or(0);
        let begun = chrono::DateTime::from_timestamp_millis(created).unwrap_or_default();
        // One conversation keeps one day: what was read of it can be used again.
        let mut conversation = Conversation::new(begun.with_timezone(&chrono::Local).date_naive());
        let summary = path.get(from).filter(|message| message.reads_from);
        conversation.instructions = summary
            .and_then(|message| message.summary.as_deref())
            .map(|summary| words::summary_before(self.language(), summary));
        // A question that could not be answered at all is not asked again with the next one: it may be why.
        let unanswered = |at: usize| {
            path.get(at + 1).is_some_and(|next| next.state == State::Failed && next.text.is_empty())
        };
        let read = (from..path.len()).filter(|at| !unanswered(*at));
        conversation.messages = read.filter_map(|at| said(&path[at])).collect();
        conversation
    }

    /// Hands a question to the thread that owns the model.
    pub(super) fn hand_over(
        &self,
        model: (ModelCard, ModelFiles),
        conversation: Conversation,
        question: Question,
        stop: &Arc<AtomicBool>,
    ) -> Result<Receiver<ChatEvent>, Problem> {
        let (events, outbox): (SyncSender<ChatEvent>, _) = sync_channel(64);
        let ask = Ask { model, conversation, question, stop: Arc::clone(stop), events };
        self.order(Order::Ask(Box::new(ask)))?;
        Ok(outbox)
    }

    /// Asks the model something that is nobody's question, where nobody asks anything meanwhile.
    ///
    /// # Errors
    /// What went wrong; [`ProblemCode::Stopped`] where somebody asked something.
    pub(super) fn ask_aside(
        &self,
        model: (ModelCard, ModelFiles),
        conversation: Conversation,
        question: Question,
        stop: &Arc<AtomicBool>,
        on_word: &mut dyn FnMut(usize),
    ) -> Result<String, Problem> {
        let outbox = self.hand_over(model, conversation, question, stop)?;
        let mut answer = String::new();
        for event in outbox {
            match event {
                ChatEvent::Answer { text } => answer += &text,
                ChatEvent::Finished { reason: FinishReason::Stopped, .. } => break,
                ChatEvent::Finished { .. } => return Ok(answer),
                ChatEvent::Failed { problem, .. } => return Err(problem),
                _ => {}
            }
            on_word(answer.len());
        }
        Err(Problem::new(ProblemCode::Stopped, "it was broken off"))
    }

    /// Has the model find a title, once, after the first answer. The guide only knows what it was taught.
    fn find_title(&self, placed: &Placed) {
        let row = self.history().row(placed.conversation);
        let begun = row.as_ref().is_ok_and(|row| row.title_by == TitleBy::Start);
        if placed.model.0.starter || !begun || self.asked.load(Ordering::Relaxed) > 0 {
            return;
        }
        let Ok(path) = self.history().path(placed.answer) else { return };
        let created = row.map(|row| row.created).unwrap_or_default();
        let question = Question {
            text: words::title_request(self.language()).to_owned(),
            effort: crate::Effort::Low,
            max_tokens: Some(TITLE_TOKENS),
            temperature: Some(0.0),
            ..Question::default()
        };
        let stop = self.aside.current();
        let conversation = self.conversation(&path, created);
        let asked = self.ask_aside(placed.model.clone(), conversation, question, &stop, &mut |_| {});
        let Ok(title) = asked.map(|answer| plain_title(&answer)) else { return };
        if !title.is_empty() && self.history().rename(placed.conversation, &title, TitleBy::Model).is_ok() {
            self.tell_of(placed.conversation);
        }
    }

    /// Tells that a conversation is another now.
    pub(super) fn tell_of(&self, conversation: i64) {
        if let Ok(row) = self.row_card(conversation) {
            self.listeners.tell(&ProgramEvent::Conversation { row });
        }
    }
}

/// What has been said of an answer.
#[derive(Default)]
struct Said {
    reasoning: String,
    text: String,
}

/// An answer that is written down while it is said.
struct Writing<'a> {
    app: &'a App,
    answer: i64,
    said: Said,
}

impl Writing<'_> {
    /// Passes on what the model says and writes it down, until the turn is over.
    fn follow(
        &mut self,
        outbox: &Receiver<ChatEvent>,
        on_event: &mut dyn FnMut(ChatEvent),
    ) -> Result<(), Problem> {
        let mut unwritten: Option<Instant> = None;
        loop {
            let left = unwritten.map(|since: Instant| WRITTEN_EVERY.saturating_sub(since.elapsed()));
            let event = match left {
                None => outbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                // However much is being said.
                Some(Duration::ZERO) => Err(RecvTimeoutError::Timeout),
                Some(left) => outbox.recv_timeout(left),
            };
            match event {
                Ok(event) => {
                    match &event {
                        ChatEvent::Reasoning { text } => self.said.reasoning += text,
                        ChatEvent::Answer { text } => self.said.text += text,
                        ChatEvent::Finished { reason, timing } => {
                            let (state, timing) = (state_of(*reason), *timing);
                            let kept = self.finish(state, Some(timing), None);
                            on_event(event);
                            return kept;
                        }
                        ChatEvent::Failed { problem, .. } => {
                            let kept = self.finish(State::Failed, None, Some(problem));
                            on_event(event);
                            return kept;
                        }
                        _ => {
                            on_event(event);
                            continue;
                        }
                    }
                    unwritten.get_or_insert_with(Instant::now);
                    on_event(event);
                }
                Err(RecvTimeoutError::Timeout) => {
                    // What cannot be written now is written at the end, which says so if it cannot.
                    let _ = self.app.history().write(self.answer, &self.said.reasoning, &self.said.text);
                    unwritten = None;
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let problem = Problem::new(ProblemCode::EngineFailed, "the engine's thread has ended");
                    let kept = self.finish(State::Failed, None, Some(&problem));
                    on_event(ChatEvent::Failed { problem, next: None });
                    return kept;
                }
            }
        }
    }

    fn finish(
        &mut self,
        state: State,
        timing: Option<Timing>,
        problem: Option<&Problem>,
    ) -> Result<(), Problem> {
        let Said { reasoning, text } = std::mem::take(&mut self.said);
        let ending = Ending {
            reasoning,
            text,
            state,
            timing: timing.map(Into::into),
            problem: problem.and_then(|problem| serde_json::to_string(problem).ok()),
        };
        Ok(self.app.history().finish(self.answer, &ending)?)
    }
}

/// A message as a model reads it; an answer in which nothing was said is none.
fn said(message: &history::Message) -> Option<Message> {
    match message.role {
        Role::Person => Some(Message::User { text: with_attachments(message) }),
        Role::Model if message.text.is_empty() => None,
        Role::Model => {
            let (reasoning, answer) = (message.reasoning.clone(), message.text.clone());
            Some(Message::Assistant(Reply { reasoning, answer }))
        }
    }
}

/// A question and the texts that go with it, each between two lines with its name.
fn with_attachments(message: &history::Message) -> String {
    let mut text = message.text.clone();
    for attachment in &message.attachments {
        let (name, content) = (&attachment.name, attachment.text.trim_end());
        text += &format!("\n\n----- {name} -----\n{content}\n----- end of {name} -----");
    }
    text
}

/// The first line of what a model calls a title, without what it puts around it.
fn plain_title(answer: &str) -> String {
    let line = answer.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let around: &[char] = &['"', '«', '»', '“', '”', '*', '#', '.', '\u{a0}', '\u{202f}'];
    let line = line.trim_matches(|letter: char| letter.is_whitespace() || around.contains(&letter));
    first_words(line)
}

#[cfg(test)]
mod tests {
    use super::plain_title;

    #[test]
    fn a_title_is_one_plain_line() {
        assert_eq!(plain_title("\n**« Un jardin en ville »**\nVoilà."), "Un jardin en ville");
        assert_eq!(plain_title("\"Packing for Rome\"."), "Packing for Rome");
        assert_eq!(plain_title("  "), "");
        assert!(plain_title(&"mot ".repeat(100)).chars().count() <= 80);
    }
}
