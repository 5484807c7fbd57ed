//! What the tests work with: key pairs that are known by a number, and all that a database holds.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::group_name::GroupName;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::parameter::{self, Parameter};
use pharos_api::policy_id::PolicyId;
use pharos_api::random::Random;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{self, Account, KeyPair, KeyPairs, Resource};
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_policy::{Granted, authorize_root};
use pharos_store::audit::{AuditEntry, AuditHead};
use pharos_store::conformance::Inspect;
use pharos_store::diagnosis::chain;
use pharos_store::directory::{
    AttachTo, Change, ChangeError, GroupRecord, NewAccessKey, UserProfile, UserRecord,
};
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store::record::{
    AccessKey, KeyPairRecord, MasterKeyId, NewAccount, Page, RootAccount, SealedSecretKey, StartKey,
};
use pharos_store::{KeyPairQuota, Store};
use pharos_store_postgres::{PostgresStore, Settings};
use serde_json::json;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// The root account.
pub(crate) const ROOT: Uin = Uin(100_000_000_001);
/// Another account.
pub(crate) const OTHER: Uin = Uin(2);
/// What secrets are sealed under.
pub(crate) const MASTER_KEY: MasterKeyId = MasterKeyId(*b"master_1");
/// What they are sealed under next.
pub(crate) const NEXT_MASTER_KEY: MasterKeyId = MasterKeyId(*b"master_2");
/// More than any test needs.
pub(crate) const LARGE_QUOTA: KeyPairQuota = KeyPairQuota(100_000);

/// What makes key pairs.
const CREATE: &str = "lighthouse:CreateKeyPair";

/// What happens at once may take this long on a machine that is busy with other tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn open(url: &str) -> PostgresStore {
    let opened = PostgresStore::open(Settings::parse(url).unwrap()).await;
    opened.unwrap_or_else(|error| panic!("{}", chain(&error)))
}

/// Opens one that gives up soon.
pub(crate) async fn open_impatient(url: &str) -> PostgresStore {
    let settings = Settings::parse(url).unwrap().impatient();
    PostgresStore::open(settings).await.unwrap()
}

/// Why it does not open, with all causes.
pub(crate) async fn refusal(settings: Settings) -> String {
    let refused = PostgresStore::open(settings).await.err();
    chain(&refused.expect("it should not open"))
}

pub(crate) fn time(seconds: u32) -> Timestamp {
    Timestamp::from_unix_seconds(1_764_057_600 + i64::from(seconds)).unwrap()
}

pub(crate) fn secret_id(text: &str) -> SecretId {
    SecretId::parse(text).unwrap()
}

pub(crate) fn access_key(id: &str) -> AccessKey {
    AccessKey {
        secret_id: secret_id(id),
        sealed_secret_key: SealedSecretKey {
            master_key: MASTER_KEY,
            sealed: id.as_bytes().to_vec(),
        },
    }
}

pub(crate) fn root(start_key: Option<StartKey>) -> RootAccount {
    RootAccount {
        account: ROOT,
        app_id: AppId(1_250_000_001),
        start_key,
        created_time: time(0),
    }
}

/// The root user's proof that it may do anything in its account.
pub(crate) fn proof<R: Resource>(resource: R) -> Granted<R> {
    authorize_root(ROOT, "cam:Any", resource).unwrap()
}

/// A policy that every account has.
const PRESET: PolicyId = PolicyId(1);

/// The proof of the user of this number.
pub(crate) fn of_user(number: u64) -> Granted<resource::User> {
    let (account, user) = (ROOT, Uin(number));
    proof(resource::User { account, user })
}

pub(crate) fn of_group() -> Granted<resource::Group> {
    let (account, group_id) = (ROOT, GroupId(5));
    proof(resource::Group { account, group_id })
}

/// That a policy is attached, and that it is not any more.
pub(crate) fn attach(to: AttachTo) -> Change {
    Change::Attach {
        policy: of_preset(),
        to,
        attached_time: time(0),
    }
}

pub(crate) fn detach(from: AttachTo) -> Change {
    let policy = of_preset();
    Change::Detach { policy, from }
}

fn of_preset() -> Granted<resource::Policy> {
    let (account, policy_id) = (ROOT, PRESET);
    proof(resource::Policy { account, policy_id })
}

/// Changes the directory of the root account.
pub(crate) async fn change(store: &impl Store, change: Change) -> Result<(), StoreError> {
    let changed = store
        .change_directory(change, audit(ROOT, 0, "cam:Any"))
        .await;
    changed.map_err(|error| match error {
        ChangeError::Store(error) => error,
        other => panic!("{other}"),
    })
}

/// Adds the user of this number, with an access key.
pub(crate) async fn add_user(store: &impl Store, number: u64) -> Result<(), StoreError> {
    change(store, new_user(number)).await
}

/// That it is added.
pub(crate) fn new_user(number: u64) -> Change {
    Change::AddUser {
        account: proof(Account(ROOT)),
        user: UserRecord {
            user: Uin(number),
            name: format!("user_{number}"),
            profile: UserProfile::default(),
            created_time: time(0),
        },
        access_key: Some(NewAccessKey {
            access_key: access_key(&format!("AKIDuser{number}")),
            description: None,
            created_time: time(0),
        }),
    }
}

/// Adds a group with the user of this number in it, and has both of them do what a policy lets them.
pub(crate) async fn tie(store: &impl Store, number: u64) {
    let group = GroupRecord {
        group_id: of_group().group_id,
        name: GroupName::try_from("group".to_owned()).unwrap(),
        remark: String::new(),
        created_time: time(0),
    };
    for tie in [
        Change::AddGroup {
            account: proof(Account(ROOT)),
            group,
        },
        Change::AddMembers {
            members: vec![(of_group(), of_user(number))],
            joined_time: time(0),
        },
        attach(AttachTo::Group(of_group())),
        attach(AttachTo::User(of_user(number))),
    ] {
        change(store, tie).await.unwrap();
    }
}

/// The account of this number, which is not there yet.
pub(crate) fn new_account(number: u64) -> NewAccount {
    NewAccount {
        account: Uin(number),
        app_id: AppId(number),
        access_key: access_key(&format!("AKIDaccount{number}")),
        created_time: time(0),
    }
}

/// Makes the root account, with a start key, and another account.
pub(crate) async fn make_accounts(store: &PostgresStore) {
    let key = StartKey::Set(access_key("AKIDroot"));
    store.ensure_root(root(Some(key))).await.unwrap();
    let other = store.insert_bare_account(OTHER, AppId(OTHER.0), None);
    other.await.unwrap();
}

pub(crate) fn granted(account: Uin) -> Granted<KeyPairs> {
    let region = Region::Guangzhou;
    let place = KeyPairs { account, region };
    authorize_root(account, CREATE, place).unwrap()
}

/// The proof that the key pair of this number may be deleted.
pub(crate) fn deletable(account: Uin, number: u32) -> Granted<KeyPair> {
    let key_pair = KeyPair {
        collection: *granted(account),
        key_id: key_pair(number, "any").key_id,
    };
    authorize_root(account, "lighthouse:DeleteKeyPairs", key_pair).unwrap()
}

pub(crate) fn key_name(text: &str) -> KeyName {
    KeyName::try_from(text.to_owned()).unwrap()
}

/// The key pair of this number, with two tags.
pub(crate) fn key_pair(number: u32, name: &str) -> KeyPairRecord {
    let key_id = KeyId::parse(&format!("lhkp-{number:08}")).unwrap();
    let tags = ["b", "a"].map(|key| json!({"Key": key, "Value": format!("of {key}")}));
    KeyPairRecord {
        public_key: format!("ssh-rsa AAAAB3NzaC1yc2E= {key_id}"),
        key_id,
        key_name: key_name(name),
        fingerprint: std::array::from_fn(|at| number.to_be_bytes()[at % 4]),
        tags: Tags::decode(tags.into_iter().collect(), &parameter::Path::Root).unwrap(),
        created_time: time(number),
    }
}

/// Creates the key pair of this number under its own name.
pub(crate) async fn create(
    store: &impl Store,
    account: Uin,
    number: u32,
) -> Result<(), InsertKeyPairError> {
    let name = format!("key_{number}");
    create_named(store, account, number, &name, LARGE_QUOTA).await
}

pub(crate) async fn create_named(
    store: &impl Store,
    account: Uin,
    number: u32,
    name: &str,
    quota: KeyPairQuota,
) -> Result<(), InsertKeyPairError> {
    create_record(store, account, number, key_pair(number, name), quota).await
}

/// Creates a key pair with the audit row of this number.
pub(crate) async fn create_record(
    store: &impl Store,
    account: Uin,
    number: u32,
    record: KeyPairRecord,
    quota: KeyPairQuota,
) -> Result<(), InsertKeyPairError> {
    let entry = audit(account, number, CREATE);
    store
        .insert_key_pair(&granted(account), record, quota, entry)
        .await
}

/// The audit row of this number.
pub(crate) fn audit(account: Uin, number: u32, operation: &str) -> AuditEntry {
    AuditEntry {
        time: time(number),
        request_id: RequestId::generate(&Repeating(number.to_be_bytes())),
        account,
        user: account,
        secret_id: secret_id("AKIDroot"),
        source: Ipv4Addr::LOCALHOST.into(),
        operation: operation.to_owned(),
        resources: vec!["*".to_owned()],
        refusal: None,
    }
}

/// The same four bytes again and again.
struct Repeating([u8; 4]);

impl Random for Repeating {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, value) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *value;
        }
    }
}

/// The names of an account's key pairs, sorted: each is there once, with an audit row in an unbroken
/// chain, and their number is what the store says.
pub(crate) async fn created(store: &PostgresStore, account: Uin) -> Vec<String> {
    let page = Page {
        offset: 0,
        limit: u32::MAX,
    };
    let page = store.key_pairs(&granted(account), &[], page).await.unwrap();
    let names = page
        .key_pairs
        .iter()
        .map(|one| one.record.key_name.as_str());
    let mut names: Vec<_> = names.map(str::to_owned).collect();
    assert_eq!(page.total, names.len() as u64, "the count");
    let rows = store.audit_rows(account).await.unwrap();
    let mut head = AuditHead::EMPTY;
    for row in &rows {
        head.follow(row).unwrap();
    }
    let creates = rows.iter().filter(|row| row.operation == CREATE);
    assert_eq!(creates.count(), names.len(), "the audit log");
    names.sort();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    names
}

/// Every table of ours, so that those come first which others refer to.
const TABLES: &[&str] = &[
    "store",
    "accounts",
    "app_ids",
    "users",
    "user_uins",
    "directory",
    "attachments",
    "memberships",
    "access_keys",
    "key_pairs",
    "key_pair_tags",
    "key_pair_counts",
    "instances",
    "bindings",
    "call_windows",
    "audit",
];

/// A database, seen from beside the store.
pub(crate) struct Database(Client);

impl Database {
    pub(crate) async fn connect(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        Self(client)
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.0.batch_execute(sql).await.unwrap();
    }

    /// The first column of every row.
    pub(crate) async fn ask(&self, sql: &str) -> Vec<String> {
        let messages = self.0.simple_query(sql).await.unwrap();
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        });
        rows.collect()
    }

    /// Every row that is not the schema's own.
    pub(crate) async fn rows(&self) -> Vec<String> {
        let tables = self
            .ask("SELECT tablename FROM pg_tables WHERE schemaname = 'pharos'")
            .await;
        assert_eq!(tables.len(), TABLES.len() + 1, "{tables:?}");
        let of = |table: &&str| format!("SELECT '{table} ' || t::text FROM pharos.{table} AS t");
        let all: Vec<_> = TABLES.iter().map(of).collect();
        let all = all.join(" UNION ALL ");
        self.ask(&format!("SELECT * FROM ({all}) AS a (row) ORDER BY row"))
            .await
    }

    /// Remembers all rows.
    pub(crate) async fn save(&self) {
        self.run("CREATE SCHEMA saved").await;
        for table in TABLES {
            self.run(&format!(
                "CREATE TABLE saved.{table} AS TABLE pharos.{table}"
            ))
            .await;
        }
    }

    /// Puts the remembered rows in the place of all that there are.
    pub(crate) async fn restore(&self) {
        let delete = TABLES.iter().rev();
        let delete = delete.map(|table| format!("DELETE FROM pharos.{table};"));
        let insert = TABLES
            .iter()
            .map(|table| format!("INSERT INTO pharos.{table} TABLE saved.{table};"));
        self.run(&delete.chain(insert).collect::<String>()).await;
    }

    /// Waits until this is so of some session of this database but our own.
    pub(crate) async fn wait_for_session(&self, condition: &str) {
        self.wait_for_sessions(condition, |count| count > 0).await;
    }

    /// Waits until nothing is under way: what was sent has been done by then, or never will be.
    pub(crate) async fn wait_for_silence(&self) {
        self.wait_for_sessions("state <> 'idle'", |count| count == 0)
            .await;
    }

    /// Waits until the standby shows what was committed by now: commits wait only until it has it.
    pub(crate) async fn wait_for_replay(&self) {
        let now = self.ask("SELECT pg_current_wal_lsn()").await.remove(0);
        let ask = format!("SELECT replay_lsn >= '{now}' FROM pg_stat_replication");
        let since = Instant::now();
        while self.ask(&ask).await != ["t"] {
            assert!(since.elapsed() < PATIENCE, "{now} is not replayed");
            tokio::task::yield_now().await;
        }
    }

    /// Ends every other session.
    pub(crate) async fn end_sessions(&self) {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        self.ask(end).await;
        self.wait_for_sessions("true", |count| count == 0).await;
    }

    async fn wait_for_sessions(&self, condition: &str, is_enough: impl Fn(u32) -> bool) {
        let ask = format!(
            "SELECT count(*) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid() AND ({condition})"
        );
        let since = Instant::now();
        while !is_enough(self.ask(&ask).await[0].parse().unwrap()) {
            assert!(since.elapsed() < PATIENCE, "{condition}");
            tokio::task::yield_now().await;
        }
    }
}
