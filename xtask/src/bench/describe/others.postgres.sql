-- As many key pairs of others as `size` says, a hundred for each account.

-- References are right as they are written, and looking each up would take as long as all the rest.
SET session_replication_role = replica;

INSERT INTO pharos.accounts (account, app_id, created_time, audit_sequence, audit_hash)
SELECT n, n, 0, 0, sha256('') FROM size, generate_series(1, others / 100) AS n;

INSERT INTO pharos.key_pairs (account, region, key_id, key_name, public_key, fingerprint, created_time)
SELECT 1 + n / 100, 'ap-guangzhou', 'lhkp-' || lpad(n::text, 8, '0'), 'key_' || n,
       'ssh-rsa ' || repeat('A', 372) || ' lhkp-' || lpad(n::text, 8, '0'), sha256(n::text::bytea), 1764057600
  FROM size, generate_series(0, others - 1) AS n;

INSERT INTO pharos.key_pair_counts (account, region, count)
SELECT n, 'ap-guangzhou', 100 FROM size, generate_series(1, others / 100) AS n;

ANALYZE;
