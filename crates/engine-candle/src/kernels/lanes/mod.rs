//! Sixteen sums side by side, on each instruction set: what the int8 kernels are written with.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod plain;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::{Avx512, Bf16Pair};
#[cfg(target_arch = "aarch64")]
pub(crate) use neon::Neon;
pub(crate) use plain::Plain;

use super::activations::Group;
use super::products::Block;
use super::stored::to_bf16;

/// Lanes of a vector.
pub(crate) const LANES: usize = 16;

/// The bytes of a vector: four for each lane.
pub(crate) const BYTES: usize = 4 * LANES;

/// Scales of a row that are unpacked together.
pub(crate) const SCALES: usize = 16;

/// What is added to the doubled values of e2m1, which then need no sign: processors multiply unsigned by signed
/// bytes.
pub(crate) const E2M1_BIAS: i32 = 12;

/// Values of the 4-bit code e2m1 (OCP Microscaling Formats 1.0, table 5), doubled to be whole, plus [`E2M1_BIAS`].
pub(crate) const E2M1: [u8; 16] = [12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0];

/// Vectors of sixteen lanes. Every implementation gives the same bits: integers are exact, and float32 products are
/// added with one rounding, but for [`Plain`] on processors without such an instruction.
///
/// The methods must be inlined into a function that is compiled for the instruction set, and may be called only
/// where the processor has it: [`on_path`](super::path::on_path) sees to both. Closures are compiled for themselves:
/// what is called in one, as in `array::from_fn`, would stay a call.
pub(crate) trait Lanes: Copy {
    /// Sixteen 32-bit integers, or 64 bytes.
    type Int: Copy;
    /// Sixteen float32 values.
    type Float: Copy;
    /// Two BF16 numbers that every lane is multiplied by.
    type Pair: Copy + Default;
    /// What [`Self::int8`] adds to each weight.
    const INT8_BIAS: i32;

    /// Says that this line of memory will be read soon, wherever it lies.
    #[inline(always)]
    fn prefetch(_line: *const u8) {}
    /// The same into the second cache: what is read before it fills the first.
    #[inline(always)]
    fn prefetch_second(_line: *const u8) {}
    fn load(from: &[u8; BYTES]) -> Self::Int;
    #[inline(always)]
    fn load_signed(from: &[i8; BYTES]) -> Self::Int {
        // SAFETY: bytes with and without a sign are of one size.
        Self::load(unsafe { &*std::ptr::from_ref(from).cast() })
    }
    fn load_ints(from: &[i32; LANES]) -> Self::Int;
    /// The same four bytes in each lane.
    fn same(four: &[i8; 4]) -> Self::Int;
    fn same_int(value: i32) -> Self::Int;
    /// e2m1 codes, two in each byte, to the values of [`E2M1`] of the low and of the high halves.
    fn e2m1(codes: Self::Int) -> [Self::Int; 2];
    /// The low and the high halves of all bytes, for [`Self::dot_e2m1`].
    fn halves(bytes: Self::Int) -> [Self::Int; 2];
    /// int8 weights as [`Self::dot_int8`] takes them.
    fn int8(weights: Self::Int) -> Self::Int;
    /// Adds in each lane the four products of e2m1 values, or others from 0 to 24, and int8 activations.
    fn dot_e2m1(sum: Self::Int, weights: Self::Int, x: Self::Int) -> Self::Int;
    /// Adds in each lane the four products of int8 weights and int8 activations, neither of them -128.
    fn dot_int8(sum: Self::Int, weights: Self::Int, x: Self::Int) -> Self::Int;
    /// Adds to each token's sums its products with a block of weights, of e2m1 values and their like or of int8;
    /// `block` is that of the group.
    #[inline(always)]
    fn dot_block<const E2M1: bool, const T: usize>(
        sums: &mut [Self::Int; T],
        weights: &Block<Self>,
        x: &[Group; T],
        block: usize,
    ) {
        by_lanes::<Self, E2M1, T>(sums, weights, x, block);
    }
    /// Sums of four neighbouring lanes: lane 4 i + r of the result is that of the i-th four of `rows[r]`.
    fn sum_fours(rows: [Self::Int; 4]) -> Self::Int;

    /// Half the powers of two that E8M0 bytes stand for, since e2m1 values are doubled: lane 4 i + r of the j-th is
    /// byte 4 j + i of row r. (255, which is not a number, is 2^127 here: what follows overflows.)
    #[inline(always)]
    fn e8m0(rows: [[u8; SCALES]; 4]) -> [Self::Float; 4] {
        let mut turned = [[0u8; LANES]; 4];
        for (r, row) in rows.iter().enumerate() {
            for (i, byte) in row.iter().enumerate() {
                turned[i / 4][i % 4 * 4 + r] = *byte;
            }
        }
        let [a, b, c, d] = &turned;
        [Self::e8m0_lanes(a), Self::e8m0_lanes(b), Self::e8m0_lanes(c), Self::e8m0_lanes(d)]
    }
    /// One byte for each lane.
    #[inline(always)]
    fn e8m0_lanes(bytes: &[u8; LANES]) -> Self::Float {
        let mut powers = [0f32; LANES];
        for (power, byte) in powers.iter_mut().zip(bytes) {
            *power = f32::from_bits(u32::from(byte.saturating_sub(1)) << 23);
        }
        Self::load_floats(&powers)
    }

    fn float(from: Self::Int) -> Self::Float;
    fn load_floats(from: &[f32; LANES]) -> Self::Float;
    fn store(value: Self::Float, to: &mut [f32; LANES]);
    fn same_float(value: f32) -> Self::Float;
    /// Each value in four neighbouring lanes.
    fn spread(from: &[f32; 4]) -> Self::Float;
    fn multiply(a: Self::Float, b: Self::Float) -> Self::Float;
    /// `a b + sum`, rounded once.
    fn multiply_add(a: Self::Float, b: Self::Float, sum: Self::Float) -> Self::Float;

    /// Neighbours, to the nearest BF16 number each.
    fn pairs(from: &[f32; 2 * LANES], to: &mut [Self::Pair; LANES]);
    /// Adds in each lane the products of its two BF16 numbers and those of `pair`, the second ones first.
    fn dot_bf16(sum: Self::Float, lanes: Self::Int, pair: Self::Pair) -> Self::Float;

    /// Sixteen rows of sixteen bytes to four vectors: lane r of the i-th holds the i-th four bytes of row r.
    #[inline(always)]
    fn columns(rows: [&[u8; 16]; LANES]) -> [Self::Int; 4] {
        let mut columns = [[0u8; BYTES]; 4];
        for (r, row) in rows.into_iter().enumerate() {
            for (column, four) in columns.iter_mut().zip(row.as_chunks::<4>().0) {
                column[4 * r..4 * r + 4].copy_from_slice(four);
            }
        }
        let [a, b, c, d] = &columns;
        [Self::load(a), Self::load(b), Self::load(c), Self::load(d)]
    }
}

/// [`Lanes::dot_block`] with the dot products of single lanes.
#[inline(always)]
fn by_lanes<L: Lanes, const E2M1: bool, const T: usize>(
    sums: &mut [L::Int; T],
    weights: &Block<L>,
    x: &[Group; T],
    block: usize,
) {
    for (i, weights) in weights.iter().enumerate() {
        for (sum, x) in sums.iter_mut().zip(x) {
            let x = L::same(&x.fours(block, i >= 4)[i % 4]);
            *sum = if E2M1 { L::dot_e2m1(*sum, *weights, x) } else { L::dot_int8(*sum, *weights, x) };
        }
    }
}

/// [`Lanes::pairs`] where BF16 numbers are multiplied as float32.
#[inline(always)]
fn rounded_pairs(from: &[f32; 2 * LANES], to: &mut [[f32; 2]; LANES]) {
    for (from, to) in from.iter().zip(to.as_flattened_mut()) {
        *to = f32::from_bits(to_bf16(*from) << 16);
    }
}
