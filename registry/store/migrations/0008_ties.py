"""An index from which the ties that lead to a record are read in order, and counted without looking at them."""

INDEX = "CREATE INDEX tie_led_to ON tie (target, source, key, relation, standing)"


def up(migrator, db):
    db.execute_sql(INDEX)
