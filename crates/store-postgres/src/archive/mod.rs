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
use crate::{PostgresStore, schema};
pub(crate) use rows::{counts, version, walk};

/// A store as it is at one moment, for who reads it for minutes: no time that the server's own
/// settings allow ends it.
const SNAPSHOT: &str = "
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

#[async_trait]
impl Archive for PostgresStore {
    async fn export(&self, parts: mpsc::Sender<Part>) -> Result<(), StoreError> {
        match export(&self.connector, parts).await {
            Ok(()) | Err(Stopped::Gone) => Ok(()),
            Err(Stopped::Failed(fault)) => Err(fault.failed()),
        }
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

async fn export(connector: &Connector, parts: mpsc::Sender<Part>) -> Result<(), Stopped> {
    let client = connector.connect_bare().await?;
    begin_snapshot(&client).await?;
    schema::check_version(version(&client).await?)?;
    let mut out = Outgoing::begin(parts, counts(&client).await?).await?;
    walk(&client, &mut out).await?;
    Ok(out.end().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_store::archive::CHUNKS_WAITING;
    use pharos_store::conformance;
    use pharos_testkit::population::Population;
    use pharos_testkit_postgres::Postgres;

    use crate::Settings;

    async fn fresh(postgres: &Postgres) -> PostgresStore {
        let settings = Settings::parse(&postgres.fresh_database()).unwrap();
        PostgresStore::open(settings).await.unwrap()
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
