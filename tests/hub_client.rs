//! The hub of the tests, as the client that the makers of the real hub publish meets it, and byte by byte.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::hub::{Content, Fault, Hub, HubFile, Repository};
use ureq::Agent;

/// What is tested with. Another version needs a look at what it asks.
const CLIENT: &str = "huggingface_hub==2.4.0";

/// A Python that has the client.
static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = tests::target_folder().join("python");
    fs::create_dir_all(&folder).unwrap();
    // Other tests, and other runs of this one, wait until it is there.
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let (ready, place) = (folder.join("ready"), folder.join("venv"));
    let python = place.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if fs::read_to_string(&ready).is_ok_and(|client| client == CLIENT) {
        return python;
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(
        Command::new(system).args(["-m", "venv", "--clear"]).arg(place),
        "this test needs Python 3.10 or later with its venv module (package python3-venv)",
    );
    run(
        Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            CLIENT,
        ]),
        "this test fetches the client of the hub with pip",
    );
    fs::write(ready, CLIENT).unwrap();
    python
});

fn run(command: &mut Command, need: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{need}: {error}"));
    let told = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{need}: {}", String::from_utf8_lossy(&told));
}

const PRELUDE: &str = "
import hashlib, json, os
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    EntryNotFoundError, GatedRepoError, HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError)

def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()

def attempt(what):
    try:
        what()
        return 'ok'
    except Exception as error:
        return type(error).__name__
";

/// Runs a script of the client that sets `result`, with an empty cache.
fn client(hub: &Hub, script: &str) -> Value {
    client_in(tempfile::tempdir().unwrap().path(), hub, script)
}

/// The same with the cache in this folder.
fn client_in(home: &Path, hub: &Hub, script: &str) -> Value {
    let output = Command::new(&*PYTHON)
        .args(["-c", &format!("{PRELUDE}{script}\nprint(json.dumps(result))")])
        .env_remove("HF_TOKEN")
        .env("HF_ENDPOINT", hub.endpoint())
        .env("HF_HOME", home)
        .envs(
            ["HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_PROGRESS_BARS"]
                .map(|it| (it, "1")),
        )
        .envs(["NO_PROXY", "no_proxy"].map(|name| (name, "localhost,127.0.0.1")))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"))
}

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";
const WEIGHTS: Content = Content::Generated { seed: 7, length: 5_000_001 };
const CONFIG: &str = "{\"model_type\": \"gpt_oss\"}\n";

/// An open repository and one that is gated.
fn hub() -> Hub {
    let files = [
        HubFile::plain("config.json", CONFIG),
        HubFile::lfs("model.safetensors", WEIGHTS),
        HubFile::plain("notes/mes mots d'été & plus.txt", "Bonjour à tous"),
        HubFile::lfs("notes/deep/numbers.bin", vec![7; 3_000_000]),
    ];
    let repository = |id: &str, gated: Option<&str>| Repository {
        id: id.to_owned(),
        revision: REVISION.to_owned(),
        files: files.to_vec(),
        gated: gated.map(str::to_owned),
        licence: Some("apache-2.0".to_owned()),
    };
    Hub::start([repository("someone/open", None), repository("someone/gated", Some("hf_right"))])
}

#[test]
fn the_client_lists_what_there_is() {
    let hub = hub();
    hub.set_page(2);
    let result = client(
        &hub,
        "
api = HfApi()
info = api.model_info('someone/open')
entries = list(api.list_repo_tree('someone/open', recursive=True))
files = {
    e.path: [e.size, e.blob_id, e.lfs and e.lfs.sha256, e.lfs and e.lfs.size] for e in entries if hasattr(e, 'blob_id')
}
result = {
    'sha': info.sha, 'gated': info.gated, 'tags': info.tags, 'licence': info.card_data.license,
    'siblings': [s.rfilename for s in info.siblings],
    'gate': api.model_info('someone/gated').gated,
    'files': files,
    'folders': [e.path for e in entries if not hasattr(e, 'blob_id')],
    'top': [e.path for e in api.list_repo_tree('someone/open')],
    'within': [e.path for e in api.list_repo_tree('someone/open', 'notes', revision=info.sha)],
    'some': [e.path for e in api.get_paths_info('someone/open', ['config.json', 'notes', 'nowhere'])],
}
",
    );
    assert_eq!(result["sha"], REVISION);
    assert_eq!((&result["gated"], &result["gate"]), (&json!(false), &json!("manual")));
    assert!(result["tags"].as_array().unwrap().contains(&json!("license:apache-2.0")));
    assert_eq!(result["licence"], "apache-2.0");
    assert_eq!(result["siblings"].as_array().unwrap().len(), 4);
    assert_eq!(result["folders"], json!(["notes", "notes/deep"]));
    assert_eq!(result["top"], json!(["notes", "config.json", "model.safetensors"]));
    assert_eq!(result["within"], json!(["notes/deep", "notes/mes mots d'été & plus.txt"]));
    assert_eq!(result["some"], json!(["notes", "config.json"]));
    let files = &result["files"];
    assert_eq!(files.as_object().unwrap().len(), 4);
    // As `git hash-object` says.
    assert_eq!(files["config.json"], json!([26, "d2bf92e239744c796082c5dd3c2ed03a65f44176", null, null]));
    let sha256 = hub.sha256("someone/open", "model.safetensors");
    assert_eq!(files["model.safetensors"][0], 5_000_001);
    assert_eq!(files["model.safetensors"][2], sha256);
    assert_eq!(files["model.safetensors"][3], 5_000_001);
    let pages = hub.requests().iter().filter(|request| request.path.contains("cursor=")).count();
    assert_eq!(pages, 2 + 1, "6 entries, 3 entries and 2 entries, 2 to a page");
}

#[test]
fn the_client_fetches_files() {
    let hub = hub();
    let result = client(
        &hub,
        "
config = hf_hub_download('someone/open', 'config.json')
weights = hf_hub_download('someone/open', 'model.safetensors', revision='0123456789abcdef0123456789abcdef01234567')
words = hf_hub_download('someone/open', 'notes/mes mots d\\'été & plus.txt')
folder = os.environ['HF_HOME'] + '/some'
some = snapshot_download('someone/open', allow_patterns=['notes/*.bin', 'config.json'], local_dir=folder)
fetched = [os.path.join(place, name) for place, _, names in os.walk(some) for name in names if '.cache' not in place]
result = {
    'config': open(config).read(), 'weights': digest(weights), 'words': open(words, encoding='utf-8').read(),
    'commit': weights.split('/')[-2],
    'some': sorted(os.path.relpath(path, some) for path in fetched),
    'numbers': digest(some + '/notes/deep/numbers.bin'),
}
",
    );
    assert_eq!((&result["config"], &result["words"]), (&json!(CONFIG), &json!("Bonjour à tous")));
    assert_eq!(result["weights"], hub.sha256("someone/open", "model.safetensors"));
    assert_eq!(result["commit"], REVISION);
    assert_eq!(result["some"], json!(["config.json", "notes/deep/numbers.bin"]));
    assert_eq!(result["numbers"], hub.sha256("someone/open", "notes/deep/numbers.bin"));
    let requests = hub.requests();
    let cdn = |request: &&tests::hub::Request| request.path.starts_with("/cdn/");
    let fetched: u64 = requests.iter().filter(cdn).map(|request| request.sent).sum();
    assert_eq!(fetched, 8_000_001);
    assert!(
        requests.iter().filter(cdn).all(|request| request.host == hub.cdn().trim_start_matches("http://"))
    );
    assert!(hub.body_bytes() >= fetched);
}

#[test]
fn the_client_understands_what_it_is_refused() {
    let hub = hub();
    let result = client(
        &hub,
        "
def gated(token, file='model.safetensors'):
    return attempt(lambda: hf_hub_download('someone/gated', file, token=token))
result = {
    'no token': gated(False), 'wrong token': gated('hf_wrong'), 'right token': gated('hf_right'),
    'plain': [gated(False, 'config.json'), gated('hf_wrong', 'config.json'), gated('hf_right', 'config.json')],
    'sizes': attempt(lambda: HfApi().model_info('someone/gated')),
    'repository': [attempt(lambda: HfApi().model_info('someone/nowhere', token=it)) for it in (False, 'hf_right')],
    'repository of a file': attempt(lambda: hf_hub_download('someone/nowhere', 'config.json')),
    'file': attempt(lambda: hf_hub_download('someone/open', 'nothing.json')),
    'revision': attempt(lambda: HfApi().model_info('someone/open', revision='other')),
    'revision of a file': attempt(lambda: hf_hub_download('someone/open', 'config.json', revision='other')),
}
",
    );
    let expected = json!({
        "no token": "GatedRepoError", "wrong token": "GatedRepoError", "right token": "ok",
        "plain": ["GatedRepoError", "GatedRepoError", "ok"],
        "sizes": "ok",
        "repository": ["RepositoryNotFoundError", "RepositoryNotFoundError"],
        "repository of a file": "RepositoryNotFoundError",
        "file": "RemoteEntryNotFoundError",
        "revision": "RevisionNotFoundError",
        "revision of a file": "RevisionNotFoundError",
    });
    assert_eq!(result, expected);
}

#[test]
fn what_the_client_has_in_its_cache_is_taken_over_without_a_second_copy() {
    let (hub, home) = (hub(), tempfile::tempdir().unwrap());
    let cached = client_in(home.path(), &hub, "result = snapshot_download('someone/open')");
    let program = tests::program("domicile");
    let domicile = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(arguments).arg("--json").env("HF_HOME", home.path());
        let output = command.env("DOMICILE_HOME", home.path().join("domicile")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let out = String::from_utf8(output.stdout).unwrap();
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    let found = domicile(&["models", "import"]);
    let row = found.iter().find(|row| row["name"] == "someone/open").unwrap();
    assert_eq!((&row["program"], &row["path"]), (&json!("hugging_face"), &cached));
    let imported = domicile(&["models", "import", cached.as_str().unwrap(), "--name", "mine"]);
    let folder = PathBuf::from(imported.last().unwrap()["imported"]["folder"].as_str().unwrap());
    let weights = fs::symlink_metadata(folder.join("model.safetensors")).unwrap();
    assert!(weights.is_file() && weights.len() == WEIGHTS.length());
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::nlink(&weights), 2, "the same bytes under two names");
    assert_eq!(domicile(&["models", "verify", "mine"]).last().unwrap()["right"]["id"], "mine");
}

#[test]
fn the_client_gets_over_a_cut() {
    let hub = hub();
    // More than the 10 MiB that the client takes at once, and begins again with.
    hub.replace("someone/open", "model.safetensors", Content::Generated { seed: 8, length: 25_000_000 });
    hub.misbehave(Fault::Cut { after: 12_000_000 }.times(2).on("model.safetensors"));
    let result = client(&hub, "result = digest(hf_hub_download('someone/open', 'model.safetensors'))");
    assert_eq!(result, hub.sha256("someone/open", "model.safetensors"));
    let ranges: Vec<_> =
        hub.requests().iter().filter(|it| it.path.contains("/cdn/")).map(|it| (it.range, it.sent)).collect();
    let open = |first| Some((first, u64::MAX));
    let expected =
        [(None, 12_000_000), (open(10 << 20), 12_000_000), (open(20 << 20), 25_000_000 - (20 << 20))];
    assert_eq!(ranges, expected);
}

/// What comes back, as it comes back.
struct Raw {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: Result<Vec<u8>, ureq::Error>,
}

impl Raw {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn bytes(&self) -> &[u8] {
        self.body.as_ref().unwrap()
    }
}

fn get(url: &str, headers: &[(&str, &str)]) -> Result<Raw, ureq::Error> {
    let config = Agent::config_builder().max_redirects(0).max_redirects_will_error(false);
    let config =
        config.http_status_as_error(false).proxy(None).timeout_recv_body(Some(Duration::from_secs(3)));
    let agent: Agent = config.build().into();
    let mut request = agent.get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.call()?;
    let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec();
    Ok(Raw { status: answer.status().as_u16(), headers: answer.headers().clone(), body })
}

/// The large file, at the CDN.
fn at_cdn(hub: &Hub, headers: &[(&str, &str)]) -> Raw {
    get(&format!("{}/cdn/someone/open/{REVISION}/model.safetensors", hub.cdn()), headers).unwrap()
}

#[test]
fn ranges_are_those_of_http() {
    let hub = hub();
    let etag = format!("\"{}\"", hub.sha256("someone/open", "model.safetensors"));
    let range = |range: &str| at_cdn(&hub, &[("Range", range)]);
    for (asked, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=524280-1048600", 524_280, 1_048_601),
        ("bytes=4999999-", 4_999_999, 5_000_001),
        ("bytes=4999999-9999999", 4_999_999, 5_000_001),
        ("bytes=-10", 4_999_991, 5_000_001),
    ] {
        let answer = range(asked);
        assert_eq!(answer.status, 206, "{asked}");
        assert_eq!(answer.header("content-range"), format!("bytes {from}-{}/5000001", to - 1));
        assert!(answer.bytes() == WEIGHTS.bytes(from..to), "{asked}");
        assert_eq!(answer.header("etag"), etag);
    }
    let beyond = range("bytes=5000001-");
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */5000001"));
    let asked = [("Range", "bytes=0-9"), ("If-Range", &etag)];
    assert_eq!(at_cdn(&hub, &asked).status, 206);
    let all = at_cdn(&hub, &[("Range", "bytes=0-9"), ("If-Range", "\"other\"")]);
    assert_eq!((all.status, all.bytes().len()), (200, 5_000_001));
    let secret = at_cdn(&hub, &[("Authorization", "Bearer hf_right")]);
    assert_eq!(secret.status, 400, "a token is for the hub alone");

    let url = |file: &str| format!("{}/someone/open/resolve/main/{file}", hub.endpoint());
    let plain = get(&url("config.json"), &[("Range", "bytes=2-11")]).unwrap();
    assert_eq!((plain.status, plain.bytes()), (206, &b"model_type"[..]));
    assert_eq!(plain.header("x-repo-commit"), REVISION);
    let led = get(&url("model.safetensors"), &[]).unwrap();
    assert_eq!(
        (led.status, led.header("x-linked-size"), led.header("x-linked-etag")),
        (302, "5000001", &*etag)
    );
    assert!(led.header("location").starts_with(hub.cdn()));
}

#[test]
fn a_hub_misbehaves_as_it_is_told() {
    let hub = hub();
    let range = || at_cdn(&hub, &[("Range", "bytes=1000-1999")]);
    let with = |fault: Fault| {
        hub.behave();
        hub.misbehave(fault.times(1).on("/cdn/"));
        let answer = range();
        assert!(range().bytes() == WEIGHTS.bytes(1000..2000), "once only");
        answer
    };
    let path = || "model.safetensors".to_owned();
    let told = "bytes 1000-1999/5000001";

    let short = with(Fault::ShortBody);
    assert_eq!((short.header("content-range"), short.bytes()), (told, &WEIGHTS.bytes(1000..1500)[..]));
    let long = with(Fault::LongBody);
    assert_eq!((long.header("content-range"), long.bytes().len()), (told, 2000));
    let other = with(Fault::WrongRange);
    assert_eq!(other.header("content-range"), "bytes 2000-2999/5000001");
    assert_eq!(other.bytes(), WEIGHTS.bytes(2000..3000));
    let lying = with(Fault::LyingRange);
    assert_eq!((lying.header("content-range"), lying.bytes()), (told, &WEIGHTS.bytes(2000..3000)[..]));
    let ignored = with(Fault::IgnoreRange);
    assert_eq!((ignored.status, ignored.bytes().len()), (200, 5_000_001));
    let wrong = with(Fault::WrongByte { path: path(), offset: 1234 });
    let right = WEIGHTS.bytes(1000..2000);
    let differ: Vec<usize> = (0..1000).filter(|&i| right[i] != wrong.bytes()[i]).collect();
    assert_eq!(differ, [234]);
    for fault in [Fault::Cut { after: 10 }, Fault::Stall { after: 10 }] {
        assert!(with(fault).body.is_err());
        let requests = hub.requests();
        assert_eq!(requests[requests.len() - 2].sent, 10);
    }
    let busy = with(Fault::Status { code: 429, retry_after: Some(3) });
    assert_eq!((busy.status, busy.header("retry-after")), (429, "3"));
    let portal = with(Fault::Portal);
    assert_eq!((portal.status, portal.header("content-type")), (200, "text/html; charset=utf-8"));
    let circle = with(Fault::RedirectLoop);
    assert!(circle.status == 302 && circle.header("location").ends_with("/model.safetensors"));

    hub.behave();
    hub.misbehave(Fault::ChangeAfter { path: path(), requests: 1 });
    let before = range();
    let after = range();
    assert!(
        before.bytes() == right && after.bytes() != right && before.header("etag") != after.header("etag")
    );
    hub.replace("someone/open", "model.safetensors", WEIGHTS);
    assert_eq!(range().header("etag"), before.header("etag"));

    let tree = || {
        let answer = get(&format!("{}/api/models/someone/open/tree/main", hub.endpoint()), &[]).unwrap();
        let tree: Value = serde_json::from_slice(answer.bytes()).unwrap();
        tree.as_array().unwrap().iter().find(|entry| entry["path"] == "model.safetensors").unwrap().clone()
    };
    let honest = tree();
    hub.misbehave(Fault::WrongSize { path: path(), size: 12 });
    assert_eq!(tree()["size"], 12);
    hub.misbehave(Fault::WrongHash { path: path() });
    assert_ne!(tree()["lfs"]["oid"], honest["lfs"]["oid"]);
    hub.behave();
    assert_eq!(tree(), honest);

    hub.misbehave(Fault::Refuse);
    assert!(get(hub.endpoint(), &[]).is_err());
    hub.behave();

    hub.misbehave(Fault::Slow { bytes_per_second: 1_000_000 });
    let start = Instant::now();
    assert_eq!(at_cdn(&hub, &[("Range", "bytes=0-499999")]).bytes(), WEIGHTS.bytes(0..500_000));
    assert!(start.elapsed() > Duration::from_millis(490), "{:?}", start.elapsed());
    let endpoint = hub.endpoint().to_owned();
    drop(hub);
    assert!(get(&endpoint, &[]).is_err());
}

#[test]
fn a_file_of_the_disk_is_given_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path: &Path = &folder.path().join("weights");
    let bytes = WEIGHTS.bytes(0..3_000_000);
    fs::write(path, &bytes).unwrap();
    let hub = hub();
    hub.replace("someone/open", "model.safetensors", Content::File(path.to_owned(), 3_000_000));
    assert!(at_cdn(&hub, &[]).bytes() == bytes);
    assert!(at_cdn(&hub, &[("Range", "bytes=2000000-2999999")]).bytes() == &bytes[2_000_000..]);
}
