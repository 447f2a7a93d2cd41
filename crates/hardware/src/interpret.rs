//! From what was read to what the computer is.

use crate::cards::cards;
use crate::computer::{Computer, Cpu, Disk, Memory, Npu, Power, Remark, Vendor};
use crate::recording::{CpuReading, MemoryReading, Recording};

/// What this recording says the computer is. A pure function: the same recording gives the same computer anywhere.
#[must_use]
pub fn interpret(recording: &Recording) -> Computer {
    let memory = memory(&recording.memory);
    let mut remarks: Vec<_> = recording
        .failures
        .iter()
        .map(|failure| Remark::SourceFailed { source: failure.source.clone(), error: failure.error.clone() })
        .collect();
    let gpus = cards(recording, memory.free, &mut remarks);
    Computer {
        os: recording.system.os.clone(),
        os_version: recording.system.version.clone(),
        arch: recording.system.arch.clone(),
        virtual_machine: recording.system.virtual_machine.clone(),
        remote_session: recording.system.remote_session,
        cpu: cpu(&recording.cpu),
        memory,
        gpus,
        npus: npus(recording),
        disk: recording.disk.as_ref().map(|disk| Disk {
            total: disk.total,
            free: disk.free,
            // A virtual disk says that it rotates, whatever lies beneath it.
            rotating: disk
                .kind
                .as_deref()
                .filter(|_| recording.system.virtual_machine.is_none())
                .map(|kind| kind == "hdd"),
            file_system: disk.file_system.clone(),
            removable: disk.removable,
        }),
        power: Power {
            battery: recording.power.battery,
            on_battery: recording.power.discharging,
            charge: recording.power.charge,
        },
        remarks,
    }
}

/// Arithmetic of this kind gains nothing from a second thread on a core, and slow cores hold the fast ones up.
fn cpu(read: &CpuReading) -> Cpu {
    let cores = read.performance_cores.or(read.physical_cores).or(read.threads);
    let cores = match (cores, read.usable_threads) {
        (Some(cores), Some(usable)) => Some(cores.min(usable)),
        (cores, usable) => cores.or(usable),
    };
    Cpu { name: read.name.clone(), cores, threads: read.threads, features: read.features.clone() }
}

fn memory(read: &MemoryReading) -> Memory {
    let within = read.limit.map(|limit| limit.saturating_sub(read.limit_used.unwrap_or(0)));
    Memory {
        total: least(read.total, read.limit),
        free: least(read.available, within),
        bandwidth: read.bandwidth.filter(|bandwidth| *bandwidth > 0),
    }
}

fn least(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}

fn npus(recording: &Recording) -> Vec<Npu> {
    let dxcore = recording
        .dxcore
        .iter()
        .flatten()
        .filter(|adapter| adapter.graphics == Some(false) && adapter.hardware != Some(false));
    let mut npus: Vec<_> = dxcore
        .map(|adapter| Npu { name: adapter.name.clone(), vendor: Vendor::of(adapter.vendor_id.unwrap_or(0)) })
        .collect();
    npus.extend(recording.accel.iter().flatten().filter_map(|device| {
        let name = match device.driver.as_deref()? {
            "intel_vpu" => "Intel AI Boost",
            "amdxdna" => "AMD XDNA",
            // Accelerators for data centres are no NPU of a computer at home.
            _ => return None,
        };
        Some(Npu { name: name.to_owned(), vendor: Vendor::of(device.vendor_id.unwrap_or(0)) })
    }));
    if recording.system.os == "macos" && recording.system.arch == "aarch64" {
        npus.push(Npu { name: "Apple Neural Engine".to_owned(), vendor: Vendor::Apple });
    }
    npus
}

impl Vendor {
    /// The maker of this PCI vendor id (or, for ARM chips on Windows, ACPI id).
    pub(crate) fn of(id: u32) -> Self {
        match id {
            0x10de => Self::Nvidia,
            0x1002 | 0x1022 => Self::Amd,
            0x8086 => Self::Intel,
            0x106b => Self::Apple,
            0x5143 | 0x17cb | 0x4d4f_4351 => Self::Qualcomm,
            0x1414 => Self::Microsoft,
            _ => Self::Other,
        }
    }
}
