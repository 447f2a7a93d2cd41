#![expect(clippy::undocumented_unsafe_blocks, reason = "said once for all of them")]

use std::arch::aarch64::*;

use super::{BYTES, E2M1, LANES, Lanes};

/// NEON with the dot product instruction, four registers to a vector.
#[derive(Clone, Copy)]
pub(crate) struct NeonDot;

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

impl Lanes for NeonDot {
    type Int = [int32x4_t; 4];
    type Float = [float32x4_t; 4];
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
}
