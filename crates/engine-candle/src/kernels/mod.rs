//! Products of weight rows with activations on the CPU, for several instruction sets: the best one that this
//! processor has is taken at run time.
//!
//! A product's value does not depend on how many tokens are computed together, so that a text does not change with
//! the way its prompt was cut.

mod activations;
mod attention;
mod float;
mod halves;
mod int8;
mod lanes;
mod mxfp4;
mod path;
mod products;
mod stored;
mod swiglu;

pub(crate) use activations::Int8Rows;
pub(crate) use attention::{Found, KEY_BLOCK, PART, Queries, attend, padded_dim};
pub(crate) use float::{add_scaled, bf16_rows, mxfp4_rows};
pub(crate) use halves::{high_rows, to_halves, whole_rows};
pub(crate) use int8::{INT8_ROWS, int8_bytes, int8_rows, to_int8};
#[cfg(feature = "bench")]
pub(crate) use int8::{most_products, read_all};
pub(crate) use mxfp4::mxfp4_int8_rows;
pub(crate) use path::Path;
pub(crate) use stored::{Bf16, Stored};
pub(crate) use swiglu::swiglu;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BLOCK;

    /// Numbers without pattern from -1 to 1, from a linear congruential generator.
    pub(super) fn noise(len: usize, mut seed: u32) -> Vec<f32> {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32 * 2.0 - 1.0
        };
        (0..len).map(|_| next()).collect()
    }

    fn bytes(len: usize, seed: u32) -> Vec<u8> {
        noise(len, seed).iter().map(|v| (v * 128.0) as i8 as u8).collect()
    }

    fn bf16_bytes(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|v| ((v.to_bits() >> 16) as u16).to_le_bytes()).collect()
    }

    /// Experts' rows [rows, width] times tokens on one path.
    fn mxfp4(path: Path, rows: usize, width: usize, x: &[f32]) -> Vec<f32> {
        let blocks = bytes(rows * width / 2, 1);
        let scales: Vec<u8> = bytes(rows * width / BLOCK, 2).iter().map(|v| 118 + v % 8).collect();
        let mut out = vec![f32::NAN; rows * x.len() / width];
        mxfp4_int8_rows(path, &blocks, &scales, &Int8Rows::quantise(x, width), &mut out);
        out
    }

    fn int8_weights(path: Path, rows: usize, width: usize) -> (Vec<u8>, Vec<u8>) {
        let (values, scales) = int8_bytes(rows, width);
        let (mut values, mut scales) = (vec![0; values], vec![0; scales]);
        to_int8(path, &bf16_bytes(&noise(rows * width, 3)), width, &mut values, &mut scales);
        (values, scales)
    }

    fn int8(path: Path, rows: usize, width: usize, x: &[f32]) -> Vec<f32> {
        let (values, scales) = int8_weights(path, rows, width);
        let mut out = vec![f32::NAN; rows * x.len() / width];
        int8_rows(path, &values, &scales, &Int8Rows::quantise(x, width), &mut out);
        out
    }

    /// The same from halves, or from the high ones alone.
    fn halves<const WHOLE: bool>(path: Path, rows: usize, width: usize, x: &[f32]) -> Vec<f32> {
        let (values, scales) = int8_weights(path, rows, width);
        let (mut high, mut low) = (vec![0; values.len() / 2], vec![0; values.len() / 2]);
        to_halves(&values, &mut high, &mut low);
        let (x, mut out) = (Int8Rows::quantise(x, width), vec![f32::NAN; rows * x.len() / width]);
        if WHOLE {
            whole_rows(path, &high, &low, &scales, &x, &mut out);
        } else {
            high_rows(path, &high, &scales, &x, &mut out);
        }
        out
    }

    pub(super) fn is_plain(path: Path) -> bool {
        path == Path::Plain && !cfg!(target_arch = "aarch64")
    }

    type Product = fn(Path, usize, usize, &[f32]) -> Vec<f32>;

    /// Rows that are no whole vectors, blocks that are no whole groups, and tokens by one and by many.
    fn shapes() -> impl Iterator<Item = (Product, usize, usize, usize)> {
        let sizes = [(16, 128, 1), (37, 96, 3), (35, 416, 7), (52, 160, 70), (3, 32, 9), (64, 288, 65)];
        sizes.into_iter().flat_map(|(rows, width, tokens)| {
            let products: [Product; 4] = [mxfp4, int8, halves::<false>, halves::<true>];
            products.map(|product| (product, rows, width, tokens))
        })
    }

    #[test]
    fn every_path_gives_the_same_bits() {
        for (product, rows, width, tokens) in shapes() {
            let x = noise(width * tokens, 4);
            let best = product(Path::best(), rows, width, &x);
            for path in Path::all() {
                for (other, best) in product(path, rows, width, &x).iter().zip(&best) {
                    let near = is_plain(path) && (other - best).abs() < 1e-5 * (1.0 + best.abs());
                    assert!(other == best || near, "{path:?} {rows}×{width}×{tokens}: {other} and {best}");
                }
            }
        }
    }

    #[test]
    fn one_token_and_many_give_the_same_bits() {
        for (product, rows, width, tokens) in shapes() {
            let x = noise(width * tokens, 5);
            for path in Path::all() {
                let many = product(path, rows, width, &x);
                for (token, x) in x.chunks_exact(width).enumerate() {
                    for (row, one) in product(path, rows, width, x).into_iter().enumerate() {
                        assert_eq!(one, many[row * tokens + token], "{path:?} {rows}×{width}×{tokens}");
                    }
                }
            }
        }
    }

    #[test]
    fn halves_give_the_same_bits_and_the_high_ones_nearly() {
        let (rows, width, tokens) = (35, 416, 7);
        let x = noise(width * tokens, 7);
        let whole = int8(Path::best(), rows, width, &x);
        assert_eq!(halves::<true>(Path::best(), rows, width, &x), whole);
        let high = halves::<false>(Path::best(), rows, width, &x);
        assert!(difference(&high, &whole) < 0.1, "{}", difference(&high, &whole));
    }

    /// Of all numbers together, relative to their size.
    pub(super) fn difference(some: &[f32], others: &[f32]) -> f32 {
        let error: f32 = some.iter().zip(others).map(|(a, b)| (a - b).powi(2)).sum();
        (error / others.iter().map(|v| v.powi(2)).sum::<f32>()).sqrt()
    }

    #[test]
    fn int8_products_are_near_those_in_float32() {
        let (rows, width, tokens) = (35, 416, 7);
        let x = noise(width * tokens, 6);
        let mut exact = vec![0f32; rows * tokens];
        bf16_rows(&bf16_bytes(&noise(rows * width, 3)), &x, width, &mut exact);
        let fast = int8(Path::best(), rows, width, &x);
        assert!(difference(&fast, &exact) < 0.01, "{}", difference(&fast, &exact));

        let blocks = bytes(rows * width / 2, 1);
        let scales: Vec<u8> = bytes(rows * width / BLOCK, 2).iter().map(|v| 118 + v % 8).collect();
        mxfp4_rows(&blocks, &scales, &x, width, &mut exact);
        let fast = mxfp4(Path::best(), rows, width, &x);
        assert!(difference(&fast, &exact) < 0.01, "{}", difference(&fast, &exact));
    }
}
