//! A place for one connection, which is made when it is needed and replaced when it broke.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tracing::info;

use crate::connection::{Connection, Connector};
use crate::fault::Fault;
use crate::patience::Patience;

/// How long nobody tries again after a connection could not be made: so many requests that wait would
/// each find out anew.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

/// A connection of which several can have the use at a time, or one with a transaction.
pub(crate) struct Line {
    connector: Arc<Connector>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connection: Option<Arc<Connection>>,
    /// There was one before.
    was_connected: bool,
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

    pub(crate) fn patience(&self) -> Patience {
        self.connector.patience()
    }

    /// The connection, or a new one if that broke. Others have the use of it too, so that nobody may
    /// begin a transaction on it.
    pub(crate) async fn connection(&self) -> Result<Arc<Connection>, Fault> {
        let mut state = self.state.lock().await;
        if let Some(connection) = &state.connection
            && !connection.client.is_closed()
        {
            return Ok(Arc::clone(connection));
        }
        state.connection = None;
        if let Some(until) = state.pause_until {
            sleep_until(until).await;
        }
        match self.connector.connect().await {
            Ok(connection) => {
                let connection = Arc::new(connection);
                state.connection = Some(Arc::clone(&connection));
                state.pause_until = None;
                if state.was_connected {
                    info!("connected to PostgreSQL again");
                }
                state.was_connected = true;
                Ok(connection)
            }
            Err(fault) => {
                state.pause_until = Some(Instant::now() + PAUSE);
                Err(fault)
            }
        }
    }

    /// Takes the connection away, for a transaction. It comes back with [`Line::put_back`] when that has
    /// ended. Whoever goes away in the middle takes it along, and PostgreSQL rolls back: nobody ever
    /// finds a transaction that is open.
    pub(crate) async fn take(&self) -> Result<Arc<Connection>, Fault> {
        let connection = self.connection().await?;
        self.give_up(&connection).await;
        Ok(connection)
    }

    /// No transaction is open on it.
    pub(crate) async fn put_back(&self, connection: Arc<Connection>) {
        self.state.lock().await.connection = Some(connection);
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

    /// Does something that may be done twice, and that begins no transaction: on a connection that breaks
    /// it is tried again on another, for a turn in all.
    pub(crate) async fn repeat<T, F>(&self, work: impl Fn(Arc<Connection>) -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let deadline = Instant::now() + self.patience().turn;
        let mut fault = Fault::Silent;
        while let Ok(connection) = timeout_at(deadline, self.connection()).await {
            match self.once(connection, &work).await {
                Err(passing) if passing.is_passing() => fault = passing,
                ended => return ended,
            }
            if Instant::now() >= deadline {
                break;
            }
            sleep(PAUSE).await;
        }
        Err(fault)
    }

    async fn once<T, F>(
        &self,
        connection: Result<Arc<Connection>, Fault>,
        work: impl Fn(Arc<Connection>) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let connection = connection?;
        let done = connection.in_time(work(Arc::clone(&connection))).await;
        if done.as_ref().is_err_and(Fault::ends_the_connection) {
            self.give_up(&connection).await;
        }
        done
    }
}
