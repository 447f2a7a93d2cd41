//! What takes a while to be done with a model, and can be stopped.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::App;
use crate::{
    Dialog, ModelTask, ModelWork, Problem, ProblemCode, ProgramEvent, TaskOutcome, TaskProgress, WhenBusy,
};

/// How often the window is told how far it is.
const TOLD_EVERY: Duration = Duration::from_millis(100);

impl App {
    pub(super) fn model_task(
        &self,
        task: &ModelTask,
        on_progress: &mut dyn FnMut(TaskProgress),
    ) -> Result<TaskOutcome, Problem> {
        let turn = self.turns.begin(task.turn);
        let outcome = self.work(&task.work, &turn.stop, on_progress);
        self.listeners.tell(&ProgramEvent::Models);
        match outcome {
            // The person stopped it, and knows.
            Err(problem) if problem.code == ProblemCode::Stopped => Ok(TaskOutcome::Nothing),
            other => other,
        }
    }

    fn work(
        &self,
        work: &ModelWork,
        stop: &Arc<AtomicBool>,
        on_progress: &mut dyn FnMut(TaskProgress),
    ) -> Result<TaskOutcome, Problem> {
        let choose = |dialog: Dialog| self.desktop.choose(&dialog, self.language());
        match work {
            ModelWork::Verify { id } => {
                let mut steps = Steps::new(self.bytes_of(id), stop, on_progress);
                let damages = self.library.verify(id, &mut |bytes| steps.passed(bytes))?;
                if damages.is_empty() {
                    return Ok(done(Some(id), None));
                }
                Ok(TaskOutcome::Damaged { files: u32::try_from(damages.len()).unwrap_or(u32::MAX) })
            }
            ModelWork::Repair { id } => self.repair(id, stop, on_progress),
            ModelWork::Export { id } => {
                let Some(folder) = choose(Dialog::PlaceForModel) else { return Ok(TaskOutcome::Nothing) };
                let mut steps = Steps::new(self.bytes_of(id), stop, on_progress);
                let place = self.library.export(id, &folder, &mut |bytes| steps.passed(bytes))?;
                Ok(done(Some(id), Some(&place)))
            }
            ModelWork::ImportFolder => self.import(choose(Dialog::ModelFolder).as_deref(), stop, on_progress),
            ModelWork::ImportFile => self.import(choose(Dialog::ModelFile).as_deref(), stop, on_progress),
            ModelWork::ImportDropped => self.import(self.take_dropped().as_deref(), stop, on_progress),
            ModelWork::Move => {
                let Some(folder) = choose(Dialog::PlaceForModels) else { return Ok(TaskOutcome::Nothing) };
                let total = self.library.store().models()?.iter().map(|model| model.bytes).sum();
                let mut steps = Steps::new(Some(total), stop, on_progress);
                self.library.move_to(&folder, &mut |bytes| steps.passed(bytes))?;
                Ok(done(None, Some(self.library.store().folder())))
            }
            ModelWork::Remove { id } => {
                if self.model().name == *id {
                    self.use_model(None, WhenBusy::Replace)?;
                }
                let freed = self.library.remove(id)?;
                Ok(TaskOutcome::Done { id: Some(id.clone()), freed: Some(freed), folder: None })
            }
        }
    }

    /// Finds what is damaged, and fetches that.
    fn repair(
        &self,
        id: &str,
        stop: &Arc<AtomicBool>,
        on_progress: &mut dyn FnMut(TaskProgress),
    ) -> Result<TaskOutcome, Problem> {
        let mut steps = Steps::new(self.bytes_of(id), stop, on_progress);
        let damages = self.library.verify(id, &mut |bytes| steps.passed(bytes))?;
        let control = catalog::Control::default();
        let mut steps = Steps::new(None, stop, on_progress);
        self.library.repair(id, &damages, &control, &mut |bytes| {
            if steps.passed(bytes).is_break() {
                control.stop();
            }
        })?;
        Ok(done(Some(id), None))
    }

    fn import(
        &self,
        path: Option<&Path>,
        stop: &Arc<AtomicBool>,
        on_progress: &mut dyn FnMut(TaskProgress),
    ) -> Result<TaskOutcome, Problem> {
        let Some(path) = path else { return Ok(TaskOutcome::Nothing) };
        let mut steps = Steps::new(None, stop, on_progress);
        let (id, _) = self.library.import(path, None, &mut |bytes| steps.passed(bytes))?;
        Ok(done(Some(&id), None))
    }

    fn bytes_of(&self, id: &str) -> Option<u64> {
        self.library.store().ready(id).ok().map(|(_, manifest)| manifest.bytes())
    }
}

fn done(id: Option<&str>, folder: Option<&Path>) -> TaskOutcome {
    let (id, folder) = (id.map(str::to_owned), folder.map(|folder| folder.display().to_string()));
    TaskOutcome::Done { id, freed: None, folder }
}

/// Counts bytes, tells now and then, and breaks off when asked to.
struct Steps<'a> {
    done: u64,
    total: Option<u64>,
    told: Option<Instant>,
    stop: &'a AtomicBool,
    on_progress: &'a mut dyn FnMut(TaskProgress),
}

impl<'a> Steps<'a> {
    fn new(total: Option<u64>, stop: &'a AtomicBool, on_progress: &'a mut dyn FnMut(TaskProgress)) -> Self {
        Self { done: 0, total, told: None, stop, on_progress }
    }

    fn passed(&mut self, bytes: u64) -> ControlFlow<()> {
        self.done += bytes;
        if self.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) || Some(self.done) == self.total {
            self.told = Some(Instant::now());
            (self.on_progress)(TaskProgress { done: self.done, total: self.total });
        }
        if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
