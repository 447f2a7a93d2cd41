//! The one file of the window that names engines and the model inside the program.

use engine::{Engine, ModelFiles};

pub(crate) fn all() -> Vec<Box<dyn Engine>> {
    vec![Box::new(engine_candle::CandleEngine)]
}

pub(crate) fn starter() -> ModelFiles {
    starter::files()
}
