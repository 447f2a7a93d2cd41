//! Files of every earlier version.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::{History, HistoryError, Opening, Page, Role, State, schema};

/// A file as a program of this version left it, with what that version knew.
fn file_of(version: usize, file: &Path) {
    let mut connection = Connection::open(file).unwrap();
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
    schema::migrations().to_version(&mut connection, version).unwrap();
    connection
        .execute_batch(
            "INSERT INTO conversations (id, title, title_by, created, updated, model, chosen)
             VALUES (1, 'Les éléphants', 'person', 1000, 2000, 'small', 1), (2, 'Gone', 'start', 1, 2, NULL, NULL);
             UPDATE conversations SET deleted_at = 3 WHERE id = 2;
             INSERT INTO messages (id, conversation, parent, role, state, created, model, chosen, text, reasoning)
             VALUES (1, 1, NULL, 'person', 'complete', 1000, NULL, 3, 'Où vivent-ils ?', ''),
                    (2, 1, 1, 'model', 'complete', 1001, 'small', NULL, 'En Asie.', 'hm'),
                    (3, 1, 1, 'model', 'writing', 1002, 'small', NULL, 'En Afrique', '');",
        )
        .unwrap();
    if version >= 2 {
        connection
            .execute_batch(
                "INSERT INTO folders (id, name) VALUES (5, 'Bêtes');
                 INSERT INTO assistants (id, name, instructions, top_k) VALUES ('guide', 'Guide', 'Be kind.', 20);
                 UPDATE conversations SET folder = 5, pinned = 1, assistant = 'guide' WHERE id = 1;",
            )
            .unwrap();
    }
    if version >= 3 {
        connection
            .execute_batch(
                "UPDATE conversations SET origin = 'one' WHERE id = 1;
                 UPDATE messages SET names = 'carte.txt', reads_from = 1, summary = 'before' WHERE id = 1;
                 INSERT INTO attachments (message, name, text) VALUES (1, 'carte.txt', 'Kenya');
                 INSERT INTO drafts (conversation, text) VALUES (1, 'Et'), (NULL, 'new');",
            )
            .unwrap();
    }
    if version >= 4 {
        connection.execute_batch("UPDATE assistants SET about = 'Shows around.';").unwrap();
    }
}

fn check_contents(history: &History, version: usize) {
    let rows = history.list(Page { count: 9, ..Page::default() }).unwrap();
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((row.title.as_str(), row.created, row.updated), ("Les éléphants", 1000, 2000));
    assert_eq!((row.pinned, row.folder), (version >= 2, (version >= 2).then_some(5)));
    let thread = history.thread(1).unwrap();
    let said: Vec<_> =
        thread.iter().map(|message| (message.role, message.state, message.text.as_str())).collect();
    assert_eq!(
        said,
        [(Role::Person, State::Complete, "Où vivent-ils ?"), (Role::Model, State::Interrupted, "En Afrique"),]
    );
    assert_eq!((thread[1].sibling, thread[1].siblings), (2, 2));
    for words in ["elephants", "vivent", "asie", "afrique"] {
        assert_eq!(history.search(words, 9).unwrap().len(), 1, "{words}");
    }
    assert_eq!(history.search("carte", 9).unwrap().len(), usize::from(version >= 3));
    assert_eq!(thread[0].attachments.len(), usize::from(version >= 3));
    assert_eq!(thread[0].summary.is_some(), version >= 3);
    assert_eq!(history.draft(Some(1)).unwrap().text, if version >= 3 { "Et" } else { "" });
    let assistants = history.assistants().unwrap();
    assert_eq!(assistants.len(), usize::from(version >= 2));
    assert!(assistants.iter().all(|one| one.about == if version >= 4 { "Shows around." } else { "" }));
    history.undelete(&[2]).unwrap();
    assert_eq!(history.row(2).unwrap().title, "Gone");
    history.delete(&[2]).unwrap();
}

#[test]
fn every_earlier_version_is_brought_up_to_date_and_set_aside_before() {
    assert!(schema::migrations().validate().is_ok());
    let newest = usize::try_from(schema::VERSION).unwrap();
    for version in 1..=newest {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("conversations.db");
        file_of(version, &file);
        let (history, opening) = History::open(&file).unwrap();
        assert_eq!(opening, Opening::Fine);
        assert_eq!(schema::version(&history.connection).unwrap(), schema::VERSION);
        check_contents(&history, version);
        drop(history);
        assert!(History::check(&file).unwrap());

        let backups: Vec<_> = fs::read_dir(folder.path().join("backups"))
            .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
            .unwrap_or_default();
        assert_eq!(backups.len(), usize::from(version < newest), "version {version}: {backups:?}");
        for backup in &backups {
            let copy = Connection::open(backup).unwrap();
            assert_eq!(schema::version(&copy).unwrap(), i64::try_from(version).unwrap());
        }
        // A copy of an earlier version is as good as any.
        if version < newest {
            fs::write(&file, "nonsense").unwrap();
            let (history, opening) = History::open(&file).unwrap();
            assert!(
                matches!(opening, Opening::Restored { conversations: 1, backup_of: Some(_), .. }),
                "{opening:?}"
            );
            check_contents(&history, version);
        }
    }
}

#[test]
fn a_damaged_file_of_an_earlier_version_gives_what_it_has() {
    for version in 1..=usize::try_from(schema::VERSION).unwrap() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("conversations.db");
        file_of(version, &file);
        let opening = History::restore(&file).unwrap();
        assert!(
            matches!(opening, Opening::Restored { conversations: 1, backup_of: None, .. }),
            "{opening:?}"
        );
        let (history, opening) = History::open(&file).unwrap();
        assert_eq!(opening, Opening::Fine);
        check_contents(&history, version);
    }
}

#[test]
fn a_newer_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    drop(History::open(&file).unwrap());
    let connection = Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
    drop(connection);
    let before = fs::read(&file).unwrap();
    let outcome = History::open(&file);
    assert!(matches!(outcome, Err(HistoryError::Newer { version, known, .. }) if version == known + 1));
    assert_eq!(fs::read(&file).unwrap(), before);
}

/// The plan of a query, as SQLite tells it.
fn plan(history: &History, sql: &str) -> String {
    let mut statement = history.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
    steps.collect::<Result<Vec<_>, _>>().unwrap().join("\n")
}

#[test]
fn no_list_is_sorted_or_read_through() {
    let history = History::in_memory().unwrap();
    for filter in ["", "AND folder = 1", "AND pinned = 1", "AND (updated, id) < (5, 5)"] {
        let sql = format!(
            "SELECT * FROM conversations WHERE deleted_at IS NULL {filter} ORDER BY updated DESC, id DESC LIMIT 9"
        );
        let plan = plan(&history, &sql);
        assert!(plan.contains("USING INDEX") && !plan.contains("TEMP B-TREE"), "{filter}: {plan}");
    }
    let siblings = plan(&history, "SELECT id FROM messages WHERE conversation = 1 AND parent IS NULL");
    assert!(siblings.contains("messages_siblings (conversation=? AND parent=?)"), "{siblings}");
    let siblings = plan(
        &history,
        "SELECT (SELECT group_concat(s.id) FROM messages s WHERE s.conversation = m.conversation AND s.parent IS m.parent)
         FROM messages m WHERE m.id = 1",
    );
    assert!(siblings.contains("messages_siblings (conversation=? AND parent=?)"), "{siblings}");
}
