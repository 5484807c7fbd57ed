//! What the live service was seen to say, word for word (docs/protocol.md section 4.2): clients may
//! match on it, so each sentence is provoked over the wire and held against ours.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_api::code::Code;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::text::Language::{self, Chinese, English};
use pharos_api::time::Timestamp;
use pharos_testkit::TestServer;
use pharos_testkit::request::{TestRequest, send};
use pharos_testkit::version_1::Version1Request;
use serde_json::json;

const PROTOCOL: &str = include_str!("../../../docs/protocol.md");

/// One sentence, and a request that is answered with it.
struct Observed {
    code: Code,
    language: Language,
    /// As docs/protocol.md has it.
    sentence: &'static str,
    /// The values in it, and what stands in their places here.
    here: &'static [(&'static str, &'static str)],
    place: Place,
    request: fn(&TestServer) -> Request,
}

/// Where our message has the sentence; what to do about it stands on the other side.
enum Place {
    Begins,
    Ends,
}
use Place::{Begins, Ends};

enum Request {
    Version1(Version1Request),
    Version3(TestRequest),
}
use Request::{Version1, Version3};

impl Request {
    fn bytes(self, language: Language) -> Vec<u8> {
        let language = Some(language.wire());
        match self {
            Version1(request) => request.set("Language", language).bytes(),
            Version3(request) => request.header("X-TC-Language", language).bytes(),
        }
    }
}

fn create(server: &TestServer) -> TestRequest {
    server.create_key_pair("a")
}

fn with_another_secret(server: &TestServer) -> Request {
    Version3(create(server).with(|request| request.secret_key = SecretKey::new("another")))
}

fn with_nobodys_secret_id(server: &TestServer) -> Request {
    let nobody = SecretId::parse("AKIDnobody").unwrap();
    Version3(create(server).with(|request| request.secret_id = nobody))
}

fn by_a_user_without_policies(server: &TestServer) -> Request {
    let user = server.add_user(2, &[]);
    Version3(create(server).with(|request| request.secret_id = user))
}

fn the_21st_in_a_second(server: &TestServer) -> Request {
    for _ in 0..20 {
        server.send(&server.create_key_pair(""));
    }
    Version3(create(server))
}

const DENIED: Observed = Observed {
    code: Code::NoPermission,
    language: English,
    sentence: r"[request id:<uuid>]you are not authorized to perform operation (cvm:StopInstances)\nresource (qcs:id/0:cvm:ap-guangzhou:uin/100026992078:instance/ins-hc0ktysk) has no permission\n",
    here: &[
        ("cvm:StopInstances", "lighthouse:CreateKeyPair"),
        (
            "qcs:id/0:cvm:ap-guangzhou:uin/100026992078:instance/ins-hc0ktysk",
            "*",
        ),
    ],
    place: Begins,
    request: by_a_user_without_policies,
};

const MISSING: Observed = Observed {
    code: Code::MissingParameter,
    language: English,
    sentence: "The request is missing a required parameter `Region`.",
    here: &[],
    place: Begins,
    request: |server| Version3(create(server).header("X-TC-Region", None)),
};

const OBSERVED: &[Observed] = &[
    Observed {
        code: Code::SignatureFailure,
        language: English,
        sentence: "The provided credentials could not be validated. Please check your signature is correct.",
        here: &[],
        place: Begins,
        request: with_another_secret,
    },
    Observed {
        code: Code::SignatureFailure,
        language: Chinese,
        sentence: "请求签名验证失败，请检查您的签名计算是否正确。",
        here: &[],
        place: Begins,
        request: with_another_secret,
    },
    Observed {
        code: Code::SignatureFailure,
        language: English,
        sentence: "The provided credentials could not be validated because of exceeding request size limit, please use new signature method `TC3-HMAC-SHA256`.",
        here: &[],
        place: Begins,
        request: |server| {
            let long = "k".repeat(1024 * 1024);
            Version1(server.version_1(&long, 1))
        },
    },
    Observed {
        code: Code::SignatureExpire,
        language: English,
        sentence: "The signature is expired, please request again.",
        here: &[],
        place: Begins,
        request: |server| {
            let time = Timestamp::from_unix_seconds(1_700_000_000).unwrap();
            let request = create(server).header("X-TC-Timestamp", Some("1700000000"));
            Version3(request.with(|request| request.time = time))
        },
    },
    Observed {
        code: Code::SignatureExpire,
        language: English,
        sentence: "The signature is expired, please request again.",
        here: &[],
        place: Begins,
        request: |server| {
            send(server.address, &server.version_1("once", 7).bytes());
            Version1(server.version_1("again", 7))
        },
    },
    Observed {
        code: Code::SecretIdNotFound,
        language: English,
        sentence: "The SecretId is not found, please ensure that your SecretId is correct.",
        here: &[],
        place: Begins,
        request: with_nobodys_secret_id,
    },
    Observed {
        code: Code::SecretIdNotFound,
        language: Chinese,
        sentence: "SecretId不存在，请输入正确的密钥。",
        here: &[],
        place: Begins,
        request: with_nobodys_secret_id,
    },
    Observed {
        code: Code::TokenFailure,
        language: English,
        sentence: "Token verification failed, please check if your Token is correct",
        here: &[],
        place: Begins,
        request: |server| Version3(create(server).header("X-TC-Token", Some("stale"))),
    },
    DENIED,
    Observed {
        language: Chinese,
        ..DENIED
    },
    Observed {
        code: Code::RequestLimitExceeded,
        language: English,
        sentence: "Your current request times equals to `11` in a second, which exceeds the frequency limit `10` for a second. Please reduce the frequency of calls.",
        here: &[("`11`", "`21`"), ("`10`", "`20`")],
        place: Begins,
        request: the_21st_in_a_second,
    },
    Observed {
        code: Code::RequestLimitExceeded,
        language: Chinese,
        sentence: "您当前每秒请求 `6` 次，超过了每秒频率上限 `5`，请稍后重试。",
        here: &[("`6`", "`21`"), ("`5`", "`20`")],
        place: Begins,
        request: the_21st_in_a_second,
    },
    MISSING,
    Observed {
        here: &[("Region", "Timestamp")],
        request: |server| Version3(create(server).header("X-TC-Timestamp", None)),
        ..MISSING
    },
    Observed {
        here: &[("Region", "Version")],
        request: |server| Version3(create(server).header("X-TC-Version", None)),
        ..MISSING
    },
    Observed {
        here: &[("Region", "SecretId")],
        request: |server| Version1(server.version_1("a", 1).set("SecretId", None)),
        ..MISSING
    },
    Observed {
        code: Code::UnknownParameter,
        language: English,
        sentence: "The parameter `$schema` is not recognized.",
        here: &[],
        place: Begins,
        request: |server| Version3(server.request(r#"{"KeyName": "a", "$schema": "b"}"#)),
    },
    Observed {
        code: Code::UnknownParameter,
        language: Chinese,
        sentence: "未定义参数 Ontent",
        // Back-ticks as in every other sentence; that post seems to have lost them.
        here: &[("Ontent", "`Ontent`")],
        place: Begins,
        request: |server| Version3(server.request(r#"{"KeyName": "a", "Ontent": "b"}"#)),
    },
    Observed {
        code: Code::InvalidParameter,
        language: English,
        sentence: "The value type of parameter `Config` is not valid, input type should be `string`",
        here: &[("Config", "KeyName")],
        place: Begins,
        request: |server| Version3(server.request(r#"{"KeyName": 7}"#)),
    },
    Observed {
        code: Code::InvalidParameter,
        language: Chinese,
        sentence: "参数 `InstanceIds.0` 取值类型错误。参数类型应为 `string`",
        here: &[("InstanceIds.0", "Tags.0.Value")],
        place: Begins,
        request: |server| {
            let body = json!({"KeyName": "a", "Tags": [{"Key": "k", "Value": 7}]});
            Version3(server.request(&body.to_string()))
        },
    },
    Observed {
        code: Code::InvalidParameter,
        language: English,
        sentence: "Parameter `Nonce` type error.",
        here: &[],
        place: Begins,
        request: |server| Version1(server.version_1("a", 1).set("Nonce", Some("x"))),
    },
    Observed {
        code: Code::InvalidParameterValue,
        language: English,
        sentence: "The value `50` specified in the parameter `SystemDisk.DiskSize` is not valid",
        here: &[("`50`", "`k`"), ("SystemDisk.DiskSize", "Tags.1.Key")],
        place: Begins,
        request: |server| {
            let tag = json!({"Key": "k", "Value": ""});
            let body = json!({"KeyName": "a", "Tags": [tag, tag]});
            Version3(server.request(&body.to_string()))
        },
    },
    Observed {
        code: Code::InvalidParameterValue,
        language: English,
        sentence: "The value `[]` specified in the parameter `Filters` is not valid.",
        here: &[
            (
                "`[]`",
                r#"`[{"Key":"k","Value":""},{"Key":"k","Value":""},{"Key":"k","Value…`"#,
            ),
            ("Filters", "Tags"),
        ],
        place: Begins,
        request: |server| {
            let tags = vec![json!({"Key": "k", "Value": ""}); 11];
            let body = json!({"KeyName": "a", "Tags": tags});
            Version3(server.request(&body.to_string()))
        },
    },
    Observed {
        code: Code::InvalidParameterValue,
        language: English,
        sentence: "A value specified in `Region` is not valid, is unsupported, or cannot be used.",
        here: &[],
        place: Begins,
        request: |server| Version1(server.version_1("a", 1).set("Region", Some("mars-1"))),
    },
    Observed {
        code: Code::InvalidParameterValue,
        language: English,
        sentence: "A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be used.",
        here: &[],
        place: Begins,
        request: |server| Version3(create(server).header("X-TC-Region", Some("mars-1"))),
    },
    Observed {
        code: Code::UnsupportedRegion,
        language: English,
        sentence: "The action not support this region.",
        here: &[],
        place: Begins,
        request: |server| Version3(create(server).header("X-TC-Region", Some("ap-jakarta"))),
    },
    Observed {
        code: Code::InvalidAction,
        language: English,
        sentence: "The request action=`X` is invalid or not found in service=`tcb` and version=`2018-06-08`.",
        here: &[("tcb", "lighthouse"), ("2018-06-08", "2020-03-24")],
        place: Begins,
        request: |server| Version3(server.call("X", "{}")),
    },
    Observed {
        code: Code::NoSuchVersion,
        language: English,
        sentence: "The specified api version=`2019-07-22` does not exist in service=`tms`.",
        here: &[("tms", "lighthouse")],
        place: Begins,
        request: |server| Version3(create(server).header("X-TC-Version", Some("2019-07-22"))),
    },
    Observed {
        code: Code::UnsupportedProtocol,
        language: English,
        sentence: "action does not support Content-Type=`application/json`",
        here: &[],
        place: Ends,
        request: |server| {
            let request = server.version_1("a", 1);
            Version1(request.with(|request| request.content_type = "application/json"))
        },
    },
    Observed {
        code: Code::UnsupportedProtocol,
        language: English,
        sentence: "action does not support Content-Type=`application/json`",
        here: &[("application/json", "multipart/form-data")],
        place: Ends,
        request: |server| {
            let content_type = "multipart/form-data; boundary=xx";
            let request = server.version_1("a", 1);
            Version1(request.with(|request| request.content_type = content_type))
        },
    },
];

/// What nobody says here, and why.
const NOT_SAID: &[(&str, &str)] = &[
    (
        "AuthFailure.UnauthorizedOperation (en, CAM)",
        "Lighthouse has the product's form, `UnauthorizedOperation.NoPermission`",
    ),
    ("system policy not verify", "the same, in Chinese"),
    (
        "has no permission\": ` with or without condition:",
        "which condition would have helped is not told",
    ),
    ("lighthouse console (intl)", "a page's words, not the API's"),
    (
        "The value type of parameter `Offset` is not valid.",
        "the newer form is said, which has this one's words but its end",
    ),
    (
        "The request `Action` is invalid or not found.",
        "the newer form is said",
    ),
];

#[test]
fn what_the_live_service_was_seen_to_say_is_said_here() {
    for observed in OBSERVED {
        let server = TestServer::start();
        let request = (observed.request)(&server);
        let reply = send(server.address, &request.bytes(observed.language));
        let message = reply.message();
        let code = reply.code();
        assert_eq!(code.as_deref(), Some(observed.code.wire()), "{message}");
        let request_id = reply.response()["RequestId"].as_str().unwrap().to_owned();
        let mut sentence = observed.sentence.replace("<uuid>", &request_id);
        sentence = sentence.replace(r"\n", "\n");
        for (there, here) in observed.here {
            assert!(sentence.contains(there), "{sentence}");
            sentence = sentence.replace(there, here);
        }
        let is_said = match observed.place {
            Begins => message.starts_with(&sentence),
            // A full stop closes it here, as every sentence.
            Ends => message.ends_with(&format!("{sentence}.")),
        };
        assert!(is_said, "{message}\nshould have been\n{sentence}");
    }
}

#[test]
fn every_sentence_of_the_collection_is_said_or_not_for_a_reason() {
    let (_, section) = PROTOCOL.split_once("\n### 4.2 ").unwrap();
    let (section, _) = section.split_once("\n### ").unwrap();
    let table = section.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<_> = table.skip(1).collect();
    assert!(rows.len() > 25, "the table of section 4.2 is not found");
    let said = OBSERVED.iter().map(|observed| observed.sentence);
    let known: Vec<_> = said.chain(NOT_SAID.iter().map(|(text, _)| *text)).collect();
    for text in &known {
        let is_there = rows.iter().any(|row| row.contains(text));
        assert!(is_there, "not in section 4.2: {text}");
    }
    for row in rows {
        let is_known = known.iter().any(|text| row.contains(text));
        assert!(is_known, "write a case for {row}");
    }
}
