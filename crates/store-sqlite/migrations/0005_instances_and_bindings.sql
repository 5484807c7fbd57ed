-- Instances, and the key pairs that open them.

-- How many instances there may be in a region; NULL: the server's default.
ALTER TABLE accounts ADD COLUMN instance_quota INTEGER CHECK (instance_quota >= 0);

-- With a rowid: a document may be longer than what a tree keeps in a page.
CREATE TABLE instances (
    account      INTEGER NOT NULL REFERENCES accounts (uin),
    region       TEXT    NOT NULL,
    instance_id  TEXT    NOT NULL,
    client_token TEXT,             -- what its maker gave, so that it is not made twice
    document     TEXT    NOT NULL, -- the rest of it, as JSON: nothing is looked for in it
    PRIMARY KEY (account, region, instance_id)
) STRICT;

CREATE INDEX instances_client_token ON instances (account, region, client_token)
 WHERE client_token IS NOT NULL;

-- With a rowid: a table that is its primary key's tree is walked through for a key pair, whatever else it has.
CREATE TABLE bindings (
    account     INTEGER NOT NULL,
    region      TEXT    NOT NULL,
    instance_id TEXT    NOT NULL,
    key_id      TEXT    NOT NULL,
    username    TEXT    NOT NULL,
    bound_from  INTEGER NOT NULL, -- it opens from then on
    bound_until INTEGER,          -- and from then on not any more; NULL: nobody unbound it
    PRIMARY KEY (account, region, instance_id, key_id, username),
    FOREIGN KEY (account, region, instance_id) REFERENCES instances (account, region, instance_id),
    FOREIGN KEY (account, region, key_id) REFERENCES key_pairs (account, region, key_id)
) STRICT;

CREATE INDEX bindings_key_pair ON bindings (account, region, key_id, instance_id, username);
