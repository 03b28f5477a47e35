"""The first shape: records and their revisions, the journal, the indexes over what is served, tokens, seeds."""

TRUE = """
CREATE TABLE journal_head (one INTEGER PRIMARY KEY, number BIGINT NOT NULL, at TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE journal (number BIGINT PRIMARY KEY, batch BIGINT NOT NULL, at TEXT NOT NULL, act TEXT NOT NULL, record TEXT NOT NULL,
  kind TEXT NOT NULL, version INTEGER NOT NULL, by_whom TEXT NOT NULL, why TEXT NOT NULL, rendered TEXT NOT NULL,
  document TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE record (number {serial}, id TEXT {c} NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,
  version INTEGER NOT NULL, change BIGINT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  survivor TEXT, name TEXT NOT NULL, lifecycle TEXT, etag TEXT NOT NULL, bytes {bytes} NOT NULL);
CREATE INDEX journal_of_record ON journal (record, number);
CREATE INDEX journal_of_batch ON journal (batch);
CREATE INDEX journal_at ON journal (at);
CREATE INDEX record_of_survivor ON record (survivor);
CREATE TABLE revision (record BIGINT NOT NULL, version INTEGER NOT NULL, change BIGINT NOT NULL, state TEXT NOT NULL,
  survivor TEXT, verified_at TEXT, verified_by TEXT, document TEXT NOT NULL, seals TEXT NOT NULL, PRIMARY KEY (record, version));
CREATE INDEX revision_by_change ON revision (change);
CREATE TABLE token (id TEXT PRIMARY KEY, digest TEXT NOT NULL, holder TEXT NOT NULL, role TEXT NOT NULL,
  created_at TEXT NOT NULL, expires_at TEXT, revoked_at TEXT);
CREATE TABLE seed (seed TEXT PRIMARY KEY, record TEXT NOT NULL, digest TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO journal_head VALUES (1, 0, '', '')
"""

INDEXES = """
CREATE TABLE term (field TEXT {c} NOT NULL, low TEXT {c} NOT NULL, high TEXT {c} NOT NULL, record BIGINT NOT NULL,
  doubted INTEGER NOT NULL, PRIMARY KEY (field, low, record, high)) {clustered};
CREATE INDEX term_of_record ON term (record, field, low);
CREATE TABLE sort (scope TEXT {c} NOT NULL, field TEXT {c} NOT NULL, value TEXT {c} NOT NULL, record BIGINT NOT NULL,
  PRIMARY KEY (scope, field, value, record)) {clustered};
CREATE INDEX sort_of_record ON sort (record, scope, field, value);
CREATE TABLE tie (source BIGINT NOT NULL, key TEXT NOT NULL, relation TEXT NOT NULL, target BIGINT NOT NULL,
  standing TEXT NOT NULL, party INTEGER NOT NULL, partnership INTEGER NOT NULL, since_low TEXT {c} NOT NULL,
  since_high TEXT {c} NOT NULL, until_low TEXT {c} NOT NULL, until_high TEXT {c} NOT NULL, PRIMARY KEY (source, key));
CREATE INDEX tie_to ON tie (target, relation, source);
CREATE INDEX tie_from ON tie (source, relation, target);
CREATE TABLE reference (source BIGINT NOT NULL, target BIGINT NOT NULL, PRIMARY KEY (source, target)) {clustered};
CREATE INDEX reference_to ON reference (target, source);
CREATE TABLE identifier (scheme TEXT NOT NULL, value TEXT NOT NULL, record BIGINT NOT NULL,
  PRIMARY KEY (scheme, value));
CREATE INDEX identifier_of ON identifier (record);
CREATE TABLE name (folded TEXT {c} NOT NULL, record BIGINT NOT NULL, PRIMARY KEY (folded, record)) {clustered};
CREATE INDEX name_of ON name (record);
CREATE INDEX record_of_kind ON record (kind, id)
"""

SEARCH_SQLITE = """
CREATE VIRTUAL TABLE search USING fts5 (names, body, tokenize = "unicode61 remove_diacritics 0")
"""

SEARCH_POSTGRESQL = """
CREATE TABLE search (record BIGINT PRIMARY KEY, names TSVECTOR NOT NULL, body TSVECTOR NOT NULL);
CREATE INDEX search_names ON search USING gin (names);
CREATE INDEX search_body ON search USING gin (body)
"""


def up(migrator, db):
    sqlite = type(db).__name__ == "SqliteDatabase"
    words = {
        "serial": "INTEGER PRIMARY KEY" if sqlite else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "bytes": "BLOB" if sqlite else "BYTEA",
        "c": "" if sqlite else 'COLLATE "C"',
        "clustered": "WITHOUT ROWID" if sqlite else "",
    }
    for script in (TRUE, INDEXES, SEARCH_SQLITE if sqlite else SEARCH_POSTGRESQL):
        for statement in script.format(**words).split(";"):
            db.execute_sql(statement)
