//! The engine on ONNX Runtime as the product starts it: what a person gets where the library or the card is not there.
//!
//! The children are the product's own program, so the library is the one beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use app::catalog::Format;
use app::choose::{Device, EngineSupport, Place};
use app::{
    ChatEvent, DataFolder, Equipment, ProblemCode, Question, Running, SelfTestFiles, Way,
    is_partly_on_processor,
};
use engine::testing::check_contract;
use engine::{Engine, LoadOptions, ModelFiles, Precision};
use engine_process::{ARGUMENT, Launch, ProcessEngine};
use libtest_mimic::Trial;

use crate::trials::PATIENCE;

pub(crate) fn all() -> Vec<Trial> {
    let trials: [(&str, fn()); 6] = [
        ("onnx_holds_the_contract_across_processes", the_contract_holds),
        ("onnx_is_tried_before_it_is_used", it_is_tried_before_it_is_used),
        ("onnx_is_tried_with_a_dense_model_where_that_is_said", it_is_tried_with_a_dense_model),
        ("onnx_is_tried_on_a_card_too", it_is_tried_on_a_card_too),
        ("a_missing_library_leaves_the_other_engine", a_missing_library_leaves_the_other_engine),
        ("a_card_that_is_not_there_is_left_for_the_processor", a_card_that_is_not_there),
    ];
    trials
        .into_iter()
        .map(|(name, trial)| {
            Trial::test(name, move || {
                trial();
                Ok(())
            })
        })
        .collect()
}

fn tiny(name: &str) -> ModelFiles {
    ModelFiles::Folder(tests::root().join("tests/onnx").join(name))
}

fn gpt_oss() -> ModelFiles {
    tiny("gpt-oss-int4-cpu-whole")
}

/// Both engines of the product, with these variables set for their processes.
fn engines(variables: &str) -> Vec<Box<dyn Engine>> {
    let program = tests::program("domicile");
    let script = format!("{variables} exec '{}' {ARGUMENT}", program.display());
    let launch =
        Launch { program: PathBuf::from("sh"), arguments: vec!["-c".to_owned(), script], patience: PATIENCE };
    let engine = |name| Box::new(ProcessEngine::new(name, launch.clone())) as Box<dyn Engine>;
    ["candle", "onnx"].map(engine).into()
}

fn equipment(variables: &str) -> Arc<Equipment> {
    tried_with(starter::onnx_gpt_oss(), variables)
}

fn tried_with(files: ModelFiles, variables: &str) -> Arc<Equipment> {
    let support = |engine, format| EngineSupport { engine, format, device: Device::Cpu, here: true };
    let devices = &[Device::Cpu, Device::WebGpu];
    Arc::new(Equipment {
        engines: engines(variables),
        support: vec![support("candle", Format::Checkpoint), support("onnx", Format::Onnx)],
        starter: starter::files(),
        self_tests: vec![SelfTestFiles { engine: "onnx", devices, files }],
    })
}

fn way(device: Device, its: engine::Device, name: &str) -> Way {
    let place = Place { engine: "onnx".to_owned(), device, gpu: None, driver: Some("1".to_owned()) };
    Way { place, device: its, name: Some(name.to_owned()) }
}

fn running(variables: &str, data: &Path) -> Running {
    Running::new(equipment(variables), DataFolder::at(data), "tiny", gpt_oss())
}

fn ask(running: &mut Running) -> Vec<ChatEvent> {
    let question = Question {
        text: "Qui es-tu ?".to_owned(),
        temperature: Some(0.0),
        max_tokens: Some(8),
        ..Question::default()
    };
    let mut events = Vec::new();
    running.ask(&question, &AtomicBool::new(false), &mut |event| events.push(event));
    events
}

fn finished(events: &[ChatEvent]) -> bool {
    matches!(events.last(), Some(ChatEvent::Finished { .. }))
}

fn the_contract_holds() {
    let engines = engines("");
    let exact = LoadOptions { precision: Precision::Exact, ..LoadOptions::default() };
    check_contract(&*engines[1], &gpt_oss(), &exact, 40).unwrap();
    check_contract(&*engines[1], &tiny("llama-int4-cpu"), &LoadOptions::default(), 40).unwrap();
}

fn it_is_tried_before_it_is_used() {
    let data = tempfile::tempdir().unwrap();
    let mut running = running("", data.path());
    let events = ask(&mut running);
    assert!(finished(&events), "{events:?}");
    passed(data.path(), "cpu");
    let left = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().path().is_dir();
    assert!(!std::fs::read_dir(data.path()).unwrap().any(left), "what it was tried with is gone");
    assert!(running.chat().model().is_some_and(|model| !is_partly_on_processor(model)));
}

/// The model for DirectML, which is nowhere but on Windows: its known answer is known on the processor too.
fn it_is_tried_with_a_dense_model() {
    let data = tempfile::tempdir().unwrap();
    let equipment = tried_with(starter::onnx_dense(), "");
    let mut running = Running::new(equipment, DataFolder::at(data.path()), "tiny", gpt_oss());
    assert!(finished(&ask(&mut running)));
    passed(data.path(), "cpu");
}

fn it_is_tried_on_a_card_too() {
    let Some(card) = std::env::var_os("DOMICILE_SOFTWARE_VULKAN") else {
        println!("onnx_is_tried_on_a_card_too is left out: DOMICILE_SOFTWARE_VULKAN names no card");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let equipment = equipment(&format!("VK_DRIVER_FILES='{}'", card.display()));
    let ways = vec![way(Device::WebGpu, engine::Device::WebGpu { low_power: false }, "a card")];
    let mut running = Running::with_ways(equipment, DataFolder::at(data.path()), "tiny", gpt_oss(), ways);
    let events = ask(&mut running);
    assert!(finished(&events), "{events:?}");
    passed(data.path(), "webgpu");
    assert!(running.chat().model().is_some_and(|model| !is_partly_on_processor(model)));
}

/// One test was made, on this device, and it was passed.
fn passed(data: &Path, device: &str) {
    let kept = std::fs::read_to_string(data.join("self-tests.json")).unwrap();
    let tests: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(tests.as_array().map(Vec::len), Some(1), "{kept}");
    let test = &tests[0];
    assert_eq!((&test["engine"], &test["device"]), (&"onnx".into(), &device.into()), "{kept}");
    assert!(test["failure"].is_null(), "{kept}");
}

fn a_missing_library_leaves_the_other_engine() {
    let data = tempfile::tempdir().unwrap();
    let mut first = running("DOMICILE_ONNXRUNTIME=/no/such/folder", data.path());
    let events = ask(&mut first);
    assert!(
        matches!(events.last(), Some(ChatEvent::Failed { problem, .. }) if problem.code == ProblemCode::RuntimeMissing),
        "{events:?}"
    );
    first.switch("guide", starter::files());
    assert!(finished(&ask(&mut first)), "the guide is as it was");
    // That the library was missing is not held against anything once it is there.
    assert!(finished(&ask(&mut running("", data.path()))));
}

fn a_card_that_is_not_there() {
    let data = tempfile::tempdir().unwrap();
    let ways = vec![
        way(Device::WebGpu, engine::Device::WebGpu { low_power: false }, "a card"),
        way(Device::Cpu, engine::Device::Cpu, "a processor"),
    ];
    // What drives Vulkan is looked for in these alone.
    let equipment = equipment("VK_DRIVER_FILES=/no/such/file VK_ICD_FILENAMES=/no/such/file");
    let mut running = Running::with_ways(equipment, DataFolder::at(data.path()), "tiny", gpt_oss(), ways);
    let events = ask(&mut running);
    let moved = events.iter().find_map(|event| match event {
        ChatEvent::MovedOn { problem, to } => Some((problem.code, to.name.as_deref())),
        _ => None,
    });
    assert_eq!(moved, Some((ProblemCode::DeviceUnavailable, Some("a processor"))), "{events:?}");
    assert!(finished(&events));
    // It may be there by the next start: nothing is held against it.
    let kept = std::fs::read_to_string(data.path().join("self-tests.json")).unwrap();
    assert!(!kept.contains("webgpu"), "{kept}");
}
