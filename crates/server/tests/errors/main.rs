//! Every public code, provoked over the wire, with its sentences in both languages.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod cam;
mod import_key_pair;
mod instances;
mod key_pairs;

use std::collections::BTreeSet;
use std::sync::Arc;

use pharos_api::action::ACTIONS;
use pharos_api::code::Code;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::key_maker::{Behaviour, TestMaker};
use pharos_testkit::request::TestRequest;
use pharos_testkit::server::Setup;
use serde_json::json;

/// A request that is refused: what it is, how it is made from one that would be granted, its code,
/// and what its English sentence has to say.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) request: fn(&TestServer) -> TestRequest,
    pub(crate) code: Code,
    pub(crate) says: &'static str,
}

/// Every case.
fn cases() -> impl Iterator<Item = Provoked> {
    let of_actions = key_pairs::CASES.iter().chain(import_key_pair::CASES);
    let cases = CASES.iter().chain(of_actions);
    let cases = cases.map(Provoked::from);
    cases.chain(instances::cases()).chain(cam::cases())
}

/// A case of one action, or what a case of several is for one of them.
pub(crate) struct Provoked {
    pub(crate) name: String,
    pub(crate) request: Box<dyn Fn(&TestServer) -> TestRequest>,
    pub(crate) code: Code,
    pub(crate) says: &'static str,
}

impl From<&'static Case> for Provoked {
    fn from(case: &'static Case) -> Self {
        Self {
            name: case.name.to_owned(),
            request: Box::new(case.request),
            code: case.code,
            says: case.says,
        }
    }
}

/// What can be wrong with any request, and with CreateKeyPair and DescribeRegions.
const CASES: &[Case] = &[
    Case {
        name: "the name is taken",
        request: |server| {
            assert_eq!(server.send(&server.create_key_pair("taken")).code(), None);
            server.create_key_pair("taken")
        },
        code: Code::DuplicateParameterValue,
        says: "`taken` exists in `ap-guangzhou` already",
    },
    Case {
        name: "an empty name",
        request: |server| server.create_key_pair(""),
        code: Code::InvalidKeyPairNameEmpty,
        says: "is empty",
    },
    Case {
        name: "a hyphen in the name",
        request: |server| server.create_key_pair("a-b"),
        code: Code::InvalidKeyPairNameIncludeIllegalChar,
        says: "the character `-`",
    },
    Case {
        name: "a space in the name",
        request: |server| server.create_key_pair("a b"),
        code: Code::InvalidKeyPairNameIncludeIllegalChar,
        says: "the character ` `",
    },
    Case {
        name: "a name in another script",
        request: |server| server.create_key_pair("钥匙"),
        code: Code::InvalidKeyPairNameIncludeIllegalChar,
        says: "the character `钥`",
    },
    Case {
        name: "a NUL in the name",
        request: |server| server.create_key_pair("a\0"),
        code: Code::InvalidKeyPairNameIncludeIllegalChar,
        says: "`\\u{0}`",
    },
    Case {
        name: "26 characters",
        request: |server| server.create_key_pair(&"k".repeat(26)),
        code: Code::InvalidKeyPairNameTooLong,
        says: "26 characters",
    },
    Case {
        name: "the 11th key pair",
        request: |server| {
            for index in server.key_pairs().len()..10 {
                assert_eq!(
                    server
                        .send(&server.create_key_pair(&format!("k{index}")))
                        .code(),
                    None
                );
            }
            server.create_key_pair("eleventh")
        },
        code: Code::KeyPairLimitExceeded,
        says: "has 10 key pairs",
    },
    Case {
        name: "a user without a policy",
        request: |server| {
            let user = server.add_user(2, &[]);
            server
                .create_key_pair("a")
                .with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "perform operation (lighthouse:CreateKeyPair)\nresource (*) has no permission",
    },
    Case {
        name: "a user without a policy lists regions",
        request: |server| {
            let user = server.add_user(2, &[]);
            server
                .call("DescribeRegions", "{}")
                .with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "perform operation (lighthouse:DescribeRegions)\nresource (*) has no permission",
    },
    Case {
        name: "a parameter for what takes none",
        request: |server| server.call("DescribeRegions", r#"{"Limit": 1}"#),
        code: Code::UnknownParameter,
        says: "The parameter `Limit` is not recognized. It takes none here.",
    },
    Case {
        name: "the 21st request in a second",
        request: |server| {
            for _ in 0..20 {
                server.send(&server.create_key_pair(""));
            }
            server.create_key_pair("a")
        },
        code: Code::RequestLimitExceeded,
        says: "equals to `21` in a second, which exceeds the frequency limit `20`",
    },
    Case {
        name: "no region",
        request: |server| server.create_key_pair("a").header("X-TC-Region", None),
        code: Code::MissingParameter,
        says: "required parameter `Region`",
    },
    Case {
        name: "an empty region",
        request: |server| server.create_key_pair("a").header("X-TC-Region", Some("")),
        code: Code::MissingParameter,
        says: "required parameter `Region`",
    },
    Case {
        name: "a region that nobody has",
        request: |server| {
            server
                .create_key_pair("a")
                .header("X-TC-Region", Some("mars-1"))
        },
        code: Code::InvalidParameterValue,
        says: "A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be used.",
    },
    Case {
        name: "a region of other products",
        request: |server| {
            server
                .create_key_pair("a")
                .header("X-TC-Region", Some("na-ashburn"))
        },
        code: Code::UnsupportedRegion,
        says: "The action not support this region.",
    },
    Case {
        name: "another secret",
        request: |server| {
            let other = SecretKey::new("not the root account's secret");
            server
                .create_key_pair("a")
                .with(|request| request.secret_key = other)
        },
        code: Code::SignatureFailure,
        says: "The provided credentials could not be validated.",
    },
    Case {
        name: "a body that was changed on the way",
        request: |server| {
            let request = server.create_key_pair("a");
            let signed = request.clone().bytes();
            let authorization = header_of(&signed, "Authorization");
            server
                .create_key_pair("b")
                .header("Authorization", Some(&authorization))
        },
        code: Code::SignatureFailure,
        says: "The provided credentials could not be validated.",
    },
    Case {
        name: "a clock that is behind",
        request: |server| {
            server
                .create_key_pair("a")
                .with(|request| turn_clock(request, -301))
        },
        code: Code::SignatureExpire,
        says: "301 seconds behind the server's clock",
    },
    Case {
        name: "a clock that is ahead",
        request: |server| {
            server
                .create_key_pair("a")
                .with(|request| turn_clock(request, 301))
        },
        code: Code::SignatureExpire,
        says: "301 seconds ahead of the server's clock",
    },
    Case {
        name: "nobody's SecretId",
        request: |server| {
            let nobody = SecretId::parse("AKIDnobody").unwrap();
            server
                .create_key_pair("a")
                .with(|request| request.secret_id = nobody)
        },
        code: Code::SecretIdNotFound,
        says: "The SecretId is not found, please ensure that your SecretId is correct.",
    },
    Case {
        name: "an Authorization header of no known form",
        request: |server| {
            server
                .create_key_pair("a")
                .header("Authorization", Some("TC3-HMAC-SHA256 Credential=a"))
        },
        code: Code::InvalidAuthorization,
        says: "`Credential` should be",
    },
    Case {
        name: "a multipart body that is cut off",
        request: |server| {
            let content_type = "multipart/form-data; boundary=xx".to_owned();
            server
                .request("--xx\r\n")
                .with(|request| request.content_type = content_type)
        },
        code: Code::InvalidRequest,
        says: "The multipart body is malformed",
    },
    Case {
        name: "a token with a permanent key",
        request: |server| {
            server
                .create_key_pair("a")
                .header("X-TC-Token", Some("stale"))
        },
        code: Code::TokenFailure,
        says: "Token verification failed, please check if your Token is correct",
    },
    Case {
        name: "no KeyName",
        request: |server| server.request("{}"),
        code: Code::MissingParameter,
        says: "The request is missing a required parameter `KeyName`.",
    },
    Case {
        name: "a null KeyName",
        request: |server| server.request(r#"{"KeyName": null}"#),
        code: Code::MissingParameter,
        says: "`KeyName`",
    },
    Case {
        name: "a tag without its value",
        request: |server| server.request(r#"{"KeyName": "a", "Tags": [{"Key": "k"}]}"#),
        code: Code::MissingParameter,
        says: "`Tags.0.Value`",
    },
    Case {
        name: "a parameter that the action does not have",
        request: |server| server.request(r#"{"KeyName": "a", "Keyname": "b"}"#),
        code: Code::UnknownParameter,
        says: "The parameter `Keyname` is not recognized.",
    },
    Case {
        name: "a nested parameter that nobody has",
        request: |server| {
            server.request(r#"{"KeyName": "a", "Tags": [{"Key": "k", "Value": "v", "X": 1}]}"#)
        },
        code: Code::UnknownParameter,
        says: "`Tags.0.X`",
    },
    Case {
        name: "a number for a string",
        request: |server| server.request(r#"{"KeyName": 7}"#),
        code: Code::InvalidParameter,
        says: "The value type of parameter `KeyName` is not valid, input type should be `string`",
    },
    Case {
        name: "a wrong type further in",
        request: |server| server.request(r#"{"KeyName": "a", "Tags": [{"Key": "k", "Value": 1}]}"#),
        code: Code::InvalidParameter,
        says: "`Tags.0.Value`",
    },
    Case {
        name: "a body that is no JSON",
        request: |server| server.request("{"),
        code: Code::InvalidParameter,
        says: "line 1, column 1",
    },
    Case {
        name: "a body that is no object",
        request: |server| server.request("[]"),
        code: Code::InvalidParameter,
        says: "`object`",
    },
    Case {
        name: "a header that stands twice",
        request: |server| {
            let twice = ("x-tc-region".to_owned(), "ap-tokyo".to_owned());
            server
                .create_key_pair("a")
                .with(|request| request.headers.push(twice))
        },
        code: Code::InvalidParameter,
        says: "`X-TC-Region` stands more than once",
    },
    Case {
        name: "a timestamp that is none",
        request: |server| {
            server
                .create_key_pair("a")
                .header("X-TC-Timestamp", Some("now"))
        },
        code: Code::InvalidParameter,
        says: "`now` is not UNIX time",
    },
    Case {
        name: "eleven tags",
        request: |server| {
            let tags: Vec<_> = (0..11)
                .map(|i| json!({"Key": format!("k{i}"), "Value": "v"}))
                .collect();
            server.request(&json!({"KeyName": "a", "Tags": tags}).to_string())
        },
        code: Code::InvalidParameterValue,
        says: "specified in the parameter `Tags` is not valid. It has 11 tags",
    },
    Case {
        name: "no action",
        request: |server| server.create_key_pair("a").header("X-TC-Action", None),
        code: Code::MissingParameter,
        says: "required parameter `Action`",
    },
    Case {
        name: "no version",
        request: |server| server.create_key_pair("a").header("X-TC-Version", None),
        code: Code::MissingParameter,
        says: "required parameter `Version`",
    },
    Case {
        name: "no timestamp",
        request: |server| server.create_key_pair("a").header("X-TC-Timestamp", None),
        code: Code::MissingParameter,
        says: "required parameter `Timestamp`",
    },
    Case {
        name: "nothing signed at all",
        request: |server| {
            server
                .create_key_pair("a")
                .with(|request| request.is_signed = false)
        },
        code: Code::MissingParameter,
        says: "required parameter `Authorization`",
    },
    Case {
        name: "an action that nobody has",
        request: |server| {
            server
                .create_key_pair("a")
                .header("X-TC-Action", Some("MakeKeyPair"))
        },
        code: Code::InvalidAction,
        says: "The request action=`MakeKeyPair` is invalid or not found in service=`lighthouse` and version=`2020-03-24`.",
    },
    Case {
        name: "a version that the product does not have",
        request: |server| {
            server
                .create_key_pair("a")
                .header("X-TC-Version", Some("2017-03-12"))
        },
        code: Code::NoSuchVersion,
        says: "The specified api version=`2017-03-12` does not exist in service=`lighthouse`.",
    },
    Case {
        name: "a product that is not here",
        request: |server| {
            server
                .create_key_pair("a")
                .with(|request| request.service = "cvm".to_owned())
        },
        code: Code::NoSuchProduct,
        says: "The product `cvm` does not exist here.",
    },
    Case {
        name: "another method",
        request: |server| {
            server
                .create_key_pair("a")
                .with(|request| request.method = "PUT".to_owned())
        },
        code: Code::UnsupportedProtocol,
        says: "The method `PUT` is not supported.",
    },
    Case {
        name: "another content type",
        request: |server| {
            server
                .create_key_pair("a")
                .with(|request| request.content_type = "text/plain".to_owned())
        },
        code: Code::UnsupportedProtocol,
        says: "the `CreateKeyPair` action does not support Content-Type=`text/plain`",
    },
    Case {
        name: "a form where JSON should be",
        request: |server| {
            let form = "application/x-www-form-urlencoded".to_owned();
            server
                .create_key_pair("a")
                .with(|request| request.content_type = form)
        },
        code: Code::UnsupportedProtocol,
        says: "Content-Type=`application/x-www-form-urlencoded`",
    },
    Case {
        name: "a body of more than 10 MB",
        request: |server| server.create_key_pair(&"k".repeat(10 * 1024 * 1024)),
        code: Code::RequestSizeLimitExceeded,
        says: "the body may have at most 10240 KB",
    },
    Case {
        name: "a query of more than 32 KB",
        request: |server| {
            let query = format!("KeyName={}", "k".repeat(32 * 1024));
            server.request("").with(|request| {
                request.method = "GET".to_owned();
                request.target = format!("/?{query}");
                request.query = query;
            })
        },
        code: Code::RequestSizeLimitExceeded,
        says: "the query may have at most 32 KB",
    },
];

/// The test of what is said when the store fails below instances.
const INSTANCES_FAIL: &str = "instances::a_store_that_fails_is_told_with_the_actions_own_code";

/// The codes that a healthy server does not answer, and the test of each.
const FAILURES: &[(Code, &str)] = &[
    (
        Code::CreateKeyPairFailed,
        "a_key_that_cannot_be_made_is_told_and_leaves_nothing",
    ),
    (
        Code::DeleteKeyPairFailed,
        "key_pairs::a_store_that_fails_while_it_deletes_is_told_and_deletes_nothing",
    ),
    (
        Code::InternalError,
        "a_store_that_fails_at_any_step_is_told_and_leaves_nothing",
    ),
    (
        Code::ImportKeyPairFailed,
        "import_key_pair::a_store_that_fails_at_any_step_is_told_and_leaves_nothing",
    ),
    (Code::CreateInstancesFailed, INSTANCES_FAIL),
    (Code::ModifyResourcesAttributeFailed, INSTANCES_FAIL),
    (Code::InstanceOperationFailed, INSTANCES_FAIL),
    (Code::IsolateResourcesFailed, INSTANCES_FAIL),
    (Code::DestroyResourcesFailed, INSTANCES_FAIL),
    // No action replies with that much yet, so the envelope's own tests hold it.
    (
        Code::ResponseSizeLimitExceeded,
        "pharos_protocol::envelope::tests",
    ),
    // It takes half a minute on the wire, and none with tokio's paused clock.
    (
        Code::ServiceUnavailable,
        "pharos_server::edge::tests::what_takes_too_long_is_told_to_try_again",
    ),
];

/// What tells that policies do not allow it: each product has its own, and DeleteUser one more.
const DENIALS: &[Code] = &[
    Code::AuthFailureUnauthorizedOperation,
    Code::DeleteApiKey,
    Code::NoPermission,
    Code::UnauthorizedOperation,
];

fn turn_clock(request: &mut TestRequest, seconds: i64) {
    let turned = request.time.unix_seconds() + seconds;
    request.time = Timestamp::from_unix_seconds(turned).unwrap();
    *request = request
        .clone()
        .header("X-TC-Timestamp", Some(&turned.to_string()));
}

fn header_of(bytes: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let prefix = format!("{name}: ");
    text.lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap()
        .to_owned()
}

#[test]
fn every_refusal_has_its_code_and_whole_sentences_in_both_languages() {
    for case in cases() {
        let server = TestServer::start();
        let request = (case.request)(&server);
        let reply = server.send(&request);
        assert_eq!(reply.status, 200, "{}", case.name);
        assert_eq!(
            reply.code().as_deref(),
            Some(case.code.wire()),
            "{}: {}",
            case.name,
            reply.message()
        );
        let english = reply.message();
        assert!(english.contains(case.says), "{}: {english}", case.name);
        let is_english = |c: char| c.is_ascii() || c == '…' || c == '钥';
        assert!(english.chars().all(is_english), "{}: {english}", case.name);
        let reply = server.send(&request.header("X-TC-Language", Some("zh-CN")));
        assert_eq!(
            reply.code().as_deref(),
            Some(case.code.wire()),
            "{}",
            case.name
        );
        let chinese = reply.message();
        let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        assert!(chinese.chars().any(is_chinese), "{}: {chinese}", case.name);
        assert_ne!(english, chinese, "{}", case.name);
    }
}

#[test]
fn no_code_is_without_a_case() {
    let tested: BTreeSet<_> = cases()
        .map(|case| case.code)
        .chain(FAILURES.iter().map(|(code, _)| *code))
        .collect();
    for code in Code::ALL {
        let is_tested = tested.contains(code);
        if code.is_answered() {
            assert!(is_tested, "write a case for {code:?}");
        } else {
            assert!(!is_tested, "take {code:?} off `Code::NEVER_ANSWERED`");
        }
    }
}

#[test]
fn every_code_of_every_action_has_a_case() {
    let mut tested = BTreeSet::new();
    for case in cases() {
        let request = (case.request)(&TestServer::start());
        let headers = request.headers.iter();
        let action = headers.filter(|(name, _)| name == "X-TC-Action");
        tested.extend(action.map(|(_, action)| (action.clone(), case.code)));
    }
    let failures: Vec<_> = FAILURES.iter().map(|(code, _)| *code).collect();
    let mut untested = Vec::new();
    for action in ACTIONS {
        let codes = action.codes.iter().filter(|code| !failures.contains(code));
        let cases = codes.map(|code| (action.name.to_owned(), *code));
        untested.extend(cases.filter(|case| !tested.contains(case)));
    }
    assert_eq!(untested, []);
}

#[test]
fn a_denial_leaves_its_row_behind_and_any_other_refusal_nothing() {
    for case in cases() {
        let server = TestServer::start();
        let request = (case.request)(&server);
        let (key_pairs, log) = (server.key_pairs(), server.audit_log());
        let reply = server.send(&request).response();
        assert_eq!(server.key_pairs(), key_pairs, "{}", case.name);
        let log_now = server.audit_log();
        let added: Vec<_> = log_now
            .strip_prefix(log.as_slice())
            .unwrap()
            .iter()
            .map(|row| (json!(row.request_id), row.code.as_deref()))
            .collect();
        let denial = (reply["RequestId"].clone(), Some(case.code.wire()));
        let is_denial = DENIALS.contains(&case.code);
        let expected: Vec<_> = is_denial.then_some(denial).into_iter().collect();
        assert_eq!(added, expected, "{}", case.name);
    }
}

#[test]
fn a_key_that_cannot_be_made_is_told_and_leaves_nothing() {
    for behaviour in [Behaviour::Disagree, Behaviour::Fail, Behaviour::Panic] {
        let key_maker = TestMaker::new(behaviour);
        let server = TestServer::start_with(Setup {
            key_maker,
            ..Setup::default()
        });
        for _ in 0..5 {
            let reply = server.send(&server.create_key_pair("a"));
            assert_eq!(
                reply.code().as_deref(),
                Some(Code::CreateKeyPairFailed.wire())
            );
            assert!(
                reply.message().contains("nothing was created"),
                "{}",
                reply.message()
            );
        }
        assert!(server.key_pairs().is_empty());
        assert_eq!(server.audit_rows(), 0);
    }
}

/// Every call of the store fails once: the client is told, nothing stays, and the next one succeeds.
#[test]
fn a_store_that_fails_at_any_step_is_told_and_leaves_nothing() {
    let mut codes = Vec::new();
    for step in 0.. {
        let wrap_store =
            Box::new(move |store| Arc::new(FailingStore::failing_at(step, store)) as _);
        let server = TestServer::start_with(Setup {
            wrap_store,
            ..Setup::default()
        });
        let reply = server.send(&server.create_key_pair("a"));
        let Some(code) = reply.code() else {
            break;
        };
        assert!(
            !String::from_utf8_lossy(&reply.body).contains("as it was told to"),
            "a cause leaked"
        );
        codes.push(code);
        assert!(
            server.key_pairs().is_empty(),
            "half a key pair after step {step}"
        );
        assert_eq!(server.audit_rows(), 0, "an audit row after step {step}");
        assert_eq!(
            server.send(&server.create_key_pair("a")).code(),
            None,
            "after step {step}"
        );
    }
    // Who calls, a look, another look when the turn came, and the transaction.
    let failed = Code::CreateKeyPairFailed.wire();
    assert_eq!(codes, [Code::InternalError.wire(), failed, failed, failed]);
}

#[test]
fn an_unknown_outcome_is_answered_as_such() {
    let wrap_store = Box::new(|store| Arc::new(FailingStore::unknown_at(3, store)) as _);
    let server = TestServer::start_with(Setup {
        wrap_store,
        ..Setup::default()
    });
    let reply = server.send(&server.create_key_pair("a"));
    assert_eq!(
        reply.code().as_deref(),
        Some(Code::CreateKeyPairFailed.wire())
    );
    assert!(
        reply.message().contains("`a` may exist"),
        "{}",
        reply.message()
    );
}
