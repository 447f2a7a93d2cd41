//! A conversation whose model is loaded when it is wanted, on the best device that works.
//!
//! What goes wrong on one device is remembered and goes on on the next one, or is offered there, as the person has
//! set. The conversation outlives all of it.

mod ready;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ::chat::Conversation;
use engine::{Engine, ModelFiles, ModelInfo, Sampling};

use self::ready::Halt;
use crate::accidents::{Accidents, Stage};
use crate::choose::{Device, EngineSupport, Place};
use crate::data::DataFolder;
use crate::settings::{self, AfterAccident, Settings};
use crate::{
    Chat, ChatEvent, Effort, FinishReason, Problem, ProblemCode, Route, Timing, TurnOptions, Way, computer,
    models, self_test, ways,
};

/// What the program brings.
pub struct Equipment {
    /// The engines.
    pub engines: Vec<Box<dyn Engine>>,
    /// What they compute on, those of versions to come included.
    pub support: Vec<EngineSupport>,
    /// The guide.
    pub starter: ModelFiles,
    /// What engines are tried with that do not run the guide.
    pub self_tests: Vec<SelfTestFiles>,
}

/// A small model inside the program, with its answer to one question: see [`self_test`].
pub struct SelfTestFiles {
    /// Name of the engine that is tried with it.
    pub engine: &'static str,
    /// On these.
    pub devices: &'static [Device],
    /// The model.
    pub files: ModelFiles,
}

impl Equipment {
    pub(crate) fn engine(&self, name: &str) -> Option<&dyn Engine> {
        self.engines.iter().find(|engine| engine.name() == name).map(|engine| &**engine)
    }

    /// The model whose answer is known, for an engine on a device.
    pub(crate) fn self_test(&self, place: &Place) -> &ModelFiles {
        let own =
            |files: &&SelfTestFiles| files.engine == place.engine && files.devices.contains(&place.device);
        self.self_tests.iter().find(own).map_or(&self.starter, |own| &own.files)
    }
}

/// A question, and how it is to be answered.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What the person typed.
    pub text: String,
    /// Where.
    pub route: Route,
    /// How long to think.
    pub effort: Effort,
    /// Most tokens to write; `None` is as many as the model can follow.
    pub max_tokens: Option<usize>,
    /// In place of the temperature that the model's maker recommends.
    pub temperature: Option<f32>,
    /// In place of the share of likely tokens that the model's maker recommends, 0 to 1.
    pub top_p: Option<f32>,
    /// The same seed gives the same answer.
    pub seed: Option<u64>,
}

/// A conversation, its model, and the ways to run that.
pub struct Running {
    equipment: Arc<Equipment>,
    data: DataFolder,
    settings: Settings,
    accidents: Accidents,
    model: String,
    files: ModelFiles,
    ways: Vec<Way>,
    /// The way at hand.
    at: usize,
    /// Why it is not the best one, until the person knows.
    why: Option<Problem>,
    /// Whether its speed was remembered since the model was loaded.
    learned: bool,
    chat: Chat,
}

/// The first tokens after a load are slower than the others.
const ENOUGH_TO_LEARN_FROM: u32 = 32;

impl Running {
    /// A conversation with a model, which is not loaded yet. `model` is its name for what is remembered of it.
    #[must_use]
    pub fn new(equipment: Arc<Equipment>, data: DataFolder, model: &str, files: ModelFiles) -> Self {
        let ways = ways::of(&equipment, &files);
        Self::with_ways(equipment, data, model, files, ways)
    }

    /// The same with given ways, best first.
    #[must_use]
    pub fn with_ways(
        equipment: Arc<Equipment>,
        data: DataFolder,
        model: &str,
        files: ModelFiles,
        ways: Vec<Way>,
    ) -> Self {
        let settings = data.read(settings::FILE);
        let accidents = Accidents::of(&data);
        let (at, why) = best(&ways, &accidents, model);
        let chat = Chat::default();
        Self {
            equipment,
            data,
            settings,
            accidents,
            model: model.to_owned(),
            files,
            ways,
            at,
            why,
            learned: false,
            chat,
        }
    }

    /// Another model for the same conversation. The one before gives its memory back.
    pub fn switch(&mut self, model: &str, files: ModelFiles) {
        self.chat.unload();
        self.ways = ways::of(&self.equipment, &files);
        (self.at, self.why) = best(&self.ways, &self.accidents, model);
        (self.model, self.files) = (model.to_owned(), files);
    }

    /// What the person has set.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The way at hand, if there is any.
    #[must_use]
    pub fn way(&self) -> Option<&Way> {
        self.ways.get(self.at)
    }

    /// The conversation.
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// Forgets what was said.
    pub fn clear(&mut self) {
        self.chat.clear();
    }

    /// Goes on with another conversation.
    pub fn resume(&mut self, conversation: Conversation) {
        self.chat.resume(conversation);
    }

    /// The model's name, as it is remembered.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Reads anew what the person has set.
    pub fn heed_settings(&mut self) {
        self.settings = self.data.read(settings::FILE);
    }

    /// Gives the model's memory back; the next question loads it again.
    pub fn rest(&mut self) {
        self.chat.unload();
    }

    /// Loads the model before anybody asks. What stands in the way is told when somebody does, and returned.
    ///
    /// # Errors
    /// Why it could not be loaded; nothing where `stop` broke it off.
    pub fn prepare(
        &mut self,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(ChatEvent),
    ) -> Result<(), Option<Problem>> {
        loop {
            match self.ready(stop, on_event) {
                Ok(()) => return Ok(()),
                Err(Halt::Stopped) => return Err(None),
                Err(Halt::Problem(problem)) if self.moves_on(&problem) => self.why = Some(problem),
                Err(Halt::Problem(problem)) => return Err(Some(problem)),
            }
        }
    }

    /// Answers a question, as [`Chat::ask`] does.
    pub fn ask(&mut self, question: &Question, stop: &AtomicBool, on_event: &mut dyn FnMut(ChatEvent)) {
        match question.route {
            Route::Usual => {}
            Route::Next => drop(self.next().map(|next| self.go_to(next))),
            Route::Again => self.go_back(),
        }
        self.explain(on_event);
        loop {
            let Some((problem, said)) = self.attempt(question, stop, on_event) else { return };
            if !said && self.moves_on(&problem) {
                if let Some(way) = self.ways.get(self.at) {
                    on_event(ChatEvent::MovedOn { problem, to: way.card() });
                }
                continue;
            }
            let next = self.next().filter(|_| is_accident(&problem)).and_then(|next| self.ways.get(next));
            return on_event(ChatEvent::Failed { problem, next: next.map(Way::card) });
        }
    }

    /// One attempt on the way at hand: what went wrong, if anything did, and whether anything had been said by then.
    fn attempt(
        &mut self,
        question: &Question,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(ChatEvent),
    ) -> Option<(Problem, bool)> {
        match self.ready(stop, on_event) {
            Ok(()) => {}
            Err(Halt::Problem(problem)) => return Some((problem, false)),
            Err(Halt::Stopped) => {
                on_event(ChatEvent::Finished { reason: FinishReason::Stopped, timing: Timing::default() });
                return None;
            }
        }
        let options = question.options(self.chat.model());
        let (mut said, mut failed, mut timing) = (false, None, None);
        self.chat.ask(&question.text, &options, stop, &mut |event| match event {
            ChatEvent::Failed { problem, .. } => failed = Some(problem),
            event => {
                match event {
                    ChatEvent::Reasoning { .. } | ChatEvent::Answer { .. } => said = true,
                    ChatEvent::Finished { timing: figures, .. } => timing = Some(figures),
                    _ => {}
                }
                on_event(event);
            }
        });
        let way = self.ways.get(self.at)?;
        if let Some(problem) = failed {
            if problem.code == ProblemCode::EngineCrashed {
                self.accidents.remember(&way.place, &self.model, Stage::Answer, &problem.detail, true);
            }
            return Some((problem, said));
        }
        let timing = timing.filter(|timing| timing.tokens > 0)?;
        self.accidents.forgive(&way.place, &self.model);
        self.learn(&timing);
        None
    }

    /// Remembers how fast it really was, for what is told before the next download.
    fn learn(&mut self, timing: &Timing) {
        if self.learned || timing.tokens < ENOUGH_TO_LEARN_FROM {
            return;
        }
        let (Some(way), Ok(shape)) = (self.ways.get(self.at), models::shape_of(&self.files)) else { return };
        self.learned = true;
        let speed = f64::from(timing.tokens - 1) / (timing.total_s - timing.first_token_s);
        computer::remember(&self.data, &way.place, shape.bytes_per_token(), speed);
    }

    /// Whether this is a problem of the device that has a next one, and that is where things are now.
    fn moves_on(&mut self, problem: &Problem) -> bool {
        let by_itself = self.settings.after_accident == AfterAccident::Move;
        match self.next().filter(|_| by_itself && is_accident(problem)) {
            Some(next) => {
                self.go_to(next);
                true
            }
            None => false,
        }
    }

    /// Says once why it does not run on the best device: nobody wants to find out by its slowness.
    fn explain(&mut self, on_event: &mut dyn FnMut(ChatEvent)) {
        if let (Some(problem), Some(way)) = (self.why.take(), self.ways.get(self.at)) {
            on_event(ChatEvent::MovedOn { problem, to: way.card() });
        }
    }

    /// To the best device once more, whatever happened there and on the way down from it: what failed its self-test is
    /// asked anew.
    fn go_back(&mut self) {
        for way in self.ways.get(..=self.at).unwrap_or_default() {
            self.accidents.forgive(&way.place, &self.model);
            self_test::forget_failure(&self.data, &way.place);
        }
        if self.at > 0 {
            self.go_to(0);
        }
        self.why = None;
    }

    /// A card that is gone may leave its model behind.
    fn go_to(&mut self, way: usize) {
        self.chat.unload();
        self.at = way;
    }

    /// The next way on which this model did not stop the last time.
    fn next(&self) -> Option<usize> {
        let after = self.at + 1..self.ways.len();
        after
            .into_iter()
            .find(|&index| self.accidents.earlier(&self.ways[index].place, &self.model).is_none())
    }
}

/// Where to begin: where the model has never stopped, or else where it at least could be loaded. And why not on the
/// first way, where that is so.
fn best(ways: &[Way], accidents: &Accidents, model: &str) -> (usize, Option<Problem>) {
    let earlier = |way: &Way| accidents.earlier(&way.place, model);
    let unharmed = ways.iter().position(|way| earlier(way).is_none());
    let loads = || ways.iter().position(|way| earlier(way).is_some_and(|e| e.stage != Stage::Load));
    let at = unharmed.or_else(loads).unwrap_or(0);
    let accident = ways[..at].iter().find_map(earlier);
    (at, accident.map(|accident| Problem::new(ProblemCode::StoppedLastTime, accident.detail.clone())))
}

/// Whether another device may do better.
fn is_accident(problem: &Problem) -> bool {
    matches!(
        problem.code,
        ProblemCode::EngineCrashed
            | ProblemCode::DeviceUnavailable
            | ProblemCode::OutOfMemory
            | ProblemCode::SelfTestFailed
            | ProblemCode::DeviceUnsuited
            | ProblemCode::RuntimeMissing
            | ProblemCode::StoppedLastTime
    )
}

impl Question {
    fn options(&self, model: Option<&ModelInfo>) -> TurnOptions {
        let recommended = model.map(|model| model.sampling).unwrap_or_default();
        let temperature = self.temperature.unwrap_or(recommended.temperature);
        let top_p = self.top_p.unwrap_or(recommended.top_p);
        let sampling = Sampling { temperature, top_p, seed: self.seed, ..recommended };
        TurnOptions { effort: self.effort, sampling: Some(sampling), max_tokens: self.max_tokens }
    }
}
