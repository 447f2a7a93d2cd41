//! The program killed while it answers, at any moment: what was said is there at the next start, but for the last half
//! second.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::{Rng, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::support::{House, TURN, engine, question};

/// Where the program that is to be killed keeps its data.
const FOLDER: &str = "DOMICILE_KILLED_IN";
/// What may be missing.
const LOST: Duration = Duration::from_millis(500);

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

/// The program that is killed: it answers for some seconds, and writes what it says and when.
#[test]
fn the_one_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let counted: String = (0..250).map(|number| format!("{number} ")).collect();
    let turn = format!(
        "<|channel|>analysis<|message|>{counted}<|end|><|start|>assistant<|channel|>final<|message|>{counted}<|return|>"
    );
    let house = House::at(Path::new(&folder), engine(&turn, Duration::from_millis(1)));
    // The name of this test stands at the beginning of the line.
    println!();
    let on_event = |event: Value| {
        let mut line = json!({"at": now(), "event": event}).to_string();
        line.push('\n');
        std::io::stdout().write_all(line.as_bytes()).unwrap();
        true
    };
    house.call_with("ask", question(None, None, "Compte"), Box::new(on_event));
}

fn start(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::the_one_that_is_killed", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills once, and says whether it was in the middle of an answer.
fn kill_once(random: &mut impl Rng) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start(folder.path());
    let (sender, lines) = std::sync::mpsc::sync_channel(100_000);
    let out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if let Ok(line) = serde_json::from_str::<Value>(&line) {
                let _ = sender.send(line);
            }
        }
    });
    let first = lines.recv_timeout(Duration::from_secs(60)).expect("the program answers");
    assert_eq!(first["event"]["kind"], "placed");
    std::thread::sleep(Duration::from_millis(random.random_range(0..2500)));
    let killed = now();
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    let lines: Vec<Value> = lines.into_iter().collect();

    let house = House::in_folder(folder, engine(TURN, Duration::ZERO));
    let thread = house.done("conversation", json!(1));
    assert_eq!(thread["messages"][0]["text"], "Compte");
    let answer = &thread["messages"][1];
    for (kind, kept) in [("reasoning", &answer["reasoning"]), ("answer", &answer["text"])] {
        let said = |until: f64| -> String {
            let told = lines.iter().filter(|line| line["event"]["kind"] == kind);
            let told = told.filter(|line| line["at"].as_f64().unwrap() <= until);
            told.map(|line| line["event"]["text"].as_str().unwrap()).collect()
        };
        let (kept, due) = (kept.as_str().unwrap(), said(killed - LOST.as_secs_f64()));
        assert!(kept.starts_with(&due), "{kind}: {} bytes of {}", kept.len(), due.len());
        // The pipe may lose what was written in the very last moment, but nothing was made up.
        let all = said(f64::INFINITY);
        assert!(kept.starts_with(&all) || all.starts_with(kept), "{kind}");
    }
    let over = lines.last().is_some_and(|line| line["event"]["kind"] == "finished");
    assert!(over || ["interrupted", "complete"].contains(&answer["state"].as_str().unwrap()), "{answer}");
    house.asked(Some(1), answer["id"].as_i64(), "Encore");
    !over
}

fn kill(times: usize) {
    let mut random = ChaCha8Rng::seed_from_u64(now().to_bits());
    let within = (0..times).filter(|_| kill_once(&mut random)).count();
    println!("killed {times} times, {within} of them in the middle of an answer");
    assert!(within * 2 > times, "{within} of {times}");
}

#[test]
fn a_kill_takes_half_a_second_at_most() {
    kill(15);
}

#[test]
#[ignore = "it takes a quarter of an hour"]
fn five_hundred_kills_take_half_a_second_at_most() {
    kill(500);
}
