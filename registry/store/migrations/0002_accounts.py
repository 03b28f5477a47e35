"""Accounts behind the tokens, what each token may be used for and when it was last, and the administrative journal."""

SCRIPT = """
CREATE TABLE account (name TEXT {c} PRIMARY KEY, role TEXT NOT NULL, organizations TEXT NOT NULL, created_at TEXT NOT NULL,
  disabled_at TEXT);
ALTER TABLE token RENAME COLUMN holder TO account;
ALTER TABLE token ADD COLUMN scopes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE token ADD COLUMN last_used_at TEXT;
UPDATE token SET scopes = CASE role WHEN 'officer' THEN '["submit"]' WHEN 'reviewer' THEN '["submit", "review"]'
  WHEN 'curator' THEN '["submit", "review", "publish"]'
  WHEN 'administrator' THEN '["submit", "review", "publish", "administer"]' ELSE '[]' END;
INSERT INTO account (name, role, organizations, created_at)
  SELECT account, CASE MAX(step) WHEN 1 THEN 'officer' WHEN 2 THEN 'reviewer' WHEN 3 THEN 'curator' WHEN 4 THEN 'administrator'
    ELSE 'reader' END, '[]', MIN(created_at)
  FROM (SELECT account, created_at, CASE WHEN revoked_at IS NOT NULL THEN 0 WHEN role = 'officer' THEN 1
    WHEN role = 'reviewer' THEN 2 WHEN role = 'curator' THEN 3 WHEN role = 'administrator' THEN 4 ELSE 0 END AS step
    FROM token) steps
  GROUP BY account;
ALTER TABLE token DROP COLUMN role;
CREATE INDEX token_of_account ON token (account, created_at, id);
CREATE TABLE admin_head (one INTEGER PRIMARY KEY, number BIGINT NOT NULL, at TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE admin_journal (number BIGINT PRIMARY KEY, at TEXT NOT NULL, by_whom TEXT NOT NULL, act TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL, digest TEXT NOT NULL);
INSERT INTO admin_head VALUES (1, 0, '', '')
"""


def up(migrator, db):
    """Holders of tokens become accounts with the highest role of their unrevoked tokens; each token may do what it could."""
    sqlite = type(db).__name__ == "SqliteDatabase"
    for statement in SCRIPT.format(c="" if sqlite else 'COLLATE "C"').split(";"):
        db.execute_sql(statement)
