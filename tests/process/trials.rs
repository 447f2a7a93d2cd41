//! What is tried.

use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use app::{Chat, ChatEvent, ProblemCode, TurnOptions};
use engine::testing::check_contract;
use engine::{Engine, LoadOptions, ModelFiles, Precision, Sampling};
use engine_candle::CandleEngine;
use engine_process::{ARGUMENT, Launch, ProcessEngine};
use libtest_mimic::Trial;
use tests::checkpoint;

use crate::faults::{KINDS, Kind, STAGES, Stage};

/// The argument that makes this program a parent that waits to be killed.
pub(crate) const PARENT: &str = "--parent";
/// Each fault so many times.
const ROUNDS: usize = 3;
/// Long enough for a healthy child on a busy computer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);

pub(crate) fn all() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("the_contract_holds_across_processes", || {
            the_contract_holds_across_processes();
            Ok(())
        }),
        Trial::test("it_says_what_the_engine_says_in_this_process", || {
            it_says_what_the_engine_says_in_this_process();
            Ok(())
        }),
        Trial::test("a_child_ends_within_a_second_of_its_parent", || {
            a_child_ends_within_a_second_of_its_parent();
            Ok(())
        }),
        Trial::test("a_model_that_is_let_go_leaves_no_process", || {
            a_model_that_is_let_go_leaves_no_process();
            Ok(())
        }),
    ];
    trials.extend(crate::running::all());
    trials.extend(crate::onnx::all());
    for stage in STAGES {
        trials.push(Trial::test(format!("faults_in_{stage:?}").to_lowercase(), move || {
            for kind in KINDS {
                for _ in 0..ROUNDS {
                    survive(stage, kind);
                }
            }
            Ok(())
        }));
    }
    trials
}

pub(crate) fn launch(fault: Option<(Stage, Kind)>) -> Launch {
    let mut arguments = vec![ARGUMENT.to_owned()];
    arguments.extend(fault.map(|(stage, kind)| format!("{stage:?}-{kind:?}")));
    Launch { program: std::env::current_exe().unwrap(), arguments, patience: PATIENCE }
}

fn engine(fault: Option<(Stage, Kind)>) -> ProcessEngine {
    ProcessEngine::new("candle", launch(fault))
}

fn go_on(_: engine::LoadProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn the_contract_holds_across_processes() {
    for precision in [Precision::Fast, Precision::Exact] {
        let options = LoadOptions { precision, ..LoadOptions::default() };
        check_contract(&engine(None), &ModelFiles::Folder(checkpoint("small")), &options, 40).unwrap();
    }
}

/// The text of an answer at temperature 0, reasoning included, and how the turn ended.
fn asked(chat: &mut Chat, question: &str) -> (String, ChatEvent) {
    let sampling = Sampling { temperature: 0.0, ..chat.model().unwrap().sampling };
    let options = TurnOptions { sampling: Some(sampling), max_tokens: Some(400), ..TurnOptions::default() };
    let (mut text, mut end) = (String::new(), None);
    chat.ask(question, &options, &AtomicBool::new(false), &mut |event| match event {
        ChatEvent::Reading { .. }
        | ChatEvent::Placed { .. }
        | ChatEvent::Queued
        | ChatEvent::Waiting
        | ChatEvent::Loading { .. }
        | ChatEvent::MovedOn { .. } => {}
        ChatEvent::Reasoning { text: more } | ChatEvent::Answer { text: more } => text += &more,
        ChatEvent::Finished { .. } | ChatEvent::Failed { .. } => end = Some(event),
    });
    (text, end.unwrap())
}

fn open(engine: &dyn Engine) -> Result<Chat, app::Problem> {
    Chat::open(engine, &starter::files(), &LoadOptions::default(), &mut go_on)
}

fn it_says_what_the_engine_says_in_this_process() {
    let (mut here, mut there) = (open(&CandleEngine).unwrap(), open(&engine(None)).unwrap());
    for question in ["Qui es-tu ?", "Does anything leave my computer?", "et sur Mac ?"] {
        assert_eq!(asked(&mut here, question).0, asked(&mut there, question).0, "{question}");
    }
}

/// One fault: the conversation so far stays, what was said stays, and the next question is answered.
fn survive(stage: Stage, kind: Kind) {
    let fault = format!("{kind:?} in {stage:?}");
    let mut chat = match open(&engine(Some((stage, kind)))) {
        Err(problem) => {
            assert_eq!(
                (stage, problem.code),
                (Stage::Load, ProblemCode::EngineCrashed),
                "{fault}: {problem}"
            );
            let mut chat = open(&engine(None)).unwrap();
            assert!(matches!(asked(&mut chat, "Qui es-tu ?").1, ChatEvent::Finished { .. }), "{fault}");
            return;
        }
        Ok(chat) => chat,
    };
    assert_ne!(stage, Stage::Load, "{fault}: nothing happened");
    assert!(matches!(asked(&mut chat, "Qui es-tu ?").1, ChatEvent::Finished { .. }), "{fault}");
    let before = chat.messages().to_vec();
    assert_eq!(before.len(), 2);
    if stage == Stage::Idle {
        thread::sleep(Duration::from_millis(150));
    }
    let (said, end) = asked(&mut chat, "Que faut-il pour gpt-oss-20b ?");
    let ChatEvent::Failed { problem, .. } = end else { panic!("{fault}: nothing happened: {said}") };
    assert_eq!(problem.code, ProblemCode::EngineCrashed, "{fault}: {problem}");
    assert!(!chat.is_loaded(), "{fault}");
    assert_eq!(chat.messages()[..2], before, "{fault}: the conversation is as it was");
    match stage {
        Stage::Answer => assert_eq!(chat.messages().len(), 4, "{fault}: the half answer is kept"),
        _ => assert_eq!(chat.messages().len(), 2, "{fault}"),
    }
    assert_eq!(said.is_empty(), matches!(stage, Stage::Idle | Stage::Prefill), "{fault}: {said}");
    // A second accident on the way back loses nothing either.
    let kept = chat.messages().to_vec();
    let again = chat.load(
        &engine(Some((Stage::Load, Kind::Abort))),
        &starter::files(),
        &LoadOptions::default(),
        &mut go_on,
    );
    assert_eq!(again.unwrap_err().code, ProblemCode::EngineCrashed, "{fault}");
    chat.load(&engine(None), &starter::files(), &LoadOptions::default(), &mut go_on).unwrap();
    assert_eq!(chat.messages(), kept, "{fault}");
    assert!(matches!(asked(&mut chat, "Can I use it on a Mac?").1, ChatEvent::Finished { .. }), "{fault}");
    assert_eq!(chat.messages().len(), kept.len() + 2, "{fault}");
}

/// Loads a model in a child and waits.
pub(crate) fn be_a_parent() {
    let _model = engine(None).load(&starter::files(), &LoadOptions::default(), &mut go_on).unwrap();
    std::io::stdout().write_all(b"loaded\n").unwrap();
    thread::sleep(Duration::from_secs(600));
}

/// Processes that were started by the process of this number.
pub(crate) fn children_of(parent: u32) -> Vec<u32> {
    let list = Command::new("ps").args(["-o", "pid=", "--ppid", &parent.to_string()]).output().unwrap();
    String::from_utf8_lossy(&list.stdout).lines().filter_map(|line| line.trim().parse().ok()).collect()
}

fn lives(process: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // What is dead and not yet waited for is a zombie.
    state.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'))
}

pub(crate) fn gone_within(process: u32, time: Duration) -> bool {
    let waiting = Instant::now();
    while waiting.elapsed() < time {
        if !lives(process) {
            return true;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

fn a_child_ends_within_a_second_of_its_parent() {
    if !Path::new("/proc/self/stat").exists() {
        return;
    }
    let mut parent =
        Command::new(std::env::current_exe().unwrap()).arg(PARENT).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "loaded\n");
    let children = children_of(parent.id());
    assert_eq!(children.len(), 1);
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(gone_within(children[0], Duration::from_secs(1)), "the child outlives its parent");
}

fn a_model_that_is_let_go_leaves_no_process() {
    if !Path::new("/proc/self/stat").exists() {
        return;
    }
    let before = children_of(std::process::id());
    let model = engine(None).load(&starter::files(), &LoadOptions::default(), &mut go_on).unwrap();
    let session = model.session(None).unwrap();
    let child = children_of(std::process::id()).into_iter().find(|child| !before.contains(child)).unwrap();
    drop(model);
    assert!(lives(child), "a session keeps its model");
    drop(session);
    assert!(gone_within(child, Duration::from_secs(1)), "memory is given back when the model is let go");
}
