//! Attention with a learned sink in every head, over a KV cache.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape};
use rayon::prelude::*;

use super::values;
use crate::cache::LayerCache;
use crate::kernels::{add_scaled, dot};

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

impl CustomOp1 for Attention<'_> {
    fn name(&self) -> &'static str {
        "sink-attention"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let queries = values(storage, layout)?;
        let (tokens, _) = layout.shape().dims2()?;
        let group = self.sinks.len() / self.kv_heads * self.head_dim;
        let mut out = vec![0f32; queries.len()];
        let first = self.cache.end() - tokens;
        // One task for the query heads of a token that share keys.
        let task = |(i, (out, queries)): (usize, (&mut [f32], &[f32]))| {
            self.attend(first + i / self.kv_heads, i % self.kv_heads, queries, out);
        };
        out.par_chunks_mut(group).zip(queries.par_chunks(group)).enumerate().for_each(task);
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

impl Attention<'_> {
    fn attend(&self, position: usize, kv_head: usize, queries: &[f32], out: &mut [f32]) {
        let scale = (self.head_dim as f32).powf(-0.5);
        let columns = kv_head * self.head_dim..(kv_head + 1) * self.head_dim;
        let (keys, values) = self.cache.visible_from(position);
        let width = self.kv_heads * self.head_dim;
        let heads = queries.len() / self.head_dim;
        let sinks = &self.sinks[kv_head * heads..];
        let mut weights = Vec::with_capacity(keys.len() / width);
        for ((query, out), &sink) in
            queries.chunks_exact(self.head_dim).zip(out.chunks_exact_mut(self.head_dim)).zip(sinks)
        {
            weights.clear();
            weights.extend(keys.chunks_exact(width).map(|key| dot(query, &key[columns.clone()]) * scale));
            let largest = weights.iter().copied().fold(sink, f32::max);
            let mut sum = (sink - largest).exp();
            for weight in &mut weights {
                *weight = (*weight - largest).exp();
                sum += *weight;
            }
            for (value, weight) in values.chunks_exact(width).zip(&weights) {
                add_scaled(out, &value[columns.clone()], weight / sum);
            }
        }
    }
}
