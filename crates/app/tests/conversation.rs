//! What a front end sees of a conversation, with an engine that says what it was told to.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use app::{
    App, AskRequest, ChatEvent, DataFolder, Effort, Equipment, FinishReason, ProblemCode, Question, Route,
    Running, StopRequest, WhenBusy,
};
use engine::testing::ScriptedEngine;
use engine::{Engine, LoadOptions, LoadProgress, Model, ModelFiles, Tokenizer};

const VOCAB: usize = 288;

fn files() -> ModelFiles {
    ModelFiles::Folder(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/small"))
}

/// An engine whose every turn is this text, in which `<|…|>` are markers.
fn engine(turn: &str, pace: Duration) -> ScriptedEngine {
    let tokenizer = Tokenizer::load(&files(), VOCAB).unwrap();
    let mut script = Vec::new();
    for piece in turn.split_inclusive("|>") {
        let (text, marker) = piece.split_at(piece.find("<|").unwrap_or(piece.len()));
        script.extend(tokenizer.encode(text).unwrap());
        script.extend(tokenizer.special(marker));
    }
    ScriptedEngine { script, vocab: VOCAB, context: 4096, pace, failure: None }
}

fn start(engine: ScriptedEngine) -> App {
    app_with(vec![Box::new(engine)], files())
}

fn app_with(engines: Vec<Box<dyn Engine>>, starter: ModelFiles) -> App {
    App::start(Equipment { engines, support: &[], starter }, DataFolder::default())
}

fn request(effort: Effort) -> AskRequest {
    AskRequest { route: Route::Usual, turn: 1, text: "Bonjour".to_owned(), effort }
}

fn ask(app: &App, text: &str) -> Vec<ChatEvent> {
    let mut events = Vec::new();
    app.ask(AskRequest { text: text.to_owned(), ..request(Effort::Medium) }, &mut |event| events.push(event));
    events
}

fn texts(events: &[ChatEvent]) -> (String, String) {
    let (mut reasoning, mut answer) = (String::new(), String::new());
    for event in events {
        match event {
            ChatEvent::Reasoning { text } => reasoning += text,
            ChatEvent::Answer { text } => answer += text,
            _ => {}
        }
    }
    (reasoning, answer)
}

const TURN: &str = "<|channel|>analysis<|message|>Une maison.<|end|><|start|>assistant<|channel|>final<|message|>Été \
                    à la maison.<|return|>";

#[test]
fn reasoning_then_answer_then_the_end() {
    let events = ask(&start(engine(TURN, Duration::ZERO)), "Bonjour");
    assert_eq!(texts(&events), ("Une maison.".to_owned(), "Été à la maison.".to_owned()));
    let Some(ChatEvent::Finished { reason, timing }) = events.last() else { panic!("{events:?}") };
    assert_eq!(*reason, FinishReason::Complete);
    assert!(timing.tokens > 20 && timing.prompt_tokens > 100 && timing.total_s >= timing.reasoning_s);
    let kind = |e: &ChatEvent| match e {
        ChatEvent::Waiting
        | ChatEvent::Loading { .. }
        | ChatEvent::MovedOn { .. }
        | ChatEvent::Reading { .. } => 0,
        ChatEvent::Reasoning { .. } => 1,
        ChatEvent::Answer { .. } => 2,
        ChatEvent::Finished { .. } | ChatEvent::Failed { .. } => 3,
    };
    assert!(events.iter().map(kind).is_sorted(), "{events:?}");
}

#[test]
fn stopping_ends_the_turn_within_a_token_and_keeps_what_was_said() {
    let app = start(engine(TURN, Duration::from_millis(20)));
    let mut stopped_at = None;
    let mut events = Vec::new();
    app.ask(request(Effort::Low), &mut |event| {
        if matches!(event, ChatEvent::Answer { .. }) && stopped_at.is_none() {
            app.stop(StopRequest { turn: 1 });
            stopped_at = Some(Instant::now());
        }
        events.push(event);
    });
    assert!(matches!(events.last(), Some(ChatEvent::Finished { reason: FinishReason::Stopped, .. })));
    let (reasoning, answer) = texts(&events);
    assert_eq!(reasoning, "Une maison.");
    assert!(!answer.is_empty() && answer.len() < "Été à la maison.".len(), "{answer}");
    assert!(stopped_at.unwrap().elapsed() < Duration::from_secs(2));
    assert!(matches!(
        ask(&app, "Encore").last(),
        Some(ChatEvent::Finished { reason: FinishReason::Complete, .. })
    ));
}

#[test]
fn a_stop_that_overtakes_its_question_stops_it_and_no_other() {
    let app = start(engine(TURN, Duration::ZERO));
    app.stop(StopRequest { turn: 1 });
    let reason = |events: Vec<ChatEvent>| match events.last() {
        Some(ChatEvent::Finished { reason, .. }) => *reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(ask(&app, "Bonjour")), FinishReason::Stopped);
    assert_eq!(reason(ask(&app, "Bonjour")), FinishReason::Complete);
    app.stop(StopRequest { turn: 7 });
    assert_eq!(reason(ask(&app, "Bonjour")), FinishReason::Complete);
}

#[test]
fn a_new_conversation_stops_what_is_being_said() {
    let app = start(engine(TURN, Duration::from_millis(20)));
    let mut last = None;
    app.ask(request(Effort::Low), &mut |event| {
        if matches!(event, ChatEvent::Reasoning { .. }) {
            app.new_conversation();
        }
        last = Some(event);
    });
    assert!(matches!(last, Some(ChatEvent::Finished { reason: FinishReason::Stopped, .. })));
}

#[test]
fn later_turns_read_what_was_said_and_a_new_conversation_forgets_it() {
    let app = start(engine(TURN, Duration::ZERO));
    let read = |events: &[ChatEvent]| match events.last() {
        Some(ChatEvent::Finished { timing, .. }) => timing.prompt_tokens,
        other => panic!("{other:?}"),
    };
    let first = read(&ask(&app, "Bonjour"));
    let second = read(&ask(&app, "Bonjour"));
    assert!(second < first, "the beginning is not read again: {first} then {second}");
    app.new_conversation();
    let third = ask(&app, "Bonjour");
    assert!(read(&third) < second, "only the end differs from what is in the cache");
}

#[test]
fn an_engine_that_fails_says_so_and_the_next_question_is_answered() {
    let failing = ScriptedEngine {
        failure: Some("the cable".to_owned()),
        ..engine("<|channel|>analysis<|message|>Hm", Duration::ZERO)
    };
    let app = start(failing);
    for _ in 0..2 {
        let events = ask(&app, "Bonjour");
        let Some(ChatEvent::Failed { problem, .. }) = events.last() else { panic!("{events:?}") };
        assert_eq!(problem.code, ProblemCode::EngineFailed);
        assert!(problem.detail.contains("the cable"));
    }
}

#[test]
fn bad_requests_are_problems_with_a_code() {
    let code = |events: Vec<ChatEvent>| match events.last() {
        Some(ChatEvent::Failed { problem, .. }) => problem.code,
        other => panic!("{other:?}"),
    };
    let app = start(engine(TURN, Duration::ZERO));
    assert_eq!(code(ask(&app, " \n ")), ProblemCode::QuestionEmpty);
    assert_eq!(code(ask(&app, &"long ".repeat(2000))), ProblemCode::ContextFull);
    assert!(
        matches!(ask(&app, "Bonjour").last(), Some(ChatEvent::Finished { .. })),
        "nothing of it was kept"
    );
    assert_eq!(code(ask(&app_with(Vec::new(), files()), "Bonjour")), ProblemCode::EngineFailed);
    let nowhere = ModelFiles::Folder("nowhere".into());
    let app = app_with(vec![Box::new(engine(TURN, Duration::ZERO))], nowhere);
    assert_eq!(code(ask(&app, "Bonjour")), ProblemCode::FileMissing);
}

#[test]
fn a_window_that_goes_away_ends_its_turn() {
    let app = std::sync::Arc::new(start(engine(TURN, Duration::from_millis(5))));
    let (sent, received) = sync_channel(1);
    let gone = std::sync::Arc::clone(&app);
    std::thread::spawn(move || {
        gone.ask(request(Effort::Low), &mut |_| {});
        let _ = sent.send(());
    });
    received.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(matches!(ask(&app, "Encore").last(), Some(ChatEvent::Finished { .. })));
}

/// An engine that takes its time to load, and says the pace at which it does.
struct SlowToLoad {
    inner: ScriptedEngine,
    loads: Arc<AtomicUsize>,
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

/// How many models were loaded to the end when another one was wanted during the first load, and after how long that
/// one answered.
fn wanted_meanwhile(when_busy: WhenBusy) -> (usize, Duration) {
    let loads = Arc::new(AtomicUsize::new(0));
    let slow = SlowToLoad { inner: engine(TURN, Duration::ZERO), loads: Arc::clone(&loads) };
    let begun = Instant::now();
    let app = app_with(vec![Box::new(slow)], files());
    std::thread::sleep(Duration::from_millis(200));
    let ModelFiles::Folder(folder) = files() else { panic!("a folder") };
    let card = app.use_model(&folder.display().to_string(), when_busy).unwrap();
    assert_eq!((card.name.as_str(), app.welcome().model.name.as_str()), ("small", "small"));
    assert!(matches!(ask(&app, "Bonjour").last(), Some(ChatEvent::Finished { .. })));
    (loads.load(Ordering::SeqCst), begun.elapsed())
}

#[test]
fn another_model_waits_for_the_one_that_is_being_loaded_or_takes_its_place() {
    assert_eq!(wanted_meanwhile(WhenBusy::Wait).0, 2);
    assert_eq!(wanted_meanwhile(WhenBusy::Replace).0, 1);
    let app = start(engine(TURN, Duration::ZERO));
    assert_eq!(app.use_model("no such model", WhenBusy::Wait).unwrap_err().code, ProblemCode::ModelNotFound);
    assert!(
        matches!(ask(&app, "Bonjour").last(), Some(ChatEvent::Finished { .. })),
        "the one that was stays"
    );
}

#[test]
fn a_load_can_be_stopped() {
    let slow = SlowToLoad { inner: engine(TURN, Duration::ZERO), loads: Arc::default() };
    let equipment = Equipment { engines: vec![Box::new(slow)], support: &[], starter: files() };
    let mut running = Running::new(Arc::new(equipment), DataFolder::default(), "small", files());
    let stop = AtomicBool::new(true);
    let mut last = None;
    let question = Question { text: "Bonjour".to_owned(), ..Question::default() };
    running.ask(&question, &stop, &mut |event| last = Some(event));
    assert!(matches!(last, Some(ChatEvent::Finished { reason: FinishReason::Stopped, .. })), "{last:?}");
}

#[test]
fn a_model_that_nobody_asks_rests_and_the_conversation_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("settings.json"), r#"{"idle_seconds":1}"#).unwrap();
    let loads = Arc::new(AtomicUsize::new(0));
    let slow = SlowToLoad { inner: engine(TURN, Duration::ZERO), loads: Arc::clone(&loads) };
    let equipment = Equipment { engines: vec![Box::new(slow)], support: &[], starter: files() };
    let app = App::start(equipment, DataFolder::at(folder.path()));
    let read = |events: &[ChatEvent]| match events.last() {
        Some(ChatEvent::Finished { timing, .. }) => timing.prompt_tokens,
        other => panic!("{other:?}"),
    };
    let first = read(&ask(&app, "Bonjour"));
    assert_eq!(loads.load(Ordering::SeqCst), 1);
    std::thread::sleep(Duration::from_secs(3));
    let second = read(&ask(&app, "Bonjour"));
    assert_eq!(loads.load(Ordering::SeqCst), 2, "it was let go and loaded again");
    assert!(second > first, "all of the conversation is read anew: {first} then {second}");
}
