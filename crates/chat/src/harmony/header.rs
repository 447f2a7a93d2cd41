//! Headers, as the format has them and as gpt-oss really writes them.

use super::parse::Part;

/// A header is a few words; one longer than this is text that lost its `<|message|>`.
const LONGEST: usize = 128;

/// A header while it is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    /// Whether `<|start|>` opened it, so that its first words say who speaks.
    named: bool,
    /// What stands before `<|channel|>`.
    role: Vec<u8>,
    /// What stands after the last `<|channel|>`.
    channel: Option<Vec<u8>>,
    /// The recipient that an earlier `<|channel|>` part of it named.
    recipient: Option<String>,
}

/// Where a message's content goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Say(Part),
    Call(String),
}

impl Header {
    /// The header after `<|start|>`.
    pub(super) fn named() -> Self {
        Self { named: true, ..Self::default() }
    }

    /// The header after `<|start|>assistant`.
    pub(super) fn of_assistant() -> Self {
        Self { role: b"assistant".to_vec(), ..Self::named() }
    }

    /// Adds what a token stands for. False once this is too long to be a header.
    pub(super) fn push(&mut self, bytes: &[u8]) -> bool {
        let part = self.channel.as_mut().unwrap_or(&mut self.role);
        part.extend_from_slice(bytes);
        part.len() <= LONGEST
    }

    /// Reads `<|channel|>`. Where headers are doubled, the last channel is the one that counts.
    pub(super) fn begin_channel(&mut self) {
        self.recipient = self.recipient();
        self.channel = Some(Vec::new());
    }

    /// What follows, once `<|message|>` is there. Only a channel that is surely `final` is the answer, and only one
    /// that is exactly `commentary` is shown with it. All else is reasoning: no channel, an unknown one, a message in
    /// somebody else's name, a comment that the model addresses to itself. A model that was trained to begin with
    /// `analysis` is likelier to have lost that word than `final`, and reasoning is still there to be read.
    pub(super) fn kind(&self) -> Kind {
        let role = String::from_utf8_lossy(&self.role);
        let role = role.trim_start();
        if self.named && !(role.is_empty() || role.starts_with("assistant") || role.starts_with("to=")) {
            return Kind::Say(Part::Reasoning);
        }
        let recipient = self.recipient();
        let channel = String::from_utf8_lossy(self.channel.as_deref().unwrap_or_default());
        let channel = channel.split_whitespace().next().unwrap_or_default();
        match recipient.as_deref() {
            Some(tool) if !matches!(tool, "assistant" | "user" | "all") => Kind::Call(tool.to_owned()),
            _ if channel.starts_with("final") => Kind::Say(Part::Answer),
            None | Some("user" | "all") if channel == "commentary" => Kind::Say(Part::Preamble),
            _ => Kind::Say(Part::Reasoning),
        }
    }

    /// What of this header, which no `<|message|>` ended, is content after all. A recipient makes it a call that
    /// cannot be trusted, so nothing. `anything` asks for text that follows no known channel as well.
    pub(super) fn content(&self, anything: bool) -> Option<(Part, String)> {
        if self.recipient().is_some() { None } else { self.text(anything) }
    }

    /// The same for a header too long to be one, whoever it is for.
    pub(super) fn overflow(&self) -> (Part, String) {
        self.text(true).unwrap_or((Part::Reasoning, String::new()))
    }

    fn text(&self, anything: bool) -> Option<(Part, String)> {
        let part = match self.kind() {
            Kind::Say(part) => part,
            Kind::Call(_) => Part::Reasoning,
        };
        let text = String::from_utf8_lossy(self.channel.as_deref().unwrap_or(&self.role));
        let text = text.trim_start();
        let rest = ["analysis", "final"].iter().find_map(|name| text.strip_prefix(name));
        let (part, text) = match rest {
            // "final {" is a channel and content; "final?" is a channel misspelt.
            Some(rest) if self.channel.is_some() && rest.starts_with(is_break) => (part, rest),
            _ if !anything => return None,
            _ if self.channel.is_some() => (Part::Reasoning, text),
            _ => (Part::Reasoning, text.strip_prefix("assistant").unwrap_or(text)),
        };
        let text = text.trim_start();
        (!text.is_empty()).then(|| (part, text.to_owned()))
    }

    /// Whom the message is for. The format lets it stand in the role's part or in the channel's.
    fn recipient(&self) -> Option<String> {
        let channel = self.channel.as_deref().unwrap_or_default();
        addressed(channel)
            .or_else(|| bare(channel))
            .or_else(|| self.recipient.clone())
            .or_else(|| addressed(&self.role))
    }
}

/// What ends a channel's name and can begin content.
fn is_break(c: char) -> bool {
    c.is_whitespace() || matches!(c, '{' | '[')
}

/// The word after `to=`, up to what cannot be part of a name.
fn addressed(part: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(part);
    let (_, rest) = text.split_once("to=")?;
    name(rest)
}

/// A function named without `to=`.
fn bare(part: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(part);
    text.split_whitespace().find(|word| word.starts_with("functions.")).and_then(name)
}

fn name(text: &str) -> Option<String> {
    let end = text.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}
