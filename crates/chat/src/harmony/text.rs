//! From the bytes of tokens to text that can be shown.

/// Every marker that a model of this format could spell out.
const MARKERS: [&str; 10] = [
    "<|start|>",
    "<|end|>",
    "<|message|>",
    "<|channel|>",
    "<|constrain|>",
    "<|return|>",
    "<|call|>",
    "<|endoftext|>",
    "<|startoftext|>",
    "<|endofprompt|>",
];

/// Holds back what cannot be shown yet: the bytes of half a character, and what may become a marker that the model
/// spelled out in ordinary tokens. Such a marker is taken out, and what stood around it then joins, so a marker that
/// this forms is taken out as well.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    /// The beginning of a character.
    bytes: Vec<u8>,
    /// Beginnings of markers, one after the other.
    held: String,
    /// Where in `held` each of them begins. One that is not the last can go on only once all after it are gone.
    begins: Vec<usize>,
}

impl Text {
    /// Adds bytes, and gives what can be shown by now. Bytes that are no text become U+FFFD.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        let mut out = String::new();
        self.bytes.extend_from_slice(bytes);
        let pending = std::mem::take(&mut self.bytes);
        let mut read = 0;
        for chunk in pending.utf8_chunks() {
            self.admit(chunk.valid(), &mut out);
            read += chunk.valid().len() + chunk.invalid().len();
            if read == pending.len() && is_beginning(chunk.invalid()) {
                self.bytes.extend_from_slice(chunk.invalid());
            } else if !chunk.invalid().is_empty() {
                self.admit("\u{fffd}", &mut out);
            }
        }
        out
    }

    /// Nothing more comes: gives what was held back.
    pub(super) fn finish(&mut self) -> String {
        let mut out = String::new();
        if !std::mem::take(&mut self.bytes).is_empty() {
            self.admit("\u{fffd}", &mut out);
        }
        out.push_str(&std::mem::take(&mut self.held));
        self.begins.clear();
        out
    }

    fn admit(&mut self, text: &str, out: &mut String) {
        for c in text.chars() {
            if let Some(&begin) = self.begins.last() {
                self.held.push(c);
                let partial = &self.held[begin..];
                if MARKERS.contains(&partial) {
                    self.held.truncate(begin);
                    self.begins.pop();
                    continue;
                }
                if MARKERS.iter().any(|m| m.starts_with(partial)) {
                    continue;
                }
                self.held.pop();
            }
            // A marker has this character at its beginning and nowhere else.
            if c == '<' {
                self.begins.push(self.held.len());
                self.held.push(c);
                continue;
            }
            out.push_str(&self.held);
            out.push(c);
            self.held.clear();
            self.begins.clear();
        }
    }
}

/// Whether more bytes could make these a character.
fn is_beginning(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|e| e.error_len().is_none())
}
