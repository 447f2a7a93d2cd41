//! What the model writes, token by token.

use super::Markers;
use super::header::{Header, Kind};
use super::markers::Marker;
use super::text::Text;
use crate::Vocabulary;

/// A part of the model's turn that a person can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// What the model thinks, and all that could not be recognised as anything else. It did not get the training that
    /// makes answers safe: to be shown folded and labelled.
    Reasoning,
    /// What it tells the person before it calls a tool.
    Preamble,
    /// Its answer.
    Answer,
}

/// Something that the model's tokens brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part begins.
    Started(Part),
    /// More of the part that began last. Joined, the texts of a part are the part: where it continues in a further
    /// message, a blank line stands between.
    Text(Part, String),
    /// The part that began last is over.
    Ended(Part),
    /// The model calls a tool, and has written the call to its end. A call that was cut brings nothing.
    ToolCall {
        /// The tool with its namespace. Nothing vouches for there being one of that name.
        recipient: String,
        /// The arguments. Nothing vouches for their being JSON.
        content: String,
    },
    /// Nothing follows.
    EndOfTurn(Ending),
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// The model had said all (`<|return|>`).
    Return,
    /// It waits for a tool (`<|call|>`).
    Call,
    /// It broke off in its own way (`<|endoftext|>`).
    EndOfText,
    /// There were no more tokens: somebody stopped it, or the context was full.
    Cut,
}

/// Reads one turn of the model, beginning right after the `<|start|>assistant` of the prompt.
///
/// gpt-oss writes a malformed header in a few turns of a hundred, so nothing here is an error: whatever the tokens,
/// reading goes on at the next marker that makes sense, and text that cannot be placed is reasoning, never the answer.
/// Markers are never shown, even spelled out in ordinary tokens.
#[derive(Debug, Clone)]
pub struct Parser {
    markers: Markers,
    state: State,
    text: Text,
    /// Parts that have text already.
    begun: Vec<Part>,
    /// Whether the message at hand has none yet.
    fresh: bool,
}

#[derive(Debug, Clone)]
enum State {
    /// In a header, or between messages: a header can begin there without `<|start|>`.
    Header(Header),
    Say(Part),
    Call {
        recipient: String,
        content: String,
    },
    Over,
}

/// What ends a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Close {
    /// `<|end|>`.
    End,
    /// A marker that ends the turn.
    Stop,
    /// A marker that begins something else, or no more tokens.
    Cut,
}

impl Parser {
    /// A parser for one turn.
    #[must_use]
    pub fn new(markers: Markers) -> Self {
        let state = State::Header(Header::of_assistant());
        Self { markers, state, text: Text::default(), begun: Vec::new(), fresh: true }
    }

    /// Reads a token, stop tokens included. Those after the end of the turn bring nothing.
    pub fn push(&mut self, token: u32, vocabulary: &(impl Vocabulary + ?Sized)) -> Vec<Event> {
        let mut events = Vec::new();
        match self.markers.read(token) {
            None => self.ordinary(vocabulary.bytes(token), &mut events),
            Some(_) if matches!(self.state, State::Over) => {}
            Some(marker) => self.marker(marker, &mut events),
        }
        events
    }

    /// Says that no more tokens come. Brings nothing where a stop token was read.
    pub fn finish(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if !matches!(self.state, State::Over) {
            self.close(Close::Cut, &mut events);
            self.end_turn(Ending::Cut, &mut events);
        }
        events
    }

    fn ordinary(&mut self, bytes: &[u8], events: &mut Vec<Event>) {
        match &mut self.state {
            State::Header(header) => {
                if !header.push(bytes) {
                    let (part, text) = header.overflow();
                    self.open(Kind::Say(part), events);
                    self.say(part, text.as_bytes(), events);
                }
            }
            State::Say(part) => {
                let part = *part;
                self.say(part, bytes, events);
            }
            State::Call { content, .. } => content.push_str(&self.text.push(bytes)),
            State::Over => {}
        }
    }

    fn marker(&mut self, marker: Marker, events: &mut Vec<Event>) {
        match (marker, &mut self.state) {
            (Marker::Channel, State::Header(header)) => header.begin_channel(),
            (Marker::Constrain, State::Header(header)) => {
                header.push(b" ");
            }
            (Marker::Message, State::Header(header)) => {
                let kind = header.kind();
                self.open(kind, events);
            }
            // Neither has a meaning inside content, nor does the content end with it.
            (Marker::Message | Marker::Constrain, _) => {}
            (Marker::Channel, _) => {
                self.close(Close::Cut, events);
                let mut header = Header::of_assistant();
                header.begin_channel();
                self.state = State::Header(header);
            }
            (Marker::Start, _) => {
                self.close(Close::Cut, events);
                self.state = State::Header(Header::named());
            }
            (Marker::End, _) => {
                self.close(Close::End, events);
                self.state = State::Header(Header::default());
            }
            (Marker::Return, _) => self.stop(Ending::Return, events),
            (Marker::Call, _) => self.stop(Ending::Call, events),
            (Marker::EndOfText, _) => self.stop(Ending::EndOfText, events),
        }
    }

    fn stop(&mut self, ending: Ending, events: &mut Vec<Event>) {
        self.close(Close::Stop, events);
        self.end_turn(ending, events);
    }

    fn end_turn(&mut self, ending: Ending, events: &mut Vec<Event>) {
        self.state = State::Over;
        events.push(Event::EndOfTurn(ending));
    }

    fn open(&mut self, kind: Kind, events: &mut Vec<Event>) {
        self.state = match kind {
            Kind::Say(part) => {
                self.fresh = true;
                events.push(Event::Started(part));
                State::Say(part)
            }
            Kind::Call(recipient) => State::Call { recipient, content: String::new() },
        };
    }

    /// Ends the message or the header at hand.
    fn close(&mut self, how: Close, events: &mut Vec<Event>) {
        // In the middle of a turn, words that led to no message are what is left of a header that the model gave up.
        if let State::Header(header) = &self.state
            && let Some((part, text)) = header.content(how == Close::Stop)
        {
            self.open(Kind::Say(part), events);
            self.say(part, text.as_bytes(), events);
        }
        let rest = self.text.finish();
        match std::mem::replace(&mut self.state, State::Header(Header::default())) {
            State::Say(part) => {
                self.show(part, rest, events);
                events.push(Event::Ended(part));
            }
            State::Call { recipient, content } if how != Close::Cut => {
                events.push(Event::ToolCall { recipient, content: content + &rest });
            }
            State::Call { .. } | State::Header(_) | State::Over => {}
        }
    }

    fn say(&mut self, part: Part, bytes: &[u8], events: &mut Vec<Event>) {
        let text = self.text.push(bytes);
        self.show(part, text, events);
    }

    fn show(&mut self, part: Part, mut text: String, events: &mut Vec<Event>) {
        if text.is_empty() {
            return;
        }
        if !self.begun.contains(&part) {
            self.begun.push(part);
        } else if self.fresh {
            text.insert_str(0, "\n\n");
        }
        self.fresh = false;
        events.push(Event::Text(part, text));
    }
}
