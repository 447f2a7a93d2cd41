//! The `domicile` command, as scripts use it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;
use tests::checkpoint;

static HOME: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());
static PROGRAM: LazyLock<std::path::PathBuf> = LazyLock::new(|| tests::program("domicile"));

/// What a run left behind.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    /// Standard output, which is one JSON object to a line, and nothing on standard error.
    fn objects(&self) -> Vec<Value> {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The code and the words of the error on standard error; nothing on standard output.
    fn error(&self) -> (String, String) {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{}", self.err);
        let error: Value = serde_json::from_str(&self.err).unwrap();
        let field = |name: &str| error["error"][name].as_str().unwrap().to_owned();
        assert!(!field("hint").is_empty());
        (field("code"), field("message"))
    }
}

fn run_in(locale: &str, arguments: &[&str], input: &str) -> Run {
    let mut command = Command::new(&*PROGRAM);
    for name in ["LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE"] {
        command.env_remove(name);
    }
    let mut child = command
        .args(arguments)
        .env("LANG", locale)
        .env("DOMICILE_HOME", HOME.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends without reading closes the pipe: what counts is how it ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn run(arguments: &[&str]) -> Run {
    run_in("en_GB.UTF-8", arguments, "")
}

/// The only answer of `domicile chat --json …`.
fn answer(arguments: &[&str]) -> Value {
    let mut answers = run(&[&["chat", "--json"], arguments].concat()).objects();
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

fn said(answer: &Value) -> (&str, &str) {
    (answer["reasoning"].as_str().unwrap(), answer["answer"].as_str().unwrap())
}

/// A copy of a tiny checkpoint, in a folder whose name is no trouble either.
fn copy_of(name: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("Mon modèle à moi");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(checkpoint(name)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let path = copy.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn an_answer_has_its_fields() {
    let answer = answer(&["--prompt", "Bonjour", "--temperature", "0"]);
    let fields: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["question", "reasoning", "answer", "finish", "timing"]);
    assert_eq!(answer["question"], "Bonjour");
    assert_eq!(answer["finish"], "complete");
    assert!(!said(&answer).1.trim().is_empty());
    let timing = |name: &str| answer["timing"][name].as_f64().unwrap();
    assert!(timing("first_token_s") > 0.0 && timing("first_token_s") <= timing("total_s"));
    assert!(timing("reasoning_s") <= timing("total_s"));
    assert!(timing("prompt_tokens") > 1.0 && timing("tokens") > 1.0);
}

#[test]
fn the_same_seed_gives_the_same_text() {
    let ask = |seed| answer(&["--prompt", "Qui es-tu ?", "--temperature", "1.5", "--seed", seed]);
    let (first, again) = (ask("7"), ask("7"));
    assert_eq!(said(&first), said(&again));
    assert!(
        ["8", "9", "10"].iter().any(|seed| said(&ask(seed)) != said(&first)),
        "at this temperature seeds matter"
    );
}

#[test]
fn temperature_0_needs_no_seed() {
    let ask = || answer(&["--prompt", "Qui es-tu ?", "--temperature", "0"]);
    assert_eq!(said(&ask()), said(&ask()));
}

#[test]
fn a_pipe_gets_the_answer_alone() {
    let question = ["--prompt", "Bonjour", "--temperature", "0"];
    let plain = run(&[&["chat"], &question[..]].concat());
    assert_eq!((plain.code, plain.err.as_str()), (Some(0), ""));
    assert_eq!(plain.out, format!("{}\n", said(&answer(&question)).1));
}

#[test]
fn an_answer_ends_where_it_was_told_to() {
    let answer = answer(&["--prompt", "Qui es-tu ?", "--max-tokens", "6", "--seed", "1"]);
    assert_eq!(answer["finish"], "length");
    assert_eq!(answer["timing"]["tokens"], 6);
}

#[test]
fn each_line_of_the_input_is_a_question() {
    let lines = "Bonjour\n\nQui es-tu ?\n";
    let answers = run_in("en_GB.UTF-8", &["chat", "--json", "--temperature", "0"], lines).objects();
    let questions: Vec<&Value> = answers.iter().map(|answer| &answer["question"]).collect();
    assert_eq!(questions, ["Bonjour", "Qui es-tu ?"]);
    let read = |answer: &Value| answer["timing"]["prompt_tokens"].as_u64().unwrap();
    assert!(read(&answers[1]) < read(&answers[0]) + 100, "what was read before is not read again");
}

#[test]
fn a_new_conversation_remembers_nothing() {
    let lines = "Qui es-tu ?\n/new\nQui es-tu ?\n";
    let run = run_in("en_GB.UTF-8", &["chat", "--json", "--temperature", "0"], lines);
    let answers: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said(&answers[0]), said(&answers[1]));
    assert_eq!(run.err.trim(), "New conversation.");
}

#[test]
fn inspect_shows_each_position() {
    let positions = run(&["inspect", "--text", "Bonjour à tous", "--top", "3", "--json"]).objects();
    assert!(!positions.is_empty());
    let mut text = String::new();
    for (i, position) in positions.iter().enumerate() {
        let fields: Vec<&String> = position.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["position", "token", "text", "top"]);
        assert_eq!(position["position"], i);
        assert!(position["token"].is_u64());
        text += position["text"].as_str().unwrap();
        let top = position["top"].as_array().unwrap();
        assert_eq!(top.len(), 3);
        let logprobs: Vec<f64> = top.iter().map(|candidate| candidate["logprob"].as_f64().unwrap()).collect();
        assert!(logprobs.is_sorted_by(|a, b| a >= b) && logprobs[0] <= 0.0, "{logprobs:?}");
        assert!(top.iter().all(|candidate| candidate["token"].is_u64() && candidate["text"].is_string()));
    }
    assert_eq!(text, "Bonjour à tous");
}

#[test]
fn inspect_reads_a_folder_and_token_ids() {
    let model = checkpoint("small");
    let inspect = ["inspect", "--exact", "--model", model.to_str().unwrap(), "--tokens", "1,2,3", "--json"];
    let positions = run(&inspect).objects();
    let tokens: Vec<&Value> = positions.iter().map(|position| &position["token"]).collect();
    assert_eq!(tokens, [1, 2, 3]);
    assert!(positions.iter().all(|position| position["top"].as_array().unwrap().len() == 5));
}

#[test]
fn bench_gives_the_figures() {
    let bench =
        ["bench", "--prompt-tokens", "8", "--new-tokens", "4", "--runs", "1", "--threads", "1", "--json"];
    let figures = &run(&bench).objects()[0];
    let fields: Vec<&String> = figures.as_object().unwrap().keys().collect();
    let expected =
        ["load_s", "prefill_tok_s", "decode_tok_s", "peak_rss_bytes", "engine", "device", "threads"];
    assert_eq!(fields, expected);
    for speed in ["load_s", "prefill_tok_s", "decode_tok_s"] {
        assert!(figures[speed].as_f64().unwrap() > 0.0, "{figures}");
    }
    assert!(figures["peak_rss_bytes"].is_null() || figures["peak_rss_bytes"].as_u64().unwrap() > 1 << 20);
    assert_eq!((&figures["engine"], &figures["device"]), (&"candle".into(), &"cpu".into()));
    assert_eq!(figures["threads"], 1);
}

/// The folder of a tiny ONNX model.
fn onnx(name: &str) -> String {
    tests::root().join("tests/onnx").join(name).display().to_string()
}

#[test]
fn an_onnx_folder_is_inspected_measured_and_talked_to() {
    let model = onnx("gpt-oss-int4-cpu-whole");
    let positions = run(&["inspect", "--model", &model, "--tokens", "1,2,3", "--json"]).objects();
    assert_eq!(positions.len(), 3);
    let figures = &run(&[
        "bench",
        "--model",
        &model,
        "--prompt-tokens",
        "8",
        "--new-tokens",
        "4",
        "--runs",
        "1",
        "--json",
    ])
    .objects()[0];
    assert_eq!((&figures["engine"], &figures["device"]), (&"onnx".into(), &"cpu".into()));
    let placement = figures["placement"].as_array().unwrap();
    assert!(placement.iter().all(|part| part["provider"] == "CPUExecutionProvider"), "{placement:?}");
    assert!(placement[0]["operators"].as_array().unwrap().iter().any(|operator| operator[0] == "QMoE"));
    let answer = answer(&["--model", &model, "--prompt", "Bonjour", "--max-tokens", "6"]);
    // Random weights may end their answer whenever they like.
    assert!((1..=6).contains(&answer["timing"]["tokens"].as_u64().unwrap()), "{answer}");
}

#[test]
fn a_dense_model_is_measured_and_not_talked_to() {
    let (folder, source) = (tempfile::tempdir().unwrap(), onnx("llama-int4-cpu"));
    for entry in fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let tokenizer = folder.path().join("tokenizer.json");
    // As models have it that do not speak harmony.
    fs::write(&tokenizer, fs::read_to_string(&tokenizer).unwrap().replace("<|channel|>", "<|canal|>"))
        .unwrap();
    let model = folder.path().to_str().unwrap();
    let bench =
        ["bench", "--model", model, "--prompt-tokens", "8", "--new-tokens", "4", "--runs", "1", "--json"];
    assert_eq!(run(&bench).objects()[0]["engine"], "onnx");
    let chat = run(&["chat", "--model", model, "--prompt", "Bonjour", "--json"]);
    assert_eq!(chat.error().0, "model_not_conversational");
    let import = run(&["models", "import", model, "--json"]);
    assert_eq!(import.error().0, "model_not_conversational");
}

#[test]
fn an_engine_for_other_files_says_what_is_missing() {
    let bench = run(&["bench", "--engine", "candle", "--model", &onnx("llama-int4-cpu"), "--json"]);
    assert_eq!(bench.error().0, "file_missing");
    let bench =
        run(&["bench", "--engine", "onnx", "--model", checkpoint("small").to_str().unwrap(), "--json"]);
    assert_eq!(bench.error().0, "file_missing");
}

#[test]
fn an_unknown_model_is_named_in_the_language_of_the_system() {
    for arguments in [
        &["chat", "--model", "nowhere", "--prompt", "Bonjour", "--json"][..],
        &["inspect", "--model", "nowhere", "--text", "Bonjour", "--json"],
        &["bench", "--model", "nowhere", "--json"],
    ] {
        for (locale, words) in [("en_GB.UTF-8", "There is no model"), ("fr_FR.UTF-8", "Aucun modèle")] {
            let (code, message) = run_in(locale, arguments, "").error();
            assert_eq!(code, "model_not_found");
            assert!(message.starts_with(words) && message.contains("nowhere"), "{message}");
        }
    }
    let plain = run(&["chat", "--model", "nowhere", "--prompt", "Bonjour"]);
    assert_eq!((plain.code, plain.out.as_str()), (Some(1), ""));
    assert!(plain.err.starts_with("There is no model"));
}

#[test]
fn wrong_usage_has_a_status_of_its_own() {
    for arguments in [
        &[][..],
        &["dance"],
        &["chat", "--temperature", "-1"],
        &["chat", "--temperature", "warm"],
        &["chat", "--effort", "none"],
        &["inspect"],
        &["inspect", "--text", "a", "--tokens", "1"],
        &["inspect", "--tokens", "1,x"],
        &["inspect", "--text", "a", "--top", "0"],
        &["bench", "--runs", "0"],
    ] {
        let run = run(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}: {}", run.err);
        assert!(!run.err.is_empty());
    }
}

/// What `domicile chat` says of a copy of a tiny checkpoint with a damage.
fn error_of(damage: impl FnOnce(&Path)) -> (String, String) {
    let (_folder, copy) = copy_of("small");
    damage(copy.as_ref());
    run(&["chat", "--model", &copy, "--prompt", "Bonjour", "--json"]).error()
}

#[test]
fn a_damaged_model_is_an_error_with_a_code() {
    let (code, _) = error_of(|folder| {
        let path = folder.join("tokenizer.json");
        let tokenizer = fs::read_to_string(&path).unwrap();
        fs::write(path, tokenizer.replace("<|channel|>", "<|canal|>")).unwrap();
    });
    assert_eq!(code, "model_not_conversational");

    let (code, message) = error_of(|folder| fs::remove_file(folder.join("tokenizer.json")).unwrap());
    assert_eq!(code, "file_missing");
    assert!(message.contains("tokenizer.json"), "{message}");

    let (code, message) = error_of(|folder| {
        let path = folder.join("model.safetensors");
        let whole = fs::read(&path).unwrap();
        fs::write(path, &whole[..whole.len() / 2]).unwrap();
    });
    assert_eq!(code, "file_incomplete");
    assert!(message.contains("model.safetensors"), "{message}");

    let (code, _) = error_of(|folder| fs::write(folder.join("config.json"), "{").unwrap());
    assert_eq!(code, "file_damaged");

    let (code, message) =
        error_of(|folder| fs::write(folder.join("config.json"), r#"{"model_type": "mamba"}"#).unwrap());
    assert_eq!(code, "model_unsupported");
    assert!(message.contains("mamba"), "{message}");
}

#[test]
fn a_model_in_the_data_folder_is_known_by_its_name() {
    let home = tempfile::tempdir().unwrap();
    let models = home.path().join("models/tiny");
    fs::create_dir_all(&models).unwrap();
    for entry in fs::read_dir(checkpoint("small")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, models.join(path.file_name().unwrap())).unwrap();
    }
    let output = Command::new(&*PROGRAM)
        .args(["inspect", "--model", "tiny", "--tokens", "1", "--json"])
        .env("DOMICILE_HOME", home.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(output.stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count(), 1);
}

/// A recording of the hardware crate.
fn recording(name: &str) -> String {
    tests::root().join(format!("crates/hardware/recordings/{name}.json")).display().to_string()
}

#[test]
fn hardware_says_what_this_computer_has() {
    let computer = run(&["hardware", "--json"]).objects().remove(0);
    assert!(computer["memory"]["total"].as_u64().unwrap() > 1 << 28);
    assert!(computer["memory"]["bandwidth"].as_u64().unwrap() > 1 << 28);
    assert!(computer["cpu"]["cores"].as_u64().unwrap() >= 1);
    assert!(computer["gpus"].is_array());
    let described = run_in("fr_FR.UTF-8", &["hardware"], "");
    assert_eq!(described.code, Some(0));
    assert!(described.out.contains("Processeur") && described.out.contains("Mémoire"), "{}", described.out);
}

#[test]
fn the_speed_of_the_memory_is_measured_once_and_remembered() {
    let measured = |run: Run| run.objects()[0]["memory"]["bandwidth"].as_u64().unwrap();
    assert_eq!(measured(run(&["hardware", "--json"])), measured(run(&["hardware", "--json"])));
}

#[test]
fn a_recording_holds_no_name_and_can_be_chosen_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("this computer.json").display().to_string();
    assert_eq!(run(&["hardware", "--json", "--record", &file]).objects().len(), 1);
    let text = fs::read_to_string(&file).unwrap();
    for variable in ["HOSTNAME", "USER", "HOME"] {
        let name = std::env::var(variable).unwrap_or_default();
        assert!(name.len() < 3 || !text.contains(&name), "{variable} stands in the recording");
    }
    let ways = run(&["choose", "gpt-oss-20b", "--hardware", &file, "--json"]).objects();
    assert!(ways.iter().any(|way| way["device"] == "cpu"));
}

#[test]
fn choose_tells_how_a_model_would_run_on_a_recorded_computer() {
    let ways =
        run(&["choose", "gpt-oss-20b", "--hardware", &recording("windows-rtx4080-16gb"), "--json"]).objects();
    let cuda = ways.iter().find(|way| way["device"] == "cuda").unwrap();
    assert_eq!(cuda["fit"]["kind"], "fits");
    assert_eq!(cuda["needed"]["weights"], 13_761_264_768_u64);
    assert_eq!(cuda["obstacle"]["kind"], "not_in_this_version");
    assert!(ways[0]["offered"].as_bool().unwrap());
    let small = run(&["choose", "gpt-oss-20b", "--hardware", &recording("windows-8gb"), "--json"]).objects();
    assert!(small.iter().all(|way| way["offered"] == false));
    let french =
        run_in("fr_FR.UTF-8", &["choose", "gpt-oss-20b", "--hardware", &recording("windows-8gb")], "");
    assert!(french.out.contains("trop grand"), "{}", french.out);
}

#[test]
fn what_is_no_recording_and_no_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("poem.json");
    fs::write(&file, "roses are red").unwrap();
    let choose = |model: &str, file: &Path| {
        run(&["choose", model, "--json", "--hardware", &file.display().to_string()]).error()
    };
    let (code, message) = choose("gpt-oss-20b", &file);
    assert_eq!(code, "recording_invalid");
    assert!(message.contains("poem.json"), "{message}");
    assert_eq!(choose("gpt-oss-20b", &folder.path().join("nowhere.json")).0, "file_missing");
    assert_eq!(choose("gpt-oss-21b", &file).0, "model_not_found");
    let unwritable = folder.path().join("no/such/folder/x.json").display().to_string();
    assert_eq!(run(&["hardware", "--json", "--record", &unwritable]).error().0, "file_unwritable");
}

/// A data folder on a disk without a byte to spare, which is there for the program alone. `None` where this system
/// does not let one be made.
#[cfg(target_os = "linux")]
fn on_a_full_disk(arguments: &str) -> Option<Run> {
    let home = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size=64k none \"$DOMICILE_HOME\" && {{ cat /dev/zero > \"$DOMICILE_HOME/full\" || true; }} \
         2>/dev/null && test -s \"$DOMICILE_HOME/full\" && exec \"$PROGRAM\" {arguments}"
    );
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    command.env("DOMICILE_HOME", home.path()).env("PROGRAM", &*PROGRAM).env("LANG", "en_GB.UTF-8");
    let possible = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none \"$DOMICILE_HOME\""])
        .env("DOMICILE_HOME", home.path())
        .output();
    if !possible.is_ok_and(|output| output.status.success()) {
        println!("skipped: this system lets nobody make a full disk");
        return None;
    }
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Some(Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) })
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_nobody() {
    let Some(run) = on_a_full_disk("chat --json --prompt 'Qui es-tu ?' --temperature 0") else { return };
    assert_eq!(run.objects()[0]["finish"], "complete");
    let run = on_a_full_disk("hardware --json").unwrap();
    assert!(run.objects()[0]["memory"]["bandwidth"].as_u64().unwrap() > 0);
    let run = on_a_full_disk("hardware --json --record \"$DOMICILE_HOME/recording.json\"").unwrap();
    assert_eq!(run.code, Some(1), "what was asked for and cannot be written is said");
    assert!(run.err.contains("file_unwritable"), "{}", run.err);
}

#[test]
fn what_stopped_the_last_time_is_tried_again_only_when_asked() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&*PROGRAM);
        command
            .args(["chat", "--json", "--prompt", "Qui es-tu ?"])
            .args(arguments)
            .env("LANG", "en_GB.UTF-8");
        let output = command.env("DOMICILE_HOME", home.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    };
    assert_eq!(run(&[]).objects().len(), 1);
    let tests: Value =
        serde_json::from_slice(&fs::read(home.path().join("self-tests.json")).unwrap()).unwrap();
    assert_eq!(tests[0]["failure"], Value::Null, "before its first use the engine was tested: {tests}");
    // As the program itself writes it, in the place that it has just tested.
    let mut accident = tests[0].clone();
    for (name, value) in [("model", "starter"), ("stage", "load"), ("detail", "it has ended")] {
        accident[name] = value.into();
    }
    fs::write(home.path().join("accidents.json"), Value::Array(vec![accident]).to_string()).unwrap();
    let (code, words) = run(&[]).error();
    assert_eq!(code, "stopped_last_time");
    assert!(words.contains("it has ended"), "{words}");
    assert_eq!(run(&["--again"]).objects().len(), 1);
    assert_eq!(run(&[]).objects().len(), 1, "what worked is forgiven");
}
