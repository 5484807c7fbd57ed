-- As many key pairs of others as `size` says, a hundred for each account.

WITH RECURSIVE numbers (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < (SELECT others / 100 FROM size))
INSERT INTO accounts (uin, app_id, is_root, created_time) SELECT n, n, 0, 0 FROM numbers;

WITH RECURSIVE numbers (n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < (SELECT others FROM size))
INSERT INTO key_pairs (account, region, key_id, key_name, public_key, fingerprint, created_time)
SELECT 1 + n / 100, 'ap-guangzhou', printf('lhkp-%08d', n), printf('key_%d', n),
       'ssh-rsa ' || printf('%.*c', 372, 'A') || printf(' lhkp-%08d', n),
       CAST(printf('%032d', n) AS BLOB), 1764057600
  FROM numbers;

INSERT INTO key_pair_taken
SELECT account, region, key_name, key_id FROM key_pairs WHERE account <= (SELECT others / 100 FROM size);
INSERT INTO key_pair_taken
SELECT account, region, fingerprint, key_id FROM key_pairs WHERE account <= (SELECT others / 100 FROM size);
INSERT INTO key_pair_counts
SELECT uin, 'ap-guangzhou', 100 FROM accounts WHERE uin <= (SELECT others / 100 FROM size);
