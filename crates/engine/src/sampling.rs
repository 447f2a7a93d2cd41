//! From logits to a token.

use std::borrow::Cow;

use rand::Rng as _;
use rand::distr::{Distribution, weighted::WeightedIndex};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use crate::{Alternative, exponential};

/// A token whose logit is so many temperatures below the best is never drawn: all of a vocabulary's together weigh less
/// than the rounding of the best one's weight.
const IMPOSSIBLE: f32 = 30.0;

/// How to draw a token. Filters apply in this order: repetition penalty, temperature, top-k, top-p, min-p; a filter
/// at its neutral value does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// Logits are divided by this; 0 takes the likeliest token.
    pub temperature: f32,
    /// Keep the likeliest tokens whose probabilities reach this sum; 1 keeps all (Holtzman et al. 2020).
    pub top_p: f32,
    /// Keep this many of the likeliest tokens; 0 keeps all.
    pub top_k: usize,
    /// Keep tokens at least this fraction as likely as the likeliest; 0 keeps all (Nguyen et al. 2024).
    pub min_p: f32,
    /// Logits of tokens already in the sequence are divided (positive) or multiplied (negative) by this; 1 leaves
    /// them (Keskar et al. 2019).
    pub repetition_penalty: f32,
    /// How many of the sequence's last tokens the penalty looks at.
    pub repetition_window: usize,
    /// The same seed gives the same text; `None` draws one.
    pub seed: Option<u64>,
}

impl Default for Sampling {
    /// What gpt-oss was published with: temperature 1, nothing cut off.
    fn default() -> Self {
        Self {
            temperature: 1.0,
            top_p: 1.0,
            top_k: 0,
            min_p: 0.0,
            repetition_penalty: 1.0,
            repetition_window: 256,
            seed: None,
        }
    }
}

impl Sampling {
    /// Whether no filter is on.
    fn keeps_all(&self) -> bool {
        self.top_p >= 1.0 && self.top_k == 0 && self.min_p <= 0.0
    }
}

/// Draws the tokens of one generation.
pub struct Sampler {
    sampling: Sampling,
    rng: ChaCha12Rng,
    candidates: Vec<(u32, f32)>,
}

impl Sampler {
    /// Starts a sequence of draws.
    #[must_use]
    pub fn new(sampling: Sampling) -> Self {
        let rng = match sampling.seed {
            Some(seed) => ChaCha12Rng::seed_from_u64(seed),
            None => ChaCha12Rng::from_rng(&mut rand::rng()),
        };
        Self { sampling, rng, candidates: Vec::new() }
    }

    /// Draws the token that follows `sequence`. Logits that are not finite are never drawn; where none is finite
    /// the answer is token 0.
    pub fn draw(&mut self, logits: &[f32], sequence: &[u32]) -> u32 {
        let logits = self.penalised(logits, sequence);
        let best = largest(&logits, f32::MAX);
        let Some(likeliest) = logits.iter().position(|&logit| logit == best) else { return 0 };
        if self.sampling.temperature <= 0.0 || best == f32::NEG_INFINITY {
            return likeliest as u32;
        }
        if self.sampling.keeps_all() {
            return self.draw_of_all(&logits, best).unwrap_or(likeliest as u32);
        }
        let least = best - IMPOSSIBLE * self.sampling.temperature;
        self.candidates.clear();
        let all = (0u32..).zip(logits.iter().copied());
        self.candidates.extend(all.filter(|&(_, logit)| logit >= least && logit < f32::INFINITY));
        self.filter(best);
        match WeightedIndex::new(self.candidates.iter().map(|(_, weight)| weight)) {
            Ok(weights) => self.candidates[weights.sample(&mut self.rng)].0,
            Err(_) => likeliest as u32,
        }
    }

    /// A draw that no filter narrows, without putting 200,000 candidates in a row.
    fn draw_of_all(&mut self, logits: &[f32], best: f32) -> Option<u32> {
        let coldness = self.sampling.temperature.recip();
        let weight = |logit: f32| exponential((logit - best) * coldness);
        let ends: Vec<f64> = weights(logits, best, coldness)
            .into_iter()
            .scan(0.0, |sum, some| {
                *sum += f64::from(some);
                Some(*sum)
            })
            .collect();
        let drawn = self.rng.random::<f64>() * ends.last()?;
        let chunk = ends.partition_point(|&end| end <= drawn).min(ends.len() - 1);
        let mut left = drawn - if chunk > 0 { ends[chunk - 1] } else { 0.0 };
        let mut last = None;
        for (i, &logit) in logits[chunk * SUMMED..].iter().take(SUMMED).enumerate() {
            let weight = if logit.is_finite() { f64::from(weight(logit)) } else { 0.0 };
            if weight > 0.0 {
                last = Some((chunk * SUMMED + i) as u32);
            }
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }

    fn penalised<'a>(&self, logits: &'a [f32], sequence: &[u32]) -> Cow<'a, [f32]> {
        let penalty = self.sampling.repetition_penalty;
        if penalty == 1.0 || penalty <= 0.0 {
            return Cow::Borrowed(logits);
        }
        let recent = &sequence[sequence.len().saturating_sub(self.sampling.repetition_window)..];
        let mut seen = recent.to_vec();
        seen.sort_unstable();
        seen.dedup();
        let mut logits = logits.to_vec();
        for token in seen {
            if let Some(logit) = logits.get_mut(token as usize) {
                *logit = if *logit > 0.0 { *logit / penalty } else { *logit * penalty };
            }
        }
        Cow::Owned(logits)
    }

    /// Turns the candidates' logits into weights relative to the best one's, and drops those that a filter refuses.
    fn filter(&mut self, best: f32) {
        let Sampling { temperature, top_p, top_k, min_p, .. } = self.sampling;
        for (_, logit) in &mut self.candidates {
            *logit = exponential((*logit - best) / temperature);
        }
        let ordered = top_k > 0 || top_p < 1.0;
        if ordered {
            self.candidates.sort_unstable_by(likelier);
        }
        if top_k > 0 {
            self.candidates.truncate(top_k);
        }
        if top_p < 1.0 {
            let enough = top_p.max(0.0) * self.candidates.iter().map(|(_, w)| w).sum::<f32>();
            let mut sum = 0.0;
            let kept = self.candidates.iter().take_while(|(_, w)| {
                let wanted = sum < enough;
                sum += w;
                wanted
            });
            let kept = kept.count().max(1);
            self.candidates.truncate(kept);
        }
        if min_p > 0.0 {
            // The best one weighs 1, so a minimum above 1 must not refuse it too.
            self.candidates.retain(|&(_, w)| w >= min_p.min(1.0));
        }
    }
}

/// Best first; of equals, the lower id, so that greedy text does not depend on the order of a sort.
fn likelier(a: &(u32, f32), b: &(u32, f32)) -> std::cmp::Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

/// Natural logarithm of the sum of exponentials: what turns a logit into a log-probability when subtracted.
#[must_use]
pub fn log_sum_exp(logits: &[f32]) -> f32 {
    let best = largest(logits, f32::INFINITY);
    // Together in double precision: 201,088 terms of single precision would lose the fourth digit.
    best + weights(logits, best, 1.0).into_iter().map(f64::from).sum::<f64>().ln() as f32
}

/// Terms that single precision adds well.
const SUMMED: usize = 64;

/// Compiles `$body` for AVX2 too, with the same results: a vocabulary is gone through several times for each token.
macro_rules! wide {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) -> $out:ty = $body:ident) => {
        $(#[$doc])*
        fn $name($($arg: $type),*) -> $out {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) -> $out { $body($($arg),*) }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has these instructions.
                    return unsafe { avx2($($arg),*) };
                }
            }
            $body($($arg),*)
        }
    };
}

wide! {
    /// The largest of the logits that are not above `most`; of none, negative infinity.
    largest(logits: &[f32], most: f32) -> f32 = largest_body
}

wide! {
    /// Sums of [`SUMMED`] weights each, relative to that of the logit `best`. One that is not finite weighs nothing.
    weights(logits: &[f32], best: f32, coldness: f32) -> Vec<f32> = weights_body
}

/// Side by side, as processors compare.
#[inline(always)]
fn largest_body(logits: &[f32], most: f32) -> f32 {
    const LANES: usize = 16;
    let larger = |best: f32, logit: f32| if logit > best && logit <= most { logit } else { best };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (whole, rest) = logits.as_chunks::<LANES>();
    for logits in whole {
        for (best, &logit) in lanes.iter_mut().zip(logits) {
            *best = larger(*best, logit);
        }
    }
    rest.iter().chain(&lanes).fold(f32::NEG_INFINITY, |best, &logit| larger(best, logit))
}

/// Side by side, as processors add.
#[inline(always)]
fn weights_body(logits: &[f32], best: f32, coldness: f32) -> Vec<f32> {
    let weight = |logit: f32| {
        let finite = if logit < f32::INFINITY { logit } else { f32::NEG_INFINITY };
        exponential((finite - best) * coldness)
    };
    let mut all = Vec::with_capacity(logits.len().div_ceil(SUMMED));
    for logits in logits.chunks(SUMMED) {
        let mut sums = [0f32; 16];
        let (whole, rest) = logits.as_chunks::<16>();
        for logits in whole {
            for (sum, &logit) in sums.iter_mut().zip(logits) {
                *sum += weight(logit);
            }
        }
        for (sum, &logit) in sums.iter_mut().zip(rest) {
            *sum += weight(logit);
        }
        all.push(sums.iter().sum());
    }
    all
}

/// Log-probabilities of logits, at temperature 1.
#[must_use]
pub fn log_softmax(logits: &[f32]) -> Vec<f32> {
    let norm = log_sum_exp(logits);
    logits.iter().map(|&logit| logit - norm).collect()
}

/// The `count` likeliest tokens, best first, with their log-probabilities.
#[must_use]
pub fn likeliest(logits: &[f32], count: usize) -> Vec<Alternative> {
    if count == 0 {
        return Vec::new();
    }
    let norm = log_sum_exp(logits);
    let mut candidates: Vec<(u32, f32)> = (0u32..).zip(logits.iter().copied()).collect();
    if count < candidates.len() {
        candidates.select_nth_unstable_by(count, likelier);
        candidates.truncate(count);
    }
    candidates.sort_unstable_by(likelier);
    candidates.into_iter().map(|(token, logit)| Alternative { token, logprob: logit - norm }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Sampler, Sampling, likeliest, log_softmax};

    const LOGITS: [f32; 5] = [1.0, 3.0, 2.0, f32::NAN, 2.5];

    /// Every token that a thousand draws bring, in order.
    fn drawn(sampling: Sampling, sequence: &[u32]) -> Vec<u32> {
        let mut sampler = Sampler::new(Sampling { seed: Some(1), ..sampling });
        let mut tokens: Vec<u32> = (0..1000).map(|_| sampler.draw(&LOGITS, sequence)).collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    #[test]
    fn each_filter_keeps_what_it_says() {
        let all = Sampling::default();
        assert_eq!(drawn(all, &[]), [0, 1, 2, 4], "a logit that is not a number is never drawn");
        assert_eq!(drawn(Sampling { temperature: 0.0, ..all }, &[]), [1]);
        assert_eq!(drawn(Sampling { top_k: 2, ..all }, &[]), [1, 4]);
        assert_eq!(drawn(Sampling { top_p: 0.5, ..all }, &[]), [1, 4], "0.45 and 0.27 of the probability");
        assert_eq!(drawn(Sampling { top_p: 0.0, ..all }, &[]), [1]);
        assert_eq!(drawn(Sampling { min_p: 0.5, ..all }, &[]), [1, 4]);
        assert_eq!(drawn(Sampling { min_p: 2.0, ..all }, &[]), [1]);
        let penalty = Sampling { temperature: 0.0, repetition_penalty: 2.0, ..all };
        assert_eq!(drawn(penalty, &[1]), [4], "3.0 halved falls behind 2.5");
        assert_eq!(
            drawn(Sampling { repetition_window: 1, ..penalty }, &[1, 0]),
            [1],
            "1 is out of the window"
        );
    }

    #[test]
    fn frequencies_follow_probabilities_and_the_seed_repeats_them() {
        let draws = |seed| {
            let mut sampler = Sampler::new(Sampling { seed: Some(seed), ..Sampling::default() });
            (0..20_000).map(|_| sampler.draw(&LOGITS, &[])).collect::<Vec<_>>()
        };
        let tokens = draws(7);
        assert_eq!(tokens, draws(7));
        assert_ne!(tokens, draws(8));
        let share = tokens.iter().filter(|&&t| t == 1).count() as f64 / tokens.len() as f64;
        let expected =
            f64::from(3f32.exp()) / [1.0f32, 3.0, 2.0, 2.5].map(|l| f64::from(l.exp())).iter().sum::<f64>();
        assert!((share - expected).abs() < 0.02, "{share} and not {expected}");
    }

    #[test]
    fn log_probabilities_sum_to_one_and_come_best_first() {
        let logits = [1.0, 3.0, 2.0, 1000.0];
        let sum: f32 = log_softmax(&logits).iter().map(|l| l.exp()).sum();
        assert!((sum - 1.0).abs() < 1e-6);
        let best: Vec<u32> = likeliest(&logits, 3).iter().map(|a| a.token).collect();
        assert_eq!(best, [3, 1, 2]);
        assert_eq!(likeliest(&logits, 99).len(), 4);
    }
}
