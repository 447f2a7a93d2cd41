//! The one file of the window that names engines and the model inside the program.

use app::catalog::Format;
use app::choose::{Device, EngineSupport};
use app::{Equipment, Runs, SelfTestFiles};
use engine::Engine;
use engine_candle::CandleEngine;
use engine_onnx::OnnxEngine;
use engine_process::{Launch, ProcessEngine};

const CANDLE: &str = "candle";
const ONNX: &str = "onnx";

/// All that this program brings. Every engine is in a process of its own; where this program does not find itself, the
/// one that loads no library is in this one.
pub(crate) fn equipment() -> Equipment {
    let in_process = |launch: Launch| -> Vec<Box<dyn Engine>> {
        let engine = |name| Box::new(ProcessEngine::new(name, launch.clone())) as Box<dyn Engine>;
        [CANDLE, ONNX].map(engine).into()
    };
    let engines = Launch::this_program().map_or_else(|_| vec![Box::new(CandleEngine) as _], in_process);
    Equipment { engines, support: support(), starter: starter::files(), self_tests: self_tests() }
}

/// Whether this program was started as that process; then it has served.
pub(crate) fn served() -> bool {
    let engines = || -> Vec<Box<dyn Engine>> {
        vec![Box::new(CandleEngine), Box::new(OnnxEngine::new(engine_onnx::library()))]
    };
    engine_process::served(engines, starter::files)
}

/// What the engine on ONNX Runtime is tried with: DirectML leaves out much of a gpt-oss.
fn self_tests() -> Vec<SelfTestFiles> {
    const OTHERS: &[Device] = &[Device::Cpu, Device::WebGpu];
    vec![
        SelfTestFiles { engine: ONNX, devices: OTHERS, files: starter::onnx_gpt_oss() },
        SelfTestFiles { engine: ONNX, devices: &[Device::DirectMl], files: starter::onnx_dense() },
    ]
}

/// What runs models, in this version and in those to come; of equals the first is preferred.
fn support() -> Vec<EngineSupport> {
    let candle = |device, here| EngineSupport { engine: CANDLE, format: Format::Checkpoint, device, here };
    let library = engine_onnx::library().is_some();
    let onnx =
        |device, here| EngineSupport { engine: ONNX, format: Format::Onnx, device, here: here && library };
    vec![
        candle(Device::Cuda, false),
        candle(Device::Metal, false),
        onnx(Device::WebGpu, true),
        onnx(Device::DirectMl, cfg!(windows)),
        candle(Device::Cpu, true),
        onnx(Device::Cpu, true),
    ]
}

const ON_ONNX: &[&str] = if cfg!(windows) { &["cpu", "webgpu", "directml"] } else { &["cpu", "webgpu"] };

/// The models that the engines of this version run: `model_type` of transformers, as GenAI's builder takes it.
pub(crate) const RUNS: &[Runs] = &[
    Runs {
        engine: CANDLE,
        format: Format::Checkpoint,
        architectures: &["gpt_oss"],
        devices: &["cpu"],
        converses: true,
    },
    Runs {
        engine: ONNX,
        format: Format::Onnx,
        architectures: &["gpt_oss"],
        devices: ON_ONNX,
        converses: true,
    },
    Runs {
        engine: ONNX,
        format: Format::Onnx,
        architectures: &["gemma", "gemma2", "gemma3_text", "llama", "mistral", "phi3", "qwen2", "qwen3"],
        devices: ON_ONNX,
        // Their templates of conversation are not known yet.
        converses: false,
    },
];
