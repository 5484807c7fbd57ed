-- A million key pairs of a hundred thousand accounts, ten each, of which one has a tag and an instance that it
-- opens: a planner that looks at this believes that a place has little.

-- References are right as they are written, and looking each up would take as long as all the rest.
SET session_replication_role = replica;

INSERT INTO pharos.accounts (account, app_id, created_time, audit_sequence, audit_hash)
SELECT n, n, 0, 0, sha256('') FROM generate_series(1001, 101000) AS n;

INSERT INTO pharos.key_pairs (account, region, key_id, key_name, public_key, fingerprint, created_time)
SELECT n / 10, 'ap-guangzhou', 'lhkp-' || n, 'name ' || n, 'ssh-rsa', sha256(n::text::bytea), n
  FROM generate_series(10010, 1010009) AS n;
INSERT INTO pharos.key_pair_counts (account, region, count)
SELECT account, 'ap-guangzhou', 10 FROM pharos.accounts WHERE account BETWEEN 1001 AND 101000;

INSERT INTO pharos.key_pair_tags (account, region, key_id, position, key, value)
SELECT account, region, key_id, 0, 'owner', 'me' FROM pharos.key_pairs WHERE created_time % 10 = 0;
INSERT INTO pharos.instances (account, region, instance_id, client_token, document)
SELECT account, region, 'lhins-' || account, 'token ' || account, '{}'
  FROM pharos.key_pairs WHERE created_time % 10 = 0;
INSERT INTO pharos.bindings (account, region, instance_id, key_id, username, bound_from)
SELECT account, region, 'lhins-' || account, key_id, 'root', 0
  FROM pharos.key_pairs WHERE created_time % 10 = 0;
INSERT INTO pharos.call_windows (account, region, operation, calls)
SELECT account, 'ap-guangzhou', 'DescribeKeyPairs', '' FROM pharos.accounts;

INSERT INTO pharos.users (account, user_uin, name, created_time)
SELECT account, 1000000 + account, 'user', 0 FROM pharos.accounts;
INSERT INTO pharos.user_uins (user_uin, account) SELECT user_uin, account FROM pharos.users;
INSERT INTO pharos.directory (account, kind, id, document)
SELECT account, kind, n, '{}'
  FROM pharos.users CROSS JOIN (VALUES ('group'), ('policy'), ('role')) AS kinds (kind)
 CROSS JOIN generate_series(1000001, 1000003) AS n;
INSERT INTO pharos.attachments (account, kind, id, policy_id, attached_time)
SELECT account, 'user', user_uin, 1000001, 0 FROM pharos.users;
INSERT INTO pharos.attachments (account, kind, id, policy_id, attached_time)
SELECT account, kind, id, 1000002, 0 FROM pharos.directory WHERE kind IN ('group', 'role');
INSERT INTO pharos.memberships (account, user_uin, group_id, joined_time)
SELECT account, user_uin, 1000001, 0 FROM pharos.users;
INSERT INTO pharos.access_keys
       (secret_id, account, user_uin, sealed_secret_key, is_start_key, is_active, created_time)
SELECT 'AKID' || account, account, user_uin, 'sealed secret', false, true, 0 FROM pharos.users;

ANALYZE;
