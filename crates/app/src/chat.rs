//! One conversation with one loaded model.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ::chat::harmony::{self, Markers, Parser, Part};
use ::chat::{ChatError, Conversation, Message, Reply};
use engine::{
    Control, Engine, Event, Finish, Generation, LoadOptions, LoadProgress, Model, ModelFiles, ModelInfo,
    Sampling, Session, Tokenizer,
};

use crate::grouping::Grouping;
use crate::vocabulary::Words;
use crate::{ChatEvent, Effort, FinishReason, Problem, ProblemCode, Timing};

/// How one question is to be answered.
#[derive(Debug, Clone, Copy, Default)]
pub struct TurnOptions {
    /// How long to think.
    pub effort: Effort,
    /// How to draw tokens; `None` is how the model's maker means it.
    pub sampling: Option<Sampling>,
    /// Most tokens to write; `None` is as many as the model can follow.
    pub max_tokens: Option<usize>,
}

/// One conversation, and the model that it is with while that is loaded. Owned by one thread.
pub struct Chat {
    loaded: Option<Loaded>,
    conversation: Conversation,
}

/// A model that can hold a conversation.
struct Loaded {
    // The session goes before its model.
    session: Box<dyn Session>,
    model: Box<dyn Model>,
    tokenizer: Tokenizer,
    markers: Markers,
}

impl Loaded {
    fn load(
        engine: &dyn Engine,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Self, Problem> {
        // A large tokenizer takes about as long to read as a model takes to be opened.
        let tokenizer = Tokenizer::begin(files);
        let model = engine.load(files, options, progress)?;
        let tokenizer = tokenizer.wait(model.info().vocab)?;
        let markers = Markers::of(&Words(&tokenizer))?;
        let session = model.session(None)?;
        Ok(Self { session, model, tokenizer, markers })
    }
}

impl Default for Chat {
    fn default() -> Self {
        Self { loaded: None, conversation: Conversation::new(today()) }
    }
}

impl Chat {
    /// Loads a model and opens a conversation with it. `progress` is called while it loads, and may break it off.
    ///
    /// # Errors
    /// The model cannot be loaded, or does not speak harmony.
    pub fn open(
        engine: &dyn Engine,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Self, Problem> {
        let mut chat = Self::default();
        chat.load(engine, files, options, progress)?;
        Ok(chat)
    }

    /// Whether a model is loaded. It no longer is once its engine's process has ended.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.model.lives())
    }

    /// Lets the model go, which gives its memory back. The conversation stays.
    pub fn unload(&mut self) {
        self.loaded = None;
    }

    /// Loads a model, in place of the one that was, and goes on with the conversation.
    ///
    /// # Errors
    /// As [`Chat::open`]; the conversation stays.
    pub fn load(
        &mut self,
        engine: &dyn Engine,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        // Two at once may be more than there is memory for.
        self.unload();
        self.loaded = Some(Loaded::load(engine, files, options, progress)?);
        Ok(())
    }

    /// What is known of the model, while it is loaded.
    #[must_use]
    pub fn model(&self) -> Option<&ModelInfo> {
        self.loaded.as_ref().map(|loaded| loaded.model.info())
    }

    /// What was said so far.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.conversation.messages
    }

    /// Forgets what was said. What the model has already read of the beginning stays read.
    pub fn clear(&mut self) {
        self.conversation = Conversation::new(today());
    }

    /// Goes on with another conversation. What the two have in common at the beginning need not be read again.
    pub fn resume(&mut self, conversation: Conversation) {
        self.conversation = conversation;
    }

    /// Answers a question. It ends soon after `stop` is set, with what was said until then. A question that could
    /// not be answered at all is not kept in the conversation.
    pub fn ask(
        &mut self,
        text: &str,
        options: &TurnOptions,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(ChatEvent),
    ) {
        let Some(loaded) = &mut self.loaded else {
            let problem = Problem::new(ProblemCode::EngineFailed, "no model is loaded");
            return on_event(ChatEvent::Failed { problem, next: None });
        };
        let mut turn = Turn::new(loaded.markers, loaded.model.info().context, on_event);
        let before = self.conversation.messages.len();
        let outcome = loaded.answer(&mut self.conversation, text, options, stop, &mut turn);
        if outcome.as_ref().is_err_and(|problem| problem.code == ProblemCode::EngineCrashed) {
            self.unload();
        }
        let Outcome { reply, timing } = turn.end();
        if outcome.is_err() && reply.answer.is_empty() {
            self.conversation.messages.truncate(before);
        } else {
            self.conversation.messages.push(Message::Assistant(reply));
        }
        on_event(match outcome {
            Ok(reason) => ChatEvent::Finished { reason, timing },
            Err(problem) => ChatEvent::Failed { problem, next: None },
        });
    }
}

impl Loaded {
    fn answer(
        &mut self,
        conversation: &mut Conversation,
        text: &str,
        options: &TurnOptions,
        stop: &AtomicBool,
        turn: &mut Turn,
    ) -> Result<FinishReason, Problem> {
        if text.trim().is_empty() {
            return Err(Problem::new(ProblemCode::QuestionEmpty, "the question is empty"));
        }
        conversation.effort = options.effort.into();
        conversation.messages.push(Message::User { text: text.to_owned() });
        let words = Words(&self.tokenizer);
        let prompt = harmony::render(&followed(conversation, self.model.info()), &self.markers, &words)?;
        let mut stop_tokens = self.model.info().stop_tokens.clone();
        stop_tokens.extend(self.markers.stops());
        let generation = Generation {
            sampling: options.sampling.unwrap_or(self.model.info().sampling),
            stop_tokens,
            max_tokens: options.max_tokens,
            alternatives: 0,
            lockstep: false,
        };
        let finish = self.session.generate(&prompt, &generation, &mut |event| {
            match event {
                Event::Prefill { done, total, reused } => turn.read(done, total, reused),
                Event::Step(step) => turn.write(step.token, &words),
                Event::Working => {}
            }
            if stop.load(Ordering::Relaxed) { Control::Stop } else { Control::Continue }
        })?;
        Ok(match finish {
            Finish::StopToken => FinishReason::Complete,
            Finish::Stopped => FinishReason::Stopped,
            Finish::MaxTokens => FinishReason::Length,
            Finish::ContextFull => FinishReason::ContextFull,
        })
    }
}

/// The part of a conversation that a model was made to follow.
fn followed<'a>(conversation: &'a Conversation, model: &ModelInfo) -> Cow<'a, Conversation> {
    let messages = &conversation.messages;
    let questions =
        messages.iter().enumerate().filter(|(_, message)| matches!(message, Message::User { .. }));
    // The last question is the one to be answered.
    let first = model.past_turns.and_then(|turns| questions.rev().nth(turns)).map_or(0, |(at, _)| at);
    if first == 0 && model.past_answers {
        return Cow::Borrowed(conversation);
    }
    let kept = |message: &&Message| model.past_answers || !matches!(message, Message::Assistant(_));
    let messages = messages[first..].iter().filter(kept).cloned().collect();
    Cow::Owned(Conversation { messages, ..conversation.clone() })
}

/// The day that the model is told: the computer's own.
fn today() -> chrono::NaiveDate {
    chrono::Local::now().date_naive()
}

impl From<Effort> for ::chat::Effort {
    fn from(effort: Effort) -> Self {
        match effort {
            Effort::Low => Self::Low,
            Effort::Medium => Self::Medium,
            Effort::High => Self::High,
        }
    }
}

impl From<ChatError> for Problem {
    fn from(error: ChatError) -> Self {
        let code = match error {
            ChatError::NotHarmony { .. } => ProblemCode::ModelNotConversational,
            ChatError::Encoding { .. } => ProblemCode::FileDamaged,
        };
        Self::new(code, error.to_string())
    }
}

/// An answer in the making.
struct Turn<'a> {
    parser: Parser,
    events: Grouping<'a>,
    reply: Reply,
    start: Instant,
    first_token: Option<Instant>,
    reasoning_end: Option<Instant>,
    prompt_tokens: usize,
    /// All of the prompt, what was in the cache included.
    read_tokens: usize,
    tokens: usize,
    context: usize,
}

/// What a turn brought.
struct Outcome {
    reply: Reply,
    timing: Timing,
}

impl<'a> Turn<'a> {
    fn new(markers: Markers, context: usize, on_event: &'a mut dyn FnMut(ChatEvent)) -> Self {
        Self {
            parser: Parser::new(markers),
            events: Grouping::new(on_event),
            reply: Reply::default(),
            start: Instant::now(),
            first_token: None,
            reasoning_end: None,
            prompt_tokens: 0,
            read_tokens: 0,
            tokens: 0,
            context,
        }
    }

    fn read(&mut self, done: usize, total: usize, reused: usize) {
        self.prompt_tokens = total - reused;
        self.read_tokens = total;
        self.events.push(ChatEvent::Reading { share: done as f64 / total as f64 });
    }

    fn write(&mut self, token: u32, words: &Words) {
        self.first_token.get_or_insert_with(Instant::now);
        self.tokens += 1;
        let events = self.parser.push(token, words);
        self.take(events);
        self.events.flush_if_due();
    }

    fn take(&mut self, events: Vec<harmony::Event>) {
        for event in events {
            match event {
                harmony::Event::Text(Part::Reasoning, text) => {
                    self.reply.reasoning += &text;
                    self.events.push(ChatEvent::Reasoning { text });
                }
                // Without tools there is nothing to announce: what is said on the way is part of the answer.
                harmony::Event::Text(Part::Preamble | Part::Answer, text) => {
                    self.reasoning_end.get_or_insert_with(Instant::now);
                    self.reply.answer += &text;
                    self.events.push(ChatEvent::Answer { text });
                }
                // A call to a tool that was not offered is no answer; the turn ends without one.
                harmony::Event::Started(_)
                | harmony::Event::Ended(_)
                | harmony::Event::ToolCall { .. }
                | harmony::Event::EndOfTurn(_) => {}
            }
        }
    }

    fn end(mut self) -> Outcome {
        let events = self.parser.finish();
        self.take(events);
        self.events.flush();
        let seconds = |duration: Duration| duration.as_secs_f64();
        let end = Instant::now();
        let first = self.first_token.unwrap_or(end);
        let timing = Timing {
            first_token_s: seconds(first - self.start),
            reasoning_s: seconds(self.reasoning_end.unwrap_or(end) - first),
            total_s: seconds(end - self.start),
            prompt_tokens: self.prompt_tokens as u32,
            tokens: self.tokens as u32,
            context_tokens: (self.read_tokens + self.tokens) as u32,
            context_size: self.context as u32,
        };
        Outcome { reply: self.reply, timing }
    }
}

#[cfg(test)]
mod tests {
    use super::{followed, today};
    use chat::{Conversation, Message, Reply};
    use engine::{Device, ModelInfo, Sampling};

    #[test]
    fn a_model_follows_what_it_was_made_for() {
        let mut conversation = Conversation::new(today());
        for text in ["one", "two", "three"] {
            conversation.messages.push(Message::User { text: text.to_owned() });
            conversation
                .messages
                .push(Message::Assistant(Reply { answer: text.to_owned(), ..Reply::default() }));
        }
        conversation.messages.pop();
        let texts = |past_turns, past_answers| {
            let model = ModelInfo { past_turns, past_answers, ..info() };
            let part = followed(&conversation, &model);
            let text = |message: &Message| match message {
                Message::User { text } => text.clone(),
                Message::Assistant(reply) => format!("-{}", reply.answer),
                _ => String::new(),
            };
            part.messages.iter().map(text).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(texts(None, true), "one -one two -two three");
        assert_eq!(texts(Some(0), true), "three");
        assert_eq!(texts(Some(1), true), "two -two three");
        assert_eq!(texts(Some(9), true), "one -one two -two three");
        assert_eq!(texts(None, false), "one two three");
        assert_eq!(texts(Some(1), false), "two three");
    }

    fn info() -> ModelInfo {
        ModelInfo {
            architecture: String::new(),
            layers: 0,
            vocab: 0,
            context: 0,
            stop_tokens: Vec::new(),
            sampling: Sampling::default(),
            past_turns: None,
            past_answers: true,
            weight_bytes: 0,
            threads: 0,
            device: Device::Cpu,
            placement: Vec::new(),
            one_by_one: None,
        }
    }
}
