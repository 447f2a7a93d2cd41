//! The engines of this program, and the model it brings: the only file here that names them.

use app::catalog::Format;
use app::choose::{Device, EngineSupport};
use app::computer::Computer;
use app::{DataFolder, Equipment, ModelCard, Problem, Runs, SelfTestFiles, models};
use engine::{Engine, ModelFiles};
use engine_candle::CandleEngine;
use engine_onnx::OnnxEngine;
use engine_process::{Launch, ProcessEngine};
use serde::Serialize;

pub(crate) const CANDLE: &str = "candle";
pub(crate) const ONNX: &str = "onnx";

/// Name of the engine that reads these files.
pub(crate) fn for_files(files: &ModelFiles) -> &'static str {
    match models::format_of(files) {
        Format::Onnx => ONNX,
        Format::Checkpoint | Format::Gguf => CANDLE,
    }
}

/// The engine of this name, in this process.
pub(crate) fn engine(name: &str) -> Box<dyn Engine> {
    match name {
        ONNX => Box::new(OnnxEngine::new(engine_onnx::library())),
        _ => Box::new(CandleEngine),
    }
}

/// The same in a process of its own.
pub(crate) fn engine_in_process(name: &'static str) -> Result<Box<dyn Engine>, Problem> {
    Ok(Box::new(ProcessEngine::new(name, Launch::this_program()?)))
}

/// All that this program brings.
pub(crate) fn equipment() -> Result<Equipment, Problem> {
    Ok(Equipment {
        engines: vec![engine_in_process(CANDLE)?, engine_in_process(ONNX)?],
        support: support(),
        starter: starter::files(),
        self_tests: self_tests(),
    })
}

/// Whether this program was started as that process; then it has served.
pub(crate) fn served() -> bool {
    engine_process::served(|| [CANDLE, ONNX].map(engine).into(), starter::files)
}

/// The model of this name or folder; where none is named, the current one or else the guide.
pub(crate) fn model(name: Option<&str>) -> Result<(ModelFiles, ModelCard), Problem> {
    let guide = || (starter::files(), models::starter());
    let current = || models::current(&DataFolder::of_this_computer());
    name.map_or_else(|| Ok(current().unwrap_or_else(guide)), models::find)
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
pub(crate) fn support() -> Vec<EngineSupport> {
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

/// A provider of ONNX Runtime with a device that it could use.
#[derive(Serialize)]
pub(crate) struct Provider {
    pub(crate) provider: String,
    /// `cpu`, `gpu` or `npu`; none where it cannot be used.
    pub(crate) kind: Option<&'static str>,
    /// The graphics card of this computer that the device is, by its id.
    pub(crate) card: Option<String>,
    /// Why it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
}

/// What ONNX Runtime finds of this computer, and the providers that lie beside it and are of no use here.
pub(crate) fn providers(computer: &Computer) -> Result<Vec<Provider>, Problem> {
    let library = engine_onnx::library();
    let others = library.as_deref().map(engine_onnx::providers_beside).unwrap_or_default();
    let (listed, refused) = engine_onnx::listed(library.as_deref(), &others)?;
    let found = listed.into_iter().map(|listed| Provider {
        card: (listed.kind == "gpu")
            .then(|| computer.card(listed.pci.as_deref(), listed.dxgi_index, listed.chip))
            .flatten()
            .map(|gpu| gpu.id.clone()),
        provider: listed.provider,
        kind: Some(listed.kind),
        refused: None,
    });
    let useless = refused.into_iter().map(|refused| Provider {
        provider: refused.file,
        kind: None,
        card: None,
        refused: Some(refused.detail),
    });
    Ok(found.chain(useless).collect())
}
