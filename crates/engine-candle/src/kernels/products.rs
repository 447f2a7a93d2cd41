//! What the kernels of many tokens share: sixteen rows of a block of weights, times the same block of each token.

use std::array::{from_mut, from_ref};

use super::activations::Group;
use super::lanes::{LANES, Lanes};

/// Rows of activations whose sums are under way together: one product waits for the one before, so that several must
/// be.
const SIDE_BY_SIDE: usize = 8;

/// A block of weights of sixteen rows: four even values of each row in every vector, then four odd ones.
pub(super) type Block<L> = [<L as Lanes>::Int; 8];

/// Adds to `sums` [tokens][row] a block of weights (`E2M1` or int8) times each token; `block` is that of the group,
/// `scale` that of each row.
#[inline(always)]
pub(super) fn add_block<L: Lanes, const E2M1: bool>(
    weights: &Block<L>,
    scale: L::Float,
    block: usize,
    x: &[Group],
    sums: &mut [[f32; LANES]],
) {
    let (eights, rest) = x.as_chunks::<SIDE_BY_SIDE>();
    let (sums, last) = sums.as_chunks_mut::<SIDE_BY_SIDE>();
    for (x, sums) in eights.iter().zip(sums) {
        add_tokens::<L, E2M1, SIDE_BY_SIDE>(weights, scale, block, x, sums);
    }
    for (x, sum) in rest.iter().zip(last) {
        add_tokens::<L, E2M1, 1>(weights, scale, block, from_ref(x), from_mut(sum));
    }
}

#[inline(always)]
fn add_tokens<L: Lanes, const E2M1: bool, const T: usize>(
    weights: &Block<L>,
    scale: L::Float,
    block: usize,
    x: &[Group; T],
    sums: &mut [[f32; LANES]; T],
) {
    let mut dots = [L::same_int(0); T];
    for (dot, x) in dots.iter_mut().zip(x) {
        *dot = L::same_int(if E2M1 { x.e2m1_bias(block) } else { -L::INT8_BIAS * x.sums[block] });
    }
    L::dot_block::<E2M1, T>(&mut dots, weights, x, block);
    for ((dot, x), sum) in dots.iter().zip(x).zip(sums) {
        let scale = L::multiply(scale, L::same_float(x.scales[block]));
        L::store(L::multiply_add(L::float(*dot), scale, L::load_floats(sum)), sum);
    }
}
