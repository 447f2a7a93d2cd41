//! What a folder, a file or a repository is: a model of which kind, or none.

pub(crate) mod genai;
mod gguf;
pub(crate) mod onnx;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use network::{Purpose, Request};
use serde::Deserialize;

use crate::content::Digester;
use crate::names::{is_plain_name, is_plain_path};
use crate::{CatalogError, Format, Hub, ListedFile, Result, Variant};

/// A config.json is never longer (bytes).
const LONGEST_CONFIG: usize = 16 << 20;
const CONFIG: &str = "config.json";
const GENAI_CONFIG: &str = "genai_config.json";

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// What its files are.
    pub format: Format,
    /// `model_type` or `general.architecture`; of ONNX the type that `genai_config.json` names.
    pub architecture: String,
    /// Its licence, as the hub abbreviates it, where it says so.
    pub licence: Option<String>,
    /// Bytes of its files.
    pub bytes: u64,
    /// Its files: where they would lie in the model's folder, and where they are.
    pub files: Vec<(String, PathBuf)>,
}

#[derive(Deserialize)]
struct Config {
    model_type: String,
}

/// What a format's own description says its architecture is.
fn architecture(format: Format, text: &[u8]) -> std::result::Result<String, serde_json::Error> {
    match format {
        Format::Onnx => genai::architecture(text),
        _ => serde_json::from_slice::<Config>(text).map(|config| config.model_type),
    }
}

/// Whether a file belongs to a model of this format; its name alone, without folders.
fn belongs(format: Format, name: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let described =
        ends(&[".json", ".jinja", ".model", ".txt"]) || matches!(name, "LICENSE" | "USAGE_POLICY");
    match format {
        Format::Checkpoint => described || ends(&[".safetensors"]),
        Format::Onnx => described || name.contains(".onnx"),
        Format::Gguf => ends(&[".gguf"]),
    }
}

/// Looks at a folder or a GGUF file on this disk.
///
/// # Errors
/// [`CatalogError::NotAModel`] with the reason, [`CatalogError::Unreadable`].
pub fn examine(path: &Path) -> Result<Examined> {
    let no_model = |reason: &str| CatalogError::NotAModel {
        what: path.display().to_string(),
        reason: reason.to_owned(),
    };
    if path.is_file() {
        return examine_gguf(path);
    }
    if !path.is_dir() {
        return Err(no_model("there is no such folder or file"));
    }
    let files = files_below(path)?;
    let has = |name: &str| files.iter().any(|(file, _)| file == name);
    let (format, described_by) = match () {
        () if has(GENAI_CONFIG) => (Format::Onnx, GENAI_CONFIG),
        () if has(CONFIG) && files.iter().any(|(file, _)| file.ends_with(".safetensors")) => {
            (Format::Checkpoint, CONFIG)
        }
        () => {
            let mut weights = files.iter().filter(|(file, _)| file.ends_with(".gguf"));
            return match (weights.next(), weights.next()) {
                (Some((_, only)), None) => examine_gguf(only),
                (Some(_), Some(_)) => Err(no_model("it holds several GGUF files: choose one")),
                _ => Err(no_model("it has neither a config.json with safetensors nor a genai_config.json")),
            };
        }
    };
    let config = path.join(described_by);
    let text = fs::read(&config).map_err(CatalogError::unreadable(&config))?;
    let architecture =
        architecture(format, &text).map_err(|error| no_model(&format!("{described_by}: {error}")))?;
    let kept = |(file, _): &(String, PathBuf)| !file.contains('/') && belongs(format, file);
    let files: Vec<_> = files.into_iter().filter(kept).collect();
    let bytes = files.iter().map(|(_, path)| fs::metadata(path).map_or(0, |found| found.len())).sum();
    Ok(Examined { format, architecture, licence: None, bytes, files })
}

fn examine_gguf(path: &Path) -> Result<Examined> {
    let file = File::open(path).map_err(CatalogError::unreadable(path))?;
    let bytes = file.metadata().map_err(CatalogError::unreadable(path))?.len();
    let no_model = |reason: String| CatalogError::NotAModel { what: path.display().to_string(), reason };
    let facts = gguf::read(BufReader::new(file)).map_err(|error| no_model(error.to_string()))?;
    let architecture = facts.architecture.ok_or_else(|| no_model("it names no architecture".to_owned()))?;
    // Blobs of Ollama are named after their content.
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| is_plain_name(name));
    let name = name.filter(|name| name.ends_with(".gguf")).unwrap_or("model.gguf");
    let files = vec![(name.to_owned(), path.to_owned())];
    Ok(Examined { format: Format::Gguf, architecture, licence: facts.licence, bytes, files })
}

/// What Domicile itself puts beside a model begins with this: it is made again where it is missing.
pub(crate) const OWN: &str = "domicile-";

/// The files of a folder and of the folders in it, by name; what cannot be a name everywhere is left out.
fn files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let mut open = vec![(String::new(), folder.to_owned(), 0)];
    while let Some((prefix, folder, depth)) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(CatalogError::unreadable(&folder))?.flatten() {
            let Some(name) = entry.file_name().to_str().map(|name| format!("{prefix}{name}")) else {
                continue;
            };
            let path = entry.path();
            if path.is_dir() && depth < 2 {
                open.push((format!("{name}/"), path, depth + 1));
            } else if path.is_file() && is_plain_path(&name) && !name.starts_with(OWN) {
                files.push((name, path));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Looks at a repository: what can be had from it, each with the architecture that its files name. Only descriptions
/// are fetched.
///
/// # Errors
/// [`CatalogError::NotAModel`] where nothing can be had.
pub async fn examine_repository(hub: &Hub, repository: &str) -> Result<Vec<(Variant, String)>> {
    let described = hub.describe(repository, "main").await?;
    let listed = hub.files(repository, &described.revision).await?;
    let mut found = Vec::new();
    for mut variant in variants(repository, &listed) {
        let described_by = match variant.format {
            Format::Onnx => GENAI_CONFIG,
            _ => CONFIG,
        };
        let inside = [variant.folder.as_str(), described_by].into_iter().filter(|part| !part.is_empty());
        let path = inside.collect::<Vec<_>>().join("/");
        let architecture = match listed.iter().find(|file| file.path == path) {
            Some(file) => {
                let text = fetch(hub, repository, &described.revision, file).await?;
                architecture(variant.format, &text).map_err(|error| CatalogError::NotAModel {
                    what: repository.to_owned(),
                    reason: format!("{path}: {error}"),
                })?
            }
            // A GGUF file says it itself, and is large.
            None => String::new(),
        };
        let belonging = listed.iter().filter(|file| variant.place(&file.path).is_some());
        variant.bytes = Some(belonging.map(|file| file.size).sum());
        found.push((variant, architecture));
    }
    if found.is_empty() {
        let reason = "it has neither a config.json with safetensors, nor a genai_config.json, nor GGUF files";
        return Err(CatalogError::NotAModel { what: repository.to_owned(), reason: reason.to_owned() });
    }
    Ok(found)
}

/// A small file of a repository, which holds what the hub says.
async fn fetch(hub: &Hub, repository: &str, revision: &str, file: &ListedFile) -> Result<Vec<u8>> {
    let address = hub.address(repository, revision, &file.path);
    let answer = hub.ask(Request::get(address, Purpose::ModelListing, repository)).await?;
    if let Some(error) = hub.refused(&answer, repository) {
        return Err(error);
    }
    let text = answer.body(LONGEST_CONFIG).await?;
    if text.len() as u64 != file.size {
        return Err(hub.nonsense(&format!("{} with another length than it lists", file.path)));
    }
    let mut digester = Digester::new(file.size, file.digest.as_ref());
    digester.update(&text);
    match digester.finish(file.digest.as_ref()) {
        Some(_) => Ok(text),
        None => Err(CatalogError::WrongBytes { file: file.path.clone() }),
    }
}

/// The variants that the files of a repository make up.
fn variants(repository: &str, listed: &[ListedFile]) -> Vec<Variant> {
    let variant = |id: &str, format, folder: &str, files: &[&str]| Variant {
        id: id.to_owned(),
        format,
        precision: String::new(),
        engine: if format == Format::Onnx { "onnx" } else { "candle" }.to_owned(),
        devices: Vec::new(),
        repository: repository.to_owned(),
        revision: None,
        folder: folder.to_owned(),
        files: files.iter().map(|pattern| (*pattern).to_owned()).collect(),
        bytes: None,
        listing: Vec::new(),
    };
    let described = ["*.json", "*.jinja", "*.model", "*.txt", "LICENSE", "USAGE_POLICY"];
    let with = |weights: &[&'static str]| [&described[..], weights].concat();
    let mut found = Vec::new();
    let at_root =
        |ending: &str| listed.iter().any(|file| !file.path.contains('/') && file.path.ends_with(ending));
    if at_root(".safetensors") && listed.iter().any(|file| file.path == CONFIG) {
        found.push(variant("checkpoint", Format::Checkpoint, "", &with(&["*.safetensors"])));
    }
    for file in listed {
        if let Some(folder) = file.path.strip_suffix(GENAI_CONFIG) {
            let folder = folder.trim_end_matches('/');
            let id = if folder.is_empty() { "onnx".to_owned() } else { folder.replace('/', "-") };
            found.push(variant(&id, Format::Onnx, folder, &with(&["*.onnx*"])));
        }
        if let Some(stem) = file.path.strip_suffix(".gguf").filter(|stem| !stem.contains('/')) {
            found.push(variant(stem, Format::Gguf, "", &[&glob::Pattern::escape(&file.path)]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{examine, variants};
    use crate::{CatalogError, Format, ListedFile};

    #[test]
    fn folders_are_told_apart_and_what_is_none_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let reason = || match examine(folder.path()) {
            Err(CatalogError::NotAModel { reason, .. }) => reason,
            other => panic!("{other:?}"),
        };
        assert!(reason().contains("neither"));
        write("model.safetensors", "1234");
        write("README.md", "text");
        assert!(reason().contains("neither"));
        write("config.json", "{}");
        assert!(reason().contains("model_type"));
        write("config.json", r#"{"model_type": "qwen3"}"#);
        let found = examine(folder.path()).unwrap();
        assert_eq!((found.format, found.architecture.as_str()), (Format::Checkpoint, "qwen3"));
        assert_eq!(found.files.len(), 2, "{:?}", found.files);
        write("genai_config.json", r#"{"model": {"type": "gptoss"}}"#);
        assert_eq!(examine(folder.path()).unwrap().format, Format::Onnx);
        assert!(examine(&folder.path().join("absent")).is_err());
        assert!(examine(&folder.path().join("README.md")).is_err());
    }

    #[test]
    fn a_repository_offers_what_its_files_make_up() {
        let file = |path: &str| ListedFile { path: path.to_owned(), size: 1, digest: None };
        let listed = [
            "config.json",
            "model-00001-of-00002.safetensors",
            "original/model.safetensors",
            "cpu/int4/genai_config.json",
            "cpu/int4/model.onnx",
            "cpu/int4/model.onnx.data",
            "a[1].gguf",
        ]
        .map(file);
        let found = variants("maker/model", &listed);
        let ids: Vec<_> = found.iter().map(|variant| variant.id.as_str()).collect();
        assert_eq!(ids, ["checkpoint", "cpu-int4", "a[1]"]);
        assert!(found[0].place("original/model.safetensors").is_none());
        assert_eq!(found[1].place("cpu/int4/model.onnx.data"), Some("model.onnx.data"));
        assert_eq!(found[2].place("a[1].gguf"), Some("a[1].gguf"));
    }
}
