//! The starter model on our own engine: what it says, and how near the default mode stays to exact float32.

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use app::{Chat, ChatEvent, FinishReason, TurnOptions};
use engine::{
    Control, Engine, Event, Generation, LoadOptions, Model, Precision, Sampling, Tokenizer, log_softmax,
};
use engine_candle::CandleEngine;

/// Largest mean divergence of the default mode's probabilities from those of exact mode, on the model's own text.
const DIVERGENCE: f64 = 1e-3;

const QUESTIONS: [&str; 6] = [
    "Qui es-tu ?",
    "Does anything leave my computer?",
    "Que faut-il pour gpt-oss-20b ?",
    "How long does the download take?",
    "À quoi sert le raisonnement ?",
    "Can I use it on a Mac?",
];

fn load(precision: Precision) -> Box<dyn Model> {
    let options = LoadOptions { precision, ..LoadOptions::default() };
    CandleEngine.load(&starter::files(), &options, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// The prompt of a question as the app renders it, and what the model goes on to say.
fn spoken(model: &dyn Model, question: &str) -> (Vec<u32>, usize) {
    let tokenizer = Tokenizer::load(&starter::files(), model.info().vocab).unwrap();
    let special = |marker| tokenizer.special(marker).unwrap();
    let mut tokens = Vec::new();
    let system = "You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\n\
                  Current date: 2026-11-24\n\nReasoning: medium\n\n# Valid channels: analysis, commentary, final. \
                  Channel must be included for every message.";
    for (role, text) in [("system", system), ("user", question)] {
        tokens.push(special("<|start|>"));
        tokens.extend(tokenizer.encode(role).unwrap());
        tokens.push(special("<|message|>"));
        tokens.extend(tokenizer.encode(text).unwrap());
        tokens.push(special("<|end|>"));
    }
    tokens.push(special("<|start|>"));
    tokens.extend(tokenizer.encode("assistant").unwrap());
    let prompt = tokens.len();
    let generation = Generation {
        sampling: Sampling { temperature: 0.0, ..Sampling::default() },
        stop_tokens: model.info().stop_tokens.clone(),
        max_tokens: Some(400),
        alternatives: 0,
        lockstep: false,
    };
    let mut session = model.session(None).unwrap();
    let said = tokens.clone();
    session
        .generate(&said, &generation, &mut |event| {
            if let Event::Step(step) = event {
                tokens.push(step.token);
            }
            Control::Continue
        })
        .unwrap();
    (tokens, prompt)
}

#[test]
fn the_default_mode_says_what_exact_mode_says() {
    let (exact, fast) = (load(Precision::Exact), load(Precision::Fast));
    let (mut sum, mut count) = (0.0, 0);
    for question in QUESTIONS {
        let (tokens, prompt) = spoken(&*exact, question);
        let logits = |model: &dyn Model| model.session(None).unwrap().logits(&tokens, prompt - 1).unwrap();
        for (p, q) in logits(&*exact).iter().zip(&logits(&*fast)) {
            let (p, q) = (log_softmax(p), log_softmax(q));
            sum += p.iter().zip(&q).map(|(p, q)| f64::from(p.exp()) * f64::from(p - q)).sum::<f64>();
            count += 1;
        }
    }
    let mean = sum / f64::from(count);
    println!("mean KL divergence over {count} tokens: {mean:.2e}");
    assert!(mean <= DIVERGENCE, "mean KL divergence {mean:.2e} over {count} tokens");
}

/// Turns that must have reasoning and an answer that comes to its end.
const WHOLE_TURNS: usize = 40;

#[test]
fn turns_have_reasoning_and_an_answer_that_ends() {
    let mut chat = Chat::open(&CandleEngine, &starter::files(), &LoadOptions::default(), &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    let mut whole = 0;
    for seed in 0..40 {
        let sampling = Sampling { seed: Some(seed), ..chat.model().unwrap().sampling };
        let options =
            TurnOptions { sampling: Some(sampling), max_tokens: Some(600), ..TurnOptions::default() };
        if seed % 3 == 0 {
            chat.clear();
        }
        let question = QUESTIONS[seed as usize % QUESTIONS.len()];
        let (mut reasoning, mut answer, mut end) = (String::new(), String::new(), None);
        chat.ask(question, &options, &AtomicBool::new(false), &mut |event| match event {
            ChatEvent::Reading { .. }
            | ChatEvent::Placed { .. }
            | ChatEvent::Queued
            | ChatEvent::Waiting
            | ChatEvent::Loading { .. }
            | ChatEvent::MovedOn { .. } => {}
            ChatEvent::Reasoning { text } => reasoning += &text,
            ChatEvent::Answer { text } => answer += &text,
            ChatEvent::Finished { reason, .. } => end = Some(reason),
            ChatEvent::Failed { problem, .. } => panic!("{question}: {problem}"),
        });
        assert!(end.is_some(), "{question}: a turn without an end");
        let good = end == Some(FinishReason::Complete) && !reasoning.is_empty() && answer.len() > 10;
        if !good {
            println!("{question}: {end:?}: {reasoning} / {answer}");
        }
        whole += usize::from(good);
    }
    println!("{whole} whole turns of 40");
    assert!(whole >= WHOLE_TURNS, "{whole} whole turns of 40");
}
