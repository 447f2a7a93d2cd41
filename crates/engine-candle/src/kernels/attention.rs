//! Softmax over keys and the sum of values that it weighs, in one pass over the KV cache (Dao et al. 2022; over
//! parts of it side by side, as flash-decoding does).
//!
//! Positions are taken by tiles that begin at multiples of [`TILE`], so that a query's answer does not depend on which
//! other queries are computed with it.

use std::ops::Range;

use engine::exponential;

use super::Path;
use super::lanes::{LANES, Lanes};
use super::stored::Stored;

/// Positions of keys that lie together.
pub(crate) const KEY_BLOCK: usize = LANES;

/// Positions whose weights are computed together.
const TILE: usize = 256;

/// Positions of a part: parts can be computed side by side and joined.
pub(crate) const PART: usize = 4 * TILE;

/// Numbers that a head's vector takes in the cache: whole vectors, zeros behind.
pub(crate) fn padded_dim(dim: usize) -> usize {
    dim.next_multiple_of(LANES)
}

/// Queries that are computed together.
const SIDE_BY_SIDE: usize = 8;

/// Queries of one token that look at the same keys.
pub(crate) struct Queries {
    /// [query][dimension], scaled, zeros behind; a last set of [`SIDE_BY_SIDE`] is filled with zeros.
    rows: Vec<f32>,
    /// [`padded_dim`].
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
        let mut rows = vec![0.0; count.next_multiple_of(SIDE_BY_SIDE) * padded];
        for (row, query) in rows.chunks_exact_mut(padded).zip(queries.chunks_exact(dim)) {
            row.iter_mut().zip(query).for_each(|(to, value)| *to = value * scale);
        }
        Self { rows, dim: padded, visible: visible.start - start..visible.end - start, start }
    }

    /// With those that fill the last set.
    fn count(&self) -> usize {
        self.rows.len() / self.dim
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
pub(crate) fn attend<S: Stored>(
    path: Path,
    queries: &Queries,
    keys: &[S::Lane],
    values: &[S::Lane],
    part: Range<usize>,
) -> Found {
    let mut found = Found::nothing(queries);
    let range = part.start.max(queries.visible.start)..part.end.min(queries.visible.end);
    if !range.is_empty() {
        S::attend(path, queries, keys, values, range, &mut found);
    }
    found
}

/// Factors of [`SIDE_BY_SIDE`] queries for the positions of a tile.
type Weights<L, S> = [[<S as Stored>::Factor<L>; TILE]; SIDE_BY_SIDE];

#[inline(always)]
pub(super) fn attend_body<L: Lanes, S: Stored>(
    queries: &Queries,
    keys: &[S::Lane],
    values: &[S::Lane],
    range: Range<usize>,
    found: &mut Found,
) {
    let dim = queries.dim;
    let sets = factors::<L, S>(queries);
    let mut logits = vec![[0f32; TILE]; SIDE_BY_SIDE];
    let mut weights: Box<Weights<L, S>> = Box::new([[S::Factor::<L>::default(); TILE]; SIDE_BY_SIDE]);
    let mut from = range.start;
    while from < range.end {
        // To the end of the tile, as tiles of the whole sequence lie.
        let to = range.end.min((queries.start + from) / TILE * TILE + TILE - queries.start);
        let first = from / KEY_BLOCK * KEY_BLOCK;
        let steps = first / S::PER_LANE..to.div_ceil(S::PER_LANE);
        for (set, queries) in sets.chunks_exact(dim / S::PER_LANE).enumerate() {
            scores::<L, S>(
                queries,
                &keys[steps.start * dim..],
                &values[steps.start * dim..],
                to - first,
                &mut logits,
            );
            for (i, (logits, weights)) in logits.iter_mut().zip(weights.iter_mut()).enumerate() {
                let q = set * SIDE_BY_SIDE + i;
                // Of a lane all numbers are weighed: those before and behind with nothing.
                let (before, behind) = (from - first, to - first);
                let seen = &mut logits[before..behind];
                let largest = seen.iter().fold(found.largest[q], |largest, &logit| largest.max(logit));
                let kept = (found.largest[q] - largest).exp();
                found.largest[q] = largest;
                found.values[q * dim..(q + 1) * dim].iter_mut().for_each(|value| *value *= kept);
                found.sums[q] = found.sums[q] * kept + exponentials(seen, largest);
                logits[..before].fill(0.0);
                logits[behind..].fill(0.0);
                S::factors::<L>(logits, &mut weights[..TILE / S::PER_LANE]);
            }
            let out = &mut found.values[set * SIDE_BY_SIDE * dim..][..SIDE_BY_SIDE * dim];
            weigh::<L, S>(
                dim,
                &values[steps.start * dim..steps.end * dim],
                &weights,
                &keys[steps.end * dim..],
                out,
            );
        }
        from = to;
    }
}

/// Queries as keys are multiplied by them: [set][step of the dimension][query].
#[inline(always)]
fn factors<L: Lanes, S: Stored>(queries: &Queries) -> Vec<[S::Factor<L>; SIDE_BY_SIDE]> {
    let steps = queries.dim / S::PER_LANE;
    let mut sets = vec![[S::Factor::<L>::default(); SIDE_BY_SIDE]; queries.count() / SIDE_BY_SIDE * steps];
    let mut row = vec![S::Factor::<L>::default(); steps];
    for (q, query) in queries.rows.chunks_exact(queries.dim).enumerate() {
        S::factors::<L>(query, &mut row);
        for (set, factor) in sets[q / SIDE_BY_SIDE * steps..].iter_mut().zip(&row) {
            set[q % SIDE_BY_SIDE] = *factor;
        }
    }
    sets
}

/// Products of a set of queries with the keys of `count` positions, and of those behind in the last block. The values
/// of the same positions, as many bytes, are asked for meanwhile: [`weigh`] reads them in no order that a processor
/// foresees.
#[inline(always)]
fn scores<L: Lanes, S: Stored>(
    queries: &[[S::Factor<L>; SIDE_BY_SIDE]],
    keys: &[S::Lane],
    values: &[S::Lane],
    count: usize,
    out: &mut [[f32; TILE]],
) {
    let blocks = keys.chunks_exact(queries.len() * KEY_BLOCK).take(count.div_ceil(KEY_BLOCK));
    let steps = queries.len();
    for (i, block) in blocks.enumerate() {
        let mut sums = [L::same_float(0.0); SIDE_BY_SIDE];
        for (step, (keys, queries)) in block.as_chunks::<LANES>().0.iter().zip(queries).enumerate() {
            L::prefetch_second(values.as_ptr().wrapping_add((i * steps + step) * LANES).cast());
            for (sum, query) in sums.iter_mut().zip(queries) {
                *sum = S::dot::<L>(*sum, keys, *query);
            }
        }
        for (sum, out) in sums.iter().zip(out.iter_mut()) {
            if let Some(out) = out[i * KEY_BLOCK..].first_chunk_mut() {
                L::store(*sum, out);
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

/// Adds to `out` [query][dimension] the values of some positions, [step][dimension], weighed. The keys of the positions
/// after them are asked for meanwhile.
#[inline(always)]
fn weigh<L: Lanes, S: Stored>(
    dim: usize,
    values: &[S::Lane],
    weights: &Weights<L, S>,
    next_keys: &[S::Lane],
    out: &mut [f32],
) {
    let mut next = next_keys.as_ptr();
    for d in (0..dim).step_by(LANES) {
        let mut sums = [L::same_float(0.0); SIDE_BY_SIDE];
        for (sum, out) in sums.iter_mut().zip(out.chunks_exact(dim)) {
            if let Some(out) = out[d..].first_chunk() {
                *sum = L::load_floats(out);
            }
        }
        for (row, step) in values.chunks_exact(dim).zip(0..TILE) {
            L::prefetch_second(next.cast());
            next = next.wrapping_add(LANES);
            if let Some(values) = row[d..].first_chunk() {
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = S::dot::<L>(*sum, values, weights[step]);
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

#[cfg(test)]
mod tests {
    use engine::Precision;

    use super::*;
    use crate::cache::{Head, Heads, LayerCache};
    use crate::kernels::Bf16;
    use crate::kernels::tests::{difference, is_plain, noise};

    /// No whole vectors of pairs.
    const DIM: usize = 40;
    const QUERIES: usize = 11;

    /// One head with keys and values for `positions`.
    fn cache(positions: usize, precision: Precision) -> LayerCache {
        let mut cache = LayerCache::new(None, 1, DIM, precision);
        cache.append(&noise(positions * DIM, 1), &noise(positions * DIM, 2)).unwrap();
        cache
    }

    fn look<S: Stored>(path: Path, head: &Head<S>, visible: Range<usize>) -> Vec<f32> {
        let queries = Queries::new(&noise(QUERIES * DIM, 3), DIM, visible.clone(), 0);
        let found = attend::<S>(path, &queries, &head.keys, &head.values, visible);
        let answers = found.values.chunks_exact(padded_dim(DIM)).zip(&found.sums).take(QUERIES);
        answers.flat_map(|(values, sum)| values[..DIM].iter().map(move |value| value / sum)).collect()
    }

    /// By the definition, in float64.
    fn by_definition(positions: usize, visible: Range<usize>) -> Vec<f32> {
        let (keys, values) = (noise(positions * DIM, 1), noise(positions * DIM, 2));
        let queries = noise(QUERIES * DIM, 3);
        let row = |all: &[f32], i: usize| all[i * DIM..(i + 1) * DIM].iter().map(|&v| f64::from(v)).collect();
        let answer = |q: usize| {
            let query: Vec<f64> = row(&queries, q);
            let (mut sum, mut answer) = (0.0, vec![0.0; DIM]);
            for i in visible.clone() {
                let (key, value): (Vec<f64>, Vec<f64>) = (row(&keys, i), row(&values, i));
                let logit = query.iter().zip(&key).map(|(a, b)| a * b).sum::<f64>() / (DIM as f64).sqrt();
                sum += logit.exp();
                answer.iter_mut().zip(&value).for_each(|(answer, value)| *answer += logit.exp() * value);
            }
            answer.into_iter().map(move |value| (value / sum) as f32).collect::<Vec<_>>()
        };
        (0..QUERIES).flat_map(answer).collect()
    }

    #[test]
    fn every_path_sees_what_is_visible_and_nothing_else() {
        for (positions, visible) in [(1, 0..1), (40, 7..40), (600, 0..555), (700, 301..634), (530, 255..257)]
        {
            let expected = by_definition(positions, visible.clone());
            let (exact, fast) = (cache(positions, Precision::Exact), cache(positions, Precision::Fast));
            let (Heads::Exact(exact), Heads::Fast(fast)) = (exact.heads(), fast.heads()) else { panic!() };
            let best = look::<Bf16>(Path::best(), &fast[0], visible.clone());
            assert!(difference(&best, &expected) < 0.01, "{visible:?}: {}", difference(&best, &expected));
            for path in Path::all() {
                let found = look::<f32>(path, &exact[0], visible.clone());
                assert!(difference(&found, &expected) < 1e-5, "{path:?} {visible:?}");
                let found = look::<Bf16>(path, &fast[0], visible.clone());
                // Plain products are rounded twice, so that a weight may fall to the other BF16 number.
                let same = found == best || is_plain(path) && difference(&found, &best) < 1e-3;
                assert!(same, "{path:?} {visible:?}: {}", difference(&found, &best));
            }
        }
    }
}
