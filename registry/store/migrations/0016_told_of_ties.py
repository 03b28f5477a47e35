"""What a tie says of itself, as it is served: networks tell it without reading the records that hold the ties."""

COLUMNS = ("role", "since", "until")


def up(migrator, db):
    for column in COLUMNS:
        db.execute_sql(f"ALTER TABLE tie ADD COLUMN {column} TEXT")
