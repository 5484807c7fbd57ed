-- As many key pairs as `sizes` says in ten other places: one of the same account, and nine of other accounts.
-- Every tenth has a tag and an instance that it opens.

INSERT INTO accounts (uin, app_id, is_root, created_time)
VALUES (2, 2, 0, 0), (3, 3, 0, 0), (4, 4, 0, 0), (5, 5, 0, 0), (6, 6, 0, 0), (7, 7, 0, 0), (8, 8, 0, 0),
       (9, 9, 0, 0), (10, 10, 0, 0);

WITH RECURSIVE numbers (n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < (SELECT others FROM sizes))
INSERT INTO key_pairs (account, region, key_id, key_name, public_key, fingerprint, created_time)
SELECT 1 + n * 10 / (SELECT others FROM sizes), '2', printf('%06d', n), printf('%06d', n), 'ssh-rsa',
       CAST(printf('%032d', n) AS BLOB), n
  FROM numbers;

INSERT INTO key_pair_taken
SELECT account, region, key_name, key_id FROM key_pairs WHERE region = '2';
INSERT INTO key_pair_taken
SELECT account, region, fingerprint, key_id FROM key_pairs WHERE region = '2';
INSERT INTO key_pair_counts
SELECT uin, '2', (SELECT others / 10 FROM sizes) FROM accounts;

INSERT INTO key_pair_tags
SELECT account, region, key_id, 0, '1', '1' FROM key_pairs WHERE region = '2' AND key_id % 10 = 0;
INSERT INTO instances
SELECT account, region, key_id, '1', '1' FROM key_pairs WHERE region = '2' AND key_id % 10 = 0;
INSERT INTO bindings
SELECT account, region, key_id, key_id, '1', 0, NULL
  FROM key_pairs WHERE region = '2' AND key_id % 10 = 0;
