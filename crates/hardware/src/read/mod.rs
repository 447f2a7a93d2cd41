//! Reading: every source is asked for what it knows, and nothing is concluded here.

mod system;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(windows, target_os = "linux"))]
mod nvml;
#[cfg(target_os = "linux")]
mod vulkan;
#[cfg(windows)]
mod windows;

use std::path::Path;

#[cfg(any(windows, target_os = "linux"))]
use crate::recording::SourceFailure;
use crate::recording::{FORMAT, Recording};

/// Reads this computer. `folder` is where models are kept; it need not exist yet. A source that fails is noted, and
/// the others are read all the same.
#[must_use]
pub fn read(folder: &Path) -> Recording {
    let mut recording = Recording {
        format: FORMAT,
        origin: "read on a computer".to_owned(),
        system: system::system(),
        cpu: system::cpu(),
        memory: system::memory(),
        disk: system::disk(folder),
        power: system::power(),
        ..Recording::default()
    };
    read_cards(&mut recording);
    recording
}

/// The processor's name alone, in a moment.
#[must_use]
pub fn processor() -> Option<String> {
    system::cpu().name
}

/// When this computer was started, in seconds since 1970, to within a few.
#[must_use]
pub fn booted() -> Option<u64> {
    system::booted()
}

#[cfg(windows)]
fn read_cards(recording: &mut Recording) {
    recording.system.remote_session = windows::remote_session();
    recording.cpu.performance_cores = windows::performance_cores();
    recording.dxgi = kept("dxgi", windows::dxgi(), &mut recording.failures);
    recording.dxcore = kept("dxcore", windows::dxcore(), &mut recording.failures);
    recording.nvml = nvml::cards().and_then(|cards| kept("nvml", cards, &mut recording.failures));
}

#[cfg(target_os = "linux")]
fn read_cards(recording: &mut Recording) {
    recording.system.virtual_machine = linux::virtual_machine();
    recording.cpu.performance_cores = linux::performance_cores();
    recording.drm = linux::drm_cards();
    recording.accel = linux::accel_devices();
    recording.nvml = nvml::cards().and_then(|cards| kept("nvml", cards, &mut recording.failures));
    recording.vulkan = vulkan::devices().and_then(|devices| kept("vulkan", devices, &mut recording.failures));
}

#[cfg(target_os = "macos")]
fn read_cards(recording: &mut Recording) {
    recording.cpu.performance_cores = macos::performance_cores();
    recording.metal = Some(macos::metal());
}

#[cfg(not(any(windows, target_os = "linux", target_os = "macos")))]
fn read_cards(_: &mut Recording) {}

#[cfg(any(windows, target_os = "linux"))]
fn kept<T>(source: &str, found: Result<T, String>, failures: &mut Vec<SourceFailure>) -> Option<T> {
    found.map_err(|error| failures.push(SourceFailure { source: source.to_owned(), error })).ok()
}
