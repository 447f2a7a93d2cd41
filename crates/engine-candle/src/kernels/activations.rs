//! float32 activations as int8.

use rayon::prelude::*;

use super::Path;
use super::lanes::{BYTES, E2M1_BIAS, LANES, Lanes};
use super::path::on_path;
use crate::config::BLOCK;

/// Blocks that are computed side by side.
pub(crate) const GROUP: usize = 4;

/// Values of a group of blocks.
pub(crate) const GROUP_VALUES: usize = GROUP * BLOCK;

/// Values that are worth sharing among threads.
const WORTH_SHARING: usize = 1 << 15;

/// Rows of activations, one scale for each block of 32 values; a block's largest value becomes ±127.
pub(crate) struct Int8Rows {
    /// [group][row]; behind the last block of a row there are zeros.
    pub(super) groups: Vec<Group>,
    count: usize,
    width: usize,
}

/// Four blocks of a row.
#[derive(Clone)]
#[repr(align(64))]
pub(crate) struct Group {
    /// The values of even index of the four blocks, which is the order in which MXFP4 weights unpack.
    pub(super) even: [i8; BYTES],
    pub(super) odd: [i8; BYTES],
    /// What takes [`E2M1_BIAS`] out of a sum, in the first of four lanes for each block.
    pub(super) e2m1_bias: [i32; LANES],
    pub(super) scales: [f32; GROUP],
    /// Sums of the values of a block.
    pub(super) sums: [i32; GROUP],
}

impl Group {
    const ZERO: Self = Self {
        even: [0; BYTES],
        odd: [0; BYTES],
        e2m1_bias: [0; LANES],
        scales: [0.0; GROUP],
        sums: [0; GROUP],
    };

    /// What takes [`E2M1_BIAS`] out of the sum of a block.
    #[inline(always)]
    pub(super) fn e2m1_bias(&self, block: usize) -> i32 {
        self.e2m1_bias[block * LANES / GROUP]
    }

    /// The even values of a block, or the odd ones, by fours.
    #[inline(always)]
    pub(super) fn fours(&self, block: usize, odd: bool) -> &[[i8; 4]; BLOCK / 8] {
        let values = if odd { &self.odd } else { &self.even };
        let fours = &values.as_chunks().0[block * BLOCK / 8..];
        fours.first_chunk().unwrap_or(&[[0; 4]; BLOCK / 8])
    }
}

impl Int8Rows {
    /// Quantises `rows` of `width` values.
    pub(crate) fn quantise(rows: &[f32], width: usize) -> Self {
        let count = rows.len() / width;
        let mut groups = vec![Group::ZERO; width.div_ceil(GROUP_VALUES) * count];
        let column = |(i, groups): (usize, &mut [Group])| {
            quantise(Path::best(), rows, width, i * GROUP_VALUES, groups);
        };
        if rows.len() < WORTH_SHARING {
            groups.chunks_mut(count).enumerate().for_each(column);
        } else {
            groups.par_chunks_mut(count).enumerate().for_each(column);
        }
        Self { groups, count, width }
    }

    /// Some of the rows, in this order.
    pub(crate) fn gather(&self, rows: &[usize]) -> Self {
        let columns = self.groups.chunks_exact(self.count);
        let groups = columns.flat_map(|column| rows.iter().map(|&row| column[row].clone())).collect();
        Self { groups, count: rows.len(), width: self.width }
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Blocks of a row, a last one that is not full included.
    pub(super) fn blocks(&self) -> usize {
        self.width.div_ceil(BLOCK)
    }
}

on_path! {
    /// Values from `first` on of each row.
    quantise(rows: &[f32], width: usize, first: usize, groups: &mut [Group]) = quantise_body
}

#[inline(always)]
fn quantise_body<L: Lanes>(rows: &[f32], width: usize, first: usize, groups: &mut [Group]) {
    for (row, group) in rows.chunks_exact(width).zip(groups) {
        for (i, values) in row[first..].chunks(BLOCK).take(GROUP).enumerate() {
            let mut block = [0f32; BLOCK];
            block[..values.len()].copy_from_slice(values);
            let largest = largest(&block);
            group.scales[i] = largest / 127.0;
            let factor = if largest > 0.0 { 127.0 / largest } else { 0.0 };
            let (mut even, mut odd) = ([0f32; BLOCK / 2], [0f32; BLOCK / 2]);
            for ((even, odd), pair) in even.iter_mut().zip(&mut odd).zip(block.as_chunks::<2>().0) {
                [*even, *odd] = *pair;
            }
            let (even, odd) = (nearest(&even, factor), nearest(&odd, factor));
            group.even.as_chunks_mut().0[i] = even;
            group.odd.as_chunks_mut().0[i] = odd;
        }
        sum_up::<L>(group);
    }
}

/// The sums of the values of each block.
#[inline(always)]
fn sum_up<L: Lanes>(group: &mut Group) {
    let ones = L::same(&[1; 4]);
    let fours = L::dot_e2m1(L::same_int(0), ones, L::load_signed(&group.even));
    let fours = L::dot_e2m1(fours, ones, L::load_signed(&group.odd));
    let mut sums = [0f32; LANES];
    L::store(L::float(fours), &mut sums);
    for (i, fours) in sums.chunks_exact(LANES / GROUP).enumerate() {
        let sum = (fours[0] + fours[1] + fours[2] + fours[3]) as i32;
        group.sums[i] = sum;
        group.e2m1_bias[i * LANES / GROUP] = -E2M1_BIAS * sum;
    }
}

/// The largest size of a value.
#[inline(always)]
pub(super) fn largest(block: &[f32; BLOCK]) -> f32 {
    // As whole numbers, which processors compare side by side: without its sign, the larger number has the larger bits.
    let mut lanes = [0u32; LANES];
    for values in block.as_chunks::<LANES>().0 {
        for (lane, value) in lanes.iter_mut().zip(values) {
            *lane = (*lane).max(value.abs().to_bits());
        }
    }
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] = lanes[i].max(lanes[half + i]);
        }
        half /= 2;
    }
    f32::from_bits(lanes[0])
}

/// The whole numbers that are nearest to the values times `factor`, from -127 to 127.
#[inline(always)]
pub(super) fn nearest<const N: usize>(values: &[f32; N], factor: f32) -> [i8; N] {
    // Adding this number leaves the nearest whole one in the lowest bits, and vectorises everywhere.
    const ROUND: f32 = 12_582_912.0;
    let mut whole = [0i8; N];
    for (whole, value) in whole.iter_mut().zip(values) {
        *whole = (value * factor + ROUND).to_bits() as i8;
    }
    whole
}
