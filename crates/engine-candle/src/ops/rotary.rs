//! Rotary position embedding with YaRN (Su et al. 2021; Peng et al. 2023, as transformers computes it).

use std::f64::consts::PI;

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape};

use super::values;
use crate::config::{Config, Yarn};

/// Angles per position of one head. The two halves of a head are the two coordinates that turn.
pub(crate) struct Rotary {
    frequencies: Vec<f32>,
    scale: f32,
}

impl Rotary {
    pub(crate) fn new(config: &Config) -> Self {
        let dim = config.head_dim as f64;
        let plain = |i: usize| config.rope_theta.powf(-2.0 * i as f64 / dim);
        let half = config.head_dim / 2;
        match &config.yarn {
            None => Self { frequencies: (0..half).map(|i| plain(i) as f32).collect(), scale: 1.0 },
            Some(yarn) => {
                let (low, high) = correction_range(yarn, dim, config.rope_theta);
                let frequency = |i: usize| {
                    let interpolated = ((i as f64 - low) / (high - low)).clamp(0.0, 1.0);
                    plain(i) * (interpolated / yarn.factor + 1.0 - interpolated)
                };
                let grown = if yarn.factor > 1.0 { 0.1 * yarn.factor.ln() + 1.0 } else { 1.0 };
                let scale = yarn.attention_factor.unwrap_or(grown) as f32;
                Self { frequencies: (0..half).map(|i| frequency(i) as f32).collect(), scale }
            }
        }
    }

    /// The operation on vectors at positions `first`, `first + 1`, …
    pub(crate) fn at(&self, first: usize) -> RotaryAt<'_> {
        RotaryAt { rotary: self, first }
    }
}

/// The dimensions between which YaRN passes from keeping a frequency to dividing it.
fn correction_range(yarn: &Yarn, dim: f64, theta: f64) -> (f64, f64) {
    let dimension = |rotations: f64| {
        dim * (yarn.original_max_position_embeddings / (rotations * 2.0 * PI)).ln() / (2.0 * theta.ln())
    };
    let (mut low, mut high) = (dimension(yarn.beta_fast), dimension(yarn.beta_slow));
    if yarn.truncate {
        (low, high) = (low.floor(), high.ceil());
    }
    (low, high) = (low.max(0.0), high.min(dim - 1.0));
    (low, if low == high { high + 0.001 } else { high })
}

/// [tokens, heads × head_dim] to the same, turned.
pub(crate) struct RotaryAt<'a> {
    rotary: &'a Rotary,
    first: usize,
}

impl CustomOp1 for RotaryAt<'_> {
    fn name(&self) -> &'static str {
        "rotary"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut out = values(storage, layout)?.to_vec();
        let (_, width) = layout.shape().dims2()?;
        let Rotary { frequencies, scale } = self.rotary;
        let half = frequencies.len();
        for (i, token) in out.chunks_exact_mut(width).enumerate() {
            // In single precision, as the models were trained: the rounding of a large angle is part of them.
            let position = (self.first + i) as f32;
            let turns: Vec<(f32, f32)> = frequencies
                .iter()
                .map(|frequency| (position * frequency).sin_cos())
                .map(|(sin, cos)| (sin * scale, cos * scale))
                .collect();
            for head in token.chunks_exact_mut(2 * half) {
                let (first, second) = head.split_at_mut(half);
                for ((x, y), (sin, cos)) in first.iter_mut().zip(second).zip(&turns) {
                    (*x, *y) = (*x * cos - *y * sin, *y * cos + *x * sin);
                }
            }
        }
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::correction_range;
    use crate::config::Yarn;

    #[test]
    fn the_range_of_gpt_oss_is_that_of_its_reference() {
        let yarn = Yarn {
            factor: 32.0,
            original_max_position_embeddings: 4096.0,
            beta_fast: 32.0,
            beta_slow: 1.0,
            truncate: false,
            attention_factor: None,
        };
        let (low, high) = correction_range(&yarn, 64.0, 150_000.0);
        assert!((low - 8.0928).abs() < 1e-3 && (high - 17.3980).abs() < 1e-3, "{low} {high}");
    }
}
