//! A known question with a known answer, asked once of every engine on every device and driver before its first use.
//!
//! Drivers exist that compute wrongly and say nothing. The guide, which is inside the program, has beside its weights
//! what it answers to one question, computed in float32 by a reference implementation: an engine that says something
//! else there is not to be trusted with another model. Engines for other files have small models of their own for this.

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use catalog::Format;
use engine::{Control, Engine, EngineError, Event, Generation, LoadOptions, ModelFiles, Sampling};
use serde::Deserialize;

use crate::choose::{Place, SelfTest};
use crate::data::DataFolder;
use crate::{Problem, ProblemCode, models};

const FILE: &str = "self-tests.json";
/// The file beside the weights.
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

/// Makes the test of this version in a place, if it was not made yet. `files` hold a model and its known answer; where
/// they hold none, as in tests, nothing is tested.
///
/// # Errors
/// [`ProblemCode::SelfTestFailed`], now or when it was made; what keeps it from being made, which is not remembered: the
/// library or the device is not there, or the disk is full.
pub(crate) fn made(
    data: &DataFolder,
    files: &ModelFiles,
    engine: &dyn Engine,
    options: &LoadOptions,
    place: &Place,
) -> Result<(), Problem> {
    let outcome = |failure: Option<String>| match failure {
        Some(reason) => Err(Problem::new(ProblemCode::SelfTestFailed, reason)),
        None => Ok(()),
    };
    if let Some(test) = known(data).into_iter().find(|test| test.counts_for(place)) {
        return outcome(test.failure);
    }
    let known = files.read(KNOWN).ok().and_then(|text| serde_json::from_slice::<Known>(&text).ok());
    let Some(known) = known else { return Ok(()) };
    let unpacked = Unpacked::of(files, data)?;
    let failure = match answer(&known, &unpacked.files, engine, options) {
        Ok(said) => difference(&known, &said),
        Err(
            error @ (EngineError::RuntimeUnusable { .. }
            | EngineError::ProviderRefused { .. }
            | EngineError::DeviceUnavailable { .. }),
        ) => return Err(error.into()),
        Err(error) => Some(error.to_string()),
    };
    remember(
        data,
        &SelfTest {
            place: place.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            failure: failure.clone(),
        },
    );
    outcome(failure)
}

/// Files where their engine can read them: a graph has its weights beside it, in a folder.
struct Unpacked {
    files: ModelFiles,
    folder: Option<PathBuf>,
}

impl Unpacked {
    fn of(files: &ModelFiles, data: &DataFolder) -> Result<Self, Problem> {
        let (Format::Onnx, ModelFiles::Memory(inside)) = (models::format_of(files), files) else {
            return Ok(Self { files: files.clone(), folder: None });
        };
        // Two programs may be at it at once.
        let name = format!("self-test-{}", std::process::id());
        let folder = data.clone().or_a_passing_one().file(&name).unwrap_or_default();
        // From here on it is removed, however far it came.
        let unpacked = Self { files: ModelFiles::Folder(folder.clone()), folder: Some(folder.clone()) };
        fs::create_dir_all(&folder).map_err(|error| Problem::unwritable(&folder, &error))?;
        for (name, bytes) in *inside {
            let file = folder.join(name);
            fs::write(&file, bytes).map_err(|error| Problem::unwritable(&file, &error))?;
        }
        Ok(unpacked)
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        // What cannot be removed is small.
        let _ = self.folder.as_ref().map(fs::remove_dir_all);
    }
}

/// What was said otherwise than it is known.
fn difference(known: &Known, said: &[(u32, f32)]) -> Option<String> {
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
