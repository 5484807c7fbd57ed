//! The proxy breaks what it is told to break, and nothing else.

use std::time::{Duration, Instant};

use pharos_testkit_postgres::proxy::{At, Cut};
use pharos_testkit_postgres::{Postgres, Proxy};
use tokio_postgres::{Client, Error, NoTls};

/// A database with an empty table, and a proxy in front of it.
struct Setup {
    postgres: &'static Postgres,
    proxy: Proxy,
    direct: String,
}

impl Setup {
    fn new() -> Option<Self> {
        let postgres = Postgres::shared_or_left_out()?;
        let direct = postgres.fresh_database();
        postgres.sql(&direct, "CREATE TABLE pairs (id integer)");
        Some(Self {
            postgres,
            proxy: Proxy::start(postgres),
            direct,
        })
    }

    /// A client that goes through the proxy.
    async fn connect(&self) -> Result<Client, Error> {
        let (client, connection) =
            tokio_postgres::connect(&self.proxy.url(&self.direct), NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// How many rows there are, asked past the proxy.
    fn rows(&self) -> String {
        self.postgres
            .sql(&self.direct, "SELECT count(*) FROM pairs")
    }

    /// Returns when there are so many.
    async fn wait_for_rows(&self, rows: &str) {
        let since = Instant::now();
        while self.rows() != rows {
            assert!(since.elapsed() < PATIENCE, "there are never {rows} rows");
            tokio::task::yield_now().await;
        }
    }

    /// Returns when nobody but who asks uses the database: what was sent has been done by then, or never will be.
    fn wait_for_the_server(&self) {
        wait_for_the_server(self.postgres, &self.direct);
    }
}

fn wait_for_the_server(postgres: &Postgres, direct: &str) {
    let others = "SELECT count(*) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let since = Instant::now();
    while postgres.sql(direct, others) != "0" {
        assert!(since.elapsed() < PATIENCE, "a connection stays");
    }
}

/// A connection ends at once; a machine that is busy with other tests gets more.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ten times what a query takes; a machine that is slower cannot make a test fail.
const SILENCE: Duration = Duration::from_millis(200);

const INSERT: &str = "INSERT INTO pairs VALUES (1)";

async fn insert_in_a_transaction(client: &mut Client) -> Result<(), Error> {
    let transaction = client.transaction().await?;
    transaction.execute(INSERT, &[]).await?;
    transaction.commit().await
}

#[tokio::test]
async fn without_a_fault_everything_passes_and_statements_are_counted() {
    let Some(setup) = Setup::new() else { return };
    let mut client = setup.connect().await.unwrap();
    insert_in_a_transaction(&mut client).await.unwrap();
    assert_eq!(setup.rows(), "1");
    assert_eq!(setup.proxy.statements(), 3, "BEGIN, INSERT, COMMIT");
    assert!(!setup.proxy.has_fired());
    // psql asks for encryption first.
    let through = setup.proxy.url(&setup.direct);
    assert_eq!(setup.postgres.sql(&through, "SELECT id FROM pairs"), "1");
    assert_eq!(setup.proxy.statements(), 4);
}

// On another thread a dropped client takes its leave while this one waits for that.
#[tokio::test(flavor = "multi_thread")]
async fn the_nth_statement_is_never_sent() {
    let Some(setup) = Setup::new() else { return };
    for number in 1.. {
        let mut client = setup.connect().await.unwrap();
        setup.proxy.arm(At::Statement(number), Cut::BeforeSending);
        let done = insert_in_a_transaction(&mut client).await;
        drop(client);
        assert_eq!(setup.proxy.has_fired(), number <= 3);
        setup.wait_for_the_server();
        if done.is_ok() {
            assert_eq!(number, 4);
            break;
        }
        assert_eq!(setup.proxy.statements(), number);
        assert_eq!(setup.rows(), "0");
    }
    assert_eq!(setup.rows(), "1");
}

#[tokio::test]
async fn a_statement_that_is_sent_is_done_though_its_client_is_cut_off() {
    let Some(setup) = Setup::new() else { return };
    for (before, cut) in [(0, Cut::AfterSending), (1, Cut::AfterAnswer)] {
        let client = setup.connect().await.unwrap();
        let insert = client.prepare(INSERT).await.unwrap();
        assert_eq!(setup.rows(), before.to_string());
        setup.proxy.arm(At::Statement(1), cut);
        assert!(client.execute(&insert, &[]).await.unwrap_err().is_closed());
        assert!(setup.proxy.has_fired());
        if cut == Cut::AfterSending {
            setup.wait_for_the_server();
        }
        assert_eq!(setup.rows(), (before + 1).to_string());
    }
}

#[tokio::test]
async fn a_commit_is_lost_before_it_is_sent_or_on_its_way_back() {
    let Some(setup) = Setup::new() else { return };
    let cuts = [
        (Cut::BeforeSending, "0"),
        (Cut::AfterSending, "1"),
        (Cut::AfterAnswer, "2"),
    ];
    for (cut, rows) in cuts {
        let mut client = setup.connect().await.unwrap();
        setup.proxy.arm(At::Commit, cut);
        insert_in_a_transaction(&mut client).await.unwrap_err();
        assert!(setup.proxy.has_fired());
        assert_eq!(setup.proxy.statements(), 3);
        if cut != Cut::AfterAnswer {
            setup.wait_for_the_server();
        }
        assert_eq!(setup.rows(), rows);
    }
}

#[tokio::test]
async fn what_was_sent_before_a_lost_statement_is_answered() {
    let Some(setup) = Setup::new() else { return };
    let client = setup.connect().await.unwrap();
    let insert = client.prepare(INSERT).await.unwrap();
    setup.proxy.arm(At::Commit, Cut::BeforeSending);
    // Sent at once.
    let (begun, inserted, committed) = tokio::join!(
        biased;
        client.simple_query("BEGIN; SELECT pg_sleep(0.1)"),
        client.execute(&insert, &[]),
        client.simple_query("COMMIT"),
    );
    begun.unwrap();
    inserted.unwrap();
    assert!(committed.unwrap_err().is_closed());
    assert_eq!(setup.rows(), "0");
}

#[tokio::test]
async fn a_fault_cuts_one_connection_once() {
    let Some(setup) = Setup::new() else { return };
    let (one, other) = (
        setup.connect().await.unwrap(),
        setup.connect().await.unwrap(),
    );
    setup.proxy.arm(At::Commit, Cut::BeforeSending);
    one.simple_query(INSERT).await.unwrap();
    other.simple_query("COMMIT").await.unwrap_err();
    one.simple_query("COMMIT").await.unwrap();
    setup.proxy.arm(At::Statement(1), Cut::BeforeSending);
    setup.proxy.disarm();
    one.simple_query(INSERT).await.unwrap();
    assert!(!setup.proxy.has_fired());
}

#[tokio::test]
async fn a_blackhole_holds_back_what_then_passes() {
    let Some(setup) = Setup::new() else { return };
    let client = setup.connect().await.unwrap();
    setup.proxy.blackhole();
    let mut query = Box::pin(client.simple_query(INSERT));
    let mut connecting = Box::pin(setup.connect());
    let silence = tokio::time::sleep(SILENCE);
    tokio::select! {
        _ = &mut query => panic!("the query passed"),
        _ = &mut connecting => panic!("the connection passed"),
        () = silence => {}
    }
    assert_eq!(setup.rows(), "0");
    setup.proxy.forward();
    query.await.unwrap();
    connecting.await.unwrap();
    assert_eq!(setup.rows(), "1");
}

/// The server waits for the commit of a client that is long gone, and others are served meanwhile.
#[tokio::test]
async fn a_blackhole_before_a_commit_holds_it_back_until_it_is_let_through() {
    let Some(setup) = Setup::new() else { return };
    let mut client = setup.connect().await.unwrap();
    setup.proxy.arm(At::Commit, Cut::BlackholeBeforeSending);
    let insert = tokio::spawn(async move { insert_in_a_transaction(&mut client).await });
    while !setup.proxy.has_fired() {
        tokio::task::yield_now().await;
    }
    insert.abort();
    assert!(insert.await.unwrap_err().is_cancelled());
    let other = setup.connect().await.unwrap();
    other.simple_query(INSERT).await.unwrap();
    tokio::time::sleep(SILENCE).await;
    let in_a_transaction = "SELECT count(*) FROM pg_stat_activity \
                            WHERE datname = current_database() AND state = 'idle in transaction'";
    assert_eq!(setup.postgres.sql(&setup.direct, in_a_transaction), "1");
    assert_eq!(setup.rows(), "1");
    drop(other);
    setup.proxy.forward();
    setup.wait_for_rows("2").await;
}

/// Nor does the client hear that the server is gone.
#[tokio::test]
async fn a_blackhole_behind_a_commit_holds_back_its_answer() {
    let Some(setup) = Setup::new() else { return };
    let mut client = setup.connect().await.unwrap();
    setup.proxy.arm(At::Commit, Cut::BlackholeAfterSending);
    let insert = tokio::spawn(async move { insert_in_a_transaction(&mut client).await });
    setup.wait_for_rows("1").await;
    let end_others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
    setup.postgres.sql(&setup.direct, end_others);
    tokio::time::sleep(SILENCE).await;
    assert!(!insert.is_finished());
    setup.proxy.forward();
    insert.await.unwrap().unwrap();
}

#[tokio::test]
async fn new_connections_are_refused_while_open_ones_stay() {
    let Some(setup) = Setup::new() else { return };
    let client = setup.connect().await.unwrap();
    setup.proxy.refuse();
    assert!(setup.connect().await.is_err());
    client.simple_query(INSERT).await.unwrap();
    setup.proxy.forward();
    setup.connect().await.unwrap();
}

#[tokio::test]
async fn every_connection_ends_with_the_proxy() {
    let Some(setup) = Setup::new() else { return };
    let client = setup.connect().await.unwrap();
    setup.proxy.cut_all();
    client.simple_query(INSERT).await.unwrap_err();
    let _idle = setup.connect().await.unwrap();
    let held_back = setup.connect().await.unwrap();
    setup.proxy.blackhole();
    let Setup {
        postgres,
        proxy,
        direct,
    } = setup;
    let url = proxy.url(&direct);
    let (ended, ()) = tokio::join!(held_back.simple_query(INSERT), async { drop(proxy) });
    ended.unwrap_err();
    wait_for_the_server(postgres, &direct);
    assert!(tokio_postgres::connect(&url, NoTls).await.is_err());
}
