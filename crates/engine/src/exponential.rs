//! The exponential of many numbers.

/// e^x for x of at most 0, to about one unit in the last place, in instructions that vectorise everywhere: 2^n times
/// the Taylor series of what is left, at most half of ln 2.
#[must_use]
#[inline(always)]
pub fn exponential(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    // Below, the result would be no normal number.
    let x = x.max(-87.0);
    let whole = x * std::f32::consts::LOG2_E + ROUND;
    let n = whole - ROUND;
    // ln 2 in two parts, the first exact times n.
    let rest = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let mut series = 1.0 / 5040.0;
    for factor in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        series = series * rest + factor;
    }
    // n is in the lowest bits of `whole`.
    series * f32::from_bits(whole.to_bits().wrapping_add(127) << 23)
}

#[cfg(test)]
mod tests {
    use super::exponential;

    #[test]
    fn it_is_that_of_the_standard_library_to_a_few_units_in_the_last_place() {
        for i in 0..=87_000 {
            let x = -(i as f32) / 1000.0;
            let (ours, theirs) = (exponential(x), x.exp());
            assert!((ours - theirs).abs() <= 4e-7 * theirs, "{x}: {ours} and {theirs}");
        }
        assert_eq!(exponential(0.0), 1.0);
        assert!(exponential(f32::NEG_INFINITY) < 1e-37);
    }
}
