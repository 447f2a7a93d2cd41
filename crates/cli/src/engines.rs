//! The engines of this program, and the model it brings: the only file here that names them.

use app::catalog::Format;
use app::choose::{Device, EngineSupport};
use app::{DataFolder, Equipment, ModelCard, Problem, Runs, models};
use engine::{Engine, ModelFiles};
use engine_process::{Launch, ProcessEngine};

/// The engine that runs models, in this process.
pub(crate) fn engine() -> impl Engine {
    engine_candle::CandleEngine
}

/// The same in a process of its own.
pub(crate) fn engine_in_process() -> Result<ProcessEngine, Problem> {
    Ok(ProcessEngine::new(engine().name(), Launch::this_program()?))
}

/// All that this program brings.
pub(crate) fn equipment() -> Result<Equipment, Problem> {
    Ok(Equipment {
        engines: vec![Box::new(engine_in_process()?)],
        support: SUPPORT,
        starter: starter::files(),
    })
}

/// Whether this program was started as that process; then it has served.
pub(crate) fn served() -> bool {
    engine_process::served(|| vec![Box::new(engine())], starter::files)
}

/// The model of this name or folder; where none is named, the current one or else the guide.
pub(crate) fn model(name: Option<&str>) -> Result<(ModelFiles, ModelCard), Problem> {
    let guide = || (starter::files(), models::starter());
    let current = || models::current(&DataFolder::of_this_computer());
    name.map_or_else(|| Ok(current().unwrap_or_else(guide)), models::find)
}

/// What runs models, in this version and in those to come.
pub(crate) const SUPPORT: &[EngineSupport] = &[
    EngineSupport { engine: "candle", device: Device::Cuda, here: false },
    EngineSupport { engine: "candle", device: Device::Metal, here: false },
    EngineSupport { engine: "onnx", device: Device::WebGpu, here: false },
    EngineSupport { engine: "onnx", device: Device::DirectMl, here: false },
    EngineSupport { engine: "candle", device: Device::Cpu, here: true },
];

/// What those of this version run.
pub(crate) const RUNS: &[Runs] =
    &[Runs { engine: "candle", format: Format::Checkpoint, architecture: "gpt_oss" }];
