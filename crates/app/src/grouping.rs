//! Fewer, larger events: a screen shows 60 pictures a second at most, however fast the model writes.

use std::time::{Duration, Instant};

use crate::ChatEvent;

const INTERVAL: Duration = Duration::from_millis(25);

/// Joins texts of the same kind that come within [`INTERVAL`].
pub(crate) struct Grouping<'a> {
    on_event: &'a mut dyn FnMut(ChatEvent),
    pending: Option<ChatEvent>,
    sent: Option<Instant>,
}

impl<'a> Grouping<'a> {
    pub(crate) fn new(on_event: &'a mut dyn FnMut(ChatEvent)) -> Self {
        Self { on_event, pending: None, sent: None }
    }

    /// Takes an event. What differs in kind from the one before comes after it, in order.
    pub(crate) fn push(&mut self, event: ChatEvent) {
        match (&mut self.pending, event) {
            (Some(ChatEvent::Reasoning { text }), ChatEvent::Reasoning { text: more })
            | (Some(ChatEvent::Answer { text }), ChatEvent::Answer { text: more }) => text.push_str(&more),
            (Some(ChatEvent::Reading { share }), ChatEvent::Reading { share: now }) => *share = now,
            (_, event) => {
                self.flush();
                self.pending = Some(event);
            }
        }
        self.flush_if_due();
    }

    /// Passes on what waits, if the last time is long enough ago.
    pub(crate) fn flush_if_due(&mut self) {
        if self.sent.is_none_or(|sent| sent.elapsed() >= INTERVAL) {
            self.flush();
        }
    }

    /// Passes on what waits.
    pub(crate) fn flush(&mut self) {
        if let Some(event) = self.pending.take() {
            (self.on_event)(event);
            self.sent = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Grouping;
    use crate::ChatEvent;

    #[test]
    fn texts_are_joined_in_order_and_nothing_is_lost() {
        let mut seen = Vec::new();
        let mut on_event = |event| seen.push(event);
        let mut grouping = Grouping::new(&mut on_event);
        for i in 0..1000 {
            grouping.push(ChatEvent::Reasoning { text: format!("{i} ") });
        }
        for i in 0..1000 {
            grouping.push(ChatEvent::Answer { text: format!("{i} ") });
        }
        grouping.flush();
        let joined = |pick: fn(&ChatEvent) -> Option<&String>| {
            seen.iter().filter_map(pick).cloned().collect::<String>()
        };
        let expected: String = (0..1000).map(|i| format!("{i} ")).collect();
        assert_eq!(
            joined(|e| if let ChatEvent::Reasoning { text } = e { Some(text) } else { None }),
            expected
        );
        assert_eq!(joined(|e| if let ChatEvent::Answer { text } = e { Some(text) } else { None }), expected);
        let first_answer = seen.iter().position(|e| matches!(e, ChatEvent::Answer { .. })).unwrap();
        assert!(seen[first_answer..].iter().all(|e| matches!(e, ChatEvent::Answer { .. })));
        assert!(seen.len() < 200, "2,000 texts became {} events", seen.len());
    }
}
