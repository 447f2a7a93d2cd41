//! Which engine on which device should run a model on a computer, and what to expect of it.
//!
//! One pure function over plain values: nothing is read, tried or measured here, so every recorded computer is a
//! test. What it says it says in facts; the words are the interface's.

mod fit;
mod speed;

use catalog::{Format, Shape};
use hardware::{Computer, Gpu, GpuKind};
use serde::{Deserialize, Serialize};

pub use fit::{Fit, Needed};
pub use speed::{Basis, Speed};

/// What an engine computes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// The processor.
    Cpu,
    /// An NVIDIA card.
    Cuda,
    /// A Mac's graphics.
    Metal,
    /// Any card that WebGPU drives.
    WebGpu,
    /// Any card that Direct3D 12 drives.
    DirectMl,
}

/// An engine on a kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineSupport {
    /// Name of the engine.
    pub engine: &'static str,
    /// What the files of its models are.
    pub format: Format,
    /// What it computes on.
    pub device: Device,
    /// Whether this version of Domicile brings it.
    pub here: bool,
}

/// A model that might be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its measures.
    pub shape: Shape,
    /// The forms in which it is here or can be had.
    pub formats: Vec<Format>,
}

/// What was learned on this computer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Experience {
    /// Speeds that were reached.
    pub reached: Vec<Reached>,
    /// Whether devices gave the known answer to the known question.
    pub self_tests: Vec<SelfTest>,
}

impl Experience {
    /// How the self-test of this version went in a place; `None` where there was none yet.
    #[must_use]
    pub fn self_test(&self, place: &Place) -> Option<&SelfTest> {
        self.self_tests.iter().find(|test| test.counts_for(place))
    }
}

impl SelfTest {
    /// Whether it is of this place, and of this version.
    pub(crate) fn counts_for(&self, place: &Place) -> bool {
        self.place == *place && self.version == env!("CARGO_PKG_VERSION")
    }
}

impl Choice {
    /// Where this is, as it is remembered.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            engine: self.engine.to_owned(),
            device: self.device,
            gpu: self.gpu.clone(),
            driver: self.driver.clone(),
        }
    }
}

/// A speed that was reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// Name of the engine.
    pub engine: String,
    /// What it computed on.
    pub device: Device,
    /// [`Gpu::id`]; `None` for the processor.
    pub gpu: Option<String>,
    /// Bytes of weights read per second while writing.
    pub bytes_per_second: f64,
}

/// An engine on a device, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Name of the engine.
    pub engine: String,
    /// What it computes on.
    pub device: Device,
    /// [`Gpu::id`]; `None` for the processor.
    pub gpu: Option<String>,
    /// Its driver, or the processor's name: with another one it is another place.
    pub driver: Option<String>,
}

/// Whether an engine on a device gave the known answer to the known question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SelfTest {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Which version of Domicile asked.
    pub version: String,
    /// What went wrong, in technical English; `None`: nothing.
    pub failure: Option<String>,
}

/// One way to run the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// Name of the engine.
    pub engine: &'static str,
    /// What it computes on.
    pub device: Device,
    /// [`Gpu::id`]; `None` for the processor.
    pub gpu: Option<String>,
    /// The card's driver; the processor's name.
    pub driver: Option<String>,
    /// Name of the card or the processor.
    pub name: Option<String>,
    /// Whether it is among what a person is offered.
    pub offered: bool,
    /// Whether the model fits.
    pub fit: Fit,
    /// What it needs, bytes.
    pub needed: Needed,
    /// What there is now, bytes.
    pub available: Option<u64>,
    /// How fast it will write.
    pub speed: Option<Speed>,
    /// What stands in the way, if it is not for want of room.
    pub obstacle: Option<Obstacle>,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Obstacle {
    /// This version of Domicile does not bring the engine.
    NotInThisVersion,
    /// The card is too old for it, or its driver is.
    CardTooOld,
    /// It would compute this kind of model wrongly.
    ComputedWrongly {
        /// What it does not do, in technical English.
        reason: &'static str,
    },
    /// It did not give the known answer to the known question.
    SelfTestFailed {
        /// What went wrong.
        reason: String,
    },
}

/// Every way in which a computer could run a model, best first. `context` is the conversation to make room for, in
/// tokens.
#[must_use]
pub fn choose(
    computer: &Computer,
    candidate: &Candidate,
    engines: &[EngineSupport],
    experience: &Experience,
    context: u64,
) -> Vec<Choice> {
    let shape = &candidate.shape;
    let mut choices: Vec<Choice> = engines
        .iter()
        .filter(|support| candidate.formats.contains(&support.format))
        .flat_map(|support| {
            let places = places(computer, support.device);
            places.into_iter().map(|gpu| considered(computer, shape, *support, gpu, experience, context))
        })
        .collect();
    // Stable: of equals the one that the program names first stays first.
    choices.sort_by(|one, other| {
        (other.offered, other.fit.rank()).cmp(&(one.offered, one.fit.rank())).then_with(|| {
            let middle = |choice: &Choice| choice.speed.map_or(0.0, |speed| speed.low + speed.high);
            middle(other).total_cmp(&middle(one))
        })
    });
    choices
}

/// The cards that a kind of device stands for; `None` is the processor.
fn places(computer: &Computer, device: Device) -> Vec<Option<&Gpu>> {
    let real = |gpu: &&Gpu| !matches!(gpu.kind, Some(GpuKind::Software | GpuKind::Virtual));
    let gpus = computer.gpus.iter().filter(real);
    match device {
        Device::Cpu => vec![None],
        Device::Cuda => gpus.filter(|gpu| gpu.cuda.is_some()).map(Some).collect(),
        Device::Metal => gpus.filter(|gpu| gpu.metal).map(Some).collect(),
        Device::DirectMl => gpus.filter(|gpu| gpu.dxgi_index.is_some()).map(Some).collect(),
        // Through Direct3D 12 on Windows, Vulkan on Linux, Metal on macOS.
        Device::WebGpu => gpus
            .filter(|gpu| gpu.dxgi_index.is_some() || gpu.vulkan.is_some() || gpu.metal)
            .map(Some)
            .collect(),
    }
}

fn considered(
    computer: &Computer,
    shape: &Shape,
    support: EngineSupport,
    gpu: Option<&Gpu>,
    experience: &Experience,
    context: u64,
) -> Choice {
    let needed = Needed::of(shape, support.device, context);
    let (fit, available) = match gpu {
        Some(gpu) => fit::on_card(gpu, computer, &needed),
        None => fit::on_processor(computer, &needed),
    };
    let obstacle = obstacle(computer, shape, support, gpu, experience);
    let speed = speed::expected(computer, shape, support, gpu, experience, fit);
    Choice {
        engine: support.engine,
        device: support.device,
        gpu: gpu.map(|gpu| gpu.id.clone()),
        driver: driver(computer, gpu),
        name: gpu.map(|gpu| gpu.name.clone()).or_else(|| computer.cpu.name.clone()),
        offered: obstacle.is_none() && fit.is_possible(),
        fit,
        needed,
        available,
        speed: speed.filter(|_| fit.is_possible()),
        obstacle,
    }
}

fn driver(computer: &Computer, gpu: Option<&Gpu>) -> Option<String> {
    gpu.map_or_else(|| computer.cpu.name.clone(), |gpu| gpu.driver.clone())
}

/// Oldest compute capability that the CUDA build of candle has code for.
const OLDEST_CUDA: (u32, u32) = (7, 5);

/// What DirectML leaves out of gpt-oss. The engine, which looks at the graph itself, refuses it there as well.
const NOT_IN_DIRECTML: &str =
    "DirectML leaves out the sinks and windows of its attention, and has no experts";

fn obstacle(
    computer: &Computer,
    shape: &Shape,
    support: EngineSupport,
    gpu: Option<&Gpu>,
    experience: &Experience,
) -> Option<Obstacle> {
    let too_old = gpu.is_some_and(|gpu| match support.device {
        Device::Cuda => gpu.cuda.is_some_and(|capability| capability < OLDEST_CUDA),
        // ONNX Runtime wants a card of this feature level for either.
        Device::DirectMl => !has_direct3d_12(gpu),
        Device::WebGpu => gpu.dxgi_index.is_some() && !has_direct3d_12(gpu),
        Device::Cpu | Device::Metal => false,
    });
    if too_old {
        return Some(Obstacle::CardTooOld);
    }
    if support.device == Device::DirectMl && shape.architecture() == "gpt_oss" {
        return Some(Obstacle::ComputedWrongly { reason: NOT_IN_DIRECTML });
    }
    let place = Place {
        engine: support.engine.to_owned(),
        device: support.device,
        gpu: gpu.map(|gpu| gpu.id.clone()),
        driver: driver(computer, gpu),
    };
    if let Some(reason) = experience.self_test(&place).and_then(|test| test.failure.clone()) {
        return Some(Obstacle::SelfTestFailed { reason });
    }
    (!support.here).then_some(Obstacle::NotInThisVersion)
}

/// Levels are written `12_0`, `12_1`, …
fn has_direct3d_12(gpu: &Gpu) -> bool {
    gpu.direct3d.as_deref().is_some_and(|level| level.starts_with("12_"))
}
