//! The real engine, with a fault at a given moment.

use std::ops::ControlFlow;
use std::time::Duration;
use std::{process, ptr, thread};

use engine::{
    Control, Device, Engine, EngineError, Event, Finish, Generation, LoadOptions, LoadProgress, Model,
    ModelFiles, ModelInfo, Result, Session, Tokenizer,
};
use engine_candle::CandleEngine;

/// When it happens. All but the first in the second generation, when there is something to lose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stage {
    Load,
    Idle,
    Prefill,
    Reasoning,
    Answer,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Abort,
    SegmentationFault,
    Exit,
    Kill,
    MemoryLimit,
    Hang,
    Garbage,
}

pub(crate) const STAGES: [Stage; 5] =
    [Stage::Load, Stage::Idle, Stage::Prefill, Stage::Reasoning, Stage::Answer];
pub(crate) const KINDS: [Kind; 7] = [
    Kind::Abort,
    Kind::SegmentationFault,
    Kind::Exit,
    Kind::Kill,
    Kind::MemoryLimit,
    Kind::Hang,
    Kind::Garbage,
];

/// Tokens after which the model is in the middle of its reasoning, and of its answer.
const IN_REASONING: usize = 30;

impl Kind {
    fn strike(self) {
        match self {
            Self::Abort => process::abort(),
            // SAFETY: there is none; that is the point. Nothing is at this address, so the system ends the process.
            Self::SegmentationFault => unsafe { ptr::null_mut::<u64>().write_volatile(1) },
            Self::Exit => process::exit(3),
            // SAFETY: sends this process a signal that it cannot catch.
            Self::Kill => drop(unsafe { libc::kill(libc::getpid(), libc::SIGKILL) }),
            Self::MemoryLimit => {
                let limit = libc::rlimit { rlim_cur: 1 << 20, rlim_max: 1 << 20 };
                // SAFETY: `limit` is a whole structure; what is mapped already stays mapped.
                unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) };
                let room = vec![1_u8; 1 << 30];
                assert!(room.iter().all(|byte| *byte == 0), "the memory was there after all");
            }
            // SAFETY: stops all threads of this process until somebody continues or kills it.
            Self::Hang => drop(unsafe { libc::kill(libc::getpid(), libc::SIGSTOP) }),
            Self::Garbage => {
                let text = b"driver: warning: something is odd, going on\n";
                // SAFETY: `text` is as long as it says. Past the lock that the engine's reports hold.
                unsafe { libc::write(1, text.as_ptr().cast(), text.len()) };
            }
        }
    }
}

/// The engine with its fault, if it was given one.
pub(crate) struct Faulty {
    fault: Option<(Stage, Kind)>,
    flaw: Option<Flaw>,
    name: &'static str,
}

/// What is wrong all the time, without an end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Flaw {
    /// It computes wrongly, by a little.
    Wrong,
    /// Each step takes long.
    Slow,
    /// From the second question on the device is not there.
    Gone,
}

/// The names by which it is known, so that a conversation may have two of it.
pub(crate) const NAMES: [&str; 2] = ["candle", "card"];

impl Faulty {
    /// From the child's second argument, such as `Prefill-Abort`, and its name from the third.
    pub(crate) fn from_arguments() -> Self {
        let named = std::env::args().nth(2).unwrap_or_default();
        let name = std::env::args().nth(3).unwrap_or_default();
        let faults = STAGES.iter().flat_map(|stage| KINDS.iter().map(move |kind| (*stage, *kind)));
        Self {
            fault: faults.into_iter().find(|(stage, kind)| format!("{stage:?}-{kind:?}") == named),
            flaw: [Flaw::Wrong, Flaw::Slow, Flaw::Gone].into_iter().find(|flaw| format!("{flaw:?}") == named),
            name: NAMES.into_iter().find(|known| *known == name).unwrap_or(NAMES[0]),
        }
    }
}

impl Engine for Faulty {
    fn name(&self) -> &'static str {
        self.name
    }

    fn load(
        &self,
        files: &ModelFiles,
        options: &LoadOptions,
        progress: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
    ) -> Result<Box<dyn Model>> {
        let model = CandleEngine.load(files, options, &mut |done| {
            if let Some((Stage::Load, kind)) = self.fault {
                kind.strike();
            }
            progress(done)
        })?;
        let end = Tokenizer::load(files, model.info().vocab)?.special("<|end|>");
        Ok(Box::new(FaultyModel { model, fault: self.fault, flaw: self.flaw, end }))
    }
}

struct FaultyModel {
    model: Box<dyn Model>,
    fault: Option<(Stage, Kind)>,
    flaw: Option<Flaw>,
    /// The token that ends the reasoning.
    end: Option<u32>,
}

impl Model for FaultyModel {
    fn info(&self) -> &ModelInfo {
        self.model.info()
    }

    fn session(&self, context: Option<usize>) -> Result<Box<dyn Session>> {
        let session = self.model.session(context)?;
        Ok(Box::new(FaultySession {
            session,
            fault: self.fault,
            flaw: self.flaw,
            end: self.end,
            generations: 0,
        }))
    }
}

struct FaultySession {
    session: Box<dyn Session>,
    fault: Option<(Stage, Kind)>,
    flaw: Option<Flaw>,
    /// The token that ends the reasoning.
    end: Option<u32>,
    generations: usize,
}

impl Session for FaultySession {
    fn generate(
        &mut self,
        tokens: &[u32],
        generation: &Generation,
        on_event: &mut dyn FnMut(Event) -> Control,
    ) -> Result<Finish> {
        self.generations += 1;
        if self.flaw == Some(Flaw::Gone) && self.generations > 1 {
            return Err(EngineError::DeviceUnavailable { device: Device::Cuda(0) });
        }
        let armed = self.fault.filter(|_| self.generations == 2);
        let (mut steps, mut answered) = (0, None);
        let flaw = self.flaw;
        let finish = self.session.generate(tokens, generation, &mut |mut event| {
            if let Event::Step(step) = &mut event {
                steps += 1;
                match flaw {
                    Some(Flaw::Wrong) => step.logprob -= 0.5,
                    Some(Flaw::Slow) => thread::sleep(Duration::from_millis(50)),
                    Some(Flaw::Gone) | None => {}
                }
                if Some(step.token) == self.end {
                    answered.get_or_insert(steps);
                }
            }
            let now = match armed.map(|(stage, _)| stage) {
                Some(Stage::Prefill) => matches!(event, Event::Prefill { .. }),
                Some(Stage::Reasoning) => steps == IN_REASONING,
                Some(Stage::Answer) => answered.is_some_and(|end| steps == end + 64),
                _ => false,
            };
            if let (true, Some((_, kind))) = (now, armed) {
                kind.strike();
            }
            on_event(event)
        });
        if let Some((Stage::Idle, kind)) = self.fault {
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(50));
                kind.strike();
            });
        }
        finish
    }

    fn logits(&mut self, tokens: &[u32], from: usize) -> Result<Vec<Vec<f32>>> {
        self.session.logits(tokens, from)
    }

    fn rewind(&mut self, len: usize) {
        self.session.rewind(len);
    }

    fn len(&self) -> usize {
        self.session.len()
    }

    fn context(&self) -> usize {
        self.session.context()
    }
}
