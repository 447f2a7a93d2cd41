//! Weights as int8, made from BF16, times int8 activations.

use super::activations::{GROUP, Int8Rows, largest, nearest};
use super::lanes::{BYTES, LANES, Lanes};
use super::path::on_path;
use super::products::add_block;
use crate::config::BLOCK;

/// Rows that lie together.
pub(crate) const INT8_ROWS: usize = LANES;

/// Bytes of the values of sixteen rows of a block.
const PANEL_BYTES: usize = LANES * BLOCK;

/// Bytes of the scales of sixteen rows of a block.
pub(super) const SCALES_BYTES: usize = 2 * LANES;

/// Processors read on by themselves, but only to the end of a page: they are told of what comes this many bytes later.
const AHEAD: usize = 8192;

/// Tokens whose sums stay near the processor.
const TILE: usize = 64;

/// The bytes that a matrix [rows, width] takes as int8: of its values, and of its scales.
pub(crate) fn int8_bytes(rows: usize, width: usize) -> (usize, usize) {
    let panels = rows.div_ceil(LANES) * width.div_ceil(BLOCK);
    (panels * PANEL_BYTES, panels * SCALES_BYTES)
}

on_path! {
    /// BF16 rows (2 × `width` bytes each) to int8, one scale in BF16 for each block of 32 values. Sixteen rows lie
    /// together: [block][eight times four values][row], the even values of a block before the odd ones, and
    /// [block][row] for their scales. What is missing of sixteen rows and of a last block is zero.
    to_int8(rows: &[u8], width: usize, values: &mut [u8], scales: &mut [u8]) = to_int8_body
}

on_path! {
    /// Rows as [`to_int8`] leaves them times int8 activations: `out` is [rows, tokens].
    int8_rows(values: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) = rows_body
}

#[inline(always)]
fn to_int8_body<L: Lanes>(rows: &[u8], width: usize, values: &mut [u8], scales: &mut [u8]) {
    let blocks = width.div_ceil(BLOCK);
    for (r, row) in rows.chunks_exact(2 * width).enumerate() {
        let first = r / LANES * blocks;
        for (b, block) in row.chunks(2 * BLOCK).enumerate() {
            let mut weights = [0f32; BLOCK];
            for (weight, bytes) in weights.iter_mut().zip(block.as_chunks().0) {
                *weight = bf16(*bytes);
            }
            let (scale, whole) = quantise(&weights);
            let at = (first + b) * LANES + r % LANES;
            scales[2 * at..2 * at + 2].copy_from_slice(&scale);
            let panel = &mut values[(first + b) * PANEL_BYTES..][..PANEL_BYTES];
            for (i, column) in panel.chunks_exact_mut(BYTES).enumerate() {
                // Columns 0 to 3 are 4 even values each, 4 to 7 as many odd ones.
                let odd = i / (BLOCK / 8);
                for (j, value) in column[4 * (r % LANES)..][..4].iter_mut().enumerate() {
                    *value = whole[2 * (4 * (i % (BLOCK / 8)) + j) + odd] as u8;
                }
            }
        }
    }
}

/// The scales of sixteen rows.
#[inline(always)]
pub(super) fn unpacked_scales<L: Lanes>(scales: &[u8; SCALES_BYTES]) -> L::Float {
    let mut lanes = [0f32; LANES];
    for (lane, scale) in lanes.iter_mut().zip(scales.as_chunks::<2>().0) {
        *lane = bf16(*scale);
    }
    L::load_floats(&lanes)
}

#[inline(always)]
fn bf16(bytes: [u8; 2]) -> f32 {
    f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16)
}

/// The scale, rounded up to BF16, and the multiples of it that are nearest.
#[inline(always)]
fn quantise(weights: &[f32; BLOCK]) -> ([u8; 2], [i8; BLOCK]) {
    let scale = ((largest(weights) / 127.0).to_bits().saturating_add(0xffff) >> 16) as u16;
    let exact = bf16(scale.to_le_bytes());
    let inverse = if exact > 0.0 { 1.0 / exact } else { 0.0 };
    (scale.to_le_bytes(), nearest(weights, inverse))
}

#[inline(always)]
fn rows_body<L: Lanes>(values: &[u8], scales: &[u8], x: &Int8Rows, out: &mut [f32]) {
    let (blocks, tokens) = (x.blocks(), x.count());
    let panels = values.chunks_exact(blocks * PANEL_BYTES).zip(scales.chunks_exact(blocks * SCALES_BYTES));
    for ((values, scales), out) in panels.zip(out.chunks_mut(LANES * tokens)) {
        let mut first = 0;
        while first < tokens {
            // One token alone keeps its sums in a register.
            let tile = if tokens - first < 4 { 1 } else { TILE.min(tokens - first) };
            match tile {
                1 => sixteen_rows::<L, 1>(values, scales, x, first, 1, out),
                _ => sixteen_rows::<L, TILE>(values, scales, x, first, tile, out),
            }
            first += tile;
        }
    }
}

/// `tile` tokens, at most `T`, from `first` on.
#[inline(always)]
fn sixteen_rows<L: Lanes, const T: usize>(
    values: &[u8],
    scales: &[u8],
    x: &Int8Rows,
    first: usize,
    tile: usize,
    out: &mut [f32],
) {
    let tokens = x.count();
    let mut sums = [[0f32; LANES]; T];
    let panels = values.as_chunks::<PANEL_BYTES>().0.iter().zip(scales.as_chunks::<SCALES_BYTES>().0);
    for (block, (values, scales)) in panels.enumerate() {
        let columns = values.as_chunks::<BYTES>().0;
        let mut weights = [L::same_int(0); BLOCK / 4];
        for (weights, column) in weights.iter_mut().zip(columns) {
            *weights = L::int8(L::load(column));
            L::prefetch(column.as_ptr().wrapping_add(AHEAD));
        }
        let scales = unpacked_scales::<L>(scales);
        let (group, part) = (block / GROUP, block % GROUP);
        let x = &x.groups[group * tokens + first..][..tile];
        add_block::<L, false>(&weights, scales, part, x, &mut sums[..tile]);
    }
    for (token, sums) in (first..first + tile).zip(&sums) {
        for (out, sum) in out.chunks_exact_mut(tokens).zip(sums) {
            out[token] = *sum;
        }
    }
}

#[cfg(feature = "bench")]
on_path! {
    /// Reads memory as fast as can be.
    read_all(bytes: &[u8]) = read_all_body
}

#[cfg(feature = "bench")]
#[inline(always)]
fn read_all_body<L: Lanes>(bytes: &[u8]) {
    let mut sums = [L::same_int(0); 4];
    for some in bytes.as_chunks::<BYTES>().0.as_chunks::<4>().0 {
        for (sum, bytes) in sums.iter_mut().zip(some) {
            *sum = L::dot_int8(*sum, L::load(bytes), L::same(&[1; 4]));
            L::prefetch(bytes.as_ptr().wrapping_add(AHEAD));
        }
    }
    for sum in sums {
        let mut floats = [0f32; LANES];
        L::store(L::float(sum), &mut floats);
        std::hint::black_box(floats);
    }
}

#[cfg(feature = "bench")]
on_path! {
    /// Adds products of numbers in registers as fast as can be, and says how many.
    most_products(products: &mut u64) = most_products_body
}

#[cfg(feature = "bench")]
#[inline(always)]
fn most_products_body<L: Lanes>(products: &mut u64) {
    const SUMS: usize = 12;
    const TIMES: usize = 1 << 18;
    let (weights, x) = (L::same(&std::hint::black_box([3; 4])), L::same(&std::hint::black_box([5; 4])));
    let mut sums = [L::same_int(0); SUMS];
    for _ in 0..TIMES {
        for sum in &mut sums {
            *sum = L::dot_int8(*sum, weights, x);
        }
    }
    for sum in sums {
        let mut floats = [0f32; LANES];
        L::store(L::float(sum), &mut floats);
        std::hint::black_box(floats);
    }
    *products = (SUMS * TIMES * BYTES) as u64;
}
