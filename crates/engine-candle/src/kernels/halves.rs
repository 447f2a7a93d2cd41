//! int8 weights in two halves of four bits, times int8 activations: the high ones alone say nearly what a product is,
//! for half of the bytes.

use super::Int8Rows;
use super::activations::GROUP;
use super::int8::{SCALES_BYTES, unpacked_scales};
use super::lanes::{BYTES, LANES, Lanes};
use super::path::on_path;
use super::products::Block;
use crate::config::BLOCK;

/// A half of the values of sixteen rows of a block, as bytes.
const HALF_BYTES: usize = LANES * BLOCK / 2;

/// Processors read on by themselves, but only to the end of a page: they are told of what comes this many bytes later.
const AHEAD: usize = 4096;

/// A weight is 16 times its high half and its low one, less this.
const BIAS: f32 = 128.0;

/// What a low half is taken for where it is not read: the middle of 0 to 15.
const MIDDLE: f32 = 7.5;

/// Parts rows as [`to_int8`](super::to_int8) leaves them into halves, [block][four times two values][row]: in a byte,
/// an even value lies below the odd one that follows it.
pub(crate) fn to_halves(values: &[u8], high: &mut [u8], low: &mut [u8]) {
    let halves = high.as_chunks_mut::<HALF_BYTES>().0.iter_mut().zip(low.as_chunks_mut::<HALF_BYTES>().0);
    for (values, (high, low)) in values.as_chunks::<{ 2 * HALF_BYTES }>().0.iter().zip(halves) {
        let (even, odd) = values.split_at(HALF_BYTES);
        for (i, (even, odd)) in even.iter().zip(odd).enumerate() {
            let (even, odd) = (even ^ 0x80, odd ^ 0x80);
            high[i] = even >> 4 | odd & 0xf0;
            low[i] = even & 0x0f | odd << 4;
        }
    }
}

on_path! {
    /// Nearly the products of rows with activations, from their high halves: `out` is [rows, tokens].
    high_rows(high: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) = high_body
}

on_path! {
    /// The products of rows with activations, the same bits as [`int8_rows`](super::int8_rows) gives: `out` is
    /// [rows, tokens].
    whole_rows(high: &[u8], low: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) = whole_body
}

#[inline(always)]
fn high_body<L: Lanes>(high: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) {
    rows_body::<L, false>(high, high, scales, x, out);
}

#[inline(always)]
fn whole_body<L: Lanes>(high: &[u8], low: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) {
    rows_body::<L, true>(high, low, scales, x, out);
}

#[inline(always)]
fn rows_body<L: Lanes, const WHOLE: bool>(
    high: &[u8],
    low: &[u8],
    scales: &[u8],
    x: &Int8Rows,
    out: &mut [f32],
) {
    let (blocks, tokens) = (x.blocks(), x.count());
    let halves = high.chunks_exact(blocks * HALF_BYTES).zip(low.chunks_exact(blocks * HALF_BYTES));
    let panels = halves.zip(scales.chunks_exact(blocks * SCALES_BYTES));
    for (((high, low), scales), out) in panels.zip(out.chunks_mut(LANES * tokens)) {
        for token in 0..tokens {
            let sums = sixteen_rows::<L, WHOLE>(high, low, scales, x, token);
            for (out, sum) in out.chunks_exact_mut(tokens).zip(sums) {
                out[token] = sum;
            }
        }
    }
}

#[inline(always)]
fn sixteen_rows<L: Lanes, const WHOLE: bool>(
    high: &[u8],
    low: &[u8],
    scales: &[u8],
    x: &Int8Rows,
    token: usize,
) -> [f32; LANES] {
    let mut sum = L::same_float(0.0);
    let halves = high.as_chunks::<HALF_BYTES>().0.iter().zip(low.as_chunks::<HALF_BYTES>().0);
    for (block, ((high, low), scales)) in halves.zip(scales.as_chunks::<SCALES_BYTES>().0).enumerate() {
        let (group, part) = (&x.groups[block / GROUP * x.count() + token], block % GROUP);
        let scale = L::multiply(unpacked_scales::<L>(scales), L::same_float(group.scales[part]));
        let mut dots = [L::same_int(0)];
        L::dot_block::<true, 1>(&mut dots, &unpacked::<L>(high), std::array::from_ref(group), part);
        // Whole numbers and halves below 2^24: float32 holds them as they are.
        let rest = if WHOLE {
            let mut rest = [L::same_int(-(BIAS as i32) * group.sums[part])];
            L::dot_block::<true, 1>(&mut rest, &unpacked::<L>(low), std::array::from_ref(group), part);
            L::float(rest[0])
        } else {
            L::same_float((MIDDLE - BIAS) * group.sums[part] as f32)
        };
        let dot = L::multiply_add(L::float(dots[0]), L::same_float(16.0), rest);
        sum = L::multiply_add(dot, scale, sum);
    }
    let mut sums = [0f32; LANES];
    L::store(sum, &mut sums);
    sums
}

/// Even values before odd ones.
#[inline(always)]
fn unpacked<L: Lanes>(half: &[u8; HALF_BYTES]) -> Block<L> {
    let mut block = [L::same_int(0); 8];
    let (even, odd) = block.split_at_mut(4);
    for ((bytes, even), odd) in half.as_chunks::<BYTES>().0.iter().zip(even).zip(odd) {
        [*even, *odd] = L::halves(L::load(bytes));
        L::prefetch(bytes.as_ptr().wrapping_add(AHEAD));
    }
    block
}
