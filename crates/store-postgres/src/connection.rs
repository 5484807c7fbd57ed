//! Connections: how each is made and set up.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::error::Severity;
use tokio_postgres::{AsyncMessage, Client, Config, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::{debug, warn};

use crate::fault::Fault;
use crate::patience::Patience;
use crate::settings::Settings;
use crate::statement::Statements;

/// What is set on each connection, whatever the server, the database and the user have as defaults;
/// times in milliseconds. A lock is waited for a little less than a request waits for its turn. A node
/// that vanishes in the middle of a transaction lets go of its locks when PostgreSQL has waited for its
/// next word for long enough.
///
/// A batch sees what was committed while it waited for its locks: that is what READ COMMITTED means.
///
/// No statement may be cut off by its time: PostgreSQL would also cut off the wait of a COMMIT for its
/// standby, and acknowledge it.
const SESSION: &str = "
    SET default_transaction_isolation = 'read committed';
    SET lock_timeout = 4000;
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 8000";

/// Every statement of ours finds its rows by an index, and has them in its order. A planner that has not
/// looked at a table since it was small would walk through it whole and sort it. One that thinks much of a
/// range would compile the statement first. Engines that have no such planner refuse the words.
const PLANNER: &str = "
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
    SET enable_sort = off; SET enable_bitmapscan = off; SET jit = off;
    SET plan_cache_mode = force_generic_plan";

/// A change of the server's own setting is for new connections, which are looked at as this one was.
const DURABILITY: &str =
    "SELECT set_config('synchronous_commit', current_setting('synchronous_commit'), false)";

/// A connection that is ready to be used. Requests on it are answered in their order, and are sent
/// without waiting for the answers to those before.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) statements: Statements,
    pub(crate) patience: Patience,
    warnings: Warnings,
}

/// How many warnings the server has sent on a connection.
type Warnings = Arc<AtomicU64>;

/// Makes connections.
pub(crate) struct Connector {
    settings: Settings,
    tls: MakeRustlsConnect,
}

impl Connector {
    pub(crate) fn new(settings: Settings) -> std::io::Result<Self> {
        let tls = crate::tls::connector(settings.root_certificate.as_deref())?;
        Ok(Self { settings, tls })
    }

    pub(crate) fn patience(&self) -> Patience {
        self.settings.patience
    }

    /// A connection with nothing set up, to a server that can be written.
    pub(crate) async fn connect_bare(&self) -> Result<Client, Fault> {
        Ok(self.reach().await?.0)
    }

    /// The same, to a server that may only be read.
    pub(crate) async fn connect_to_standby(&self) -> Result<Client, Fault> {
        let mut refusal = Fault::Silent;
        for host in self.settings.hosts() {
            match within(self.settings.patience.host, self.knock(&host)).await {
                Ok((client, _)) => return Ok(client),
                Err(fault) => refusal = fault,
            }
        }
        Err(refusal)
    }

    /// A connection with its settings, to a server that forgets nothing.
    pub(crate) async fn connect_session(&self) -> Result<Client, Fault> {
        Ok(self.session().await?.0)
    }

    /// A connection that is ready to be used.
    pub(crate) async fn connect(&self) -> Result<Connection, Fault> {
        let patience = self.settings.patience;
        let connect = async {
            let (client, warnings) = self.session().await?;
            // Large, and needed for a moment only.
            let statements = Box::pin(Statements::prepare(&client)).await?;
            Ok(Connection {
                client,
                statements,
                patience,
                warnings,
            })
        };
        within(patience.answer, Box::pin(connect)).await
    }

    async fn session(&self) -> Result<(Client, Warnings), Fault> {
        let (client, warnings) = self.reach().await?;
        client.batch_execute(SESSION).await?;
        try_set(&client, PLANNER).await?;
        if !self.settings.allow_asynchronous_commit {
            try_set(&client, DURABILITY).await?;
            check_durability(&client).await?;
        }
        Ok((client, warnings))
    }

    /// Tries the hosts in their order, each for its time: one that accepts a connection and then says
    /// nothing must not use up that of the next.
    async fn reach(&self) -> Result<(Client, Warnings), Fault> {
        let mut refusal = Fault::Standby;
        for host in self.settings.hosts() {
            match within(self.settings.patience.host, self.reach_host(&host)).await {
                Ok(reached) => return Ok(reached),
                // That one of several is a standby is as it should be; that another fails is not.
                Err(fault) if matches!(refusal, Fault::Standby) => refusal = fault,
                Err(_) => {}
            }
        }
        Err(refusal)
    }

    async fn reach_host(&self, host: &Config) -> Result<(Client, Warnings), Fault> {
        let (client, warnings) = self.knock(host).await?;
        if shows(&client, "transaction_read_only", "on").await? {
            return Err(Fault::Standby);
        }
        Ok((client, warnings))
    }

    async fn knock(&self, host: &Config) -> Result<(Client, Warnings), Fault> {
        let (client, mut connection) = host.connect(self.tls.clone()).await?;
        let warnings = Warnings::default();
        let counted = Arc::clone(&warnings);
        tokio::spawn(async move {
            while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
                match message {
                    Ok(AsyncMessage::Notice(notice)) => {
                        if notice.parsed_severity() == Some(Severity::Warning) {
                            counted.fetch_add(1, Ordering::SeqCst);
                            warn!(%notice, "PostgreSQL warns");
                        }
                    }
                    Ok(_) => {}
                    // Whoever waits for an answer on it is told too.
                    Err(error) => {
                        debug!(%error, "a connection to PostgreSQL broke");
                        break;
                    }
                }
            }
        });
        Ok((client, warnings))
    }
}

impl Connection {
    /// Waits for an answer. When it does not come in time the connection is of no more use: what is on
    /// it may still be done.
    pub(crate) async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        within(self.patience.answer, answer).await
    }

    fn warnings(&self) -> u64 {
        self.warnings.load(Ordering::SeqCst)
    }
}

async fn within<T>(
    time: Duration,
    answer: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let answer = timeout(time, answer).await;
    answer.unwrap_or(Err(Fault::Silent))
}

/// Commits. A commit that comes with a warning is none to rely on: so PostgreSQL tells that somebody
/// has cut off its wait for the standby.
pub(crate) async fn commit(connection: &Connection) -> Result<(), Fault> {
    let before = connection.warnings();
    connection.client.batch_execute("COMMIT").await?;
    if connection.warnings() == before {
        Ok(())
    } else {
        Err(Fault::Unsure(None))
    }
}

pub(crate) async fn roll_back(connection: &Connection) -> Result<(), Fault> {
    let rolled_back = async { Ok(connection.client.batch_execute("ROLLBACK").await?) };
    connection.in_time(rolled_back).await
}

/// Sets what not every engine knows.
async fn try_set(client: &Client, sql: &str) -> Result<(), Fault> {
    match client.batch_execute(sql).await {
        Err(error) if error.is_closed() => Err(error.into()),
        _ => Ok(()),
    }
}

/// Refuses to speak to a server that forgets what it acknowledged.
async fn check_durability(client: &Client) -> Result<(), Fault> {
    for name in ["synchronous_commit", "fsync"] {
        // An engine that does not know the setting has no such switch.
        match shows(client, name, "off").await {
            Ok(true) => return Err(Fault::Forgetful(name)),
            Err(fault) if fault.ends_the_connection() => return Err(fault),
            Ok(false) | Err(_) => {}
        }
    }
    Ok(())
}

/// Whether a setting has this value.
async fn shows(client: &Client, name: &str, value: &str) -> Result<bool, Fault> {
    let shown = client.simple_query(&format!("SHOW {name}")).await?;
    let has_it = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0) == Some(value),
        _ => false,
    };
    Ok(shown.iter().any(has_it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_testkit_postgres::Postgres;

    async fn show(client: &Client, name: &str) -> String {
        let row = client
            .query_one(&format!("SHOW {name}"), &[])
            .await
            .unwrap();
        row.get(0)
    }

    #[tokio::test]
    async fn what_a_connection_relies_on_holds_whatever_the_server_is_set_to() {
        if Postgres::is_left_out() {
            return;
        }
        let server = Postgres::with_settings(&[
            ("default_transaction_isolation", "serializable"),
            ("statement_timeout", "10s"),
            ("lock_timeout", "10s"),
        ]);
        let url = server.url("postgres");
        let connector = Connector::new(Settings::parse(&url).unwrap()).unwrap();
        let client = connector.connect_session().await.unwrap();
        server.sql(&url, "ALTER SYSTEM SET synchronous_commit = off");
        server.sql(&url, "SELECT pg_reload_conf()");
        // It is reread between two statements of a session.
        let fresh = connector.connect_bare().await.unwrap();
        while show(&fresh, "synchronous_commit").await != "off" {}
        client.batch_execute("SELECT").await.unwrap();
        for (name, value) in [
            ("synchronous_commit", "on"),
            ("transaction_isolation", "read committed"),
            ("statement_timeout", "0"),
            ("lock_timeout", "4s"),
        ] {
            assert_eq!(show(&client, name).await, value, "{name}");
        }
        let refused = connector.connect_session().await.err();
        assert!(matches!(
            refused,
            Some(Fault::Forgetful("synchronous_commit"))
        ));
    }
}
