//! What the checks work with.

use std::net::{IpAddr, Ipv4Addr};

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::parameter::{Parameter, Path};
use pharos_api::policy_id::PolicyId;
use pharos_api::policy_name::PolicyName;
use pharos_api::random::Random;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{self, Account, KeyPairs, Resource};
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_policy::{Granted, authorize_root};
use serde_json::json;

use super::Inspect;
use crate::audit::{AuditEntry, AuditHead, AuditRow};
use crate::directory::{
    AttachTo, Change, ChangeError, NewAccessKey, PolicyRecord, UserProfile, UserRecord,
};
use crate::error::InsertKeyPairError;
use crate::record::{
    AccessKey, KeyPairRecord, ListedKeyPair, MasterKeyId, Page, RootAccount, SealedSecretKey,
    StartKey,
};
use crate::{KeyPairQuota, Store};

/// The root account of the store under test.
pub(super) const ROOT: Uin = Uin(100_000_000_001);
/// A second account. The largest number there is, so that an adapter with signed integers shows
/// what it does with it.
pub(super) const OTHER: Uin = Uin(u64::MAX);
/// A number that no account has.
pub(super) const NOBODY: Uin = Uin(404);
/// What secrets are sealed under.
pub(super) const MASTER_KEY: MasterKeyId = MasterKeyId(*b"master_1");
/// The default that the checks pass.
pub(super) const QUOTA: KeyPairQuota = KeyPairQuota(10);
/// How many requests a race has.
pub(super) const RACERS: u32 = 64;

/// A moment, so many seconds after the first.
pub(super) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(1_764_057_600 + seconds).expect("a year that can be printed")
}

pub(super) fn secret_id(text: &str) -> SecretId {
    SecretId::parse(text).expect("a SecretId")
}

pub(super) fn access_key(secret_id_text: &str, sealed: &[u8]) -> AccessKey {
    AccessKey {
        secret_id: secret_id(secret_id_text),
        sealed_secret_key: SealedSecretKey {
            master_key: MASTER_KEY,
            sealed: sealed.to_vec(),
        },
    }
}

pub(super) fn root(set: Option<AccessKey>) -> RootAccount {
    RootAccount {
        account: ROOT,
        app_id: AppId(1_300_000_001),
        start_key: set.map(StartKey::Set),
        created_time: time(0),
    }
}

/// A user with an access key, and what it may do.
#[derive(Clone, Debug)]
pub(super) struct TestUser {
    pub(super) account: Uin,
    pub(super) record: UserRecord,
    pub(super) access_key: AccessKey,
    /// Documents, each of which becomes a policy that is attached.
    pub(super) policies: Vec<String>,
}

/// A user of [`ROOT`].
pub(super) fn user(number: u64, secret_id_text: &str, policies: &[&str]) -> TestUser {
    TestUser {
        account: ROOT,
        record: UserRecord {
            user: Uin(number),
            name: format!("user_{number}"),
            profile: UserProfile::default(),
            created_time: time(0),
        },
        access_key: access_key(secret_id_text, b"sealed"),
        policies: policies.iter().map(|text| (*text).to_owned()).collect(),
    }
}

impl TestUser {
    /// Adds it, with an audit row for each change.
    pub(super) async fn add_to(self, store: &impl Store) -> Result<(), ChangeError> {
        let (account, user) = (self.account, self.record.user);
        let change = Change::AddUser {
            account: proof_in(account, Account(account)),
            user: self.record,
            access_key: Some(NewAccessKey {
                access_key: self.access_key,
                description: None,
                created_time: time(0),
            }),
        };
        store.change_directory(change, audit(account, 0)).await?;
        for (number, document) in (1..).zip(self.policies) {
            // In the order of their documents, and apart from those of other users.
            let policy_id = PolicyId(100_000_000 + (user.0 % 1_000_000) * 100 + number);
            let add = Change::AddPolicy {
                account: proof_in(account, Account(account)),
                policy: policy(policy_id, &format!("policy_{policy_id}"), &document),
            };
            store.change_directory(add, audit(account, 0)).await?;
            let attach = Change::Attach {
                policy: proof_in(account, resource::Policy { account, policy_id }),
                to: AttachTo::User(proof_in(account, resource::User { account, user })),
                attached_time: time(0),
            };
            store.change_directory(attach, audit(account, 0)).await?;
        }
        Ok(())
    }
}

/// A policy.
pub(super) fn policy(policy_id: PolicyId, name: &str, document: &str) -> PolicyRecord {
    PolicyRecord {
        policy_id,
        name: PolicyName::try_from(name.to_owned()).expect("a name"),
        document: document.to_owned(),
        description: String::new(),
        tags: Tags::default(),
        created_time: time(0),
        updated_time: time(0),
    }
}

/// The proof that the root user of the account may do anything with it.
pub(super) fn proof_in<R: Resource>(account: Uin, resource: R) -> Granted<R> {
    authorize_root(account, "cam:Any", resource).expect("root may do everything in its account")
}

/// Gives the store its two accounts.
pub(super) async fn with_accounts<S: Inspect>(store: S) -> S {
    store
        .ensure_root(root(Some(access_key("AKIDroot", b"sealed"))))
        .await
        .expect("the root account");
    store
        .insert_bare_account(OTHER, AppId(u64::MAX), None)
        .await
        .expect("a second account");
    store
}

pub(super) fn collection(account: Uin, region: Region) -> KeyPairs {
    KeyPairs { account, region }
}

/// The collection that most checks add to.
pub(super) fn here() -> KeyPairs {
    collection(ROOT, Region::Guangzhou)
}

/// The proof that the root user of the account may add to the collection.
pub(super) fn granted(collection: KeyPairs) -> Granted<KeyPairs> {
    let account = collection.account;
    authorize_root(account, "lighthouse:CreateKeyPair", collection)
        .expect("root may do everything in its account")
}

pub(super) fn key_name(text: &str) -> KeyName {
    KeyName::try_from(text.to_owned()).expect("a name")
}

/// The `number`-th key pair of this name: each number has its own KeyId and fingerprint.
pub(super) fn key_pair(number: u32, name: &str) -> KeyPairRecord {
    let key_id = KeyId::parse(&format!("lhkp-{number:08}")).expect("a KeyId");
    let mut fingerprint = [0xff; 32];
    fingerprint[..4].copy_from_slice(&number.to_be_bytes());
    KeyPairRecord {
        public_key: format!("ssh-rsa AAAAB3NzaC1yc2E= {key_id}"),
        key_id,
        key_name: key_name(name),
        fingerprint,
        tags: Tags::default(),
        created_time: time(i64::from(number)),
    }
}

/// Tags of these keys, in this order.
pub(super) fn tags(keys: &[&str]) -> Tags {
    let list = keys
        .iter()
        .map(|key| json!({"Key": key, "Value": format!("of {key}")}));
    Tags::decode(list.collect(), &Path::Root).expect("tags")
}

/// The audit row of the `number`-th request.
pub(super) fn audit(account: Uin, number: u32) -> AuditEntry {
    AuditEntry {
        time: time(i64::from(number)),
        request_id: RequestId::generate(&Repeating(number.to_be_bytes())),
        account,
        user: account,
        secret_id: secret_id("AKIDroot"),
        source: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        operation: "lighthouse:CreateKeyPair".to_owned(),
        resources: vec!["*".to_owned()],
        refusal: None,
    }
}

/// Adds the `number`-th key pair under this name, with its audit row.
pub(super) async fn insert(
    store: &impl Inspect,
    collection: KeyPairs,
    number: u32,
    name: &str,
) -> Result<(), InsertKeyPairError> {
    let entry = audit(collection.account, number);
    store
        .insert_key_pair(&granted(collection), key_pair(number, name), QUOTA, entry)
        .await
}

/// The key pairs of a collection, the newest first, and what they open.
pub(super) async fn listed(store: &impl Inspect, collection: KeyPairs) -> Vec<ListedKeyPair> {
    let page = Page {
        offset: 0,
        limit: u32::MAX,
    };
    let page = store.key_pairs(&granted(collection), &[], page).await;
    let page = page.expect("the key pairs");
    assert_eq!(page.total, page.key_pairs.len() as u64, "the count");
    page.key_pairs
}

/// The key pairs of a collection, the newest first, which open nothing, and its account's audit log.
pub(super) async fn stored(
    store: &impl Inspect,
    collection: KeyPairs,
) -> (Vec<KeyPairRecord>, Vec<AuditRow>) {
    let key_pairs = listed(store, collection).await.into_iter();
    let key_pairs = key_pairs.map(|listed| {
        assert_eq!(listed.bindings, [], "nothing is bound here");
        listed.record
    });
    (key_pairs.collect(), log(store, collection.account).await)
}

/// The audit log of an account, which is one chain.
pub(super) async fn log(store: &impl Inspect, account: Uin) -> Vec<AuditRow> {
    let audit_rows = store.audit_rows(account).await.expect("the log");
    let mut head = AuditHead::EMPTY;
    for row in &audit_rows {
        head.follow(row).expect("an unbroken chain");
    }
    audit_rows
}

/// What these entries become as the only ones of their account.
pub(super) fn chained<'e>(entries: impl IntoIterator<Item = &'e AuditEntry>) -> Vec<AuditRow> {
    let mut head = AuditHead::EMPTY;
    entries
        .into_iter()
        .map(|entry| head.append(entry))
        .collect()
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
