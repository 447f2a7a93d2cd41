#![expect(clippy::undocumented_unsafe_blocks, reason = "said once for all of them")]

use std::arch::x86_64::*;

use super::avx512::turned;
use super::{BYTES, E2M1, LANES, Lanes, SCALES, rounded_pairs};

/// AVX2 with FMA, two registers to a vector; `VNNI` is AVX-VNNI, four products in one instruction.
#[derive(Clone, Copy)]
pub(crate) struct Avx2<const VNNI: bool>;

// SAFETY of every block below: the instructions are there, as the trait asks, and a reference to an array is read or
// written over its own length.

#[inline(always)]
fn e2m1(codes: __m256i) -> __m256i {
    unsafe {
        let table = _mm256_broadcastsi128_si256(_mm_loadu_si128(E2M1.as_ptr().cast()));
        _mm256_shuffle_epi8(table, _mm256_and_si256(codes, _mm256_set1_epi8(15)))
    }
}

/// Adds the four products of each lane; two of them must fit into 16 bits.
#[inline(always)]
fn dot(sum: __m256i, unsigned: __m256i, signed: __m256i) -> __m256i {
    unsafe {
        let pairs = _mm256_maddubs_epi16(unsigned, signed);
        _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
    }
}

/// The signs of the weights go to the activations: two products are at most 2 × 127 × 127.
#[inline(always)]
fn dot_signed(sum: __m256i, weights: __m256i, x: __m256i) -> __m256i {
    unsafe { dot(sum, _mm256_abs_epi8(weights), _mm256_sign_epi8(x, weights)) }
}

#[inline(always)]
fn powers(bytes: __m128i) -> [__m256; 2] {
    unsafe {
        let less = _mm_subs_epu8(bytes, _mm_set1_epi8(1));
        let (low, high) = (_mm256_cvtepu8_epi32(less), _mm256_cvtepu8_epi32(_mm_srli_si128::<8>(less)));
        [
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(low)),
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(high)),
        ]
    }
}

impl<const VNNI: bool> Lanes for Avx2<VNNI> {
    type Int = [__m256i; 2];
    type Float = [__m256; 2];
    type Pair = [f32; 2];
    const INT8_BIAS: i32 = if VNNI { 128 } else { 0 };

    #[inline(always)]
    fn prefetch(line: *const u8) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.cast()) }
    }

    #[inline(always)]
    fn prefetch_second(line: *const u8) {
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.cast()) }
    }

    #[inline(always)]
    fn load(from: &[u8; BYTES]) -> Self::Int {
        let from: *const __m256i = from.as_ptr().cast();
        unsafe { [_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))] }
    }

    #[inline(always)]
    fn load_ints(from: &[i32; LANES]) -> Self::Int {
        let from: *const __m256i = from.as_ptr().cast();
        unsafe { [_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))] }
    }

    #[inline(always)]
    fn same(four: &[i8; 4]) -> Self::Int {
        unsafe { [_mm256_set1_epi32(four.as_ptr().cast::<i32>().read_unaligned()); 2] }
    }

    #[inline(always)]
    fn same_int(value: i32) -> Self::Int {
        unsafe { [_mm256_set1_epi32(value); 2] }
    }

    #[inline(always)]
    fn e2m1([a, b]: Self::Int) -> [Self::Int; 2] {
        let high = unsafe { [_mm256_srli_epi16::<4>(a), _mm256_srli_epi16::<4>(b)] };
        [[e2m1(a), e2m1(b)], [e2m1(high[0]), e2m1(high[1])]]
    }

    #[inline(always)]
    fn halves([a, b]: Self::Int) -> [Self::Int; 2] {
        unsafe {
            let half = _mm256_set1_epi8(15);
            let high = [_mm256_srli_epi16::<4>(a), _mm256_srli_epi16::<4>(b)];
            [
                [_mm256_and_si256(a, half), _mm256_and_si256(b, half)],
                [_mm256_and_si256(high[0], half), _mm256_and_si256(high[1], half)],
            ]
        }
    }

    #[inline(always)]
    fn int8([a, b]: Self::Int) -> Self::Int {
        if !VNNI {
            return [a, b];
        }
        unsafe { [_mm256_xor_si256(a, _mm256_set1_epi8(-128)), _mm256_xor_si256(b, _mm256_set1_epi8(-128))] }
    }

    #[inline(always)]
    fn dot_e2m1(sum: Self::Int, weights: Self::Int, x: Self::Int) -> Self::Int {
        if VNNI {
            return Self::dot_int8(sum, weights, x);
        }
        // Two products are at most 2 × 24 × 127.
        [dot(sum[0], weights[0], x[0]), dot(sum[1], weights[1], x[1])]
    }

    #[inline(always)]
    fn dot_int8(sum: Self::Int, weights: Self::Int, x: Self::Int) -> Self::Int {
        if VNNI {
            return unsafe {
                [
                    _mm256_dpbusd_avx_epi32(sum[0], weights[0], x[0]),
                    _mm256_dpbusd_avx_epi32(sum[1], weights[1], x[1]),
                ]
            };
        }
        [dot_signed(sum[0], weights[0], x[0]), dot_signed(sum[1], weights[1], x[1])]
    }

    #[inline(always)]
    fn sum_fours([a, b, c, d]: [Self::Int; 4]) -> Self::Int {
        unsafe {
            [
                _mm256_hadd_epi32(_mm256_hadd_epi32(a[0], b[0]), _mm256_hadd_epi32(c[0], d[0])),
                _mm256_hadd_epi32(_mm256_hadd_epi32(a[1], b[1]), _mm256_hadd_epi32(c[1], d[1])),
            ]
        }
    }

    #[inline(always)]
    fn e8m0([a, b, c, d]: [[u8; SCALES]; 4]) -> [Self::Float; 4] {
        let [a, b, c, d] = turned(a, b, c, d);
        [powers(a), powers(b), powers(c), powers(d)]
    }

    #[inline(always)]
    fn float(from: Self::Int) -> Self::Float {
        unsafe { [_mm256_cvtepi32_ps(from[0]), _mm256_cvtepi32_ps(from[1])] }
    }

    #[inline(always)]
    fn load_floats(from: &[f32; LANES]) -> Self::Float {
        unsafe { [_mm256_loadu_ps(from.as_ptr()), _mm256_loadu_ps(from.as_ptr().add(8))] }
    }

    #[inline(always)]
    fn store(value: Self::Float, to: &mut [f32; LANES]) {
        unsafe {
            _mm256_storeu_ps(to.as_mut_ptr(), value[0]);
            _mm256_storeu_ps(to.as_mut_ptr().add(8), value[1]);
        }
    }

    #[inline(always)]
    fn same_float(value: f32) -> Self::Float {
        unsafe { [_mm256_set1_ps(value); 2] }
    }

    #[inline(always)]
    fn spread(from: &[f32; 4]) -> Self::Float {
        unsafe {
            [
                _mm256_set_m128(_mm_set1_ps(from[1]), _mm_set1_ps(from[0])),
                _mm256_set_m128(_mm_set1_ps(from[3]), _mm_set1_ps(from[2])),
            ]
        }
    }

    #[inline(always)]
    fn multiply(a: Self::Float, b: Self::Float) -> Self::Float {
        unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn multiply_add(a: Self::Float, b: Self::Float, sum: Self::Float) -> Self::Float {
        unsafe { [_mm256_fmadd_ps(a[0], b[0], sum[0]), _mm256_fmadd_ps(a[1], b[1], sum[1])] }
    }

    #[inline(always)]
    fn pairs(from: &[f32; 2 * LANES], to: &mut [[f32; 2]; LANES]) {
        rounded_pairs(from, to);
    }

    #[inline(always)]
    fn dot_bf16(sum: Self::Float, lanes: Self::Int, pair: [f32; 2]) -> Self::Float {
        unsafe {
            let second = |two| _mm256_castsi256_ps(_mm256_and_si256(two, _mm256_set1_epi32(!0xffff)));
            let first = |two| _mm256_castsi256_ps(_mm256_slli_epi32::<16>(two));
            let [a, b] = lanes;
            let sum = Self::multiply_add([second(a), second(b)], Self::same_float(pair[1]), sum);
            Self::multiply_add([first(a), first(b)], Self::same_float(pair[0]), sum)
        }
    }
}
