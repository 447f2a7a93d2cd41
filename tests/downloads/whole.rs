//! A download from beginning to end, and what can be asked about it.

use tests::hub::{Fault, Hub};

use crate::house::{House, MIB, MODEL, NAME, repository, total};

#[test]
fn a_model_is_planned_downloaded_listed_shown_checked_and_removed() {
    let repository = repository(&[70 * MIB, 3 * MIB + 1]);
    let hub = Hub::start([repository.clone()]);
    hub.set_page(3);
    let house = House::new(&hub);

    let planned = house.run(&["models", "pull", MODEL, "--plan"]).well();
    let plan = planned.last("plan");
    assert_eq!(plan["total"], total(&repository));
    assert_eq!(plan["missing"], plan["total"]);
    assert_eq!(plan["fits"], true);
    assert!(plan["seconds"].as_f64().unwrap() > 0.0);
    let tried = hub.body_bytes();
    assert!(tried < 6 * MIB, "{tried} bytes to see how fast the line is");
    assert!(!house.home.join("models").exists(), "a plan writes nothing");

    let pulled = house.pull().well();
    assert_eq!(pulled.last("ready")["id"], NAME);
    assert!(pulled.lines.iter().any(|line| line["stage"] == "ready"));
    assert!(house.is_ready(&repository));
    // Each byte came once; what was listed beside it is small.
    assert!(hub.body_bytes() - tried < total(&repository) + 20_000, "{}", hub.body_bytes());
    let asked = hub.requests();
    assert!(asked.iter().all(|request| request.authorization.is_none()));
    assert!(asked.iter().all(|request| request.user_agent.as_deref().unwrap().starts_with("domicile/")));

    let again = house.pull().well();
    assert_eq!(again.lines.len(), 1, "{:?}", again.lines);
    let checked = house.run(&["models", "verify", NAME]).well();
    assert_eq!(checked.last("right")["id"], NAME);
    let shown = house.run(&["models", "show", NAME]).well();
    assert!(shown.last("bytes").as_u64().unwrap() >= total(&repository));
    let removed = house.run(&["models", "remove", NAME]).well();
    assert!(removed.last("removed")["freed"].as_u64().unwrap() >= total(&repository));
    assert!(!house.is_ready(&repository));
    assert_eq!(house.run(&["models", "remove", NAME]).code(), "model_not_found");
    assert_eq!(house.run(&["models", "verify", NAME]).code(), "model_not_found");
}

#[test]
fn every_connection_is_in_the_ledger_and_the_switch_holds() {
    let repository = repository(&[40 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    assert_eq!(house.run(&["network", "--off"]).well().last("offline"), true);
    assert_eq!(house.pull().code(), "network_off");
    assert!(hub.requests().is_empty());
    house.run(&["network", "--on"]).well();
    house.pull().well();
    let ledger = house.run(&["network"]).well().lines;
    let requests = hub.requests();
    assert_eq!(ledger.len(), requests.len());
    let received: u64 = ledger.iter().map(|line| line["received"].as_u64().unwrap()).sum();
    let sent: u64 = requests.iter().map(|request| request.sent).sum();
    assert_eq!(received, sent);
    for host in ["localhost", "127.0.0.1"] {
        assert!(
            ledger.iter().any(|line| line["host"] == host && line["at"].as_u64().unwrap() > 1_700_000_000)
        );
    }
}

#[test]
fn a_gated_model_asks_for_a_token_and_shows_it_to_the_hub_alone() {
    let mut repository = repository(&[MIB]);
    repository.gated = Some("hf_right".to_owned());
    let hub = Hub::start([repository.clone()]);
    assert_eq!(House::new(&hub).pull().code(), "model_gated");
    assert_eq!(House::new(&hub).with_token("hf_wrong").pull().code(), "model_gated");
    let house = House::new(&hub).with_token("hf_right");
    house.pull().well();
    assert!(house.is_ready(&repository));
    for request in hub.requests().iter().filter(|request| request.path.starts_with("/cdn/")) {
        assert_eq!(request.authorization, None);
    }
}

#[test]
fn what_is_no_model_or_none_that_runs_here_is_refused_with_its_reason() {
    let mut unknown = repository(&[MIB]);
    unknown.id = "maker/unknown".to_owned();
    unknown.files.iter_mut().find(|file| file.path == "config.json").unwrap().content =
        br#"{"model_type": "mamba9"}"#[..].into();
    let mut none = repository(&[]);
    none.id = "maker/none".to_owned();
    none.files.retain(|file| file.path == "README.md");
    let hub = Hub::start([unknown, none]);
    let house = House::new(&hub);
    let pull = |name: &str| house.run(&["models", "pull", name]);
    assert_eq!(pull("maker/unknown").code(), "model_unsupported");
    assert_eq!(pull("maker/none").code(), "not_a_model");
    assert_eq!(pull("maker/absent").code(), "repository_not_found");
    assert_eq!(pull("no such model").code(), "model_not_found");
    assert_eq!(pull("gpt-oss-20b:no-such-variant").code(), "model_not_found");
    assert_eq!(pull("gpt-oss-20b:gguf").code(), "model_unsupported");
    assert_eq!(pull("gpt-oss-20b:onnx-cuda").code(), "model_unsupported");
    assert_eq!(pull("llama-3.2-1b:onnx-cpu").code(), "model_not_conversational");
    assert!(!house.home.join("models").exists());
}

#[test]
fn two_programs_do_not_download_the_same_model_at_once() {
    let repository = repository(&[30 * MIB]);
    let hub = Hub::start([repository.clone()]);
    hub.misbehave(Fault::Slow { bytes_per_second: 10 * MIB });
    let house = House::new(&hub);
    let first = house.start_pull();
    while !house.part().join(".domicile/plan.json").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(house.pull().code(), "model_in_use");
    assert_eq!(house.run(&["models", "remove", NAME]).code(), "model_in_use");
    House::end(first).well();
    assert!(house.is_ready(&repository));
}
