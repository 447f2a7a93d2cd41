//! Processor, memory, disk and battery: what sysinfo, the standard library and the battery library tell on every system.

use std::path::{Path, PathBuf};

use starship_battery::State;
use starship_battery::units::ratio::ratio;
use sysinfo::{CpuRefreshKind, DiskKind, DiskRefreshKind, Disks, MemoryRefreshKind, RefreshKind, System};

use crate::recording::{CpuReading, DiskReading, MemoryReading, PowerReading, SystemReading};

pub(super) fn system() -> SystemReading {
    SystemReading {
        os: std::env::consts::OS.to_owned(),
        version: System::os_version().ok(),
        arch: std::env::consts::ARCH.to_owned(),
        remote_session: None,
        virtual_machine: None,
    }
}

pub(super) fn booted() -> Option<u64> {
    System::boot_time().ok().filter(|seconds| *seconds > 0)
}

pub(super) fn cpu() -> CpuReading {
    let system = System::new_with_specifics(RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing())).ok();
    let cpus = system.as_ref().map(System::cpus).unwrap_or_default();
    let name = cpus.first().map(|cpu| cpu.brand().trim().to_owned()).filter(|name| !name.is_empty());
    CpuReading {
        name,
        physical_cores: System::physical_core_count().ok().and_then(|cores| cores.try_into().ok()),
        performance_cores: None,
        threads: u32::try_from(cpus.len()).ok().filter(|threads| *threads > 0),
        usable_threads: std::thread::available_parallelism()
            .ok()
            .and_then(|threads| threads.get().try_into().ok()),
        features: features(),
    }
}

/// The instruction sets that make a difference to an engine.
fn features() -> Vec<String> {
    macro_rules! found {
        ($detected:ident: $($name:tt)*) => {
            [$(($name, std::arch::$detected!($name))),*]
                .into_iter()
                .filter(|(_, found)| *found)
                .map(|(name, _)| name.to_owned())
                .collect()
        };
    }
    #[cfg(target_arch = "x86_64")]
    return found!(is_x86_feature_detected: "sse4.1" "avx" "f16c" "fma" "avx2" "avxvnni" "avx512f" "avx512bw" "avx512vl"
        "avx512vnni" "avx512bf16");
    #[cfg(target_arch = "aarch64")]
    return found!(is_aarch64_feature_detected: "neon" "fp16" "dotprod" "i8mm" "bf16" "sve2");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    Vec::new()
}

pub(super) fn memory() -> MemoryReading {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(system) = System::new_with_specifics(memory) else {
        return MemoryReading::default();
    };
    let total = known(system.total_memory());
    // Without a container the limit is all there is, which is no limit.
    let limits = system.cgroup_limits().filter(|limits| Some(limits.total_memory) < total);
    MemoryReading {
        total,
        available: known(system.available_memory()),
        limit: limits.as_ref().map(|limits| limits.total_memory),
        limit_used: limits.as_ref().map(|limits| limits.total_memory.saturating_sub(limits.free_memory)),
        bandwidth: None,
    }
}

/// sysinfo says zero where it does not know.
fn known(bytes: u64) -> Option<u64> {
    Some(bytes).filter(|bytes| *bytes > 0)
}

/// The disk below `folder`, or below the nearest folder above it that exists.
pub(super) fn disk(folder: &Path) -> Option<DiskReading> {
    let absolute = std::path::absolute(folder).ok()?;
    let there = absolute.ancestors().find_map(|folder| folder.canonicalize().ok()).map(plain)?;
    let disks =
        Disks::new_with_refreshed_list_specifics(DiskRefreshKind::everything().without_io_usage()).ok()?;
    let disk = disks
        .iter()
        .filter(|disk| there.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().components().count())?;
    Some(DiskReading {
        total: disk.total_space(),
        free: disk.available_space(),
        kind: match disk.kind() {
            DiskKind::SSD => Some("ssd".to_owned()),
            DiskKind::HDD => Some("hdd".to_owned()),
            DiskKind::Unknown(_) => None,
        },
        file_system: Some(disk.file_system().to_string_lossy().into_owned()).filter(|name| !name.is_empty()),
        removable: disk.is_removable(),
    })
}

/// Without the `\\?\` that Windows puts before a canonical path and not before a mount point.
fn plain(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(short) if !short.starts_with("UNC") => PathBuf::from(short),
        _ => path,
    }
}

pub(super) fn power() -> PowerReading {
    let Ok(batteries) = starship_battery::Manager::new().and_then(|power| power.batteries()) else {
        return PowerReading::default();
    };
    let batteries: Vec<_> = batteries.flatten().collect();
    let discharging = batteries.iter().any(|battery| battery.state() == State::Discharging);
    PowerReading {
        battery: Some(!batteries.is_empty()),
        discharging: Some(discharging),
        charge: batteries.first().map(|battery| battery.state_of_charge().get::<ratio>()),
    }
}
