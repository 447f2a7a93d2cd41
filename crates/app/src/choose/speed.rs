//! How fast a model will write.
//!
//! To write a token, the weights that it uses have to be read once, so memory bandwidth divided by those bytes is the
//! bound that no engine passes. How near an engine comes to it is what was measured, or else a range.

use catalog::Shape;
use hardware::{Computer, Cpu, Gpu, GpuKind};
use serde::Serialize;

use super::{EngineSupport, Experience, Fit};

/// A range of speeds, in tokens per second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Speed {
    /// At least, most of the time.
    pub low: f64,
    /// At most, with nothing beside it.
    pub high: f64,
    /// What it rests on.
    pub basis: Basis,
}

/// What an expected speed rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// What this computer reached before.
    Reached,
    /// The measured speed of the memory.
    Memory,
    /// What the card says of itself.
    Card,
    /// What computers of this kind reach.
    Kind,
}

impl Speed {
    /// The same in words per second: three words in French or English are about four tokens.
    #[must_use]
    pub fn words(&self) -> (f64, f64) {
        (self.low * 0.75, self.high * 0.75)
    }
}

/// How far a measured speed differs from one day to the next.
const DAILY: f64 = 0.15;
/// Bytes per second of a disk without moving parts, reading here and there.
const DISK: f64 = 1.0e9;

pub(super) fn expected(
    computer: &Computer,
    shape: &Shape,
    support: EngineSupport,
    gpu: Option<&Gpu>,
    experience: &Experience,
    fit: Fit,
) -> Option<Speed> {
    #[expect(clippy::cast_precision_loss)]
    let bytes = shape.bytes_per_token() as f64;
    let reached = experience.reached.iter().find(|reached| {
        (reached.engine.as_str(), reached.device) == (support.engine, support.device)
            && reached.gpu.as_deref() == gpu.map(|gpu| gpu.id.as_str())
    });
    let (low, high, basis) = if let Some(reached) = reached {
        let speed = reached.bytes_per_second;
        (speed * (1.0 - DAILY), speed * (1.0 + DAILY), Basis::Reached)
    } else if let Some(gpu) = gpu {
        on_card(gpu, computer)?
    } else {
        on_processor(computer)?
    };
    let slowed = |bytes_per_second: f64, share: f64| 1.0 / (bytes / bytes_per_second + bytes * share / DISK);
    Some(match fit {
        Fit::FromDisk { share } => Speed { low: slowed(low, share), high: slowed(high, share), basis },
        // As long as the other programs are there, what they hold is read from the disk.
        #[expect(clippy::cast_precision_loss)]
        Fit::AfterClosing { to_free } if gpu.is_none() => {
            let share = to_free as f64 / shape.weight_bytes() as f64;
            Speed { low: slowed(low, share.min(1.0)), high: high / bytes, basis }
        }
        _ => Speed { low: low / bytes, high: high / bytes, basis },
    })
}

/// Bytes of weights per second on a card: engines reach between half and five sixths of what its memory gives.
fn on_card(gpu: &Gpu, computer: &Computer) -> Option<(f64, f64, Basis)> {
    #[expect(clippy::cast_precision_loss)]
    let near = |bandwidth: u64, basis| (bandwidth as f64 * 0.4, bandwidth as f64 * 0.8, basis);
    if let Some(bandwidth) = gpu.bandwidth {
        return Some(near(bandwidth, Basis::Card));
    }
    match gpu.kind? {
        // The computer's memory is the card's.
        GpuKind::Integrated => Some(match computer.memory.bandwidth {
            Some(bandwidth) => near(bandwidth, Basis::Memory),
            None => (15.0e9, 80.0e9, Basis::Kind),
        }),
        // From a card for laptops with a bus of 128 bits to the largest ones.
        GpuKind::Discrete => Some((80.0e9, 600.0e9, Basis::Kind)),
        GpuKind::Virtual | GpuKind::Software => None,
    }
}

/// Bytes of weights that one core can take in and multiply per second, beside the time that the memory takes.
/// The first is measured, with `domicile bench` on 24 layers of gpt-oss-20b's shape (8 tokens a second on two cores with
/// 53 GB/s); the others are in proportion to what their instructions do at once.
fn per_core(cpu: &Cpu) -> f64 {
    let has = |name: &str| cpu.features.iter().any(|feature| feature == name);
    if has("avx512vnni") || has("avxvnni") {
        36.0e9
    } else if has("avx2") || has("dotprod") {
        18.0e9
    } else {
        2.0e9
    }
}

fn on_processor(computer: &Computer) -> Option<(f64, f64, Basis)> {
    let cores = f64::from(computer.cpu.cores?);
    // Beyond what the memory can feed, more cores do not help.
    let computing = cores * per_core(&computer.cpu);
    let with = |bandwidth: f64| 1.0 / (1.0 / bandwidth + 1.0 / computing);
    #[expect(clippy::cast_precision_loss)]
    Some(match computer.memory.bandwidth {
        Some(bandwidth) => {
            let middle = with(bandwidth as f64);
            (middle * 0.8, middle * 1.2, Basis::Memory)
        }
        None => (with(12.0e9) * 0.8, with(60.0e9), Basis::Kind),
    })
}
