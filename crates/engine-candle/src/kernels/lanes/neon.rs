#![expect(clippy::undocumented_unsafe_blocks, reason = "said once for all of them")]

use std::arch::aarch64::*;

use super::{BYTES, E2M1, LANES, Lanes, by_lanes, rounded_pairs};
use crate::kernels::activations::Group;
use crate::kernels::products::Block;

/// NEON with the dot product instruction, four registers to a vector; `I8MM` multiplies matrices of two by eight bytes.
#[derive(Clone, Copy)]
pub(crate) struct Neon<const I8MM: bool>;

// SAFETY of every block below: the instructions are there, as the trait asks, and a reference to an array is read or
// written over its own length.

/// `sdot`: adds in each lane four products of signed bytes. The intrinsic is not stable yet.
#[inline(always)]
fn sdot(mut sum: int32x4_t, a: int32x4_t, b: int32x4_t) -> int32x4_t {
    unsafe {
        std::arch::asm!(
            "sdot {sum:v}.4s, {a:v}.16b, {b:v}.16b",
            sum = inout(vreg) sum,
            a = in(vreg) a,
            b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}

/// `smmla`: adds to a matrix of two by two what two rows of eight signed bytes in `a` give with two in `b`: lane
/// 2 i + j is that of row i of `a` and row j of `b`. Not stable yet either.
#[inline(always)]
fn smmla(mut sum: int32x4_t, a: int32x4_t, b: int32x4_t) -> int32x4_t {
    unsafe {
        std::arch::asm!(
            ".arch_extension i8mm",
            "smmla {sum:v}.4s, {a:v}.16b, {b:v}.16b",
            sum = inout(vreg) sum,
            a = in(vreg) a,
            b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}

/// Tokens of which pairs are multiplied together.
const PAIRED: usize = 8;

/// [`Lanes::dot_block`] by matrices of two rows by eight values, times eight values of two tokens.
#[inline(always)]
fn by_pairs(sums: &mut [[int32x4_t; 4]], weights: &[[int32x4_t; 4]; 8], x: &[Group], block: usize) {
    // Eight values at a time, even ones before odd ones: [step][pair].
    let mut pairs = unsafe { [[vdupq_n_s32(0); PAIRED / 2]; 4] };
    for (step, pairs) in pairs.iter_mut().enumerate() {
        for (pair, x) in pairs.iter_mut().zip(x.as_chunks::<2>().0) {
            let (a, b) = (x[0].fours(block, step >= 2), x[1].fours(block, step >= 2));
            let at = 2 * (step % 2);
            *pair =
                unsafe { vcombine_s32(vld1_s32(a[at..].as_ptr().cast()), vld1_s32(b[at..].as_ptr().cast())) };
        }
    }
    for row in 0..4 {
        // Rows 4 `row` and the next one, and the two after them, with each pair.
        let mut products = unsafe { [[vdupq_n_s32(0); 2]; PAIRED / 2] };
        for (weights, pairs) in weights.as_chunks::<2>().0.iter().zip(&pairs) {
            let (first, second) = (weights[0][row], weights[1][row]);
            let (low, high) = unsafe { (vzip1q_s32(first, second), vzip2q_s32(first, second)) };
            for (products, pair) in products.iter_mut().zip(pairs) {
                products[0] = smmla(products[0], low, *pair);
                products[1] = smmla(products[1], high, *pair);
            }
        }
        for (sums, [low, high]) in sums.as_chunks_mut::<2>().0.iter_mut().zip(products) {
            unsafe {
                sums[0][row] = vaddq_s32(sums[0][row], vuzp1q_s32(low, high));
                sums[1][row] = vaddq_s32(sums[1][row], vuzp2q_s32(low, high));
            }
        }
    }
}

/// An expression for each of the four registers.
macro_rules! each {
    ($i:ident => $value:expr) => {
        [
            {
                const $i: usize = 0;
                $value
            },
            {
                const $i: usize = 1;
                $value
            },
            {
                const $i: usize = 2;
                $value
            },
            {
                const $i: usize = 3;
                $value
            },
        ]
    };
}

impl<const I8MM: bool> Lanes for Neon<I8MM> {
    type Int = [int32x4_t; 4];
    type Float = [float32x4_t; 4];
    type Pair = [f32; 2];
    const INT8_BIAS: i32 = 0;

    #[inline(always)]
    fn load(from: &[u8; BYTES]) -> Self::Int {
        unsafe { each!(I => vreinterpretq_s32_u8(vld1q_u8(from.as_ptr().add(16 * I)))) }
    }

    #[inline(always)]
    fn load_ints(from: &[i32; LANES]) -> Self::Int {
        unsafe { each!(I => vld1q_s32(from.as_ptr().add(4 * I))) }
    }

    #[inline(always)]
    fn same(four: &[i8; 4]) -> Self::Int {
        unsafe { [vdupq_n_s32(four.as_ptr().cast::<i32>().read_unaligned()); 4] }
    }

    #[inline(always)]
    fn same_int(value: i32) -> Self::Int {
        unsafe { [vdupq_n_s32(value); 4] }
    }

    #[inline(always)]
    fn e2m1(codes: Self::Int) -> [Self::Int; 2] {
        unsafe {
            let table = vld1q_u8(E2M1.as_ptr());
            let half = vdupq_n_u8(15);
            let codes = each!(I => vreinterpretq_u8_s32(codes[I]));
            [
                each!(I => vreinterpretq_s32_u8(vqtbl1q_u8(table, vandq_u8(codes[I], half)))),
                each!(I => vreinterpretq_s32_u8(vqtbl1q_u8(table, vshrq_n_u8::<4>(codes[I])))),
            ]
        }
    }

    #[inline(always)]
    fn halves(bytes: Self::Int) -> [Self::Int; 2] {
        unsafe {
            let half = vdupq_n_u8(15);
            let bytes = each!(I => vreinterpretq_u8_s32(bytes[I]));
            [
                each!(I => vreinterpretq_s32_u8(vandq_u8(bytes[I], half))),
                each!(I => vreinterpretq_s32_u8(vshrq_n_u8::<4>(bytes[I]))),
            ]
        }
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
        each!(I => sdot(sum[I], weights[I], x[I]))
    }

    #[inline(always)]
    fn dot_block<const E2M1: bool, const T: usize>(
        sums: &mut [Self::Int; T],
        weights: &Block<Self>,
        x: &[Group; T],
        block: usize,
    ) {
        if I8MM && T == PAIRED {
            by_pairs(sums, weights, x, block);
        } else {
            by_lanes::<Self, E2M1, T>(sums, weights, x, block);
        }
    }

    #[inline(always)]
    fn sum_fours([a, b, c, d]: [Self::Int; 4]) -> Self::Int {
        unsafe { each!(I => vpaddq_s32(vpaddq_s32(a[I], b[I]), vpaddq_s32(c[I], d[I]))) }
    }

    #[inline(always)]
    fn float(from: Self::Int) -> Self::Float {
        unsafe { each!(I => vcvtq_f32_s32(from[I])) }
    }

    #[inline(always)]
    fn load_floats(from: &[f32; LANES]) -> Self::Float {
        unsafe { each!(I => vld1q_f32(from.as_ptr().add(4 * I))) }
    }

    #[inline(always)]
    fn store(value: Self::Float, to: &mut [f32; LANES]) {
        unsafe { each!(I => vst1q_f32(to.as_mut_ptr().add(4 * I), value[I])) };
    }

    #[inline(always)]
    fn same_float(value: f32) -> Self::Float {
        unsafe { [vdupq_n_f32(value); 4] }
    }

    #[inline(always)]
    fn spread(from: &[f32; 4]) -> Self::Float {
        unsafe { each!(I => vdupq_n_f32(from[I])) }
    }

    #[inline(always)]
    fn multiply(a: Self::Float, b: Self::Float) -> Self::Float {
        unsafe { each!(I => vmulq_f32(a[I], b[I])) }
    }

    #[inline(always)]
    fn multiply_add(a: Self::Float, b: Self::Float, sum: Self::Float) -> Self::Float {
        unsafe { each!(I => vfmaq_f32(sum[I], a[I], b[I])) }
    }

    #[inline(always)]
    fn pairs(from: &[f32; 2 * LANES], to: &mut [[f32; 2]; LANES]) {
        rounded_pairs(from, to);
    }

    #[inline(always)]
    fn dot_bf16(sum: Self::Float, lanes: Self::Int, pair: [f32; 2]) -> Self::Float {
        let second: Self::Float =
            unsafe { each!(I => vreinterpretq_f32_s32(vandq_s32(lanes[I], vdupq_n_s32(!0xffff)))) };
        let first: Self::Float = unsafe { each!(I => vreinterpretq_f32_s32(vshlq_n_s32::<16>(lanes[I]))) };
        let sum = Self::multiply_add(second, Self::same_float(pair[1]), sum);
        Self::multiply_add(first, Self::same_float(pair[0]), sum)
    }
}
