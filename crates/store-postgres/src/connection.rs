//! Connections: how each is set up, and how one that broke is replaced.

use std::sync::Arc;
use std::time::Duration;

use pharos_store::queue::WAIT_MAX;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::{Client, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::{info, warn};

use crate::fault::Fault;
use crate::settings::Settings;
use crate::statement::Statements;

/// How long an answer may take before the connection is given up: twice what a lock is waited for.
pub(crate) const ANSWER_TIME_MAX: Duration = Duration::from_secs(8);

/// What is set on each connection, in milliseconds. A lock is waited for a little less than a request
/// waits for its turn. A node that vanishes in the middle of a transaction lets go of its locks when
/// PostgreSQL has waited for its next word for long enough.
///
/// No statement may be cut off by its time: PostgreSQL would also cut off the wait of a COMMIT for its
/// standby, and acknowledge it.
const SESSION: &str = "
    SET lock_timeout = 4000;
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 8000";

/// Every statement of ours finds its rows by an index. A planner that has not looked at a table since
/// it was small would walk through it whole; engines that have no such planner refuse the words.
const PLANNER: &str = "
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
    SET plan_cache_mode = force_generic_plan";

/// How long nobody tries again after a connection could not be made: so many requests that wait would
/// each find out anew.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

/// A connection that is ready to be used. Requests on it are answered in their order, and are sent
/// without waiting for the answers to those before.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) statements: Statements,
}

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

    /// A connection with nothing set up.
    pub(crate) async fn connect_bare(&self) -> Result<Client, Fault> {
        let (client, connection) = self.settings.config.connect(self.tls.clone()).await?;
        tokio::spawn(async move {
            // Whoever waits for an answer on it is told too.
            if let Err(error) = connection.await {
                warn!(%error, "a connection to PostgreSQL broke");
            }
        });
        Ok(client)
    }

    /// A connection that is ready to be used.
    pub(crate) async fn connect(&self) -> Result<Connection, Fault> {
        let connect = async {
            let client = self.connect_bare().await?;
            client.batch_execute(SESSION).await?;
            if let Err(error) = client.batch_execute(PLANNER).await
                && error.is_closed()
            {
                return Err(error.into());
            }
            if !self.settings.allow_asynchronous_commit {
                check_durability(&client).await?;
            }
            // Large, and needed for a moment only.
            let statements = Box::pin(Statements::prepare(&client)).await?;
            Ok(Connection { client, statements })
        };
        in_time(connect).await
    }
}

/// Waits for an answer, within [`ANSWER_TIME_MAX`].
pub(crate) async fn in_time<T>(answer: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let answer = timeout(ANSWER_TIME_MAX, answer).await;
    answer.unwrap_or(Err(Fault::Silent))
}

pub(crate) async fn commit(connection: &Connection) -> Result<(), Fault> {
    Ok(connection.client.batch_execute("COMMIT").await?)
}

pub(crate) async fn roll_back(connection: &Connection) -> Result<(), Fault> {
    in_time(async { Ok(connection.client.batch_execute("ROLLBACK").await?) }).await
}

/// Refuses to speak to a server that forgets what it acknowledged.
async fn check_durability(client: &Client) -> Result<(), Fault> {
    for name in ["synchronous_commit", "fsync"] {
        let shown = client.simple_query(&format!("SHOW {name}")).await;
        let is_off = |message: &SimpleQueryMessage| match message {
            SimpleQueryMessage::Row(row) => row.get(0) == Some("off"),
            _ => false,
        };
        // An engine that does not know the setting has no such switch.
        if shown.is_ok_and(|shown| shown.iter().any(is_off)) {
            return Err(Fault::Forgetful(name));
        }
    }
    Ok(())
}

/// A place for one connection, which is made when it is needed and replaced when it broke.
pub(crate) struct Line {
    connector: Arc<Connector>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connection: Option<Arc<Connection>>,
    /// Until when nobody tries, after a try that failed.
    pause_until: Option<Instant>,
}

impl Line {
    pub(crate) fn new(connector: Arc<Connector>) -> Self {
        Self {
            connector,
            state: Mutex::default(),
        }
    }

    /// The connection, or a new one if that broke.
    pub(crate) async fn connection(&self) -> Result<Arc<Connection>, Fault> {
        let mut state = self.state.lock().await;
        if let Some(connection) = &state.connection
            && !connection.client.is_closed()
        {
            return Ok(Arc::clone(connection));
        }
        let was_connected = state.connection.take().is_some();
        if let Some(until) = state.pause_until.take() {
            tokio::time::sleep_until(until).await;
        }
        match self.connector.connect().await {
            Ok(connection) => {
                let connection = Arc::new(connection);
                state.connection = Some(Arc::clone(&connection));
                if was_connected {
                    info!("connected to PostgreSQL again");
                }
                Ok(connection)
            }
            Err(fault) => {
                state.pause_until = Some(Instant::now() + PAUSE);
                Err(fault)
            }
        }
    }

    /// The connection is of no more use; the next that needs one gets another.
    pub(crate) async fn give_up(&self, broken: &Arc<Connection>) {
        let mut state = self.state.lock().await;
        if state
            .connection
            .as_ref()
            .is_some_and(|connection| Arc::ptr_eq(connection, broken))
        {
            state.connection = None;
        }
    }

    /// Does something that may be done twice: on a connection that breaks it is tried again on another,
    /// for [`WAIT_MAX`] in all.
    pub(crate) async fn repeat<T, F>(&self, work: impl Fn(Arc<Connection>) -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let deadline = Instant::now() + WAIT_MAX;
        loop {
            let fault = match self.once(&work).await {
                Ok(done) => return Ok(done),
                Err(fault) => fault,
            };
            if !fault.is_passing() || Instant::now() >= deadline {
                return Err(fault);
            }
            sleep(PAUSE).await;
        }
    }

    /// Does something once, within [`ANSWER_TIME_MAX`].
    pub(crate) async fn once<T, F>(&self, work: impl Fn(Arc<Connection>) -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let connection = self.connection().await?;
        let done = in_time(work(Arc::clone(&connection))).await;
        if done.as_ref().is_err_and(Fault::ends_the_connection) {
            self.give_up(&connection).await;
        }
        done
    }
}
