//! What a person gets when a device fails: the next one, a word about it, and no repetition at the next start.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use app::choose::{Device, Place};
use app::{ChatEvent, DataFolder, Equipment, ProblemCode, Question, Route, Running, Way};
use engine::{Engine, ModelFiles};
use engine_process::{ARGUMENT, Launch, ProcessEngine};
use libtest_mimic::Trial;

use crate::trials::{PATIENCE, children_of, gone_within};

pub(crate) fn all() -> Vec<Trial> {
    let trials: [(&str, fn()); 10] = [
        ("a_card_that_stops_is_left_for_the_processor", a_card_that_stops_is_left_for_the_processor),
        ("a_card_that_disappears_is_left_too", a_card_that_disappears_is_left_too),
        ("the_next_device_is_offered_where_that_is_set", the_next_device_is_offered_where_that_is_set),
        ("an_answer_does_not_change_under_the_eyes_of_who_reads_it", an_answer_does_not_change),
        ("a_load_that_stopped_is_not_repeated_unasked", a_load_that_stopped_is_not_repeated_unasked),
        ("a_card_that_computes_wrongly_is_never_used", a_card_that_computes_wrongly_is_never_used),
        ("an_engine_ended_in_its_sleep_is_started_again", an_engine_ended_in_its_sleep_is_started_again),
        ("rest_gives_the_memory_back", rest_gives_the_memory_back),
        ("files_cut_short_under_a_loaded_model_lose_nothing", files_cut_short_under_a_loaded_model),
        ("a_night_asleep_is_no_standstill", a_night_asleep_is_no_standstill),
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

/// A child of this program that is called `name` and does itself this harm.
fn engine(name: &'static str, harm: &str) -> Box<dyn Engine> {
    let arguments = [ARGUMENT, harm, name].map(str::to_owned).to_vec();
    let launch = Launch { program: std::env::current_exe().unwrap(), arguments, patience: PATIENCE };
    Box::new(ProcessEngine::new(name, launch))
}

fn way(engine: &str, device: Device) -> Way {
    let name = if device == Device::Cpu { "a processor" } else { "a card" };
    let place = Place { engine: engine.to_owned(), device, gpu: None, driver: Some("1".to_owned()) };
    Way { place, device: engine::Device::Cpu, name: Some(name.to_owned()) }
}

fn running(engines: Vec<Box<dyn Engine>>, files: ModelFiles, data: &Path, ways: Vec<Way>) -> Running {
    let equipment =
        Equipment { engines, support: Vec::new(), starter: starter::files(), self_tests: Vec::new() };
    Running::with_ways(Arc::new(equipment), DataFolder::at(data), "guide", files, ways)
}

/// A card with a harm, and a processor without one.
fn card_and_processor(harm: &str, data: &Path) -> Running {
    let engines = vec![engine("card", harm), engine("candle", "")];
    running(engines, starter::files(), data, vec![way("card", Device::Cuda), way("candle", Device::Cpu)])
}

fn processor(harm: &str, files: ModelFiles, data: &Path) -> Running {
    running(vec![engine("candle", harm)], files, data, vec![way("candle", Device::Cpu)])
}

fn ask(running: &mut Running, text: &str, route: Route) -> Vec<ChatEvent> {
    let question = Question {
        text: text.to_owned(),
        route,
        temperature: Some(0.0),
        max_tokens: Some(400),
        ..Question::default()
    };
    let mut events = Vec::new();
    running.ask(&question, &AtomicBool::new(false), &mut |event| events.push(event));
    events
}

fn finished(events: &[ChatEvent]) -> bool {
    matches!(events.last(), Some(ChatEvent::Finished { .. }))
}

fn failure(events: &[ChatEvent]) -> (ProblemCode, Option<bool>) {
    let Some(ChatEvent::Failed { problem, next }) = events.last() else { panic!("{events:?}") };
    (problem.code, next.as_ref().map(|card| card.processor))
}

/// Why it moved on, and whether to the processor.
fn moved(events: &[ChatEvent]) -> Option<(ProblemCode, bool)> {
    events.iter().find_map(|event| match event {
        ChatEvent::MovedOn { problem, to } => Some((problem.code, to.processor)),
        _ => None,
    })
}

fn a_card_that_stops_is_left_for_the_processor() {
    let data = tempfile::tempdir().unwrap();
    let mut first = card_and_processor("Prefill-Abort", data.path());
    assert!(finished(&ask(&mut first, "Qui es-tu ?", Route::Usual)));
    let events = ask(&mut first, "Que faut-il pour gpt-oss-20b ?", Route::Usual);
    assert_eq!(moved(&events), Some((ProblemCode::EngineCrashed, true)));
    assert!(finished(&events) && first.chat().messages().len() == 4, "the question is answered all the same");
    // The next start begins where it worked, and says so once.
    let mut second = card_and_processor("", data.path());
    let events = ask(&mut second, "Qui es-tu ?", Route::Usual);
    assert_eq!((moved(&events), finished(&events)), (Some((ProblemCode::StoppedLastTime, true)), true));
    assert_eq!(moved(&ask(&mut second, "Qui es-tu ?", Route::Usual)), None);
    // Who wants the card back gets it, now and at the next start.
    let card =
        |running: &Running| running.chat().model().map(|_| running.way().map(|way| way.card().processor));
    assert!(finished(&ask(&mut second, "Qui es-tu ?", Route::Again)));
    assert_eq!(card(&second), Some(Some(false)));
    let mut third = card_and_processor("", data.path());
    assert_eq!(moved(&ask(&mut third, "Qui es-tu ?", Route::Usual)), None);
    assert_eq!(card(&third), Some(Some(false)));
}

fn a_card_that_disappears_is_left_too() {
    let data = tempfile::tempdir().unwrap();
    let mut running = card_and_processor("Gone", data.path());
    assert!(finished(&ask(&mut running, "Qui es-tu ?", Route::Usual)));
    let events = ask(&mut running, "Que faut-il pour gpt-oss-20b ?", Route::Usual);
    assert_eq!(moved(&events), Some((ProblemCode::DeviceUnavailable, true)));
    assert!(finished(&events) && running.chat().messages().len() == 4);
    // It may be plugged in again by the next start: that was no accident of the engine's.
    let mut second = card_and_processor("Gone", data.path());
    assert!(finished(&ask(&mut second, "Qui es-tu ?", Route::Usual)));
    assert!(moved(&ask(&mut second, "Qui es-tu ?", Route::Usual)).is_some());
}

fn the_next_device_is_offered_where_that_is_set() {
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("settings.json"), r#"{"after_accident":"offer"}"#).unwrap();
    let mut running = card_and_processor("Prefill-SegmentationFault", data.path());
    assert!(finished(&ask(&mut running, "Qui es-tu ?", Route::Usual)));
    let events = ask(&mut running, "Does anything leave my computer?", Route::Usual);
    assert_eq!(failure(&events), (ProblemCode::EngineCrashed, Some(true)));
    assert_eq!(running.chat().messages().len(), 2);
    assert!(finished(&ask(&mut running, "Does anything leave my computer?", Route::Next)));
    assert_eq!(running.chat().messages().len(), 4);
}

fn an_answer_does_not_change() {
    let data = tempfile::tempdir().unwrap();
    let mut running = card_and_processor("Answer-Kill", data.path());
    assert!(finished(&ask(&mut running, "Qui es-tu ?", Route::Usual)));
    let events = ask(&mut running, "Que faut-il pour gpt-oss-20b ?", Route::Usual);
    assert_eq!((failure(&events), moved(&events)), ((ProblemCode::EngineCrashed, Some(true)), None));
    assert_eq!(running.chat().messages().len(), 4, "the half answer is kept");
    assert!(finished(&ask(&mut running, "Qui es-tu ?", Route::Next)));
}

fn a_load_that_stopped_is_not_repeated_unasked() {
    let data = tempfile::tempdir().unwrap();
    let go_on = AtomicBool::new(false);
    // The self-test passes first: it is the model itself that does it.
    let mut healthy = processor("", starter::files(), data.path());
    let _ = healthy.prepare(&go_on, &mut |_| {});
    assert!(healthy.chat().is_loaded());
    drop(healthy);
    let mut first = processor("Load-Abort", starter::files(), data.path());
    let _ = first.prepare(&go_on, &mut |_| {});
    assert!(!first.chat().is_loaded());
    drop(first);
    let mut second = processor("", starter::files(), data.path());
    let _ = second.prepare(&go_on, &mut |_| {});
    assert!(!second.chat().is_loaded(), "it would load, but nobody asked for it");
    assert_eq!(failure(&ask(&mut second, "Qui es-tu ?", Route::Usual)), (ProblemCode::StoppedLastTime, None));
    assert!(finished(&ask(&mut second, "Qui es-tu ?", Route::Again)));
    drop(second);
    let mut third = processor("", starter::files(), data.path());
    let _ = third.prepare(&go_on, &mut |_| {});
    assert!(third.chat().is_loaded(), "what worked is forgiven");
}

fn a_card_that_computes_wrongly_is_never_used() {
    let data = tempfile::tempdir().unwrap();
    let mut first = card_and_processor("Wrong", data.path());
    let events = ask(&mut first, "Qui es-tu ?", Route::Usual);
    assert_eq!(moved(&events), Some((ProblemCode::SelfTestFailed, true)));
    assert!(finished(&events));
    let kept = fs::read_to_string(data.path().join("self-tests.json")).unwrap();
    assert!(kept.contains(r#""failure":"at token 0"#) && kept.contains(r#""failure":null"#), "{kept}");
    // Healthy by now, it is not asked again by the same version with the same driver.
    let mut second = card_and_processor("", data.path());
    let _ = second.prepare(&AtomicBool::new(false), &mut |_| {});
    assert_eq!(
        moved(&ask(&mut second, "Qui es-tu ?", Route::Usual)),
        Some((ProblemCode::SelfTestFailed, true))
    );
    // But for who asks for it: a test can fail for want of memory too.
    assert!(finished(&ask(&mut second, "Qui es-tu ?", Route::Again)));
    assert_eq!(second.way().map(|way| way.card().processor), Some(false));
}

/// The process that was started since `before`.
fn child_since(before: &[u32]) -> u32 {
    children_of(std::process::id()).into_iter().find(|child| !before.contains(child)).unwrap()
}

fn an_engine_ended_in_its_sleep_is_started_again() {
    let data = tempfile::tempdir().unwrap();
    let before = children_of(std::process::id());
    let mut running = processor("", starter::files(), data.path());
    assert!(finished(&ask(&mut running, "Qui es-tu ?", Route::Usual)));
    let child = child_since(&before);
    Command::new("kill").args(["-9", &child.to_string()]).status().unwrap();
    assert!(gone_within(child, Duration::from_secs(1)));
    let events = ask(&mut running, "Qui es-tu ?", Route::Usual);
    assert!(finished(&events), "{events:?}");
    assert_eq!(running.chat().messages().len(), 4);
}

fn rest_gives_the_memory_back() {
    let data = tempfile::tempdir().unwrap();
    let before = children_of(std::process::id());
    let mut running = processor("", starter::files(), data.path());
    assert!(finished(&ask(&mut running, "Qui es-tu ?", Route::Usual)));
    let child = child_since(&before);
    running.rest();
    assert!(!running.chat().is_loaded() && gone_within(child, Duration::from_secs(1)));
    let events = ask(&mut running, "Does anything leave my computer?", Route::Usual);
    assert!(finished(&events) && running.chat().messages().len() == 4, "the conversation is still there");
}

fn files_cut_short_under_a_loaded_model() {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ModelFiles::Memory(files) = starter::files() else { panic!("the guide is inside the program") };
    let write = || files.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
    write();
    let mut running = processor("", ModelFiles::Folder(folder.path().to_owned()), data.path());
    assert!(finished(&ask(&mut running, "Qui es-tu ?", Route::Usual)));
    // The pages of a mapped file that is cut short are gone: the system ends who reads them.
    let weights = fs::OpenOptions::new().write(true).open(folder.path().join("model.safetensors")).unwrap();
    weights.set_len(4096).unwrap();
    for code in [ProblemCode::EngineCrashed, ProblemCode::FileIncomplete] {
        let events = ask(&mut running, "Does anything leave my computer?", Route::Usual);
        assert_eq!((failure(&events), running.chat().messages().len()), ((code, None), 2));
    }
    write();
    assert!(finished(&ask(&mut running, "Does anything leave my computer?", Route::Usual)));
}

/// Everything here stands still for longer than the engine may be silent, as if the computer slept.
fn a_night_asleep_is_no_standstill() {
    let data = tempfile::tempdir().unwrap();
    let before = children_of(std::process::id());
    let mut running = processor("Slow", starter::files(), data.path());
    let _ = running.prepare(&AtomicBool::new(false), &mut |_| {});
    let (child, own) = (child_since(&before), std::process::id());
    let night = PATIENCE.as_secs() + 2;
    let sleep = format!("sleep 1; kill -STOP {own} {child}; sleep {night}; kill -CONT {child} {own}");
    let mut sandman = Command::new("sh").args(["-c", &sleep]).spawn().unwrap();
    let begun = Instant::now();
    let events = ask(&mut running, "Qui es-tu ?", Route::Usual);
    assert!(finished(&events), "{events:?}");
    assert!(begun.elapsed() > Duration::from_secs(night), "it slept");
    sandman.wait().unwrap();
}
