//! The starter model, converted for ONNX Runtime by `onnx/starter.py`, answers as it does on candle.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use engine::{
    Control, Engine, Event, Generation, LoadOptions, Model, ModelFiles, Precision, Sampling, Tokenizer,
};
use engine_candle::CandleEngine;
use engine_onnx::OnnxEngine;

/// Names the folder that `onnx/starter.py` wrote.
const FOLDER: &str = "DOMICILE_STARTER_ONNX";

/// Share of the questions that must be answered word for word as on candle, in its default mode.
const SAME_ANSWERS: f64 = 0.95;

/// As many tokens are enough for every turn that the guide brings to an end.
const MOST_TOKENS: usize = 400;

/// To as many of them candle answers in exact mode as well, which is slow.
const ASKED_EXACTLY: usize = 100;

/// What an engine said to every question, and how fast.
struct Asked {
    name: &'static str,
    turns: Vec<Vec<u32>>,
    to_the_first: Duration,
    from_the_first: Duration,
}

impl Asked {
    fn new(name: &'static str, model: &dyn Model, questions: &[Vec<u32>]) -> Self {
        let mut asked =
            Self { name, turns: Vec::new(), to_the_first: Duration::ZERO, from_the_first: Duration::ZERO };
        for question in questions {
            asked.ask(model, question);
        }
        let read: usize = questions.iter().map(Vec::len).sum();
        let said: usize = asked.turns.iter().map(|turn| turn.len() - 1).sum();
        println!(
            "{name}: reads {:.0} and writes {:.0} tokens a second",
            read as f64 / asked.to_the_first.as_secs_f64(),
            said as f64 / asked.from_the_first.as_secs_f64()
        );
        asked
    }

    /// In a session of its own, without chance, up to the token that ends the turn.
    fn ask(&mut self, model: &dyn Model, question: &[u32]) {
        let generation = Generation {
            sampling: Sampling { temperature: 0.0, ..Sampling::default() },
            stop_tokens: model.info().stop_tokens.clone(),
            max_tokens: Some(MOST_TOKENS),
            alternatives: 0,
            lockstep: false,
        };
        let (mut turn, mut session, begun) = (Vec::new(), model.session(None).unwrap(), Instant::now());
        let mut first = begun;
        session
            .generate(question, &generation, &mut |event| {
                if let Event::Step(step) = event {
                    if turn.is_empty() {
                        first = Instant::now();
                    }
                    turn.push(step.token);
                }
                Control::Continue
            })
            .unwrap();
        self.to_the_first += first - begun;
        self.from_the_first += first.elapsed();
        self.turns.push(turn);
    }

    /// Share of the questions, of those that both were asked, to which both say the same answer.
    fn same(&self, other: &Self, message: u32) -> f64 {
        let answer = |turn: &[u32]| turn.rsplit(|token| *token == message).next().unwrap().to_vec();
        let pairs = || self.turns.iter().zip(&other.turns);
        let answers = pairs().filter(|(one, two)| answer(one) == answer(two)).count();
        let turns = pairs().filter(|(one, two)| one == two).count();
        let share = |count: usize| count as f64 / pairs().len() as f64;
        println!(
            "{} as {}: of {} answers {:.3} are the same, with their reasoning {:.3}",
            self.name,
            other.name,
            pairs().len(),
            share(answers),
            share(turns)
        );
        share(answers)
    }
}

fn load(engine: &dyn Engine, files: &ModelFiles, precision: Precision) -> Box<dyn Model> {
    let options = LoadOptions { precision, ..LoadOptions::default() };
    engine.load(files, &options, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
#[ignore = "some minutes, and DOMICILE_STARTER_ONNX names a folder that onnx/starter.py wrote"]
fn the_converted_starter_model_answers_as_it_does_on_candle() {
    let folder = std::env::var_os(FOLDER).unwrap_or_else(|| panic!("{FOLDER} names no folder"));
    let questions = std::fs::read(Path::new(&folder).join("questions.json")).unwrap();
    let questions: Vec<Vec<u32>> = serde_json::from_slice(&questions).unwrap();
    let programs = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("onnxruntime");
    let library = engine_onnx::library().unwrap_or_else(|| engine_onnx::library_in(&programs));

    let default = load(&CandleEngine, &starter::files(), Precision::Fast);
    let exact = load(&CandleEngine, &starter::files(), Precision::Exact);
    let onnx = load(&OnnxEngine::new(Some(library)), &ModelFiles::Folder(folder.into()), Precision::Fast);
    let tokenizer = Tokenizer::load(&starter::files(), default.info().vocab).unwrap();
    let message = tokenizer.special("<|message|>").unwrap();

    let onnx = Asked::new("ONNX Runtime", &*onnx, &questions);
    let default = Asked::new("candle", &*default, &questions);
    let share = onnx.same(&default, message);
    let exact = Asked::new("exact candle", &*exact, &questions[..ASKED_EXACTLY]);
    onnx.same(&exact, message);
    default.same(&exact, message);
    assert!(share >= SAME_ANSWERS, "the same answer to {share:.3} of the questions");
}
