-- Key pairs are found by their tags, and lists filtered by name without a look at each row.

CREATE INDEX key_pair_tags_key   ON pharos.key_pair_tags (account, region, key, value, key_id);
CREATE INDEX key_pair_tags_value ON pharos.key_pair_tags (account, region, value, key_id);

DROP INDEX pharos.key_pairs_newest;
CREATE INDEX key_pairs_newest
    ON pharos.key_pairs (account, region, created_time DESC, key_id, key_name);

-- The same public key is kept once in a place.
CREATE UNIQUE INDEX key_pairs_fingerprint ON pharos.key_pairs (account, region, fingerprint);
