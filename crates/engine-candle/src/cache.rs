//! The KV cache of one layer.

use std::collections::TryReserveError;

use engine::{EngineError, Precision, Result};

use crate::kernels::{Bf16, KEY_BLOCK, Stored, padded_dim};

/// Keys and values of consecutive positions. A sliding layer lets go of positions that have left its window, about a
/// window's worth at a time, so it never holds more than two windows and the chunk being computed.
#[derive(Clone)]
pub(crate) struct LayerCache {
    window: Option<usize>,
    /// Values of a head.
    dim: usize,
    /// The first position held, a multiple of [`KEY_BLOCK`].
    start: usize,
    /// Positions held.
    count: usize,
    heads: Heads,
}

/// In exact mode float32 is kept, BF16 otherwise: half the memory, and half of what long contexts read.
#[derive(Clone)]
pub(crate) enum Heads {
    Exact(Vec<Head<f32>>),
    Fast(Vec<Head<Bf16>>),
}

/// Keys and values of one head, as [`crate::kernels::attend`] takes them.
#[derive(Clone, Default)]
pub(crate) struct Head<S: Stored> {
    /// [block][step of the dimension][position of the block], a lane for each. What is behind the last position means
    /// nothing.
    pub keys: Vec<S::Lane>,
    /// [step of positions][dimension], a lane for each.
    pub values: Vec<S::Lane>,
}

impl<S: Stored> Head<S> {
    fn append(
        &mut self,
        index: usize,
        key: &[f32],
        value: &[f32],
    ) -> std::result::Result<(), TryReserveError> {
        let dim = padded_dim(key.len());
        let (of_block, in_block) = (index / KEY_BLOCK * KEY_BLOCK, index % KEY_BLOCK);
        if in_block == 0 {
            extend::<S>(&mut self.keys, lanes::<S>(of_block + KEY_BLOCK, dim))?;
        }
        extend::<S>(&mut self.values, lanes::<S>(index + 1, dim))?;
        let block = &mut self.keys[lanes::<S>(of_block, dim)..];
        for (step, numbers) in key.chunks(S::PER_LANE).enumerate() {
            let lane = block[step * KEY_BLOCK + in_block].as_mut();
            lane.iter_mut().zip(numbers).for_each(|(to, &from)| *to = S::store(from));
        }
        let row = &mut self.values[index / S::PER_LANE * dim..];
        for (lane, &from) in row.iter_mut().zip(value) {
            lane.as_mut()[index % S::PER_LANE] = S::store(from);
        }
        Ok(())
    }

    /// Keeps the first `count` positions.
    fn truncate(&mut self, count: usize, dim: usize) {
        self.keys.truncate(lanes::<S>(count.next_multiple_of(KEY_BLOCK), padded_dim(dim)));
        self.values.truncate(lanes::<S>(count, padded_dim(dim)));
    }

    /// Lets go of the first `count` positions, whole blocks.
    fn drop_first(&mut self, count: usize, dim: usize) {
        let count = lanes::<S>(count, padded_dim(dim));
        self.keys.drain(..count);
        self.values.drain(..count);
    }

    /// A copy from the `first` position on, the beginning of a block.
    fn copy_from(&self, first: usize, dim: usize) -> Self {
        let from = lanes::<S>(first, padded_dim(dim));
        Self { keys: self.keys[from..].to_vec(), values: self.values[from..].to_vec() }
    }
}

/// Lanes that so many positions take.
fn lanes<S: Stored>(positions: usize, dim: usize) -> usize {
    positions.div_ceil(S::PER_LANE) * dim
}

fn extend<S: Stored>(lanes: &mut Vec<S::Lane>, len: usize) -> std::result::Result<(), TryReserveError> {
    lanes.try_reserve(len.saturating_sub(lanes.len()))?;
    lanes.resize(len, S::Lane::default());
    Ok(())
}

/// The same on either kind of heads.
macro_rules! heads {
    ($all:expr, $heads:ident => $body:expr) => {
        match $all {
            Heads::Exact($heads) => $body,
            Heads::Fast($heads) => $body,
        }
    };
}

impl LayerCache {
    /// An empty cache for `heads` heads of `dim` values.
    pub(crate) fn new(window: Option<usize>, heads: usize, dim: usize, precision: Precision) -> Self {
        let heads = match precision {
            Precision::Exact => Heads::Exact(vec![Head::default(); heads]),
            Precision::Fast => Heads::Fast(vec![Head::default(); heads]),
        };
        Self { window, dim, start: 0, count: 0, heads }
    }

    pub(crate) fn slides(&self) -> bool {
        self.window.is_some()
    }

    /// The first position held.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// The position after the last one held.
    pub(crate) fn end(&self) -> usize {
        self.start + self.count
    }

    pub(crate) fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Adds the next positions: rows of heads × dim values each.
    pub(crate) fn append(&mut self, keys: &[f32], values: &[f32]) -> Result<()> {
        let dim = self.dim;
        heads!(&mut self.heads, heads => {
            let rows = keys.chunks_exact(heads.len() * dim).zip(values.chunks_exact(heads.len() * dim));
            for (keys, values) in rows {
                let new = keys.chunks_exact(dim).zip(values.chunks_exact(dim));
                for (head, (key, value)) in heads.iter_mut().zip(new) {
                    head.append(self.count, key, value)
                        .map_err(|_| EngineError::OutOfMemory { needed: size_of_val(&*head.keys) as u64 })?;
                }
                self.count += 1;
            }
        });
        Ok(())
    }

    /// The first position that a query at `position` looks at; its own is the last.
    pub(crate) fn first_visible(&self, position: usize) -> usize {
        self.window.map_or(0, |window| (position + 1).saturating_sub(window))
    }

    /// Whether every position is held that a query at `position` and later ones look at.
    pub(crate) fn can_continue_at(&self, position: usize) -> bool {
        position <= self.end() && self.first_visible(position) >= self.start
    }

    /// Forgets the positions from `position` on.
    pub(crate) fn truncate(&mut self, position: usize) {
        self.count = self.count.min(position.saturating_sub(self.start));
        if self.count == 0 {
            self.start = self.start.min(position / KEY_BLOCK * KEY_BLOCK);
        }
        let (count, dim) = (self.count, self.dim);
        heads!(&mut self.heads, heads => heads.iter_mut().for_each(|head| head.truncate(count, dim)));
    }

    /// Lets go of what no later query looks at, once that is half of what is held.
    pub(crate) fn trim(&mut self) {
        let unseen = (self.first_visible(self.end()) - self.start) / KEY_BLOCK * KEY_BLOCK;
        if 2 * unseen >= self.count && unseen > 0 {
            let dim = self.dim;
            heads!(&mut self.heads, heads => heads.iter_mut().for_each(|head| head.drop_first(unseen, dim)));
            self.start += unseen;
            self.count -= unseen;
        }
    }

    /// A copy of the positions that a query at the end looks at.
    pub(crate) fn window_copy(&self) -> Self {
        let from = (self.first_visible(self.end()) - self.start) / KEY_BLOCK * KEY_BLOCK;
        let dim = self.dim;
        let heads = match &self.heads {
            Heads::Exact(heads) => Heads::Exact(heads.iter().map(|head| head.copy_from(from, dim)).collect()),
            Heads::Fast(heads) => Heads::Fast(heads.iter().map(|head| head.copy_from(from, dim)).collect()),
        };
        Self { start: self.start + from, count: self.count - from, heads, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use engine::Precision;

    use super::{Heads, LayerCache};

    fn filled(window: Option<usize>, tokens: usize) -> LayerCache {
        let mut cache = LayerCache::new(window, 1, 1, Precision::Exact);
        for position in 0..tokens {
            cache.append(&[position as f32], &[-(position as f32)]).unwrap();
            cache.trim();
        }
        cache
    }

    /// Keys and values of the positions held.
    fn held(cache: &LayerCache) -> Vec<(f32, f32)> {
        let Heads::Exact(heads) = cache.heads() else { panic!("not exact") };
        let key = |i: usize| heads[0].keys[i / 16 * 16 * 16 + i % 16][0];
        (0..cache.count).map(|i| (key(i), heads[0].values[16 * i][0])).collect()
    }

    #[test]
    fn a_sliding_layer_keeps_its_window_and_little_more() {
        let cache = filled(Some(40), 1000);
        assert_eq!((cache.end(), cache.first_visible(999)), (1000, 960));
        assert!(cache.count <= 80 + 16, "{}", cache.count);
        let expected: Vec<(f32, f32)> =
            (cache.start..1000).map(|position| (position as f32, -(position as f32))).collect();
        assert_eq!(held(&cache), expected);
        assert!(cache.can_continue_at(1000) && !cache.can_continue_at(900) && !cache.can_continue_at(1001));
    }

    #[test]
    fn truncating_keeps_what_lies_before() {
        let mut cache = filled(None, 40);
        cache.truncate(37);
        cache.append(&[-1.0], &[1.0]).unwrap();
        assert_eq!((cache.end(), held(&cache)[36..].to_vec()), (38, vec![(36.0, -36.0), (-1.0, 1.0)]));
        let mut cache = filled(Some(4), 10);
        assert!(cache.can_continue_at(9));
        cache.truncate(9);
        assert_eq!(cache.end(), 9);
        cache.truncate(0);
        assert_eq!((cache.start, cache.end()), (0, 0));
    }

    #[test]
    fn a_copied_window_continues_where_it_was_taken() {
        let copy = filled(Some(20), 50).window_copy();
        assert_eq!((copy.start, copy.end()), (16, 50));
        assert_eq!(held(&copy).last(), Some(&(49.0, -49.0)));
        assert!(copy.can_continue_at(50) && !copy.can_continue_at(34));
    }
}
