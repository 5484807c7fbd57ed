//! The root account when several servers start at once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use futures_util::future::join_all;
use pharos_service::root::RootAccess;
use pharos_store::Store;
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::TestServer;
use pharos_testkit::server::Setup;

const STARTS: usize = 8;

#[test]
fn of_starts_at_once_one_makes_the_key_and_the_others_know_it() {
    let folder = tempfile::tempdir().unwrap();
    let empty = Arc::new(SqliteStore::open(folder.path().join("store")).unwrap());
    let server = TestServer::start_with(Setup {
        wrap_store: Box::new(move |_| empty as Arc<dyn Store>),
        ..Setup::default()
    });
    let starts = (0..STARTS).map(|_| server.service.ensure_root(None));
    let ended = server.block_on(join_all(starts));
    let (mut made, mut known) = (Vec::new(), Vec::new());
    for access in ended {
        match access.unwrap() {
            RootAccess::Made(secret_id, _) => made.push(secret_id),
            RootAccess::Known(secret_ids) => known.extend(secret_ids),
            RootAccess::Set(_) => unreachable!("nothing was set"),
        }
    }
    assert_eq!((made.len(), known.len()), (1, STARTS - 1));
    assert!(known.iter().all(|known| *known == made[0]));
    let found = server.block_on(server.service.candidate(&made[0]));
    assert!(found.unwrap().is_some(), "the key that was shown works");
}
