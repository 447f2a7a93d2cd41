//! Matrices that the checkpoint keeps in BF16.

use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};
use safetensors::Dtype;

use super::{by_bands, transposed, values};
use crate::kernels;
use crate::weights::{Bytes, Weights};

/// `x W^T + b`: [tokens, inputs] to [tokens, outputs], float32 activations.
pub(crate) struct Linear {
    weight: Bytes,
    bias: Option<Vec<f32>>,
    inputs: usize,
    outputs: usize,
}

impl Linear {
    /// `name.weight` of shape [outputs, inputs], and `name.bias`.
    pub(crate) fn with_bias(
        weights: &Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> engine::Result<Self> {
        let bias = weights.values(&format!("{name}.bias"), &[outputs])?;
        Ok(Self {
            bias: Some(bias),
            ..Self::without_bias(weights, &format!("{name}.weight"), inputs, outputs)?
        })
    }

    /// The tensor `weight` of shape [outputs, inputs].
    pub(crate) fn without_bias(
        weights: &Weights,
        weight: &str,
        inputs: usize,
        outputs: usize,
    ) -> engine::Result<Self> {
        let weight = weights.tensor(weight, Dtype::BF16, &[outputs, inputs])?;
        Ok(Self { weight, bias: None, inputs, outputs })
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.apply_op1_no_bwd(self)
    }
}

impl CustomOp1 for Linear {
    fn name(&self) -> &'static str {
        "bf16-linear"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = values(storage, layout)?;
        let (tokens, inputs) = layout.shape().dims2()?;
        let out = by_bands(self.outputs, tokens, inputs * tokens, |first, out| {
            let rows = out.len() / tokens;
            let bytes = &self.weight[2 * inputs * first..2 * inputs * (first + rows)];
            kernels::bf16_rows(bytes, x, inputs, out);
            if let Some(bias) = &self.bias {
                for (out, bias) in out.chunks_exact_mut(tokens).zip(&bias[first..]) {
                    out.iter_mut().for_each(|v| *v += bias);
                }
            }
        });
        debug_assert_eq!(inputs, self.inputs);
        Ok((CpuStorage::F32(transposed(out, tokens)), Shape::from((tokens, self.outputs))))
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
