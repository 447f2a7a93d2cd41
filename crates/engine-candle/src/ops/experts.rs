//! The experts of a layer, kept in MXFP4.

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape};
use engine::Precision;
use rayon::prelude::*;
use safetensors::Dtype;

use super::parts::in_parts;
use super::{WORTH_SHARING, rows_per_task, transposed, values};
use crate::config::{BLOCK, Config};
use crate::kernels::{Int8Rows, Path, add_scaled, mxfp4_int8_rows, mxfp4_rows, swiglu};
use crate::weights::{Bytes, Weights};

/// Hidden states [tokens, hidden] and router logits [tokens, experts] to the weighted sum of the chosen experts'
/// answers [tokens, hidden].
pub(crate) struct Experts {
    gate_up: Arc<Matrices>,
    down: Arc<Matrices>,
    experts_per_token: usize,
    limit: f32,
    precision: Precision,
}

/// One matrix [outputs, inputs] and one bias for each expert.
struct Matrices {
    blocks: Bytes,
    scales: Bytes,
    bias: Vec<f32>,
    inputs: usize,
    outputs: usize,
}

impl Matrices {
    fn load(
        weights: &Weights,
        name: &str,
        experts: usize,
        inputs: usize,
        outputs: usize,
    ) -> engine::Result<Arc<Self>> {
        let blocks = [experts, outputs, inputs / BLOCK, BLOCK / 2];
        Ok(Arc::new(Self {
            blocks: weights.tensor(&format!("{name}_blocks"), Dtype::U8, &blocks)?,
            scales: weights.tensor(&format!("{name}_scales"), Dtype::U8, &blocks[..3])?,
            bias: weights.values(&format!("{name}_bias"), &[experts, outputs])?,
            inputs,
            outputs,
        }))
    }

    /// `out` [rows, tokens] for the rows of one expert from `first` on.
    fn rows(&self, expert: usize, first: usize, x: &Activations, out: &mut [f32]) {
        let tokens = x.tokens(self.inputs);
        let count = out.len() / tokens;
        let row = expert * self.outputs + first;
        let blocks = &self.blocks[row * self.inputs / 2..(row + count) * self.inputs / 2];
        let scales = &self.scales[row * self.inputs / BLOCK..(row + count) * self.inputs / BLOCK];
        match x {
            Activations::Exact(x) => mxfp4_rows(blocks, scales, x, self.inputs, out),
            Activations::Int8(rows) => mxfp4_int8_rows(Path::best(), blocks, scales, rows, out),
        }
        add_bias(out, tokens, &self.bias[row..row + count]);
    }
}

/// One for each row of `out` [rows, tokens].
fn add_bias(out: &mut [f32], tokens: usize, bias: &[f32]) {
    if tokens == 1 {
        // In one loop, which becomes vectors.
        out.iter_mut().zip(bias).for_each(|(out, bias)| *out += bias);
        return;
    }
    for (out, bias) in out.chunks_exact_mut(tokens).zip(bias) {
        out.iter_mut().for_each(|out| *out += bias);
    }
}

enum Activations {
    Exact(Vec<f32>),
    Int8(Int8Rows),
}

impl Activations {
    fn new(rows: Vec<f32>, width: usize, precision: Precision) -> Self {
        match precision {
            Precision::Exact => Self::Exact(rows),
            Precision::Fast => Self::Int8(Int8Rows::quantise(&rows, width)),
        }
    }

    fn tokens(&self, width: usize) -> usize {
        match self {
            Self::Exact(rows) => rows.len() / width,
            Self::Int8(rows) => rows.count(),
        }
    }

    /// Those of some tokens.
    fn gather(&self, tokens: &[usize], width: usize) -> Self {
        match self {
            Self::Exact(rows) => {
                let row = |&token: &usize| &rows[token * width..(token + 1) * width];
                Self::Exact(tokens.iter().flat_map(row).copied().collect())
            }
            Self::Int8(rows) => Self::Int8(rows.gather(tokens)),
        }
    }
}

/// The tokens that chose one expert, and what they bring it.
struct Group {
    expert: usize,
    tokens: Vec<usize>,
    /// How much of its answer each token takes.
    shares: Vec<f32>,
    input: Arc<Activations>,
    /// [outputs, tokens], in bands of rows.
    output: Vec<Vec<f32>>,
}

impl Experts {
    pub(crate) fn load(
        weights: &Weights,
        name: &str,
        config: &Config,
        precision: Precision,
    ) -> engine::Result<Self> {
        let Config { hidden, intermediate, experts, .. } = *config;
        let outputs = 2 * intermediate;
        Ok(Self {
            gate_up: Matrices::load(weights, &format!("{name}.gate_up_proj"), experts, hidden, outputs)?,
            down: Matrices::load(weights, &format!("{name}.down_proj"), experts, intermediate, hidden)?,
            experts_per_token: config.experts_per_token,
            limit: config.swiglu_limit,
            precision,
        })
    }

    /// Where they lie, in the order in which they are needed.
    pub(crate) fn weights(&self) -> impl Iterator<Item = Bytes> {
        let matrices = [&self.gate_up, &self.down].into_iter();
        matrices.flat_map(|matrices| [matrices.blocks.clone(), matrices.scales.clone()])
    }

    /// The tokens grouped by the experts they choose, so that each expert's weights are read once.
    fn groups(&self, x: &[f32], router: &[f32]) -> Vec<Group> {
        let width = self.gate_up.inputs;
        let experts = router.len() / (x.len() / width);
        let mut chosen: Vec<(Vec<usize>, Vec<f32>)> = vec![Default::default(); experts];
        for (token, logits) in router.chunks_exact(experts).enumerate() {
            for (expert, share) in shares(logits, self.experts_per_token) {
                chosen[expert].0.push(token);
                chosen[expert].1.push(share);
            }
        }
        let count = x.len() / width;
        let all = Arc::new(Activations::new(x.to_vec(), width, self.precision));
        let mut groups = Vec::new();
        for (expert, (tokens, shares)) in chosen.into_iter().enumerate() {
            if !tokens.is_empty() {
                // Where all of them chose it, as one alone does, theirs are those of all.
                let input = if tokens.len() == count {
                    Arc::clone(&all)
                } else {
                    Arc::new(all.gather(&tokens, width))
                };
                groups.push(Group { expert, tokens, shares, input, output: Vec::new() });
            }
        }
        groups
    }

    /// What a group's first matrix gave, as its second one takes it.
    fn activate(&self, group: &mut Group) {
        let tokens = group.tokens.len();
        let activate = |band: &Vec<f32>| {
            let mut hidden = vec![0f32; band.len() / 2];
            swiglu(Path::best(), band, tokens, self.limit, &mut hidden);
            hidden
        };
        let hidden = transposed(group.output.iter().map(activate).collect(), tokens);
        group.input = Arc::new(Activations::new(hidden, self.down.inputs, self.precision));
    }

    /// Each token's share of what its experts gave.
    fn joined(&self, groups: Vec<Group>, tokens: usize) -> Vec<f32> {
        let width = self.down.outputs;
        let mut parts: Vec<Vec<(usize, usize, f32)>> = vec![Vec::new(); tokens];
        for (i, group) in groups.iter().enumerate() {
            for (row, (&token, &share)) in group.tokens.iter().zip(&group.shares).enumerate() {
                parts[token].push((i, row, share));
            }
        }
        let turned = |group: Group| transposed(group.output, group.tokens.len());
        let mut out = vec![0f32; tokens * width];
        let join = |answers: &[Vec<f32>], (out, parts): (&mut [f32], Vec<(usize, usize, f32)>)| {
            for (group, row, share) in parts {
                add_scaled(out, &answers[group][row * width..(row + 1) * width], share);
            }
        };
        if out.len() < WORTH_SHARING {
            let answers: Vec<Vec<f32>> = groups.into_iter().map(turned).collect();
            out.chunks_mut(width).zip(parts).for_each(|token| join(&answers, token));
        } else {
            let answers: Vec<Vec<f32>> = groups.into_par_iter().map(turned).collect();
            out.par_chunks_mut(width).zip(parts).for_each(|token| join(&answers, token));
        }
        out
    }
}

/// Applies a matrix of every group's expert to the group's input: all rows of all groups in one parallel sweep.
fn apply(matrices: &Arc<Matrices>, groups: &mut [Group]) {
    let tokens: usize = groups.iter().map(|g| g.tokens.len()).sum();
    let rows = groups.len() * matrices.outputs;
    let band = rows_per_task(rows, matrices.inputs * tokens.div_ceil(groups.len()));
    let bands = matrices.outputs.div_ceil(band);
    let inputs: Vec<_> = groups.iter().map(|group| (group.expert, Arc::clone(&group.input))).collect();
    let matrices = Arc::clone(matrices);
    let mut outputs = in_parts(groups.len() * bands, move |i| {
        let ((expert, input), first) = (&inputs[i / bands], i % bands * band);
        let rows = band.min(matrices.outputs - first);
        let mut out = vec![0f32; rows * input.tokens(matrices.inputs)];
        matrices.rows(*expert, first, input, &mut out);
        out
    })
    .into_iter();
    groups.iter_mut().for_each(|group| group.output = outputs.by_ref().take(bands).collect());
}

/// The `count` experts of the largest logits, and the softmax over these.
fn shares(logits: &[f32], count: usize) -> Vec<(usize, f32)> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    order.truncate(count);
    let largest = logits[order[0]];
    let sum: f32 = order.iter().map(|&e| (logits[e] - largest).exp()).sum();
    order.into_iter().map(|e| (e, (logits[e] - largest).exp() / sum)).collect()
}

impl CustomOp2 for Experts {
    fn name(&self) -> &'static str {
        "mxfp4-experts"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        router: &CpuStorage,
        router_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let x = values(x, x_layout)?;
        let mut groups = self.groups(x, values(router, router_layout)?);
        apply(&self.gate_up, &mut groups);
        if x.len() < WORTH_SHARING {
            groups.iter_mut().for_each(|group| self.activate(group));
        } else {
            groups.par_iter_mut().for_each(|group| self.activate(group));
        }
        apply(&self.down, &mut groups);
        let out = self.joined(groups, x.len() / self.gate_up.inputs);
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }
}
