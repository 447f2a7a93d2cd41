//! Which model is meant.

use std::io;
use std::path::PathBuf;

use catalog::{Format, Shape, ShapeError};
use engine::ModelFiles;

use crate::choose::Candidate;

use crate::{DataFolder, Facts, ModelCard, Problem, ProblemCode, library};

const CONFIG: &str = "config.json";
/// It makes a folder one of ONNX Runtime GenAI, whatever else lies in it.
const GENAI_CONFIG: &str = "genai_config.json";

/// The data folder: what `DOMICILE_HOME` says, or else the system's place for an application's data. `None` where the
/// system names no place.
#[must_use]
pub fn home() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = variable("DOMICILE_HOME") {
        return Some(home);
    }
    // Never a cache folder: systems empty those.
    let data = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join("Domicile"))
}

/// The model of this name: a folder anywhere, or one in the data folder's `models`.
///
/// # Errors
/// [`ProblemCode::ModelNotFound`].
pub fn find(name: &str) -> Result<(ModelFiles, ModelCard), Problem> {
    let anywhere = PathBuf::from(name);
    for folder in [Some(anywhere), library::installed(name)].into_iter().flatten() {
        if folder.is_dir() {
            let name = folder.file_name().map_or(name.into(), |file| file.to_string_lossy()).into_owned();
            return Ok((ModelFiles::Folder(folder), ModelCard { name, starter: false }));
        }
    }
    Err(not_found(name))
}

pub(crate) fn not_found(name: &str) -> Problem {
    let detail = format!("there is no model \"{name}\" and no such folder");
    let facts = Facts { model: Some(name.to_owned()), ..Facts::default() };
    Problem { code: ProblemCode::ModelNotFound, facts, detail }
}

/// What the files of a model are.
#[must_use]
pub fn format_of(files: &ModelFiles) -> Format {
    if files.contains(GENAI_CONFIG) { Format::Onnx } else { Format::Checkpoint }
}

/// A model that is known, in every form in which it can be had; or one that lies in a folder.
///
/// # Errors
/// [`ProblemCode::ModelNotFound`], [`ProblemCode::ModelUnsupported`] and what is wrong with its config.json.
pub fn candidate(name: &str) -> Result<Candidate, Problem> {
    if let Some(entry) = catalog::find(name) {
        let formats = entry.variants.iter().map(|variant| variant.format).collect();
        return entry.shape().cloned().map(|shape| Candidate { shape, formats }).ok_or_else(|| {
            let facts = Facts { model: Some(entry.architecture), ..Facts::default() };
            let detail = format!("the measures of {name} are not known yet");
            Problem { code: ProblemCode::ModelUnsupported, facts, detail }
        });
    }
    let (files, _) = find(name)?;
    Ok(Candidate { shape: shape_of(&files)?, formats: vec![format_of(&files)] })
}

/// The measures of a model on disk or in memory.
///
/// # Errors
/// As [`candidate`].
pub fn shape_of(files: &ModelFiles) -> Result<Shape, Problem> {
    let (name, shape) = match files {
        ModelFiles::Folder(folder) if format_of(files) == Format::Onnx => {
            (GENAI_CONFIG, Shape::of_genai(folder, &files.read(GENAI_CONFIG)?))
        }
        _ => (CONFIG, Shape::parse(&String::from_utf8_lossy(&files.read(CONFIG)?))),
    };
    shape.map_err(|error| {
        let file = match &error {
            ShapeError::Graph { file, .. } => file.clone(),
            _ => name.to_owned(),
        };
        let detail = format!("{name}: {error}");
        let (code, facts) = match &error {
            ShapeError::Unknown(kind) => {
                (ProblemCode::ModelUnsupported, Facts { model: Some(kind.clone()), ..Facts::default() })
            }
            ShapeError::Invalid(_) => {
                (ProblemCode::FileDamaged, Facts { file: Some(file), ..Facts::default() })
            }
            ShapeError::Impossible => {
                (ProblemCode::FilesContradict, Facts { file: Some(file), ..Facts::default() })
            }
            ShapeError::Graph { source, .. } => {
                let code = match source.kind() {
                    io::ErrorKind::NotFound => ProblemCode::FileMissing,
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => ProblemCode::FileDamaged,
                    _ => ProblemCode::FileUnreadable,
                };
                (code, Facts { file: Some(file), ..Facts::default() })
            }
        };
        Problem { code, facts, detail }
    })
}

/// The model that answers where none is named: the one that the person has made the current one, or else `None`, the
/// guide.
#[must_use]
pub fn current(data: &DataFolder) -> Option<(ModelFiles, ModelCard)> {
    let (name, folder) = library::current(data)?;
    Some((ModelFiles::Folder(folder), ModelCard { name, starter: false }))
}

/// The card of the starter model.
#[must_use]
pub fn starter() -> ModelCard {
    ModelCard { name: "starter".to_owned(), starter: true }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::ProblemCode;

    #[test]
    fn a_model_that_is_nowhere_is_named() {
        let problem = find("no/such/model").map(|_| ()).unwrap_err();
        assert_eq!(problem.code, ProblemCode::ModelNotFound);
        assert_eq!(problem.facts.model.as_deref(), Some("no/such/model"));
    }
}
