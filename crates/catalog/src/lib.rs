//! Which models exist.
//!
//! Data, not code: `models.json` is inside the executable, so that the models are known without a network.

mod shape;

use serde::Deserialize;

pub use shape::{Shape, ShapeError};

/// A model that is known.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// Its short name, which a person types.
    pub id: String,
    #[serde(rename = "config")]
    shape: Shape,
}

impl Entry {
    /// Its measures.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
}

#[derive(Deserialize)]
struct File {
    models: Vec<Entry>,
}

/// Every model that is known, in the order of the file.
///
/// # Panics
/// Never: a test reads the file that is compiled in.
#[must_use]
pub fn models() -> Vec<Entry> {
    serde_json::from_str::<File>(include_str!("../models.json"))
        .map_or_else(|_| Vec::new(), |file| file.models)
}

/// The model of this name.
#[must_use]
pub fn find(id: &str) -> Option<Entry> {
    models().into_iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use super::{find, models};

    #[test]
    fn the_file_is_read_and_no_name_stands_twice() {
        let models = models();
        assert!(models.len() >= 2);
        for model in &models {
            assert_eq!(models.iter().filter(|other| other.id == model.id).count(), 1, "{}", model.id);
        }
        assert!(find("gpt-oss-20b").is_some());
        assert!(find("gpt-oss-21b").is_none());
    }
}
