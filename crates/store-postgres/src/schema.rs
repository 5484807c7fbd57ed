//! The shape of the database: which version it has, and the steps from each to the next.

use std::cmp::Ordering;

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tracing::info;

use crate::fault::Fault;

/// Migration `n` makes version `n` out of version `n - 1`. A released one never changes.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_accounts_and_key_pairs.sql"),
    include_str!("../migrations/0002_key_pairs_by_tag_name_and_fingerprint.sql"),
    include_str!("../migrations/0003_instances_and_bindings.sql"),
    include_str!("../migrations/0004_groups_policies_and_roles.sql"),
];

/// What has to be there before a version can be looked up. Several nodes may do it at once.
///
/// Who writes takes the row of this table first, and no migration changes the table: so whoever waits
/// for a migration to end holds nothing that the migration needs.
const BOOTSTRAP: &str = "
    CREATE SCHEMA IF NOT EXISTS pharos;
    CREATE TABLE IF NOT EXISTS pharos.schema_version (
        id      smallint PRIMARY KEY CHECK (id = 1),
        version integer  NOT NULL
    );
    INSERT INTO pharos.schema_version (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING";

/// A migration may take long, and so may the wait for another node's.
const PATIENT: &str = "SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";

/// What the planner should believe: that there is one place, with every row in it, and that no two tags
/// are alike. So it takes the index that leads to a row itself, however few rows it has seen in a place.
/// Engines without these words need not hear them.
const STATISTICS: &str = "
    ALTER TABLE pharos.key_pairs
          ALTER COLUMN account SET (n_distinct = 1), ALTER COLUMN region SET (n_distinct = 1);
    ALTER TABLE pharos.key_pair_tags
          ALTER COLUMN account SET (n_distinct = 1), ALTER COLUMN region SET (n_distinct = 1),
          ALTER COLUMN key SET (n_distinct = -1), ALTER COLUMN value SET (n_distinct = -1);
    ALTER TABLE pharos.instances
          ALTER COLUMN account SET (n_distinct = 1), ALTER COLUMN region SET (n_distinct = 1);
    ALTER TABLE pharos.bindings
          ALTER COLUMN account SET (n_distinct = 1), ALTER COLUMN region SET (n_distinct = 1);
    ALTER TABLE pharos.users ALTER COLUMN account SET (n_distinct = 1);
    ALTER TABLE pharos.directory ALTER COLUMN account SET (n_distinct = 1);
    ALTER TABLE pharos.attachments ALTER COLUMN account SET (n_distinct = 1);
    ALTER TABLE pharos.memberships ALTER COLUMN account SET (n_distinct = 1)";

const VERSION_LOOK: &str = "SELECT version FROM pharos.schema_version WHERE id = 1";
/// Waits for every transaction that writes, and keeps the next ones waiting.
const VERSION_LOCK: &str = "SELECT version FROM pharos.schema_version WHERE id = 1 FOR UPDATE";
const VERSION_SET: &str = "UPDATE pharos.schema_version SET version = $1 WHERE id = 1";

/// Brings an empty database or an older store to the newest version, wholly or not at all, whichever
/// node comes first.
pub(crate) async fn migrate(client: &mut Client, migrations: &[&str]) -> Result<(), Fault> {
    if look(client).await? == Some(supported(migrations)) {
        return Ok(());
    }
    client.batch_execute(PATIENT).await?;
    bootstrap(client).await?;
    let mut transaction = client.transaction().await?;
    let found: i32 = transaction.query_one(VERSION_LOCK, &[]).await?.try_get(0)?;
    let supported = supported(migrations);
    if found > supported {
        return Err(Fault::NewerVersion { found, supported });
    }
    let done = usize::try_from(found).unwrap_or(0);
    for migration in migrations.iter().skip(done) {
        transaction.batch_execute(migration).await?;
    }
    if found < supported {
        transaction.execute(VERSION_SET, &[&supported]).await?;
        // Under a savepoint: an engine that refuses the words keeps what came before them.
        let words = transaction.savepoint("statistics").await?;
        match words.batch_execute(STATISTICS).await {
            Ok(()) => words.commit().await?,
            Err(error) if error.is_closed() => return Err(error.into()),
            Err(_) => words.rollback().await?,
        }
    }
    transaction.commit().await?;
    if found < supported {
        info!(
            from = found,
            to = supported,
            "the store was brought to its newest version"
        );
    }
    Ok(())
}

/// The version, if there is a store. It asks for nothing that takes a right to change the schema.
pub(crate) async fn look(client: &Client) -> Result<Option<i32>, Fault> {
    match client.query_opt(VERSION_LOOK, &[]).await {
        Ok(row) => Ok(row.map(|row| row.try_get(0)).transpose()?),
        Err(error)
            if matches!(
                error.code(),
                Some(&SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME)
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// `IF NOT EXISTS` does not keep two that begin at once from meeting; the second try finds what the
/// other made.
async fn bootstrap(client: &Client) -> Result<(), Fault> {
    match client.batch_execute(BOOTSTRAP).await {
        Err(error) if error.code().is_some() => Ok(client.batch_execute(BOOTSTRAP).await?),
        done => Ok(done?),
    }
}

pub(crate) fn supported(migrations: &[&str]) -> i32 {
    i32::try_from(migrations.len()).unwrap_or(i32::MAX)
}

/// Refuses a store that a newer Pharos has changed, or that is still an older one's.
pub(crate) fn check_version(found: i32) -> Result<(), Fault> {
    let supported = supported(MIGRATIONS);
    match found.cmp(&supported) {
        Ordering::Less => Err(Fault::OlderVersion { found, supported }),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Fault::NewerVersion { found, supported }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Connector;
    use crate::{PostgresStore, Settings};
    use pharos_api::account::Uin;
    use pharos_api::credential::SecretId;
    use pharos_api::policy_id::PolicyId;
    use pharos_api::resource::Account;
    use pharos_api::time::Timestamp;
    use pharos_policy::authorize_root;
    use pharos_store::Store;
    use pharos_store::directory::{PolicyRecord, PrincipalId};
    use pharos_store::record::AccessKeyOwner;
    use pharos_testkit_postgres::Postgres;

    const DOCUMENTS: [&str; 3] = ["{\"n\":\"\u{1f511}\\n\"}", "{}\n", "the largest's"];
    /// The number of a user that PostgreSQL has as a negative one.
    const LARGEST: u64 = u64::MAX - 1;

    #[tokio::test]
    async fn documents_that_users_had_in_version_3_are_attached_policies() {
        let Some(postgres) = Postgres::shared_or_left_out() else {
            return;
        };
        let settings = Settings::parse(&postgres.fresh_database()).unwrap();
        let connector = Connector::new(settings.clone()).unwrap();
        let mut client = connector.connect_session().await.unwrap();
        let (version_3, _) = MIGRATIONS.split_at(3);
        migrate(&mut client, version_3).await.unwrap();
        client
            .batch_execute(
                "INSERT INTO pharos.accounts
                 VALUES (1, 1, NULL, 0, 0, sha256(''), NULL), (2, 2, NULL, 0, 0, sha256(''), NULL);
                 INSERT INTO pharos.users
                 VALUES (1, -2, 'largest', 0), (1, 7, 'seven', 1764057600), (2, 8, 'eight', 5),
                        (1, 9, 'nine', 0);
                 INSERT INTO pharos.access_keys
                 VALUES ('AKIDlargest', 1, -2, 'sealed secret', false, true, 0),
                        ('AKIDseven', 1, 7, 'sealed secret', false, true, 0),
                        ('AKIDeight', 2, 8, 'sealed secret', false, true, 0),
                        ('AKIDnine', 1, 9, 'sealed secret', false, true, 0)",
            )
            .await
            .unwrap();
        let [first, second, largest] = DOCUMENTS;
        for (account, user, position, document) in [
            (1, 7, 1, second),
            (1, -2, 0, largest),
            (1, 7, 0, first),
            (2, 8, 0, first),
        ] {
            let insert = "INSERT INTO pharos.user_policies VALUES ($1, $2, $3, $4)";
            let row: [i64; 3] = [account, user, position];
            let [account, user, position] = &row;
            client
                .execute(insert, &[account, user, position, &document])
                .await
                .unwrap();
        }

        let store = PostgresStore::open(settings).await.unwrap();
        for (secret_id, expected) in [
            ("AKIDseven", &[first, second][..]),
            ("AKIDlargest", &[largest]),
            ("AKIDeight", &[first]),
            ("AKIDnine", &[]),
        ] {
            let secret_id = SecretId::parse(secret_id).unwrap();
            let (_, owner) = store.access_key(&secret_id).await.unwrap().unwrap();
            let AccessKeyOwner::User { policies, .. } = owner else {
                panic!("{secret_id} is a user's");
            };
            assert_eq!(policies, expected, "{secret_id}");
        }
        let proof = authorize_root(Uin(1), "cam:Any", Account(Uin(1))).unwrap();
        let directory = store.directory(&proof).await.unwrap();
        let time = |seconds| Timestamp::from_unix_seconds(seconds).unwrap();
        let (of_seven, epoch) = (time(1_764_057_600), time(0));
        let policies = [
            PolicyRecord::of_user(Uin(7), 1, 1, first.to_owned(), of_seven),
            PolicyRecord::of_user(Uin(7), 2, 2, second.to_owned(), of_seven),
            PolicyRecord::of_user(Uin(LARGEST), 3, 1, largest.to_owned(), epoch),
        ];
        let ids = policies.each_ref().map(|policy| policy.policy_id);
        let found: Vec<_> = directory.policies.into_values().collect();
        assert_eq!(found, policies);
        let attached = [(7, of_seven), (7, of_seven), (LARGEST, epoch)];
        let attached = attached.into_iter().zip(ids);
        let attached = attached.map(|((user, time), policy_id): (_, PolicyId)| {
            ((PrincipalId::User(Uin(user)), policy_id), time)
        });
        assert_eq!(directory.attachments, attached.collect());
        assert_eq!(directory.users.len(), 3);
    }
}
