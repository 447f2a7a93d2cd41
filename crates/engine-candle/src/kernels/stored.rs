//! Numbers as the KV cache keeps them, and how they are multiplied.

use std::ops::Range;

use super::attention::{Found, Queries, attend_body};
use super::lanes::{LANES, Lanes};
use super::path::{Path, on_path};

/// A number of a head as the cache keeps it.
pub(crate) trait Stored: Copy + Default + Send + Sync {
    /// Numbers of one lane: they are multiplied by as many others and added in one step.
    const PER_LANE: usize;
    type Lane: AsMut<[Self]> + Copy + Default + Send + Sync;
    /// What every lane is multiplied by.
    type Factor<L: Lanes>: Copy + Default;

    fn store(value: f32) -> Self;
    /// `from`, [`Self::PER_LANE`] times as many as `to`, to the precision of the cache.
    fn factors<L: Lanes>(from: &[f32], to: &mut [Self::Factor<L>]);
    fn dot<L: Lanes>(sum: L::Float, stored: &[Self::Lane; LANES], factor: Self::Factor<L>) -> L::Float;
    /// [`attend_body`] on this path.
    fn attend(
        path: Path,
        queries: &Queries,
        keys: &[Self::Lane],
        values: &[Self::Lane],
        range: Range<usize>,
        found: &mut Found,
    );
}

on_path! {
    attend_exact(queries: &Queries, keys: &[[f32; 1]], values: &[[f32; 1]], range: Range<usize>, found: &mut Found)
        = attend_exact_body
}

on_path! {
    attend_fast(queries: &Queries, keys: &[[Bf16; 2]], values: &[[Bf16; 2]], range: Range<usize>, found: &mut Found)
        = attend_fast_body
}

#[inline(always)]
fn attend_exact_body<L: Lanes>(
    queries: &Queries,
    keys: &[[f32; 1]],
    values: &[[f32; 1]],
    range: Range<usize>,
    found: &mut Found,
) {
    attend_body::<L, f32>(queries, keys, values, range, found);
}

#[inline(always)]
fn attend_fast_body<L: Lanes>(
    queries: &Queries,
    keys: &[[Bf16; 2]],
    values: &[[Bf16; 2]],
    range: Range<usize>,
    found: &mut Found,
) {
    attend_body::<L, Bf16>(queries, keys, values, range, found);
}

impl Stored for f32 {
    const PER_LANE: usize = 1;
    type Lane = [f32; 1];
    type Factor<L: Lanes> = f32;

    fn store(value: f32) -> Self {
        value
    }

    #[inline(always)]
    fn factors<L: Lanes>(from: &[f32], to: &mut [f32]) {
        to.copy_from_slice(from);
    }

    #[inline(always)]
    fn dot<L: Lanes>(sum: L::Float, stored: &[[f32; 1]; LANES], factor: f32) -> L::Float {
        // SAFETY: an array of one is that one.
        let stored = L::load_floats(unsafe { &*std::ptr::from_ref(stored).cast() });
        L::multiply_add(L::same_float(factor), stored, sum)
    }

    fn attend(
        path: Path,
        queries: &Queries,
        keys: &[[f32; 1]],
        values: &[[f32; 1]],
        range: Range<usize>,
        found: &mut Found,
    ) {
        attend_exact(path, queries, keys, values, range, found);
    }
}

/// The upper half of a float32 value.
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub(crate) struct Bf16(u16);

/// To the nearest BF16 number, of two to the even one. Only finite numbers are asked for where the model is finite.
#[inline(always)]
pub(super) fn to_bf16(value: f32) -> u32 {
    let bits = value.to_bits();
    bits.saturating_add(0x7fff + (bits >> 16 & 1)) >> 16
}

impl Stored for Bf16 {
    const PER_LANE: usize = 2;
    type Lane = [Bf16; 2];
    type Factor<L: Lanes> = L::Pair;

    fn store(value: f32) -> Self {
        Self(to_bf16(value) as u16)
    }

    #[inline(always)]
    fn factors<L: Lanes>(from: &[f32], to: &mut [L::Pair]) {
        let (whole, rest) = from.as_chunks();
        let (whole_to, rest_to) = to.as_chunks_mut();
        for (from, to) in whole.iter().zip(whole_to) {
            L::pairs(from, to);
        }
        if !rest.is_empty() {
            let (mut from, mut to) = ([0f32; 2 * LANES], [L::Pair::default(); LANES]);
            from[..rest.len()].copy_from_slice(rest);
            L::pairs(&from, &mut to);
            rest_to.copy_from_slice(&to[..rest_to.len()]);
        }
    }

    #[inline(always)]
    fn dot<L: Lanes>(sum: L::Float, stored: &[[Bf16; 2]; LANES], pair: L::Pair) -> L::Float {
        // SAFETY: sixteen pairs of two bytes each are as many bytes.
        L::dot_bf16(sum, L::load(unsafe { &*std::ptr::from_ref(stored).cast() }), pair)
    }

    fn attend(
        path: Path,
        queries: &Queries,
        keys: &[[Bf16; 2]],
        values: &[[Bf16; 2]],
        range: Range<usize>,
        found: &mut Found,
    ) {
        attend_fast(path, queries, keys, values, range, found);
    }
}
