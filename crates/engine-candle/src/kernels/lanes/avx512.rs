#![expect(clippy::undocumented_unsafe_blocks, reason = "said once for all of them")]

use std::arch::x86_64::*;
use std::marker::PhantomData;
use std::mem::transmute;

use super::{BYTES, E2M1, LANES, Lanes, SCALES, rounded_pairs};

// SAFETY of every block below: the instructions are there, as the trait asks, and a reference to an array is read or
// written over its own length.

/// AVX-512 with VNNI; `VBMI` is a table of 64 bytes, in which the other half of a byte of codes does no harm, and `P`
/// how BF16 numbers are multiplied.
#[derive(Clone, Copy)]
pub(crate) struct Avx512<const VBMI: bool, P = [f32; 2]>(PhantomData<P>);

/// [`Lanes::Pair`] of AVX-512.
pub(crate) trait Pair: Copy + Default {
    fn pairs(from: &[f32; 2 * LANES], to: &mut [Self; LANES]);
    fn dot(self, sum: __m512, lanes: __m512i) -> __m512;
}

/// As float32.
impl Pair for [f32; 2] {
    #[inline(always)]
    fn pairs(from: &[f32; 2 * LANES], to: &mut [Self; LANES]) {
        rounded_pairs(from, to);
    }

    #[inline(always)]
    fn dot(self, sum: __m512, lanes: __m512i) -> __m512 {
        unsafe {
            let second = _mm512_castsi512_ps(_mm512_and_si512(lanes, _mm512_set1_epi32(!0xffff)));
            let first = _mm512_castsi512_ps(_mm512_slli_epi32::<16>(lanes));
            let sum = _mm512_fmadd_ps(second, _mm512_set1_ps(self[1]), sum);
            _mm512_fmadd_ps(first, _mm512_set1_ps(self[0]), sum)
        }
    }
}

/// AVX-512 BF16: two products in one instruction, rounded as the two would be.
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub(crate) struct Bf16Pair(i32);

impl Pair for Bf16Pair {
    #[inline(always)]
    fn pairs(from: &[f32; 2 * LANES], to: &mut [Self; LANES]) {
        unsafe {
            let (first, second) = (_mm512_loadu_ps(from.as_ptr()), _mm512_loadu_ps(from.as_ptr().add(LANES)));
            let pairs = transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(second, first));
            _mm512_storeu_si512(to.as_mut_ptr().cast(), pairs);
        }
    }

    #[inline(always)]
    fn dot(self, sum: __m512, lanes: __m512i) -> __m512 {
        let bf16 = |pairs| unsafe { transmute::<__m512i, __m512bh>(pairs) };
        unsafe { _mm512_dpbf16_ps(sum, bf16(lanes), bf16(_mm512_set1_epi32(self.0))) }
    }
}

#[inline(always)]
unsafe fn sixteen(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: as below.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

/// Four rows of bytes, so that four neighbouring bytes are one of each row.
#[inline(always)]
pub(super) fn turned(a: [u8; 16], b: [u8; 16], c: [u8; 16], d: [u8; 16]) -> [__m128i; 4] {
    unsafe {
        let (a, b, c, d) = (sixteen(&a), sixteen(&b), sixteen(&c), sixteen(&d));
        let (ac, ac_high) = (_mm_unpacklo_epi8(a, c), _mm_unpackhi_epi8(a, c));
        let (bd, bd_high) = (_mm_unpacklo_epi8(b, d), _mm_unpackhi_epi8(b, d));
        [
            _mm_unpacklo_epi8(ac, bd),
            _mm_unpackhi_epi8(ac, bd),
            _mm_unpacklo_epi8(ac_high, bd_high),
            _mm_unpackhi_epi8(ac_high, bd_high),
        ]
    }
}

#[inline(always)]
fn powers(bytes: __m128i) -> __m512 {
    unsafe {
        let less = _mm_subs_epu8(bytes, _mm_set1_epi8(1));
        _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_cvtepu8_epi32(less)))
    }
}

impl<const VBMI: bool, P: Pair> Lanes for Avx512<VBMI, P> {
    type Int = __m512i;
    type Float = __m512;
    type Pair = P;
    const INT8_BIAS: i32 = 128;

    #[inline(always)]
    fn prefetch(line: *const u8) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.cast()) }
    }

    #[inline(always)]
    fn prefetch_second(line: *const u8) {
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.cast()) }
    }

    #[inline(always)]
    fn load(from: &[u8; BYTES]) -> __m512i {
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn load_ints(from: &[i32; LANES]) -> __m512i {
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn same(four: &[i8; 4]) -> __m512i {
        unsafe { _mm512_set1_epi32(four.as_ptr().cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    fn same_int(value: i32) -> __m512i {
        unsafe { _mm512_set1_epi32(value) }
    }

    #[inline(always)]
    fn e2m1(codes: __m512i) -> [__m512i; 2] {
        unsafe {
            let table = _mm512_broadcast_i32x4(_mm_loadu_si128(E2M1.as_ptr().cast()));
            let high = _mm512_srli_epi16::<4>(codes);
            if VBMI {
                return [_mm512_permutexvar_epi8(codes, table), _mm512_permutexvar_epi8(high, table)];
            }
            let half = _mm512_set1_epi8(15);
            [
                _mm512_shuffle_epi8(table, _mm512_and_si512(codes, half)),
                _mm512_shuffle_epi8(table, _mm512_and_si512(high, half)),
            ]
        }
    }

    #[inline(always)]
    fn halves(bytes: __m512i) -> [__m512i; 2] {
        unsafe {
            let half = _mm512_set1_epi8(15);
            [_mm512_and_si512(bytes, half), _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), half)]
        }
    }

    #[inline(always)]
    fn int8(weights: __m512i) -> __m512i {
        unsafe { _mm512_xor_si512(weights, _mm512_set1_epi8(-128)) }
    }

    #[inline(always)]
    fn dot_e2m1(sum: __m512i, weights: __m512i, x: __m512i) -> __m512i {
        unsafe { _mm512_dpbusd_epi32(sum, weights, x) }
    }

    #[inline(always)]
    fn dot_int8(sum: __m512i, weights: __m512i, x: __m512i) -> __m512i {
        unsafe { _mm512_dpbusd_epi32(sum, weights, x) }
    }

    #[inline(always)]
    fn sum_fours([a, b, c, d]: [__m512i; 4]) -> __m512i {
        unsafe {
            let ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
            let cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
            _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd))
        }
    }

    #[inline(always)]
    fn e8m0([a, b, c, d]: [[u8; SCALES]; 4]) -> [__m512; 4] {
        let [a, b, c, d] = turned(a, b, c, d);
        [powers(a), powers(b), powers(c), powers(d)]
    }

    #[inline(always)]
    fn e8m0_lanes(bytes: &[u8; LANES]) -> __m512 {
        powers(unsafe { sixteen(bytes) })
    }

    #[inline(always)]
    fn float(from: __m512i) -> __m512 {
        unsafe { _mm512_cvtepi32_ps(from) }
    }

    #[inline(always)]
    fn load_floats(from: &[f32; LANES]) -> __m512 {
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(value: __m512, to: &mut [f32; LANES]) {
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), value) }
    }

    #[inline(always)]
    fn same_float(value: f32) -> __m512 {
        unsafe { _mm512_set1_ps(value) }
    }

    #[inline(always)]
    fn spread(from: &[f32; 4]) -> __m512 {
        unsafe {
            let lanes = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
            _mm512_permutexvar_ps(lanes, _mm512_broadcast_f32x4(_mm_loadu_ps(from.as_ptr())))
        }
    }

    #[inline(always)]
    fn multiply(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_mul_ps(a, b) }
    }

    #[inline(always)]
    fn multiply_add(a: __m512, b: __m512, sum: __m512) -> __m512 {
        unsafe { _mm512_fmadd_ps(a, b, sum) }
    }

    #[inline(always)]
    fn columns(rows: [&[u8; 16]; LANES]) -> [__m512i; 4] {
        unsafe {
            // Rows i, i + 4, i + 8, i + 12 are the quarters of a vector; then four by four within each quarter.
            let mut quarters = [_mm512_setzero_si512(); 4];
            let mut i = 0;
            while i < 4 {
                let all = _mm512_castsi128_si512(sixteen(rows[i]));
                let all = _mm512_mask_broadcast_i32x4(all, 0x00f0, sixteen(rows[4 + i]));
                let all = _mm512_mask_broadcast_i32x4(all, 0x0f00, sixteen(rows[8 + i]));
                quarters[i] = _mm512_mask_broadcast_i32x4(all, 0xf000, sixteen(rows[12 + i]));
                i += 1;
            }
            let [a, b, c, d] = quarters;
            let (ab_low, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
            let (cd_low, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
            [
                _mm512_unpacklo_epi64(ab_low, cd_low),
                _mm512_unpackhi_epi64(ab_low, cd_low),
                _mm512_unpacklo_epi64(ab_high, cd_high),
                _mm512_unpackhi_epi64(ab_high, cd_high),
            ]
        }
    }

    #[inline(always)]
    fn pairs(from: &[f32; 2 * LANES], to: &mut [P; LANES]) {
        P::pairs(from, to);
    }

    #[inline(always)]
    fn dot_bf16(sum: __m512, lanes: __m512i, pair: P) -> __m512 {
        pair.dot(sum, lanes)
    }
}
