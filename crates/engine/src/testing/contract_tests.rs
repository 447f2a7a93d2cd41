//! What every engine must do, checked on any model of at least a few hundred tokens of context.

use std::ops::ControlFlow;

use crate::{
    Control, Engine, EngineError, Event, Finish, Generation, LoadOptions, Model, ModelFiles, Result,
    Sampling, Session, Step,
};

/// How far two computations of the same logits may differ: the order of float32 sums.
const TOLERANCE: f32 = 2e-3;

/// Runs every contract test. `length` is how many tokens a prompt has: longer than the model's window, so that
/// sliding layers are tried.
///
/// # Errors
/// What the engine says, where it fails to load or to compute.
///
/// # Panics
/// Where the engine breaks the contract.
pub fn check_contract(
    engine: &dyn Engine,
    files: &ModelFiles,
    options: &LoadOptions,
    length: usize,
) -> Result<()> {
    let model = engine.load(files, options, &mut |_| ControlFlow::Continue(()))?;
    let vocab = model.info().vocab;
    let prompt: Vec<u32> = (0..length).map(|i| (i * 7919 % 1009 % vocab) as u32).collect();

    one_prefill_equals_token_by_token(&*model, &prompt)?;
    rewinding_changes_nothing(&*model, &prompt)?;
    the_longest_prefix_is_reused(&*model, &prompt)?;
    the_same_seed_gives_the_same_text(&*model, &prompt)?;
    the_caller_stops_and_replaces(&*model, &prompt)?;
    cancelling_a_prefill_loses_nothing(&*model, &prompt)?;
    bad_requests_are_errors(&*model, &prompt)?;
    let cancelled = engine.load(files, options, &mut |_| ControlFlow::Break(()));
    assert!(matches!(cancelled, Err(EngineError::Cancelled)), "a load that is broken off says so");
    Ok(())
}

fn greedy(max_tokens: usize) -> Generation {
    let sampling = Sampling { temperature: 0.0, ..Sampling::default() };
    Generation {
        sampling,
        stop_tokens: Vec::new(),
        max_tokens: Some(max_tokens),
        alternatives: 3,
        lockstep: false,
    }
}

fn steps(session: &mut dyn Session, tokens: &[u32], generation: &Generation) -> Result<(Vec<Step>, Finish)> {
    let mut steps = Vec::new();
    let finish = session.generate(tokens, generation, &mut |event| {
        if let Event::Step(step) = event {
            steps.push(step);
        }
        Control::Continue
    })?;
    Ok((steps, finish))
}

fn text(session: &mut dyn Session, tokens: &[u32], count: usize) -> Result<Vec<u32>> {
    Ok(steps(session, tokens, &greedy(count))?.0.into_iter().map(|s| s.token).collect())
}

fn assert_close(a: &[Vec<f32>], b: &[Vec<f32>], what: &str) {
    assert_eq!(a.len(), b.len(), "{what}: rows");
    for (row, (a, b)) in a.iter().zip(b).enumerate() {
        assert_eq!(a.len(), b.len(), "{what}: row {row}");
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() <= TOLERANCE * (1.0 + a.abs()), "{what}: row {row}: {a} and {b}");
        }
    }
}

fn one_prefill_equals_token_by_token(model: &dyn Model, prompt: &[u32]) -> Result<()> {
    let whole = model.session(None)?.logits(prompt, 0)?;
    assert_eq!(whole.len(), prompt.len());
    assert_eq!(whole[0].len(), model.info().vocab);
    let mut session = model.session(None)?;
    let mut single = Vec::new();
    for end in 1..=prompt.len() {
        single.extend(session.logits(&prompt[..end], end - 1)?);
    }
    assert_close(&whole, &single, "one prefill and token by token");
    assert_eq!(session.len(), prompt.len());
    Ok(())
}

fn rewinding_changes_nothing(model: &dyn Model, prompt: &[u32]) -> Result<()> {
    let mut session = model.session(None)?;
    let expected = text(&mut *session, prompt, 12)?;
    for len in [0, 1, prompt.len() / 2, prompt.len() - 1, prompt.len(), prompt.len() + 3] {
        session.rewind(len);
        assert!(session.len() <= len, "rewinding to {len} left {}", session.len());
        assert_eq!(text(&mut *session, prompt, 12)?, expected, "after rewinding to {len}");
    }
    // Another ending, then back: what the other ending wrote must be gone.
    let mut other = prompt.to_vec();
    other.extend(prompt.iter().rev());
    let fresh = text(&mut *model.session(None)?, &other, 4)?;
    assert_eq!(text(&mut *session, &other, 4)?, fresh, "a longer prompt on the same prefix");
    assert_eq!(text(&mut *session, prompt, 12)?, expected, "back from a longer prompt");
    session.rewind(usize::MAX);
    assert_eq!(text(&mut *session, prompt, 12)?, expected, "a length beyond the end changes nothing");
    Ok(())
}

fn the_longest_prefix_is_reused(model: &dyn Model, prompt: &[u32]) -> Result<()> {
    let mut session = model.session(None)?;
    let mut tokens = prompt.to_vec();
    tokens.extend(text(&mut *session, prompt, 3)?);
    let mut reused = None;
    session.generate(&tokens, &greedy(1), &mut |event| {
        if let Event::Prefill { reused: r, total, .. } = event {
            assert_eq!(total, tokens.len());
            reused.get_or_insert(r);
        }
        Control::Continue
    })?;
    // The last token drawn is never in the cache yet.
    assert_eq!(reused, Some(tokens.len() - 1), "continuing costs one token");
    Ok(())
}

fn the_same_seed_gives_the_same_text(model: &dyn Model, prompt: &[u32]) -> Result<()> {
    let draw = |seed| -> Result<Vec<u32>> {
        let sampling = Sampling { temperature: 2.0, seed: Some(seed), ..Sampling::default() };
        let generation = Generation { sampling, ..greedy(16) };
        Ok(steps(&mut *model.session(None)?, prompt, &generation)?.0.into_iter().map(|s| s.token).collect())
    };
    assert_eq!(draw(3)?, draw(3)?);
    assert_ne!(draw(3)?, draw(4)?);
    Ok(())
}

fn the_caller_stops_and_replaces(model: &dyn Model, prompt: &[u32]) -> Result<()> {
    let mut session = model.session(None)?;
    let (all, finish) = steps(&mut *session, prompt, &greedy(6))?;
    assert_eq!((all.len(), finish), (6, Finish::MaxTokens));
    for (i, step) in all.iter().enumerate() {
        assert_eq!(step.position, prompt.len() + i);
        assert_eq!(step.alternatives.len(), 3);
        assert_eq!(step.alternatives[0].token, step.token, "greedy takes the best");
        assert!((step.alternatives[0].logprob - step.logprob).abs() < 1e-4 && step.logprob <= 0.0);
    }

    let stop_at = Generation { stop_tokens: vec![all[2].token], ..greedy(6) };
    let (stopped, finish) = steps(&mut *session, prompt, &stop_at)?;
    assert_eq!(finish, Finish::StopToken);
    assert_eq!(stopped.last().map(|s| s.token), Some(all[2].token), "the stop token is reported");

    let mut count = 0;
    let finish = session.generate(prompt, &greedy(6), &mut |event| {
        count += usize::from(matches!(event, Event::Step(_)));
        if count == 2 { Control::Stop } else { Control::Continue }
    })?;
    assert_eq!((count, finish), (2, Finish::Stopped), "cancelled within one token");

    let other = (all[1].token + 1) % model.info().vocab as u32;
    let mut seen = Vec::new();
    session.generate(prompt, &Generation { lockstep: true, ..greedy(4) }, &mut |event| {
        let Event::Step(step) = event else { return Control::Continue };
        seen.push(step.token);
        if seen.len() == 2 { Control::Replace(other) } else { Control::Continue }
    })?;
    let replaced = [prompt, &[all[0].token, other]].concat();
    let expected = text(&mut *model.session(None)?, &replaced, 2)?;
    assert_eq!(seen[2..], expected, "the text goes on from the token put in its place");
    let mut seen = Vec::new();
    session.generate(prompt, &greedy(4), &mut |event| {
        let Event::Step(step) = event else { return Control::Continue };
        seen.push(step.token);
        Control::Replace(other)
    })?;
    let drawn: Vec<u32> = all[..4].iter().map(|step| step.token).collect();
    assert_eq!(seen, drawn, "without lockstep no token is replaced");
    Ok(())
}

fn cancelling_a_prefill_loses_nothing(model: &dyn Model, prompt: &[u32]) -> Result<()> {
    let expected = text(&mut *model.session(None)?, prompt, 4)?;
    let mut session = model.session(None)?;
    let finish = session.generate(prompt, &greedy(4), &mut |_| Control::Stop)?;
    assert_eq!(finish, Finish::Stopped);
    assert_eq!(text(&mut *session, prompt, 4)?, expected);
    Ok(())
}

fn bad_requests_are_errors(model: &dyn Model, prompt: &[u32]) -> Result<()> {
    let mut session = model.session(Some(prompt.len() + 2))?;
    assert_eq!(session.context(), prompt.len() + 2);
    let (some, finish) = steps(&mut *session, prompt, &Generation { max_tokens: None, ..greedy(0) })?;
    assert_eq!(finish, Finish::ContextFull);
    assert_eq!(some.len(), 2, "as many tokens as the context holds");
    let long = [prompt, prompt].concat();
    let full = session.generate(&long, &greedy(1), &mut |_| Control::Continue);
    assert!(matches!(full, Err(EngineError::ContextFull { capacity, needed })
        if capacity == prompt.len() + 2 && needed == long.len()));
    let empty = session.generate(&[], &greedy(1), &mut |_| Control::Continue);
    assert!(matches!(empty, Err(EngineError::EmptyPrompt)));
    let vocab = model.info().vocab;
    let outside = session.generate(&[vocab as u32], &greedy(1), &mut |_| Control::Continue);
    assert!(matches!(outside, Err(EngineError::TokenOutOfRange { .. })));
    let expected = text(&mut *model.session(None)?, prompt, 2)?;
    assert_eq!(text(&mut *session, prompt, 2)?, expected, "an error loses nothing");
    Ok(())
}
