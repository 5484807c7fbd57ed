-- Instances, and the key pairs that open them.

-- How many instances there may be in a region; NULL: the server's default.
ALTER TABLE pharos.accounts ADD COLUMN instance_quota bigint CHECK (instance_quota >= 0);

CREATE TABLE pharos.instances (
    account      bigint NOT NULL REFERENCES pharos.accounts (account),
    region       text COLLATE "C" NOT NULL,
    instance_id  text COLLATE "C" NOT NULL,
    client_token text COLLATE "C", -- what its maker gave, so that it is not made twice
    document     text   NOT NULL,  -- the rest of it, as JSON: nothing is looked for in it
    PRIMARY KEY (account, region, instance_id)
);

CREATE INDEX instances_client_token ON pharos.instances (account, region, client_token);

CREATE TABLE pharos.bindings (
    account     bigint NOT NULL,
    region      text COLLATE "C" NOT NULL,
    instance_id text COLLATE "C" NOT NULL,
    key_id      text COLLATE "C" NOT NULL,
    username    text COLLATE "C" NOT NULL,
    bound_from  bigint NOT NULL, -- it opens from then on
    bound_until bigint,          -- and from then on not any more; NULL: nobody unbound it
    PRIMARY KEY (account, region, instance_id, key_id, username),
    FOREIGN KEY (account, region, instance_id)
        REFERENCES pharos.instances (account, region, instance_id),
    FOREIGN KEY (account, region, key_id) REFERENCES pharos.key_pairs (account, region, key_id)
);

CREATE INDEX bindings_key_pair
    ON pharos.bindings (account, region, key_id, instance_id, username);
