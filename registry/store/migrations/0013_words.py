"""The words of the search index, so that the few that begin with one are looked up; short beginnings in the index itself.

SQLite alone: PostgreSQL looks beginnings up in its own index. The search index is made anew at the next start.
"""

STATEMENTS = (
    "CREATE TABLE search_word (word TEXT PRIMARY KEY) WITHOUT ROWID",
    "DROP TABLE search",
    "CREATE VIRTUAL TABLE search USING fts5 (names, body, tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3')",
)


def up(migrator, db):
    if type(db).__name__ == "SqliteDatabase":
        for statement in STATEMENTS:
            db.execute_sql(statement)
