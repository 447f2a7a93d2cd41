//! Settings, assistants, and what is kept about a person.

use std::fs;

use app::ProblemCode;
use serde_json::json;

use crate::support::{House, question, timing};

#[test]
fn every_command_is_known_and_no_other() {
    let house = House::new();
    for command in app::COMMANDS.iter().filter(|command| command.name != "erase_everything") {
        if let Err(problem) = house.call(command.name, json!(null)) {
            assert!(!problem.detail.contains("there is no command"), "{}: {problem}", command.name);
        }
    }
    assert!(house.call("shell", json!(null)).unwrap_err().detail.contains("there is no command"));
}

#[test]
fn settings_last() {
    let house = House::new();
    let changes = [
        json!({"kind": "language", "value": "en"}),
        json!({"kind": "theme", "value": "dark"}),
        json!({"kind": "text_size", "value": 1000}),
        json!({"kind": "enter_sends", "value": false}),
        json!({"kind": "idle_seconds", "value": null}),
        json!({"kind": "moves_on", "value": false}),
        json!({"kind": "download_limit", "value": 1_000_000}),
        json!({"kind": "download_hours", "value": [22, 7]}),
        json!({"kind": "metered", "value": true}),
        json!({"kind": "offline", "value": true}),
        json!({"kind": "hub", "value": "https://mirror.example"}),
        json!({"kind": "proxy", "value": {"kind": "address", "address": "proxy.example:8080"}}),
    ];
    for change in changes {
        house.done("change_setting", change);
    }
    let house = house.again();
    let welcome = house.done("welcome", json!(null));
    assert_eq!((&welcome["language"], &welcome["problem"]), (&json!("en"), &json!(null)));
    let settings = &welcome["settings"];
    assert_eq!(settings["theme"], "dark");
    assert_eq!(settings["text_size"], 200, "what nobody could read is no size");
    assert_eq!((&settings["enter_sends"], &settings["moves_on"]), (&json!(false), &json!(false)));
    assert_eq!(settings["idle_seconds"], json!(null));
    assert_eq!(
        (&settings["download_limit"], &settings["download_hours"]),
        (&json!(1_000_000), &json!([22, 7]))
    );
    assert_eq!((&settings["metered"], &settings["offline"]), (&json!(true), &json!(true)));
    assert_eq!(settings["proxy"]["address"], "proxy.example:8080");
    for wrong in [
        json!({"kind": "hub", "value": "mirror"}),
        json!({"kind": "proxy", "value": {"kind": "address", "address": "two words"}}),
    ] {
        assert_eq!(house.refused("change_setting", wrong), ProblemCode::NetworkSettings);
    }
    assert_eq!(house.done("change_setting", json!({"kind": "hub", "value": null}))["hub"], json!(null));
}

#[test]
fn network_settings_that_cannot_be_used_cut_the_network_off_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let proxy = r#"{"network":{"proxy":{"address":"two words"}}}"#;
    fs::write(folder.path().join("settings.json"), proxy).unwrap();
    let house =
        House::in_folder(folder, crate::support::engine(crate::support::TURN, std::time::Duration::ZERO));
    assert_eq!(house.done("welcome", json!(null))["problem"]["code"], "network_settings");
    house.asked(None, None, "Bonjour");
}

#[test]
fn assistants_are_made_and_told_to_the_model() {
    let house = House::new();
    let all = house.done("assistants", json!(null));
    let built_in = all.as_array().unwrap().len();
    assert!(built_in >= 4 && all[0]["built_in"] == true);
    let own = json!({
        "id": "", "name": " Chef ", "about": "", "instructions": "mot ".repeat(100), "model": null, "effort": "high",
        "temperature": 0.2, "top_p": null, "built_in": false,
    });
    let all = house.done("keep_assistant", own.clone());
    let made = all[built_in].clone();
    assert_eq!(
        (&made["name"], &made["effort"], &made["built_in"]),
        (&json!("Chef"), &json!("high"), &json!(false))
    );
    // What is made of one that comes with Domicile is another one.
    let mut changed = all[0].clone();
    changed["name"] = json!("Autre");
    let all = house.done("keep_assistant", changed);
    assert_eq!(all.as_array().unwrap().len(), built_in + 2);
    assert_ne!(all[0]["name"], "Autre");

    let models = house.folder.path().join("models/small");
    fs::create_dir_all(&models).unwrap();
    for entry in fs::read_dir(crate::support::checkpoint()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), models.join(entry.file_name())).unwrap();
    }
    house.done("use_model", json!("small"));
    let plain = timing(&house.ask(question(None, None, "Bonjour"))).context_tokens;
    let mut with = question(None, None, "Bonjour");
    with["assistant"] = made["id"].clone();
    let told = timing(&house.ask(with)).context_tokens;
    assert!(told > plain + 300, "{told} after {plain}");
    let all = house.done("remove_assistant", made["id"].clone());
    assert_eq!(all.as_array().unwrap().len(), built_in + 1);
}

#[test]
fn everything_about_a_person_is_shown_and_erased() {
    let house = House::new();
    house.asked(None, None, "Bonjour");
    house.done("change_setting", json!({"kind": "theme", "value": "dark"}));
    fs::write(house.folder.path().join("measured.json"), "{}").unwrap();
    let models = house.folder.path().join("models/mine");
    fs::create_dir_all(&models).unwrap();
    fs::write(models.join("config.json"), "{}").unwrap();
    let about = house.done("about_me", json!(null));
    assert_eq!((&about["conversations"], &about["messages"]), (&json!(1), &json!(2)));
    assert!(about["bytes"].as_u64() > Some(1000), "{about}");
    let of_models = about["models_bytes"].clone();
    assert!(of_models.as_u64() > Some(0), "{about}");

    house.done("erase_everything", json!({"models": false}));
    assert_eq!(house.done("about_me", json!(null))["conversations"], 0);
    assert_eq!(house.done("about_me", json!(null))["models_bytes"], of_models);
    assert!(!house.folder.path().join("measured.json").exists());
    assert_eq!(house.done("welcome", json!(null))["settings"]["theme"], "system");
    let left: Vec<_> = fs::read_dir(house.folder.path())
        .unwrap()
        .filter_map(|entry| fs::read(entry.unwrap().path()).ok())
        .filter(|bytes| bytes.windows(7).any(|window| window == b"Bonjour"))
        .collect();
    assert!(left.is_empty(), "nothing of what was said is on the disk");
    house.done("erase_everything", json!({"models": true}));
    assert!(!models.exists());
    house.asked(None, None, "Encore");
}

#[test]
fn only_addresses_of_pages_are_opened() {
    let house = House::new();
    for address in ["file:///etc/passwd", "javascript:alert(1)", "https://a b", "calc.exe", "http:/\u{7}", ""]
    {
        assert_eq!(house.refused("open_link", json!(address)), ProblemCode::SystemRefused, "{address}");
    }
    house.done("open_link", json!("https://example.org/?a=b"));
    assert_eq!(*house.person.opened.lock().unwrap(), ["https://example.org/?a=b"]);
}
