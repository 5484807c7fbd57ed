//! CreateKeyPair below the wire: concurrency, quotas, what a refusal costs, and who may.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use pharos_api::action::{Call, Reply};
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::error::ApiError;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::Input;
use pharos_service::Service;
use pharos_testkit::TestServer;
use pharos_testkit::key_maker::{Behaviour, TestMaker};
use pharos_testkit::server::{ROOT_SECRET_ID, Setup, perform};

const CALLERS: usize = 64;

/// How many keys may be made in vain: those whose turn came while the create that would refuse them
/// was being made or committed. Two threads, three keys each; 64 without the second look.
const UNDER_WAY: usize = 6;

async fn create(service: &Service, secret_id: &SecretId, name: String) -> Result<Reply, ApiError> {
    let input = Input {
        key_name: KeyName::try_from(name).unwrap(),
        tags: None,
    };
    perform(service, secret_id, Call::CreateKeyPair(input)).await
}

/// How often each outcome came; success is `None`.
type Outcomes = BTreeMap<Option<Code>, usize>;

/// 64 creates at once, on as many tasks.
fn create_at_once(server: &TestServer, name: fn(usize) -> String) -> Outcomes {
    server.block_on(async {
        let tasks: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let service = Arc::clone(&server.service);
                tokio::spawn(async move {
                    let root = SecretId::parse(ROOT_SECRET_ID).unwrap();
                    create(&service, &root, name(caller))
                        .await
                        .err()
                        .map(|error| error.code)
                })
            })
            .collect();
        let mut outcomes = Outcomes::new();
        for task in tasks {
            *outcomes.entry(task.await.unwrap()).or_default() += 1;
        }
        outcomes
    })
}

fn start(behaviour: Behaviour) -> (TestServer, Arc<TestMaker>) {
    let key_maker = TestMaker::new(behaviour);
    let setup = Setup {
        key_maker: Arc::clone(&key_maker) as _,
        ..Setup::default()
    };
    (TestServer::start_with(setup), key_maker)
}

#[test]
fn of_64_simultaneous_creates_of_one_name_one_succeeds() {
    let (server, key_maker) = start(Behaviour::RepeatSlowly);
    let outcomes = create_at_once(&server, |_| "same".to_owned());
    let expected = [
        (None, 1),
        (Some(Code::DuplicateParameterValue), CALLERS - 1),
    ];
    assert_eq!(outcomes, Outcomes::from(expected));
    assert_eq!((server.key_pairs().len(), server.audit_rows()), (1, 1));
    assert!(
        key_maker.made() <= 1 + UNDER_WAY,
        "{} keys were made",
        key_maker.made()
    );
}

#[test]
fn of_64_simultaneous_creates_of_different_names_ten_succeed() {
    let (server, key_maker) = start(Behaviour::RepeatSlowly);
    let outcomes = create_at_once(&server, |caller| format!("name_{caller}"));
    let expected = [(None, 10), (Some(Code::KeyPairLimitExceeded), CALLERS - 10)];
    assert_eq!(outcomes, Outcomes::from(expected));
    assert_eq!((server.key_pairs().len(), server.audit_rows()), (10, 10));
    assert!(
        key_maker.made() <= 10 + UNDER_WAY,
        "{} keys were made",
        key_maker.made()
    );
}

#[test]
fn a_refusal_costs_no_key() {
    let (server, key_maker) = start(Behaviour::Repeat);
    let root = SecretId::parse(ROOT_SECRET_ID).unwrap();
    let code = |name: &str| {
        let outcome = server.block_on(create(&server.service, &root, name.to_owned()));
        outcome.err().map(|error| error.code)
    };
    assert_eq!((code("taken"), key_maker.made()), (None, 1));
    assert_eq!(
        (code("taken"), key_maker.made()),
        (Some(Code::DuplicateParameterValue), 1)
    );
    for index in 1..10 {
        assert_eq!(code(&format!("name_{index}")), None);
    }
    assert_eq!(
        (code("eleventh"), key_maker.made()),
        (Some(Code::KeyPairLimitExceeded), 10)
    );
    let user = server.add_user(2, &[]);
    let outcome = server.block_on(create(&server.service, &user, "other".to_owned()));
    let refused = outcome.err().map(|error| error.code);
    assert_eq!((refused, key_maker.made()), (Some(Code::NoPermission), 10));
}

const ALLOW: &str = r#"{"version": "2.0", "statement": [{"effect": "allow", "action": ["name/lighthouse:CreateKeyPair"], "resource": ["*"]}]}"#;
const ALLOW_ALL: &str =
    r#"{"version": "2.0", "statement": [{"effect": "allow", "action": "*", "resource": "*"}]}"#;
const ALLOW_OTHER: &str = r#"{"version": "2.0", "statement": [{"effect": "allow", "action": "lighthouse:Describe*", "resource": "*"}]}"#;
const ALLOW_ON_ONE: &str = r#"{"version": "2.0", "statement": [{"effect": "allow", "action": "lighthouse:*", "resource": "qcs::lighthouse:ap-guangzhou:uin/100000000001:keypair/*"}]}"#;
const DENY: &str = r#"{"version": "2.0", "statement": [{"effect": "deny", "action": "lighthouse:Create*", "resource": "*"}]}"#;

/// Who may call CreateKeyPair: every row is a user with these policies.
const MATRIX: &[(&str, &[&str], bool)] = &[
    ("no policy", &[], false),
    ("the action", &[ALLOW], true),
    ("every action", &[ALLOW_ALL], true),
    ("other actions", &[ALLOW_OTHER], false),
    (
        "every action on named key pairs: creating is decided on `*`",
        &[ALLOW_ON_ONE],
        false,
    ),
    ("the action, and a deny", &[ALLOW, DENY], false),
    ("a deny, and every action", &[DENY, ALLOW_ALL], false),
];

#[test]
fn who_may_create_is_decided_by_policies() {
    let (server, _) = start(Behaviour::Repeat);
    for (index, (policies, documents, allowed)) in MATRIX.iter().enumerate() {
        let user = server.add_user(100 + index as u64, documents);
        let outcome = server.block_on(create(&server.service, &user, format!("by_{index}")));
        match outcome {
            Ok(_) => assert!(allowed, "{policies} should be refused"),
            Err(error) => {
                assert!(!allowed, "{policies}: {error:?}");
                assert_eq!(error.code, Code::NoPermission);
                let english = &error.message.en;
                assert!(
                    english.contains("(lighthouse:CreateKeyPair)\nresource (*) has no permission")
                );
            }
        }
    }
}

#[test]
fn a_users_key_pair_belongs_to_the_account_and_the_audit_names_the_user() {
    use pharos_service::root::ROOT_ACCOUNT;

    let (server, _) = start(Behaviour::Repeat);
    let user = server.add_user(42, &[ALLOW]);
    server
        .block_on(create(&server.service, &user, "by_user".to_owned()))
        .unwrap();
    assert_eq!(server.key_pairs().len(), 1);
    let rows = server.audit_log();
    assert_eq!(
        (rows[0].user.0, rows[0].secret_id.as_str()),
        (42, user.as_str())
    );
    assert_eq!(rows[0].operation, "lighthouse:CreateKeyPair");
    let key_id = &server.key_pairs()[0].key_id;
    let name = format!("qcs::lighthouse:ap-guangzhou:uin/{ROOT_ACCOUNT}:keypair/{key_id}");
    assert_eq!(rows[0].resources, [name]);
}
