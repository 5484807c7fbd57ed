//! The adapter over a real PostgreSQL, and what breaks between the two.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod blackhole;
mod callers;
mod calls;
mod calls_faults;
mod diagnosis;
mod durability;
mod failover;
mod faults;
mod fixture;
mod held;
mod nodes;
mod outage;
mod plans;
mod refusals;
mod standby;
mod tls;

use pharos_store::conformance;
use pharos_testkit_postgres::Postgres;

#[tokio::test]
async fn it_conforms() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    // Boxed, for the suite has dozens of these futures on one stack.
    conformance::run(async || Box::pin(fixture::open(&postgres.fresh_database())).await).await;
}
