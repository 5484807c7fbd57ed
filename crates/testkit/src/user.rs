//! A user who may do something.

use std::net::Ipv4Addr;

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::policy_id::PolicyId;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{self, Account, Resource};
use pharos_api::time::Timestamp;
use pharos_policy::{Granted, authorize_root};
use pharos_store::Store;
use pharos_store::audit::AuditEntry;
use pharos_store::directory::{
    AttachTo, Change, NewAccessKey, PolicyRecord, UserProfile, UserRecord,
};
use pharos_store::record::AccessKey;

use crate::random::SeededRandom;

/// What stands in the audit log for what a test does itself.
pub(crate) const OF_A_TEST: &str = "pharos:Test";

/// A user with an access key and policies, to put into a store.
pub struct TestUser {
    /// The account it belongs to.
    pub account: Uin,
    /// Its number.
    pub user: Uin,
    /// What it signs with.
    pub access_key: AccessKey,
    /// Documents, each of which becomes a policy that is attached.
    pub policies: Vec<String>,
    /// Now.
    pub time: Timestamp,
}

impl TestUser {
    /// Adds it, with an audit row for each change.
    pub async fn add_to(self, store: &dyn Store) {
        let (account, user, time) = (self.account, self.user, self.time);
        let add = Change::AddUser {
            account: proof(account, Account(account)),
            user: UserRecord {
                user,
                name: format!("user{user}"),
                profile: UserProfile::default(),
                created_time: time,
            },
            access_key: Some(NewAccessKey {
                access_key: self.access_key,
                description: None,
                created_time: time,
            }),
        };
        change(store, account, time, add).await;
        for (number, document) in (1..).zip(self.policies) {
            // In the order of their documents, and apart from those of other users.
            let policy_id = PolicyId(100_000_000 + (user.0 % 1_000_000) * 100 + number);
            let made = PolicyRecord::of_user(user, 1, number, document, time);
            let add = Change::AddPolicy {
                account: proof(account, Account(account)),
                policy: PolicyRecord { policy_id, ..made },
            };
            change(store, account, time, add).await;
            let attach = Change::Attach {
                policy: proof(account, resource::Policy { account, policy_id }),
                to: AttachTo::User(proof(account, resource::User { account, user })),
                attached_time: time,
            };
            change(store, account, time, attach).await;
        }
    }
}

/// Gives the user of this name another access key.
pub async fn add_access_key(store: &dyn Store, account: Uin, name: &str, access_key: AccessKey) {
    let directory = store.directory(&proof(account, Account(account))).await;
    let directory = directory.unwrap();
    let user = directory.user_named(name).unwrap();
    let time = user.created_time;
    let add = Change::AddAccessKey {
        user: proof(
            account,
            resource::User {
                account,
                user: user.user,
            },
        ),
        access_key: NewAccessKey {
            access_key,
            description: None,
            created_time: time,
        },
    };
    change(store, account, time, add).await;
}

async fn change(store: &dyn Store, account: Uin, time: Timestamp, change: Change) {
    let audit = AuditEntry {
        time,
        request_id: RequestId::generate(&SeededRandom::from_seed(0)),
        account,
        user: account,
        secret_id: SecretId::operator(),
        source: Ipv4Addr::LOCALHOST.into(),
        operation: OF_A_TEST.to_owned(),
        resources: vec!["*".to_owned()],
        refusal: None,
    };
    store.change_directory(change, audit).await.unwrap();
}

fn proof<R: Resource>(account: Uin, resource: R) -> Granted<R> {
    authorize_root(account, "pharos:Test", resource).unwrap()
}
