-- Audit rows become a chain; key pairs are counted where they are many; the store knows under which
-- master key new secrets are sealed.

-- How many key pairs there are: a quota of a million should not cost a walk through a million rows.
CREATE TABLE key_pair_counts (
    account INTEGER NOT NULL REFERENCES accounts (uin),
    region  TEXT    NOT NULL,
    count   INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (account, region)
) STRICT, WITHOUT ROWID;

INSERT INTO key_pair_counts (account, region, count)
SELECT account, region, count(*) FROM key_pairs GROUP BY account, region;

-- The order in which lists have them.
CREATE INDEX key_pairs_newest ON key_pairs (account, region, created_time DESC, key_id);

-- One row of what holds for the whole store.
CREATE TABLE store (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    master_key BLOB CHECK (length(master_key) = 8) -- its id; NULL: there is no secret yet
) STRICT;

INSERT INTO store (id, master_key)
VALUES (1, (SELECT substr(sealed_secret_key, 1, 8) FROM access_keys LIMIT 1));

-- The rows that are there get their hashes from the program, then this table goes.
ALTER TABLE audit RENAME TO audit_before_hashes;

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
    hash       BLOB    NOT NULL CHECK (length(hash) = 32), -- over this row and the hash before it
    PRIMARY KEY (account, sequence)
) STRICT, WITHOUT ROWID;
