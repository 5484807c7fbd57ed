//! Every SQL statement of the adapter, in the subset that distributed PostgreSQL-compatible engines
//! take too: a test of the house holds the list of what is not in it. They stand in one table because
//! nothing checks them at compile time; each connection prepares them all.
//!
//! `key_pairs` has several indexes that begin with the account and the region, and so have others. A planner
//! that believes in few rows a place takes any of them for a lookup: then it walks through the whole place. The
//! schema tells it better (`schema.rs`), but it listens only when it has looked at the table. Whoever
//! looks for one name or id therefore asks for the first one from there on, or for all between it and itself,
//! in an order which only the right index has.

use tokio::try_join;
use tokio_postgres::{Client, Error, Statement};

macro_rules! statements {
    ($statements:ident; $($(#[doc = $doc:literal])* $name:ident = $sql:literal;)*) => {
        /// The statements, prepared on one connection.
        pub(crate) struct $statements {
            $($(#[doc = $doc])* pub(crate) $name: Statement,)*
        }

        impl $statements {
            /// Prepares them, all in one round trip.
            pub(crate) async fn prepare(client: &Client) -> Result<Self, Error> {
                let ($($name,)*) = try_join!($(client.prepare($sql),)*)?;
                Ok(Self { $($name,)* })
            }

            /// Every one of them, with its name.
            #[cfg(any(test, feature = "conformance"))]
            #[allow(dead_code, reason = "an import's are not looked at")]
            pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $sql),)*];
        }
    };
}

// What every connection is for.
statements! {
    Statements;

    /// The version of the schema. Held until the transaction ends, so that no migration comes between:
    /// the first thing that every transaction does.
    version_share = "SELECT version FROM pharos.schema_version WHERE id = 1 FOR SHARE";
    /// The same, and nobody else may begin anything.
    version_lock = "SELECT version FROM pharos.schema_version WHERE id = 1 FOR UPDATE";
    ready = "
        SELECT version, current_setting('transaction_read_only')
          FROM pharos.schema_version WHERE id = 1";
    /// What holds for the whole store.
    store_look = "SELECT root_account, master_key FROM pharos.store WHERE id = 1";
    /// The same, held until the transaction ends, so that no change of the master key comes between.
    store_share = "SELECT root_account, master_key FROM pharos.store WHERE id = 1 FOR SHARE";
    /// The same, and nobody else may hold it.
    store_lock = "SELECT root_account, master_key FROM pharos.store WHERE id = 1 FOR UPDATE";
    root_set = "UPDATE pharos.store SET root_account = $1 WHERE id = 1";
    master_key_set = "UPDATE pharos.store SET master_key = $1 WHERE id = 1";

    /// In no order that means anything: numbers are unsigned.
    accounts = "
        SELECT account, app_id,
               EXISTS (SELECT 1 FROM pharos.store WHERE id = 1 AND root_account = account),
               key_pair_quota, instance_quota, is_disabled, created_time
          FROM pharos.accounts
         ORDER BY account";
    /// Changes no row if an account or a user has the number. Whoever adds either holds the row of the store,
    /// so that none of the other comes between.
    account_insert = "
        INSERT INTO pharos.accounts
               (account, app_id, key_pair_quota, created_time, audit_sequence, audit_hash)
        SELECT $1, $2, $3, $4, 0, $5
         WHERE NOT EXISTS (SELECT 1 FROM pharos.user_uins WHERE user_uin = $1)
            ON CONFLICT (account) DO NOTHING";
    /// Changes no row if an account has it.
    app_id_insert = "
        INSERT INTO pharos.app_ids (app_id, account) VALUES ($1, $2)
            ON CONFLICT (app_id) DO NOTHING";
    /// Changes no row if there is no such account, nor if it is the root account.
    account_status_set = "
        UPDATE pharos.accounts SET is_disabled = $2
         WHERE account = $1
           AND NOT EXISTS (SELECT 1 FROM pharos.store WHERE id = 1 AND root_account = $1)";
    /// The accounts that exist, locked in one order, so that no two transactions wait for each other.
    accounts_lock = "
        SELECT account, key_pair_quota, audit_sequence, audit_hash
          FROM pharos.accounts WHERE account = ANY ($1) ORDER BY account FOR UPDATE";
    /// Those of them that nobody else holds.
    accounts_lock_free = "
        SELECT account, key_pair_quota, audit_sequence, audit_hash
          FROM pharos.accounts WHERE account = ANY ($1) ORDER BY account FOR UPDATE SKIP LOCKED";
    audit_heads_set = "
        UPDATE pharos.accounts AS a
           SET audit_sequence = head.sequence, audit_hash = head.hash
          FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS head (account, sequence, hash)
         WHERE a.account = head.account";

    root_secret_ids = "
        SELECT secret_id
          FROM pharos.access_keys
         WHERE account = (SELECT root_account FROM pharos.store WHERE id = 1)
           AND user_uin IS NULL AND is_active
         ORDER BY created_time, secret_id";
    start_keys_delete_others = "
        DELETE FROM pharos.access_keys
         WHERE account = $1 AND user_uin IS NULL AND is_start_key AND secret_id <> $2";
    /// Changes no row if the SecretId is a user's or another account's.
    start_key_put = "
        INSERT INTO pharos.access_keys AS k
               (secret_id, account, sealed_secret_key, is_start_key, is_active, created_time)
        VALUES ($1, $2, $3, true, true, $4)
            ON CONFLICT (secret_id) DO UPDATE
           SET sealed_secret_key = excluded.sealed_secret_key, is_start_key = true, is_active = true
         WHERE k.account = excluded.account AND k.user_uin IS NULL";

    user_insert = "
        INSERT INTO pharos.users (account, user_uin, name, profile, created_time)
        VALUES ($1, $2, $3, $4, $5)";
    /// Changes no row if an account or a user has the number.
    user_uin_insert = "
        INSERT INTO pharos.user_uins (user_uin, account)
        SELECT $1, $2
         WHERE NOT EXISTS (SELECT 1 FROM pharos.accounts WHERE account = $1)
            ON CONFLICT (user_uin) DO NOTHING";
    user_profile_set = "
        UPDATE pharos.users SET profile = $3 WHERE account = $1 AND user_uin = $2";
    user_delete = "DELETE FROM pharos.users WHERE account = $1 AND user_uin = $2";
    user_uin_delete = "DELETE FROM pharos.user_uins WHERE user_uin = $1";

    /// Changes no row if somebody has the SecretId.
    access_key_insert = "
        INSERT INTO pharos.access_keys
               (secret_id, account, user_uin, sealed_secret_key, is_start_key, is_active,
                description, created_time)
        VALUES ($1, $2, $3, $4, false, true, $5, $6)
            ON CONFLICT (secret_id) DO NOTHING";
    access_key_status_set = "
        UPDATE pharos.access_keys SET is_active = $2 WHERE secret_id = $1";
    /// Changes no row if it was used then or later.
    access_key_used = "
        UPDATE pharos.access_keys SET last_used_time = $2
         WHERE secret_id = $1 AND (last_used_time IS NULL OR last_used_time < $2)";
    access_keys_delete = "DELETE FROM pharos.access_keys WHERE secret_id = ANY ($1)";
    /// A row for each attached policy, more than one if it is attached in several ways; one row without a
    /// policy if there is none. One statement, so that the key and the policies are of the same moment.
    access_key_find = "
        SELECT k.sealed_secret_key, k.account, k.user_uin, attached.policy_id,
               (SELECT document FROM pharos.directory
                 WHERE account = k.account AND kind = 'policy' AND id = attached.policy_id)
          FROM pharos.access_keys AS k
          JOIN pharos.accounts AS owner ON owner.account = k.account
          LEFT JOIN LATERAL
               (SELECT policy_id FROM pharos.attachments
                 WHERE account = k.account AND kind = 'user' AND id = k.user_uin
                 UNION ALL
                SELECT of_group.policy_id
                  FROM pharos.memberships AS m
                 CROSS JOIN LATERAL
                       (SELECT policy_id FROM pharos.attachments
                         WHERE account = m.account AND kind = 'group' AND id = m.group_id
                         ORDER BY policy_id) AS of_group
                 WHERE m.account = k.account AND m.user_uin = k.user_uin) AS attached ON true
         WHERE k.secret_id = $1 AND k.is_active AND NOT owner.is_disabled";

    /// All that an account's directory is made of, as rows of one shape. One statement, so that it is of one
    /// moment.
    directory = "
        SELECT 'user', NULL::text, user_uin, NULL::bigint, name, profile, NULL::boolean, created_time,
               NULL::bigint
          FROM pharos.users WHERE account = $1
         UNION ALL
        SELECT 'access key', NULL, user_uin, NULL, secret_id, description, is_active, created_time,
               last_used_time
          FROM pharos.access_keys WHERE account = $1
         UNION ALL
        SELECT 'item', kind, id, NULL, document, NULL, NULL, NULL, NULL
          FROM pharos.directory WHERE account = $1
         UNION ALL
        SELECT 'attachment', kind, id, policy_id, NULL, NULL, NULL, attached_time, NULL
          FROM pharos.attachments WHERE account = $1
         UNION ALL
        SELECT 'membership', NULL, user_uin, group_id, NULL, NULL, NULL, joined_time, NULL
          FROM pharos.memberships WHERE account = $1";
    /// Adds groups, policies and roles, or puts them in the place of those of their ids.
    items_put = "
        INSERT INTO pharos.directory (account, kind, id, document)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[])
            ON CONFLICT (account, kind, id) DO UPDATE SET document = excluded.document";
    items_delete = "
        DELETE FROM pharos.directory AS d
         USING unnest($2::text[], $3::bigint[]) AS old (kind, id)
         WHERE d.account = $1 AND d.kind = old.kind AND d.id = old.id";
    attachments_insert = "
        INSERT INTO pharos.attachments (account, kind, id, policy_id, attached_time)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])";
    attachments_delete = "
        DELETE FROM pharos.attachments AS a
         USING unnest($2::text[], $3::bigint[], $4::bigint[]) AS old (kind, id, policy_id)
         WHERE a.account = $1 AND a.kind = old.kind AND a.id = old.id
           AND a.policy_id = old.policy_id";
    memberships_insert = "
        INSERT INTO pharos.memberships (account, user_uin, group_id, joined_time)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])";
    memberships_delete = "
        DELETE FROM pharos.memberships AS m
         USING unnest($2::bigint[], $3::bigint[]) AS old (user_uin, group_id)
         WHERE m.account = $1 AND m.user_uin = old.user_uin AND m.group_id = old.group_id";
    roles = "
        SELECT kind, id, document FROM pharos.directory WHERE account = $1 AND kind = 'role'";
    /// A row for each policy that is attached to it; one without a policy if there is none.
    role_find = "
        SELECT r.kind, r.id, r.document, attached.policy_id,
               (SELECT document FROM pharos.directory
                 WHERE account = r.account AND kind = 'policy' AND id = attached.policy_id)
          FROM pharos.directory AS r
          JOIN pharos.accounts AS owner ON owner.account = r.account
          LEFT JOIN LATERAL
               (SELECT policy_id FROM pharos.attachments
                 WHERE account = r.account AND kind = 'role' AND id = r.id
                 ORDER BY policy_id) AS attached ON true
         WHERE r.account = $1 AND r.kind = 'role' AND r.id = $2 AND NOT owner.is_disabled";

    /// Walks through the access keys from where the last page ended.
    secrets_outdated = "
        SELECT secret_id, sealed_secret_key
          FROM pharos.access_keys
         WHERE secret_id > $1
           AND substr(sealed_secret_key, 1, 8)
               <> (SELECT master_key FROM pharos.store WHERE id = 1)
         ORDER BY secret_id LIMIT $2";
    /// Changes no row where another secret stands by now.
    secrets_reseal = "
        UPDATE pharos.access_keys AS k
           SET sealed_secret_key = new.sealed
          FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS new (secret_id, old, sealed)
         WHERE k.secret_id = new.secret_id AND k.sealed_secret_key = new.old";

    /// Whether the name is taken, how many key pairs there are, how many there may be.
    key_pair_room = "
        SELECT coalesce($3 = (SELECT key_name FROM pharos.key_pairs
                               WHERE account = $1 AND region = $2 AND key_name >= $3
                               ORDER BY key_name LIMIT 1), false),
               (SELECT count FROM pharos.key_pair_counts WHERE account = $1 AND region = $2),
               (SELECT key_pair_quota FROM pharos.accounts WHERE account = $1)";
    /// How many there are, beside each of the page: one statement, so that both are of the same moment.
    /// Beside nothing if the page is empty; no row if there are none at all.
    key_pair_page = "
        SELECT c.count, k.key_id, k.key_name, k.public_key, k.fingerprint, k.created_time
          FROM pharos.key_pair_counts AS c
          LEFT JOIN (SELECT key_id, key_name, public_key, fingerprint, created_time
                       FROM pharos.key_pairs
                      WHERE account = $1 AND region = $2
                      ORDER BY created_time DESC, key_id LIMIT $3 OFFSET $4) AS k ON true
         WHERE c.account = $1 AND c.region = $2
         ORDER BY k.created_time DESC, k.key_id";
    key_pair_tags = "
        SELECT wanted.key_id, tag.position, tag.key, tag.value
          FROM unnest($3::text[]) AS wanted (key_id)
         CROSS JOIN LATERAL
               (SELECT position, key, value FROM pharos.key_pair_tags
                 WHERE account = $1 AND region = $2 AND key_id = wanted.key_id
                 ORDER BY position) AS tag";

    /// All of a place, in the order of lists, from the index alone.
    key_pair_list = "
        SELECT key_id, key_name
          FROM pharos.key_pairs
         WHERE account = $1 AND region = $2
         ORDER BY created_time DESC, key_id";
    /// What decides whether and where these are in a list.
    key_pairs_look = "
        SELECT found.key_id, found.key_name, found.created_time
          FROM unnest($3::text[]) AS wanted (key_id)
         CROSS JOIN LATERAL
               (SELECT key_id, key_name, created_time FROM pharos.key_pairs
                 WHERE account = $1 AND region = $2 AND key_id >= wanted.key_id
                 ORDER BY key_id LIMIT 1) AS found
         WHERE found.key_id = wanted.key_id";
    key_pairs_find = "
        SELECT found.key_id, found.key_name, found.public_key, found.fingerprint,
               found.created_time
          FROM unnest($3::text[]) AS wanted (key_id)
         CROSS JOIN LATERAL
               (SELECT key_id, key_name, public_key, fingerprint, created_time
                  FROM pharos.key_pairs
                 WHERE account = $1 AND region = $2 AND key_id >= wanted.key_id
                 ORDER BY key_id LIMIT 1) AS found
         WHERE found.key_id = wanted.key_id";
    key_ids_by_tag_key = "
        SELECT key_id FROM pharos.key_pair_tags WHERE account = $1 AND region = $2 AND key = $3";
    key_ids_by_tag_value = "
        SELECT key_id FROM pharos.key_pair_tags WHERE account = $1 AND region = $2 AND value = $3";
    /// Only the index of both has this order.
    key_ids_by_tag = "
        SELECT key_id FROM pharos.key_pair_tags
         WHERE account = $1 AND region = $2
           AND (key, value) >= ($3, $4) AND (key, value) <= ($3, $4)
         ORDER BY key, value, key_id";

    /// Which of these there are.
    key_pairs_there = "
        SELECT found.key_id
          FROM unnest($3::text[]) AS wanted (key_id)
         CROSS JOIN LATERAL
               (SELECT key_id FROM pharos.key_pairs
                 WHERE account = $1 AND region = $2 AND key_id >= wanted.key_id
                 ORDER BY key_id LIMIT 1) AS found
         WHERE found.key_id = wanted.key_id";

    /// A row for each binding, those of an instance together and in order; one without a binding if there is
    /// none.
    instances = "
        SELECT i.document, b.instance_id, b.key_id, b.username, b.bound_from, b.bound_until
          FROM pharos.instances AS i
          LEFT JOIN pharos.bindings AS b
            ON b.account = i.account AND b.region = i.region AND b.instance_id = i.instance_id
         WHERE i.account = $1 AND i.region = $2
         ORDER BY i.instance_id, b.key_id, b.username";
    /// The same for these, in the order in which they were asked for.
    instances_find = "
        SELECT i.document, b.instance_id, b.key_id, b.username, b.bound_from, b.bound_until
          FROM unnest($3::text[]) AS wanted (instance_id)
         CROSS JOIN LATERAL
               (SELECT instance_id, document FROM pharos.instances
                 WHERE account = $1 AND region = $2 AND instance_id >= wanted.instance_id
                 ORDER BY instance_id LIMIT 1) AS i
          LEFT JOIN LATERAL
               (SELECT instance_id, key_id, username, bound_from, bound_until FROM pharos.bindings
                 WHERE account = $1 AND region = $2
                   AND instance_id BETWEEN i.instance_id AND i.instance_id
                 ORDER BY instance_id, key_id, username) AS b ON true
         WHERE i.instance_id = wanted.instance_id";
    instances_by_client_token = "
        SELECT instance_id FROM pharos.instances
         WHERE account = $1 AND region = $2 AND client_token BETWEEN $3 AND $3
         ORDER BY client_token, instance_id";
    /// How many there are, and how many there may be. There are no more than that, so counting is cheap.
    instance_room = "
        SELECT (SELECT count(*) FROM pharos.instances WHERE account = $1 AND region = $2),
               (SELECT instance_quota FROM pharos.accounts WHERE account = $1)";
    /// Adds those whose id is free.
    instances_insert = "
        INSERT INTO pharos.instances (account, region, instance_id, client_token, document)
        SELECT $1, $2, new.instance_id, new.client_token, new.document
          FROM unnest($3::text[], $4::text[], $5::text[])
               AS new (instance_id, client_token, document)
            ON CONFLICT (account, region, instance_id) DO NOTHING";
    instances_change = "
        UPDATE pharos.instances AS i
           SET client_token = new.client_token, document = new.document
          FROM unnest($3::text[], $4::text[], $5::text[])
               AS new (instance_id, client_token, document)
         WHERE i.account = $1 AND i.region = $2 AND i.instance_id = new.instance_id";
    instances_delete = "
        DELETE FROM pharos.instances
         WHERE account = $1 AND region = $2 AND instance_id = ANY ($3)";

    bindings_of_key_pairs = "
        SELECT b.instance_id, b.key_id, b.username, b.bound_from, b.bound_until
          FROM unnest($3::text[]) AS wanted (key_id)
         CROSS JOIN LATERAL
               (SELECT instance_id, key_id, username, bound_from, bound_until FROM pharos.bindings
                 WHERE account = $1 AND region = $2
                   AND key_id BETWEEN wanted.key_id AND wanted.key_id
                 ORDER BY key_id, instance_id, username) AS b";
    bindings_insert = "
        INSERT INTO pharos.bindings
               (account, region, instance_id, key_id, username, bound_from, bound_until)
        SELECT $1, $2, new.instance_id, new.key_id, new.username, new.bound_from, new.bound_until
          FROM unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
               AS new (instance_id, key_id, username, bound_from, bound_until)";
    bindings_delete = "
        DELETE FROM pharos.bindings AS b
         USING unnest($3::text[], $4::text[], $5::text[])
               AS old (instance_id, key_id, username)
         WHERE b.account = $1 AND b.region = $2 AND b.instance_id = old.instance_id
           AND b.key_id = old.key_id AND b.username = old.username";
    bindings_delete_of_key_pair = "
        DELETE FROM pharos.bindings WHERE account = $1 AND region = $2 AND key_id = $3";

    /// How many key pairs and instances there are, and how many of each there may be.
    usage = "
        SELECT (SELECT count FROM pharos.key_pair_counts WHERE account = $1 AND region = $2),
               (SELECT count(*) FROM pharos.instances WHERE account = $1 AND region = $2),
               (SELECT key_pair_quota FROM pharos.accounts WHERE account = $1),
               (SELECT instance_quota FROM pharos.accounts WHERE account = $1)";
    /// Changes no row if there is no such account.
    quotas_set = "
        UPDATE pharos.accounts SET key_pair_quota = $2, instance_quota = $3 WHERE account = $1";

    key_pair_tags_delete = "
        DELETE FROM pharos.key_pair_tags WHERE account = $1 AND region = $2 AND key_id = $3";
    key_pair_delete = "
        DELETE FROM pharos.key_pairs WHERE account = $1 AND region = $2 AND key_id = $3";
    key_pair_count_down = "
        UPDATE pharos.key_pair_counts SET count = count - 1 WHERE account = $1 AND region = $2";

    /// Counts of the places that have any.
    key_pair_counts = "
        SELECT c.account, c.region, c.count
          FROM unnest($1::bigint[], $2::text[]) AS place (account, region)
          JOIN pharos.key_pair_counts AS c
            ON c.account = place.account AND c.region = place.region";
    /// Which of these names are taken.
    key_pair_names = "
        SELECT wanted.account, wanted.region, wanted.key_name
          FROM unnest($1::bigint[], $2::text[], $3::text[]) AS wanted (account, region, key_name)
         WHERE wanted.key_name = (
               SELECT k.key_name FROM pharos.key_pairs AS k
                WHERE k.account = wanted.account AND k.region = wanted.region
                  AND k.key_name >= wanted.key_name
                ORDER BY k.key_name LIMIT 1)";
    /// Which of these fingerprints are there, and whose they are.
    key_pair_fingerprints = "
        SELECT found.account, found.region, found.fingerprint, found.key_id
          FROM unnest($1::bigint[], $2::text[], $3::bytea[]) AS wanted (account, region, fingerprint)
         CROSS JOIN LATERAL
               (SELECT k.account, k.region, k.fingerprint, k.key_id FROM pharos.key_pairs AS k
                 WHERE k.account = wanted.account AND k.region = wanted.region
                   AND k.fingerprint >= wanted.fingerprint
                 ORDER BY k.fingerprint LIMIT 1) AS found
         WHERE found.fingerprint = wanted.fingerprint";
    /// Which of these KeyIds are taken.
    key_pair_ids = "
        SELECT wanted.account, wanted.region, wanted.key_id
          FROM unnest($1::bigint[], $2::text[], $3::text[]) AS wanted (account, region, key_id)
         WHERE wanted.key_id = (
               SELECT k.key_id FROM pharos.key_pairs AS k
                WHERE k.account = wanted.account AND k.region = wanted.region
                  AND k.key_id >= wanted.key_id
                ORDER BY k.key_id LIMIT 1)";
    key_pairs_insert = "
        INSERT INTO pharos.key_pairs
               (account, region, key_id, key_name, public_key, fingerprint, created_time)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[],
                             $6::bytea[], $7::bigint[])";
    key_pair_tags_insert = "
        INSERT INTO pharos.key_pair_tags (account, region, key_id, position, key, value)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[],
                             $6::text[])";
    key_pair_counts_put = "
        INSERT INTO pharos.key_pair_counts (account, region, count)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])
            ON CONFLICT (account, region) DO UPDATE SET count = excluded.count";

    call_windows_add = "
        INSERT INTO pharos.call_windows (account, region, operation, calls)
        SELECT account, region, operation, ''::bytea
          FROM unnest($1::bigint[], $2::text[], $3::text[]) AS asked (account, region, operation)
            ON CONFLICT (account, region, operation) DO NOTHING";
    /// In one order, so that no two transactions wait for each other.
    call_windows_lock = "
        SELECT w.account, w.region, w.operation, w.calls
          FROM (SELECT account, region, operation
                  FROM unnest($1::bigint[], $2::text[], $3::text[])
                       AS asked (account, region, operation)
                 ORDER BY account, region, operation) AS asked
         CROSS JOIN LATERAL
               (SELECT account, region, operation, calls FROM pharos.call_windows
                 WHERE account = asked.account AND region = asked.region
                   AND operation = asked.operation
                   FOR UPDATE) AS w";
    /// What time it is now that the locks are held.
    clock = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
    call_windows_set = "
        UPDATE pharos.call_windows AS w
           SET calls = new.calls
          FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[])
               AS new (account, region, operation, calls)
         WHERE w.account = new.account AND w.region = new.region
           AND w.operation = new.operation";

    audit_insert = "
        INSERT INTO pharos.audit
               (account, sequence, time, request_id, user_uin, secret_id, source, operation,
                resources, code, hash)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[],
                             $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                             $11::bytea[])";
    audit_end = "SELECT audit_sequence, audit_hash FROM pharos.accounts WHERE account = $1";
    audit_page = "
        SELECT account, sequence, time, request_id, user_uin, secret_id, source, operation,
               resources, code, hash
          FROM pharos.audit WHERE account = $1 AND sequence > $2
         ORDER BY sequence LIMIT $3";
    audit_hash = "SELECT hash FROM pharos.audit WHERE account = $1 AND sequence = $2";
}

// What an import needs beside those.
statements! {
    ImportStatements;

    is_empty = "
        SELECT NOT (EXISTS (SELECT 1 FROM pharos.accounts) OR EXISTS (SELECT 1 FROM pharos.users)
                    OR EXISTS (SELECT 1 FROM pharos.access_keys)
                    OR EXISTS (SELECT 1 FROM pharos.key_pairs)
                    OR EXISTS (SELECT 1 FROM pharos.instances)
                    OR EXISTS (SELECT 1 FROM pharos.audit)
                    OR EXISTS (SELECT 1 FROM pharos.directory)
                    OR EXISTS (SELECT 1 FROM pharos.attachments))";
    app_ids_insert = "
        INSERT INTO pharos.app_ids (app_id, account)
        SELECT * FROM unnest($1::bigint[], $2::bigint[])";
    accounts_insert = "
        INSERT INTO pharos.accounts
               (account, app_id, key_pair_quota, instance_quota, is_disabled, created_time, audit_sequence,
                audit_hash)
        SELECT account, app_id, key_pair_quota, instance_quota, is_disabled, created_time, 0, $7
          FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::boolean[], $6::bigint[])
               AS new (account, app_id, key_pair_quota, instance_quota, is_disabled, created_time)";
    every_instance_insert = "
        INSERT INTO pharos.instances (account, region, instance_id, client_token, document)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])";
    every_binding_insert = "
        INSERT INTO pharos.bindings
               (account, region, instance_id, key_id, username, bound_from, bound_until)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[],
                             $6::bigint[], $7::bigint[])";
    user_uins_insert = "
        INSERT INTO pharos.user_uins (user_uin, account)
        SELECT * FROM unnest($1::bigint[], $2::bigint[])";
    users_insert = "
        INSERT INTO pharos.users (account, user_uin, name, profile, created_time)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])";
    access_keys_insert = "
        INSERT INTO pharos.access_keys
               (secret_id, account, user_uin, sealed_secret_key, is_start_key, is_active,
                description, created_time, last_used_time)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[], $5::boolean[],
                             $6::boolean[], $7::text[], $8::bigint[], $9::bigint[])";
    key_pair_counts_insert = "
        INSERT INTO pharos.key_pair_counts (account, region, count)
        SELECT account, region, count(*) FROM pharos.key_pairs GROUP BY account, region";
}

/// Access keys whose account or user is not there: no constraint of the schema says that.
pub(crate) const ACCESS_KEYS_OF_NOBODY: &str = "
    SELECT k.secret_id
      FROM pharos.access_keys AS k
      LEFT JOIN pharos.accounts AS a ON a.account = k.account
      LEFT JOIN pharos.users AS u ON u.account = k.account AND u.user_uin = k.user_uin
     WHERE a.account IS NULL OR (k.user_uin IS NOT NULL AND u.user_uin IS NULL)
     ORDER BY k.secret_id LIMIT 1";

/// Everything, for who reads the store as a whole. The first columns are the row's key. Of those that
/// have two parameters these are the first and the last account: numbers are unsigned, and PostgreSQL
/// sorts them as signed.
pub(crate) const EXPORT_COUNTS: &str = "
    SELECT (SELECT count(*) FROM pharos.accounts), (SELECT count(*) FROM pharos.users),
           (SELECT count(*) FROM pharos.access_keys), (SELECT count(*) FROM pharos.key_pairs),
           (SELECT count(*) FROM pharos.instances), (SELECT count(*) FROM pharos.audit),
           (SELECT count(*) FROM pharos.directory WHERE kind = 'group'),
           (SELECT count(*) FROM pharos.directory WHERE kind = 'policy'),
           (SELECT count(*) FROM pharos.directory WHERE kind = 'role'),
           (SELECT count(*) FROM pharos.attachments), (SELECT count(*) FROM pharos.memberships)";
pub(crate) const EXPORT_VERSION: &str = "SELECT version FROM pharos.schema_version WHERE id = 1";
pub(crate) const EXPORT_STORE: &str = "SELECT id, master_key FROM pharos.store WHERE id = 1";
pub(crate) const EXPORT_ACCOUNTS: &str = "
    SELECT account, app_id,
           EXISTS (SELECT 1 FROM pharos.store WHERE id = 1 AND root_account = account),
           key_pair_quota, instance_quota, is_disabled, created_time
      FROM pharos.accounts WHERE account BETWEEN $1 AND $2
     ORDER BY account";
pub(crate) const EXPORT_USERS: &str = "
    SELECT account, user_uin, name, profile, created_time
      FROM pharos.users WHERE account BETWEEN $1 AND $2
     ORDER BY account, user_uin < 0, user_uin";
pub(crate) const EXPORT_DIRECTORY: &str = "
    SELECT account, kind, id, document
      FROM pharos.directory WHERE account BETWEEN $1 AND $2
     ORDER BY account, kind, id < 0, id";
pub(crate) const EXPORT_ATTACHMENTS: &str = "
    SELECT account, kind, id, policy_id, attached_time
      FROM pharos.attachments WHERE account BETWEEN $1 AND $2
     ORDER BY account, kind, id < 0, id, policy_id < 0, policy_id";
pub(crate) const EXPORT_MEMBERSHIPS: &str = "
    SELECT account, user_uin, group_id, joined_time
      FROM pharos.memberships WHERE account BETWEEN $1 AND $2
     ORDER BY account, user_uin < 0, user_uin, group_id < 0, group_id";
pub(crate) const EXPORT_ACCESS_KEYS: &str = "
    SELECT secret_id, sealed_secret_key, account, user_uin, is_start_key, is_active, description,
           created_time, last_used_time
      FROM pharos.access_keys
     ORDER BY secret_id";
pub(crate) const EXPORT_KEY_PAIRS: &str = "
    SELECT account, region, key_id, key_name, public_key, fingerprint, created_time,
           ARRAY (SELECT t.key FROM pharos.key_pair_tags AS t
                   WHERE t.account = k.account AND t.region = k.region AND t.key_id = k.key_id
                   ORDER BY t.position),
           ARRAY (SELECT t.value FROM pharos.key_pair_tags AS t
                   WHERE t.account = k.account AND t.region = k.region AND t.key_id = k.key_id
                   ORDER BY t.position)
      FROM pharos.key_pairs AS k WHERE account BETWEEN $1 AND $2
     ORDER BY account, region, key_id";
pub(crate) const EXPORT_INSTANCES: &str = "
    SELECT account, region, instance_id, client_token, document,
           ARRAY (SELECT b.key_id FROM pharos.bindings AS b
                   WHERE b.account = i.account AND b.region = i.region
                     AND b.instance_id = i.instance_id
                   ORDER BY b.key_id, b.username),
           ARRAY (SELECT b.username FROM pharos.bindings AS b
                   WHERE b.account = i.account AND b.region = i.region
                     AND b.instance_id = i.instance_id
                   ORDER BY b.key_id, b.username),
           ARRAY (SELECT b.bound_from FROM pharos.bindings AS b
                   WHERE b.account = i.account AND b.region = i.region
                     AND b.instance_id = i.instance_id
                   ORDER BY b.key_id, b.username),
           ARRAY (SELECT b.bound_until FROM pharos.bindings AS b
                   WHERE b.account = i.account AND b.region = i.region
                     AND b.instance_id = i.instance_id
                   ORDER BY b.key_id, b.username)
      FROM pharos.instances AS i WHERE account BETWEEN $1 AND $2
     ORDER BY account, region, instance_id";
pub(crate) const EXPORT_AUDIT_ROWS: &str = "
    SELECT account, sequence, time, request_id, user_uin, secret_id, source, operation, resources,
           code, hash
      FROM pharos.audit WHERE account BETWEEN $1 AND $2
     ORDER BY account, sequence";

/// The user, and the rights that it lacks.
pub(crate) const RIGHTS_MISSING: &str = "
    SELECT current_user::text,
           (SELECT string_agg(privilege || ' on ' || name, ', ')
              FROM (VALUES ('schema_version', 'SELECT'), ('schema_version', 'UPDATE'),
                           ('store', 'SELECT'), ('store', 'UPDATE'),
                           ('accounts', 'SELECT'), ('accounts', 'INSERT'), ('accounts', 'UPDATE'),
                           ('app_ids', 'SELECT'), ('app_ids', 'INSERT'),
                           ('user_uins', 'SELECT'), ('user_uins', 'INSERT'),
                           ('user_uins', 'DELETE'),
                           ('users', 'SELECT'), ('users', 'INSERT'), ('users', 'UPDATE'),
                           ('users', 'DELETE'),
                           ('directory', 'SELECT'), ('directory', 'INSERT'),
                           ('directory', 'UPDATE'), ('directory', 'DELETE'),
                           ('attachments', 'SELECT'), ('attachments', 'INSERT'),
                           ('attachments', 'DELETE'),
                           ('memberships', 'SELECT'), ('memberships', 'INSERT'),
                           ('memberships', 'DELETE'),
                           ('access_keys', 'SELECT'), ('access_keys', 'INSERT'),
                           ('access_keys', 'UPDATE'), ('access_keys', 'DELETE'),
                           ('key_pairs', 'SELECT'), ('key_pairs', 'INSERT'),
                           ('key_pairs', 'DELETE'),
                           ('key_pair_tags', 'SELECT'), ('key_pair_tags', 'INSERT'),
                           ('key_pair_tags', 'DELETE'),
                           ('instances', 'SELECT'), ('instances', 'INSERT'),
                           ('instances', 'UPDATE'), ('instances', 'DELETE'),
                           ('bindings', 'SELECT'), ('bindings', 'INSERT'), ('bindings', 'DELETE'),
                           ('key_pair_counts', 'SELECT'), ('key_pair_counts', 'INSERT'),
                           ('key_pair_counts', 'UPDATE'),
                           ('call_windows', 'SELECT'), ('call_windows', 'INSERT'),
                           ('call_windows', 'UPDATE'),
                           ('audit', 'SELECT'), ('audit', 'INSERT')) AS needed (name, privilege)
             WHERE NOT has_table_privilege('pharos.' || name, privilege))";

/// Rows that name one that is not there, where no constraint of the schema forbids it: what is missing,
/// and the key of who names it.
pub(crate) const LOOSE_ENDS: &str = "
    SELECT 'the owner of an access key', k.secret_id
      FROM pharos.access_keys AS k
      LEFT JOIN pharos.accounts AS a ON a.account = k.account
      LEFT JOIN pharos.users AS u ON u.account = k.account AND u.user_uin = k.user_uin
     WHERE a.account IS NULL OR (k.user_uin IS NOT NULL AND u.user_uin IS NULL)
     UNION ALL
    SELECT 'the root account', root_account::text
      FROM pharos.store
     WHERE root_account IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM pharos.accounts WHERE account = root_account)
     UNION ALL
    SELECT 'the entry in `app_ids` of an account', a.account::text
      FROM pharos.accounts AS a
     WHERE NOT EXISTS (SELECT 1 FROM pharos.app_ids AS i
                        WHERE i.app_id = a.app_id AND i.account = a.account)
     UNION ALL
    SELECT 'the entry in `user_uins` of a user', u.user_uin::text
      FROM pharos.users AS u
     WHERE NOT EXISTS (SELECT 1 FROM pharos.user_uins AS i
                        WHERE i.user_uin = u.user_uin AND i.account = u.account)
     ORDER BY 1, 2 LIMIT $1";

/// What is attached to nobody, or is nothing that there is, and who is in no group: the account, the policy or
/// the user, the kind and the id of what that is tied to. Preset policies have ids of one digit.
pub(crate) const LOOSE_TIES: &str = "
    SELECT account, policy_id, kind, id
      FROM pharos.attachments AS a
     WHERE policy_id NOT BETWEEN 1 AND 9
       AND NOT EXISTS (SELECT 1 FROM pharos.directory AS d
                        WHERE d.account = a.account AND d.kind = 'policy' AND d.id = a.policy_id)
        OR kind = 'user'
       AND NOT EXISTS (SELECT 1 FROM pharos.users AS u
                        WHERE u.account = a.account AND u.user_uin = a.id)
        OR kind <> 'user'
       AND NOT EXISTS (SELECT 1 FROM pharos.directory AS d
                        WHERE d.account = a.account AND d.kind = a.kind AND d.id = a.id)
     UNION ALL
    SELECT account, user_uin, NULL, group_id
      FROM pharos.memberships AS m
     WHERE NOT EXISTS (SELECT 1 FROM pharos.directory AS d
                        WHERE d.account = m.account AND d.kind = 'group' AND d.id = m.group_id)
     ORDER BY 1, 2, 3, 4 LIMIT $1";

/// Places whose count is not the number of their key pairs, with both.
pub(crate) const WRONG_COUNTS: &str = "
    SELECT found.account, found.region, coalesce(counted.count, 0), found.count
      FROM (SELECT account, region, count(*) AS count
              FROM pharos.key_pairs GROUP BY account, region) AS found
      LEFT JOIN pharos.key_pair_counts AS counted
        ON counted.account = found.account AND counted.region = found.region
     WHERE counted.count IS DISTINCT FROM found.count
     UNION ALL
    SELECT counted.account, counted.region, counted.count, 0
      FROM pharos.key_pair_counts AS counted
     WHERE counted.count <> 0
       AND NOT EXISTS (SELECT 1 FROM pharos.key_pairs AS k
                        WHERE k.account = counted.account AND k.region = counted.region)
     ORDER BY 1, 2 LIMIT $1";

/// Accounts that say another end of their audit log than it has.
pub(crate) const WRONG_HEADS: &str = "
    SELECT a.account
      FROM pharos.accounts AS a
      LEFT JOIN pharos.audit AS last ON last.account = a.account AND last.sequence = a.audit_sequence
     WHERE (a.audit_sequence > 0 AND last.hash IS DISTINCT FROM a.audit_hash)
        OR EXISTS (SELECT 1 FROM pharos.audit AS later
                    WHERE later.account = a.account AND later.sequence > a.audit_sequence)
     ORDER BY a.account
     LIMIT $1";
