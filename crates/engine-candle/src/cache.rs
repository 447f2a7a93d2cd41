//! The KV cache of one layer.

use engine::{EngineError, Result};

/// Keys and values of consecutive positions, each position a row of kv_heads × head_dim float32 values. A sliding
/// layer lets go of rows that have left its window, a window's worth at a time, so it never holds more than two
/// windows and the chunk being computed.
#[derive(Clone)]
pub(crate) struct LayerCache {
    window: Option<usize>,
    width: usize,
    start: usize,
    keys: Vec<f32>,
    values: Vec<f32>,
}

impl LayerCache {
    /// An empty cache for rows of `width` values.
    pub(crate) fn new(window: Option<usize>, width: usize) -> Self {
        Self { window, width, start: 0, keys: Vec::new(), values: Vec::new() }
    }

    pub(crate) fn slides(&self) -> bool {
        self.window.is_some()
    }

    /// The position after the last one held.
    pub(crate) fn end(&self) -> usize {
        self.start + self.keys.len() / self.width
    }

    /// Adds the rows of the next positions.
    pub(crate) fn append(&mut self, keys: &[f32], values: &[f32]) -> Result<()> {
        for (own, new) in [(&mut self.keys, keys), (&mut self.values, values)] {
            own.try_reserve(new.len())
                .map_err(|_| EngineError::OutOfMemory { needed: (4 * (own.len() + new.len())) as u64 })?;
            own.extend_from_slice(new);
        }
        Ok(())
    }

    /// Keys and values that a query at `position` looks at, oldest first, its own last.
    pub(crate) fn visible_from(&self, position: usize) -> (&[f32], &[f32]) {
        let first = self.first_visible(position) - self.start;
        let rows = first * self.width..(position + 1 - self.start) * self.width;
        (&self.keys[rows.clone()], &self.values[rows])
    }

    fn first_visible(&self, position: usize) -> usize {
        self.window.map_or(0, |window| (position + 1).saturating_sub(window))
    }

    /// Whether every row is held that a query at `position` and later ones look at.
    pub(crate) fn can_continue_at(&self, position: usize) -> bool {
        position <= self.end() && self.first_visible(position) >= self.start
    }

    /// Forgets the rows from `position` on.
    pub(crate) fn truncate(&mut self, position: usize) {
        let rows = position.saturating_sub(self.start);
        self.keys.truncate(rows * self.width);
        self.values.truncate(rows * self.width);
        if rows == 0 {
            self.start = self.start.min(position);
        }
    }

    /// Lets go of what no later query looks at, once that is half of what is held.
    pub(crate) fn trim(&mut self) {
        let unseen = self.first_visible(self.end()) - self.start;
        if 2 * unseen >= self.keys.len() / self.width && unseen > 0 {
            self.keys.drain(..unseen * self.width);
            self.values.drain(..unseen * self.width);
            self.start += unseen;
        }
    }

    /// A copy of the rows that a query at the end looks at.
    pub(crate) fn window_copy(&self) -> Self {
        let first = self.first_visible(self.end());
        let from = (first - self.start) * self.width;
        let (keys, values) = (self.keys[from..].to_vec(), self.values[from..].to_vec());
        Self { start: first, keys, values, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::LayerCache;

    fn filled(window: Option<usize>, tokens: usize) -> LayerCache {
        let mut cache = LayerCache::new(window, 1);
        for position in 0..tokens {
            cache.append(&[position as f32], &[-(position as f32)]).unwrap();
            cache.trim();
        }
        cache
    }

    #[test]
    fn a_sliding_layer_keeps_its_window_and_little_more() {
        let cache = filled(Some(4), 1000);
        assert_eq!(cache.end(), 1000);
        assert!(cache.keys.len() <= 8);
        assert_eq!(
            cache.visible_from(999),
            (&[996., 997., 998., 999.][..], &[-996., -997., -998., -999.][..])
        );
        assert!(cache.can_continue_at(1000) && !cache.can_continue_at(900) && !cache.can_continue_at(1001));
    }

    #[test]
    fn truncating_keeps_what_lies_before() {
        let mut cache = filled(None, 10);
        cache.truncate(7);
        assert_eq!((cache.end(), cache.keys.len()), (7, 7));
        let mut cache = filled(Some(4), 10);
        assert!(cache.can_continue_at(9));
        cache.truncate(9);
        assert_eq!(cache.end(), 9);
        cache.truncate(0);
        assert_eq!((cache.start, cache.end()), (0, 0));
    }

    #[test]
    fn a_copied_window_continues_where_it_was_taken() {
        let copy = filled(Some(4), 10).window_copy();
        assert_eq!((copy.keys.as_slice(), copy.end()), (&[7., 8., 9.][..], 10));
        assert!(copy.can_continue_at(10) && !copy.can_continue_at(9));
    }
}
