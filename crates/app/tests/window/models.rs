//! Models, as the window lists and changes them. Downloads from a hub are tried in tests/downloads.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use app::ProblemCode;
use serde_json::{Value, json};

use crate::support::{House, checkpoint};

fn install(house: &House, name: &str) {
    let folder = house.folder.path().join("models").join(name);
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(checkpoint()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
}

/// What the program tells, from now on.
fn listen(house: &House) -> Arc<Mutex<Vec<Value>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let on_event = Box::new(move |event| {
        heard.lock().unwrap().push(event);
        true
    });
    house.app.call("events", json!(null), on_event).unwrap();
    told
}

fn wait_for(told: &Mutex<Vec<Value>>, wanted: impl Fn(&Value) -> bool) {
    let begun = Instant::now();
    while !told.lock().unwrap().iter().any(&wanted) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", told.lock().unwrap());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_models_are_listed_in_the_language_of_the_window() {
    let house = House::new();
    house.done("change_setting", json!({"kind": "language", "value": "fr"}));
    install(&house, "mine");
    let models = house.done("models", json!(null));
    let models = models.as_array().unwrap();
    let find = |id: &str| models.iter().find(|model| model["id"] == id).unwrap();
    let known = find("gpt-oss-20b");
    assert!(known["summary"].as_str().unwrap().contains(|letter: char| "éèàê’".contains(letter)), "{known}");
    assert_eq!((&known["state"], &known["current"]), (&json!("available"), &json!(false)));
    assert!(known["variants"].as_array().unwrap().len() > 1 && known["licence"]["commercial"] == true);
    assert_eq!(find("mine")["state"], "unknown");
}

#[test]
fn switching_tells_how_far_it_is_and_lasts() {
    let house = House::new();
    install(&house, "mine");
    let told = listen(&house);
    assert_eq!(house.done("use_model", json!("mine"))["name"], "mine");
    wait_for(&told, |event| {
        event["kind"] == "model" && event["model"]["name"] == "mine" && event["phase"]["kind"] == "ready"
    });
    let later = listen(&house);
    assert_eq!(later.lock().unwrap()[0]["phase"]["kind"], "ready", "who listens later is told as well");
    assert_eq!(house.refused("use_model", json!("nobody")), ProblemCode::ModelNotFound);
    let house = house.again();
    assert_eq!(house.done("welcome", json!(null))["model"]["name"], "mine");
    let remove = json!({"turn": 3, "work": {"kind": "remove", "id": "mine"}});
    assert!(house.done("model_task", remove)["freed"].as_u64() > Some(1000));
    assert_eq!(house.done("welcome", json!(null))["model"]["starter"], true, "the guide answers");
    house.asked(None, None, "Bonjour");
}

#[test]
fn who_chooses_nothing_changes_nothing() {
    let house = House::new();
    for work in [json!({"kind": "import_folder"}), json!({"kind": "import_file"}), json!({"kind": "move"})] {
        assert_eq!(house.done("model_task", json!({"turn": 1, "work": work}))["kind"], "nothing");
    }
    let nowhere = json!({"turn": 1, "work": {"kind": "verify", "id": "nobody"}});
    assert_eq!(house.refused("model_task", nowhere), ProblemCode::ModelNotFound);
}

#[test]
fn what_cannot_be_downloaded_is_refused_at_once() {
    let house = House::new();
    let start = |name: &str| json!({"name": name, "change": "start"});
    assert_eq!(house.refused("change_downloads", start("not a model")), ProblemCode::ModelNotFound);
    // No engine is in this house.
    assert_eq!(house.refused("change_downloads", start("gpt-oss-20b")), ProblemCode::ModelUnsupported);
    house.done("change_setting", json!({"kind": "offline", "value": true}));
    let told = listen(&house);
    let downloads = house.done("change_downloads", start("somebody/some-model"));
    assert_eq!(downloads[0]["model"], "some-model");
    wait_for(&told, |event| event["downloads"][0]["state"]["problem"]["code"] == "network_off");
    house.done("change_downloads", json!({"name": "somebody/some-model", "change": "give_up"}));
    assert_eq!(house.done("downloads", json!(null)), json!([]));
}

#[test]
fn what_is_dropped_is_a_text_a_model_or_refused() {
    let house = House::new();
    let told = listen(&house);
    let file = |name: &str, bytes: &[u8]| {
        let path = house.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let paths =
        [file("lettre.txt", "été".as_bytes()), file("photo.png", b"\x89PNG\0\xff"), file("m.gguf", b"GGUF")];
    house.app.dropped(&paths);
    wait_for(&told, |event| event["kind"] == "dropped_model" && event["name"] == "m.gguf");
    wait_for(&told, |event| {
        event["texts"] == json!([{"name": "lettre.txt", "text": "été"}])
            && event["refused"] == json!(["photo.png"])
    });
    let import = json!({"turn": 1, "work": {"kind": "import_dropped"}});
    assert!(house.call("model_task", import.clone()).is_err(), "four bytes are no model");
    assert_eq!(house.done("model_task", import)["kind"], "nothing", "what was dropped is taken once");
}
