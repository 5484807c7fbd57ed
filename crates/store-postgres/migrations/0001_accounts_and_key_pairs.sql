-- Accounts, who may sign in them, their key pairs, and the audit log.
--
-- Written for PostgreSQL and for the engines that spread its tables over machines: every table but
-- three small ones is keyed by account first, no sequence hands out numbers, and no constraint reaches
-- from one account to another. What is unique in the whole store has a small table of its own, keyed
-- by just that. Times are UNIX seconds. Numbers of accounts and users are unsigned 64-bit, kept in
-- two's complement. Texts that are sorted are sorted by their bytes.

-- One row of what holds for the whole store.
CREATE TABLE pharos.store (
    id           smallint PRIMARY KEY CHECK (id = 1),
    root_account bigint, -- the one that a server starts with; NULL: there is none yet
    master_key   bytea CHECK (octet_length(master_key) = 8) -- its id; NULL: there is no secret yet
);

INSERT INTO pharos.store (id) VALUES (1);

-- Whoever changes anything of an account locks its row first. It holds the end of its audit chain, so
-- each change rewrites it: the space left free keeps that within a page.
CREATE TABLE pharos.accounts (
    account        bigint NOT NULL PRIMARY KEY,
    app_id         bigint NOT NULL,
    key_pair_quota bigint CHECK (key_pair_quota >= 0), -- per region; NULL: the server's default
    created_time   bigint NOT NULL,
    audit_sequence bigint NOT NULL, -- the number of the last row; 0: there is none
    audit_hash     bytea  NOT NULL CHECK (octet_length(audit_hash) = 32)
) WITH (fillfactor = 70);

CREATE TABLE pharos.app_ids (
    app_id  bigint NOT NULL PRIMARY KEY,
    account bigint NOT NULL
);

CREATE TABLE pharos.users (
    account      bigint NOT NULL REFERENCES pharos.accounts (account),
    user_uin     bigint NOT NULL,
    name         text   NOT NULL,
    created_time bigint NOT NULL,
    PRIMARY KEY (account, user_uin),
    UNIQUE (account, name),
    CHECK (user_uin <> account) -- that number is the root user's
);

CREATE TABLE pharos.user_uins (
    user_uin bigint NOT NULL PRIMARY KEY,
    account  bigint NOT NULL
);

CREATE TABLE pharos.user_policies (
    account  bigint NOT NULL,
    user_uin bigint NOT NULL,
    position bigint NOT NULL,
    document text   NOT NULL,
    PRIMARY KEY (account, user_uin, position),
    FOREIGN KEY (account, user_uin) REFERENCES pharos.users (account, user_uin)
);

-- Keyed by SecretId, not by account: a request names nothing else before it is verified.
CREATE TABLE pharos.access_keys (
    secret_id         text COLLATE "C" NOT NULL PRIMARY KEY,
    account           bigint NOT NULL,
    user_uin          bigint, -- NULL: the account's root user
    sealed_secret_key bytea  NOT NULL CHECK (octet_length(sealed_secret_key) > 8),
    is_start_key      boolean NOT NULL, -- not made through the API, but what a server starts with
    is_active         boolean NOT NULL,
    created_time      bigint NOT NULL
);

CREATE INDEX access_keys_owner ON pharos.access_keys (account, user_uin, created_time);

CREATE TABLE pharos.key_pairs (
    account      bigint NOT NULL REFERENCES pharos.accounts (account),
    region       text COLLATE "C" NOT NULL,
    key_id       text COLLATE "C" NOT NULL,
    key_name     text COLLATE "C" NOT NULL,
    public_key   text   NOT NULL,
    fingerprint  bytea  NOT NULL CHECK (octet_length(fingerprint) = 32),
    created_time bigint NOT NULL,
    PRIMARY KEY (account, region, key_id),
    UNIQUE (account, region, key_name)
);

-- The order in which lists have them.
CREATE INDEX key_pairs_newest ON pharos.key_pairs (account, region, created_time DESC, key_id);

CREATE TABLE pharos.key_pair_tags (
    account  bigint NOT NULL,
    region   text COLLATE "C" NOT NULL,
    key_id   text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    key      text   NOT NULL,
    value    text   NOT NULL,
    PRIMARY KEY (account, region, key_id, position),
    FOREIGN KEY (account, region, key_id) REFERENCES pharos.key_pairs (account, region, key_id)
);

-- How many key pairs there are: a quota of a million should not cost a walk through a million rows.
CREATE TABLE pharos.key_pair_counts (
    account bigint NOT NULL,
    region  text COLLATE "C" NOT NULL,
    count   bigint NOT NULL CHECK (count >= 0),
    PRIMARY KEY (account, region)
) WITH (fillfactor = 70);

-- When each action was called in the last second, where the nodes count together. Rewritten with every
-- call, so half of a page is left free.
CREATE TABLE pharos.call_windows (
    account   bigint NOT NULL,
    region    text COLLATE "C" NOT NULL, -- empty: the action has none
    operation text COLLATE "C" NOT NULL,
    calls     bytea  NOT NULL, -- microseconds, eight bytes each
    PRIMARY KEY (account, region, operation)
) WITH (fillfactor = 50);

-- No references: the log outlives what it tells about.
CREATE TABLE pharos.audit (
    account    bigint NOT NULL,
    sequence   bigint NOT NULL, -- 1, 2, 3, ... in each account
    time       bigint NOT NULL,
    request_id text   NOT NULL,
    user_uin   bigint NOT NULL, -- the account's own number for its root user
    secret_id  text   NOT NULL,
    source     text   NOT NULL,
    operation  text   NOT NULL,
    resources  text   NOT NULL, -- a JSON list of CAM's resource names
    code       text,            -- NULL: it succeeded
    hash       bytea  NOT NULL CHECK (octet_length(hash) = 32), -- over this row and the hash before it
    PRIMARY KEY (account, sequence)
);
