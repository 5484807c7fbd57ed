//! What can be wrong with calls of DescribeKeyPairs and DeleteKeyPairs.

use std::sync::Arc;

use pharos_api::code::Code;
use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::request::TestRequest;
use pharos_testkit::server::Setup;
use serde_json::json;

use crate::Case;

fn describe(server: &TestServer, body: &str) -> TestRequest {
    server.call("DescribeKeyPairs", body)
}

fn delete(server: &TestServer, body: &str) -> TestRequest {
    server.call("DeleteKeyPairs", body)
}

/// The KeyId of a key pair that is there.
fn key_id(server: &TestServer) -> String {
    let created = server.send(&server.create_key_pair("there")).response();
    created["KeyPair"]["KeyId"].as_str().unwrap().to_owned()
}

/// Signed by a user whose policies allow nothing.
fn without_policy(server: &TestServer, request: TestRequest) -> TestRequest {
    let user = server.add_user(2, &[]);
    request.with(|request| request.secret_id = user)
}

fn ids(count: usize) -> String {
    let ids: Vec<_> = (0..count).map(|n| format!("lhkp-{n:08}")).collect();
    json!({ "KeyIds": ids }).to_string()
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "ids and filters together",
        request: |server| {
            describe(
                server,
                r#"{"KeyIds": ["lhkp-hfenegt1"], "Filters": [{"Name": "key-name", "Values": ["a"]}]}"#,
            )
        },
        code: Code::ParameterConflict,
        says: "`KeyIds` and `Filters` cannot be given together",
    },
    Case {
        name: "a filter that nobody has",
        request: |server| {
            describe(
                server,
                r#"{"Filters": [{"Name": "name", "Values": ["a"]}]}"#,
            )
        },
        code: Code::InvalidFilter,
        says: "There is no filter `name` (`Filters.0.Name`); use one of `key-id`, `key-name`",
    },
    Case {
        name: "a filter without a value",
        request: |server| {
            describe(
                server,
                r#"{"Filters": [{"Name": "key-name", "Values": []}]}"#,
            )
        },
        code: Code::InvalidFilter,
        says: "`Filters.0.Values` is empty",
    },
    Case {
        name: "six values in a filter",
        request: |server| {
            let values = ["a"; 6];
            let filters = json!({"Filters": [{"Name": "key-name", "Values": values}]});
            describe(server, &filters.to_string())
        },
        code: Code::ValuesLimitExceeded,
        says: "`Filters.0.Values` has 6 values; it may have at most 5",
    },
    Case {
        name: "what is no KeyId to list",
        request: |server| describe(server, r#"{"KeyIds": ["lhkp-hfenegt1", "key"]}"#),
        code: Code::KeyPairIdMalformed,
        says: "`key` in `KeyIds.1` is not an id",
    },
    Case {
        name: "101 ids to list",
        request: |server| describe(server, &ids(101)),
        code: Code::ValuesLimitExceeded,
        says: "`KeyIds` has 101 values; it may have at most 100",
    },
    Case {
        name: "an id twice",
        request: |server| describe(server, r#"{"KeyIds": ["lhkp-hfenegt1", "lhkp-hfenegt1"]}"#),
        code: Code::Duplicated,
        says: "`lhkp-hfenegt1` in `KeyIds.1` stands earlier in the list",
    },
    Case {
        name: "an offset below nothing",
        request: |server| describe(server, r#"{"Offset": -1}"#),
        code: Code::Negative,
        says: "`Offset` is -1",
    },
    Case {
        name: "a limit below nothing",
        request: |server| describe(server, r#"{"Limit": -5}"#),
        code: Code::Negative,
        says: "`Limit` is -5",
    },
    Case {
        name: "a limit of nothing",
        request: |server| describe(server, r#"{"Limit": 0}"#),
        code: Code::OutOfRange,
        says: "`Limit` is 0; it should be 1 to 100",
    },
    Case {
        name: "a limit of 101",
        request: |server| describe(server, r#"{"Limit": 101}"#),
        code: Code::OutOfRange,
        says: "`Limit` is 101; it should be 1 to 100",
    },
    Case {
        name: "a user without a policy lists key pairs",
        request: |server| without_policy(server, describe(server, "{}")),
        code: Code::NoPermission,
        says: "perform operation (lighthouse:DescribeKeyPairs)\nresource (*) has no permission",
    },
    Case {
        name: "a key pair that is not there",
        request: |server| delete(server, r#"{"KeyIds": ["lhkp-hfenegt1"]}"#),
        code: Code::KeyIdNotFound,
        says: "There is no key pair `lhkp-hfenegt1` in `ap-guangzhou`, and nothing was deleted",
    },
    Case {
        name: "a key pair that is there and one that is not",
        request: |server| {
            let key_ids = json!({"KeyIds": [key_id(server), "lhkp-hfenegt1"]});
            delete(server, &key_ids.to_string())
        },
        code: Code::KeyIdNotFound,
        says: "There is no key pair `lhkp-hfenegt1`",
    },
    Case {
        name: "a key pair of another region",
        request: |server| {
            let key_ids = json!({"KeyIds": [key_id(server)]});
            let delete = delete(server, &key_ids.to_string());
            delete.header("X-TC-Region", Some("ap-tokyo"))
        },
        code: Code::KeyIdNotFound,
        says: "in `ap-tokyo`",
    },
    Case {
        name: "eleven key pairs to delete",
        request: |server| delete(server, &ids(11)),
        code: Code::ValuesLimitExceeded,
        says: "`KeyIds` has 11 values; it may have at most 10",
    },
    Case {
        name: "nothing to delete",
        request: |server| delete(server, r#"{"KeyIds": []}"#),
        code: Code::MissingParameter,
        says: "required parameter `KeyIds`",
    },
    Case {
        name: "what is no KeyId to delete",
        request: |server| delete(server, r#"{"KeyIds": ["LHKP-HFENEGT1"]}"#),
        code: Code::KeyPairIdMalformed,
        says: "`LHKP-HFENEGT1` in `KeyIds.0`",
    },
    Case {
        name: "an id twice to delete",
        request: |server| {
            let key_id = key_id(server);
            delete(server, &json!({"KeyIds": [key_id, key_id]}).to_string())
        },
        code: Code::Duplicated,
        says: "stands earlier in the list",
    },
    Case {
        name: "a user who may delete another key pair only",
        request: |server| {
            let allowed = json!({"version": "2.0", "statement": [{
                "effect": "allow",
                "action": "lighthouse:DeleteKeyPairs",
                "resource": "qcs::lighthouse:ap-guangzhou:uin/*:keypair/lhkp-hfenegt1",
            }]});
            let user = server.add_user(2, &[&allowed.to_string()]);
            delete(server, r#"{"KeyIds": ["lhkp-hfenegt1", "lhkp-hfenegt2"]}"#)
                .with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "perform operation (lighthouse:DeleteKeyPairs)\nresource (qcs::lighthouse:ap-guangzhou:uin/",
    },
];

/// Every call of the store fails once: the client is told, nothing is deleted, and the next one succeeds.
#[test]
fn a_store_that_fails_while_it_deletes_is_told_and_deletes_nothing() {
    for (unknown, says) in [(false, "nothing was changed"), (true, "they may be gone")] {
        // Creating takes four calls; then who calls, and the transaction.
        for (step, code) in [(4, Code::InternalError), (5, Code::DeleteKeyPairFailed)] {
            if unknown && code == Code::InternalError {
                continue;
            }
            let wrap_store = Box::new(move |store| {
                Arc::new(if unknown {
                    FailingStore::unknown_at(step, store)
                } else {
                    FailingStore::failing_at(step, store)
                }) as _
            });
            let server = TestServer::start_with(Setup {
                wrap_store,
                ..Setup::default()
            });
            let request = delete(&server, &json!({"KeyIds": [key_id(&server)]}).to_string());
            let reply = server.send(&request);
            assert_eq!(reply.code().as_deref(), Some(code.wire()));
            assert!(!String::from_utf8_lossy(&reply.body).contains("as it was told to"));
            if code == Code::DeleteKeyPairFailed {
                assert!(reply.message().contains(says), "{}", reply.message());
            }
            if !unknown {
                assert_eq!(server.key_pairs().len(), 1);
                assert_eq!(server.send(&request).code(), None);
            }
        }
    }
}
