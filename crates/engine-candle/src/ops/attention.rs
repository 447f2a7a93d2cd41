//! Attention with a learned sink in every head, over a KV cache.

use std::ops::Range;

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape};
use rayon::prelude::*;

use super::values;
use crate::cache::{Head, Heads, LayerCache};
use crate::kernels::{Found, PART, Path, Queries, Stored, attend, padded_dim};

/// Queries [tokens, heads × head_dim] of the newest tokens in the cache, to the same shape. The sink is one more
/// logit in the softmax, without a value (gpt-oss model card, section 2.2).
pub(crate) struct Attention<'a> {
    /// Keys and values, those of the queries' own tokens included.
    pub cache: &'a LayerCache,
    /// One logit for each head.
    pub sinks: &'a [f32],
    pub kv_heads: usize,
    pub head_dim: usize,
}

/// Products from which on several threads share them: other threads may be held up by other programs, and would be
/// waited for.
const WORTH_SHARING: usize = 1 << 21;

impl CustomOp1 for Attention<'_> {
    fn name(&self) -> &'static str {
        "sink-attention"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let queries = values(storage, layout)?;
        let (tokens, _) = layout.shape().dims2()?;
        let mut out = vec![0f32; queries.len()];
        match self.cache.heads() {
            Heads::Exact(heads) => self.all(heads, tokens, queries, &mut out),
            Heads::Fast(heads) => self.all(heads, tokens, queries, &mut out),
        }
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

impl Attention<'_> {
    fn all<S: Stored>(&self, heads: &[Head<S>], tokens: usize, queries: &[f32], out: &mut [f32]) {
        let group = self.sinks.len() / self.kv_heads * self.head_dim;
        let first = self.cache.end() - tokens;
        // One task for the query heads of a token that share keys; head after head, so that its keys stay near.
        let mut tasks: Vec<_> = out.chunks_mut(group).zip(queries.chunks(group)).enumerate().collect();
        tasks.sort_by_key(|(i, _)| i % self.kv_heads);
        let one = |(i, (out, queries)): (usize, (&mut [f32], &[f32]))| {
            let (position, head) = (first + i / self.kv_heads, i % self.kv_heads);
            self.one(&heads[head], head, position, queries, out);
        };
        let positions = self.cache.end() - self.cache.first_visible(first);
        if tokens * positions * self.sinks.len() * self.head_dim < WORTH_SHARING {
            tasks.into_iter().for_each(one);
        } else {
            tasks.into_par_iter().for_each(one);
        }
    }

    fn one<S: Stored>(&self, kv: &Head<S>, head: usize, position: usize, queries: &[f32], out: &mut [f32]) {
        let start = self.cache.start();
        let visible = self.cache.first_visible(position)..position + 1;
        let queries = Queries::new(queries, self.head_dim, visible.clone(), start);
        let look = |part: Range<usize>| {
            let part = part.start.max(start) - start..part.end.max(start) - start;
            attend::<S>(Path::best(), &queries, &kv.keys, &kv.values, part)
        };
        let parts = visible.start / PART..visible.end.div_ceil(PART);
        let found: Vec<Found> = parts.into_par_iter().map(|i| look(i * PART..(i + 1) * PART)).collect();

        let sinks = &self.sinks[head * out.len() / self.head_dim..][..out.len() / self.head_dim];
        let mut all = Found::nothing(&queries);
        all.largest[..sinks.len()].copy_from_slice(sinks);
        all.sums.fill(1.0);
        found.iter().for_each(|found| all.join(found));
        let answers = all.values.chunks_exact(padded_dim(self.head_dim)).zip(&all.sums);
        for (out, (answer, sum)) in out.chunks_exact_mut(self.head_dim).zip(answers) {
            out.iter_mut().zip(answer).for_each(|(out, value)| *out = value / sum);
        }
    }
}
