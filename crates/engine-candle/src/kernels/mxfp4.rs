//! MXFP4 weights, where they lie in the checkpoint, times int8 activations.
//!
//! Blocks 0, 4, 8, …, blocks 1, 5, … and so on are summed each for themselves, in their order, and then the four
//! sums, for one token as for many.

use std::ops::Range;

use super::activations::{GROUP, Int8Rows};
use super::lanes::{BYTES, LANES, Lanes, SCALES};
use super::path::on_path;
use super::products::add_block;
use crate::config::BLOCK;

/// Bytes of a block: two values in each, the even one in the low half.
const BLOCK_BYTES: usize = BLOCK / 2;

/// Rows of weights that are unpacked together where there are few tokens.
const ROWS: usize = 4;

/// From so many tokens on, sixteen rows of weights are turned to lie in the sixteen lanes.
const MANY: usize = 6;

/// Tokens whose sums stay near the processor.
const TILE: usize = 64;

on_path! {
    /// MXFP4 weight rows (`width` / 2 bytes and `width` / 32 scales each) times int8 activations: `out` is
    /// [rows, tokens].
    mxfp4_int8_rows(blocks: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) = rows_body
}

#[inline(always)]
fn rows_body<L: Lanes>(blocks: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) {
    let weights = Rows { blocks, scales, count: x.blocks() };
    let tokens = x.count();
    let rows = out.len() / tokens;
    let turned = if tokens < MANY { 0 } else { rows / LANES * LANES };
    let (many, few) = out.split_at_mut(turned * tokens);
    for (i, out) in many.chunks_exact_mut(LANES * tokens).enumerate() {
        for first in (0..tokens).step_by(TILE) {
            many_tokens::<L>(&weights, i * LANES, x, first..tokens.min(first + TILE), out);
        }
    }
    for (i, out) in few.chunks_mut(ROWS * tokens).enumerate() {
        let mut token = 0;
        while token < tokens {
            // One token alone keeps its sums in registers.
            token += match tokens - token {
                1 => few_tokens::<L, 1>(&weights, turned + i * ROWS, x, token, out),
                2 | 3 => few_tokens::<L, 2>(&weights, turned + i * ROWS, x, token, out),
                _ => few_tokens::<L, 4>(&weights, turned + i * ROWS, x, token, out),
            };
        }
    }
}

/// Rows of a matrix.
struct Rows<'a> {
    blocks: &'a [u8],
    scales: &'a [u8],
    /// Blocks of a row.
    count: usize,
}

impl<'a> Rows<'a> {
    #[inline(always)]
    fn row(&self, row: usize) -> Row<'a> {
        let blocks = &self.blocks[row * self.count * BLOCK_BYTES..][..self.count * BLOCK_BYTES];
        let scales = &self.scales[row * self.count..][..self.count];
        Row { groups: blocks.as_chunks(), scales: scales.as_chunks() }
    }

    /// Where the row lies, which need not be there: what comes next is fetched in the order of memory, whatever the
    /// order of computing. Processors read on by themselves, but lose the thread between rows.
    #[inline(always)]
    fn place(&self, row: usize) -> *const u8 {
        self.blocks.as_ptr().wrapping_add(row * self.count * BLOCK_BYTES)
    }

    #[inline(always)]
    fn block(&self, row: usize, block: usize) -> &'a [u8; BLOCK_BYTES] {
        let bytes = &self.blocks[(row * self.count + block) * BLOCK_BYTES..];
        bytes.first_chunk().unwrap_or(&[0; BLOCK_BYTES])
    }
}

/// Whole groups, then what is left of a last one.
#[derive(Clone, Copy)]
struct Row<'a> {
    groups: (&'a [[u8; BYTES]], &'a [u8]),
    scales: (&'a [[u8; SCALES]], &'a [u8]),
}

/// The `i`-th chunk; behind the last byte there are zeros.
#[inline(always)]
fn padded<const N: usize>((chunks, rest): (&[[u8; N]], &[u8]), i: usize) -> [u8; N] {
    match chunks.get(i) {
        Some(chunk) => *chunk,
        None => {
            let mut chunk = [0; N];
            if i == chunks.len() {
                chunk[..rest.len()].copy_from_slice(rest);
            }
            chunk
        }
    }
}

/// Up to four rows, whose lanes are four parts of four blocks each, and `T` tokens; `out` is [rows, tokens]. Gives
/// `T`.
#[inline(always)]
fn few_tokens<L: Lanes, const T: usize>(
    weights: &Rows,
    first: usize,
    x: &Int8Rows,
    token: usize,
    out: &mut [f32],
) -> usize {
    let tokens = x.count();
    let last = out.len() / tokens - 1;
    // Where fewer rows are left the last one is computed several times.
    let mut rows = [weights.row(first); ROWS];
    for (r, row) in rows.iter_mut().enumerate() {
        *row = weights.row(first + r.min(last));
    }
    let mut sums = [L::same_float(0.0); T];
    let groups = weights.count.div_ceil(GROUP);
    let next = weights.place(first + ROWS);
    for some in 0..weights.count.div_ceil(SCALES) {
        let scales = L::e8m0([
            padded(rows[0].scales, some),
            padded(rows[1].scales, some),
            padded(rows[2].scales, some),
            padded(rows[3].scales, some),
        ]);
        let here = some * SCALES / GROUP;
        for (group, scales) in (here..groups).zip(scales) {
            let mut unpacked = [[L::same_int(0); 2]; ROWS];
            for (r, (unpacked, row)) in unpacked.iter_mut().zip(&rows).enumerate() {
                *unpacked = L::e2m1(L::load(&padded(row.groups, group)));
                L::prefetch(next.wrapping_add((group * ROWS + r) * BYTES));
            }
            for (t, sum) in sums.iter_mut().enumerate() {
                let x = &x.groups[group * tokens + token + t];
                let (even, odd) = (L::load_signed(&x.even), L::load_signed(&x.odd));
                let mut dots = [L::load_ints(&x.e2m1_bias); ROWS];
                for (dot, [low, high]) in dots.iter_mut().zip(unpacked) {
                    *dot = L::dot_e2m1(L::dot_e2m1(*dot, low, even), high, odd);
                }
                let scale = L::multiply(scales, L::spread(&x.scales));
                *sum = L::multiply_add(L::float(L::sum_fours(dots)), scale, *sum);
            }
        }
    }
    for (t, sum) in sums.into_iter().enumerate() {
        let mut lanes = [0f32; LANES];
        L::store(sum, &mut lanes);
        for (r, out) in out.chunks_exact_mut(tokens).enumerate() {
            out[token + t] = total([lanes[r], lanes[ROWS + r], lanes[2 * ROWS + r], lanes[3 * ROWS + r]]);
        }
    }
    T
}

#[inline(always)]
fn total(sums: [f32; GROUP]) -> f32 {
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Sixteen rows, one in each lane, and the tokens of a tile; `out` is [16, tokens].
#[inline(always)]
fn many_tokens<L: Lanes>(weights: &Rows, first: usize, x: &Int8Rows, tile: Range<usize>, out: &mut [f32]) {
    let tokens = x.count();
    let mut rows = [weights.row(first); LANES];
    for (r, row) in rows.iter_mut().enumerate() {
        *row = weights.row(first + r);
    }
    let next = weights.place(first + LANES);
    let mut sums = [[[0f32; LANES]; TILE]; GROUP];
    for some in 0..weights.count.div_ceil(SCALES) {
        // The scales of sixteen rows and sixteen blocks.
        let mut bytes = [[0u8; SCALES]; LANES];
        for (bytes, row) in bytes.iter_mut().zip(&rows) {
            *bytes = padded(row.scales, some);
        }
        for i in 0..SCALES.min(weights.count - some * SCALES) {
            let mut column = [0u8; LANES];
            for (byte, bytes) in column.iter_mut().zip(&bytes) {
                *byte = bytes[i];
            }
            let block = some * SCALES + i;
            let mut blocks = [&[0; BLOCK_BYTES]; LANES];
            for (r, bytes) in blocks.iter_mut().enumerate() {
                *bytes = weights.block(first + r, block);
                if block.is_multiple_of(GROUP) {
                    L::prefetch(next.wrapping_add((block / GROUP * LANES + r) * BYTES));
                }
            }
            let [a, b, c, d] = L::columns(blocks);
            // The low halves of the bytes are the even values.
            let [[a, e], [b, f], [c, g], [d, h]] = [L::e2m1(a), L::e2m1(b), L::e2m1(c), L::e2m1(d)];
            let (group, part) = (block / GROUP, block % GROUP);
            let x = &x.groups[group * tokens..][tile.clone()];
            let scale = L::e8m0_lanes(&column);
            add_block::<L, true>(&[a, b, c, d, e, f, g, h], scale, part, x, &mut sums[part][..tile.len()]);
        }
    }
    for (t, token) in tile.enumerate() {
        for (r, out) in out.chunks_exact_mut(tokens).enumerate() {
            out[token] = total([sums[0][t][r], sums[1][t][r], sums[2][t][r], sums[3][t][r]]);
        }
    }
}
