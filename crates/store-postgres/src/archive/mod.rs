//! The whole store, out of the database and into it.

mod import;
mod rows;

use async_trait::async_trait;
use pharos_store::archive::{Archive, Entry, Gone, ImportError, Incoming, Outgoing, Part};
use pharos_store::diagnosis::Foreign;
use pharos_store::error::StoreError;
use tokio::sync::mpsc;
use tokio_postgres::Client;

use crate::connection::Connector;
use crate::fault::Fault;
use crate::{OpenError, PostgresStore, Settings, schema};
pub(crate) use rows::{account, counts, version, walk};

/// A store as it is at one moment, for who reads it for minutes: no time that the server's own
/// settings allow ends it.
const SNAPSHOT: &str = "
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

#[async_trait]
impl Archive for PostgresStore {
    async fn export(&self, parts: mpsc::Sender<Part>) -> Result<(), StoreError> {
        let snapshot = Snapshot::begin(&self.connector).await;
        snapshot.map_err(Fault::failed)?.send(parts).await
    }

    async fn import(&self, parts: mpsc::Receiver<Part>) -> Result<(), ImportError> {
        import::import(&self.connector, Incoming::new(parts)).await
    }
}

/// Why an export ends early.
pub(crate) enum Stopped {
    Gone,
    Failed(Fault),
}

impl From<Gone> for Stopped {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl<F: Into<Fault>> From<F> for Stopped {
    fn from(fault: F) -> Self {
        Self::Failed(fault.into())
    }
}

/// Takes what is read of a store, in the order of a stream.
pub(crate) trait Sink: Send {
    fn take(
        &mut self,
        entry: Result<Entry, Foreign>,
    ) -> impl Future<Output = Result<(), Stopped>> + Send;
}

impl Sink for Outgoing {
    async fn take(&mut self, entry: Result<Entry, Foreign>) -> Result<(), Stopped> {
        let entry = entry.map_err(|foreign| Fault::Foreign(foreign.to_string()))?;
        Ok(self.send(entry).await?)
    }
}

/// Begins to read the store as it is now, on a connection that is good for nothing else afterwards.
pub(crate) async fn begin_snapshot(client: &Client) -> Result<(), Fault> {
    Ok(client.batch_execute(SNAPSHOT).await?)
}

/// A store at one moment, for who reads it as a whole. It makes, changes and locks nothing: nodes, of an
/// older version too, go on beside it.
pub struct Snapshot(Client);

impl Snapshot {
    /// Reads the store of a database, which must have the version of this program. What is committed
    /// later is not in it. Where there is no primary, a standby will do.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let connector = Connector::new(settings).map_err(OpenError::Authority)?;
        let opened = Self::begin(&connector).await;
        opened.map_err(|fault| OpenError::Database(Box::new(fault)))
    }

    /// Sends all of it, and ends early when nobody receives any more.
    ///
    /// # Errors
    /// When the database fails, or holds what Pharos did not write.
    pub async fn send(&self, parts: mpsc::Sender<Part>) -> Result<(), StoreError> {
        match export(&self.0, parts).await {
            Ok(()) | Err(Stopped::Gone) => Ok(()),
            Err(Stopped::Failed(fault)) => Err(fault.failed()),
        }
    }

    async fn begin(connector: &Connector) -> Result<Self, Fault> {
        let client = match connector.connect_bare().await {
            Ok(client) => client,
            // What is wrong with the primary is told if there is no standby either.
            Err(fault) => connector.connect_to_standby().await.map_err(|_| fault)?,
        };
        let found = schema::look(&client).await?.unwrap_or(0);
        if found == 0 {
            return Err(Fault::NoStore);
        }
        begin_snapshot(&client).await?;
        schema::check_version(version(&client).await?)?;
        Ok(Self(client))
    }
}

async fn export(client: &Client, parts: mpsc::Sender<Part>) -> Result<(), Stopped> {
    let mut out = Outgoing::begin(parts, counts(client).await?).await?;
    walk(client, &mut out).await?;
    Ok(out.end().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_store::archive::CHUNKS_WAITING;
    use pharos_store::conformance;
    use pharos_testkit::population::Population;
    use pharos_testkit_postgres::Postgres;

    async fn fresh(postgres: &Postgres) -> PostgresStore {
        let settings = Settings::parse(&postgres.fresh_database()).unwrap();
        PostgresStore::open(settings).await.unwrap()
    }

    async fn refusal(settings: &Settings) -> String {
        let Err(error) = Snapshot::open(settings.clone()).await else {
            panic!("it was opened")
        };
        error.to_string()
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_named_and_left_alone() {
        let Some(postgres) = Postgres::shared_or_left_out() else {
            return;
        };
        let url = postgres.fresh_database();
        let settings = Settings::parse(&url).unwrap();
        assert!(
            refusal(&settings)
                .await
                .contains("no store in this database")
        );
        let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'pharos'";
        assert_eq!(postgres.sql(&url, schemas), "0");

        drop(PostgresStore::open(settings.clone()).await.unwrap());
        let versions = "SELECT version FROM pharos.schema_version";
        for (version, told) in [
            ("0", "no store"),
            ("-1", "has version -1"),
            ("7", "newer Pharos"),
        ] {
            let set = format!("UPDATE pharos.schema_version SET version = {version}");
            postgres.sql(&url, &set);
            let refusal = refusal(&settings).await;
            assert!(refusal.contains(told), "{refusal}");
            assert_eq!(postgres.sql(&url, versions), version, "it is left alone");
        }
    }

    #[tokio::test]
    async fn it_conforms_as_an_archive() {
        let Some(postgres) = Postgres::shared_or_left_out() else {
            return;
        };
        conformance::run_archive(async || fresh(postgres).await).await;
    }

    #[tokio::test]
    async fn thousands_of_accounts_come_out_as_they_went_in() {
        let Some(postgres) = Postgres::shared_or_left_out() else {
            return;
        };
        let population = Population {
            accounts: 2_000,
            seed: 7,
        };
        let store = fresh(postgres).await;
        let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
        let send = tokio::task::spawn_blocking(move || population.blocking_send(sender));
        store.import(parts).await.unwrap();
        send.await.unwrap().unwrap();

        let (sender, mut parts) = mpsc::channel(CHUNKS_WAITING);
        let receive = async {
            let mut expected = population.entries();
            while let Some(part) = parts.recv().await {
                if let Part::Entries(entries) = part {
                    for entry in entries {
                        assert_eq!(Some(entry), expected.next());
                    }
                }
            }
            assert_eq!(expected.next(), None);
        };
        let (exported, ()) = tokio::join!(store.export(sender), receive);
        exported.unwrap();
    }
}
