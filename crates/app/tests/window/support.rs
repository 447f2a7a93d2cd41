//! A program without a window: an engine that says what it was told to, and a person who chooses what they are told to.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::catalog::Format;
use app::choose::{Device, EngineSupport};
use app::{App, ChatEvent, DataFolder, Desktop, Dialog, Equipment, Language, OnEvent, Problem, ProblemCode};
use engine::testing::ScriptedEngine;
use engine::{Engine, ModelFiles, Tokenizer};
use serde_json::{Value, json};
use tempfile::TempDir;

const VOCAB: usize = 288;

pub(crate) fn files() -> ModelFiles {
    ModelFiles::Folder(checkpoint())
}

pub(crate) fn checkpoint() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/small")
}

/// What it reads.
pub(crate) fn support() -> Vec<EngineSupport> {
    vec![EngineSupport { engine: "scripted", format: Format::Checkpoint, device: Device::Cpu, here: true }]
}

/// An engine whose every turn is this text, in which `<|…|>` are markers.
pub(crate) fn engine(turn: &str, pace: Duration) -> ScriptedEngine {
    let tokenizer = Tokenizer::load(&files(), VOCAB).unwrap();
    let mut script = Vec::new();
    for piece in turn.split_inclusive("|>") {
        let (text, marker) = piece.split_at(piece.find("<|").unwrap_or(piece.len()));
        script.extend(tokenizer.encode(text).unwrap());
        script.extend(tokenizer.special(marker));
    }
    ScriptedEngine { script, vocab: VOCAB, context: 4096, pace, failure: None }
}

pub(crate) const TURN: &str = "<|channel|>analysis<|message|>Une maison.<|end|><|start|>assistant<|channel|>final<|message|>Été \
                        à la maison.<|return|>";

/// Somebody in front of the computer: what they choose next, and what was opened for them.
#[derive(Default)]
pub(crate) struct Person {
    pub(crate) chooses: Mutex<VecDeque<PathBuf>>,
    pub(crate) asked: Mutex<Vec<Dialog>>,
    pub(crate) opened: Mutex<Vec<String>>,
}

impl Desktop for Person {
    fn choose(&self, dialog: &Dialog, _: Language) -> Option<PathBuf> {
        self.asked.lock().unwrap().push(dialog.clone());
        self.chooses.lock().unwrap().pop_front()
    }

    fn open_link(&self, address: &str) -> Result<(), Problem> {
        self.opened.lock().unwrap().push(address.to_owned());
        Ok(())
    }

    fn show_folder(&self, folder: &Path) -> Result<(), Problem> {
        self.opened.lock().unwrap().push(folder.display().to_string());
        Ok(())
    }
}

/// A data folder, and the program in it.
pub(crate) struct House {
    pub(crate) app: Arc<App>,
    pub(crate) person: Arc<Person>,
    pub(crate) folder: TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(engine(TURN, Duration::ZERO))
    }

    pub(crate) fn with(engine: impl Engine + 'static) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), engine)
    }

    pub(crate) fn in_folder(folder: TempDir, engine: impl Engine + 'static) -> Self {
        let person = Arc::new(Person::default());
        let equipment = Equipment {
            engines: vec![Box::new(engine)],
            support: support(),
            starter: files(),
            self_tests: Vec::new(),
        };
        let app = App::start(equipment, &[], DataFolder::at(folder.path()), person.clone()).unwrap();
        Self { app, person, folder }
    }

    /// In a folder that outlives it.
    pub(crate) fn at(folder: &Path, engine: impl Engine + 'static) -> Self {
        let person = Arc::new(Person::default());
        let equipment = Equipment {
            engines: vec![Box::new(engine)],
            support: support(),
            starter: files(),
            self_tests: Vec::new(),
        };
        let app = App::start(equipment, &[], DataFolder::at(folder), person.clone()).unwrap();
        Self { app, person, folder: tempfile::tempdir().unwrap() }
    }

    /// Ends the program, and starts it once more.
    pub(crate) fn again(self) -> Self {
        let Self { app, folder, .. } = self;
        drop(app);
        Self::in_folder(folder, engine(TURN, Duration::ZERO))
    }

    /// As the page calls, hearing what happens on the way.
    pub(crate) fn call_with(&self, name: &str, request: Value, on_event: OnEvent) {
        self.app.call(name, request, on_event).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
    }

    /// As the page calls.
    pub(crate) fn call(&self, name: &str, request: Value) -> Result<Value, Problem> {
        self.app.call(name, request, Box::new(|_| true))
    }

    pub(crate) fn done(&self, name: &str, request: Value) -> Value {
        self.call(name, request).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
    }

    pub(crate) fn refused(&self, name: &str, request: Value) -> ProblemCode {
        match self.call(name, request) {
            Err(problem) => problem.code,
            Ok(answer) => panic!("{name}: {answer}"),
        }
    }

    /// Asks, and returns what happened until the turn was over.
    pub(crate) fn ask(&self, request: Value) -> Vec<Value> {
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        let on_event = Box::new(move |event| {
            heard.lock().unwrap().push(event);
            true
        });
        self.app.call("ask", request, on_event).unwrap_or_else(|problem| panic!("{problem:?}"));
        let events = events.lock().unwrap();
        let last = events.last().unwrap();
        assert!(last["kind"] == "finished" || last["kind"] == "failed", "{last}");
        events.clone()
    }

    /// Asks a question and returns the conversation, the question and the answer.
    pub(crate) fn asked(&self, conversation: Option<i64>, after: Option<i64>, text: &str) -> (i64, i64, i64) {
        placed(&self.ask(question(conversation, after, text)))
    }

    /// Who says what on the branch that is shown.
    pub(crate) fn said(&self, conversation: i64) -> Vec<String> {
        let thread = self.done("conversation", json!(conversation));
        thread["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["text"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub(crate) fn question(conversation: Option<i64>, after: Option<i64>, text: &str) -> Value {
    json!({
        "turn": 1, "conversation": conversation, "effort": "medium", "route": "usual", "assistant": null, "folder": null,
        "what": { "kind": "question", "after": after, "text": text, "attachments": [], "rewords": null },
    })
}

pub(crate) fn placed(events: &[Value]) -> (i64, i64, i64) {
    let first = &events[0];
    assert_eq!(first["kind"], "placed");
    let id = |what: &str| first[what]["id"].as_i64().unwrap();
    (id("conversation"), id("question"), id("answer"))
}

/// The figures of a turn that ended well.
pub(crate) fn timing(events: &[Value]) -> app::Timing {
    match serde_json::from_value(events.last().unwrap().clone()).unwrap() {
        ChatEvent::Finished { timing, .. } => timing,
        other => panic!("{other:?}"),
    }
}
