//! What was read from one computer, source by source, before anything is concluded from it.
//!
//! A recording is written to a file with a bug report and serves as a test, so nothing in it tells who the person is:
//! no serial number, no unique id of a card, no name of a computer, a user, a network or a folder.

use serde::{Deserialize, Serialize};

/// The version of this format. A recording of another version is refused.
pub const FORMAT: u32 = 1;

/// Everything that was read. A source that is not on this kind of system, or that did not answer, is `None`; what
/// failed says so in `failures`. Sizes are bytes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recording {
    /// [`FORMAT`].
    pub format: u32,
    /// Where it comes from: read on a real computer, or written after the documentation of such systems.
    pub origin: String,
    /// The operating system.
    pub system: SystemReading,
    /// The processor.
    pub cpu: CpuReading,
    /// The memory.
    pub memory: MemoryReading,
    /// Graphics adapters in the order of DXGI (Windows).
    pub dxgi: Option<Vec<DxgiAdapter>>,
    /// Compute adapters of DXCore (Windows), where NPUs are found.
    pub dxcore: Option<Vec<DxcoreAdapter>>,
    /// Cards of NVIDIA's management library.
    pub nvml: Option<Vec<NvmlCard>>,
    /// Cards of the kernel's direct rendering manager, /sys/class/drm (Linux).
    pub drm: Option<Vec<DrmCard>>,
    /// Devices of /sys/class/accel, where NPUs are found (Linux).
    pub accel: Option<Vec<AccelDevice>>,
    /// Devices of the Vulkan loader.
    pub vulkan: Option<Vec<VulkanDevice>>,
    /// Devices of Metal (macOS).
    pub metal: Option<Vec<MetalDevice>>,
    /// The disk that holds the data folder.
    pub disk: Option<DiskReading>,
    /// Battery or mains.
    pub power: PowerReading,
    /// Sources that are there and did not answer.
    pub failures: Vec<SourceFailure>,
}

/// The operating system.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SystemReading {
    /// `windows`, `macos` or `linux`.
    pub os: String,
    /// As the system says it, for example `11 (26100)`.
    pub version: Option<String>,
    /// `x86_64` or `aarch64`.
    pub arch: String,
    /// Whether this session is shown on another computer (Remote Desktop), where that can be told.
    pub remote_session: Option<bool>,
    /// The virtual machine or emulation this runs in, as the firmware names it.
    pub virtual_machine: Option<String>,
}

/// The processor.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CpuReading {
    /// As it names itself.
    pub name: Option<String>,
    /// Physical cores of all kinds.
    pub physical_cores: Option<u32>,
    /// Physical cores of the fastest kind, where there are several kinds.
    pub performance_cores: Option<u32>,
    /// Hardware threads.
    pub threads: Option<u32>,
    /// Hardware threads this process may use (affinity, container limits).
    pub usable_threads: Option<u32>,
    /// Instruction sets beyond the base of the architecture, of those an engine has a path for.
    pub features: Vec<String>,
}

/// The memory. Bytes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryReading {
    /// Installed, as far as the system can use it.
    pub total: Option<u64>,
    /// What programs could take now without swapping.
    pub available: Option<u64>,
    /// The most this process may have (container limits), where that is less than all.
    pub limit: Option<u64>,
    /// What this process's container uses of that limit.
    pub limit_used: Option<u64>,
    /// Bytes per second that reading reached with all cores; measured once and remembered.
    pub bandwidth: Option<u64>,
}

/// One adapter of DXGI: `DXGI_ADAPTER_DESC3`, `QueryVideoMemoryInfo` and `D3D12CreateDevice`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DxgiAdapter {
    /// `Description`.
    pub name: String,
    /// `VendorId`.
    pub vendor_id: u32,
    /// `DeviceId`.
    pub device_id: u32,
    /// `SubSysId`.
    pub subsystem_id: u32,
    /// `AdapterLuid`, which changes with every start of the system.
    pub luid: Option<i64>,
    /// `DedicatedVideoMemory`.
    pub dedicated_video_memory: Option<u64>,
    /// `DedicatedSystemMemory`.
    pub dedicated_system_memory: Option<u64>,
    /// `SharedSystemMemory`.
    pub shared_system_memory: Option<u64>,
    /// `DXGI_ADAPTER_FLAG3_SOFTWARE`.
    pub software: bool,
    /// `DXGI_ADAPTER_FLAG3_REMOTE`.
    pub remote: bool,
    /// `Budget` and `CurrentUsage` of the local segment.
    pub local: Option<Segment>,
    /// The same of the non-local segment.
    pub non_local: Option<Segment>,
    /// Version of the user-mode driver.
    pub driver: Option<String>,
    /// Highest Direct3D 12 feature level, for example `12_1`.
    pub feature_level: Option<String>,
    /// `D3D12_FEATURE_DATA_ARCHITECTURE1.UMA`: the card shares the computer's memory.
    pub unified: Option<bool>,
}

/// A part of the memory that a card can reach. Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Segment {
    /// What this process may use without being slowed down.
    pub budget: u64,
    /// What it uses.
    pub used: u64,
}

/// One adapter of DXCore.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DxcoreAdapter {
    /// `DriverDescription`.
    pub name: String,
    /// `HardwareID.vendorID`.
    pub vendor_id: Option<u32>,
    /// `HardwareID.deviceID`.
    pub device_id: Option<u32>,
    /// `InstanceLuid`.
    pub luid: Option<i64>,
    /// `IsHardware`.
    pub hardware: Option<bool>,
    /// `IsIntegrated`.
    pub integrated: Option<bool>,
    /// Whether it can draw (`DXCORE_ADAPTER_ATTRIBUTE_D3D12_GRAPHICS`). One that can only compute is an NPU.
    pub graphics: Option<bool>,
    /// `DriverVersion`.
    pub driver: Option<String>,
}

/// One card of NVIDIA's management library.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NvmlCard {
    /// Marketing name.
    pub name: Option<String>,
    /// PCI address, `00000000:01:00.0`.
    pub pci: Option<String>,
    /// PCI device id (upper half) and vendor id (lower half).
    pub pci_device_id: Option<u32>,
    /// Memory of the card.
    pub memory_total: Option<u64>,
    /// Free now.
    pub memory_free: Option<u64>,
    /// CUDA compute capability.
    pub compute_capability: Option<(u32, u32)>,
    /// Width of the memory's bus in bits.
    pub memory_bus_width: Option<u32>,
    /// Highest clock of the memory in MHz; each line carries two bits a cycle.
    pub memory_clock: Option<u32>,
    /// Driver version.
    pub driver: Option<String>,
    /// Highest CUDA version of the driver, major × 1000 + minor × 10.
    pub cuda_version: Option<i32>,
}

/// One card of /sys/class/drm.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DrmCard {
    /// Name of the kernel driver: `amdgpu`, `i915`, `xe`, `nouveau`, `virtio-pci`, …
    pub driver: Option<String>,
    /// PCI address, `0000:03:00.0`.
    pub pci: Option<String>,
    /// PCI vendor id.
    pub vendor_id: Option<u32>,
    /// PCI device id.
    pub device_id: Option<u32>,
    /// `product_name`, which some AMD cards have.
    pub name: Option<String>,
    /// `mem_info_vram_total` (amdgpu).
    pub vram_total: Option<u64>,
    /// `mem_info_vram_used`.
    pub vram_used: Option<u64>,
    /// `mem_info_gtt_total`: memory of the computer that the card may use.
    pub gtt_total: Option<u64>,
    /// `mem_info_gtt_used`.
    pub gtt_used: Option<u64>,
}

/// One device of /sys/class/accel.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccelDevice {
    /// Name of the kernel driver: `intel_vpu`, `amdxdna`.
    pub driver: Option<String>,
    /// PCI vendor id.
    pub vendor_id: Option<u32>,
    /// PCI device id.
    pub device_id: Option<u32>,
}

/// One device of the Vulkan loader: `VkPhysicalDeviceProperties` and the memory heaps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VulkanDevice {
    /// `deviceName`.
    pub name: String,
    /// `vendorID`.
    pub vendor_id: u32,
    /// `deviceID`.
    pub device_id: u32,
    /// `deviceType`: `discrete`, `integrated`, `virtual`, `cpu` or `other`.
    pub kind: String,
    /// `apiVersion`, for example `1.3.274`.
    pub api: Option<String>,
    /// `driverName` and `driverInfo`.
    pub driver: Option<String>,
    /// PCI address, from `VK_EXT_pci_bus_info`.
    pub pci: Option<String>,
    /// Memory heaps.
    pub heaps: Vec<VulkanHeap>,
}

/// One memory heap. Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VulkanHeap {
    /// Size.
    pub size: u64,
    /// Whether it is the card's own (`DEVICE_LOCAL`).
    pub device_local: bool,
    /// From `VK_EXT_memory_budget`.
    pub budget: Option<u64>,
    /// From `VK_EXT_memory_budget`.
    pub used: Option<u64>,
}

/// One device of Metal.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetalDevice {
    /// `name`.
    pub name: String,
    /// `hasUnifiedMemory`.
    pub unified: Option<bool>,
    /// `isLowPower`: the weaker of two.
    pub low_power: Option<bool>,
    /// `recommendedMaxWorkingSetSize`.
    pub working_set: Option<u64>,
    /// `currentAllocatedSize`.
    pub allocated: Option<u64>,
}

/// The disk that holds the data folder. Bytes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiskReading {
    /// Size.
    pub total: u64,
    /// Free for this person.
    pub free: u64,
    /// `ssd` or `hdd`, where the system knows.
    pub kind: Option<String>,
    /// For example `NTFS`, where the limit of FAT matters.
    pub file_system: Option<String>,
    /// Whether it can be unplugged.
    pub removable: bool,
}

/// Battery or mains.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PowerReading {
    /// Whether there is a battery.
    pub battery: Option<bool>,
    /// Whether it is being drawn from.
    pub discharging: Option<bool>,
    /// Charge, 0 to 1.
    pub charge: Option<f32>,
}

/// A source that is there and did not answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceFailure {
    /// Its name in [`Recording`].
    pub source: String,
    /// What it said.
    pub error: String,
}

/// A recording cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// It is not a recording.
    #[error("this is not a recording of a computer: {0}")]
    Invalid(#[from] serde_json::Error),
    /// It is of another version.
    #[error("a recording of format {found}; this version reads format {FORMAT}")]
    Format {
        /// The version it says it has.
        found: u32,
    },
}

impl Recording {
    /// Reads the text of a recording.
    ///
    /// # Errors
    /// [`RecordingError`].
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let recording: Self = serde_json::from_str(text)?;
        if recording.format != FORMAT {
            return Err(RecordingError::Format { found: recording.format });
        }
        Ok(recording)
    }
}
