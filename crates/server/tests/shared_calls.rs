//! Nodes count calls together, and each alone while the database does not answer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use pharos_api::action::Contract;
use pharos_api::call_window::CallWindow;
use pharos_api::lighthouse::describe_regions::DescribeRegions;
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_testkit::server::{Setup, TestServer};
use pharos_testkit_postgres::{Postgres, Proxy};
use tokio::runtime::Runtime;

/// How often an account may call in a second what is called here.
fn limit() -> usize {
    DescribeRegions::ACTION.requests_per_second as usize
}

/// What happens at once may take this long on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// Two nodes that count over one database, which they reach through a proxy.
struct Fleet {
    postgres: &'static Postgres,
    database: String,
    proxy: Proxy,
    nodes: [TestServer; 2],
}

impl Fleet {
    fn start() -> Option<Self> {
        let postgres = Postgres::shared_or_left_out()?;
        let database = postgres.fresh_database();
        let proxy = Proxy::start(postgres);
        let nodes = [(); 2].map(|()| {
            let runtime = Runtime::new().unwrap();
            let settings = Settings::parse(&proxy.url(&database)).unwrap();
            let store = runtime.block_on(PostgresStore::open(settings.impatient()));
            TestServer::start_with(Setup {
                shared_calls: Some(Arc::new(store.unwrap())),
                runtime,
                ..Setup::default()
            })
        });
        Some(Self {
            postgres,
            database,
            proxy,
            nodes,
        })
    }

    /// As if another node had just admitted so many calls: they are of later, which is taken for now.
    fn admitted_elsewhere(&self, calls: usize) {
        let calls = "7fffffffffffffff".repeat(calls);
        let set = format!(r"UPDATE pharos.call_windows SET calls = '\x{calls}'");
        self.postgres.sql(&self.database, &set);
    }

    /// A node takes account of what was admitted elsewhere.
    fn counts_together(&self, node: &TestServer) -> bool {
        // What it counted alone is over by now.
        node.clock.advance(CallWindow::SPAN);
        self.admitted_elsewhere(limit());
        admitted(node, 1) == 0
    }

    /// While the database is lost, each node admits what one may; afterwards both do together again.
    fn loses_the_database(&self, lose: impl Fn(&Proxy)) {
        for node in &self.nodes {
            assert_eq!(admitted(node, 1), 1);
            assert!(self.counts_together(node));
            self.admitted_elsewhere(0);
            assert_eq!(admitted(node, 1), 1);
        }
        self.admitted_elsewhere(limit());
        lose(&self.proxy);
        thread::scope(|scope| {
            for node in &self.nodes {
                scope.spawn(|| assert_eq!(admitted(node, limit() + 5), limit()));
            }
        });
        self.proxy.forward();
        let since = Instant::now();
        for node in &self.nodes {
            while !self.counts_together(node) {
                assert!(since.elapsed() < PATIENCE, "it goes on alone");
            }
        }
    }
}

/// How many of so many calls at once a node admits.
fn admitted(node: &TestServer, calls: usize) -> usize {
    let call = || {
        let reply = node.send(&node.call("DescribeRegions", "{}"));
        let code = reply.code();
        assert!(
            matches!(code.as_deref(), None | Some("RequestLimitExceeded")),
            "{code:?}"
        );
        usize::from(code.is_none())
    };
    thread::scope(|scope| {
        let calls: Vec<_> = (0..calls).map(|_| scope.spawn(call)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).sum()
    })
}

#[test]
fn each_node_counts_alone_while_the_database_cannot_be_reached() {
    let Some(fleet) = Fleet::start() else { return };
    fleet.loses_the_database(|proxy| {
        proxy.refuse();
        proxy.cut_all();
    });
}

#[test]
fn each_node_counts_alone_while_the_database_says_nothing() {
    let Some(fleet) = Fleet::start() else { return };
    fleet.loses_the_database(Proxy::blackhole);
}
