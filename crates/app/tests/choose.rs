//! What is chosen on recorded computers, with every engine that the design knows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use app::catalog::Format;
use app::choose::{
    Basis, Choice, Device, EngineSupport, Experience, Fit, Obstacle, Place, Reached, SelfTest, choose,
};
use app::computer::{Computer, Recording, interpret};
use app::models::candidate;

const fn support(engine: &'static str, format: Format, device: Device) -> EngineSupport {
    EngineSupport { engine, format, device, here: true }
}

const ENGINES: &[EngineSupport] = &[
    support("candle", Format::Checkpoint, Device::Cuda),
    support("candle", Format::Checkpoint, Device::Metal),
    support("onnx", Format::Onnx, Device::WebGpu),
    support("onnx", Format::Onnx, Device::DirectMl),
    support("candle", Format::Checkpoint, Device::Cpu),
    support("onnx", Format::Onnx, Device::Cpu),
];
const CONTEXT: u64 = 8192;

fn computer(name: &str) -> Computer {
    let file = format!("{}/../hardware/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
    interpret(&Recording::parse(&std::fs::read_to_string(file).unwrap()).unwrap())
}

fn chosen(name: &str, model: &str) -> Vec<Choice> {
    choose(&computer(name), &candidate(model).unwrap(), ENGINES, &Experience::default(), CONTEXT)
}

fn of(choices: &[Choice], device: Device) -> &Choice {
    choices.iter().find(|choice| choice.device == device).unwrap()
}

#[test]
fn a_card_of_16_gb_with_15_2_free_takes_the_whole_model() {
    let choices = chosen("windows-rtx4080-16gb", "gpt-oss-20b");
    let best = &choices[0];
    assert_eq!((best.engine, best.device, best.fit), ("candle", Device::Cuda, Fit::Fits));
    let speed = best.speed.unwrap();
    assert_eq!(speed.basis, Basis::Card);
    // 717 GB/s and 3.7 GB a token: between a third and five sixths of 193 tokens a second.
    assert!(speed.low > 60.0 && speed.high < 170.0, "{speed:?}");
}

#[test]
fn a_card_of_12_gb_says_what_is_missing_and_the_processor_is_offered() {
    let choices = chosen("windows-rtx3060-12gb", "gpt-oss-20b");
    assert_eq!(choices[0].device, Device::Cpu);
    assert!(choices[0].offered);
    let card = of(&choices, Device::Cuda);
    assert!(!card.offered);
    let Fit::TooLarge { missing } = card.fit else { panic!("{:?}", card.fit) };
    assert!((1 << 30..4 << 30).contains(&missing), "{missing}");
}

#[test]
fn integrated_graphics_with_32_gb_to_share_take_it() {
    let choices = chosen("windows-igpu-32gb-shared", "gpt-oss-20b");
    let card = of(&choices, Device::WebGpu);
    assert!(card.offered);
    assert_eq!(card.fit, Fit::Fits);
    assert_eq!(of(&choices, Device::Cpu).fit, Fit::Fits);
}

#[test]
fn sixteen_gb_without_a_card_need_patience_and_other_programs_closed() {
    let choices = chosen("windows-16gb-no-gpu", "gpt-oss-20b");
    let best = &choices[0];
    assert_eq!(best.device, Device::Cpu);
    assert!(best.offered);
    let Fit::AfterClosing { to_free } = best.fit else { panic!("{:?}", best.fit) };
    assert!((3 << 30..8 << 30).contains(&to_free), "{to_free}");
    let speed = best.speed.unwrap();
    assert!(speed.low < speed.high / 2.0, "what is read from the disk in the meantime shows: {speed:?}");
    // Its graphics share half of the memory, which is not enough.
    assert!(!of(&choices, Device::DirectMl).offered);
}

#[test]
fn eight_gb_are_not_offered_it_and_the_guide_fits() {
    assert!(chosen("windows-8gb", "gpt-oss-20b").iter().all(|choice| !choice.offered));
    assert!(chosen("mac-8gb-m1", "gpt-oss-20b").iter().all(|choice| !choice.offered));
    let guide = format!("{}/../starter/model", env!("CARGO_MANIFEST_DIR"));
    let choices = chosen("windows-8gb", &guide);
    assert!(of(&choices, Device::Cpu).offered);
    assert_eq!(of(&choices, Device::Cpu).fit, Fit::Fits);
}

#[test]
fn of_two_cards_the_one_with_more_free_stands_no_worse() {
    let choices = chosen("windows-two-nvidia", "gpt-oss-20b");
    assert!(choices[0].offered && choices[1].offered);
    assert_eq!((choices[0].device, choices[1].device), (Device::Cuda, Device::Cuda));
    assert_ne!(choices[0].gpu, choices[1].gpu);
}

#[test]
fn the_strong_card_comes_before_the_weak_one() {
    for name in ["windows-laptop-intel-nvidia", "windows-amd-apu-radeon", "windows-arc-a770"] {
        let computer = computer(name);
        let choices =
            choose(&computer, &candidate("gpt-oss-20b").unwrap(), ENGINES, &Experience::default(), CONTEXT);
        let place = |kind| {
            choices.iter().position(|choice| {
                let gpu = computer.gpus.iter().find(|gpu| Some(&gpu.id) == choice.gpu.as_ref());
                choice.offered && gpu.and_then(|gpu| gpu.kind) == Some(kind)
            })
        };
        if let (Some(strong), Some(weak)) =
            (place(app::computer::GpuKind::Discrete), place(app::computer::GpuKind::Integrated))
        {
            assert!(strong < weak, "{name}: {choices:?}");
        }
    }
}

#[test]
fn a_card_that_failed_its_self_test_is_not_offered_until_its_driver_changes() {
    let mut computer = computer("windows-rtx4080-16gb");
    let card = computer.gpus[0].clone();
    let place = Place {
        engine: "candle".to_owned(),
        device: Device::Cuda,
        gpu: Some(card.id.clone()),
        driver: card.driver.clone(),
    };
    let failure = Some("it said 41 for 42".to_owned());
    let failed = SelfTest { place, version: env!("CARGO_PKG_VERSION").to_owned(), failure };
    let experience = Experience { self_tests: vec![failed], ..Experience::default() };
    let model = candidate("gpt-oss-20b").unwrap();
    let choices = choose(&computer, &model, ENGINES, &experience, CONTEXT);
    assert!(choices[0].offered && choices[0].device != Device::Cuda);
    let refused = of(&choices, Device::Cuda);
    assert!(matches!(&refused.obstacle, Some(Obstacle::SelfTestFailed { reason }) if reason.contains("42")));
    computer.gpus[0].driver = Some("another".to_owned());
    assert!(of(&choose(&computer, &model, ENGINES, &experience, CONTEXT), Device::Cuda).offered);
}

#[test]
fn what_was_reached_before_is_expected_again() {
    let computer = computer("windows-16gb-no-gpu");
    let model = candidate("gpt-oss-20b").unwrap();
    let bytes_per_second = 5.0 * model.shape.bytes_per_token() as f64;
    let reached = Reached { engine: "candle".to_owned(), device: Device::Cpu, gpu: None, bytes_per_second };
    let experience = Experience { reached: vec![reached], ..Experience::default() };
    let choices = choose(&computer, &model, ENGINES, &experience, CONTEXT);
    let of_engine =
        |name| choices.iter().find(|choice| (choice.engine, choice.device) == (name, Device::Cpu)).unwrap();
    assert_eq!(of_engine("onnx").speed.unwrap().basis, Basis::Memory, "each engine has its own speed");
    let speed = of_engine("candle").speed.unwrap();
    assert_eq!(speed.basis, Basis::Reached);
    assert!(speed.high > 5.0 && speed.high < 6.0, "{speed:?}");
}

#[test]
fn what_this_version_does_not_bring_is_not_offered() {
    let engines: Vec<_> =
        ENGINES.iter().map(|e| EngineSupport { here: e.device == Device::Cpu, ..*e }).collect();
    let model = candidate("gpt-oss-20b").unwrap();
    let choices =
        choose(&computer("windows-rtx4080-16gb"), &model, &engines, &Experience::default(), CONTEXT);
    assert_eq!(choices[0].device, Device::Cpu);
    assert_eq!(of(&choices, Device::Cuda).obstacle, Some(Obstacle::NotInThisVersion));
}

#[test]
fn an_old_card_is_too_old() {
    for name in ["windows-card-2015", "windows-feature-level-11"] {
        let choices = chosen(name, "gpt-oss-20b");
        assert!(
            choices.iter().all(|choice| choice.device == Device::Cpu || !choice.offered),
            "{name}: {choices:?}"
        );
    }
    let old = chosen("windows-card-2015", "gpt-oss-20b");
    assert_eq!(of(&old, Device::Cuda).obstacle, Some(Obstacle::CardTooOld));
}

#[test]
fn pretended_cards_are_never_chosen() {
    for name in ["windows-virtual-machine", "windows-remote-desktop", "linux-nvidia-driver-broken"] {
        let computer = computer(name);
        for choice in
            choose(&computer, &candidate("gpt-oss-20b").unwrap(), ENGINES, &Experience::default(), CONTEXT)
        {
            let gpu = computer.gpus.iter().find(|gpu| Some(&gpu.id) == choice.gpu.as_ref());
            let kind = gpu.and_then(|gpu| gpu.kind);
            assert!(
                !matches!(kind, Some(app::computer::GpuKind::Software | app::computer::GpuKind::Virtual)),
                "{name}"
            );
        }
    }
}

#[test]
fn macs_take_it_from_16_gb_on_and_64_gb_take_no_120b_whole_beside_the_system() {
    let small = chosen("mac-16gb-m2", "gpt-oss-20b");
    // Metal recommends two thirds of 16 GB, less than the model: the processor takes it.
    assert!(!of(&small, Device::Metal).offered);
    assert!(of(&small, Device::Cpu).offered);
    let large = chosen("mac-64gb-m3-max", "gpt-oss-20b");
    assert_eq!((large[0].device, large[0].fit), (Device::Metal, Fit::Fits));
    assert!(!of(&chosen("mac-64gb-m3-max", "gpt-oss-120b"), Device::Metal).offered);
    // What comes as a checkpoint alone does not run where only ONNX Runtime computes.
    let strix = chosen("linux-apu-strix-halo", "gpt-oss-120b");
    assert!(strix.iter().all(|choice| choice.engine == "candle"), "{strix:?}");
    assert!(of(&chosen("linux-apu-strix-halo", "gpt-oss-20b"), Device::WebGpu).offered);
}

/// One of the tiny models.
fn tiny(name: &str) -> String {
    format!("{}/../../tests/onnx/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn files_go_to_the_engine_that_reads_them() {
    let guide = format!("{}/../starter/model", env!("CARGO_MANIFEST_DIR"));
    for (model, engine) in [(&guide, "candle"), (&tiny("gpt-oss-int4-cpu"), "onnx")] {
        for computer in ["windows-rtx4080-16gb", "linux-apu-strix-halo", "mac-16gb-m2"] {
            let choices = chosen(computer, model);
            assert!(choices.iter().any(|choice| choice.offered), "{computer}");
            assert!(choices.iter().all(|choice| choice.engine == engine), "{computer}: {choices:?}");
        }
    }
}

#[test]
fn directml_is_for_dense_models() {
    let gpt_oss = chosen("windows-rtx4080-16gb", &tiny("gpt-oss-int4-webgpu"));
    let refused = of(&gpt_oss, Device::DirectMl);
    assert!(!refused.offered);
    assert!(
        matches!(refused.obstacle, Some(Obstacle::ComputedWrongly { reason }) if reason.contains("sinks"))
    );
    assert!(of(&gpt_oss, Device::WebGpu).offered);
    let dense = chosen("windows-rtx4080-16gb", &tiny("llama-int4-dml"));
    assert!(of(&dense, Device::DirectMl).offered);
}
