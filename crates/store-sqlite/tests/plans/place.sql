-- As many key pairs of one place as `sizes` says, each with a tag and with an instance that it opens. The first
-- has no other name than 1, nor has what belongs to it: it is what a statement asks for whose parameters are
-- all 1.

INSERT INTO accounts (uin, app_id, is_root, created_time) VALUES (1, 1, 0, 0);

WITH RECURSIVE numbers (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < (SELECT place FROM sizes))
INSERT INTO key_pairs (account, region, key_id, key_name, public_key, fingerprint, created_time)
SELECT 1, '1', n, n, 'ssh-rsa', CAST(printf('%032d', n) AS BLOB), n FROM numbers;

INSERT INTO key_pair_taken SELECT account, region, key_name, key_id FROM key_pairs;
INSERT INTO key_pair_taken SELECT account, region, fingerprint, key_id FROM key_pairs;
INSERT INTO key_pair_counts SELECT 1, '1', place FROM sizes;
INSERT INTO key_pair_tags SELECT account, region, key_id, 0, key_id, key_id FROM key_pairs;
INSERT INTO instances SELECT account, region, key_id, key_id, '1' FROM key_pairs;
INSERT INTO bindings SELECT account, region, key_id, key_id, '1', 0, NULL FROM key_pairs;
