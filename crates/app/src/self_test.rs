//! A known question with a known answer, asked once of every engine on every device and driver before its first use.
//!
//! Drivers exist that compute wrongly and say nothing. The guide, which is inside the program, has beside its weights
//! what it answers to one question, computed in float32 by a reference implementation: an engine that says something
//! else there is not to be trusted with another model.

use std::ops::ControlFlow;

use engine::{Control, Engine, Event, Generation, LoadOptions, ModelFiles, Sampling};
use serde::Deserialize;

use crate::choose::{Place, SelfTest};
use crate::data::DataFolder;

const FILE: &str = "self-tests.json";
/// The file beside the guide's weights.
const KNOWN: &str = "self-test.json";
/// How far the logarithm of a probability may be from the known one: int8 activations move it by a tenth of this.
const TOLERANCE: f32 = 0.25;

/// What is known.
#[derive(Deserialize)]
struct Known {
    prompt: Vec<u32>,
    answer: Vec<u32>,
    logprobs: Vec<f32>,
}

/// Every test that was made on this computer.
pub(crate) fn known(data: &DataFolder) -> Vec<SelfTest> {
    data.read(FILE)
}

/// Remembers how a test went, in place of an earlier one of the same place.
fn remember(data: &DataFolder, test: &SelfTest) {
    let mut tests = known(data);
    tests.retain(|other| other.place != test.place);
    tests.push(test.clone());
    data.write(FILE, &tests);
}

/// A test that failed is made again.
pub(crate) fn forget_failure(data: &DataFolder, place: &Place) {
    let mut tests = known(data);
    let before = tests.len();
    tests.retain(|test| test.place != *place || test.failure.is_none());
    if tests.len() < before {
        data.write(FILE, &tests);
    }
}

/// How the test of this version went in a place, which is made now if it was not yet. `starter` are the guide's files;
/// where they hold no known answer, as in tests, nothing is tested.
pub(crate) fn made(
    data: &DataFolder,
    starter: &ModelFiles,
    engine: &dyn Engine,
    options: &LoadOptions,
    place: &Place,
) -> Option<String> {
    if let Some(test) = known(data).into_iter().find(|test| test.counts_for(place)) {
        return test.failure;
    }
    let known: Known = serde_json::from_slice(&starter.read(KNOWN).ok()?).ok()?;
    let failure = failure(&known, starter, engine, options);
    remember(
        data,
        &SelfTest {
            place: place.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            failure: failure.clone(),
        },
    );
    failure
}

fn failure(
    known: &Known,
    starter: &ModelFiles,
    engine: &dyn Engine,
    options: &LoadOptions,
) -> Option<String> {
    let said = match answer(known, starter, engine, options) {
        Ok(said) => said,
        Err(error) => return Some(error.to_string()),
    };
    for (at, (token, logprob)) in known.answer.iter().zip(&known.logprobs).enumerate() {
        let Some((other, probable)) = said.get(at) else {
            return Some(format!("it said {} tokens of {}", said.len(), known.answer.len()));
        };
        // Written so that a probability that is no number is refused too.
        let near = (probable - logprob).abs() <= TOLERANCE;
        if other != token || !near {
            return Some(format!("at token {at} it said {other} ({probable}) and not {token} ({logprob})"));
        }
    }
    None
}

fn answer(
    known: &Known,
    starter: &ModelFiles,
    engine: &dyn Engine,
    options: &LoadOptions,
) -> engine::Result<Vec<(u32, f32)>> {
    let model = engine.load(starter, options, &mut |_| ControlFlow::Continue(()))?;
    let generation = Generation {
        sampling: Sampling { temperature: 0.0, ..Sampling::default() },
        stop_tokens: Vec::new(),
        max_tokens: Some(known.answer.len()),
        alternatives: 0,
        lockstep: false,
    };
    let mut said = Vec::new();
    model.session(None)?.generate(&known.prompt, &generation, &mut |event| {
        if let Event::Step(step) = event {
            said.push((step.token, step.logprob));
        }
        Control::Continue
    })?;
    Ok(said)
}
