//! Matrices that the checkpoint keeps in BF16.

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};
use engine::Precision;
use safetensors::Dtype;

use super::{by_bands, transposed, values};
use crate::int8::{Int8Matrix, Int8Store};
use crate::kernels::{Int8Rows, bf16_rows};
use crate::weights::{Bytes, Weights};

/// A tensor of shape [outputs, inputs], and where it has one the name of its bias.
pub(crate) struct Part<'a> {
    pub weight: &'a str,
    pub bias: Option<&'a str>,
    pub outputs: usize,
}

/// `x W^T + b`: [tokens, inputs] to [tokens, outputs], for one matrix or several one below the other.
pub(crate) struct Linear {
    weight: Weight,
    bias: Option<Vec<f32>>,
    inputs: usize,
    outputs: usize,
}

enum Weight {
    /// Computed with float32 activations.
    Bf16(Vec<Bytes>),
    Int8(Arc<Int8Matrix>),
}

impl Linear {
    /// The matrices as they are in the checkpoint.
    pub(crate) fn exact(weights: &Weights, parts: &[Part], inputs: usize) -> engine::Result<Self> {
        let matrices =
            parts.iter().map(|part| Self::matrix(weights, part, inputs)).collect::<engine::Result<_>>()?;
        let bias = |part: &Part| part.bias.map(|bias| weights.values(bias, &[part.outputs]));
        let biases: Vec<Vec<f32>> = parts.iter().filter_map(bias).collect::<engine::Result<_>>()?;
        Ok(Self {
            weight: Weight::Bf16(matrices),
            bias: (!biases.is_empty()).then(|| biases.concat()),
            inputs,
            outputs: parts.iter().map(|part| part.outputs).sum(),
        })
    }

    /// [outputs, inputs] in BF16.
    pub(super) fn matrix(weights: &Weights, part: &Part, inputs: usize) -> engine::Result<Bytes> {
        weights.tensor(part.weight, Dtype::BF16, &[part.outputs, inputs])
    }

    /// As int8 where `precision` allows it; `name` is what they are kept by.
    pub(crate) fn load(
        weights: &Weights,
        int8: &mut Int8Store,
        precision: Precision,
        name: &str,
        parts: &[Part],
        inputs: usize,
    ) -> engine::Result<Self> {
        let mut linear = Self::exact(weights, parts, inputs)?;
        if let (Precision::Fast, Weight::Bf16(matrices)) = (precision, &linear.weight) {
            linear.weight = Weight::Int8(Arc::new(int8.matrix(name, matrices, inputs)?));
        }
        Ok(linear)
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.apply_op1_no_bwd(self)
    }

    /// [outputs, tokens], in bands.
    fn products(&self, x: &[f32]) -> Vec<Vec<f32>> {
        let (inputs, tokens) = (self.inputs, x.len() / self.inputs);
        match &self.weight {
            Weight::Bf16(matrices) => {
                let x: Arc<[f32]> = x.into();
                let product = |matrix: &Bytes| {
                    let (matrix, x) = (matrix.clone(), Arc::clone(&x));
                    by_bands(matrix.len() / (2 * inputs), tokens, inputs * tokens, move |first, out| {
                        let rows = out.len() / tokens;
                        bf16_rows(&matrix[2 * inputs * first..2 * inputs * (first + rows)], &x, inputs, out);
                    })
                };
                matrices.iter().flat_map(product).collect()
            }
            Weight::Int8(matrix) => {
                let (matrix, x) = (Arc::clone(matrix), Int8Rows::quantise(x, inputs));
                by_bands(self.outputs, tokens, inputs * tokens, move |first, out| matrix.rows(first, &x, out))
            }
        }
    }
}

impl CustomOp1 for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (tokens, inputs) = layout.shape().dims2()?;
        debug_assert_eq!(inputs, self.inputs);
        let mut out = transposed(self.products(values(storage, layout)?), tokens);
        if let Some(bias) = &self.bias {
            for out in out.chunks_exact_mut(self.outputs) {
                out.iter_mut().zip(bias).for_each(|(out, bias)| *out += bias);
            }
        }
        Ok((CpuStorage::F32(out), Shape::from((tokens, self.outputs))))
    }
}

/// The table of token embeddings, [vocabulary, width] in BF16; rows are unpacked as they are asked for.
pub(crate) struct Embedding {
    weight: Bytes,
    width: usize,
}

impl Embedding {
    pub(crate) fn load(weights: &Weights, name: &str, vocab: usize, width: usize) -> engine::Result<Self> {
        Ok(Self { weight: weights.tensor(name, Dtype::BF16, &[vocab, width])?, width })
    }

    /// [tokens, width] in float32. The ids must be inside the vocabulary.
    pub(crate) fn forward(&self, tokens: &[u32]) -> Result<Tensor> {
        let row =
            |&token: &u32| self.weight[2 * self.width * token as usize..][..2 * self.width].chunks_exact(2);
        let value = |b: &[u8]| f32::from_bits(u32::from(u16::from_le_bytes([b[0], b[1]])) << 16);
        let rows: Vec<f32> = tokens.iter().flat_map(row).map(value).collect();
        Tensor::from_vec(rows, (tokens.len(), self.width), &Device::Cpu)
    }
}
