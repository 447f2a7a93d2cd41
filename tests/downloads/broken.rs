//! Every kind of lie and misfortune of a network: never a model that is taken for ready with wrong bytes.

use std::time::{Duration, Instant};

use tests::hub::{Fault, Hub, Mishap};

use crate::house::{House, MIB, NAME, repository};

const WEIGHTS: &str = "model-00001-of-00001.safetensors";

/// What passes: the download finishes by itself.
fn passes(mishap: impl Into<Mishap>) {
    let repository = repository(&[70 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let mishap = mishap.into();
    hub.misbehave(mishap.clone());
    let house = House::new(&hub);
    let began = Instant::now();
    let pulled = house.pull();
    assert_eq!(pulled.code, Some(0), "{mishap:?}: {:?}", pulled.error);
    assert!(house.is_ready(&repository), "{mishap:?}");
    assert!(began.elapsed() < Duration::from_secs(60), "{mishap:?} took {:?}", began.elapsed());
}

/// What does not pass: an error of this code, no model, and all is well once the hub is.
fn is_refused(fault: Fault, code: &str) {
    let repository = repository(&[70 * MIB]);
    let hub = Hub::start([repository.clone()]);
    hub.misbehave(fault.clone());
    let house = House::new(&hub);
    let pulled = house.pull();
    assert_eq!(pulled.code(), code, "{fault:?}: {pulled:?}");
    assert!(!house.is_ready(&repository) && !house.place().exists(), "{fault:?}");
    hub.behave();
    let pulled = house.pull();
    assert_eq!(pulled.code, Some(0), "{fault:?}: {:?}", pulled.error);
    assert!(house.is_ready(&repository), "{fault:?}");
}

#[test]
fn connections_that_break_are_taken_up_again() {
    passes(Fault::Cut { after: 3 * MIB }.on("/cdn/"));
    passes(Fault::Cut { after: 100 }.times(5));
    passes(Fault::Refuse.times(3));
    passes(Fault::ShortBody.times(4));
    passes(Fault::LongBody.times(4));
}

#[test]
fn a_busy_hub_is_given_time() {
    passes(Fault::Status { code: 429, retry_after: Some(2) }.times(3));
    passes(Fault::Status { code: 503, retry_after: None }.times(4));
    passes(Fault::Status { code: 500, retry_after: None }.on("/cdn/").times(4));
    passes(Fault::Status { code: 408, retry_after: None }.on("/tree/").times(2));
    passes(Fault::Status { code: 403, retry_after: None }.on("/cdn/").times(2));
}

#[test]
fn a_connection_that_stalls_is_left_after_a_while() {
    passes(Fault::Stall { after: 1000 }.on("/cdn/").times(1));
}

#[test]
fn a_server_that_gives_no_parts_is_read_from_the_beginning() {
    passes(Fault::IgnoreRange);
}

#[test]
fn a_page_to_sign_in_on_is_not_taken_for_a_model() {
    passes(Fault::Portal.times(4));
    passes(Fault::RedirectLoop.times(9));
    passes(Fault::WrongRange.times(3));
}

#[test]
fn wrong_bytes_are_never_taken_for_a_model() {
    is_refused(Fault::WrongByte { path: WEIGHTS.to_owned(), offset: 50 * MIB + 3 }, "download_wrong");
    is_refused(Fault::WrongByte { path: "config.json".to_owned(), offset: 60 }, "download_wrong");
    is_refused(Fault::WrongHash { path: WEIGHTS.to_owned() }, "download_wrong");
    is_refused(Fault::LyingRange, "download_wrong");
}

#[test]
fn bytes_that_are_wrong_once_are_fetched_again() {
    passes(Fault::LyingRange.on("/cdn/").times(1));
}

#[test]
fn a_size_that_is_none_is_found_out() {
    is_refused(Fault::WrongSize { path: WEIGHTS.to_owned(), size: 60 * MIB }, "model_changed");
    is_refused(Fault::WrongSize { path: WEIGHTS.to_owned(), size: 80 * MIB }, "model_changed");
}

#[test]
fn a_file_that_changes_midway_is_fetched_anew_and_the_others_are_kept() {
    let before = repository(&[70 * MIB, 90 * MIB]);
    let hub = Hub::start([before.clone()]);
    let second = "model-00002-of-00002.safetensors";
    hub.misbehave(Fault::ChangeAfter { path: second.to_owned(), requests: 2 });
    let house = House::new(&hub);
    house.pull().well();
    let first = hub.requests().into_iter().filter(|r| r.path.contains("/cdn/") && r.path.contains("00001"));
    let sent: u64 = first.map(|request| request.sent).sum();
    assert_eq!(sent, 70 * MIB, "the file that did not change came once");
    house.run(&["models", "verify", NAME]).well();
    let there = crate::house::sha256_of(&house.place().join(second));
    let hex: String = there.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, hub.sha256(crate::house::MODEL, second));
}

#[test]
fn a_flipped_byte_is_found_and_its_block_alone_is_fetched_again() {
    let repository = repository(&[70 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    house.pull().well();
    let path = house.place().join(WEIGHTS);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[33_000_000] ^= 0x10;
    bytes.truncate(70 * 1024 * 1024 - 5);
    std::fs::write(&path, &bytes).unwrap();
    let damaged = house.run(&["models", "verify", NAME]);
    assert_eq!(damaged.code(), "file_damaged");
    assert_eq!(damaged.lines.iter().filter(|line| line["damaged"]["file"] == WEIGHTS).count(), 1);
    let before = hub.body_bytes();
    // The hub has another file now: nothing of it is mixed in.
    hub.misbehave(Fault::WrongByte { path: WEIGHTS.to_owned(), offset: 33_000_001 });
    assert_eq!(house.run(&["models", "verify", NAME, "--repair"]).code(), "download_wrong");
    hub.behave();
    let repaired = house.run(&["models", "verify", NAME, "--repair"]).well();
    assert!(repaired.last("repaired")["fetched"].as_u64().unwrap() <= 8 * MIB);
    assert!(hub.body_bytes() - before <= 16 * MIB, "{}", hub.body_bytes() - before);
    assert!(house.is_ready(&repository));
}
