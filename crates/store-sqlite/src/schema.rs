//! The shape of the file: whose it is, which version it has, and the steps from each to the next.

use rusqlite::{Connection, TransactionBehavior};
use thiserror::Error;

use crate::fault::Fault;
use crate::{audit, directory, statement};

/// `Phar`, in the header of the file: what tells a store of ours from any other SQLite file.
pub(crate) const APPLICATION_ID: i32 = 0x5068_6172;

/// What makes a version out of the one before it: SQL, and then what SQL cannot do.
#[derive(Clone, Copy)]
pub(crate) struct Migration {
    sql: &'static str,
    and_then: fn(&Connection) -> rusqlite::Result<()>,
}

/// Migration `n` makes version `n` out of version `n - 1`. A released one never changes.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        sql: include_str!("../migrations/0001_accounts_and_key_pairs.sql"),
        and_then: |_| Ok(()),
    },
    Migration {
        sql: include_str!("../migrations/0002_audit_chain_counts_and_master_key.sql"),
        and_then: audit::hash_rows_of_version_1,
    },
    Migration {
        sql: include_str!("../migrations/0003_key_pairs_by_tag_name_and_fingerprint.sql"),
        and_then: |_| Ok(()),
    },
    Migration {
        sql: include_str!("../migrations/0004_names_and_fingerprints_in_one_tree.sql"),
        and_then: |_| Ok(()),
    },
    Migration {
        sql: include_str!("../migrations/0005_instances_and_bindings.sql"),
        and_then: |_| Ok(()),
    },
    Migration {
        sql: include_str!("../migrations/0006_groups_policies_and_roles.sql"),
        and_then: directory::keep_documents_of_version_5,
    },
];

/// Why a file was left as it is.
#[derive(Debug, Error)]
pub(crate) enum MigrateError {
    #[error("it is not a store")]
    NotAStore,
    #[error("version {found} is newer than {supported}")]
    NewerVersion { found: usize, supported: usize },
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// Brings an empty file or an older store to the newest version, wholly or not at all. SQLite's own
/// write lock keeps two processes from doing it at once.
pub(crate) fn migrate(
    connection: &mut Connection,
    migrations: &[Migration],
) -> Result<(), MigrateError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    let supported = migrations.len();
    if found > supported {
        return Err(MigrateError::NewerVersion { found, supported });
    }
    for migration in migrations.iter().skip(found) {
        transaction.execute_batch(migration.sql)?;
        (migration.and_then)(&transaction)?;
    }
    if found < supported {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.execute_batch(&format!("PRAGMA user_version = {supported}"))?;
    }
    Ok(transaction.commit()?)
}

/// Whether the store still has the version that this program writes: while it runs, a newer one may be
/// started over the same file.
pub(crate) fn check_version(connection: &Connection) -> Result<(), Fault> {
    let found: i64 = connection
        .prepare_cached(statement::VERSION)?
        .query_row([], |row| row.get(0))?;
    let supported = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found == supported {
        Ok(())
    } else {
        Err(Fault::NewerVersion { found, supported })
    }
}

/// The version of a store; 0 for an empty file.
pub(crate) fn version(connection: &Connection) -> Result<usize, MigrateError> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let (application, version) = (number("application_id")?, number("user_version")?);
    let is_empty = tables == 0 && application == 0 && version == 0;
    if application != APPLICATION_ID && !is_empty {
        return Err(MigrateError::NotAStore);
    }
    usize::try_from(version).map_err(|_| MigrateError::NotAStore)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::account::Uin;
    use pharos_api::time::Timestamp;
    use pharos_store::audit::AuditHead;
    use pharos_store::directory::{PolicyRecord, PrincipalId};

    fn schema(connection: &Connection) -> Vec<(String, Option<String>)> {
        let mut statement = connection
            .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
            .unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn an_older_store_becomes_what_a_new_one_is() {
        let mut new = Connection::open_in_memory().unwrap();
        migrate(&mut new, MIGRATIONS).unwrap();
        let mut older = Connection::open_in_memory().unwrap();
        for version in 0..=MIGRATIONS.len() {
            migrate(&mut older, &MIGRATIONS[..version]).unwrap();
        }
        assert_eq!(schema(&older), schema(&new));
    }

    #[test]
    fn what_version_1_held_is_counted_and_chained() {
        let mut store = Connection::open_in_memory().unwrap();
        migrate(&mut store, &MIGRATIONS[..1]).unwrap();
        store
            .execute_batch(
                "INSERT INTO accounts VALUES (1, 1, 1, NULL, 0), (2, 2, 0, NULL, 0);
                 INSERT INTO access_keys VALUES ('AKIDa', 1, NULL, x'01020304050607080900',
                        'start', 'active', 0);
                 INSERT INTO key_pairs VALUES
                        (1, 'ap-tokyo', 'lhkp-1', 'a', 'ssh-rsa', zeroblob(32), 0),
                        (1, 'ap-tokyo', 'lhkp-2', 'b', 'ssh-rsa', randomblob(32), 0),
                        (2, 'ap-tokyo', 'lhkp-1', 'a', 'ssh-rsa', zeroblob(32), 0);
                 INSERT INTO audit VALUES
                        (1, 1, 7, 'r', 1, 'AKIDa', '::1', 'o', '[\"*\"]', NULL),
                        (1, 2, 8, 'r', 1, 'AKIDa', '::1', 'o', '[]', 'InternalError'),
                        (2, 1, 9, 'r', 2, 'AKIDa', '::1', 'o', '[]', NULL);",
            )
            .unwrap();
        migrate(&mut store, MIGRATIONS).unwrap();

        let count = |account: i64| -> i64 {
            let sql = "SELECT count FROM key_pair_counts WHERE account = ?1";
            store.query_row(sql, [account], |row| row.get(0)).unwrap()
        };
        assert_eq!((count(1), count(2)), (2, 1));
        let id: Vec<u8> = store
            .query_row("SELECT master_key FROM store", [], |row| row.get(0))
            .unwrap();
        assert_eq!(id, [1, 2, 3, 4, 5, 6, 7, 8]);
        for (account, rows) in [(1, 2), (2, 1)] {
            let mut head = AuditHead::EMPTY;
            for row in audit::page(&store, Uin(account), 0, u32::MAX).unwrap() {
                head.follow(&row).unwrap();
            }
            assert_eq!(head.sequence, rows);
        }
    }

    #[test]
    fn what_version_3_held_keeps_its_tags_and_has_its_name_and_public_key_to_itself() {
        let mut store = Connection::open_in_memory().unwrap();
        store.pragma_update(None, "foreign_keys", true).unwrap();
        migrate(&mut store, &MIGRATIONS[..3]).unwrap();
        store
            .execute_batch(
                "INSERT INTO accounts VALUES (1, 1, 1, NULL, 0);
                 INSERT INTO key_pairs VALUES
                        (1, 'ap-tokyo', 'lhkp-1', 'a', 'ssh-rsa', zeroblob(32), 0),
                        (1, 'ap-tokyo', 'lhkp-2', 'b', 'ssh-rsa', randomblob(32), 0);
                 INSERT INTO key_pair_tags VALUES (1, 'ap-tokyo', 'lhkp-2', 0, 'k', 'v');",
            )
            .unwrap();
        migrate(&mut store, MIGRATIONS).unwrap();

        let of_2: (i64, String) = store
            .query_row(
                "SELECT (SELECT count(*) FROM key_pair_taken
                          WHERE key_id = 'lhkp-2' AND taken IN (key_name, fingerprint)), value
                   FROM key_pairs JOIN key_pair_tags USING (account, region, key_id)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!(of_2, (2, "v".to_owned()));
        let mut wrong = store.prepare(statement::EXPORT_WRONG_TAKEN).unwrap();
        assert!(!wrong.exists([]).unwrap());
        let orphan = "INSERT INTO key_pair_tags VALUES (1, 'ap-tokyo', 'lhkp-3', 0, 'k', 'v')";
        assert!(store.execute_batch(orphan).is_err());
    }

    #[test]
    fn what_version_5_held_has_policies_that_are_attached_to_their_users() {
        let mut store = Connection::open_in_memory().unwrap();
        store.pragma_update(None, "foreign_keys", true).unwrap();
        migrate(&mut store, &MIGRATIONS[..5]).unwrap();
        // The last number is the largest there is: users stand in the order of their unsigned numbers.
        store
            .execute_batch(
                "INSERT INTO accounts (uin, app_id, is_root, created_time)
                        VALUES (1, 1, 1, 0), (2, 2, 0, 0);
                 INSERT INTO users VALUES
                        (1, -1, 'most', 5), (1, 7, 'seven', 6), (1, 8, 'none', 7), (2, 9, 'nine', 8);
                 INSERT INTO user_policies VALUES
                        (1, -1, 0, 'c'), (1, 7, 0, 'a'), (1, 7, 1, 'b'), (2, 9, 0, 'd');",
            )
            .unwrap();
        migrate(&mut store, MIGRATIONS).unwrap();

        let found = |account| {
            let directory = directory::read(&store, Uin(account)).unwrap();
            let attached = directory.attachments.iter();
            let attached = attached.map(|((principal, id), time)| {
                let policy = directory.policies[id].clone();
                (*principal, policy, time.unix_seconds())
            });
            attached.collect::<Vec<_>>()
        };
        let made = |user, of_account, of_user, document: &str, seconds| {
            let (user, document) = (Uin(user), document.to_owned());
            let time = Timestamp::from_unix_seconds(seconds).unwrap();
            let policy = PolicyRecord::of_user(user, of_account, of_user, document, time);
            (PrincipalId::User(user), policy, seconds)
        };
        let of_1 = [
            made(7, 1, 1, "a", 6),
            made(7, 2, 2, "b", 6),
            made(u64::MAX, 3, 1, "c", 5),
        ];
        assert_eq!(found(1), of_1);
        assert_eq!(found(2), [made(9, 1, 1, "d", 8)]);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_store_as_it_was() {
        let mut store = Connection::open_in_memory().unwrap();
        migrate(&mut store, MIGRATIONS).unwrap();
        let before = schema(&store);
        let mut broken = MIGRATIONS.to_vec();
        let halves = ["CREATE TABLE half (made INTEGER)", "no SQL at all"];
        broken.extend(halves.map(|sql| Migration {
            sql,
            and_then: |_| Ok(()),
        }));
        assert!(migrate(&mut store, &broken).is_err());
        assert_eq!(schema(&store), before);
        assert_eq!(version(&store).unwrap(), MIGRATIONS.len());
        migrate(&mut store, MIGRATIONS).unwrap();
    }

    #[test]
    fn every_migration_is_numbered_by_its_place() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names.len(), MIGRATIONS.len());
        for (name, (place, migration)) in names.iter().zip(MIGRATIONS.iter().enumerate()) {
            assert!(name.starts_with(&format!("{:04}_", place + 1)), "{name}");
            let file = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
            assert_eq!(file, migration.sql);
        }
    }
}
