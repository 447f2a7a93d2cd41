//! A person's folder, the program in it, and a model to download.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tests::hub::{Content, Hub, HubFile, Repository};

/// `DOMICILE_PROGRAM`, for a bench of one that was built for speed, or else the one of this build.
pub(crate) static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    std::env::var_os("DOMICILE_PROGRAM").map_or_else(|| tests::program("domicile"), PathBuf::from)
});

/// The model that is downloaded.
pub(crate) const MODEL: &str = "maker/small-gpt";
/// What it is called on the disk.
pub(crate) const NAME: &str = "small-gpt";
pub(crate) const MIB: u64 = 1 << 20;

/// A repository with a model of these large files, sizes in bytes, and what belongs to it and what does not.
pub(crate) fn repository(sizes: &[u64]) -> Repository {
    let config = br#"{"model_type": "gpt_oss", "architectures": ["GptOssForCausalLM"]}"#;
    let mut files = vec![
        HubFile::plain("README.md", &b"Not needed."[..]),
        HubFile::plain("config.json", &config[..]),
        HubFile::plain("LICENSE", &b"Apache"[..]),
        HubFile::plain("empty.txt", &b""[..]),
        HubFile::lfs("tokenizer.json", Content::Generated { seed: 99, length: 300_000 }),
        HubFile::lfs("original/model.safetensors", Content::Generated { seed: 98, length: 5_000_000 }),
    ];
    for (number, length) in (0u64..).zip(sizes) {
        let path = format!("model-{:05}-of-{:05}.safetensors", number + 1, sizes.len());
        files.push(HubFile::lfs(path, Content::Generated { seed: number + 1, length: *length }));
    }
    Repository {
        id: MODEL.to_owned(),
        revision: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        files,
        gated: None,
        licence: Some("apache-2.0".to_owned()),
    }
}

/// The files that belong to the model.
pub(crate) fn belonging(repository: &Repository) -> Vec<HubFile> {
    let kept = |file: &&HubFile| !file.path.contains('/') && file.path != "README.md";
    repository.files.iter().filter(kept).cloned().collect()
}

/// Bytes of the files that belong to the model.
pub(crate) fn total(repository: &Repository) -> u64 {
    belonging(repository).iter().map(|file| file.content.length()).sum()
}

/// A person's data folder, and the hub that their program asks.
pub(crate) struct House {
    pub(crate) home: PathBuf,
    endpoint: String,
    token: Option<String>,
    _folder: Option<TempDir>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) lines: Vec<Value>,
    pub(crate) error: Option<Value>,
}

impl Run {
    /// The code of the error.
    pub(crate) fn code(&self) -> &str {
        self.error.as_ref().and_then(|error| error["error"]["code"].as_str()).unwrap_or("none")
    }

    /// It went well.
    pub(crate) fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{:?}", self.error);
        self
    }

    /// What the last line says under this name.
    pub(crate) fn last(&self, name: &str) -> &Value {
        &self.lines.last().expect("a line")[name]
    }

    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let lines = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let error = (!err.is_empty()).then(|| serde_json::from_str(&err).unwrap_or_else(|_| panic!("{err}")));
        Self { code: output.status.code(), lines, error }
    }
}

impl House {
    /// A new one.
    pub(crate) fn new(hub: &Hub) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("Zoé et Jérôme");
        Self { home, endpoint: hub.endpoint().to_owned(), token: None, _folder: Some(folder) }
    }

    /// One in a given folder.
    pub(crate) fn at(home: &Path, hub: &Hub) -> Self {
        Self { home: home.to_owned(), endpoint: hub.endpoint().to_owned(), token: None, _folder: None }
    }

    /// With a token for the hub.
    pub(crate) fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&*PROGRAM);
        command.args(arguments).arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped());
        command
            .env("DOMICILE_HOME", &self.home)
            .env("HF_ENDPOINT", &self.endpoint)
            .env("LANG", "en_GB.UTF-8");
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HF_TOKEN"] {
            command.env_remove(name);
        }
        if let Some(token) = &self.token {
            command.env("HF_TOKEN", token);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&self.command(arguments).output().unwrap())
    }

    pub(crate) fn pull(&self) -> Run {
        self.run(&["models", "pull", MODEL])
    }

    pub(crate) fn start_pull(&self) -> Child {
        self.command(&["models", "pull", MODEL]).stdout(Stdio::null()).spawn().unwrap()
    }

    pub(crate) fn end(child: Child) -> Run {
        Run::of(&child.wait_with_output().unwrap())
    }

    /// Where the model is when it is ready.
    pub(crate) fn place(&self) -> PathBuf {
        self.home.join("models").join(NAME)
    }

    /// Where it is while it is on its way.
    pub(crate) fn part(&self) -> PathBuf {
        self.home.join("models").join(format!("{NAME}.part"))
    }

    /// Whether the model is taken for ready; if it is, it holds the right bytes.
    pub(crate) fn is_ready(&self, repository: &Repository) -> bool {
        let listed = self.run(&["models", "list"]).well();
        let row = listed.lines.iter().find(|row| row["id"] == NAME && row["state"] == "ready");
        if row.is_some() {
            assert_right(&self.place(), repository);
        }
        row.is_some()
    }
}

/// The folder holds the files of the model, byte for byte, and nothing else but the note.
pub(crate) fn assert_right(folder: &Path, repository: &Repository) {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let files = belonging(repository);
    let mut expected: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    expected.push("domicile.json".to_owned());
    expected.sort();
    assert_eq!(names, expected);
    for file in files {
        assert_eq!(sha256_of(&folder.join(&file.path)), sha256(&file.content), "{}", file.path);
    }
}

pub(crate) fn sha256_of(path: &Path) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut file = fs::File::open(path).unwrap();
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece).unwrap() {
            0 => return hash.finalize().to_vec(),
            read => hash.update(&piece[..read]),
        }
    }
}

fn sha256(content: &Content) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut at = 0;
    while at < content.length() {
        let end = (at + 4 * MIB).min(content.length());
        hash.update(content.bytes(at..end));
        at = end;
    }
    hash.finalize().to_vec()
}
