//! The connection breaks at every statement of every operation, in three ways each.

use futures_util::future::join_all;
use pharos_api::account::Uin;
use pharos_api::code::Code;
use pharos_api::resource::Account;
use pharos_policy::authorize_root;
use pharos_store::Store;
use pharos_store::audit::AuditEntry;
use pharos_store::directory::Change;
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store::record::{Reseal, SealedSecretKey, StartKey};
use pharos_store_postgres::PostgresStore;
use pharos_testkit_postgres::proxy::{At, Cut};
use pharos_testkit_postgres::{Postgres, Proxy};

use crate::fixture::{
    Database, LARGE_QUOTA, MASTER_KEY, NEXT_MASTER_KEY, OTHER, ROOT, access_key, add_user, audit,
    change, create, create_named, deletable, make_accounts, new_account, of_user, open, root,
    secret_id, tie, time,
};

const CUTS: [Cut; 3] = [Cut::BeforeSending, Cut::AfterSending, Cut::AfterAnswer];

/// What a caller is told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Done,
    Failed,
    Unknown,
}

fn told<T>(result: &Result<T, StoreError>) -> Told {
    match result {
        Ok(_) => Told::Done,
        Err(StoreError::Failed(_)) => Told::Failed,
        Err(StoreError::OutcomeUnknown(_)) => Told::Unknown,
    }
}

/// A database with some rows that are remembered, and a store that reaches it through a proxy.
struct Setup {
    database: Database,
    proxy: Proxy,
    store: PostgresStore,
}

impl Setup {
    async fn new(with_accounts: bool) -> Option<Self> {
        let postgres = Postgres::shared_or_left_out()?;
        let direct = postgres.fresh_database();
        let proxy = Proxy::start(postgres);
        let store = open(&proxy.url(&direct)).await;
        if with_accounts {
            make_accounts(&store).await;
            add_user(&store, 7).await.unwrap();
            tie(&store, 7).await;
            create(&store, ROOT, 1).await.unwrap();
        }
        let database = Database::connect(&direct).await;
        database.save().await;
        let setup = Self {
            database,
            proxy,
            store,
        };
        Some(setup)
    }

    /// Goes back to the beginning, with every connection in its place: so the first statement from now
    /// on is the first of an operation.
    async fn begin(&self) {
        self.proxy.disarm();
        self.store.set_master_key(MASTER_KEY).await.unwrap();
        let nobody = create(&self.store, Uin(404), 1).await;
        assert!(matches!(
            nobody,
            Err(InsertKeyPairError::Store(StoreError::Failed(_)))
        ));
        self.database.wait_for_silence().await;
        self.database.restore().await;
    }

    /// Does the operation with a fault at each of its statements, and at its commit. Whatever the caller
    /// is told is true, now and later, and what did not happen can be done then.
    async fn break_everywhere(&self, operation: impl AsyncFn(&PostgresStore) -> Told) {
        self.begin().await;
        let before = self.database.rows().await;
        self.proxy.arm(At::Statement(u32::MAX), Cut::BeforeSending);
        assert_eq!(operation(&self.store).await, Told::Done);
        let statements = self.proxy.statements();
        let after = self.database.rows().await;
        assert_ne!(before, after);

        let every = (1..=statements + 1).map(At::Statement);
        for at in every.chain([At::Commit]) {
            for cut in CUTS {
                self.begin().await;
                self.proxy.arm(at, cut);
                let told = operation(&self.store).await;
                let is_beyond = at == At::Statement(statements + 1);
                assert_eq!(self.proxy.has_fired(), !is_beyond, "{at:?} {cut:?}");
                self.database.wait_for_silence().await;
                let rows = self.database.rows().await;
                let is_commit = matches!(at, At::Commit) || at == At::Statement(statements);
                match told {
                    Told::Done => assert!(rows == after, "{at:?} {cut:?}"),
                    Told::Failed => assert!(rows == before, "{at:?} {cut:?}"),
                    Told::Unknown => {
                        assert!(rows == after || rows == before, "{at:?} {cut:?}");
                        assert!(is_commit, "{at:?} {cut:?}: nothing was in doubt");
                    }
                }
                if !is_commit {
                    // What broke before the commit is done again.
                    assert_eq!(told, Told::Done, "{at:?} {cut:?}");
                }
                if rows == before {
                    assert_eq!(operation(&self.store).await, Told::Done);
                    assert!(self.database.rows().await == after, "{at:?} {cut:?}");
                }
            }
        }
    }
}

/// What comes to the same when it is done twice, is done whatever breaks: nobody loses the key that a
/// first start has made.
#[tokio::test]
async fn the_first_start() {
    let Some(setup) = Setup::new(false).await else {
        return;
    };
    // Nothing decides the master key before.
    setup
        .break_everywhere(async |store| {
            let key = StartKey::Made(access_key("AKIDfirst"));
            store.ensure_root(root(Some(key))).await.unwrap();
            Told::Done
        })
        .await;
}

#[tokio::test]
async fn a_start_with_another_key() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            let key = StartKey::Set(access_key("AKIDset"));
            store.ensure_root(root(Some(key))).await.unwrap();
            Told::Done
        })
        .await;
}

#[tokio::test]
async fn a_new_user() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            add_user(store, 8).await.unwrap();
            Told::Done
        })
        .await;
}

/// With all that names it: rows of four tables.
#[tokio::test]
async fn a_user_that_goes() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            let delete = Change::DeleteUser {
                user: of_user(7),
                with_access_keys: true,
            };
            change(store, delete).await.unwrap();
            Told::Done
        })
        .await;
}

/// Nobody holds the row of an account that is not there yet: what became of it shows all the same.
#[tokio::test]
async fn a_new_account() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            let account = new_account(9);
            let entry = audit(account.account, 1, "pharos:Any");
            store.insert_account(account, entry).await.unwrap();
            Told::Done
        })
        .await;
}

#[tokio::test]
async fn an_account_that_is_disabled() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    let account = authorize_root(OTHER, "pharos:Any", Account(OTHER)).unwrap();
    setup
        .break_everywhere(async |store| {
            let entry = audit(OTHER, 1, "pharos:Any");
            let disabled = store.set_account_status(&account, true, entry).await;
            assert!(disabled.unwrap());
            Told::Done
        })
        .await;
}

#[tokio::test]
async fn a_use_that_is_noted() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            let noted = store.note_use(&secret_id("AKIDuser7"), time(1)).await;
            noted.unwrap();
            Told::Done
        })
        .await;
}

#[tokio::test]
async fn another_master_key() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            store.set_master_key(NEXT_MASTER_KEY).await.unwrap();
            Told::Done
        })
        .await;
}

#[tokio::test]
async fn secrets_that_are_sealed_anew() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            let secrets = ["AKIDroot", "AKIDuser7"].map(|id| Reseal {
                secret_id: access_key(id).secret_id,
                from: access_key(id).sealed_secret_key,
                to: SealedSecretKey {
                    master_key: NEXT_MASTER_KEY,
                    sealed: id.as_bytes().to_vec(),
                },
            });
            told(&store.reseal(secrets.to_vec()).await)
        })
        .await;
}

/// Key pairs do better than the rest: what became of a commit is found out.
#[tokio::test]
async fn a_key_pair_is_added_whatever_breaks() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            create(store, ROOT, 2).await.unwrap();
            Told::Done
        })
        .await;
}

#[tokio::test]
async fn a_batch_is_decided_once_whatever_breaks() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            // On this one thread all are sent before the writer takes any.
            let requests = [
                (ROOT, 2, "two"),
                (OTHER, 3, "three"),
                (ROOT, 4, "two"),
                (ROOT, 5, "key_1"),
                (ROOT, 6, "six"),
            ];
            let requests = requests.map(|(account, number, name)| {
                create_named(store, account, number, name, LARGE_QUOTA)
            });
            let told = join_all(requests).await;
            let is_as_decided = matches!(
                told[..],
                [
                    Ok(()),
                    Ok(()),
                    Err(InsertKeyPairError::NameTaken),
                    Err(InsertKeyPairError::NameTaken),
                    Ok(()),
                ]
            );
            assert!(is_as_decided, "{told:?}");
            Told::Done
        })
        .await;
}

/// The audit row shows whether it happened, so that nobody is ever told "unknown".
#[tokio::test]
async fn a_denial_is_recorded_once_whatever_breaks() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    setup
        .break_everywhere(async |store| {
            let denial = AuditEntry {
                refusal: Some(Code::NoPermission),
                ..audit(ROOT, 2, "lighthouse:DescribeKeyPairs")
            };
            store.record(denial).await.unwrap();
            Told::Done
        })
        .await;
}

/// So does that of key pairs that are deleted.
#[tokio::test]
async fn key_pairs_that_are_deleted() {
    let Some(setup) = Setup::new(true).await else {
        return;
    };
    let key_pairs = [deletable(ROOT, 1)];
    setup
        .break_everywhere(async |store| {
            let entry = audit(ROOT, 2, "lighthouse:DeleteKeyPairs");
            store.delete_key_pairs(&key_pairs, entry).await.unwrap();
            Told::Done
        })
        .await;
}
