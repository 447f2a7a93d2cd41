//! The model behind the conversations: loaded, exchanged, at rest, failing.

use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use app::{ChatEvent, DataFolder, Equipment, FinishReason, Question, Running, WhenBusy};
use engine::testing::ScriptedEngine;
use engine::{Engine, LoadOptions, LoadProgress, Model, ModelFiles};
use serde_json::{Value, json};

use crate::support::{House, TURN, checkpoint, engine, files, question, support, timing};

#[test]
fn a_turn_is_placed_read_thought_answered_and_over() {
    let events = House::new().ask(question(None, None, "Bonjour"));
    let rank = |event: &Value| match event["kind"].as_str().unwrap() {
        "placed" => 0,
        "queued" | "waiting" | "loading" | "moved_on" | "reading" => 1,
        "reasoning" => 2,
        "answer" => 3,
        "finished" | "failed" => 4,
        other => panic!("{other}"),
    };
    assert!(events.iter().map(rank).is_sorted(), "{events:?}");
    let timing = timing(&events);
    assert!(timing.tokens > 20 && timing.prompt_tokens > 100 && timing.total_s >= timing.reasoning_s);
    assert_eq!(timing.context_size, 4096);
}

#[test]
fn later_turns_read_only_what_is_new() {
    let house = House::new();
    let first = house.ask(question(None, None, "Bonjour"));
    let (conversation, _, answer) = crate::support::placed(&first);
    let second = house.ask(question(Some(conversation), Some(answer), "Bonjour"));
    let read = |events: &[Value]| timing(events).prompt_tokens;
    assert!(read(&second) < read(&first), "the beginning is not read again");
    let other = house.ask(question(None, None, "Bonjour"));
    assert!(read(&other) < read(&second), "only the end differs from what is in the cache");
}

#[test]
fn two_questions_at_a_time_are_answered_one_after_the_other() {
    let house = House::with(engine(TURN, Duration::from_millis(10)));
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| house.ask(question(None, None, "Un")));
        std::thread::sleep(Duration::from_millis(150));
        let mut second = question(None, None, "Deux");
        second["turn"] = json!(2);
        let events = house.ask(second);
        assert!(events.iter().any(|event| event["kind"] == "queued"), "{events:?}");
        assert_eq!(slow.join().unwrap().last().unwrap()["reason"], "complete");
    });
}

#[test]
fn a_stop_that_overtakes_its_question_stops_it_and_no_other() {
    let house = House::new();
    let reason = |turn: u32| {
        let mut asked = question(None, None, "Bonjour");
        asked["turn"] = json!(turn);
        house.ask(asked).last().unwrap()["reason"].clone()
    };
    house.done("stop", json!({"turn": 1}));
    assert_eq!(reason(1), "stopped");
    assert_eq!(reason(1), "complete");
    house.done("stop", json!({"turn": 7}));
    assert_eq!(reason(2), "complete");
}

#[test]
fn an_engine_that_fails_says_so_and_the_next_question_is_answered_too() {
    let failing = ScriptedEngine {
        failure: Some("the cable".to_owned()),
        ..engine("<|channel|>analysis<|message|>Hm", Duration::ZERO)
    };
    let house = House::with(failing);
    for _ in 0..2 {
        let events = house.ask(question(None, None, "Bonjour"));
        let problem = &events.last().unwrap()["problem"];
        assert_eq!(problem["code"], "engine_failed");
        assert!(problem["detail"].as_str().unwrap().contains("the cable"));
    }
    assert_eq!(house.done("conversation", json!(1))["messages"][1]["reasoning"], "Hm");
}

/// An engine that takes its time to load, and counts how often it was through.
struct SlowToLoad {
    inner: ScriptedEngine,
    loads: Arc<AtomicUsize>,
}

impl SlowToLoad {
    fn new() -> (Self, Arc<AtomicUsize>) {
        let loads = Arc::default();
        (Self { inner: engine(TURN, Duration::ZERO), loads: Arc::clone(&loads) }, loads)
    }
}

impl Engine for SlowToLoad {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn load(
        &self,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> engine::Result<Box<dyn Model>> {
        for done in 0..200 {
            if progress(LoadProgress { done, total: 200 }).is_break() {
                return Err(engine::EngineError::Cancelled);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.inner.load(files, options, progress)
    }
}

/// How many models were loaded to the end when another one was wanted during the first load.
fn wanted_meanwhile(when_busy: WhenBusy) -> usize {
    let (slow, loads) = SlowToLoad::new();
    let house = House::with(slow);
    let folder = house.folder.path().join("models/other");
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(checkpoint()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    std::thread::sleep(Duration::from_millis(200));
    let card = house.app.use_model(Some("other"), when_busy).unwrap();
    assert_eq!((card.name.as_str(), card.starter), ("other", false));
    let events = house.ask(question(None, None, "Bonjour"));
    assert_eq!(events[0]["answer"]["model"], "other");
    loads.load(Ordering::SeqCst)
}

#[test]
fn another_model_waits_for_the_one_that_is_being_loaded_or_takes_its_place() {
    assert_eq!(wanted_meanwhile(WhenBusy::Wait), 2);
    assert_eq!(wanted_meanwhile(WhenBusy::Replace), 1);
}

#[test]
fn a_load_can_be_stopped() {
    let (slow, _) = SlowToLoad::new();
    let equipment = Equipment {
        engines: vec![Box::new(slow)],
        support: support(),
        starter: files(),
        self_tests: Vec::new(),
    };
    let mut running = Running::new(Arc::new(equipment), DataFolder::default(), "small", files());
    let mut last = None;
    let question = Question { text: "Bonjour".to_owned(), ..Question::default() };
    running.ask(&question, &AtomicBool::new(true), &mut |event| last = Some(event));
    assert!(matches!(last, Some(ChatEvent::Finished { reason: FinishReason::Stopped, .. })), "{last:?}");
}

#[test]
fn a_model_that_nobody_asks_rests_and_the_conversation_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("settings.json"), r#"{"idle_seconds":1}"#).unwrap();
    let (slow, loads) = SlowToLoad::new();
    let house = House::in_folder(folder, slow);
    let first = house.ask(question(None, None, "Bonjour"));
    let (conversation, _, answer) = crate::support::placed(&first);
    assert_eq!(loads.load(Ordering::SeqCst), 1);
    std::thread::sleep(Duration::from_secs(3));
    let second = house.ask(question(Some(conversation), Some(answer), "Bonjour"));
    assert_eq!(loads.load(Ordering::SeqCst), 2, "it was let go and loaded again");
    assert!(timing(&second).prompt_tokens > timing(&first).prompt_tokens, "all of it is read anew");
}
