//! Every SQL statement of the adapter. They stand in one table because nothing checks them at
//! compile time: a test prepares each, and another looks at its query plan (`plans.rs`).

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)*

        /// Every statement, with its name.
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $sql),)*];
    };
}

statements! {
    /// Takes the write lock at once, so that no statement of the batch can find it taken.
    BEGIN = "BEGIN IMMEDIATE";
    COMMIT = "COMMIT";
    ROLLBACK = "ROLLBACK";
    SAVEPOINT = "SAVEPOINT request";
    SAVEPOINT_RELEASE = "RELEASE request";
    SAVEPOINT_UNDO = "ROLLBACK TO request";

    /// Busy, frames in the WAL, frames that are in the main file too; moves nothing.
    CHECKPOINT_STATE = "PRAGMA wal_checkpoint(NOOP)";
    /// Moves what it can without waiting for readers.
    CHECKPOINT_PASSIVE = "PRAGMA wal_checkpoint(PASSIVE)";
    /// Waits for readers, then has the WAL start anew.
    CHECKPOINT_RESTART = "PRAGMA wal_checkpoint(RESTART)";
    /// The same, and empties the file.
    CHECKPOINT_TRUNCATE = "PRAGMA wal_checkpoint(TRUNCATE)";

    /// Changes when another connection, of this process or of another, has committed.
    DATA_VERSION = "PRAGMA data_version";

    ROOT_FIND = "SELECT uin FROM accounts WHERE is_root = 1";
    ROOT_INSERT = "
        INSERT INTO accounts (uin, app_id, is_root, created_time) VALUES (?1, ?2, 1, ?3)";
    ROOT_SECRET_IDS = "
        SELECT secret_id
          FROM accounts JOIN access_keys ON account = uin
         WHERE is_root = 1 AND user IS NULL AND status = 'active'
         ORDER BY access_keys.created_time, secret_id";

    /// Removes the start keys of other SecretIds.
    START_KEYS_DELETE_OTHERS = "
        DELETE FROM access_keys
         WHERE account = ?1 AND user IS NULL AND origin = 'start' AND secret_id <> ?2";
    /// Changes no row if the SecretId is a user's or another account's.
    START_KEY_PUT = "
        INSERT INTO access_keys
               (account, secret_id, sealed_secret_key, origin, status, created_time)
        VALUES (?1, ?2, ?3, 'start', 'active', ?4)
            ON CONFLICT (secret_id) DO UPDATE
           SET sealed_secret_key = excluded.sealed_secret_key, origin = 'start', status = 'active'
         WHERE account = excluded.account AND user IS NULL";

    /// Changes no row if an account or a user has the number, or an account the second one.
    ACCOUNT_INSERT = "
        INSERT INTO accounts (uin, app_id, is_root, created_time)
        SELECT ?1, ?2, 0, ?3
         WHERE NOT EXISTS (SELECT 1 FROM users WHERE uin = ?1)
            ON CONFLICT DO NOTHING";
    /// Changes no row if there is no such account, nor if it is the root account.
    ACCOUNT_STATUS_SET = "UPDATE accounts SET is_disabled = ?2 WHERE uin = ?1 AND is_root = 0";

    USERS = "SELECT uin, name, profile, created_time FROM users WHERE account = ?1";
    /// Changes no row if an account or a user has the number.
    USER_INSERT = "
        INSERT INTO users (account, uin, name, profile, created_time)
        SELECT ?1, ?2, ?3, ?4, ?5
         WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE uin = ?2)
            ON CONFLICT (uin) DO NOTHING";
    USER_PROFILE_SET = "UPDATE users SET profile = ?3 WHERE account = ?1 AND uin = ?2";
    USER_DELETE = "DELETE FROM users WHERE account = ?1 AND uin = ?2";

    ACCESS_KEYS = "
        SELECT secret_id, user, status = 'active', description, created_time, last_used_time
          FROM access_keys WHERE account = ?1";
    /// Changes no row if somebody has the SecretId.
    ACCESS_KEY_INSERT = "
        INSERT INTO access_keys
               (secret_id, account, user, sealed_secret_key, origin, status, description, created_time)
        VALUES (?1, ?2, ?3, ?4, 'api', 'active', ?5, ?6)
            ON CONFLICT (secret_id) DO NOTHING";
    ACCESS_KEY_STATUS_SET = "
        UPDATE access_keys SET status = iif(?2, 'active', 'inactive') WHERE secret_id = ?1";
    ACCESS_KEY_USED = "UPDATE access_keys SET last_used_time = ?2 WHERE secret_id = ?1";
    ACCESS_KEY_DELETE = "DELETE FROM access_keys WHERE secret_id = ?1";
    ACCESS_KEY_FIND = "
        SELECT sealed_secret_key, account, user
          FROM access_keys JOIN accounts ON uin = account
         WHERE secret_id = ?1 AND status = 'active' AND NOT is_disabled";

    DIRECTORY = "SELECT kind, id, document FROM directory WHERE account = ?1";
    ROLES = "
        SELECT kind, id, document
          FROM directory JOIN accounts ON uin = account
         WHERE account = ?1 AND kind = 'role' AND NOT is_disabled";
    DIRECTORY_PUT = "
        INSERT INTO directory (account, kind, id, document) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (account, kind, id) DO UPDATE SET document = excluded.document";
    DIRECTORY_DELETE = "DELETE FROM directory WHERE account = ?1 AND kind = ?2 AND id = ?3";

    ATTACHMENTS = "
        SELECT kind, id, policy_id, attached_time FROM attachments WHERE account = ?1";
    ATTACHMENT_INSERT = "
        INSERT INTO attachments (account, kind, id, policy_id, attached_time)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    ATTACHMENT_DELETE = "
        DELETE FROM attachments WHERE account = ?1 AND kind = ?2 AND id = ?3 AND policy_id = ?4";
    ATTACHED = "
        SELECT policy_id, document
          FROM attachments AS a
          LEFT JOIN directory AS d
            ON d.account = a.account AND d.kind = 'policy' AND d.id = a.policy_id
         WHERE a.account = ?1 AND a.kind = ?2 AND a.id = ?3";
    ATTACHED_TO_GROUPS = "
        SELECT policy_id, document
          FROM memberships AS m
          JOIN attachments AS a
            ON a.account = m.account AND a.kind = 'group' AND a.id = m.group_id
          LEFT JOIN directory AS d
            ON d.account = a.account AND d.kind = 'policy' AND d.id = a.policy_id
         WHERE m.account = ?1 AND m.user = ?2";

    MEMBERSHIPS = "SELECT user, group_id, joined_time FROM memberships WHERE account = ?1";
    MEMBERSHIP_INSERT = "
        INSERT INTO memberships (account, user, group_id, joined_time) VALUES (?1, ?2, ?3, ?4)";
    MEMBERSHIP_DELETE = "
        DELETE FROM memberships WHERE account = ?1 AND user = ?2 AND group_id = ?3";

    MASTER_KEY = "SELECT master_key FROM store WHERE id = 1";
    MASTER_KEY_SET = "UPDATE store SET master_key = ?1 WHERE id = 1";
    /// Decides the master key if there is none yet, and tells which one it is.
    MASTER_KEY_DECIDE = "
        UPDATE store SET master_key = coalesce(master_key, ?1) WHERE id = 1 RETURNING master_key";
    /// Walks through the access keys from where the last page ended.
    SECRETS_OUTDATED = "
        SELECT secret_id, sealed_secret_key
          FROM access_keys
         WHERE secret_id > ?1
           AND substr(sealed_secret_key, 1, 8) <> (SELECT master_key FROM store WHERE id = 1)
         ORDER BY secret_id LIMIT ?2";
    /// Changes no row if another secret stands there by now.
    SECRET_RESEAL = "
        UPDATE access_keys SET sealed_secret_key = ?3
         WHERE secret_id = ?1 AND sealed_secret_key = ?2";

    /// Who has this name, or the public key of this fingerprint.
    KEY_PAIR_TAKEN_BY = "
        SELECT key_id FROM key_pair_taken WHERE account = ?1 AND region = ?2 AND taken = ?3";
    /// Whether the name is taken, how many key pairs there are, how many there may be.
    KEY_PAIR_ROOM = "
        SELECT EXISTS (SELECT 1 FROM key_pair_taken
                        WHERE account = ?1 AND region = ?2 AND taken = ?3),
               coalesce((SELECT count FROM key_pair_counts WHERE account = ?1 AND region = ?2), 0),
               (SELECT key_pair_quota FROM accounts WHERE uin = ?1)";
    /// Fails where it is taken already.
    KEY_PAIR_TAKE = "
        INSERT INTO key_pair_taken (account, region, taken, key_id) VALUES (?1, ?2, ?3, ?4)";
    /// Gives the name and the public key of a key pair free.
    KEY_PAIR_GIVE_FREE = "
        DELETE FROM key_pair_taken
         WHERE account = ?1 AND region = ?2
           AND taken IN (SELECT key_name FROM key_pairs
                          WHERE account = ?1 AND region = ?2 AND key_id = ?3
                          UNION ALL
                         SELECT fingerprint FROM key_pairs
                          WHERE account = ?1 AND region = ?2 AND key_id = ?3)";
    KEY_PAIR_COUNT = "SELECT count FROM key_pair_counts WHERE account = ?1 AND region = ?2";
    KEY_PAIR_COUNT_UP = "
        INSERT INTO key_pair_counts (account, region, count) VALUES (?1, ?2, 1)
            ON CONFLICT (account, region) DO UPDATE SET count = count + 1";
    KEY_PAIR_PAGE = "
        SELECT key_id, key_name, public_key, fingerprint, created_time
          FROM key_pairs WHERE account = ?1 AND region = ?2
         ORDER BY created_time DESC, key_id LIMIT ?3 OFFSET ?4";
    /// All of a place, in the order of lists, from the index alone.
    KEY_PAIR_NAMES = "
        SELECT key_id, key_name
          FROM key_pairs WHERE account = ?1 AND region = ?2
         ORDER BY created_time DESC, key_id";
    KEY_PAIR_NAME = "
        SELECT key_name, created_time
          FROM key_pairs WHERE account = ?1 AND region = ?2 AND key_id = ?3";
    KEY_PAIR_FIND = "
        SELECT key_id, key_name, public_key, fingerprint, created_time
          FROM key_pairs WHERE account = ?1 AND region = ?2 AND key_id = ?3";
    KEY_IDS_BY_TAG_KEY = "
        SELECT key_id FROM key_pair_tags WHERE account = ?1 AND region = ?2 AND key = ?3";
    KEY_IDS_BY_TAG_VALUE = "
        SELECT key_id FROM key_pair_tags WHERE account = ?1 AND region = ?2 AND value = ?3";
    KEY_IDS_BY_TAG = "
        SELECT key_id
          FROM key_pair_tags WHERE account = ?1 AND region = ?2 AND key = ?3 AND value = ?4";
    KEY_PAIR_TAGS = "
        SELECT key, value
          FROM key_pair_tags WHERE account = ?1 AND region = ?2 AND key_id = ?3
         ORDER BY position";
    /// Changes no row if the KeyId is taken.
    KEY_PAIR_INSERT = "
        INSERT INTO key_pairs
               (account, region, key_id, key_name, public_key, fingerprint, created_time)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (account, region, key_id) DO NOTHING";
    KEY_PAIR_TAG_INSERT = "
        INSERT INTO key_pair_tags (account, region, key_id, position, key, value)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

    KEY_PAIR_TAGS_DELETE = "
        DELETE FROM key_pair_tags WHERE account = ?1 AND region = ?2 AND key_id = ?3";
    /// Changes no row if it is not there.
    KEY_PAIR_DELETE = "
        DELETE FROM key_pairs WHERE account = ?1 AND region = ?2 AND key_id = ?3";
    KEY_PAIR_COUNT_DOWN = "
        UPDATE key_pair_counts SET count = count - 1 WHERE account = ?1 AND region = ?2";

    KEY_PAIR_IS_THERE = "
        SELECT EXISTS (SELECT 1 FROM key_pairs
                        WHERE account = ?1 AND region = ?2 AND key_id = ?3)";

    INSTANCES = "
        SELECT document FROM instances WHERE account = ?1 AND region = ?2";
    INSTANCE_FIND = "
        SELECT document FROM instances
         WHERE account = ?1 AND region = ?2 AND instance_id = ?3";
    INSTANCES_BY_CLIENT_TOKEN = "
        SELECT instance_id FROM instances
         WHERE account = ?1 AND region = ?2 AND client_token = ?3";
    /// How many there are, and how many there may be. There are no more than that, so counting is cheap.
    INSTANCE_ROOM = "
        SELECT (SELECT count(*) FROM instances WHERE account = ?1 AND region = ?2),
               (SELECT instance_quota FROM accounts WHERE uin = ?1)";
    /// Changes no row if the id is taken.
    INSTANCE_INSERT = "
        INSERT INTO instances (account, region, instance_id, client_token, document)
        VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (account, region, instance_id) DO NOTHING";
    INSTANCE_CHANGE = "
        UPDATE instances SET document = ?4
         WHERE account = ?1 AND region = ?2 AND instance_id = ?3";
    INSTANCE_DELETE = "
        DELETE FROM instances WHERE account = ?1 AND region = ?2 AND instance_id = ?3";

    BINDINGS_OF_INSTANCE = "
        SELECT instance_id, key_id, username, bound_from, bound_until
          FROM bindings WHERE account = ?1 AND region = ?2 AND instance_id = ?3
         ORDER BY key_id, username";
    BINDINGS_OF_KEY_PAIR = "
        SELECT instance_id, key_id, username, bound_from, bound_until
          FROM bindings WHERE account = ?1 AND region = ?2 AND key_id = ?3
         ORDER BY instance_id, username";
    BINDING_INSERT = "
        INSERT INTO bindings
               (account, region, instance_id, key_id, username, bound_from, bound_until)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    BINDING_DELETE = "
        DELETE FROM bindings
         WHERE account = ?1 AND region = ?2 AND instance_id = ?3 AND key_id = ?4
           AND username = ?5";
    BINDINGS_DELETE_OF_KEY_PAIR = "
        DELETE FROM bindings WHERE account = ?1 AND region = ?2 AND key_id = ?3";

    /// How many key pairs and instances there are, and how many of each there may be.
    USAGE = "
        SELECT coalesce((SELECT count FROM key_pair_counts WHERE account = ?1 AND region = ?2), 0),
               (SELECT count(*) FROM instances WHERE account = ?1 AND region = ?2),
               (SELECT key_pair_quota FROM accounts WHERE uin = ?1),
               (SELECT instance_quota FROM accounts WHERE uin = ?1)";
    /// Changes no row if there is no such account.
    QUOTAS_SET = "UPDATE accounts SET key_pair_quota = ?2, instance_quota = ?3 WHERE uin = ?1";

    AUDIT_HEAD = "
        SELECT sequence, hash FROM audit WHERE account = ?1 ORDER BY sequence DESC LIMIT 1";
    AUDIT_PAGE = "
        SELECT account, sequence, time, request_id, user, secret_id, source, operation, resources,
               code, hash
          FROM audit WHERE account = ?1 AND sequence > ?2
         ORDER BY sequence LIMIT ?3";
    AUDIT_INSERT = "
        INSERT INTO audit
               (account, sequence, time, request_id, user, secret_id, source, operation, resources,
                code, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

    VERSION = "PRAGMA user_version";

    /// Forgets the pages that are held in memory.
    CACHE_EMPTY = "PRAGMA shrink_memory";

    /// The moment is that of the first statement behind it.
    EXPORT_BEGIN = "BEGIN";
    EXPORT_COUNTS = "
        SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM users),
               (SELECT count(*) FROM access_keys), (SELECT count(*) FROM key_pairs),
               (SELECT count(*) FROM instances), (SELECT count(*) FROM audit),
               (SELECT count(*) FROM directory WHERE kind = 'group'),
               (SELECT count(*) FROM directory WHERE kind = 'policy'),
               (SELECT count(*) FROM directory WHERE kind = 'role'),
               (SELECT count(*) FROM attachments), (SELECT count(*) FROM memberships)";
    EXPORT_ACCOUNTS = "
        SELECT uin, app_id, is_root, key_pair_quota, instance_quota, is_disabled, created_time
          FROM accounts WHERE uin BETWEEN ?1 AND ?2
         ORDER BY uin";
    /// Users have large numbers too: those of one account are sorted.
    EXPORT_USERS = "
        SELECT uin, name, profile, created_time, account
          FROM users WHERE account BETWEEN ?1 AND ?2
         ORDER BY account, uin < 0, uin";
    EXPORT_DIRECTORY = "
        SELECT kind, id, document, account
          FROM directory WHERE account BETWEEN ?1 AND ?2
         ORDER BY account, kind, id < 0, id";
    EXPORT_ATTACHMENTS = "
        SELECT kind, id, policy_id, attached_time, account
          FROM attachments WHERE account BETWEEN ?1 AND ?2
         ORDER BY account, kind, id < 0, id, policy_id < 0, policy_id";
    EXPORT_MEMBERSHIPS = "
        SELECT user, group_id, joined_time, account
          FROM memberships WHERE account BETWEEN ?1 AND ?2
         ORDER BY account, user < 0, user, group_id < 0, group_id";
    EXPORT_ACCESS_KEYS = "
        SELECT secret_id, sealed_secret_key, account, user, origin = 'start', status = 'active',
               description, created_time, last_used_time
          FROM access_keys
         ORDER BY secret_id";
    EXPORT_KEY_PAIRS = "
        SELECT key_id, key_name, public_key, fingerprint, created_time, account, region
          FROM key_pairs WHERE account BETWEEN ?1 AND ?2
         ORDER BY account, region, key_id";
    EXPORT_INSTANCES = "
        SELECT document, client_token, account, region, instance_id
          FROM instances WHERE account BETWEEN ?1 AND ?2
         ORDER BY account, region, instance_id";
    EXPORT_AUDIT_ROWS = "
        SELECT account, sequence, time, request_id, user, secret_id, source, operation, resources,
               code, hash
          FROM audit WHERE account BETWEEN ?1 AND ?2
         ORDER BY account, sequence";

    /// What is attached to nobody, or is nothing that there is, and who is in no group. Preset policies have
    /// ids of one digit.
    EXPORT_LOOSE = "
        SELECT account, 'the policy ' || policy_id || ' attached to the ' || kind || ' ' || id
          FROM attachments AS a
         WHERE policy_id NOT BETWEEN 1 AND 9
           AND NOT EXISTS (SELECT 1 FROM directory AS d
                            WHERE d.account = a.account AND d.kind = 'policy' AND d.id = a.policy_id)
            OR kind = 'user'
           AND NOT EXISTS (SELECT 1 FROM users AS u WHERE u.account = a.account AND u.uin = a.id)
            OR kind <> 'user'
           AND NOT EXISTS (SELECT 1 FROM directory AS d
                            WHERE d.account = a.account AND d.kind = a.kind AND d.id = a.id)
         UNION ALL
        SELECT account, 'the user ' || user || ' in the group ' || group_id
          FROM memberships AS m
         WHERE NOT EXISTS (SELECT 1 FROM directory AS d
                            WHERE d.account = m.account AND d.kind = 'group' AND d.id = m.group_id)";

    /// Places whose count is not the number of their key pairs, with both.
    EXPORT_WRONG_COUNTS = "
        SELECT account, region, coalesce(counted.count, 0), found.count
          FROM (SELECT account, region, count(*) AS count
                  FROM key_pairs GROUP BY account, region) AS found
          LEFT JOIN key_pair_counts AS counted USING (account, region)
         WHERE counted.count IS NOT found.count
         UNION ALL
        SELECT account, region, count, 0
          FROM key_pair_counts AS counted
         WHERE count <> 0
           AND NOT EXISTS (SELECT 1 FROM key_pairs AS k
                            WHERE k.account = counted.account AND k.region = counted.region)";

    /// Key pairs whose name or public key is not theirs alone.
    EXPORT_WRONG_TAKEN = "
        SELECT account, region, key_id
          FROM key_pairs AS k
         WHERE (SELECT count(*) FROM key_pair_taken AS t
                 WHERE t.account = k.account AND t.region = k.region
                   AND t.taken IN (k.key_name, k.fingerprint) AND t.key_id = k.key_id) <> 2
         UNION
        SELECT account, region, key_id
          FROM key_pair_taken AS t
         WHERE NOT EXISTS (SELECT 1 FROM key_pairs AS k
                            WHERE k.account = t.account AND k.region = t.region
                              AND k.key_id = t.key_id
                              AND t.taken IN (k.key_name, k.fingerprint))";

    IMPORT_IS_EMPTY = "
        SELECT NOT (EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM users)
                    OR EXISTS (SELECT 1 FROM access_keys) OR EXISTS (SELECT 1 FROM key_pairs)
                    OR EXISTS (SELECT 1 FROM instances) OR EXISTS (SELECT 1 FROM audit)
                    OR EXISTS (SELECT 1 FROM directory) OR EXISTS (SELECT 1 FROM attachments))";
    IMPORT_ACCOUNT = "
        INSERT INTO accounts
               (uin, app_id, is_root, key_pair_quota, instance_quota, is_disabled, created_time)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    /// Fails if a user has the number.
    IMPORT_USER = "
        INSERT INTO users (account, uin, name, profile, created_time) VALUES (?1, ?2, ?3, ?4, ?5)";
    IMPORT_ACCESS_KEY = "
        INSERT INTO access_keys
               (secret_id, account, user, sealed_secret_key, origin, status, description, created_time,
                last_used_time)
        VALUES (?1, ?2, ?3, ?4, iif(?5, 'start', 'api'), iif(?6, 'active', 'inactive'), ?7, ?8, ?9)";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use rusqlite::Connection;

    #[test]
    fn every_statement_prepares() {
        let mut store = Connection::open_in_memory().unwrap();
        schema::migrate(&mut store, schema::MIGRATIONS).unwrap();
        for (name, sql) in ALL {
            store
                .prepare(sql)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
