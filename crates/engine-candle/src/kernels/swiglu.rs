//! The activation of gpt-oss's experts.

use engine::exponential;

use super::lanes::Lanes;
use super::path::on_path;

/// Slope of the sigmoid in gpt-oss's SwiGLU, a constant of the architecture (its reference code, `swiglu`).
const ALPHA: f32 = 1.702;

on_path! {
    /// Gate and up in turn, rows of `tokens` values each, to [rows / 2, tokens]; both are clamped to `limit`.
    swiglu(gate_up: &[f32], tokens: usize, limit: f32, out: &mut [f32]) = swiglu_body
}

#[inline(always)]
fn swiglu_body<L: Lanes>(gate_up: &[f32], tokens: usize, limit: f32, out: &mut [f32]) {
    if tokens == 1 {
        let (pairs, _) = gate_up.as_chunks::<2>();
        for (out, [gate, up]) in out.iter_mut().zip(pairs) {
            *out = one(*gate, *up, limit);
        }
        return;
    }
    for (pair, out) in gate_up.chunks_exact(2 * tokens).zip(out.chunks_exact_mut(tokens)) {
        let (gate, up) = pair.split_at(tokens);
        for (out, (gate, up)) in out.iter_mut().zip(gate.iter().zip(up)) {
            *out = one(*gate, *up, limit);
        }
    }
}

#[inline(always)]
fn one(gate: f32, up: f32, limit: f32) -> f32 {
    let (gate, up) = (gate.min(limit), up.clamp(-limit, limit));
    // The sigmoid, without an exponential that could overflow.
    let slope = ALPHA * gate;
    let small = exponential(-slope.abs());
    let sigmoid = if slope >= 0.0 { 1.0 } else { small } / (1.0 + small);
    gate * sigmoid * (up + 1.0)
}

#[cfg(test)]
mod tests {
    use super::swiglu;
    use crate::kernels::Path;
    use crate::kernels::tests::noise;

    #[test]
    fn one_token_and_many_are_as_published() {
        let (rows, tokens, limit) = (6, 5, 7.0f32);
        let gate_up: Vec<f32> = noise(2 * rows * tokens, 1).iter().map(|v| v * 12.0).collect();
        for path in Path::all() {
            let mut many = vec![0f32; rows * tokens];
            swiglu(path, &gate_up, tokens, limit, &mut many);
            for token in 0..tokens {
                let column: Vec<f32> = gate_up[token..].iter().step_by(tokens).copied().collect();
                let mut one = vec![0f32; rows];
                swiglu(path, &column, 1, limit, &mut one);
                for (row, (one, pair)) in one.iter().zip(column.chunks_exact(2)).enumerate() {
                    assert_eq!(*one, many[row * tokens + token], "{path:?}");
                    let (gate, up) = (pair[0].min(limit), pair[1].clamp(-limit, limit));
                    let published = gate / (1.0 + (-1.702 * gate).exp()) * (up + 1.0);
                    assert!((one - published).abs() <= 1e-5 * (1.0 + published.abs()), "{one} {published}");
                }
            }
        }
    }
}
