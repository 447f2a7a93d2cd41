//! What the Linux kernel says in /sys.

use std::fs;
use std::path::Path;

use crate::recording::{AccelDevice, DrmCard};

/// The cards of /sys/class/drm, `None` where there is no such folder.
pub(super) fn drm_cards() -> Option<Vec<DrmCard>> {
    let cards = devices("/sys/class/drm", "card")?;
    Some(cards.iter().map(|device| card(Path::new(device))).collect())
}

fn card(device: &Path) -> DrmCard {
    DrmCard {
        driver: link_name(&device.join("driver")),
        pci: fs::canonicalize(device).ok().and_then(|path| name_of(&path)).filter(|name| is_pci(name)),
        vendor_id: hexadecimal(&device.join("vendor")),
        device_id: hexadecimal(&device.join("device")),
        name: text(&device.join("product_name")),
        vram_total: number(&device.join("mem_info_vram_total")),
        vram_used: number(&device.join("mem_info_vram_used")),
        gtt_total: number(&device.join("mem_info_gtt_total")),
        gtt_used: number(&device.join("mem_info_gtt_used")),
    }
}

/// The accelerators of /sys/class/accel, `None` where there is no such folder.
pub(super) fn accel_devices() -> Option<Vec<AccelDevice>> {
    let accelerators = devices("/sys/class/accel", "accel")?;
    let read = |device: &String| {
        let device = Path::new(device);
        AccelDevice {
            driver: link_name(&device.join("driver")),
            vendor_id: hexadecimal(&device.join("vendor")),
            device_id: hexadecimal(&device.join("device")),
        }
    };
    Some(accelerators.iter().map(read).collect())
}

/// The `device` folders of a class, for entries named by `prefix` and a number: connectors such as `card0-HDMI-A-1`
/// are left out.
fn devices(class: &str, prefix: &str) -> Option<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(class)
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| {
            name.strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
        })
        .collect();
    names.sort();
    Some(names.into_iter().map(|name| format!("{class}/{name}/device")).collect())
}

/// Cores of the fastest kind, where there are several kinds: Intel's hybrid processors list theirs, and Arm's have a
/// capacity each.
pub(super) fn performance_cores() -> Option<u32> {
    let mut capacities = Vec::new();
    let fast = text(Path::new("/sys/devices/cpu_core/cpus")).map(|list| listed(&list));
    for number in 0.. {
        let cpu = format!("/sys/devices/system/cpu/cpu{number}");
        let cpu = Path::new(&cpu);
        if !cpu.exists() {
            break;
        }
        // Of the threads of one core, the first stands for it.
        let siblings = text(&cpu.join("topology/thread_siblings_list")).map(|list| listed(&list));
        if siblings.is_some_and(|siblings| siblings.first() != Some(&number)) {
            continue;
        }
        let capacity = match &fast {
            Some(fast) => Some(u64::from(fast.contains(&number))),
            None => self::number(&cpu.join("cpu_capacity")),
        };
        capacities.push(capacity?);
    }
    let most = *capacities.iter().max()?;
    let fastest = capacities.iter().filter(|capacity| **capacity == most).count();
    (fastest < capacities.len()).then(|| u32::try_from(fastest).ok()).flatten()
}

/// The numbers of a list such as `0-3,8`.
fn listed(list: &str) -> Vec<u64> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}

/// What the firmware says this machine is, where that is a virtual one.
pub(super) fn virtual_machine() -> Option<String> {
    let cpu = fs::read_to_string("/proc/cpuinfo").ok()?;
    let virtual_cpu =
        cpu.lines().any(|line| line.starts_with("flags") && line.split(' ').any(|flag| flag == "hypervisor"));
    let firmware = || {
        let vendor = text(Path::new("/sys/class/dmi/id/sys_vendor"))?;
        let product = text(Path::new("/sys/class/dmi/id/product_name")).unwrap_or_default();
        Some(format!("{vendor} {product}").trim().to_owned())
    };
    virtual_cpu.then(|| firmware().unwrap_or_else(|| "unknown".to_owned()))
}

fn text(file: &Path) -> Option<String> {
    fs::read_to_string(file).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn number(file: &Path) -> Option<u64> {
    text(file)?.parse().ok()
}

fn hexadecimal(file: &Path) -> Option<u32> {
    u32::from_str_radix(text(file)?.trim_start_matches("0x"), 16).ok()
}

fn link_name(link: &Path) -> Option<String> {
    name_of(&fs::read_link(link).ok()?)
}

fn name_of(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

fn is_pci(name: &str) -> bool {
    name.len() == "0000:00:00.0".len() && name.matches(':').count() == 2
}

#[cfg(test)]
mod tests {
    use super::{is_pci, listed};

    #[test]
    fn lists_of_processors_are_read() {
        assert_eq!(listed("0-3,8,10-11"), [0, 1, 2, 3, 8, 10, 11]);
        assert_eq!(listed("5"), [5]);
        assert!(listed("").is_empty());
    }

    #[test]
    fn only_addresses_are_addresses() {
        assert!(is_pci("0000:03:00.0"));
        assert!(!is_pci("simple-framebuffer.0"));
    }
}
