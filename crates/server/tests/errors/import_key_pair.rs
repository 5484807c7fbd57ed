//! What can be wrong with calls of ImportKeyPair.

use std::sync::Arc;

use pharos_api::code::Code;
use pharos_keys::Algorithm;
use pharos_keys::weak::Rule;
use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::public_keys::{good, weak};
use pharos_testkit::request::TestRequest;
use pharos_testkit::server::Setup;

use crate::Case;

fn import(server: &TestServer, public_key: &str) -> TestRequest {
    server.import_key_pair("imported", public_key)
}

fn named(server: &TestServer, name: &str) -> TestRequest {
    server.import_key_pair(name, &good(Algorithm::Ed25519))
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "a name that is taken, for a key that would be checked",
        request: |server| {
            assert_eq!(server.send(&server.create_key_pair("taken")).code(), None);
            server.import_key_pair("taken", &weak(Rule::RsaSize))
        },
        code: Code::DuplicateParameterValue,
        says: "`taken` exists in `ap-guangzhou` already",
    },
    Case {
        name: "a name that is taken, for a key that needs no check",
        request: |server| {
            assert_eq!(server.send(&server.create_key_pair("taken")).code(), None);
            named(server, "taken")
        },
        code: Code::DuplicateParameterValue,
        says: "`taken` exists in `ap-guangzhou` already",
    },
    Case {
        name: "an empty name for an import",
        request: |server| named(server, ""),
        code: Code::InvalidKeyPairNameEmpty,
        says: "is empty",
    },
    Case {
        name: "a hyphen in the name for an import",
        request: |server| named(server, "a-b"),
        code: Code::InvalidKeyPairNameIncludeIllegalChar,
        says: "the character `-`",
    },
    Case {
        name: "26 characters for an import",
        request: |server| named(server, &"k".repeat(26)),
        code: Code::InvalidKeyPairNameTooLong,
        says: "26 characters",
    },
    Case {
        name: "the 11th key pair is imported",
        request: |server| {
            for index in server.key_pairs().len()..10 {
                let created = server.send(&server.create_key_pair(&format!("k{index}")));
                assert_eq!(created.code(), None);
            }
            named(server, "eleventh")
        },
        code: Code::KeyPairLimitExceeded,
        says: "has 10 key pairs",
    },
    Case {
        name: "a key that is there, with another comment",
        request: |server| {
            let key = good(Algorithm::Ed25519);
            let first = server.send(&server.import_key_pair("first", &key));
            assert_eq!(first.code(), None);
            import(server, &key.replace(" comment", " another comment\n"))
        },
        code: Code::KeyPairPublicKeyDuplicated,
        says: "The public key is that of the key pair `lhkp-",
    },
    Case {
        name: "no public key",
        request: |server| server.call("ImportKeyPair", r#"{"KeyName": "a"}"#),
        code: Code::MissingParameter,
        says: "required parameter `PublicKey`",
    },
    Case {
        name: "an empty public key",
        request: |server| import(server, ""),
        code: Code::KeyPairPublicKeyMalformed,
        says: "The public key is empty",
    },
    Case {
        name: "what is no key",
        request: |server| import(server, "my key"),
        code: Code::KeyPairPublicKeyMalformed,
        says: "does not begin with the name of an algorithm",
    },
    Case {
        name: "a key that is cut off",
        request: |server| {
            import(
                server,
                &good(Algorithm::Ed25519).replace("Yzet comment", ""),
            )
        },
        code: Code::KeyPairPublicKeyMalformed,
        says: "The public key is cut off",
    },
    Case {
        name: "options in front",
        request: |server| import(server, &format!("no-pty {}", good(Algorithm::Ed25519))),
        code: Code::KeyPairPublicKeyMalformed,
        says: "Something stands before the key: options of `authorized_keys`",
    },
    Case {
        name: "two keys",
        request: |server| {
            let keys = [Algorithm::Ed25519, Algorithm::EcdsaNistp256].map(good);
            import(server, &keys.join("\n"))
        },
        code: Code::KeyPairPublicKeyMalformed,
        says: "The public key has several lines",
    },
    Case {
        name: "a private key",
        request: |server| import(server, "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n"),
        code: Code::KeyPairPublicKeyMalformed,
        says: "The text is a private key, and it was not stored",
    },
    Case {
        name: "a weak key",
        request: |server| import(server, &weak(Rule::RsaSize)),
        code: Code::KeyPairPublicKeyMalformed,
        says: "The RSA key has 1128 bits; it needs 2048 to be safe",
    },
    Case {
        name: "a user without a policy imports",
        request: |server| {
            let user = server.add_user(2, &[]);
            named(server, "a").with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "perform operation (lighthouse:ImportKeyPair)\nresource (*) has no permission",
    },
    Case {
        name: "a user without a policy imports what is no key",
        request: |server| {
            let user = server.add_user(2, &[]);
            import(server, "my key").with(|request| request.secret_id = user)
        },
        code: Code::KeyPairPublicKeyMalformed,
        says: "does not begin with the name of an algorithm",
    },
];

/// Every call of the store fails once: the client is told, nothing stays, and the next one succeeds.
#[test]
fn a_store_that_fails_at_any_step_is_told_and_leaves_nothing() {
    let failed = Code::ImportKeyPairFailed.wire();
    for (algorithm, expected) in [
        // Who calls, a look, another look when the turn came, and the transaction.
        (Algorithm::Rsa, vec![failed, failed, failed]),
        // There is no turn to wait for.
        (Algorithm::Ed25519, vec![failed]),
    ] {
        let mut codes = Vec::new();
        for step in 0.. {
            let wrap_store =
                Box::new(move |store| Arc::new(FailingStore::failing_at(step, store)) as _);
            let server = TestServer::start_with(Setup {
                wrap_store,
                ..Setup::default()
            });
            let request = import(&server, &good(algorithm));
            let reply = server.send(&request);
            let Some(code) = reply.code() else {
                break;
            };
            assert!(!String::from_utf8_lossy(&reply.body).contains("as it was told to"));
            codes.push(code);
            assert!(server.key_pairs().is_empty(), "after step {step}");
            assert_eq!(server.audit_rows(), 0, "after step {step}");
            assert_eq!(server.send(&request).code(), None, "after step {step}");
        }
        let expected = [vec![Code::InternalError.wire()], expected].concat();
        assert_eq!(codes, expected, "{algorithm:?}");
    }
}

#[test]
fn an_unknown_outcome_is_answered_as_such() {
    let wrap_store = Box::new(|store| Arc::new(FailingStore::unknown_at(1, store)) as _);
    let server = TestServer::start_with(Setup {
        wrap_store,
        ..Setup::default()
    });
    let reply = server.send(&import(&server, &good(Algorithm::Ed25519)));
    let code = Code::ImportKeyPairFailed.wire();
    assert_eq!(reply.code().as_deref(), Some(code));
    let message = reply.message();
    assert!(message.contains("`imported` may exist"), "{message}");
    assert!(!message.contains("private key"), "{message}");
}
