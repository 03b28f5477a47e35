"""Submissions, the ids that they reserve, and the answers that are given again under an Idempotency-Key."""

TABLES = """
CREATE TABLE submission (number {serial}, id TEXT {c} NOT NULL UNIQUE, author TEXT NOT NULL, state TEXT NOT NULL,
  submitted_at TEXT, etag TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX submission_of_author ON submission (author, number);
CREATE INDEX submission_in_state ON submission (state, number);
CREATE TABLE submission_kind (kind TEXT NOT NULL, submission BIGINT NOT NULL, PRIMARY KEY (kind, submission)) {clustered};
CREATE INDEX submission_kind_of ON submission_kind (submission);
CREATE TABLE submission_organization (organization TEXT {c} NOT NULL, submission BIGINT NOT NULL,
  PRIMARY KEY (organization, submission)) {clustered};
CREATE TABLE reservation (id TEXT {c} PRIMARY KEY, submission BIGINT NOT NULL);
CREATE INDEX reservation_of ON reservation (submission);
CREATE TABLE answer (holder TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, created_at TEXT NOT NULL,
  status INTEGER NOT NULL, headers TEXT NOT NULL, body {bytes} NOT NULL, PRIMARY KEY (holder, key));
CREATE INDEX answer_by_age ON answer (created_at)
"""


def up(migrator, db):
    sqlite = type(db).__name__ == "SqliteDatabase"
    words = {
        "serial": "INTEGER PRIMARY KEY" if sqlite else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "bytes": "BLOB" if sqlite else "BYTEA",
        "c": "" if sqlite else 'COLLATE "C"',
        "clustered": "WITHOUT ROWID" if sqlite else "",
    }
    for statement in TABLES.format(**words).split(";"):
        db.execute_sql(statement)
