//! ImportKeyPair below the wire: where keys are checked, races, and who may.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use pharos_api::action::{Call, Reply};
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::error::ApiError;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::{create_key_pair, import_key_pair};
use pharos_api::public_key_text::PublicKeyText;
use pharos_keys::{Algorithm, GenerateError, GeneratedKeyPair, KeyType, Path};
use pharos_service::Service;
use pharos_service::generator::KeyMaker;
use pharos_service::root::ROOT_ACCOUNT;
use pharos_testkit::TestServer;
use pharos_testkit::key_maker::{Behaviour, TestMaker};
use pharos_testkit::public_keys::good;
use pharos_testkit::server::{ROOT_SECRET_ID, Setup, perform};
use tokio::task::JoinSet;

const CALLERS: usize = 64;

/// How many requests of one account there may be at the generator of a test server: two threads have one
/// each, and 128 wait.
const AT_THE_GENERATOR_MAX: usize = 130;

async fn import(
    service: &Service,
    secret_id: &SecretId,
    name: &str,
    public_key: String,
) -> Result<Reply, ApiError> {
    let input = import_key_pair::Input {
        key_name: KeyName::try_from(name.to_owned()).unwrap(),
        public_key: PublicKeyText::new(public_key),
        tags: None,
    };
    perform(service, secret_id, Call::ImportKeyPair(input)).await
}

fn root() -> SecretId {
    SecretId::parse(ROOT_SECRET_ID).unwrap()
}

fn code<T>(outcome: Result<T, ApiError>) -> Option<Code> {
    outcome.err().map(|error| error.code)
}

/// A key maker that waits until it may.
struct Gate {
    closed: RwLock<()>,
    maker: Arc<TestMaker>,
}

impl KeyMaker for Gate {
    fn path(&self) -> Path {
        self.maker.path()
    }

    fn make(
        &self,
        key_type: KeyType,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<GeneratedKeyPair, GenerateError> {
        let _open = self.closed.read().unwrap();
        self.maker.make(key_type, is_wanted)
    }
}

/// What takes time has its place in one bounded queue, whatever it is; so no thread that serves requests is
/// kept by it.
#[test]
fn an_rsa_key_waits_among_the_creates_and_another_key_waits_for_nothing() {
    let gate = Arc::new(Gate {
        closed: RwLock::default(),
        maker: TestMaker::new(Behaviour::Repeat),
    });
    let server = TestServer::start_with(Setup {
        key_maker: Arc::clone(&gate) as _,
        ..Setup::default()
    });
    let closed = gate.closed.write().unwrap();
    let mut creates = JoinSet::new();
    server.block_on(async {
        for number in 0..=AT_THE_GENERATOR_MAX {
            let service = Arc::clone(&server.service);
            let input = create_key_pair::Input {
                key_name: KeyName::try_from(format!("key_{number}")).unwrap(),
                tags: None,
            };
            creates.spawn(async move {
                code(perform(&service, &root(), Call::CreateKeyPair(input)).await)
            });
        }
        // For the last there is no room, whichever that is.
        let last = creates.join_next().await.unwrap().unwrap();
        assert_eq!(last, Some(Code::RequestLimitExceeded));
        for algorithm in Algorithm::ALL {
            let name = format!("{algorithm:?}");
            let imported = import(&server.service, &root(), &name, good(*algorithm)).await;
            let expected = (*algorithm == Algorithm::Rsa).then_some(Code::RequestLimitExceeded);
            assert_eq!(code(imported), expected, "{name}");
        }
    });
    drop(closed);
    server.block_on(creates.join_all());
}

#[test]
fn of_64_simultaneous_imports_of_one_key_one_succeeds() {
    for algorithm in [Algorithm::Rsa, Algorithm::Ed25519] {
        let server = TestServer::start();
        let mut imports = JoinSet::new();
        let outcomes = server.block_on(async {
            for number in 0..CALLERS {
                let service = Arc::clone(&server.service);
                imports.spawn(async move {
                    let name = format!("key_{number}");
                    code(import(&service, &root(), &name, good(algorithm)).await)
                });
            }
            imports.join_all().await
        });
        let mut counted = BTreeMap::new();
        for outcome in outcomes {
            *counted.entry(outcome).or_insert(0) += 1;
        }
        let expected = [
            (None, 1),
            (Some(Code::KeyPairPublicKeyDuplicated), CALLERS - 1),
        ];
        assert_eq!(counted, BTreeMap::from(expected));
        assert_eq!((server.key_pairs().len(), server.audit_rows()), (1, 1));
    }
}

const ALLOW: &str = r#"{"version": "2.0", "statement": [{"effect": "allow", "action": "lighthouse:ImportKeyPair", "resource": "*"}]}"#;
const ALLOW_OTHER: &str = r#"{"version": "2.0", "statement": [{"effect": "allow", "action": "lighthouse:CreateKeyPair", "resource": "*"}]}"#;
const ALLOW_ON_ONE: &str = r#"{"version": "2.0", "statement": [{"effect": "allow", "action": "lighthouse:*", "resource": "qcs::lighthouse:ap-guangzhou:uin/100000000001:keypair/*"}]}"#;
const DENY: &str = r#"{"version": "2.0", "statement": [{"effect": "deny", "action": "lighthouse:Import*", "resource": "*"}]}"#;

/// Who may call ImportKeyPair: every row is a user with these policies.
const MATRIX: &[(&str, &[&str], bool)] = &[
    ("no policy", &[], false),
    ("the action", &[ALLOW], true),
    ("creating only", &[ALLOW_OTHER], false),
    (
        "every action on named key pairs: importing is decided on `*`",
        &[ALLOW_ON_ONE],
        false,
    ),
    ("the action, and a deny", &[ALLOW, DENY], false),
];

#[test]
fn who_may_import_is_decided_by_policies() {
    for (policies, documents, allowed) in MATRIX {
        let server = TestServer::start();
        let user = server.add_user(100, documents);
        let imported = import(&server.service, &user, "mine", good(Algorithm::Rsa));
        let expected = (!allowed).then_some(Code::NoPermission);
        assert_eq!(code(server.block_on(imported)), expected, "{policies}");
    }
}

#[test]
fn the_audit_names_the_user_and_the_key_pair() {
    let server = TestServer::start();
    let user = server.add_user(42, &[ALLOW]);
    let imported = import(&server.service, &user, "mine", good(Algorithm::Ed25519));
    server.block_on(imported).unwrap();
    let row = &server.audit_log()[0];
    assert_eq!(
        (row.user.0, row.operation.as_str()),
        (42, "lighthouse:ImportKeyPair")
    );
    let key_id = &server.key_pairs()[0].key_id;
    let name = format!("qcs::lighthouse:ap-guangzhou:uin/{ROOT_ACCOUNT}:keypair/{key_id}");
    assert_eq!(row.resources, [name]);
}
