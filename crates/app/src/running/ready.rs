//! What comes before a model answers: its turn to load, the self-test, the load itself.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::LoadOptions;

use super::Running;
use crate::accidents::Stage;
use crate::turn_to_load::{Load, TurnToLoad};
use crate::{ChatEvent, Problem, ProblemCode, models, self_test};

/// Why a model is not ready.
pub(super) enum Halt {
    Stopped,
    Problem(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// From this size on models are loaded one at a time.
const HEAVY: u64 = 1 << 30;

impl Running {
    /// Loads the model, if it is not loaded.
    pub(super) fn ready(
        &mut self,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(ChatEvent),
    ) -> Result<(), Halt> {
        if self.chat.is_loaded() {
            return Ok(());
        }
        let none = || Problem::new(ProblemCode::EngineFailed, "no engine is installed");
        let way = self.ways.get(self.at).ok_or_else(none)?;
        let equipment = Arc::clone(&self.equipment);
        let engine = equipment.engine(&way.place.engine).ok_or_else(none)?;
        let heavy = models::shape_of(&self.files).is_ok_and(|shape| shape.weight_bytes() >= HEAVY);
        let _turn = if heavy { Some(self.turn(stop, on_event)?) } else { None };
        let way = self.ways.get(self.at).ok_or_else(none)?;
        let earlier = self.accidents.earlier(&way.place, &self.model);
        if let Some(accident) = earlier.filter(|accident| accident.stage == Stage::Load) {
            return Err(Problem::new(ProblemCode::StoppedLastTime, accident.detail.clone()).into());
        }
        let options = LoadOptions { device: way.device, ..LoadOptions::default() };
        self_test::made(&self.data, equipment.self_test(&way.place), engine, &options, &way.place)?;
        let loaded = self.chat.load(engine, &self.files, &options, &mut |progress| {
            if heavy {
                let share = progress.done as f64 / progress.total.max(1) as f64;
                on_event(ChatEvent::Loading { share });
            }
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match loaded {
            Ok(()) => {
                self.learned = false;
                Ok(())
            }
            Err(_) if stop.load(Ordering::Relaxed) => Err(Halt::Stopped),
            Err(problem) => {
                if problem.code == ProblemCode::EngineCrashed {
                    self.accidents.remember(&way.place, &self.model, Stage::Load, &problem.detail, true);
                }
                Err(problem.into())
            }
        }
    }

    /// The right to load a heavy model. A load in which the computer went down is an accident as well.
    fn turn(&mut self, stop: &AtomicBool, on_event: &mut dyn FnMut(ChatEvent)) -> Result<TurnToLoad, Halt> {
        let Some(way) = self.ways.get(self.at) else { return Err(Halt::Stopped) };
        let load = Load { place: way.place.clone(), model: self.model.clone(), booted: hardware::booted() };
        let told = Cell::new(false);
        let (turn, unfinished) = TurnToLoad::wait(&self.data, &load, &mut || {
            if !told.replace(true) {
                on_event(ChatEvent::Waiting);
            }
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Some(Load { place, model, .. }) = unfinished {
            let detail = "the computer went down while it was being loaded";
            self.accidents.remember(&place, &model, Stage::Load, detail, false);
        }
        turn.ok_or(Halt::Stopped)
    }
}
