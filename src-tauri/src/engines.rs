//! The one file of the window that names engines and the model inside the program.

use app::catalog::Format;
use app::choose::{Device, EngineSupport};
use app::{Equipment, Runs};
use engine::{Engine, ModelFiles};
use engine_candle::CandleEngine;
use engine_process::{Launch, ProcessEngine};

/// All that this program brings. Every engine is in a process of its own; where this program does not find itself, in
/// this one.
pub(crate) fn equipment() -> Equipment {
    let engine: Box<dyn Engine> = match Launch::this_program() {
        Ok(launch) => Box::new(ProcessEngine::new(CandleEngine.name(), launch)),
        Err(_) => Box::new(CandleEngine),
    };
    Equipment { engines: vec![engine], support: SUPPORT, starter: starter() }
}

/// Whether this program was started as that process; then it has served.
pub(crate) fn served() -> bool {
    engine_process::served(|| vec![Box::new(CandleEngine)], starter)
}

fn starter() -> ModelFiles {
    starter::files()
}

/// What runs models, in this version and in those to come.
const SUPPORT: &[EngineSupport] = &[
    EngineSupport { engine: "candle", device: Device::Cuda, here: false },
    EngineSupport { engine: "candle", device: Device::Metal, here: false },
    EngineSupport { engine: "onnx", device: Device::WebGpu, here: false },
    EngineSupport { engine: "onnx", device: Device::DirectMl, here: false },
    EngineSupport { engine: "candle", device: Device::Cpu, here: true },
];

/// The models that these engines run.
pub(crate) const RUNS: &[Runs] =
    &[Runs { engine: "candle", format: Format::Checkpoint, architecture: "gpt_oss" }];
