//! Whether a model has room.

use catalog::Shape;
use hardware::{Computer, Gpu, GpuKind};
use serde::Serialize;

use super::Device;

/// Bytes that a model needs on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Needed {
    /// Its weights.
    pub weights: u64,
    /// Keys and values of the conversation.
    pub cache: u64,
    /// What is in flight while it computes, the engine's own libraries included.
    pub working: u64,
    /// To spare, so that the screen and other programs do not push it out.
    pub margin: u64,
}

/// How well it fits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fit {
    /// There is room for it.
    Fits,
    /// There will be room once other programs have been closed.
    AfterClosing {
        /// Bytes that they would have to give back.
        to_free: u64,
    },
    /// A part of the weights has to be read from the disk again and again.
    FromDisk {
        /// That share of the weights, 0 to 1.
        share: f64,
    },
    /// It does not fit.
    TooLarge {
        /// Bytes that are missing.
        missing: u64,
    },
    /// How much room there is could not be found out.
    Unknown,
}

/// What the system and the programs that are always there keep for themselves.
const KEPT_BY_SYSTEM: u64 = 2 << 30;
/// A part of the weights may stay on the disk, but no more than this, or every word takes many seconds.
const MOST_FROM_DISK: f64 = 0.25;
/// Tokens that are read at once.
const CHUNK: u64 = 512;

impl Needed {
    /// What a model needs on a kind of device for a conversation of `context` tokens.
    pub(super) fn of(shape: &Shape, device: Device, context: u64) -> Self {
        let (value_bytes, libraries, margin_percent) = match device {
            // ONNX Runtime keeps float32 on the processor, the engine on candle half of it; weights lie where their
            // files are mapped.
            Device::Cpu => (4, 64 << 20, 0),
            // Compiled kernels and work space of the drivers take room as well, and how much varies.
            Device::Cuda | Device::Metal | Device::WebGpu | Device::DirectMl => (2, 400 << 20, 10),
        };
        let weights = shape.weight_bytes();
        let cache = shape.cache_bytes(context.min(shape.context()), value_bytes);
        let working = shape.working_bytes(CHUNK) + libraries;
        // Of what is estimated; the weights are known to the byte.
        let margin = (256 << 20) + (cache + working) * margin_percent / 100;
        Self { weights, cache, working, margin }
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.weights + self.cache + self.working + self.margin
    }
}

impl Fit {
    /// Whether the model can run at all.
    #[must_use]
    pub fn is_possible(self) -> bool {
        matches!(self, Self::Fits | Self::AfterClosing { .. } | Self::FromDisk { .. })
    }

    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Fits => 4,
            Self::AfterClosing { .. } => 3,
            Self::FromDisk { .. } => 2,
            Self::Unknown => 1,
            Self::TooLarge { .. } => 0,
        }
    }
}

/// On a card, whole or not at all: no engine here divides a model between card and processor.
pub(super) fn on_card(gpu: &Gpu, computer: &Computer, needed: &Needed) -> (Fit, Option<u64>) {
    // What an integrated card shares is the computer's: there the system keeps its part.
    let whole = match gpu.kind {
        Some(GpuKind::Integrated) => {
            let memory = computer.memory.total.map(|total| total.saturating_sub(KEPT_BY_SYSTEM));
            gpu.shared.map(|shared| memory.map_or(shared, |memory| shared.min(memory)))
        }
        _ => gpu.dedicated,
    };
    (judged(needed.total(), gpu.free, whole), gpu.free)
}

/// On the processor: the file is mapped, so what does not fit is read again when it is wanted.
pub(super) fn on_processor(computer: &Computer, needed: &Needed) -> (Fit, Option<u64>) {
    let whole = computer.memory.total.map(|total| total.saturating_sub(KEPT_BY_SYSTEM));
    let fit = judged(needed.total(), computer.memory.free, whole);
    let Fit::TooLarge { missing } = fit else { return (fit, computer.memory.free) };
    #[expect(clippy::cast_precision_loss)]
    let share = missing as f64 / needed.weights as f64;
    let ssd = computer.disk.as_ref().is_none_or(|disk| disk.rotating != Some(true));
    let fit = if share <= MOST_FROM_DISK && ssd { Fit::FromDisk { share } } else { fit };
    (fit, computer.memory.free)
}

fn judged(needed: u64, free: Option<u64>, whole: Option<u64>) -> Fit {
    match (free, whole) {
        (Some(free), _) if needed <= free => Fit::Fits,
        (Some(free), Some(whole)) if needed <= whole => Fit::AfterClosing { to_free: needed - free },
        (_, Some(whole)) if needed > whole => Fit::TooLarge { missing: needed - whole },
        // It would fit into an empty card, and how full this one is nobody says.
        (None, Some(_)) => Fit::Fits,
        (_, None) => Fit::Unknown,
        (Some(_), Some(_)) => Fit::Unknown,
    }
}
