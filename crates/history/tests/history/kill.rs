use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use history::{History, Opening, Page, State};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{begin, complete};

const FILE: &str = "HISTORY_TEST_FILE";
/// How long before the kill something may have been said that is lost. Nothing is, in truth: a call returns when it
/// is kept.
const MAY_BE_LOST: Duration = Duration::from_millis(500);

/// Answers one question after another, word by word, and says what is kept. It never ends by itself.
#[test]
#[ignore = "it is the program that is killed"]
fn writer() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let (history, _) = History::open(Path::new(&file)).unwrap();
    let conversation = match history.list(Page { count: 1, ..Page::default() }).unwrap().first() {
        Some(row) => row.id,
        None => begin(&history, "Killed"),
    };
    let mut after =
        history.thread(conversation).unwrap().last().filter(|last| last.siblings > 0).map(|last| last.id);
    if let Some(last) = after
        && history.path(last).unwrap().len() % 2 == 1
    {
        // Killed between a question and its answer.
        after = Some(history.begin_answer(last, "small").unwrap());
    }
    loop {
        let question = history.ask(conversation, after, "a question", &[]).unwrap();
        println!("asked {question}");
        let answer = history.begin_answer(question, "small").unwrap();
        let mut text = String::new();
        for word in 1..=20 {
            text.push_str("word ");
            history.write(answer, "", &text).unwrap();
            println!("wrote {answer} {word}");
            std::io::stdout().flush().unwrap();
            std::thread::sleep(Duration::from_millis(10));
        }
        history.finish(answer, &complete(&text)).unwrap();
        println!("finished {answer}");
        after = Some(answer);
    }
}

fn start(file: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::writer", "--ignored", "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills a writer after a while, and says what it had said, and when.
fn kill_after(file: &Path, while_: Duration) -> (Vec<(Instant, String)>, Instant) {
    let mut child = start(file);
    let out = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let said = out.lines().map_while(Result::ok).map(|line| (Instant::now(), line));
        said.collect::<Vec<_>>()
    });
    std::thread::sleep(while_);
    let killed = Instant::now();
    child.kill().unwrap();
    child.wait().unwrap();
    (reader.join().unwrap(), killed)
}

fn check(history: &History, said: &[(Instant, String)], killed: Instant) {
    for (when, line) in said {
        if killed.saturating_duration_since(*when) < MAY_BE_LOST && cfg!(not(unix)) {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let message = |number: &str| history.path(number.parse().unwrap()).unwrap().pop().unwrap();
        match words.as_slice() {
            ["asked", question] => assert_eq!(message(question).text, "a question"),
            ["wrote", answer, count] => {
                let answer = message(answer);
                assert!(
                    answer.text.split_whitespace().count() >= count.parse().unwrap(),
                    "{line}: {answer:?}"
                );
                assert_ne!(answer.state, State::Writing);
            }
            ["finished", answer] => assert_eq!(message(answer).state, State::Complete),
            _ => {}
        }
    }
}

fn kill_often(times: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let (mut lines, mut within) = (0, 0);
    for round in 0..times {
        // Now and then a new file, so that the first steps are interrupted too.
        if round % 25 == 0 {
            drop(History::open(&file).map(|(mut history, _)| history.erase_everything()));
            if round % 50 == 0 {
                std::fs::remove_dir_all(folder.path()).unwrap();
                std::fs::create_dir(folder.path()).unwrap();
            }
        }
        let (said, killed) = kill_after(&file, Duration::from_millis(random.random_range(5..150)));
        lines += said.len();
        within += usize::from(said.last().is_some_and(|(_, line)| line.starts_with("wrote")));
        let (history, opening) = History::open(&file).unwrap();
        assert!(matches!(opening, Opening::Fine | Opening::New), "round {round}: {opening:?}");
        check(&history, &said, killed);
        // Everything that was shown still is, in turn.
        for row in history.list(Page { count: 9, ..Page::default() }).unwrap() {
            for (index, message) in history.thread(row.id).unwrap().iter().enumerate() {
                assert_eq!(message.text.starts_with("a question"), index % 2 == 0);
            }
        }
        drop(history);
        assert!(History::check(&file).unwrap(), "round {round}");
    }
    println!("{times} kills, {within} of them within an answer, {lines} lines");
    assert!(within * 4 > times, "{within} kills of {times} came while an answer was written");
}

#[test]
fn a_killed_program_leaves_everything_that_it_said_was_kept() {
    kill_often(100);
}

#[test]
#[ignore = "a minute: cargo test -p history killed_five_hundred_times -- --ignored --nocapture"]
fn killed_five_hundred_times() {
    kill_often(500);
}
