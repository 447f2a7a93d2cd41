//! The catalog is written from what the hub says.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use tempfile::TempDir;
use tests::hub::{Hub, Repository};

use crate::house::{MIB, MODEL, NAME, repository};

static REFRESH: LazyLock<PathBuf> = LazyLock::new(|| tests::example("refresh"));

/// A file of the second variant.
const OTHER: &str = "original/model.safetensors";

/// A catalog in a folder of its own.
struct Catalog {
    file: PathBuf,
    _folder: TempDir,
}

impl Catalog {
    fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("catalog.json");
        fs::write(&file, text).unwrap();
        Self { file, _folder: folder }
    }

    /// One with a model of two variants, of which nothing is known yet.
    fn new() -> Self {
        let variant = |id: &str, folder: &str, files: &[&str]| {
            json!({
                "id": id, "format": "checkpoint", "precision": "bf16", "engine": "candle", "devices": ["cpu"],
                "repository": MODEL, "revision": null, "folder": folder, "files": files,
                "bytes": null, "listing": []
            })
        };
        let catalog = json!({"models": [{
            "id": NAME,
            "title": "Small",
            "summary": {"fr": "Un tout petit modèle, à l’aise partout.", "en": "A tiny model, at ease anywhere."},
            "maker": "Maker",
            "licence": {"id": "apache-2.0", "name": "Apache 2.0", "link": "https://example.org", "commercial": true},
            "languages": ["fr"],
            "good_at": ["code"],
            "parameters": {"all": null, "active": null},
            "context": null,
            "gated": false,
            "architecture": "gpt_oss",
            "config": null,
            "variants": [
                variant("checkpoint", "", &["*.json", "model-*.safetensors", "LICENSE"]),
                variant("original", "original", &["*.safetensors"]),
            ]
        }]});
        Self::of(&catalog.to_string())
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.file).unwrap()
    }

    fn variant(&self, number: usize) -> Value {
        let catalog: Value = serde_json::from_str(&self.text()).unwrap();
        catalog["models"][0]["variants"][number].clone()
    }

    /// Nothing but the catalog is in its folder.
    fn is_alone(&self) -> bool {
        fs::read_dir(self.file.parent().unwrap()).unwrap().count() == 1
    }

    fn refresh(&self, endpoint: &str, arguments: &[&str]) -> Refreshed {
        let mut command = Command::new(&*REFRESH);
        command.arg(&self.file).args(arguments).env("HF_ENDPOINT", endpoint);
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HF_TOKEN"] {
            command.env_remove(name);
        }
        Refreshed::of(&command.output().unwrap())
    }
}

/// What a run ended with.
#[derive(Debug)]
struct Refreshed {
    code: Option<i32>,
    refused: String,
}

impl Refreshed {
    fn of(output: &Output) -> Self {
        Self { code: output.status.code(), refused: String::from_utf8(output.stderr.clone()).unwrap() }
    }

    fn well(&self) {
        assert_eq!((self.code, self.refused.as_str()), (Some(0), ""));
    }
}

/// What the catalog should say of these files of a repository.
fn listing(hub: &Hub, repository: &Repository, paths: &[&str]) -> Value {
    let listed = paths.iter().map(|path| {
        let file = repository.files.iter().find(|file| file.path == *path).unwrap();
        let size = file.content.length();
        if file.lfs {
            return json!({"path": path, "size": size, "sha256": hub.sha256(MODEL, path)});
        }
        let mut blob = Sha1::new_with_prefix(format!("blob {size}\0"));
        blob.update(file.content.bytes(0..size));
        json!({"path": path, "size": size, "git_blob": format!("{:x}", blob.finalize())})
    });
    listed.collect()
}

fn bytes(listing: &Value) -> u64 {
    listing.as_array().unwrap().iter().map(|file| file["size"].as_u64().unwrap()).sum()
}

#[test]
fn sizes_commits_and_hashes_are_the_hubs_and_what_is_pinned_is_compared() {
    let repository = repository(&[MIB, 40 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let catalog = Catalog::new();

    catalog.refresh(hub.endpoint(), &[]).well();
    let model = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
    let expected = [
        listing(&hub, &repository, &["LICENSE", "config.json", model[0], model[1], "tokenizer.json"]),
        listing(&hub, &repository, &[OTHER]),
    ];
    for (number, listing) in expected.iter().enumerate() {
        let variant = catalog.variant(number);
        assert_eq!(variant["revision"], repository.revision);
        assert_eq!(variant["bytes"], bytes(listing));
        assert_eq!(variant["listing"], *listing);
    }
    assert!(catalog.text().contains("à l’aise partout"));

    let pinned = catalog.text();
    catalog.refresh(hub.endpoint(), &[]).well();
    assert_eq!(catalog.text(), pinned);

    hub.replace(MODEL, OTHER, "another one");
    let refreshed = catalog.refresh(hub.endpoint(), &[]);
    assert_eq!(refreshed.code, Some(1));
    assert!(refreshed.refused.contains(&format!("{NAME} original: {OTHER} ")), "{refreshed:?}");
    assert!(!refreshed.refused.contains(&format!("{NAME} checkpoint")), "{refreshed:?}");
    assert_eq!(catalog.text(), pinned);

    catalog.refresh(hub.endpoint(), &["--newest"]).well();
    let taken = catalog.variant(1);
    assert_eq!(taken["bytes"], 11);
    assert_eq!(taken["listing"][0]["sha256"], hub.sha256(MODEL, OTHER));
    assert_eq!(catalog.variant(0)["listing"], expected[0]);
    assert!(catalog.is_alone());
}

#[test]
fn a_pinned_file_that_is_gone_is_missed() {
    let mut repository = repository(&[MIB]);
    let catalog = Catalog::new();
    catalog.refresh(Hub::start([repository.clone()]).endpoint(), &[]).well();
    let pinned = catalog.text();
    repository.files.retain(|file| file.path != "LICENSE");
    let refreshed = catalog.refresh(Hub::start([repository]).endpoint(), &[]);
    assert_eq!(refreshed.code, Some(1));
    assert!(refreshed.refused.contains(&format!("{NAME} checkpoint: LICENSE ")), "{refreshed:?}");
    assert_eq!(catalog.text(), pinned);
}

#[test]
fn the_catalog_that_is_compiled_in_is_written_as_it_stands() {
    let text = tests::text("crates/catalog/catalog.json");
    let catalog = Catalog::of(&text);
    // This hub has none of its models.
    let hub = Hub::start([]);
    let refreshed = catalog.refresh(hub.endpoint(), &[]);
    assert_eq!(refreshed.code, Some(1));
    assert!(catalog.text() == text, "it is written in another way");
    let known: Value = serde_json::from_str(&text).unwrap();
    let mut expected = BTreeMap::new();
    for model in known["models"].as_array().unwrap() {
        for variant in model["variants"].as_array().unwrap() {
            let name = format!("{} {}: ", model["id"].as_str().unwrap(), variant["id"].as_str().unwrap());
            expected.insert(name, variant["repository"].as_str().unwrap().to_owned());
        }
    }
    for (name, repository) in expected {
        let line = refreshed.refused.lines().find(|line| line.starts_with(&name));
        assert!(line.is_some_and(|line| line.contains(&repository)), "{name}{refreshed:?}");
    }
}

#[test]
fn where_no_hub_is_reached_one_reason_is_given_and_nothing_is_written() {
    let gone = Hub::start([]).endpoint().to_owned();
    let catalog = Catalog::new();
    let before = catalog.text();
    let refreshed = catalog.refresh(&gone, &[]);
    assert_eq!(refreshed.code, Some(1));
    assert_eq!(refreshed.refused.lines().count(), 1, "{refreshed:?}");
    assert!(refreshed.refused.contains("localhost"), "{refreshed:?}");
    assert_eq!(catalog.text(), before);
}
