"""What the registry remembers: records, revisions, the journal, indexes and migrations, on SQLite and PostgreSQL."""
