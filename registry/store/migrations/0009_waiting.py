"""Which records a submission would change, so that the worklist can tell which ones wait for a review."""

TABLES = """
CREATE TABLE submission_record (record TEXT {c} NOT NULL, submission BIGINT NOT NULL, PRIMARY KEY (record, submission)) {clustered};
CREATE INDEX submission_record_of ON submission_record (submission)
"""


def up(migrator, db):
    sqlite = type(db).__name__ == "SqliteDatabase"
    words = {"c": "" if sqlite else 'COLLATE "C"', "clustered": "WITHOUT ROWID" if sqlite else ""}
    for statement in TABLES.format(**words).split(";"):
        db.execute_sql(statement)
