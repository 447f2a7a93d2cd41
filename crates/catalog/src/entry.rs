//! A model that is known: what it is, and the forms in which it can be had.

use glob::{MatchOptions, Pattern};
use serde::{Deserialize, Serialize};

use crate::{Digest, Shape};

/// A model that is known.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// Its short name, which a person types.
    pub id: String,
    /// Its name as its maker writes it.
    pub title: String,
    /// One plain sentence about it.
    pub summary: Summary,
    /// Who made it.
    pub maker: String,
    /// What may be done with it.
    pub licence: Licence,
    /// Languages that its maker names, as ISO 639-1 codes.
    pub languages: Vec<String>,
    /// What it is good at, the most characteristic first.
    pub good_at: Vec<Strength>,
    /// How many parameters it has.
    pub parameters: Parameters,
    /// Tokens that it can follow.
    pub context: Option<u64>,
    /// Whether its repository asks to accept its terms first.
    pub gated: bool,
    /// `model_type` of its config.json.
    pub architecture: String,
    #[serde(rename = "config")]
    shape: Option<Shape>,
    /// The forms in which it can be had, the usual one first.
    pub variants: Vec<Variant>,
}

impl Entry {
    /// Its measures, where they are known.
    #[must_use]
    pub fn shape(&self) -> Option<&Shape> {
        self.shape.as_ref()
    }

    /// The variant of this name.
    #[must_use]
    pub fn variant(&self, id: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.id == id)
    }
}

/// One plain sentence, for people.
#[derive(Debug, Clone, Deserialize)]
pub struct Summary {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// What may be done with a model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Licence {
    /// As the hub abbreviates it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it can be read.
    pub link: String,
    /// Whether it may be used to earn money.
    pub commercial: Commercial,
}

/// Whether a model may be used to earn money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Permission", into = "Permission")]
pub enum Commercial {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Under the conditions of the licence.
    Conditions,
}

/// As the file writes it: true, false or "conditions".
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Permission {
    Plain(bool),
    Other(String),
}

impl From<Permission> for Commercial {
    fn from(written: Permission) -> Self {
        match written {
            Permission::Plain(true) => Self::Yes,
            Permission::Plain(false) => Self::No,
            Permission::Other(_) => Self::Conditions,
        }
    }
}

impl From<Commercial> for Permission {
    fn from(permission: Commercial) -> Self {
        match permission {
            Commercial::Yes => Self::Plain(true),
            Commercial::No => Self::Plain(false),
            Commercial::Conditions => Self::Other("conditions".to_owned()),
        }
    }
}

/// What a model is good at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each says itself")]
pub enum Strength {
    Conversation,
    Reasoning,
    Code,
    Writing,
    Translation,
    Summaries,
    Maths,
}

/// How many parameters a model has; `None` where it is not known for certain.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Parameters {
    /// All of them.
    pub all: Option<u64>,
    /// Those that one token passes through.
    pub active: Option<u64>,
}

/// A form in which a model can be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name among the variants of the model.
    pub id: String,
    /// What its files are.
    pub format: Format,
    /// How its weights are kept: `mxfp4`, `bf16`, `q4_k_m`, …
    pub precision: String,
    /// Name of the engine that runs it.
    pub engine: String,
    /// What that engine can run it on: `cpu`, `cuda`, `metal`, `webgpu`, `directml`.
    pub devices: Vec<String>,
    /// Its repository on the hub.
    pub repository: String,
    /// The commit of that repository; `None` is the newest.
    pub revision: Option<String>,
    /// The folder of the repository that holds it; empty is all of it.
    pub folder: String,
    /// Which files of that folder belong to it, as patterns.
    pub files: Vec<String>,
    /// Bytes of these files; `None` until the hub was asked.
    pub bytes: Option<u64>,
    /// The files one by one; empty until the hub was asked.
    pub listing: Vec<ListedFile>,
}

/// What the files of a model are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// config.json, tokenizer.json and safetensors, as Hugging Face publishes models.
    Checkpoint,
    /// One file of llama.cpp.
    Gguf,
    /// A folder of ONNX Runtime GenAI.
    Onnx,
}

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedFile {
    /// Where it lies in the repository.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// What its content must be.
    #[serde(flatten)]
    pub digest: Option<Digest>,
}

impl Variant {
    /// Where a file of the repository lies in the model's folder; `None` where it does not belong to the variant.
    #[must_use]
    pub fn place<'a>(&self, path: &'a str) -> Option<&'a str> {
        let inside = match self.folder.as_str() {
            "" => path,
            folder => path.strip_prefix(folder)?.strip_prefix('/')?,
        };
        let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
        let belongs = |pattern: &String| {
            Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_with(inside, options))
        };
        self.files.iter().any(belongs).then_some(inside)
    }
}

#[derive(Deserialize)]
struct File {
    models: Vec<Entry>,
}

/// The models of a catalog, in the order of its text.
///
/// # Errors
/// It is no catalog.
pub fn parse(text: &str) -> Result<Vec<Entry>, serde_json::Error> {
    serde_json::from_str::<File>(text).map(|file| file.models)
}

/// Every model that is known, in the order of the file.
///
/// # Panics
/// Never: a test reads the file that is compiled in.
#[must_use]
pub fn models() -> Vec<Entry> {
    parse(include_str!("../catalog.json")).unwrap_or_default()
}

/// The model of this name.
#[must_use]
pub fn find(id: &str) -> Option<Entry> {
    models().into_iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use super::{Commercial, Format, find, models};

    #[test]
    fn the_file_is_read_and_no_name_stands_twice() {
        let models = models();
        assert!(models.len() >= 12, "{}", models.len());
        for model in &models {
            let alike = |other: &&super::Entry| other.id == model.id;
            assert_eq!(models.iter().filter(alike).count(), 1, "{}", model.id);
            assert!(!model.variants.is_empty(), "{}", model.id);
            for variant in &model.variants {
                let alike = |other: &&super::Variant| other.id == variant.id;
                assert_eq!(model.variants.iter().filter(alike).count(), 1, "{} {}", model.id, variant.id);
                assert!(variant.files.iter().all(|pattern| glob::Pattern::new(pattern).is_ok()));
                assert!(variant.repository.split('/').count() == 2, "{}", variant.repository);
            }
        }
        assert!(find("gpt-oss-20b").is_some());
        assert!(find("gpt-oss-21b").is_none());
    }

    #[test]
    fn every_sentence_is_one_in_both_languages_with_french_typography() {
        for model in models() {
            let (fr, en) = (&model.summary.fr, &model.summary.en);
            for text in [fr, en] {
                assert!(text.ends_with('.') && text.chars().count() > 20, "{}: {text}", model.id);
                for jargon in ["token", "quanti", "param", "MoE", "inféren", "inferen"] {
                    assert!(!text.contains(jargon), "{}: {text}", model.id);
                }
            }
            assert_ne!(fr, en, "{}", model.id);
            for (mark, space) in [(':', '\u{a0}'), (';', '\u{202f}'), ('!', '\u{202f}'), ('?', '\u{202f}')] {
                let marks = fr.match_indices(mark).all(|(at, _)| fr[..at].ends_with(space));
                assert!(marks, "{}: {fr}", model.id);
            }
            assert!(!fr.contains('\''), "{}: {fr}", model.id);
        }
    }

    #[test]
    fn of_gpt_oss_only_what_is_needed_is_taken() {
        let model = find("gpt-oss-20b").unwrap();
        assert_eq!(model.licence.commercial, Commercial::Yes);
        let variant = &model.variants[0];
        assert_eq!(variant.format, Format::Checkpoint);
        for (path, wanted) in [
            ("config.json", true),
            ("tokenizer.json", true),
            ("model-00000-of-00002.safetensors", true),
            ("original/model.safetensors", false),
            ("original/config.json", false),
            ("metal/model.bin", false),
            ("README.md", false),
        ] {
            assert_eq!(variant.place(path).is_some(), wanted, "{path}");
        }
        let onnx = model.variants.iter().find(|variant| variant.format == Format::Onnx).unwrap();
        let inside = format!("{}/genai_config.json", onnx.folder);
        assert_eq!(onnx.place(&inside), Some("genai_config.json"));
        assert_eq!(onnx.place("genai_config.json"), None);
    }
}
