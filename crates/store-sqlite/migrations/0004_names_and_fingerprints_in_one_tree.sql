-- What a place may have once, a name and a public key, goes from two indexes into one tree, where both of
-- a key pair are neighbours: each create has one page less to write.

CREATE TABLE key_pairs_of_version_4 (
    account      INTEGER NOT NULL REFERENCES accounts (uin),
    region       TEXT    NOT NULL,
    key_id       TEXT    NOT NULL,
    key_name     TEXT    NOT NULL,
    public_key   TEXT    NOT NULL,
    fingerprint  BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    created_time INTEGER NOT NULL,
    PRIMARY KEY (account, region, key_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_pair_tags_of_version_4 (
    account  INTEGER NOT NULL,
    region   TEXT    NOT NULL,
    key_id   TEXT    NOT NULL,
    position INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    value    TEXT    NOT NULL,
    PRIMARY KEY (account, region, key_id, position),
    FOREIGN KEY (account, region, key_id)
        REFERENCES key_pairs_of_version_4 (account, region, key_id)
) STRICT, WITHOUT ROWID;

INSERT INTO key_pairs_of_version_4
SELECT account, region, key_id, key_name, public_key, fingerprint, created_time FROM key_pairs;
INSERT INTO key_pair_tags_of_version_4
SELECT account, region, key_id, position, key, value FROM key_pair_tags;

DROP TABLE key_pair_tags;
DROP TABLE key_pairs;
ALTER TABLE key_pairs_of_version_4 RENAME TO key_pairs;
ALTER TABLE key_pair_tags_of_version_4 RENAME TO key_pair_tags;

CREATE INDEX key_pairs_newest    ON key_pairs (account, region, created_time DESC, key_id, key_name);
CREATE INDEX key_pair_tags_key   ON key_pair_tags (account, region, key, value);
CREATE INDEX key_pair_tags_value ON key_pair_tags (account, region, value);

-- Two rows for each key pair: its name as text, its fingerprint as a blob.
CREATE TABLE key_pair_taken (
    account INTEGER NOT NULL,
    region  TEXT    NOT NULL,
    taken   ANY     NOT NULL,
    key_id  TEXT    NOT NULL, -- by which one
    PRIMARY KEY (account, region, taken)
) STRICT, WITHOUT ROWID;

INSERT INTO key_pair_taken SELECT account, region, key_name, key_id FROM key_pairs;
INSERT INTO key_pair_taken SELECT account, region, fingerprint, key_id FROM key_pairs;
