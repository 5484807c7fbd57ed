//! A second server that has all that the first one committed.

use std::time::{Duration, Instant};

use crate::postgres::{ADMINISTRATION, Postgres};

/// A standby follows within a second; a machine that is busy with other tests gets the time that `pg_ctl` gives.
const PATIENCE: Duration = Duration::from_secs(60);

impl Postgres {
    /// A synchronous standby: from here on every commit waits until it is on the disk of both. While the
    /// standby is down, commits wait for ever.
    #[must_use = "commits wait for ever once the standby is dropped"]
    pub fn standby(&self) -> Self {
        let administration = self.url(ADMINISTRATION);
        let standby = Self::in_new_folder(self.password.clone());
        let mut backup = standby.command("pg_basebackup");
        backup
            .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"])
            .args(["--dbname", &administration, "--pgdata"])
            .arg(standby.data());
        standby.make(backup);
        standby.configure(&[]);
        standby.start_again();

        self.sql(
            &administration,
            "ALTER SYSTEM SET synchronous_standby_names = '*'",
        );
        self.sql(&administration, "SELECT pg_reload_conf()");
        self.wait_for_a_synchronous_standby();
        // The checkpointer is who tells sessions to wait; it rereads the settings before a checkpoint.
        self.sql(&administration, "CHECKPOINT");
        standby
    }

    /// Makes a standby a server of its own. Returns when it takes writes.
    pub fn promote(&self) {
        let mut promote = self.command("pg_ctl");
        promote
            .args(["promote", "--wait", "--pgdata"])
            .arg(self.data());
        self.run(&mut promote);
    }

    fn wait_for_a_synchronous_standby(&self) {
        let administration = self.url(ADMINISTRATION);
        let started = Instant::now();
        while self.sql(
            &administration,
            "SELECT sync_state FROM pg_stat_replication",
        ) != "sync"
        {
            assert!(
                started.elapsed() < PATIENCE,
                "the standby does not follow\nThe server's log:\n{}",
                self.log()
            );
        }
    }
}
