//! The kernels as benches see them: each with the bytes that it reads and the products that it adds, and what a
//! processor could do at best.

use std::sync::Arc;

use engine::Precision;
use rayon::prelude::*;

use crate::cache::{Heads, LayerCache};
use crate::kernels::{
    Bf16, Int8Rows, Path, Queries, attend, int8_bytes, int8_rows, most_products, mxfp4_int8_rows, read_all,
    to_int8,
};
use crate::ops::by_bands;

/// Something to measure on all threads.
pub struct Bench {
    /// What it is.
    pub name: String,
    /// Bytes of weights or of cache that are read.
    pub bytes: u64,
    /// Multiplications of two numbers that are added to a sum.
    pub products: u64,
    run: Box<dyn Fn()>,
}

impl Bench {
    /// Once.
    pub fn run(&self) {
        (self.run)();
    }

    /// Experts' matrix [rows, width] in MXFP4.
    #[must_use]
    pub fn mxfp4(rows: usize, width: usize, tokens: usize) -> Self {
        let blocks: Vec<u8> = (0..rows * width / 2).map(|i| ((i * 7919) >> 3) as u8).collect();
        let scales: Vec<u8> = (0..rows * width / 32).map(|i| 118 + (i % 5) as u8).collect();
        let x = Int8Rows::quantise(&activations(tokens * width), width);
        let bytes = (blocks.len() + scales.len()) as u64;
        let (blocks, scales, x) = (Arc::new(blocks), Arc::new(scales), Arc::new(x));
        let run = move || {
            let (blocks, scales, x) = (Arc::clone(&blocks), Arc::clone(&scales), Arc::clone(&x));
            by_bands(rows, tokens, width * tokens, move |first, out| {
                let rows = first..first + out.len() / tokens;
                let blocks = &blocks[rows.start * width / 2..rows.end * width / 2];
                let scales = &scales[rows.start * width / 32..rows.end * width / 32];
                mxfp4_int8_rows(Path::best(), blocks, scales, &x, out);
            });
        };
        let name = format!("mxfp4 {rows}×{width}, {tokens} tokens");
        Self { name, bytes, products: (rows * width * tokens) as u64, run: Box::new(run) }
    }

    /// A matrix [rows, width] in int8.
    #[must_use]
    pub fn int8(rows: usize, width: usize, tokens: usize) -> Self {
        let weights: Vec<u8> = activations(rows * width)
            .iter()
            .flat_map(|v| ((v.to_bits() >> 16) as u16).to_le_bytes())
            .collect();
        let (values, scales) = int8_bytes(rows, width);
        let (mut values, mut scales) = (vec![0; values], vec![0; scales]);
        to_int8(Path::best(), &weights, width, &mut values, &mut scales);
        let x = Int8Rows::quantise(&activations(tokens * width), width);
        let bytes = (values.len() + scales.len()) as u64;
        let (values, scales, x) = (Arc::new(values), Arc::new(scales), Arc::new(x));
        let run = move || {
            let (values, scales, x) = (Arc::clone(&values), Arc::clone(&scales), Arc::clone(&x));
            by_bands(rows, tokens, width * tokens, move |first, out| {
                let (from, to) = (int8_bytes(first, width), int8_bytes(first + out.len() / tokens, width));
                int8_rows(Path::best(), &values[from.0..to.0], &scales[from.1..to.1], &x, out);
            });
        };
        let name = format!("int8 {rows}×{width}, {tokens} tokens");
        Self { name, bytes, products: (rows * width * tokens) as u64, run: Box::new(run) }
    }

    /// Attention of one token over a cache of `positions`: `heads` heads of `dim`, each with `queries` queries.
    #[must_use]
    pub fn attention(heads: usize, queries: usize, dim: usize, positions: usize) -> Self {
        let mut cache = LayerCache::new(None, heads, dim, Precision::Fast);
        let numbers = activations(heads * dim);
        for _ in 0..positions {
            assert!(cache.append(&numbers, &numbers).is_ok(), "there is no memory for the cache");
        }
        let values = activations(queries * dim);
        let run = move || {
            let queries = Queries::new(&values, dim, 0..positions, 0);
            let Heads::Fast(heads) = cache.heads() else { return };
            heads.par_iter().for_each(|head| {
                std::hint::black_box(attend::<Bf16>(
                    Path::best(),
                    &queries,
                    &head.keys,
                    &head.values,
                    0..positions,
                ));
            });
        };
        Self {
            name: format!("attention over {positions}"),
            bytes: (heads * positions * dim * 4) as u64,
            products: (heads * queries * positions * dim * 2) as u64,
            run: Box::new(run),
        }
    }

    /// The fastest that all threads read memory.
    #[must_use]
    pub fn reading(bytes: usize) -> Self {
        let data = vec![1u8; bytes];
        let run = move || data.par_chunks(1 << 20).for_each(|part| read_all(Path::best(), part));
        Self { name: "reading memory".to_owned(), bytes: bytes as u64, products: 0, run: Box::new(run) }
    }

    /// The most products that all threads add, of numbers that are in registers already.
    #[must_use]
    pub fn multiplying() -> Self {
        let threads = rayon::current_num_threads();
        let mut products = 0;
        most_products(Path::best(), &mut products);
        let run = || {
            (0..rayon::current_num_threads()).into_par_iter().for_each(|_| {
                most_products(Path::best(), &mut 0);
            });
        };
        let products = products * threads as u64;
        Self { name: "multiplying int8".to_owned(), bytes: 0, products, run: Box::new(run) }
    }
}

/// Numbers from -1 to 1.
fn activations(len: usize) -> Vec<f32> {
    (0..len).map(|i| ((i * 7919 % 2003) as f32 / 1001.0) - 1.0).collect()
}
