//! The engines of this program, and the model it brings: the only file here that names them.

use app::{ModelCard, Problem, models};
use engine::{Engine, ModelFiles};

/// The engine that runs models.
pub(crate) fn engine() -> impl Engine {
    engine_candle::CandleEngine
}

/// The model of this name or folder; the starter model where none is named.
pub(crate) fn model(name: Option<&str>) -> Result<(ModelFiles, ModelCard), Problem> {
    name.map_or_else(|| Ok((starter::files(), models::starter())), models::find)
}
