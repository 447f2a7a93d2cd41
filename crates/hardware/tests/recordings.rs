//! What is concluded from each recording.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use hardware::{Computer, Recording, Remark, interpret};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn computer(name: &str) -> Computer {
    let text = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    interpret(&Recording::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// A line for each card: name, kind, own and shared memory and what is free of it, in GiB, and who knows it.
fn cards(computer: &Computer) -> Vec<String> {
    let gib = |bytes: Option<u64>| {
        bytes.map_or("?".to_owned(), |bytes| format!("{:.1}", bytes as f64 / f64::from(1 << 30)))
    };
    let line = |gpu: &hardware::Gpu| {
        let kind = gpu.kind.map_or("?".to_owned(), |kind| format!("{kind:?}").to_lowercase());
        let sources = gpu.sources.join("+");
        format!("{} {kind} {} {} {} {sources}", gpu.name, gib(gpu.dedicated), gib(gpu.shared), gib(gpu.free))
    };
    computer.gpus.iter().map(line).collect()
}

/// Recording, cores that count, and its cards as [`cards`] writes them.
const EXPECTED: &[(&str, u32, &[&str])] = &[
    (
        "linux-apu-strix-halo",
        16,
        &[
            "Radeon 8060S Graphics integrated 0.5 96.0 95.9 drm+vulkan",
            "llvmpipe (LLVM 19.1.7, 512 bits) software ? ? ? vulkan",
        ],
    ),
    ("linux-container-limited", 2, &[]),
    (
        "linux-nvidia-driver-broken",
        6,
        &["NVIDIA ? ? ? ? drm", "llvmpipe (LLVM 15.0.7, 256 bits) software ? ? ? vulkan"],
    ),
    ("linux-nvidia-nvml-and-vulkan", 8, &["NVIDIA GeForce RTX 4090 discrete 24.0 ? 23.2 drm+nvml+vulkan"]),
    ("linux-server", 2, &[]),
    (
        "linux-rx7900xtx",
        8,
        &[
            "AMD Radeon RX 7900 XTX discrete 24.0 15.6 22.9 drm+vulkan",
            "llvmpipe (LLVM 19.1.7, 256 bits) software ? ? ? vulkan",
        ],
    ),
    ("mac-16gb-m2", 4, &["Apple M2 integrated ? 10.7 8.3 metal"]),
    ("mac-64gb-m3-max", 12, &["Apple M3 Max integrated ? 48.0 45.8 metal"]),
    ("mac-8gb-m1", 4, &["Apple M1 integrated ? 5.3 3.1 metal"]),
    (
        "mac-intel-radeon",
        8,
        &[
            "AMD Radeon Pro 5500M discrete 8.0 ? 8.0 metal",
            "Intel(R) UHD Graphics 630 integrated ? 1.5 1.5 metal",
        ],
    ),
    (
        "windows-16gb-no-gpu",
        6,
        &[
            "Intel(R) UHD Graphics 630 integrated 0.1 7.8 7.5 dxgi",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-8gb",
        2,
        &[
            "Intel(R) UHD Graphics 620 integrated 0.1 3.9 2.9 dxgi",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-amd-apu-radeon",
        8,
        &[
            "AMD Radeon RX 7800 XT discrete 16.0 15.6 15.2 dxgi",
            "AMD Radeon(TM) Graphics integrated 0.5 15.6 15.2 dxgi",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-arc-a770",
        6,
        &[
            "Intel(R) Arc(TM) A770 Graphics discrete 15.9 15.9 15.1 dxgi",
            "Intel(R) UHD Graphics 770 integrated 0.1 15.9 15.1 dxgi",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-card-2015",
        4,
        &[
            "GeForce GTX 960 discrete 2.0 7.8 1.6 dxgi+nvml",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-driver-lies",
        6,
        &[
            "NVIDIA GeForce RTX 3060 discrete 12.0 7.8 10.9 dxgi+nvml",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-feature-level-11",
        2,
        &[
            "NVIDIA GeForce 610M ? 1.0 3.0 ? dxgi",
            "Intel(R) HD Graphics 3000 ? 0.1 1.7 ? dxgi",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-igpu-32gb-shared",
        6,
        &[
            "Intel(R) Arc(TM) Graphics integrated 0.1 31.7 29.9 dxgi+dxcore",
            "Microsoft Basic Render Driver software ? ? ? dxgi+dxcore",
        ],
    ),
    (
        "windows-laptop-intel-nvidia",
        6,
        &[
            "NVIDIA GeForce RTX 4060 Laptop GPU discrete 8.0 15.9 7.8 dxgi+nvml",
            "Intel(R) Iris(R) Xe Graphics integrated 0.1 15.9 15.1 dxgi",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-remote-desktop",
        8,
        &[
            "NVIDIA GeForce RTX 3070 discrete 7.8 16.0 7.1 dxgi",
            "Microsoft Remote Display Adapter virtual ? ? ? dxgi",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-rtx3060-12gb",
        6,
        &[
            "NVIDIA GeForce RTX 3060 discrete 12.0 7.9 10.8 dxgi+nvml",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-rtx4080-16gb",
        8,
        &[
            "NVIDIA GeForce RTX 4080 discrete 16.0 16.0 14.2 dxgi+nvml",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-snapdragon-x",
        12,
        &[
            "Qualcomm(R) Adreno(TM) X1-85 GPU integrated 0.1 15.6 14.8 dxgi+dxcore",
            "Microsoft Basic Render Driver software ? ? ? dxgi+dxcore",
        ],
    ),
    (
        "windows-two-nvidia",
        16,
        &[
            "NVIDIA GeForce RTX 3090 discrete 24.0 31.9 22.8 dxgi+nvml",
            "NVIDIA GeForce RTX 3090 discrete 24.0 31.9 23.7 dxgi+nvml",
            "Microsoft Basic Render Driver software ? ? ? dxgi",
        ],
    ),
    (
        "windows-virtual-machine",
        2,
        &["Microsoft Hyper-V Video virtual ? ? ? dxgi", "Microsoft Basic Render Driver software ? ? ? dxgi"],
    ),
    ("windows-wine", 2, &["NVIDIA GeForce GTX 470 ? 8.0 11.8 ? dxgi"]),
];

#[test]
fn every_recording_is_concluded_from_as_written_here() {
    for (name, cores, expected) in EXPECTED {
        let computer = computer(name);
        assert_eq!(cards(&computer), *expected, "{name}");
        assert_eq!(computer.cpu.cores, Some(*cores), "{name}");
    }
    let files = fs::read_dir(folder()).unwrap().flatten();
    let recordings =
        files.filter(|file| file.path().extension().is_some_and(|extension| extension == "json")).count();
    assert_eq!(recordings, EXPECTED.len(), "each recording has its line in this test");
}

#[test]
fn the_second_figure_of_a_disputed_memory_is_kept() {
    let computer = computer("windows-driver-lies");
    let [Remark::MemoryDisputed { taken, other, source, .. }] = &computer.remarks[..] else {
        panic!("{:?}", computer.remarks);
    };
    assert_eq!((*taken, *other, *source), (12 << 30, u64::from(u32::MAX), "dxgi"));
}

#[test]
fn a_driver_that_does_not_answer_is_named() {
    let computer = computer("linux-nvidia-driver-broken");
    assert!(
        matches!(&computer.remarks[..], [Remark::SourceFailed { source, .. }] if source == "nvml"),
        "{:?}",
        computer.remarks
    );
}

#[test]
fn neural_processors_are_found_on_each_system() {
    let found = |name| computer(name).npus.into_iter().map(|npu| npu.name).collect::<Vec<_>>();
    assert_eq!(found("windows-igpu-32gb-shared"), ["Intel(R) AI Boost"]);
    assert_eq!(found("linux-apu-strix-halo"), ["AMD XDNA"]);
    assert_eq!(found("mac-16gb-m2"), ["Apple Neural Engine"]);
    assert!(found("mac-intel-radeon").is_empty());
    assert!(found("windows-16gb-no-gpu").is_empty());
}

#[test]
fn a_container_has_what_it_may_use_and_no_more() {
    let memory = computer("linux-container-limited").memory;
    assert_eq!(memory.total, Some(8 << 30));
    assert!(memory.free < memory.total);
}

#[test]
fn a_virtual_disk_is_not_believed_to_rotate() {
    let text = fs::read_to_string(folder().join("windows-8gb.json")).unwrap();
    let mut recording = Recording::parse(&text).unwrap();
    assert_eq!(interpret(&recording).disk.unwrap().rotating, Some(true));
    recording.system.virtual_machine = Some("kvm".to_owned());
    assert_eq!(interpret(&recording).disk.unwrap().rotating, None);
}

#[test]
fn alike_cards_are_two_and_can_be_told_apart() {
    let computer = computer("windows-two-nvidia");
    let ids: Vec<_> =
        computer.gpus.iter().filter(|gpu| gpu.cuda.is_some()).map(|gpu| gpu.id.as_str()).collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn the_card_that_another_program_means_is_found() {
    let two = computer("windows-two-nvidia");
    let chip = two.gpus[0].chip.unwrap();
    assert_eq!(two.gpus[1].chip, Some(chip), "two of one kind");
    for gpu in &two.gpus {
        assert_eq!(two.card(None, gpu.dxgi_index, chip), Some(gpu));
    }
    assert_eq!(two.card(None, None, chip), None, "it could be either");
    assert_eq!(two.card(None, Some(99), chip), None);

    let laptop = computer("windows-laptop-intel-nvidia");
    for gpu in &laptop.gpus {
        assert_eq!(laptop.card(None, None, gpu.chip.unwrap()), Some(gpu));
    }
    let apu = computer("linux-apu-strix-halo");
    let pci = apu.gpus[0].id.strip_prefix("pci").unwrap();
    // As the kernel writes addresses.
    assert_eq!(apu.card(Some(&format!("0000{pci}")), None, (0, 0)), Some(&apu.gpus[0]));
}

#[test]
fn what_is_no_recording_is_refused() {
    assert!(Recording::parse("{}").is_err(), "no format");
    assert!(Recording::parse("[1, 2").is_err());
    assert!(Recording::parse(r#"{"format": 99}"#).unwrap_err().to_string().contains("99"));
    assert!(Recording::parse(r#"{"format": 1, "surprise": true}"#).is_err(), "a field that no version knows");
}
