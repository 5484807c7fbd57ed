-- Key pairs are found by their tags, and lists filtered by name without a look at each row.

CREATE INDEX key_pair_tags_key   ON key_pair_tags (account, region, key, value);
CREATE INDEX key_pair_tags_value ON key_pair_tags (account, region, value);

DROP INDEX key_pairs_newest;
CREATE INDEX key_pairs_newest ON key_pairs (account, region, created_time DESC, key_id, key_name);

-- The same public key is kept once in a place.
CREATE UNIQUE INDEX key_pairs_fingerprint ON key_pairs (account, region, fingerprint);
