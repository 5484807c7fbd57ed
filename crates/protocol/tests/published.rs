//! Published signature vectors (protocol.md section 1.6), stage by stage.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_protocol::tc3::canonical_request::{CanonicalRequest, PayloadHash};
use pharos_protocol::tc3::credential_scope::CredentialScope;
use pharos_protocol::tc3::sign::{ToSign, sign};
use pharos_protocol::tc3::signing_key::{SecretDate, SecretService, SecretSigning};
use pharos_protocol::tc3::string_to_sign::StringToSign;

const EXAMPLE_ID: &str = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
const EXAMPLE_KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
const STARS: &str = "********************************";

/// A request and what each stage of signing it comes to; `""` where the source gives no value.
struct Vector {
    name: &'static str,
    secret_key: &'static str,
    timestamp: i64,
    service: &'static str,
    method: &'static str,
    query: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    payload_hash: &'static str,
    canonical_request_hash: &'static str,
    secret_date: &'static str,
    secret_service: &'static str,
    secret_signing: &'static str,
    signature: &'static str,
}

const DESCRIBE_INSTANCES: &str =
    r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;

const VECTORS: &[Vector] = &[
    Vector {
        name: "V1, POST",
        secret_key: EXAMPLE_KEY,
        timestamp: 1_551_113_065,
        service: "cvm",
        method: "POST",
        query: "",
        headers: &[
            ("content-type", "application/json; charset=utf-8"),
            ("host", "cvm.tencentcloudapi.com"),
        ],
        body: DESCRIBE_INSTANCES,
        payload_hash: "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064",
        canonical_request_hash: "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
        secret_date: "d1308c81fe71cfd4e06437bbc067b2b8a3d2d8c0e375d547f15c41d5214b395a",
        secret_service: "3c7cb7c7795393edc14fd2e0e6434a518564b4504b88e94f5d11bf59ba3e7050",
        secret_signing: "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1",
        signature: "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    },
    Vector {
        name: "V2, POST with x-tc-action",
        secret_key: STARS,
        timestamp: 1_551_113_065,
        service: "cvm",
        method: "POST",
        query: "",
        headers: &[
            ("content-type", "application/json; charset=utf-8"),
            ("host", "cvm.tencentcloudapi.com"),
            ("x-tc-action", "describeinstances"),
        ],
        body: DESCRIBE_INSTANCES,
        payload_hash: "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064",
        canonical_request_hash: "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84",
        secret_date: "da98fb70dcf6b112dc21038d1eeeb3a95c74b4dcb12c1131f864f6066bd02be0",
        secret_service: "8d70cbefb03939f929db64d32dc2ba89b1095620119fe3e050e2b18c5bd2752f",
        secret_signing: "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af",
        signature: "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
    },
    Vector {
        name: "V3, GET",
        secret_key: EXAMPLE_KEY,
        timestamp: 1_539_084_154,
        service: "cvm",
        method: "GET",
        query: "Limit=10&Offset=0",
        headers: &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", "cvm.tencentcloudapi.com"),
        ],
        body: "",
        payload_hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        canonical_request_hash: "91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7",
        secret_date: "",
        secret_service: "",
        secret_signing: "39c4cf287fdff993dc407e649450ae4a0f1e1fd75aedb08d8160e47372e9b62d",
        signature: "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474",
    },
    Vector {
        name: "V4, the Node SDK's unit vector",
        secret_key: "test-secret-key",
        timestamp: 1_640_995_200,
        service: "cvm",
        method: "POST",
        query: "",
        headers: &[
            ("content-type", "application/json"),
            ("host", "cvm.tencentcloudapi.com"),
        ],
        body: r#"{"Action":"DescribeInstances","Version":"2017-03-12"}"#,
        payload_hash: "",
        canonical_request_hash: "",
        secret_date: "",
        secret_service: "",
        secret_signing: "",
        signature: "96473b50fe407833672a5d6d067238d88bb44c8abcc39ef83baa3132afbfadd3",
    },
    Vector {
        name: "V5, lighthouse POST",
        secret_key: EXAMPLE_KEY,
        timestamp: 1_700_000_000,
        service: "lighthouse",
        method: "POST",
        query: "",
        headers: &[
            ("content-type", "application/json"),
            ("host", "lighthouse.tencentcloudapi.com"),
        ],
        body: r#"{"KeyName": "test_create_1"}"#,
        payload_hash: "",
        canonical_request_hash: "781833f5ddd4e591533509d2b264a42c19f180cacea989d5aae5f2d85b54555f",
        secret_date: "",
        secret_service: "",
        secret_signing: "cbad1603f4bf1933125aac6724b03fdf8ed4f4b75f91b61527f7cb659501f655",
        signature: "380528f58c5f5ccc053096ae58b9d0845696d08b1d82b7a408202e683cd0254d",
    },
    Vector {
        name: "V5, lighthouse POST with x-tc-action",
        secret_key: EXAMPLE_KEY,
        timestamp: 1_700_000_000,
        service: "lighthouse",
        method: "POST",
        query: "",
        headers: &[
            ("content-type", "application/json; charset=utf-8"),
            ("host", "127.0.0.1:8080"),
            ("x-tc-action", "createkeypair"),
        ],
        body: r#"{"KeyName":"test_create_1"}"#,
        payload_hash: "",
        canonical_request_hash: "80cb2e92b7f510d8aa91a5c13f1e66978fdfebf5fe382a75f10c3b5e55b76ef9",
        secret_date: "",
        secret_service: "",
        secret_signing: "cbad1603f4bf1933125aac6724b03fdf8ed4f4b75f91b61527f7cb659501f655",
        signature: "4f236a40dfcbe3f675b1bc70e031a9b815dd6422809e9ebb09b29d3744ff0559",
    },
    Vector {
        name: "V5, lighthouse GET",
        secret_key: EXAMPLE_KEY,
        timestamp: 1_700_000_000,
        service: "lighthouse",
        method: "GET",
        query: "KeyIds.0=lhkp-omd12oc1&Limit=20",
        headers: &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", "lighthouse.tencentcloudapi.com"),
        ],
        body: "",
        payload_hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        canonical_request_hash: "4c328eec2d1fb32a0c8092eb7cc032e7abb3bd29f4c11fe60429e02e83c2e01e",
        secret_date: "",
        secret_service: "",
        secret_signing: "cbad1603f4bf1933125aac6724b03fdf8ed4f4b75f91b61527f7cb659501f655",
        signature: "342e828f93eb6aa4458769800a7d7ef81e25a4320ef6883459d48457898c3dcf",
    },
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_stage_comes_to_the_published_value() {
    for vector in VECTORS {
        let check = |stage: &str, ours: &str, published: &str| {
            assert!(
                published.is_empty() || ours == published,
                "{}: {stage}: {ours}",
                vector.name
            );
        };
        let payload = PayloadHash::of(vector.body.as_bytes());
        check("payload hash", payload.hex().as_str(), vector.payload_hash);
        let canonical_request = CanonicalRequest::new(
            vector.method,
            "/",
            vector.query,
            vector.headers.iter().copied(),
            &payload,
        );
        check(
            "canonical request",
            canonical_request.hash().as_str(),
            vector.canonical_request_hash,
        );
        let time = Timestamp::from_unix_seconds(vector.timestamp).unwrap();
        let date = time.date();
        let scope = CredentialScope {
            date: &date,
            service: vector.service,
        };
        let secret_key = SecretKey::new(vector.secret_key);
        let secret_date = SecretDate::derive(&secret_key, &date);
        check("SecretDate", &hex(secret_date.expose()), vector.secret_date);
        let secret_service = SecretService::derive(&secret_date, vector.service);
        check(
            "SecretService",
            &hex(secret_service.expose()),
            vector.secret_service,
        );
        let secret_signing = SecretSigning::derive(&secret_key, &scope);
        check(
            "SecretSigning",
            &hex(secret_signing.expose()),
            vector.secret_signing,
        );
        let string_to_sign =
            StringToSign::new(&vector.timestamp.to_string(), &scope, &canonical_request);
        check(
            "signature",
            &secret_signing.sign(&string_to_sign).to_string(),
            vector.signature,
        );
    }
}

#[test]
fn the_clients_side_signs_the_same() {
    for vector in VECTORS {
        let signed = sign(
            &ToSign {
                method: vector.method,
                query: vector.query,
                headers: vector.headers,
                body: vector.body.as_bytes(),
                service: vector.service,
                timestamp: Timestamp::from_unix_seconds(vector.timestamp).unwrap(),
            },
            &SecretId::parse(EXAMPLE_ID).unwrap(),
            &SecretKey::new(vector.secret_key),
        );
        let end = format!("Signature={}", vector.signature);
        assert!(
            signed.authorization.ends_with(&end),
            "{}: {signed:?}",
            vector.name
        );
    }
}

#[test]
fn the_unsigned_payload_hash_is_the_documented_one() {
    assert_eq!(
        PayloadHash::unsigned().hex().as_str(),
        "438d4109ef0d676b8c2c7ed13cdfcb418e494d53b843d4634ce3b1085f07bb96"
    );
}
