//! The real window, from the first start to the next one, in French and in English: the front door, the guide, a model
//! from the hub on this computer, branches, search, a file, and all of it again after a restart.
//!
//! It is driven through WebKitWebDriver on a display that nobody sees, and knows how long nothing takes: it waits.
//! `cargo xtask test` installs what it needs and asks for it with `DOMICILE_JOURNEY=1`. Its pictures stay in
//! `target/journey`.

#[path = "journey/display.rs"]
mod display;
#[path = "journey/figures.rs"]
mod figures;
#[path = "journey/steps.rs"]
mod steps;
#[path = "journey/webdriver.rs"]
mod webdriver;
#[path = "journey/words.rs"]
mod words;

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use tests::hub::{Hub, HubFile, Repository};

use crate::webdriver::Window;
use crate::words::{ENGLISH, FRENCH, Words};

/// Longer than any step takes on the slowest computer.
const PATIENCE: Duration = Duration::from_secs(180);

/// A model on the hub: the guide's own files, which are a model like any other.
const MODEL: &str = "maker/talker";

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
    let figures = Trial::test("figures_of_the_window", || {
        figures_of_the_window();
        Ok::<(), Failed>(())
    })
    // A shared computer is no judge of speed.
    .with_ignored_flag(std::env::var_os("DOMICILE_FIGURES").is_none());
    libtest_mimic::run(&arguments, vec![trial(&FRENCH), trial(&ENGLISH), figures]).exit_code()
}

fn journey(words: &Words) {
    fs::create_dir_all(tests::target_folder().join("journey")).unwrap();
    let hub = Hub::start([talker()]);
    let home = Arc::new(tempfile::tempdir().unwrap());
    let open = |log: &str| {
        let log = File::create(kept(words, log)).unwrap();
        Window::open(&tests::program("domicile-app"), words.locale, Arc::clone(&home), hub.endpoint(), log)
    };

    let window = open("standard-error.txt");
    steps::front_door(&window, words);
    steps::first_question(&window, words);
    steps::unfolding(&window, words);
    steps::the_engine_ended(&window, words);
    steps::stopping(&window, words);
    assert_eq!(hub.requests().len(), 0, "nothing was asked of anybody so far");
    steps::download(&window, words);
    steps::another_model(&window, words);
    steps::branches(&window, words);
    steps::search(&window, words);
    steps::a_file(&window, words);
    let before = steps::everything(&window);
    drop(window);

    let window = open("standard-error-2.txt");
    steps::the_next_start(&window, words, &before);
}

/// `DOMICILE_FIGURES=1 cargo test --release --workspace --test journey figures`: three starts with an empty folder, and
/// one more each with what is there by then.
fn figures_of_the_window() {
    let hub = Hub::start([]);
    for _ in 0..3 {
        let home = Arc::new(tempfile::tempdir().unwrap());
        for _ in 0..2 {
            let log = File::create(kept(&ENGLISH, "figures.txt")).unwrap();
            let program = tests::program("domicile-app");
            let window = Window::open(&program, ENGLISH.locale, Arc::clone(&home), hub.endpoint(), log);
            figures::print(&window);
        }
    }
}

/// A file that stays when the journey is over.
fn kept(words: &Words, name: &str) -> PathBuf {
    tests::target_folder().join("journey").join(format!("{}-{name}", words.name))
}

fn talker() -> Repository {
    let folder = tests::root().join("crates/starter/model");
    let file = |name: &str| {
        let content = fs::read(folder.join(name)).unwrap();
        if name.ends_with(".safetensors") {
            HubFile::lfs(name, content)
        } else {
            HubFile::plain(name, content)
        }
    };
    Repository {
        id: MODEL.to_owned(),
        revision: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        files: ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json"]
            .map(file)
            .into(),
        gated: None,
        licence: Some("apache-2.0".to_owned()),
    }
}
