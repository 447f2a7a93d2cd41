//! The matrix that gives every token of the vocabulary its logit.

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use engine::Precision;

use super::parts::in_parts;
use super::{Linear, Part, by_bands, transposed, values};
use crate::int8::{HalvedMatrix, Int8Store};
use crate::kernels::{INT8_ROWS, Int8Rows};
use crate::weights::Weights;

/// [tokens, hidden] to [tokens, vocabulary].
pub(crate) enum Head {
    /// Every logit as precisely as every other.
    Whole(Linear),
    /// A large one, which would be a quarter of all that is read for a token.
    Screened(Screened),
}

/// Values of a matrix from which on screening saves more than it takes.
const WORTH_SCREENING: usize = 64 << 20;

impl Head {
    pub(crate) fn load(
        weights: &Weights,
        int8: &mut Int8Store,
        precision: Precision,
        part: Part,
        inputs: usize,
    ) -> engine::Result<Self> {
        let outputs = part.outputs;
        if precision == Precision::Exact || outputs * inputs < WORTH_SCREENING {
            return Linear::load(weights, int8, precision, "lm_head", &[part], inputs).map(Self::Whole);
        }
        let matrix = Arc::new(int8.halved("lm_head", &Linear::matrix(weights, &part, inputs)?, inputs)?);
        Ok(Self::Screened(Screened { matrix, inputs, outputs }))
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Whole(linear) => linear.forward(x),
            Self::Screened(screened) => x.apply_op1_no_bwd(screened),
        }
    }
}

/// All logits from the high halves of the weights, and those that may be drawn from the whole: what a token is likely
/// to be is as precise as without, what it will hardly be is off by a tenth of what logits differ.
pub(crate) struct Screened {
    matrix: Arc<HalvedMatrix>,
    inputs: usize,
    outputs: usize,
}

/// Of so many panels of sixteen logits one is computed from whole weights.
const SCREENED: usize = 16;

/// Panels that a thread computes at a time.
const PANELS: usize = 32;

impl Screened {
    /// [tokens, hidden] to [tokens, vocabulary].
    fn logits(&self, x: &[f32]) -> Vec<f32> {
        let x = Arc::new(Int8Rows::quantise(x, self.inputs));
        let (outputs, tokens) = (self.outputs, x.count());
        let (matrix, all) = (Arc::clone(&self.matrix), Arc::clone(&x));
        let high = by_bands(outputs, tokens, self.inputs * tokens, move |first, out| {
            matrix.high_rows(first, &all, out);
        });
        let mut logits = transposed(high, tokens);
        for (token, logits) in logits.chunks_exact_mut(outputs).enumerate() {
            self.rescore(x.gather(&[token]), logits);
        }
        logits
    }

    /// Computes the largest of a token's logits anew, from the whole weights.
    fn rescore(&self, x: Int8Rows, logits: &mut [f32]) {
        let panels: Arc<[usize]> = largest_panels(logits).into();
        let (matrix, own) = (Arc::clone(&self.matrix), Arc::clone(&panels));
        let whole = in_parts(panels.len().div_ceil(PANELS), move |i| {
            let panels = own[i * PANELS..].iter().take(PANELS);
            panels.map(|panel| matrix.panel(*panel, &x)).collect::<Vec<_>>()
        });
        for (panel, whole) in panels.iter().zip(whole.into_iter().flatten()) {
            let rest = &mut logits[panel * INT8_ROWS..];
            rest.iter_mut().zip(whole).for_each(|(logit, whole)| *logit = whole);
        }
    }
}

/// The panels with the largest logits, in their order.
fn largest_panels(logits: &[f32]) -> Vec<usize> {
    let largest = |panel: &[f32]| panel.iter().fold(f32::NEG_INFINITY, |largest, &logit| largest.max(logit));
    let mut panels: Vec<(f32, usize)> = logits.chunks(INT8_ROWS).map(largest).zip(0..).collect();
    let count = panels.len().div_ceil(SCREENED);
    if count < panels.len() {
        panels.select_nth_unstable_by(count, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        panels.truncate(count);
    }
    let mut panels: Vec<usize> = panels.into_iter().map(|(_, panel)| panel).collect();
    panels.sort_unstable();
    panels
}

impl CustomOp1 for Screened {
    fn name(&self) -> &'static str {
        "screened-head"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (tokens, _) = layout.shape().dims2()?;
        Ok((CpuStorage::F32(self.logits(values(storage, layout)?)), Shape::from((tokens, self.outputs))))
    }
}

#[cfg(test)]
mod tests {
    use engine::ModelFiles;
    use rayon::ThreadPoolBuilder;

    use super::*;
    use crate::weights::Bytes;

    /// Numbers that are nearly normal, from sums of a linear congruential generator's.
    fn normal(len: usize, mut seed: u32) -> Vec<f32> {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..len).map(|_| (0..12).map(|_| next()).sum()).collect()
    }

    #[test]
    fn what_may_be_drawn_is_as_precise_as_without_screening() {
        let (inputs, outputs) = (192, 4_099);
        let weights = normal(inputs * outputs, 1);
        let bf16: Vec<u8> = weights.iter().flat_map(|v| ((v.to_bits() >> 16) as u16).to_le_bytes()).collect();
        let mut map = memmap2::MmapMut::map_anon(bf16.len()).unwrap();
        map.copy_from_slice(&bf16);
        let bytes = Bytes::from(map.make_read_only().unwrap());
        let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let mut store = Int8Store::open(&ModelFiles::Folder("nowhere".into()), &[], &pool);
        let whole = store.matrix("whole", std::slice::from_ref(&bytes), inputs).unwrap();
        let matrix = Arc::new(store.halved("head", &bytes, inputs).unwrap());
        let screened = Screened { matrix, inputs, outputs };

        // Logits that differ by some 7, as those of a model that knows what comes next.
        let x: Vec<f32> = normal(inputs, 2).iter().map(|v| v * 0.5).collect();
        let mut expected = vec![0f32; outputs];
        whole.rows(0, &Int8Rows::quantise(&x, inputs), &mut expected);
        let logits = screened.logits(&x);
        let other = normal(inputs, 3);
        let together = screened.logits(&[&other[..], &x].concat());
        assert_eq!(&together[outputs..], &logits, "a logit depends on what is computed with it");
        let mut order: Vec<usize> = (0..outputs).collect();
        order.sort_by(|&a, &b| expected[b].total_cmp(&expected[a]));
        for &token in &order[..outputs / SCREENED / INT8_ROWS / 2] {
            assert_eq!(logits[token], expected[token]);
        }
        let worst = logits.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst > 0.0 && worst < 4.0, "{worst}");
        let sum = |logits: &[f32]| logits.iter().map(|v| f64::from(*v).exp()).sum::<f64>().ln();
        let (one, other) = (sum(&expected), sum(&logits));
        let divergence: f64 = expected
            .iter()
            .zip(&logits)
            .map(|(a, b)| (f64::from(*a), f64::from(*b)))
            .map(|(a, b)| (a - one).exp() * ((a - one) - (b - other)))
            .sum();
        println!("KL divergence {divergence:e}, worst {worst}");
        assert!(divergence < 1e-3, "{divergence}");
    }
}
