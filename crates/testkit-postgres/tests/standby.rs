//! The standby has what the primary committed.

use std::thread;

use pharos_testkit_postgres::Postgres;

const INSERT: &str = "INSERT INTO pairs VALUES (1)";

#[test]
fn a_commit_waits_for_the_standby_which_then_has_it_when_promoted() {
    if Postgres::is_left_out() {
        return;
    }
    let primary = Postgres::start();
    let database = primary.fresh_database();
    let name = database.rsplit_once('/').unwrap().1;
    let standby = primary.standby();
    primary.sql(&database, "CREATE TABLE pairs (id integer)");

    standby.stop();
    thread::scope(|scope| {
        let commit = scope.spawn(|| primary.sql(&database, INSERT));
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        while primary.sql(&database, waiting) != "1" {
            assert!(!commit.is_finished(), "it did not wait");
        }
        standby.start_again();
        commit.join().unwrap();
    });

    primary.sql(&database, INSERT);
    primary.kill();
    standby.promote();
    let database = standby.url(name);
    // It waits for nobody.
    standby.sql(&database, INSERT);
    assert_eq!(standby.sql(&database, "SELECT count(*) FROM pairs"), "3");
}
