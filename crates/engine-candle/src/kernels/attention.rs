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

/// Queries of one token that look at the same keys.
pub(crate) struct Queries<'a> {
    /// [query][dimension], scaled, of [`padded_dim`] values each.
    pub values: &'a [f32],
    pub dim: usize,
    /// Positions that they look at, counted from the first one in the cache.
    pub visible: Range<usize>,
    /// The position of the first one in the cache: tiles are those of the sequence.
    pub start: usize,
}

/// What was found of a softmax so far: for each query the largest logit, the sum of weights relative to it, and the
/// weighted sum of values.
#[derive(Clone)]
pub(crate) struct Found {
    pub largest: Vec<f32>,
    pub sums: Vec<f32>,
    /// [query][dimension].
    pub values: Vec<f32>,
}

impl Found {
    pub(crate) fn nothing(queries: usize, dim: usize) -> Self {
        Self {
            largest: vec![f32::NEG_INFINITY; queries],
            sums: vec![0.0; queries],
            values: vec![0.0; queries * padded_dim(dim)],
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
    let count = queries.values.len() / queries.dim;
    let mut found = Found::nothing(count, queries.dim);
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
    let mut q = 0;
    while q < out.len() {
        let (queries, out) = (&queries.values[q * dim..], &mut out[q..]);
        q += match out.len() {
            8.. => scores_of::<L, S, 8>(dim, queries, keys, positions.clone(), out),
            4.. => scores_of::<L, S, 4>(dim, queries, keys, positions.clone(), out),
            _ => scores_of::<L, S, 1>(dim, queries, keys, positions.clone(), out),
        };
    }
}

/// `Q` queries; gives `Q`.
#[inline(always)]
fn scores_of<L: Lanes, S: Stored, const Q: usize>(
    dim: usize,
    queries: &[f32],
    keys: &[S],
    positions: Range<usize>,
    out: &mut [[f32; TILE]],
) -> usize {
    for first in positions.clone().step_by(KEY_BLOCK) {
        let block = keys[first * dim..(first + KEY_BLOCK) * dim].as_chunks::<LANES>().0;
        let mut sums = [L::same_float(0.0); Q];
        for (d, keys) in block.iter().enumerate() {
            let keys = S::load::<L>(keys);
            for (q, sum) in sums.iter_mut().enumerate() {
                *sum = L::multiply_add(L::same_float(queries[q * dim + d]), keys, *sum);
            }
        }
        let at = first - positions.start;
        for (sum, out) in sums.into_iter().zip(out.iter_mut()) {
            if let Some(out) = out[at..].first_chunk_mut() {
                L::store(sum, out);
            }
        }
    }
    Q
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

/// Adds to `out` [query][dimension] the values at `positions`, weighed; `weights` of the first begin at `from`.
#[inline(always)]
fn weigh<L: Lanes, S: Stored>(
    dim: usize,
    values: &[S],
    positions: Range<usize>,
    weights: &[[f32; TILE]],
    from: usize,
    out: &mut [f32],
) {
    let mut q = 0;
    while q < weights.len() {
        let (weights, out) = (&weights[q..], &mut out[q * dim..]);
        q += match weights.len() {
            8.. => weigh_of::<L, S, 8>(dim, values, positions.clone(), weights, from, out),
            4.. => weigh_of::<L, S, 4>(dim, values, positions.clone(), weights, from, out),
            _ => weigh_of::<L, S, 1>(dim, values, positions.clone(), weights, from, out),
        };
    }
}

/// `Q` queries; gives `Q`.
#[inline(always)]
fn weigh_of<L: Lanes, S: Stored, const Q: usize>(
    dim: usize,
    values: &[S],
    positions: Range<usize>,
    weights: &[[f32; TILE]],
    from: usize,
    out: &mut [f32],
) -> usize {
    let values = &values[positions.start * dim..positions.end * dim];
    for d in (0..dim).step_by(LANES) {
        let mut sums = [L::same_float(0.0); Q];
        for (q, sum) in sums.iter_mut().enumerate() {
            if let Some(out) = out[q * dim + d..].first_chunk() {
                *sum = L::load_floats(out);
            }
        }
        for (i, row) in values.chunks_exact(dim).enumerate() {
            if let Some(values) = row[d..].first_chunk() {
                let values = S::load::<L>(values);
                for (q, sum) in sums.iter_mut().enumerate() {
                    *sum = L::multiply_add(L::same_float(weights[q][from + i]), values, *sum);
                }
            }
        }
        for (q, sum) in sums.into_iter().enumerate() {
            if let Some(out) = out[q * dim + d..].first_chunk_mut() {
                L::store(sum, out);
            }
        }
    }
    Q
}
