//! The tables, and how they came to be.
//!
//! A migration that was published is never changed: a new one follows it.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::{HistoryError, Result};

/// The newest version.
pub(crate) const VERSION: i64 = 4;

/// Conversations and messages. `chosen` is the message that is shown next: the shown branch is what one comes to by
/// following it. Numbers are never used twice, and what follows a message has a higher one, so that no damage can make
/// a branch that never ends.
const BASE: &str = "
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    title_by TEXT NOT NULL DEFAULT 'start',
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    model TEXT,
    effort TEXT,
    chosen INTEGER,
    deleted_at INTEGER
) STRICT;
CREATE INDEX conversations_newest ON conversations (updated, id) WHERE deleted_at IS NULL;
CREATE INDEX conversations_deleted ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent INTEGER REFERENCES messages (id),
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    model TEXT,
    chosen INTEGER,
    timing TEXT,
    problem TEXT,
    text TEXT NOT NULL DEFAULT '',
    reasoning TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX messages_siblings ON messages (conversation, parent, id);
CREATE INDEX messages_following ON messages (parent);
CREATE INDEX messages_writing ON messages (id) WHERE state = 'writing';

CREATE VIRTUAL TABLE found_titles USING fts5 (
    title, content = 'conversations', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
INSERT INTO found_titles (found_titles, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER conversations_added AFTER INSERT ON conversations BEGIN
    INSERT INTO found_titles (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER conversations_changed AFTER UPDATE OF title ON conversations BEGIN
    INSERT INTO found_titles (found_titles, rowid, title) VALUES ('delete', old.id, old.title);
    INSERT INTO found_titles (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER conversations_removed AFTER DELETE ON conversations BEGIN
    INSERT INTO found_titles (found_titles, rowid, title) VALUES ('delete', old.id, old.title);
END;

CREATE VIRTUAL TABLE found USING fts5 (
    text, content = 'messages', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
INSERT INTO found (found, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER messages_added AFTER INSERT ON messages WHEN new.state <> 'writing' BEGIN
    INSERT INTO found (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER messages_written AFTER UPDATE OF text, state ON messages
WHEN old.state = 'writing' AND new.state <> 'writing' BEGIN
    INSERT INTO found (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER messages_changed AFTER UPDATE OF text, state ON messages
WHEN old.state <> 'writing' AND new.state <> 'writing' BEGIN
    INSERT INTO found (found, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO found (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER messages_reopened AFTER UPDATE OF text, state ON messages
WHEN old.state <> 'writing' AND new.state = 'writing' BEGIN
    INSERT INTO found (found, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER messages_removed AFTER DELETE ON messages WHEN old.state <> 'writing' BEGIN
    INSERT INTO found (found, rowid, text) VALUES ('delete', old.id, old.text);
END;
";

/// Folders, what is kept on top, assistants.
const ORDER: &str = "
CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE assistants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    instructions TEXT NOT NULL,
    model TEXT,
    effort TEXT,
    temperature REAL,
    top_p REAL,
    top_k INTEGER,
    min_p REAL
) STRICT;
ALTER TABLE conversations ADD COLUMN folder INTEGER REFERENCES folders (id) ON DELETE SET NULL;
ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN assistant TEXT;
CREATE INDEX conversations_of_folder ON conversations (folder, updated, id) WHERE deleted_at IS NULL;
CREATE INDEX conversations_pinned ON conversations (pinned, updated, id) WHERE deleted_at IS NULL;
";

/// What is being typed, attachments (whose names are found too), from where a model reads, and where a conversation
/// comes from, so that none is taken over twice.
const ALONG: &str = "
CREATE TABLE drafts (
    conversation INTEGER REFERENCES conversations (id) ON DELETE CASCADE,
    text TEXT NOT NULL DEFAULT '',
    attachments TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE UNIQUE INDEX drafts_of ON drafts (coalesce(conversation, 0));
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX attachments_of ON attachments (message, id);
ALTER TABLE messages ADD COLUMN reads_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN summary TEXT;
ALTER TABLE messages ADD COLUMN names TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN origin TEXT;
UPDATE conversations SET origin = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX conversations_origin ON conversations (origin);

DROP TRIGGER messages_added;
DROP TRIGGER messages_written;
DROP TRIGGER messages_changed;
DROP TRIGGER messages_reopened;
DROP TRIGGER messages_removed;
DROP TABLE found;
CREATE VIRTUAL TABLE found USING fts5 (
    text, names, content = 'messages', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
INSERT INTO found (found, rank) VALUES ('secure-delete', 1);
INSERT INTO found (rowid, text, names) SELECT id, text, names FROM messages WHERE state <> 'writing';
CREATE TRIGGER messages_added AFTER INSERT ON messages WHEN new.state <> 'writing' BEGIN
    INSERT INTO found (rowid, text, names) VALUES (new.id, new.text, new.names);
END;
CREATE TRIGGER messages_written AFTER UPDATE OF text, names, state ON messages
WHEN old.state = 'writing' AND new.state <> 'writing' BEGIN
    INSERT INTO found (rowid, text, names) VALUES (new.id, new.text, new.names);
END;
CREATE TRIGGER messages_changed AFTER UPDATE OF text, names, state ON messages
WHEN old.state <> 'writing' AND new.state <> 'writing' BEGIN
    INSERT INTO found (found, rowid, text, names) VALUES ('delete', old.id, old.text, old.names);
    INSERT INTO found (rowid, text, names) VALUES (new.id, new.text, new.names);
END;
CREATE TRIGGER messages_reopened AFTER UPDATE OF text, names, state ON messages
WHEN old.state <> 'writing' AND new.state = 'writing' BEGIN
    INSERT INTO found (found, rowid, text, names) VALUES ('delete', old.id, old.text, old.names);
END;
CREATE TRIGGER messages_removed AFTER DELETE ON messages WHEN old.state <> 'writing' BEGIN
    INSERT INTO found (found, rowid, text, names) VALUES ('delete', old.id, old.text, old.names);
END;
";

/// A sentence about each assistant.
const ABOUT: &str = "ALTER TABLE assistants ADD COLUMN about TEXT NOT NULL DEFAULT '';";

pub(crate) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![M::up(BASE), M::up(ORDER), M::up(ALONG), M::up(ABOUT)])
}

/// The version of a database; 0 for a new one.
pub(crate) fn version(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Makes the tables what they are now.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    migrations().to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => HistoryError::from(err),
        other => HistoryError::Damaged { detail: other.to_string() },
    })
}
