//! The write-ahead log: when its pages move to the main file, and how long it may get.

use std::time::Duration;

use rusqlite::Connection;

use crate::{BUSY_WAIT, statement};

/// Pages of the WAL to collect before they are moved to the main file. At 4 KiB a page it is 4 MiB,
/// SQLite's own default; ten times that was measured to stall the slowest percentile three times as
/// long.
const CHECKPOINT_PAGES: i64 = 1_000;

/// Pages of the WAL above which readers are waited for, so that it can start anew: 64 MiB. Without
/// this, readers that overlap without a gap would let it grow for ever.
const WAL_PAGES_MAX: i64 = 16 * CHECKPOINT_PAGES;

/// How long readers are waited for then. Ours take microseconds; a stranger that holds the file
/// open shall not stop the writer.
const WAL_RESTART_WAIT: Duration = Duration::from_millis(50);

/// The checkpoints of the writer.
pub(crate) struct Checkpoints {
    /// How long the WAL may get before readers are waited for again. A backup reads for minutes and is
    /// not worth a wait after each batch: what was waited for in vain may grow to twice its length.
    pages_max: i64,
}

impl Default for Checkpoints {
    fn default() -> Self {
        Self {
            pages_max: WAL_PAGES_MAX,
        }
    }
}

impl Checkpoints {
    /// Moves pages to the main file when enough have come together, and keeps the WAL bounded.
    pub(crate) fn make(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let state = state_of_wal(connection, statement::CHECKPOINT_STATE)?;
        if state.frames - state.moved < CHECKPOINT_PAGES {
            return Ok(());
        }
        let state = state_of_wal(connection, statement::CHECKPOINT_PASSIVE)?;
        if state.frames <= WAL_PAGES_MAX {
            self.pages_max = WAL_PAGES_MAX;
        } else if state.frames > self.pages_max {
            self.pages_max = 2 * state.frames;
            connection.busy_timeout(WAL_RESTART_WAIT)?;
            let restarted = state_of_wal(connection, statement::CHECKPOINT_RESTART);
            connection.busy_timeout(BUSY_WAIT)?;
            restarted?;
        }
        Ok(())
    }
}

/// Moves all pages to the main file and cuts the WAL to nothing: at the end.
pub(crate) fn empty(connection: &Connection) -> rusqlite::Result<()> {
    state_of_wal(connection, statement::CHECKPOINT_TRUNCATE).map(|_| ())
}

/// How far the WAL is moved to the main file.
struct WalState {
    frames: i64,
    moved: i64,
}

fn state_of_wal(connection: &Connection, checkpoint: &str) -> rusqlite::Result<WalState> {
    connection.prepare_cached(checkpoint)?.query_row([], |row| {
        Ok(WalState {
            frames: row.get(1)?,
            moved: row.get(2)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteStore;
    use crate::undone::Undone;

    #[tokio::test]
    async fn the_wal_stays_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("store")).unwrap();
        let big = |uin: i64| {
            move |connection: &Connection| {
                connection.execute(
                    "INSERT INTO accounts (uin, app_id, is_root, created_time)
                     VALUES (?1, ?1, 0, 0)",
                    [uin],
                )?;
                connection.execute(
                    "INSERT INTO users (account, uin, name, created_time) VALUES (?1, -?1, ?2, 0)",
                    rusqlite::params![uin, "x".repeat(1 << 20)],
                )?;
                Ok::<_, Undone>(())
            }
        };
        for uin in 1..=100 {
            store.writer.write(big(uin)).await.unwrap();
        }
        let wal = std::fs::metadata(folder.path().join("store-wal")).unwrap();
        assert!(wal.len() < 10 << 20, "{} bytes", wal.len());
    }
}
