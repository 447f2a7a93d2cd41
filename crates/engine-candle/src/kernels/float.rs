//! Products in float32, written once in plain Rust and compiled for several instruction sets. Each sum is made in the
//! same order for one token as for many.

#[cfg(target_arch = "x86_64")]
use super::Path;
use crate::config::BLOCK;

/// Values of the 4-bit code e2m1, doubled to be whole (OCP Microscaling Formats 1.0, table 5).
const E2M1_TIMES_2: [i8; 16] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/// Bytes of an MXFP4 block: two values in each, the even one in the low half.
const BLOCK_BYTES: usize = BLOCK / 2;

/// Sums that are carried side by side, a whole number of vector registers on every instruction set.
const LANES: usize = 32;

/// Compiles `$body` for each instruction set and calls the one of the best path.
macro_rules! for_this_processor {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) = $body:ident) => {
        $(#[$doc])*
        pub(crate) fn $name($($arg: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
                fn avx512($($arg: $type),*) { $body::<true>($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($arg: $type),*) { $body::<true>($($arg),*) }
                match Path::best() {
                    // SAFETY: a path is only chosen where the processor has its instructions.
                    Path::Avx512Bf16 | Path::Avx512Vbmi | Path::Avx512 => return unsafe { avx512($($arg),*) },
                    // SAFETY: as above.
                    Path::AvxVnni | Path::Avx2 => return unsafe { avx2($($arg),*) },
                    Path::Plain => {}
                }
            }
            // Every aarch64 processor multiplies and adds in one instruction.
            $body::<{ cfg!(target_arch = "aarch64") }>($($arg),*)
        }
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::noise;

    fn assert_close(a: f32, b: f32) {
        assert!((a - b).abs() <= 1e-5 * (1.0 + a.abs()), "{a} and {b}");
    }

    #[test]
    fn every_instruction_set_gives_the_same_products() {
        let (a, b) = (noise(200, 1), noise(200, 2));
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
        }
        assert_eq!([e8m0(0), e8m0(1), e8m0(127)], [2f32.powi(-127), 2f32.powi(-126), 1.0]);
    }
}
