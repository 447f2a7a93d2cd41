//! Models that other programs have on this disk, and taking them over.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::content::read_through;
use crate::copy::{Sources, put};
use crate::examine::Examined;
use crate::names::is_plain_name;
use crate::{CatalogError, FileRecord, Manifest, Result, Sharing, Store};

/// Another program that keeps models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// The cache that Hugging Face's libraries share.
    HuggingFace,
    /// LM Studio.
    LmStudio,
    /// Ollama.
    Ollama,
    /// Microsoft's Foundry Local.
    FoundryLocal,
}

/// A model that another program has.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which program.
    pub program: Program,
    /// What it is called there.
    pub name: String,
    /// Its folder or file.
    pub path: PathBuf,
}

/// Looks where other programs keep their models. `home` is the person's own folder.
#[must_use]
pub fn found(home: &Path) -> Vec<Found> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let hugging_face = variable("HF_HUB_CACHE")
        .or_else(|| variable("HF_HOME").map(|home| home.join("hub")))
        .unwrap_or_else(|| home.join(".cache/huggingface/hub"));
    let ollama = variable("OLLAMA_MODELS").unwrap_or_else(|| home.join(".ollama/models"));
    let mut all = in_hugging_face(&hugging_face);
    for folder in [".lmstudio/models", ".cache/lm-studio/models"] {
        all.extend(in_lm_studio(&home.join(folder)));
    }
    all.extend(in_ollama(&ollama));
    for folder in [".foundry/cache/models", ".foundry-local/cache/models"] {
        all.extend(in_foundry(&home.join(folder)));
    }
    all
}

/// What a folder holds, by name; nothing where it cannot be read.
fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut named: Vec<_> =
        entries.filter_map(|entry| Some((entry.file_name().to_str()?.to_owned(), entry.path()))).collect();
    named.sort();
    named
}

/// `models--owner--name/snapshots/<commit>`; `refs/main` names the commit that counts.
fn in_hugging_face(hub: &Path) -> Vec<Found> {
    let snapshot = |(name, folder): (String, PathBuf)| {
        let name = name.strip_prefix("models--")?.replacen("--", "/", 1);
        let main = fs::read_to_string(folder.join("refs/main")).ok();
        let snapshots = folder.join("snapshots");
        let path = main
            .map(|commit| snapshots.join(commit.trim()))
            .filter(|path| path.is_dir())
            .or_else(|| entries(&snapshots).pop().map(|(_, path)| path))?;
        Some(Found { program: Program::HuggingFace, name, path })
    };
    entries(hub).into_iter().filter_map(snapshot).collect()
}

/// `owner/name/file.gguf`.
fn in_lm_studio(models: &Path) -> Vec<Found> {
    let mut all = Vec::new();
    for (owner, folder) in entries(models) {
        for (model, folder) in entries(&folder) {
            for (file, path) in entries(&folder).into_iter().filter(|(file, _)| file.ends_with(".gguf")) {
                let name = format!("{owner}/{model}/{file}");
                all.push(Found { program: Program::LmStudio, name, path });
            }
        }
    }
    all
}

#[derive(Deserialize)]
struct OllamaManifest {
    layers: Vec<OllamaLayer>,
}

#[derive(Deserialize)]
struct OllamaLayer {
    #[serde(rename = "mediaType")]
    kind: String,
    digest: String,
}

/// `manifests/<host>/<owner>/<name>/<tag>` names the blob that holds the weights.
fn in_ollama(models: &Path) -> Vec<Found> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), models.join("manifests"), 0)];
    while let Some((prefix, folder, depth)) = open.pop() {
        for (name, path) in entries(&folder) {
            if path.is_dir() && depth < 4 {
                // Host and owner are the same for nearly all.
                let prefix = if depth < 2 { String::new() } else { format!("{prefix}{name}:") };
                open.push((prefix, path, depth + 1));
                continue;
            }
            let manifest = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
            let Some(OllamaManifest { layers }) = manifest else { continue };
            let weights = layers.into_iter().find(|layer| layer.kind == "application/vnd.ollama.image.model");
            let blob = weights.map(|layer| layer.digest.replace(':', "-")).filter(|blob| is_plain_name(blob));
            if let Some(path) = blob.map(|blob| models.join("blobs").join(blob)).filter(|path| path.is_file())
            {
                all.push(Found { program: Program::Ollama, name: format!("{prefix}{name}"), path });
            }
        }
    }
    all
}

/// Folders with a `genai_config.json`, up to five deep.
fn in_foundry(models: &Path) -> Vec<Found> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), models.to_owned(), 0)];
    while let Some((name, path, depth)) = open.pop() {
        if path.join("genai_config.json").is_file() {
            let name = name.trim_start_matches('/').to_owned();
            all.push(Found { program: Program::FoundryLocal, name, path });
        } else if depth < 5 {
            let folders = entries(&path).into_iter().filter(|(_, path)| path.is_dir());
            open.extend(folders.map(|(inner, path)| (format!("{name}/{inner}"), path, depth + 1)));
        }
    }
    all
}

/// Takes a model over from anywhere on this disk, under the name `id`. Where the file system allows it takes no room.
/// `passed` is called with the bytes of each piece that was read.
///
/// # Errors
/// As [`crate::copy`].
pub fn adopt(
    examined: &Examined,
    id: &str,
    store: &Store,
    passed: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<PathBuf> {
    // Before all of it is read.
    if store.place(id)?.exists() {
        return Err(CatalogError::Exists { model: id.to_owned() });
    }
    let mut sources = Sources::new();
    for (path, source) in &examined.files {
        let size = fs::metadata(source).map_err(CatalogError::unreadable(source))?.len();
        let read = read_through(source, size, None, passed).map_err(CatalogError::unreadable(source))?;
        let (sha256, blocks) = read.ok_or_else(|| CatalogError::Changed { file: path.clone() })?;
        sources.push((FileRecord { path: path.clone(), remote: None, size, sha256, blocks }, source.clone()));
    }
    let files = sources.iter().map(|(file, _)| file.clone()).collect();
    let mut manifest = Manifest::new(id, examined.format, files);
    manifest.licence.clone_from(&examined.licence);
    put(&manifest, sources, store, Sharing::Allowed, passed)
}

/// What a model from elsewhere is called here: its name, as far as it can be the name of a folder.
#[must_use]
pub fn id_for(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".gguf").to_lowercase();
    let plain =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' });
    let plain: String = plain.collect();
    let plain = plain.trim_matches(['.', '-']).to_owned();
    if is_plain_name(&plain) { plain } else { "model".to_owned() }
}

/// Whether a path is a model that Domicile exported.
#[must_use]
pub fn is_exported(folder: &Path) -> bool {
    Manifest::read(folder).is_ok_and(|manifest| manifest.is_some())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::ops::ControlFlow;

    use super::{Program, adopt, found, id_for};
    use crate::{State, Store, examine};

    fn write(path: &std::path::Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn models_of_other_programs_are_found_where_they_keep_them() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        let commit = "0123456789abcdef0123456789abcdef01234567";
        write(&at(".cache/huggingface/hub/models--openai--gpt-oss-20b/refs/main"), commit);
        let snapshot =
            at(&format!(".cache/huggingface/hub/models--openai--gpt-oss-20b/snapshots/{commit}/config.json"));
        write(&snapshot, r#"{"model_type": "gpt_oss"}"#);
        write(&at(".lmstudio/models/maker/model-GGUF/model-Q4.gguf"), "GGUF");
        let manifest = r#"{"layers": [{"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:1"},
            {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:ab"}]}"#;
        write(&at(".ollama/models/manifests/registry.ollama.ai/library/gpt-oss/20b"), manifest);
        write(&at(".ollama/models/blobs/sha256-ab"), "GGUF");
        write(&at(".foundry/cache/models/Microsoft/phi-4-cpu/v1/genai_config.json"), "{}");
        let all = found(home.path());
        let names: Vec<_> = all.iter().map(|found| (found.program, found.name.as_str())).collect();
        assert_eq!(
            names,
            [
                (Program::HuggingFace, "openai/gpt-oss-20b"),
                (Program::LmStudio, "maker/model-GGUF/model-Q4.gguf"),
                (Program::Ollama, "gpt-oss:20b"),
                (Program::FoundryLocal, "Microsoft/phi-4-cpu/v1"),
            ]
        );
        assert!(all[0].path.join("config.json").is_file());
        assert!(all[2].path.is_file());
    }

    #[test]
    fn a_model_is_taken_over_without_a_second_copy_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("cache");
        write(&snapshot.join("config.json"), r#"{"model_type": "gpt_oss"}"#);
        write(&snapshot.join("model.safetensors"), &"weights ".repeat(1000));
        let store = Store::at(&folder.path().join("modèles é"));
        let place = adopt(&examine(&snapshot).unwrap(), "mine", &store, &mut |_| ControlFlow::Continue(()));
        assert!(matches!(store.models().unwrap()[0].state, State::Ready(_)));
        let place = place.unwrap();
        assert_eq!(fs::read(place.join("model.safetensors")).unwrap().len(), 8000);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            assert_eq!(fs::metadata(place.join("model.safetensors")).unwrap().nlink(), 2);
        }
        // The other program may remove its own: ours stays.
        fs::remove_dir_all(&snapshot).unwrap();
        assert_eq!(fs::read(place.join("model.safetensors")).unwrap().len(), 8000);
        assert!(store.remove("mine").unwrap() > 0);
        assert!(store.models().unwrap().is_empty());
    }

    #[test]
    fn a_name_from_elsewhere_becomes_one_of_a_folder() {
        assert_eq!(id_for("openai/gpt-oss-20b"), "gpt-oss-20b");
        assert_eq!(id_for("maker/Model Q4.gguf"), "model-q4");
        assert_eq!(id_for("gpt-oss:20b"), "gpt-oss-20b");
        assert_eq!(id_for("../.."), "model");
        assert_eq!(id_for("x/con"), "model");
    }
}
