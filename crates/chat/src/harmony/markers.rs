//! The tokens that hold the format together.

use crate::{ChatError, Result, Vocabulary};

/// Ids of the markers in one model's vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Markers {
    /// `<|start|>`: a header begins.
    pub start: u32,
    /// `<|end|>`: a message ends, and more may follow.
    pub end: u32,
    /// `<|message|>`: the header is over, content begins.
    pub message: u32,
    /// `<|channel|>`: the channel's name follows.
    pub channel: u32,
    /// `<|constrain|>`: the content's type follows.
    pub constrain: u32,
    /// `<|return|>`: the turn ends.
    pub return_: u32,
    /// `<|call|>`: the turn ends with a tool call.
    pub call: u32,
    /// `<|endoftext|>`, where the model has it: the turn ends, though not as the format wants.
    pub endoftext: Option<u32>,
}

/// What a marker means, whatever its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Start,
    End,
    Message,
    Channel,
    Constrain,
    Return,
    Call,
    EndOfText,
}

impl Markers {
    /// Looks all of them up.
    ///
    /// # Errors
    /// [`ChatError::NotHarmony`] names the first that is missing.
    pub fn of(vocabulary: &(impl Vocabulary + ?Sized)) -> Result<Self> {
        let id = |marker| vocabulary.special(marker).ok_or(ChatError::NotHarmony { marker });
        Ok(Self {
            start: id("<|start|>")?,
            end: id("<|end|>")?,
            message: id("<|message|>")?,
            channel: id("<|channel|>")?,
            constrain: id("<|constrain|>")?,
            return_: id("<|return|>")?,
            call: id("<|call|>")?,
            endoftext: vocabulary.special("<|endoftext|>"),
        })
    }

    /// The tokens at which a generation is over. `<|end|>` is none of them: the answer comes after the reasoning's.
    pub fn stops(&self) -> impl Iterator<Item = u32> + use<> {
        [self.return_, self.call].into_iter().chain(self.endoftext)
    }

    /// What a token means, if it is a marker.
    pub(super) fn read(&self, token: u32) -> Option<Marker> {
        Some(match token {
            t if t == self.start => Marker::Start,
            t if t == self.end => Marker::End,
            t if t == self.message => Marker::Message,
            t if t == self.channel => Marker::Channel,
            t if t == self.constrain => Marker::Constrain,
            t if t == self.return_ => Marker::Return,
            t if t == self.call => Marker::Call,
            t if Some(t) == self.endoftext => Marker::EndOfText,
            _ => return None,
        })
    }
}
