//! The standby has what the primary committed.

use pharos_testkit_postgres::Postgres;

#[test]
fn what_the_primary_committed_is_on_the_promoted_standby() {
    if Postgres::is_left_out() {
        return;
    }
    let primary = Postgres::start();
    let database = primary.fresh_database();
    let name = database.rsplit_once('/').unwrap().1;
    let standby = primary.standby();
    primary.sql(&database, "CREATE TABLE pairs (id integer)");
    // Each of psql's commands is a transaction, and the last one ends just before the kill.
    for _ in 0..10 {
        primary.sql(&database, "INSERT INTO pairs VALUES (1)");
    }
    primary.kill();
    standby.promote();
    let database = standby.url(name);
    assert_eq!(standby.sql(&database, "SELECT count(*) FROM pairs"), "10");
    // It waits for nobody.
    standby.sql(&database, "INSERT INTO pairs VALUES (2)");
}
