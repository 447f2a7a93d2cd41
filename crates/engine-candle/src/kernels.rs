//! Products of weight rows with activations on the CPU. Each is written once in plain Rust and compiled for several
//! instruction sets; the best one this processor has is taken at run time.
//!
//! A product's value does not depend on how many tokens are computed together: each sum is made in the same order
//! for one token as for many, so that a text does not change with the way its prompt was cut.

use crate::config::BLOCK;

/// Values of the 4-bit code e2m1, doubled to be whole (OCP Microscaling Formats 1.0, table 5).
const E2M1_TIMES_2: [i8; 16] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/// Bytes of an MXFP4 block: two values in each, the even one in the low half.
const BLOCK_BYTES: usize = BLOCK / 2;

/// Sums that are carried side by side, a whole number of vector registers on every instruction set.
const LANES: usize = 32;

/// float32 activations as int8, one scale for each block of 32. In a block the values of even index come first,
/// which is the order in which MXFP4 weights unpack.
pub(crate) struct Int8Rows {
    values: Vec<i8>,
    scales: Vec<f32>,
    width: usize,
}

impl Int8Rows {
    /// Quantises `rows` of `width` values, a multiple of 32: the largest of a block becomes ±127.
    pub(crate) fn quantise(rows: &[f32], width: usize) -> Self {
        let mut values = vec![0; rows.len()];
        let mut scales = Vec::with_capacity(rows.len() / BLOCK);
        for (block, out) in rows.chunks_exact(BLOCK).zip(values.chunks_exact_mut(BLOCK)) {
            let largest = block.iter().fold(0f32, |m, v| m.max(v.abs()));
            let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
            let (even, odd) = out.split_at_mut(BLOCK / 2);
            for ((pair, even), odd) in block.chunks_exact(2).zip(even).zip(odd) {
                *even = (pair[0] * inverse).round() as i8;
                *odd = (pair[1] * inverse).round() as i8;
            }
            scales.push(largest / 127.0);
        }
        Self { values, scales, width }
    }

    fn rows(&self) -> impl Iterator<Item = (&[i8], &[f32])> {
        self.values.chunks_exact(self.width).zip(self.scales.chunks_exact(self.width / BLOCK))
    }
}

/// Compiles `$body` for each instruction set and calls the best one.
macro_rules! for_this_processor {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) $(-> $ret:ty)? = $body:ident) => {
        $(#[$doc])*
        pub(crate) fn $name($($arg: $type),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
                fn avx512($($arg: $type),*) $(-> $ret)? { $body::<true>($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($arg: $type),*) $(-> $ret)? { $body::<true>($($arg),*) }
                if is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("fma")
                {
                    // SAFETY: the processor has these instructions.
                    return unsafe { avx512($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the processor has these instructions.
                    return unsafe { avx2($($arg),*) };
                }
            }
            // Every aarch64 processor multiplies and adds in one instruction.
            $body::<{ cfg!(target_arch = "aarch64") }>($($arg),*)
        }
    };
}

for_this_processor! {
    /// Sum of products.
    dot(a: &[f32], b: &[f32]) -> f32 = dot_body
}

for_this_processor! {
    /// `out += factor * row`.
    add_scaled(out: &mut [f32], row: &[f32], factor: f32) = add_scaled_body
}

for_this_processor! {
    /// BF16 weight rows (2 × `width` bytes each) times tokens (`x`: rows of `width`): `out` is [rows, tokens].
    bf16_rows(weights: &[u8], x: &[f32], width: usize, out: &mut [f32]) = bf16_rows_body
}

for_this_processor! {
    /// MXFP4 weight rows (`width` / 2 bytes and `width` / 32 scales each) times tokens in float32: `out` is
    /// [rows, tokens].
    mxfp4_rows(blocks: &[u8], scales: &[u8], x: &[f32], width: usize, out: &mut [f32]) = mxfp4_rows_body
}

#[inline(always)]
fn multiply_add<const FMA: bool>(a: f32, b: f32, sum: f32) -> f32 {
    // Without the instruction, `mul_add` is a slow library call.
    if FMA { a.mul_add(b, sum) } else { a * b + sum }
}

#[inline(always)]
fn dot_body<const FMA: bool>(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; LANES];
    let (a_lanes, b_lanes) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail = a_lanes.remainder().iter().zip(b_lanes.remainder()).map(|(a, b)| a * b).sum::<f32>();
    for (a, b) in a_lanes.zip(b_lanes) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum = multiply_add::<FMA>(*a, *b, *sum);
        }
    }
    total(sums) + tail
}

/// Halves the lanes until one is left: the order is fixed, and every step is a vector operation.
#[inline(always)]
fn total(mut sums: [f32; LANES]) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        let (low, high) = sums.split_at_mut(half);
        for (low, high) in low.iter_mut().zip(high) {
            *low += *high;
        }
        half /= 2;
    }
    sums[0]
}

#[inline(always)]
fn add_scaled_body<const FMA: bool>(out: &mut [f32], row: &[f32], factor: f32) {
    for (out, value) in out.iter_mut().zip(row) {
        *out = multiply_add::<FMA>(*value, factor, *out);
    }
}

#[inline(always)]
fn bf16(bytes: &[u8]) -> f32 {
    f32::from_bits(u32::from(u16::from_le_bytes([bytes[0], bytes[1]])) << 16)
}

#[inline(always)]
fn bf16_rows_body<const FMA: bool>(weights: &[u8], x: &[f32], width: usize, out: &mut [f32]) {
    let tokens = x.len() / width;
    if tokens == 1 {
        for (row, out) in weights.chunks_exact(2 * width).zip(out) {
            *out = dot_bf16_body::<FMA>(row, x);
        }
        return;
    }
    let mut values = vec![0f32; width];
    for (row, out) in weights.chunks_exact(2 * width).zip(out.chunks_exact_mut(tokens)) {
        for (value, bytes) in values.iter_mut().zip(row.chunks_exact(2)) {
            *value = bf16(bytes);
        }
        for (out, x) in out.iter_mut().zip(x.chunks_exact(width)) {
            *out = dot_body::<FMA>(&values, x);
        }
    }
}

/// [`dot_body`] on a row that is unpacked on the way: the same sums in the same order.
#[inline(always)]
fn dot_bf16_body<const FMA: bool>(row: &[u8], x: &[f32]) -> f32 {
    let mut sums = [0f32; LANES];
    let (rows, lanes) = (row.chunks_exact(2 * LANES), x.chunks_exact(LANES));
    let tail = rows.remainder().chunks_exact(2).zip(lanes.remainder()).map(|(w, x)| bf16(w) * x).sum::<f32>();
    for (w, x) in rows.zip(lanes) {
        for ((sum, w), x) in sums.iter_mut().zip(w.chunks_exact(2)).zip(x) {
            *sum = multiply_add::<FMA>(bf16(w), *x, *sum);
        }
    }
    total(sums) + tail
}

/// The power of two that an E8M0 byte stands for; 255 is NaN.
#[inline(always)]
fn e8m0(scale: u8) -> f32 {
    match scale {
        0 => f32::from_bits(0x0040_0000),
        255 => f32::NAN,
        _ => f32::from_bits(u32::from(scale) << 23),
    }
}

#[inline(always)]
fn mxfp4_rows_body<const FMA: bool>(blocks: &[u8], scales: &[u8], x: &[f32], width: usize, out: &mut [f32]) {
    let tokens = x.len() / width;
    let mut values = vec![0f32; width];
    let rows = blocks.chunks_exact(width / 2).zip(scales.chunks_exact(width / BLOCK));
    for ((blocks, scales), out) in rows.zip(out.chunks_exact_mut(tokens)) {
        let packed = blocks.chunks_exact(BLOCK_BYTES).zip(scales);
        for ((bytes, &scale), values) in packed.zip(values.chunks_exact_mut(BLOCK)) {
            let scale = e8m0(scale);
            for (pair, byte) in values.chunks_exact_mut(2).zip(bytes) {
                pair[0] = f32::from(E2M1_TIMES_2[usize::from(byte & 15)]) * 0.5 * scale;
                pair[1] = f32::from(E2M1_TIMES_2[usize::from(byte >> 4)]) * 0.5 * scale;
            }
        }
        for (out, x) in out.iter_mut().zip(x.chunks_exact(width)) {
            *out = dot_body::<FMA>(&values, x);
        }
    }
}

/// MXFP4 weight rows times int8 activations: `out` is [rows, tokens].
pub(crate) fn mxfp4_int8_rows(blocks: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the processor has these instructions.
        return mxfp4_int8_rows_with(blocks, scales, x, out, |b, s, v, vs| unsafe {
            x86::dot_mxfp4_int8(b, s, v, vs)
        });
    }
    mxfp4_int8_rows_with(blocks, scales, x, out, dot_mxfp4_int8);
}

#[inline(always)]
fn mxfp4_int8_rows_with(
    blocks: &[u8],
    scales: &[u8],
    x: &Int8Rows,
    out: &mut [f32],
    dot: impl Fn(&[u8], &[u8], &[i8], &[f32]) -> f32,
) {
    let tokens = x.values.len() / x.width;
    let rows = blocks.chunks_exact(x.width / 2).zip(scales.chunks_exact(x.width / BLOCK));
    for ((blocks, scales), out) in rows.zip(out.chunks_exact_mut(tokens)) {
        for (out, (values, value_scales)) in out.iter_mut().zip(x.rows()) {
            *out = dot(blocks, scales, values, value_scales);
        }
    }
}

fn dot_mxfp4_int8(blocks: &[u8], scales: &[u8], x: &[i8], x_scales: &[f32]) -> f32 {
    let packed = blocks.chunks_exact(BLOCK_BYTES).zip(scales).zip(x.chunks_exact(BLOCK)).zip(x_scales);
    packed
        .map(|(((bytes, &scale), x), x_scale)| {
            let (even, odd) = x.split_at(BLOCK / 2);
            let products = bytes.iter().zip(even).zip(odd).map(|((byte, &even), &odd)| {
                i32::from(E2M1_TIMES_2[usize::from(byte & 15)]) * i32::from(even)
                    + i32::from(E2M1_TIMES_2[usize::from(byte >> 4)]) * i32::from(odd)
            });
            products.sum::<i32>() as f32 * (0.5 * e8m0(scale) * x_scale)
        })
        .sum()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{BLOCK, BLOCK_BYTES, E2M1_TIMES_2, e8m0};

    /// [`super::dot_mxfp4_int8`] with a table look-up for sixteen values at a time.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn dot_mxfp4_int8(blocks: &[u8], scales: &[u8], x: &[i8], x_scales: &[f32]) -> f32 {
        // SAFETY: the table has the 16 bytes that are read.
        let table = unsafe { _mm_loadu_si128(E2M1_TIMES_2.as_ptr().cast()) };
        let table = _mm256_broadcastsi128_si256(table);
        let (low_half, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
        let mut sums = _mm256_setzero_ps();
        let packed = blocks.chunks_exact(BLOCK_BYTES).zip(scales).zip(x.chunks_exact(BLOCK)).zip(x_scales);
        for (((bytes, &scale), x), x_scale) in packed {
            // SAFETY: the chunks have the 16 and 32 bytes that are read.
            let (bytes, x) =
                unsafe { (_mm_loadu_si128(bytes.as_ptr().cast()), _mm256_loadu_si256(x.as_ptr().cast())) };
            let codes = _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16::<4>(bytes), bytes), low_half);
            let weights = _mm256_shuffle_epi8(table, codes);
            // The instruction multiplies unsigned by signed bytes: the weights' signs go to the activations. At most
            // 2 × 12 × 127, far from overflow.
            let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(x, weights));
            let quads = _mm256_cvtepi32_ps(_mm256_madd_epi16(pairs, ones));
            sums = _mm256_fmadd_ps(quads, _mm256_set1_ps(0.5 * e8m0(scale) * x_scale), sums);
        }
        let halves = _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps::<1>(sums));
        let pairs = _mm_add_ps(halves, _mm_movehl_ps(halves, halves));
        _mm_cvtss_f32(_mm_add_ss(pairs, _mm_movehdup_ps(pairs)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without pattern, from a linear congruential generator.
    fn noise(len: usize, mut seed: u32) -> Vec<f32> {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32 * 2.0 - 1.0
        };
        (0..len).map(|_| next()).collect()
    }

    fn assert_close(a: f32, b: f32) {
        assert!((a - b).abs() <= 1e-5 * (1.0 + a.abs()), "{a} and {b}");
    }

    #[test]
    fn every_instruction_set_gives_the_same_products() {
        let (a, b) = (noise(200, 1), noise(200, 2));
        assert_close(dot(&a, &b), dot_body::<false>(&a, &b));
        let bytes: Vec<u8> = a.iter().flat_map(|v| ((v.to_bits() >> 16) as u16).to_le_bytes()).collect();
        let (mut fast, mut plain) = ([0f32; 1], [0f32; 1]);
        bf16_rows(&bytes, &b, 200, &mut fast);
        bf16_rows_body::<false>(&bytes, &b, 200, &mut plain);
        assert_close(fast[0], plain[0]);

        let width = 96;
        let blocks: Vec<u8> = noise(width / 2, 3).iter().map(|v| (v * 128.0) as i8 as u8).collect();
        let x = noise(width, 4);
        let (mut fast, mut plain) = ([0f32; 1], [0f32; 1]);
        mxfp4_rows(&blocks, &[120, 127, 130], &x, width, &mut fast);
        mxfp4_rows_body::<false>(&blocks, &[120, 127, 130], &x, width, &mut plain);
        assert_close(fast[0], plain[0]);
        let int8 = Int8Rows::quantise(&x, width);
        mxfp4_int8_rows(&blocks, &[120, 127, 130], &int8, &mut fast);
        mxfp4_int8_rows_with(&blocks, &[120, 127, 130], &int8, &mut plain, dot_mxfp4_int8);
        assert_close(fast[0], plain[0]);
    }

    #[test]
    fn one_token_and_many_give_the_same_bits() {
        let (width, tokens) = (72, 3);
        let bytes: Vec<u8> =
            noise(width * 2, 5).iter().flat_map(|v| ((v.to_bits() >> 16) as u16).to_le_bytes()).collect();
        let x = noise(width * tokens, 6);
        let mut many = vec![0f32; 2 * tokens];
        bf16_rows(&bytes, &x, width, &mut many);
        for (token, x) in x.chunks_exact(width).enumerate() {
            let mut one = [0f32; 2];
            bf16_rows(&bytes, x, width, &mut one);
            assert_eq!([many[token], many[tokens + token]], one);
        }
    }

    #[test]
    fn mxfp4_values_are_those_of_the_format() {
        // Codes 0 to 15, then sixteen zeros; the activations pick one value each.
        let mut blocks = [0u8; 16];
        for (i, byte) in blocks[..8].iter_mut().enumerate() {
            *byte = (2 * i) as u8 | ((2 * i + 1) as u8) << 4;
        }
        let expected =
            [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, -0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0, -6.0];
        for (i, value) in expected.into_iter().enumerate() {
            let mut x = [0f32; BLOCK];
            x[i] = 1.0;
            let mut out = [0f32; 1];
            mxfp4_rows(&blocks, &[128], &x, BLOCK, &mut out);
            assert_eq!(out[0], 2.0 * value);
            mxfp4_int8_rows(&blocks, &[128], &Int8Rows::quantise(&x, BLOCK), &mut out);
            assert_close(out[0], 2.0 * value);
        }
        assert_eq!([e8m0(0), e8m0(1), e8m0(127)], [2f32.powi(-127), 2f32.powi(-126), 1.0]);
    }
}
