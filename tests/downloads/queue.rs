//! Several downloads, one after the other, as the window has them.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::catalog::Format;
use app::{DataFolder, DownloadSettings, Downloads, Held, Hours, Library, Progress, Runs};
use tests::hub::{Fault, Hub};

use crate::house::{MIB, repository};

const RUNS: &[Runs] = &[Runs {
    engine: "candle",
    format: Format::Checkpoint,
    architectures: &["gpt_oss"],
    devices: &["cpu"],
    converses: true,
}];
const NAMES: [&str; 3] = ["maker/one", "maker/two", "maker/three"];

fn hub() -> Hub {
    let named = |name: &str| {
        let mut repository = repository(&[8 * MIB]);
        repository.id = name.to_owned();
        repository
    };
    let hub = Hub::start(NAMES.map(named));
    hub.misbehave(Fault::Slow { bytes_per_second: 8 * MIB });
    hub
}

/// The program, started in this data folder.
fn start(home: &Path, hub: &Hub) -> Downloads {
    let settings = home.join("settings.json");
    if !settings.exists() {
        fs::create_dir_all(home).unwrap();
        fs::write(&settings, format!(r#"{{"hub": "{}", "network": {{"proxy": "none"}}}}"#, hub.endpoint()))
            .unwrap();
    }
    let data = DataFolder::at(home);
    Downloads::start(Arc::new(Library::open(data.clone(), RUNS).unwrap()), data)
}

/// Waits until the list is as wanted.
fn wait(downloads: &Downloads, what: &str, is_so: impl Fn(&[(String, Progress)]) -> bool) {
    let began = Instant::now();
    loop {
        let list: Vec<_> = downloads.list().into_iter().map(|row| (row.name, row.progress)).collect();
        if is_so(&list) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: {list:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn fetches(list: &[(String, Progress)], name: &str) -> bool {
    let received = |progress: &Progress| match progress {
        Progress::Running(Some(report)) => report.received > MIB,
        _ => false,
    };
    list.iter().any(|(row, progress)| row == name && received(progress))
}

fn is_ready(home: &Path, name: &str) -> bool {
    home.join("models").join(name.replace("maker/", "")).join("domicile.json").exists()
}

#[test]
fn the_queue_keeps_its_order_and_survives_the_end_of_the_program() {
    let (hub, folder) = (hub(), tempfile::tempdir().unwrap());
    let downloads = start(folder.path(), &hub);
    for name in NAMES {
        downloads.add(name);
    }
    wait(&downloads, "the first is fetched", |list| fetches(list, NAMES[0]));
    assert_eq!(downloads.list()[2].progress, Progress::Waiting);
    downloads.pause(NAMES[0]);
    wait(&downloads, "the next one is fetched", |list| {
        list[0].1 == Progress::Paused && fetches(list, NAMES[1])
    });
    downloads.first(NAMES[2]);
    wait(&downloads, "the last one is the first now", |list| {
        list[0].0 == NAMES[2] && fetches(list, NAMES[2])
    });
    drop(downloads);
    let again = start(folder.path(), &hub);
    let names: Vec<_> = again.list().into_iter().map(|row| row.name).collect();
    assert_eq!(names, [NAMES[2], NAMES[0], NAMES[1]]);
    wait(&again, "both that were not paused come", |list| list.len() == 1 && list[0].1 == Progress::Paused);
    assert!(is_ready(folder.path(), NAMES[2]) && is_ready(folder.path(), NAMES[1]));
    again.resume(NAMES[0]);
    wait(&again, "the last one comes", <[_]>::is_empty);
    assert!(is_ready(folder.path(), NAMES[0]));
    // Each byte came about once, for all the pausing: the parts on their way were kept.
    let twice = hub.body_bytes().saturating_sub(3 * 8 * MIB + 3 * 300_000);
    assert!(twice < 2 * MIB, "{twice}");
}

#[test]
fn only_within_its_hours_and_never_faster_than_its_limit() {
    let (hub, folder) = (hub(), tempfile::tempdir().unwrap());
    hub.behave();
    let downloads = start(folder.path(), &hub);
    let now = app::time_of(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs());
    let hour: u8 = now[11..13].parse().unwrap();
    let later = Hours { from: (hour + 2) % 24, to: (hour + 3) % 24 };
    let settings = DownloadSettings { hours: Some(later), ..DownloadSettings::default() };
    downloads.set(&settings).unwrap();
    downloads.add(NAMES[0]);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(downloads.list()[0].progress, Progress::Held(Held::Hours));
    assert!(hub.requests().is_empty());
    let limited = DownloadSettings { limit: Some(4 << 20), hours: None, ..settings };
    downloads.set(&limited).unwrap();
    let began = Instant::now();
    wait(&downloads, "it comes within its hours", <[_]>::is_empty);
    assert!(is_ready(folder.path(), NAMES[0]));
    let seconds = began.elapsed().as_secs_f64();
    assert!((1.9..6.0).contains(&seconds), "8 MiB at 4 MiB a second took {seconds} s");
    let file = folder.path().join("settings.json");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"limit\":4194304"), "{text}");
    // Settings that a person wrote with a slip are not written over.
    fs::write(&file, "{ \"hub\": oops }").unwrap();
    assert_eq!(downloads.set(&limited).unwrap_err().code, app::ProblemCode::FileDamaged);
    assert!(fs::read_to_string(&file).unwrap().contains("oops"));
}

#[test]
fn what_fails_says_why_and_lets_the_others_go_on() {
    let (hub, folder) = (hub(), tempfile::tempdir().unwrap());
    let downloads = start(folder.path(), &hub);
    downloads.add("maker/absent");
    downloads.add(NAMES[0]);
    wait(&downloads, "the other one comes", |list| {
        list.len() == 1
            && matches!(&list[0].1, Progress::Failed(problem) if problem.facts.model.as_deref() == Some("maker/absent"))
    });
    assert!(is_ready(folder.path(), NAMES[0]));
    downloads.give_up("maker/absent");
    assert!(downloads.list().is_empty());
}
