//! A conversation as the tokens that the model continues.

use super::{Markers, schema};
use crate::{Call, Conversation, FunctionTool, Message, Result, Vocabulary};

/// The tokens of a conversation, up to and with the `<|start|>assistant` after which the model speaks.
///
/// Markers come by id, and each text between two of them is encoded by itself, so nothing that a person, a tool or the
/// model wrote can act as a marker.
///
/// Reasoning is kept only in the turn that is still going on: after the last user message, as long as no reply stands
/// there, where the model needs it between its tool calls. openai-harmony's `auto_drop_analysis` drops only what
/// precedes the first answer of a conversation; docs/format.md says to drop it in every turn that ended, and so does
/// this. A reply that was stopped while it answered counts as the answer it had by then. One that was stopped while it
/// reasoned is left out, and the user message before it stands alone.
///
/// # Errors
/// [`ChatError::Encoding`](crate::ChatError::Encoding) where the tokenizer refuses a text.
pub fn render(
    conversation: &Conversation,
    markers: &Markers,
    vocabulary: &(impl Vocabulary + ?Sized),
) -> Result<Vec<u32>> {
    let mut prompt = Prompt { tokens: Vec::new(), markers, vocabulary };
    prompt.message("system", None, &system(conversation))?;
    if let Some(text) = developer(conversation) {
        prompt.message("developer", None, &text)?;
    }
    let messages = &conversation.messages;
    let going_on = messages
        .iter()
        .rposition(|m| matches!(m, Message::User { .. } | Message::Assistant(_)))
        .map_or(0, |last| last + 1);
    for (at, message) in messages.iter().enumerate() {
        match message {
            Message::User { text } => prompt.message("user", None, text)?,
            Message::Assistant(reply) => prompt.said("final", &reply.answer)?,
            Message::Call(call) => {
                if at >= going_on {
                    prompt.said("analysis", &call.reasoning)?;
                }
                prompt.said("commentary", &call.preamble)?;
                prompt.call(call)?;
            }
            Message::Result { tool, output } => {
                prompt.message(&format!("{tool} to=assistant"), Some("commentary"), output)?;
            }
        }
    }
    prompt.header("assistant", None)?;
    Ok(prompt.tokens)
}

struct Prompt<'a, V: ?Sized> {
    tokens: Vec<u32>,
    markers: &'a Markers,
    vocabulary: &'a V,
}

impl<V: Vocabulary + ?Sized> Prompt<'_, V> {
    fn text(&mut self, text: &str) -> Result<()> {
        self.tokens.extend(self.vocabulary.encode(text)?);
        Ok(())
    }

    fn header(&mut self, role: &str, channel: Option<&str>) -> Result<()> {
        self.tokens.push(self.markers.start);
        self.text(role)?;
        if let Some(channel) = channel {
            self.tokens.push(self.markers.channel);
            self.text(channel)?;
        }
        Ok(())
    }

    fn message(&mut self, role: &str, channel: Option<&str>, content: &str) -> Result<()> {
        self.header(role, channel)?;
        self.tokens.push(self.markers.message);
        self.text(content)?;
        self.tokens.push(self.markers.end);
        Ok(())
    }

    /// What the model said on a channel, if anything.
    fn said(&mut self, channel: &str, content: &str) -> Result<()> {
        if content.is_empty() { Ok(()) } else { self.message("assistant", Some(channel), content) }
    }

    fn call(&mut self, call: &Call) -> Result<()> {
        self.header("assistant", Some(&format!("commentary to={} ", call.tool)))?;
        self.tokens.push(self.markers.constrain);
        self.text("json")?;
        self.tokens.push(self.markers.message);
        self.text(&call.arguments)?;
        self.tokens.push(self.markers.call);
        Ok(())
    }
}

/// The system message says who the model is and how it is to speak. The published text is part of what the model was
/// trained on; what the person wants of it stands in the developer message.
fn system(conversation: &Conversation) -> String {
    let mut text = format!(
        "You are ChatGPT, a large language model trained by OpenAI.\n\
         Knowledge cutoff: 2024-06\n\
         Current date: {date}\n\n\
         Reasoning: {effort}\n\n\
         # Valid channels: analysis, commentary, final. Channel must be included for every message.",
        date = conversation.date,
        effort = conversation.effort.as_str(),
    );
    if !conversation.tools.is_empty() {
        text += "\nCalls to these tools must go to the commentary channel: 'functions'.";
    }
    text
}

fn developer(conversation: &Conversation) -> Option<String> {
    let instructions = conversation.instructions.as_deref().filter(|text| !text.trim().is_empty());
    let instructions = instructions.map(|text| format!("# Instructions\n\n{text}"));
    let tools = (!conversation.tools.is_empty()).then(|| functions(&conversation.tools));
    let sections: Vec<String> = instructions.into_iter().chain(tools).collect();
    (!sections.is_empty()).then(|| sections.join("\n\n"))
}

fn functions(tools: &[FunctionTool]) -> String {
    let mut text = String::from("# Tools\n\n## functions\n\nnamespace functions {\n\n");
    for tool in tools {
        text += &schema::function(tool);
        text += "\n\n";
    }
    text + "} // namespace functions"
}
