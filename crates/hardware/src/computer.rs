//! The computer, as the rest of the program knows it: plain values. Unknown is `None`, never 0. Sizes are bytes.

use serde::Serialize;

use crate::cards;

/// A computer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Computer {
    /// `windows`, `macos` or `linux`.
    pub os: String,
    /// Version of the system.
    pub os_version: Option<String>,
    /// `x86_64` or `aarch64`.
    pub arch: String,
    /// The virtual machine that this is, if it is one.
    pub virtual_machine: Option<String>,
    /// Whether the person looks at it from another computer.
    pub remote_session: Option<bool>,
    /// The processor.
    pub cpu: Cpu,
    /// The memory.
    pub memory: Memory,
    /// Graphics cards: discrete ones first, the roomiest of them first; those that only pretend to be one, last.
    pub gpus: Vec<Gpu>,
    /// Neural processors.
    pub npus: Vec<Npu>,
    /// The disk that holds the data folder.
    pub disk: Option<Disk>,
    /// Battery or mains.
    pub power: Power,
    /// What is odd about the readings.
    pub remarks: Vec<Remark>,
}

impl Computer {
    /// The card that another program means by its PCI address, its number for DXGI, or else the PCI ids of its chip;
    /// `None` where there is no such card, or where it could be one of several.
    #[must_use]
    pub fn card(&self, pci: Option<&str>, dxgi_index: Option<u32>, chip: (u32, u32)) -> Option<&Gpu> {
        cards::meant(&self.gpus, pci, dxgi_index, chip)
    }
}

/// The processor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cpu {
    /// As it names itself.
    pub name: Option<String>,
    /// Cores that count for computing: physical ones of the fastest kind, and no more than this program may use.
    pub cores: Option<u32>,
    /// Hardware threads in all.
    pub threads: Option<u32>,
    /// Instruction sets of those that an engine has a path for.
    pub features: Vec<String>,
}

/// The memory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Memory {
    /// What this program could have at most.
    pub total: Option<u64>,
    /// What it could have now without anything being moved to the disk.
    pub free: Option<u64>,
    /// Bytes per second, where it has been measured.
    pub bandwidth: Option<u64>,
}

/// A graphics card.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gpu {
    /// A name for it that lasts as long as the card stays where it is.
    pub id: String,
    /// As it is sold.
    pub name: String,
    /// Who made the chip.
    pub vendor: Vendor,
    /// PCI ids of the vendor and of the device.
    pub chip: Option<(u32, u32)>,
    /// What it is.
    pub kind: Option<GpuKind>,
    /// Memory of its own.
    pub dedicated: Option<u64>,
    /// Memory of the computer that it may use.
    pub shared: Option<u64>,
    /// What a program could take of either now: of its own for a discrete card, of both for an integrated one.
    pub free: Option<u64>,
    /// Bytes per second of the card's own memory.
    pub bandwidth: Option<u64>,
    /// Version of the driver.
    pub driver: Option<String>,
    /// Highest Direct3D 12 feature level.
    pub direct3d: Option<String>,
    /// CUDA compute capability.
    pub cuda: Option<(u32, u32)>,
    /// Its number for CUDA.
    pub cuda_index: Option<u32>,
    /// Its number for DXGI, which DirectML takes.
    pub dxgi_index: Option<u32>,
    /// Whether Metal drives it.
    pub metal: bool,
    /// Highest version of Vulkan.
    pub vulkan: Option<String>,
    /// The sources that know it.
    pub sources: Vec<&'static str>,
}

/// Who made a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
    /// Intel.
    Intel,
    /// Apple.
    Apple,
    /// Qualcomm.
    Qualcomm,
    /// Microsoft: software in the place of a card.
    Microsoft,
    /// Another one.
    Other,
}

/// What a graphics card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GpuKind {
    /// A card with memory of its own.
    Discrete,
    /// A part of the processor, using the computer's memory.
    Integrated,
    /// A card that a virtual machine shows.
    Virtual,
    /// A program that computes on the processor.
    Software,
}

/// A neural processor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Npu {
    /// Its name.
    pub name: String,
    /// Who made it.
    pub vendor: Vendor,
}

/// A disk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disk {
    /// Size.
    pub total: u64,
    /// Free.
    pub free: u64,
    /// Whether it has moving parts.
    pub rotating: Option<bool>,
    /// Name of the file system.
    pub file_system: Option<String>,
    /// Whether it can be unplugged.
    pub removable: bool,
}

/// Where the power comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Power {
    /// Whether there is a battery.
    pub battery: Option<bool>,
    /// Whether it runs on it.
    pub on_battery: Option<bool>,
    /// Charge, 0 to 1.
    pub charge: Option<f32>,
}

/// Something odd about the readings, which may explain what looks wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Remark {
    /// A source that is there did not answer.
    SourceFailed {
        /// Its name.
        source: String,
        /// What it said.
        error: String,
    },
    /// Two sources differ by more than a tenth about a card's own memory.
    MemoryDisputed {
        /// The card.
        gpu: String,
        /// What was taken.
        taken: u64,
        /// What another source says.
        other: u64,
        /// That source.
        source: &'static str,
    },
}
