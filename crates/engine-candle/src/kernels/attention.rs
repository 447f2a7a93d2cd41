//! Softmax over keys and the sum of values that it weighs, in one pass over the KV cache (Dao et al. 2022; over
//! parts of it side by side, as flash-decoding does).
//!
//! Positions are taken by tiles that begin at multiples of [`TILE`], so that a query's answer does not depend on which
//! other queries are computed with it.

use std::ops::Range;

use engine::exponential;

use super::Path;
use super::lanes::{LANES, Lanes};
use super::path::on_path;

/// Positions of keys that lie together.
pub(crate) const KEY_BLOCK: usize = LANES;

/// Positions whose weights are computed together.
const TILE: usize = 256;

/// Positions of a part: parts can be computed side by side and joined.
pub(crate) const PART: usize = 4 * TILE;

/// A number of a head as the cache keeps it.
pub(crate) trait Stored: Copy + Default + Send + Sync {
    fn store(value: f32) -> Self;
    fn load<L: Lanes>(from: &[Self; LANES]) -> L::Float;
    /// [`attend_body`] on the best path.
    fn attend(queries: &Queries, keys: &[Self], values: &[Self], range: Range<usize>, found: &mut Found);
}

on_path! {
    attend_exact(queries: &Queries, keys: &[f32], values: &[f32], range: Range<usize>, found: &mut Found) = attend_exact_body
}

on_path! {
    attend_fast(queries: &Queries, keys: &[Bf16], values: &[Bf16], range: Range<usize>, found: &mut Found) = attend_fast_body
}

#[inline(always)]
fn attend_exact_body<L: Lanes>(
    queries: &Queries,
    keys: &[f32],
    values: &[f32],
    range: Range<usize>,
    found: &mut Found,
) {
    attend_body::<L, f32>(queries, keys, values, range, found);
}

#[inline(always)]
fn attend_fast_body<L: Lanes>(
    queries: &Queries,
    keys: &[Bf16],
    values: &[Bf16],
    range: Range<usize>,
    found: &mut Found,
) {
    attend_body::<L, Bf16>(queries, keys, values, range, found);
}

impl Stored for f32 {
    fn store(value: f32) -> Self {
        value
    }

    #[inline(always)]
    fn load<L: Lanes>(from: &[Self; LANES]) -> L::Float {
        L::load_floats(from)
    }

    fn attend(queries: &Queries, keys: &[Self], values: &[Self], range: Range<usize>, found: &mut Found) {
        attend_exact(Path::best(), queries, keys, values, range, found);
    }
}

/// The upper half of a float32 value.
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub(crate) struct Bf16(u16);

impl Stored for Bf16 {
    fn store(value: f32) -> Self {
        // To the nearest, of two to the even one; keys and values are finite where the model is.
        let bits = value.to_bits();
        Self((bits.saturating_add(0x7fff + (bits >> 16 & 1)) >> 16) as u16)
    }

    #[inline(always)]
    fn load<L: Lanes>(from: &[Self; LANES]) -> L::Float {
        let mut floats = [0f32; LANES];
        for (float, value) in floats.iter_mut().zip(from) {
            *float = f32::from_bits(u32::from(value.0) << 16);
        }
        L::load_floats(&floats)
    }

    fn attend(queries: &Queries, keys: &[Self], values: &[Self], range: Range<usize>, found: &mut Found) {
        attend_fast(Path::best(), queries, keys, values, range, found);
    }
}

/// Numbers that a head's vector takes in the cache: whole vectors, zeros behind.
pub(crate) fn padded_dim(dim: usize) -> usize {
    dim.next_multiple_of(LANES)
}

/// Queries that are computed together.
const SIDE_BY_SIDE: usize = 8;

/// Queries of one token that look at the same keys.
pub(crate) struct Queries {
    /// [set of queries][dimension], scaled; a last set is filled with zeros.
    sets: Vec<[f32; SIDE_BY_SIDE]>,
    dim: usize,
    /// Positions that they look at, counted from the first one in the cache.
    visible: Range<usize>,
    /// The position of the first one in the cache: tiles are those of the sequence.
    start: usize,
}

impl Queries {
    /// `queries` of `dim` values each, at the last of the positions that they look at.
    pub(crate) fn new(queries: &[f32], dim: usize, visible: Range<usize>, start: usize) -> Self {
        let (count, padded) = (queries.len() / dim, padded_dim(dim));
        let scale = (dim as f32).powf(-0.5);
        let mut sets = vec![[0.0; SIDE_BY_SIDE]; count.div_ceil(SIDE_BY_SIDE) * padded];
        for (q, query) in queries.chunks_exact(dim).enumerate() {
            let set = &mut sets[q / SIDE_BY_SIDE * padded..];
            for (to, value) in set.iter_mut().zip(query) {
                to[q % SIDE_BY_SIDE] = value * scale;
            }
        }
        Self { sets, dim: padded, visible: visible.start - start..visible.end - start, start }
    }

    /// With those that fill the last set.
    fn count(&self) -> usize {
        self.sets.len() / self.dim * SIDE_BY_SIDE
    }
}

/// What was found of a softmax so far: for each query the largest logit, the sum of weights relative to it, and the
/// weighted sum of values.
#[derive(Clone)]
pub(crate) struct Found {
    pub largest: Vec<f32>,
    pub sums: Vec<f32>,
    /// [query][dimension], of [`padded_dim`] values.
    pub values: Vec<f32>,
}

impl Found {
    pub(crate) fn nothing(queries: &Queries) -> Self {
        let count = queries.count();
        Self {
            largest: vec![f32::NEG_INFINITY; count],
            sums: vec![0.0; count],
            values: vec![0.0; count * queries.dim],
        }
    }

    /// Joins what was found in a later part.
    pub(crate) fn join(&mut self, other: &Self) {
        let dim = self.values.len() / self.sums.len();
        for (q, (own, new)) in
            self.values.chunks_exact_mut(dim).zip(other.values.chunks_exact(dim)).enumerate()
        {
            let largest = self.largest[q].max(other.largest[q]);
            if largest == f32::NEG_INFINITY {
                continue;
            }
            let (before, now) = ((self.largest[q] - largest).exp(), (other.largest[q] - largest).exp());
            self.largest[q] = largest;
            self.sums[q] = self.sums[q] * before + other.sums[q] * now;
            own.iter_mut().zip(new).for_each(|(own, new)| *own = *own * before + new * now);
        }
    }
}

/// Looks at the visible positions of a part of the cache, `part` counted like them.
pub(crate) fn attend<S: Stored>(queries: &Queries, keys: &[S], values: &[S], part: Range<usize>) -> Found {
    let mut found = Found::nothing(queries);
    let range = part.start.max(queries.visible.start)..part.end.min(queries.visible.end);
    if !range.is_empty() {
        S::attend(queries, keys, values, range, &mut found);
    }
    found
}

#[inline(always)]
fn attend_body<L: Lanes, S: Stored>(
    queries: &Queries,
    keys: &[S],
    values: &[S],
    range: Range<usize>,
    found: &mut Found,
) {
    let count = found.sums.len();
    let mut weights = vec![[0f32; TILE]; count];
    let mut from = range.start;
    while from < range.end {
        // To the end of the tile, as tiles of the whole sequence lie.
        let to = range.end.min((queries.start + from) / TILE * TILE + TILE - queries.start);
        let first = from / KEY_BLOCK * KEY_BLOCK;
        scores::<L, S>(queries, keys, first..to, &mut weights);
        for (q, weights) in weights.iter_mut().enumerate() {
            let weights = &mut weights[from - first..to - first];
            let largest = weights.iter().fold(found.largest[q], |largest, &weight| largest.max(weight));
            let before = (found.largest[q] - largest).exp();
            found.largest[q] = largest;
            let dim = queries.dim;
            found.values[q * dim..(q + 1) * dim].iter_mut().for_each(|value| *value *= before);
            found.sums[q] = found.sums[q] * before + exponentials(weights, largest);
        }
        weigh::<L, S>(queries.dim, values, from..to, &weights, from - first, &mut found.values);
        from = to;
    }
}

/// Products of all queries with the keys of the blocks that `positions` begin and end in.
#[inline(always)]
fn scores<L: Lanes, S: Stored>(
    queries: &Queries,
    keys: &[S],
    positions: Range<usize>,
    out: &mut [[f32; TILE]],
) {
    let dim = queries.dim;
    let sets = queries.sets.chunks_exact(dim).zip(out.chunks_exact_mut(SIDE_BY_SIDE));
    for (set, out) in sets {
        let blocks = keys[positions.start * dim..].chunks_exact(dim * KEY_BLOCK);
        for (i, block) in blocks.take(positions.len().div_ceil(KEY_BLOCK)).enumerate() {
            let mut sums = [L::same_float(0.0); SIDE_BY_SIDE];
            for (keys, queries) in block.as_chunks::<LANES>().0.iter().zip(set) {
                let keys = S::load::<L>(keys);
                for (sum, query) in sums.iter_mut().zip(queries) {
                    *sum = L::multiply_add(L::same_float(*query), keys, *sum);
                }
            }
            for (sum, out) in sums.iter().zip(out.iter_mut()) {
                if let Some(out) = out[i * KEY_BLOCK..].first_chunk_mut() {
                    L::store(*sum, out);
                }
            }
        }
    }
}

/// Turns logits into weights relative to the largest, and gives their sum.
#[inline(always)]
fn exponentials(logits: &mut [f32], largest: f32) -> f32 {
    let mut sums = [0f32; LANES];
    let (whole, rest) = logits.as_chunks_mut::<LANES>();
    for logits in whole {
        for (logit, sum) in logits.iter_mut().zip(&mut sums) {
            *logit = exponential(*logit - largest);
            *sum += *logit;
        }
    }
    for (logit, sum) in rest.iter_mut().zip(&mut sums) {
        *logit = exponential(*logit - largest);
        *sum += *logit;
    }
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            sums[i] += sums[half + i];
        }
        half /= 2;
    }
    sums[0]
}

/// Adds to `out` [query][dimension] the values at `positions`, weighed; the weights of the first are at `from`.
#[inline(always)]
fn weigh<L: Lanes, S: Stored>(
    dim: usize,
    values: &[S],
    positions: Range<usize>,
    weights: &[[f32; TILE]],
    from: usize,
    out: &mut [f32],
) {
    let values = &values[positions.start * dim..positions.end * dim];
    let sets = weights.as_chunks::<SIDE_BY_SIDE>().0.iter().zip(out.chunks_exact_mut(SIDE_BY_SIDE * dim));
    for (weights, out) in sets {
        for d in (0..dim).step_by(LANES) {
            let mut sums = [L::same_float(0.0); SIDE_BY_SIDE];
            for (sum, out) in sums.iter_mut().zip(out.chunks_exact(dim)) {
                if let Some(out) = out[d..].first_chunk() {
                    *sum = L::load_floats(out);
                }
            }
            for (row, i) in values.chunks_exact(dim).zip(from..TILE) {
                if let Some(values) = row[d..].first_chunk() {
                    let values = S::load::<L>(values);
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = L::multiply_add(L::same_float(weights[i]), values, *sum);
                    }
                }
            }
            for (sum, out) in sums.iter().zip(out.chunks_exact_mut(dim)) {
                if let Some(out) = out[d..].first_chunk_mut() {
                    L::store(*sum, out);
                }
            }
        }
    }
}
