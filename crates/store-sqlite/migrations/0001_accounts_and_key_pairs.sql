-- Accounts, who may sign in them, their key pairs, and the audit log.
--
-- Rows are keyed by account first: one account's rows lie together, and an engine that spreads rows
-- over machines can spread them by account. Times are UNIX seconds. Numbers of accounts and users
-- are unsigned 64-bit, kept in two's complement.

CREATE TABLE accounts (
    uin            INTEGER PRIMARY KEY,
    app_id         INTEGER NOT NULL UNIQUE,
    is_root        INTEGER NOT NULL CHECK (is_root IN (0, 1)),
    key_pair_quota INTEGER CHECK (key_pair_quota >= 0), -- per region; NULL: the server's default
    created_time   INTEGER NOT NULL
) STRICT;

-- A server has one root account.
CREATE UNIQUE INDEX accounts_root ON accounts (is_root) WHERE is_root = 1;

CREATE TABLE users (
    account      INTEGER NOT NULL REFERENCES accounts (uin),
    uin          INTEGER NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    created_time INTEGER NOT NULL,
    PRIMARY KEY (account, uin),
    UNIQUE (account, name),
    CHECK (uin <> account) -- that number is the root user's
) STRICT, WITHOUT ROWID;

-- With a rowid: a document may be longer than a page.
CREATE TABLE user_policies (
    account  INTEGER NOT NULL,
    user     INTEGER NOT NULL,
    position INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (account, user, position),
    FOREIGN KEY (account, user) REFERENCES users (account, uin)
) STRICT;

-- Keyed by SecretId, not by account: a request names nothing else before it is verified.
CREATE TABLE access_keys (
    secret_id         TEXT    NOT NULL PRIMARY KEY,
    account           INTEGER NOT NULL REFERENCES accounts (uin),
    user              INTEGER, -- NULL: the account's root user
    sealed_secret_key BLOB    NOT NULL,
    origin            TEXT    NOT NULL CHECK (origin IN ('start', 'api')),
    status            TEXT    NOT NULL CHECK (status IN ('active', 'inactive')),
    created_time      INTEGER NOT NULL,
    FOREIGN KEY (account, user) REFERENCES users (account, uin)
) STRICT, WITHOUT ROWID;

CREATE INDEX access_keys_owner ON access_keys (account, user, created_time);

CREATE TABLE key_pairs (
    account      INTEGER NOT NULL REFERENCES accounts (uin),
    region       TEXT    NOT NULL,
    key_id       TEXT    NOT NULL,
    key_name     TEXT    NOT NULL,
    public_key   TEXT    NOT NULL,
    fingerprint  BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    created_time INTEGER NOT NULL,
    PRIMARY KEY (account, region, key_id),
    UNIQUE (account, region, key_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_pair_tags (
    account  INTEGER NOT NULL,
    region   TEXT    NOT NULL,
    key_id   TEXT    NOT NULL,
    position INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    value    TEXT    NOT NULL,
    PRIMARY KEY (account, region, key_id, position),
    FOREIGN KEY (account, region, key_id) REFERENCES key_pairs (account, region, key_id)
) STRICT, WITHOUT ROWID;

-- No references: the log outlives what it tells about.
CREATE TABLE audit (
    account    INTEGER NOT NULL,
    sequence   INTEGER NOT NULL, -- 1, 2, 3, ... in each account
    time       INTEGER NOT NULL,
    request_id TEXT    NOT NULL,
    user       INTEGER NOT NULL, -- the account's own number for its root user
    secret_id  TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    operation  TEXT    NOT NULL,
    resources  TEXT    NOT NULL, -- a JSON list of CAM's resource names
    code       TEXT,             -- NULL: it succeeded
    PRIMARY KEY (account, sequence)
) STRICT, WITHOUT ROWID;
