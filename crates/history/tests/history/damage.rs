use std::fs;
use std::path::{Path, PathBuf};

use history::{History, HistoryError, Opening, Page};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{begin, texts, turn};

const DAY: i64 = 24 * 3600 * 1000;

fn backups(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("backups")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Conversations that are in a copy, and some that are newer.
fn fill(file: &Path) -> (Vec<i64>, Vec<i64>) {
    let (history, opening) = History::open(file).unwrap();
    assert_eq!(opening, Opening::New);
    let fill = |from: i64, to: i64| {
        let conversation = |number: i64| {
            let id = begin(&history, &format!("Number {number}"));
            let mut after = None;
            for turns in 0..6 {
                let question = format!("question {turns} of {number}");
                after = Some(turn(&history, id, after, &question, &"answer ".repeat(60)).1);
            }
            id
        };
        (from..to).map(conversation).collect::<Vec<_>>()
    };
    let old = fill(0, 20);
    history.backup_if_due(0).unwrap().unwrap();
    let new = fill(20, 40);
    // The last words to a conversation of which there is a copy.
    let last = history.thread(old[0]).unwrap().last().unwrap().id;
    turn(&history, old[0], Some(last), "much later", "indeed");
    (old, new)
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn are_there(history: &History, conversations: &[i64]) -> usize {
    let whole = |id: &&i64| history.row(**id).is_ok() && texts(history, **id).len() >= 12;
    conversations.iter().filter(whole).count()
}

#[test]
fn a_copy_is_made_every_day_and_seven_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    let (history, _) = History::open(&file).unwrap();
    begin(&history, "One");
    for day in 0..10 {
        let copy = history.backup_if_due(day * DAY + 5).unwrap().unwrap();
        assert!(History::check(&copy).unwrap());
        assert_eq!(history.backup_if_due(day * DAY + DAY - 1).unwrap(), None, "once a day");
    }
    let expected: Vec<_> = (4..=10).map(|day| format!("conversations-1970-01-{day:02}.db")).collect();
    assert_eq!(backups(folder.path()), expected);
    assert_eq!(History::in_memory().unwrap().backup_if_due(0).unwrap(), None);
}

#[test]
fn a_damaged_file_pushes_out_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    fill(&file);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 20_000].fill(0x55);
    fs::write(&file, bytes).unwrap();
    let outcome = History::backup_of_file(&file, 5 * DAY);
    assert!(matches!(outcome, Err(HistoryError::Damaged { .. })), "{outcome:?}");
    assert_eq!(backups(folder.path()), ["conversations-1970-01-01.db"]);
}

#[test]
fn a_file_that_is_none_or_is_gone_is_restored() {
    let made = tempfile::tempdir().unwrap();
    let (old, new) = fill(&made.path().join("conversations.db"));
    let cases: [(&str, Option<&[u8]>); 4] = [
        ("nonsense", Some(b"nonsense")),
        ("zeros", Some(&[0; 9000])),
        ("nothing", Some(b"")),
        ("gone", None),
    ];
    for (case, bytes) in cases {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(made.path(), folder.path());
        let file = folder.path().join("conversations.db");
        match bytes {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        let (history, opening) = History::open(&file).unwrap();
        let Opening::Restored { damaged, backup_of, conversations } = opening else {
            panic!("{case}: {opening:?}")
        };
        assert_eq!(
            (conversations, are_there(&history, &old), are_there(&history, &new)),
            (20, 20, 0),
            "{case}"
        );
        assert!(backup_of.is_some());
        assert_eq!(
            damaged.map(|damaged| fs::read(damaged).unwrap()),
            bytes.filter(|bytes| !bytes.is_empty()).map(<[u8]>::to_vec)
        );
        begin(&history, "And on");
        drop(history);
        assert_eq!(History::open(&file).unwrap().1, Opening::Fine);
    }
}

#[test]
fn what_is_newer_than_the_copy_is_taken_from_the_damaged_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    let (old, new) = fill(&file);
    let opening = History::restore(&file).unwrap();
    assert!(matches!(opening, Opening::Restored { conversations: 40, .. }), "{opening:?}");
    let (history, opening) = History::open(&file).unwrap();
    assert_eq!(opening, Opening::Fine);
    assert_eq!((are_there(&history, &old), are_there(&history, &new)), (20, 20));
    assert_eq!(texts(&history, old[0])[12..], ["much later", "indeed"]);
    assert_eq!(history.search("much later", 9).unwrap().len(), 1);
    drop(history);
    assert!(History::check(&file).unwrap());
}

#[test]
fn a_restoring_that_was_interrupted_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    let (old, _) = fill(&file);
    let restored = folder.path().join("conversations.db.restored");
    // The damaged file has gone, and the new one has not come.
    fs::rename(&file, &restored).unwrap();
    fs::write(folder.path().join("conversations.db-wal"), "of the damaged file").unwrap();
    let (history, opening) = History::open(&file).unwrap();
    assert_eq!((opening, are_there(&history, &old)), (Opening::Fine, 20));
    assert!(!restored.exists());
}

/// What one kind of damage to a file leaves.
fn damaged(random: &mut ChaCha8Rng, file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    match random.random_range(0..5) {
        0 => bytes.truncate(random.random_range(1..bytes.len())),
        1 => {
            for _ in 0..random.random_range(1..50) {
                let at = random.random_range(0..bytes.len());
                bytes[at] = random.random();
            }
        }
        2 => {
            let page = random.random_range(0..bytes.len() / 4096) * 4096;
            bytes[page..page + 4096].fill(random.random());
        }
        3 => {
            let at = random.random_range(0..bytes.len().min(8192));
            bytes[at] = random.random();
        }
        _ => {
            let from = random.random_range(0..bytes.len());
            let to = (from + random.random_range(1..20_000)).min(bytes.len());
            random.fill(&mut bytes[from..to]);
        }
    }
    fs::write(file, bytes).unwrap();
}

#[test]
fn whatever_happens_to_the_file_what_the_copy_has_is_there() {
    let made = tempfile::tempdir().unwrap();
    let (old, new) = fill(&made.path().join("conversations.db"));
    let (mut fine, mut at_once, mut later, mut refused, mut saved) = (0, 0, 0, 0, 0);
    for seed in 0..150 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let folder = tempfile::tempdir().unwrap();
        copy_folder(made.path(), folder.path());
        let file = folder.path().join("conversations.db");
        damaged(&mut random, &file);
        let history = match History::open(&file) {
            Ok((history, Opening::Restored { damaged, .. })) => {
                at_once += 1;
                assert!(damaged.as_deref().is_some_and(Path::exists));
                history
            }
            Ok((history, _)) => {
                // Whatever is asked of it gets an answer or an error.
                let _ = history.search("question", 9);
                let _ = history.info();
                for id in old.iter().chain(&new) {
                    let _ = history.thread(*id);
                }
                drop(history);
                if History::check(&file).unwrap() {
                    // A flipped letter is a letter.
                    fine += 1;
                    continue;
                }
                later += 1;
                let opening = History::restore(&file).unwrap();
                assert!(matches!(opening, Opening::Restored { damaged: Some(_), .. }));
                History::open(&file).unwrap().0
            }
            // The version of the file may be what was damaged.
            Err(HistoryError::Newer { .. }) => {
                refused += 1;
                History::restore(&file).unwrap();
                History::open(&file).unwrap().0
            }
            Err(error) => panic!("seed {seed}: {error:?}"),
        };
        assert_eq!(are_there(&history, &old), 20, "seed {seed}");
        saved += are_there(&history, &new);
        let page = Page { count: 99, ..Page::default() };
        for row in history.list(page).unwrap() {
            history.thread(row.id).unwrap();
        }
        history.search("question", 9).unwrap();
        drop(history);
        assert!(History::check(&file).unwrap(), "seed {seed}");
    }
    println!(
        "fine {fine}, restored at once {at_once}, after a check {later}, refused {refused}; {saved} newer saved"
    );
    assert!(saved > (at_once + later) * 20 / 2, "of 20 newer conversations each time, {saved} in all");
}

#[test]
fn where_there_is_no_copy_what_can_be_read_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    let (old, new) = fill(&file);
    fs::remove_dir_all(folder.path().join("backups")).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0);
    fs::write(&file, bytes).unwrap();
    assert!(!History::check(&file).unwrap());
    let opening = History::restore(&file).unwrap();
    assert!(matches!(opening, Opening::Restored { backup_of: None, .. }), "{opening:?}");
    let history = History::open(&file).unwrap().0;
    assert!(are_there(&history, &old) + are_there(&history, &new) > 30);
}

#[cfg(unix)]
#[test]
fn a_disk_that_cannot_be_written_to_is_told_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    fill(&file);
    let bytes = fs::read(&file).unwrap();
    // A folder in the place of the log stops the writing even of those who may write everywhere.
    let log: PathBuf = folder.path().join("conversations.db-wal");
    fs::create_dir(&log).unwrap();
    let outcome = History::open(&file);
    assert!(matches!(outcome, Err(HistoryError::ReadOnly { .. })), "{outcome:?}");
    assert_eq!(fs::read(&file).unwrap(), bytes);
    fs::remove_dir(&log).unwrap();
    assert_eq!(History::open(&file).unwrap().1, Opening::Fine);
}
