use std::array::from_fn;

use super::{BYTES, E2M1, LANES, Lanes, rounded_pairs};

/// Plain Rust, for every processor.
#[derive(Clone, Copy)]
pub(crate) struct Plain;

impl Lanes for Plain {
    type Int = [i32; LANES];
    type Float = [f32; LANES];
    type Pair = [f32; 2];
    const INT8_BIAS: i32 = 0;

    #[inline(always)]
    fn load(from: &[u8; BYTES]) -> Self::Int {
        from_fn(|i| i32::from_le_bytes([from[4 * i], from[4 * i + 1], from[4 * i + 2], from[4 * i + 3]]))
    }

    #[inline(always)]
    fn load_ints(from: &[i32; LANES]) -> Self::Int {
        *from
    }

    #[inline(always)]
    fn same(four: &[i8; 4]) -> Self::Int {
        [i32::from_le_bytes(four.map(|v| v as u8)); LANES]
    }

    #[inline(always)]
    fn same_int(value: i32) -> Self::Int {
        [value; LANES]
    }

    #[inline(always)]
    fn e2m1(codes: Self::Int) -> [Self::Int; 2] {
        let values = |half: fn(u8) -> u8| {
            codes.map(|four| i32::from_le_bytes(four.to_le_bytes().map(|byte| E2M1[usize::from(half(byte))])))
        };
        [values(|byte| byte & 15), values(|byte| byte >> 4)]
    }

    #[inline(always)]
    fn halves(bytes: Self::Int) -> [Self::Int; 2] {
        let half = 0x0f0f_0f0f;
        [bytes.map(|four| four & half), bytes.map(|four| four >> 4 & half)]
    }

    #[inline(always)]
    fn int8(weights: Self::Int) -> Self::Int {
        weights
    }

    #[inline(always)]
    fn dot_e2m1(sum: Self::Int, weights: Self::Int, x: Self::Int) -> Self::Int {
        // 0 to 24 is the same with and without a sign.
        Self::dot_int8(sum, weights, x)
    }

    #[inline(always)]
    fn dot_int8(sum: Self::Int, weights: Self::Int, x: Self::Int) -> Self::Int {
        from_fn(|i| {
            let (weights, x) = (weights[i].to_le_bytes(), x[i].to_le_bytes());
            let products = weights.into_iter().zip(x).map(|(w, x)| i32::from(w as i8) * i32::from(x as i8));
            sum[i] + products.sum::<i32>()
        })
    }

    #[inline(always)]
    fn sum_fours(rows: [Self::Int; 4]) -> Self::Int {
        from_fn(|i| rows[i % 4][i / 4 * 4..][..4].iter().sum())
    }

    #[inline(always)]
    fn float(from: Self::Int) -> Self::Float {
        from.map(|value| value as f32)
    }

    #[inline(always)]
    fn load_floats(from: &[f32; LANES]) -> Self::Float {
        *from
    }

    #[inline(always)]
    fn store(value: Self::Float, to: &mut [f32; LANES]) {
        *to = value;
    }

    #[inline(always)]
    fn same_float(value: f32) -> Self::Float {
        [value; LANES]
    }

    #[inline(always)]
    fn spread(from: &[f32; 4]) -> Self::Float {
        from_fn(|i| from[i / 4])
    }

    #[inline(always)]
    fn multiply(a: Self::Float, b: Self::Float) -> Self::Float {
        from_fn(|i| a[i] * b[i])
    }

    #[inline(always)]
    fn multiply_add(a: Self::Float, b: Self::Float, sum: Self::Float) -> Self::Float {
        // Without the instruction, `mul_add` is a slow library call.
        if cfg!(target_arch = "aarch64") {
            from_fn(|i| a[i].mul_add(b[i], sum[i]))
        } else {
            from_fn(|i| a[i] * b[i] + sum[i])
        }
    }

    #[inline(always)]
    fn pairs(from: &[f32; 2 * LANES], to: &mut [[f32; 2]; LANES]) {
        rounded_pairs(from, to);
    }

    #[inline(always)]
    fn dot_bf16(sum: Self::Float, lanes: Self::Int, pair: [f32; 2]) -> Self::Float {
        let sum = Self::multiply_add(
            lanes.map(|two| f32::from_bits(two as u32 & 0xffff_0000)),
            [pair[1]; LANES],
            sum,
        );
        Self::multiply_add(lanes.map(|two| f32::from_bits((two as u32) << 16)), [pair[0]; LANES], sum)
    }
}
