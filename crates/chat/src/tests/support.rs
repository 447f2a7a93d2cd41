//! A tiny vocabulary: bytes, markers, and a few words that cut characters and markers in two.

use crate::harmony::{Ending, Event, Markers, Parser, Part};
use crate::{Result, Vocabulary};

pub(super) const MARKERS: [&str; 8] = [
    "<|start|>",
    "<|end|>",
    "<|message|>",
    "<|channel|>",
    "<|constrain|>",
    "<|return|>",
    "<|call|>",
    "<|endoftext|>",
];

/// Tokens beyond bytes and markers. The model may write them; `encode` does not.
pub(super) const WORDS: [&[u8]; 16] = [
    b"<|st",
    b"art|>",
    b"<|",
    b"|>",
    b"<|end",
    b"channel",
    b"final",
    b"analysis",
    b"commentary",
    b"assistant",
    b" to=functions.x",
    b" to=",
    b"user",
    b"json",
    "é".as_bytes(),
    b"\xe2\x82",
];

pub(super) struct Tiny {
    bytes: Vec<Vec<u8>>,
}

impl Tiny {
    pub(super) fn new() -> Self {
        let bytes = (0..=255).map(|b: u8| vec![b]);
        let words = WORDS.iter().map(|w| w.to_vec());
        Self { bytes: bytes.chain(MARKERS.map(|_| Vec::new())).chain(words).collect() }
    }

    pub(super) fn markers(&self) -> Markers {
        Markers::of(self).expect("it has them all")
    }

    pub(super) fn len(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// Tokens of a text in which markers are markers. `<\|start|>` is a marker spelled out.
    pub(super) fn read(&self, text: &str) -> Vec<u32> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(marker) = MARKERS.iter().find(|m| rest.starts_with(**m)) {
                tokens.extend(self.special(marker));
                rest = &rest[marker.len()..];
            } else if let Some(spelled) = rest.strip_prefix("<\\|") {
                tokens.extend(b"<|".map(u32::from));
                rest = spelled;
            } else {
                tokens.extend(rest[..c.len_utf8()].bytes().map(u32::from));
                rest = &rest[c.len_utf8()..];
            }
        }
        tokens
    }

    /// The inverse of `read`.
    pub(super) fn write(&self, tokens: &[u32]) -> String {
        let mut bytes = Vec::new();
        for &token in tokens {
            match (token as usize).checked_sub(256) {
                Some(at) if at < MARKERS.len() => bytes.extend(MARKERS[at].bytes()),
                _ => bytes.extend(self.bytes(token)),
            }
            // A spelled-out marker must not look like one.
            if bytes.ends_with(b"<|") {
                bytes.truncate(bytes.len() - 2);
                bytes.extend(b"<\\|");
            }
        }
        String::from_utf8(bytes).expect("text")
    }
}

impl Vocabulary for Tiny {
    fn encode(&self, text: &str) -> Result<Vec<u32>> {
        Ok(text.bytes().map(u32::from).collect())
    }

    fn special(&self, marker: &str) -> Option<u32> {
        MARKERS.iter().position(|m| *m == marker).map(|at| 256 + at as u32)
    }

    fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }
}

/// What a turn came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) reasoning: String,
    pub(super) preamble: String,
    pub(super) answer: String,
    pub(super) calls: Vec<(String, String)>,
    pub(super) ending: Option<Ending>,
}

impl Heard {
    /// Parses, and checks what holds for every sequence of events.
    pub(super) fn of(tokens: &[u32], vocabulary: &Tiny, markers: Markers) -> Self {
        let mut heard = Self::default();
        let mut open = None;
        let mut parser = Parser::new(markers);
        for &token in tokens {
            for event in parser.push(token, vocabulary) {
                heard.take(event, &mut open);
            }
        }
        for event in parser.finish() {
            heard.take(event, &mut open);
        }
        assert_eq!(open, None, "a part was left open");
        assert!(heard.ending.is_some(), "a turn without end");
        heard
    }

    fn take(&mut self, event: Event, open: &mut Option<Part>) {
        assert_eq!(self.ending, None, "something after the end");
        match event {
            Event::Started(part) => assert_eq!(open.replace(part), None, "a part in a part"),
            Event::Ended(part) => assert_eq!(open.take(), Some(part), "an end without beginning"),
            Event::Text(part, text) => {
                assert_eq!(*open, Some(part), "text outside its part");
                assert!(!text.is_empty(), "no text at all");
                match part {
                    Part::Reasoning => self.reasoning += &text,
                    Part::Preamble => self.preamble += &text,
                    Part::Answer => self.answer += &text,
                }
            }
            Event::ToolCall { recipient, content } => self.calls.push((recipient, content)),
            Event::EndOfTurn(ending) => self.ending = Some(ending),
        }
    }
}

/// Sebastiano Vigna's splitmix64: a random sequence that is the same everywhere.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % u64::from(n)) as u32
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len() as u32) as usize]
    }
}
