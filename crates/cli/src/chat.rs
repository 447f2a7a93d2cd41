//! `domicile chat`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::{ChatEvent, DataFolder, Effort, FinishReason, Language, Problem, Question, Route, Running, Timing};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::terminal::{Questions, Show};
use crate::{engines, output, text};

#[derive(Args)]
pub(crate) struct Chat {
    /// A model's name or folder; without it, the guide
    #[arg(long)]
    model: Option<String>,
    /// Ask this and end
    #[arg(long)]
    prompt: Option<String>,
    /// How long the model may think
    #[arg(long, value_enum, default_value = "medium")]
    effort: EffortArgument,
    /// Most tokens to write
    #[arg(long)]
    max_tokens: Option<usize>,
    /// 0 for the likeliest answer, more for variety
    #[arg(long, value_parser = temperature)]
    temperature: Option<f32>,
    /// The same seed gives the same answer
    #[arg(long)]
    seed: Option<u64>,
    /// Try again what stopped the last time
    #[arg(long)]
    again: bool,
    /// One JSON object for each answer
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum EffortArgument {
    Low,
    Medium,
    High,
}

fn temperature(text: &str) -> Result<f32, String> {
    text.parse()
        .ok()
        .filter(|t: &f32| t.is_finite() && *t >= 0.0)
        .ok_or_else(|| "a number from 0 on".to_owned())
}

/// An answer, as `--json` writes it.
#[derive(Serialize)]
struct Answer<'a> {
    question: &'a str,
    reasoning: String,
    answer: String,
    finish: FinishReason,
    timing: Timing,
}

impl Chat {
    pub(crate) fn run(&self) -> Result<(), Problem> {
        let (files, card) = engines::model(self.model.as_deref())?;
        let equipment = Arc::new(engines::equipment()?);
        let mut running = Running::new(equipment, DataFolder::of_this_computer(), &card.name, files);
        let stop = stop_on_interrupt();
        // Once: after that it runs where it was wanted.
        let mut route = if self.again { Route::Again } else { Route::Usual };
        if let Some(prompt) = &self.prompt {
            return self.answer(&mut running, prompt, route, &stop);
        }
        let words = text::chat(Language::of_system());
        let mut questions = Questions::open(words.prompt);
        if questions.by_a_person() && !self.json {
            let name = if card.starter { words.guide } else { &card.name };
            output::print(&format!("{name}\n{}\n\n", words.greeting));
        }
        while let Some(question) = questions.next() {
            match question.trim() {
                "" => {}
                command if words.new_commands.contains(&command) => {
                    running.clear();
                    output::note(&format!("{}\n\n", words.cleared));
                }
                _ => match self.answer(&mut running, &question, std::mem::take(&mut route), &stop) {
                    // In a conversation a problem is said, and the person may ask something else.
                    Err(problem) if questions.by_a_person() => output::report(&problem, self.json),
                    outcome => outcome?,
                },
            }
        }
        Ok(())
    }

    fn question(&self, text: &str, route: Route) -> Question {
        let effort = match self.effort {
            EffortArgument::Low => Effort::Low,
            EffortArgument::Medium => Effort::Medium,
            EffortArgument::High => Effort::High,
        };
        Question {
            text: text.to_owned(),
            route,
            effort,
            max_tokens: self.max_tokens,
            temperature: self.temperature,
            top_p: None,
            seed: self.seed,
        }
    }

    fn answer(
        &self,
        running: &mut Running,
        question: &str,
        route: Route,
        stop: &AtomicBool,
    ) -> Result<(), Problem> {
        stop.store(false, Ordering::Relaxed);
        let (mut reasoning, mut answer, mut end) = (String::new(), String::new(), None);
        let mut show = (!self.json).then(|| Show::new(text::chat(Language::of_system())));
        running.ask(&self.question(question, route), stop, &mut |event| {
            if let Some(show) = &mut show {
                show.event(&event);
            }
            match event {
                ChatEvent::Reading { .. }
                | ChatEvent::Placed { .. }
                | ChatEvent::Queued
                | ChatEvent::Waiting
                | ChatEvent::Loading { .. }
                | ChatEvent::MovedOn { .. } => {}
                ChatEvent::Reasoning { text } => reasoning += &text,
                ChatEvent::Answer { text } => answer += &text,
                ChatEvent::Finished { reason, timing } => end = Some(Ok((reason, timing))),
                ChatEvent::Failed { problem, .. } => end = Some(Err(problem)),
            }
        });
        match end.transpose()? {
            Some((finish, timing)) if self.json => {
                output::print_json(&Answer { question, reasoning, answer, finish, timing });
            }
            _ => {}
        }
        Ok(())
    }
}

/// A flag that Ctrl-C sets: it stops the answer, not the program. Pressed again before the answer has stopped, it
/// ends the program, which may be computing something long.
fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    // Where no handler can be set, Ctrl-C ends the program, as everywhere.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    stop
}
