//! The real window, from the first glance to a new conversation, in French and in English.
//!
//! It is driven through WebKitWebDriver on a display that nobody sees, and knows how long nothing takes: it waits.
//! `cargo xtask test` installs what it needs and asks for it with `DOMICILE_JOURNEY=1`. Its pictures stay in
//! `target/journey`.

#[path = "journey/display.rs"]
mod display;
#[path = "journey/webdriver.rs"]
mod webdriver;

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

use crate::display::Display;
use crate::webdriver::Window;

/// Longer than any step takes on the slowest computer.
const PATIENCE: Duration = Duration::from_secs(180);

/// What the window says in one language.
struct Words {
    name: &'static str,
    locale: &'static str,
    model: &'static str,
    send: &'static str,
    stopped: &'static str,
    question: &'static str,
    second: &'static str,
}

static FRENCH: Words = Words {
    name: "fr",
    locale: "fr_FR.UTF-8",
    model: "le guide",
    send: "Envoyer",
    stopped: "Arrêté",
    question: "Qui es-tu ?",
    second: "Que faut-il pour gpt-oss-20b ?",
};

static ENGLISH: Words = Words {
    name: "en",
    locale: "en_GB.UTF-8",
    model: "the guide",
    send: "Send",
    stopped: "Stopped",
    question: "Who are you?",
    second: "What does gpt-oss-20b need?",
};

fn main() -> ExitCode {
    let asked_for = std::env::var_os("DOMICILE_JOURNEY").is_some();
    let trial = |words: &'static Words| {
        Trial::test(format!("the_window_in_{}", words.name), move || {
            journey(words);
            Ok::<(), Failed>(())
        })
        .with_ignored_flag(!asked_for)
    };
    let mut arguments = Arguments::from_args();
    // Two windows at a time would only make both slow.
    arguments.test_threads = Some(1);
    if !asked_for {
        println!("the journey is skipped: `cargo xtask test` takes it");
    }
    libtest_mimic::run(&arguments, vec![trial(&FRENCH), trial(&ENGLISH)]).exit_code()
}

fn journey(words: &Words) {
    let program = tests::program("domicile-app");
    fs::create_dir_all(tests::target_folder().join("journey")).unwrap();
    let log = File::create(kept(words, "standard-error.txt")).unwrap();
    let window = Window::open(&program, words.locale, Display::open(), log);
    first_glance(&window, words);
    first_question(&window, words);
    unfolding(&window, words);
    the_engine_ended(&window, words);
    stopping(&window, words);
    new_conversation(&window);
}

/// A file that stays when the journey is over.
fn kept(words: &Words, name: &str) -> PathBuf {
    tests::target_folder().join("journey").join(format!("{}-{name}", words.name))
}

fn first_glance(window: &Window, words: &Words) {
    window.wait_for("the composer", "return find('composer')");
    assert_eq!(window.title(), "Domicile");
    assert_eq!(window.run("return find('model-name').textContent"), words.model);
    assert_eq!(window.run("return find('send').textContent"), words.send);
    assert_eq!(window.run("return find('send').disabled"), true, "there is nothing to send yet");
    assert_eq!(window.run("return turns().length"), 0);
    window.screenshot(&kept(words, "1-welcome.png"));
}

fn first_question(window: &Window, words: &Words) {
    window.run(WATCH);
    window.type_into("composer", words.question);
    window.click("send");
    wait_for_the_end(window);
    assert_eq!(window.run("return last().dataset.state"), "done");
    assert_eq!(window.run("return find('question').textContent.replace(/\\s/g, ' ')"), words.question);
    assert_ne!(window.run("return within(last(), 'answer').textContent.trim()"), "");
    assert_eq!(window.run("return find('composer').value"), "");
    let seen = window.run("return window.seen");
    let open_while_thinking = |glimpse: &Value| {
        glimpse["state"] == "reasoning" && glimpse["open"] == true && glimpse["thoughts"].as_u64() > Some(0)
    };
    assert!(seen.as_array().unwrap().iter().any(open_while_thinking), "the reasoning was not seen: {seen}");
    window.screenshot(&kept(words, "2-answer.png"));
}

fn unfolding(window: &Window, words: &Words) {
    let open = "return within(last(), 'reasoning-toggle').getAttribute('aria-expanded')";
    assert_eq!(window.run(open), "false", "the reasoning is folded once there is an answer");
    window.click("reasoning-toggle");
    window.wait_for("the reasoning", "return thoughts(last()).checkVisibility()");
    assert_eq!(window.run(open), "true");
    window.screenshot(&kept(words, "3-reasoning.png"));
}

/// The window survives its engine, and the next question is answered.
fn the_engine_ended(window: &Window, words: &Words) {
    let ended = Command::new("pkill").args(["-9", "-f", "domicile-app --engine-process"]).status().unwrap();
    assert!(ended.success(), "the engine is a process of its own");
    let before = window.run("return turns().length").as_u64();
    window.type_into("composer", words.question);
    window.click("send");
    wait_for_the_end(window);
    assert_eq!(window.run("return last().dataset.state"), "done");
    assert_eq!(
        window.run("return turns().length").as_u64(),
        before.map(|turns| turns + 1),
        "what was said stays"
    );
}

/// The model may be through before the stop reaches it: then the question is asked again.
fn stopping(window: &Window, words: &Words) {
    for _ in 0..5 {
        window.type_into("composer", words.second);
        window.run_until_done(STOP_WHILE_THINKING);
        if window.run("return last().dataset.state") == "stopped" {
            assert_ne!(window.run("return thoughts(last()).textContent"), "", "what was said is kept");
            assert_eq!(window.run("return within(last(), 'note').textContent"), words.stopped);
            window.screenshot(&kept(words, "4-stopped.png"));
            return;
        }
        assert_eq!(window.run("return last().dataset.state"), "done");
    }
    panic!("five answers, and none could be stopped");
}

fn new_conversation(window: &Window) {
    window.type_into("composer", "…");
    window.click("new-conversation");
    window.wait_for("an empty page", "return turns().length === 0");
    assert_eq!(window.run("return find('new-conversation').disabled"), true);
    assert_eq!(window.run("return find('composer').value"), "…", "what is being written stays");
}

fn wait_for_the_end(window: &Window) {
    let ended = "return last() && ['done', 'stopped', 'failed'].includes(last().dataset.state)";
    window.wait_for("the end of the answer", ended);
    let problem = window.run("return find('problem')?.textContent ?? null");
    assert_eq!(problem, json!(null), "a problem is shown");
}

/// Keeps in `window.seen` what the last turn looked like after each change: a fast model is through before it could
/// be asked from outside.
const WATCH: &str = "
    window.seen = [];
    const look = () => {
        const turn = last();
        if (!turn) return;
        const open = within(turn, 'reasoning-toggle')?.getAttribute('aria-expanded') === 'true';
        window.seen.push({ state: turn.dataset.state, open, thoughts: thoughts(turn)?.textContent.length ?? 0 });
    };
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(look).observe(document.body, everything);
";

/// Sends, stops at the first thought, and waits for the end.
const STOP_WHILE_THINKING: &str = "
    const before = turns().length;
    let stopped = false;
    const look = () => {
        const turn = last();
        if (turns().length === before || !turn) return;
        if (!stopped && turn.dataset.state !== 'reading' && find('stop')) {
            stopped = true;
            find('stop').click();
        }
        if (['done', 'stopped', 'failed'].includes(turn.dataset.state)) {
            watch.disconnect();
            done();
        }
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    find('send').click();
";
