//! The part of a generation that is the same in every engine: token after token, once the prompt has been read.

use std::time::Instant;

use crate::{
    Control, EngineError, Event, Finish, Generation, Result, Sampler, Step, check_tokens, likeliest,
    log_sum_exp,
};

/// Computes what of a sequence is not in the cache, and gives the logits of its last token. It asks now and then whether
/// to go on, and ends with [`EngineError::Cancelled`] where it is told not to.
pub type Next<'a> = dyn FnMut(&[u32], &mut dyn FnMut() -> bool) -> Result<Vec<f32>> + 'a;

/// Draws tokens after `prompt` until a reason of [`Finish`], as [`crate::Session::generate`] says, in a session of
/// `context` tokens whose model has `vocab`.
///
/// # Errors
/// Those of `next`, and [`EngineError::TokenOutOfRange`] for a token that is put in another's place.
pub fn draw_tokens(
    prompt: &[u32],
    generation: &Generation,
    (vocab, context): (usize, usize),
    on_event: &mut dyn FnMut(Event) -> Control,
    next: &mut Next,
) -> Result<Finish> {
    let mut sampler = Sampler::new(generation.sampling);
    let mut sequence = prompt.to_vec();
    let mut start = Instant::now();
    for _ in 0..generation.max_tokens.unwrap_or(usize::MAX) {
        if sequence.len() >= context {
            return Ok(Finish::ContextFull);
        }
        let logits = match next(&sequence, &mut || on_event(Event::Working) != Control::Stop) {
            Err(EngineError::Cancelled) => return Ok(Finish::Stopped),
            logits => logits?,
        };
        let token = sampler.draw(&logits, &sequence);
        let step = Step {
            token,
            position: sequence.len(),
            logprob: logits[token as usize] - log_sum_exp(&logits),
            alternatives: likeliest(&logits, generation.alternatives),
            elapsed: start.elapsed(),
        };
        start = Instant::now();
        let token = match on_event(Event::Step(step)) {
            Control::Replace(other) if generation.lockstep => {
                check_tokens(&[other], vocab, context)?;
                other
            }
            Control::Continue | Control::Replace(_) => token,
            Control::Stop => return Ok(Finish::Stopped),
        };
        if generation.stop_tokens.contains(&token) {
            return Ok(Finish::StopToken);
        }
        sequence.push(token);
    }
    Ok(Finish::MaxTokens)
}
