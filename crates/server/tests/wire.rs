//! The wire, as the official clients use it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;

use pharos_server::{Options, Strictness};
use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::request::{TestRequest, read_reply, send};
use pharos_testkit::server::Setup;
use serde_json::{Value, json};

fn get(server: &TestServer, query: &str) -> TestRequest {
    server.request("").with(|request| {
        request.method = "GET".to_owned();
        request.target = format!("/?{query}");
        request.query = query.to_owned();
        request.content_type = "application/x-www-form-urlencoded".to_owned();
    })
}

fn succeeds(server: &TestServer, request: &TestRequest) {
    let reply = server.send(request);
    assert_eq!(reply.code(), None, "{}", reply.message());
}

#[test]
fn the_reply_is_what_the_contract_says_and_nothing_else() {
    let server = TestServer::start();
    let reply = server.send(&server.create_key_pair("my_first_key"));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(
        body.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["Response"]
    );

    let mut response = reply.response();
    let request_id = response["RequestId"].take();
    let request_id = request_id.as_str().unwrap();
    assert_eq!(
        (request_id.len(), request_id.to_lowercase()),
        (36, request_id.to_owned())
    );
    let key_id = response["KeyPair"]["KeyId"].take();
    let key_id = key_id.as_str().unwrap();
    assert!(
        pharos_api::key_id::KeyId::parse(key_id).is_some(),
        "{key_id}"
    );
    let public_key = response["KeyPair"]["PublicKey"].take();
    let public_key: Vec<_> = public_key.as_str().unwrap().split(' ').collect();
    assert_eq!((public_key[0], public_key[2]), ("ssh-rsa", key_id));
    assert!(public_key[1].starts_with("AAAAB3NzaC1yc2EAAAADAQABAAABAQ"));
    let private_key = response["KeyPair"]["PrivateKey"].take();
    let private_key = private_key.as_str().unwrap();
    assert!(private_key.starts_with("-----BEGIN RSA PRIVATE KEY-----\nMII"));
    assert!(private_key.ends_with("\n-----END RSA PRIVATE KEY-----"));
    assert_eq!(
        response,
        json!({
            "KeyPair": {
                "KeyId": null,
                "KeyName": "my_first_key",
                "PublicKey": null,
                "AssociatedInstanceIds": [],
                "CreatedTime": "2026-11-25T08:00:00Z",
                "PrivateKey": null,
            },
            "RequestId": null,
        })
    );
}

#[test]
fn tags_come_back_when_they_were_given() {
    let server = TestServer::start();
    let tags = json!([{"Key": "env", "Value": "test"}, {"Key": "团队", "Value": ""}]);
    let reply = server.send(&server.request(&json!({"KeyName": "a", "Tags": tags}).to_string()));
    assert_eq!(reply.response()["KeyPair"]["Tags"], tags);
    assert_eq!(server.key_pairs()[0].tags.as_slice().len(), 2);
    for body in [
        r#"{"KeyName": "b", "Tags": []}"#,
        r#"{"KeyName": "c", "Tags": null}"#,
    ] {
        let reply = server.send(&server.request(body));
        assert_eq!(reply.response()["KeyPair"].get("Tags"), None, "{body}");
    }
}

#[test]
fn what_is_kept_is_what_was_replied_without_the_private_key() {
    let server = TestServer::start();
    let reply = server.send(&server.create_key_pair("kept")).response();
    let kept = &server.key_pairs()[0];
    assert_eq!(reply["KeyPair"]["KeyId"], kept.key_id.as_str());
    assert_eq!(reply["KeyPair"]["PublicKey"], kept.public_key.as_str());
    assert_eq!(server.audit_rows(), 1);
}

#[test]
fn get_takes_flattened_parameters_in_every_clients_encoding() {
    let server = TestServer::start();
    for query in [
        "KeyName=from_get",
        "Tags.0.Value=a+b%2Bc&Tags.0.Key=space&KeyName=from_python",
        "KeyName=from_node&Tags.0.Key=space&Tags.0.Value=a%20b*!c%27(d)~",
        "Tags.1.Value=2&Tags.0.Value=1&Tags.1.Key=k2&Tags.0.Key=k1&KeyName=any_order",
    ] {
        succeeds(&server, &get(&server, query));
    }
    let tags = |name: &str| {
        let key_pairs = server.key_pairs();
        let kept = key_pairs
            .iter()
            .find(|kept| kept.key_name.as_str() == name)
            .unwrap();
        kept.tags
            .as_slice()
            .iter()
            .map(|tag| tag.value.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(tags("from_python"), ["a b+c"]);
    assert_eq!(tags("from_node"), ["a b*!c'(d)~"]);
    assert_eq!(tags("any_order"), ["1", "2"]);
}

#[test]
fn a_get_with_a_bad_flattening_is_refused_by_name() {
    let server = TestServer::start();
    for (query, part) in [
        ("KeyName=a&KeyName=b", "`KeyName` stands more than once"),
        ("KeyName=a&Tags.1.Key=b", "`Tags.0` is not there"),
        ("KeyName=a&Tags.4294967296000.Key=b", "is not there"),
        ("KeyName=a&Tags.x.Key=b", "index of an element"),
        ("KeyName=%FF", "percent-encoded UTF-8"),
    ] {
        let reply = server.send(&get(&server, query));
        assert_eq!(reply.code().as_deref(), Some("InvalidParameter"), "{query}");
        assert!(
            reply.message().contains(part),
            "{query}: {}",
            reply.message()
        );
    }
}

#[test]
fn every_way_to_sign_the_host_is_taken() {
    let server = TestServer::start();
    let port = server.address.port();
    let forms = [
        // (Host header, signed host)
        (format!("127.0.0.1:{port}"), format!("127.0.0.1:{port}")),
        (
            format!("http://127.0.0.1:{port}"),
            format!("http://127.0.0.1:{port}"),
        ),
        (format!("127.0.0.1:{port}"), "127.0.0.1".to_owned()),
        (format!("LOCALHOST:{port}"), format!("LOCALHOST:{port}")),
        (format!("LOCALHOST:{port}"), format!("localhost:{port}")),
        (
            "lighthouse.tencentcloudapi.com".to_owned(),
            "lighthouse.tencentcloudapi.com".to_owned(),
        ),
        (format!("[::1]:{port}"), "[::1]".to_owned()),
    ];
    for (index, (host, signed_host)) in forms.into_iter().enumerate() {
        let request = server
            .create_key_pair(&format!("host_{index}"))
            .with(|request| {
                request.host = host;
                request.signed_host = Some(signed_host);
            });
        succeeds(&server, &request);
    }
}

#[test]
fn sdks_that_take_the_service_from_the_endpoint_are_served() {
    let server = TestServer::start();
    let port = server.address.port();
    for (index, (service, host)) in [
        ("127", format!("127.0.0.1:{port}")),
        ("localhost", "localhost".to_owned()),
    ]
    .iter()
    .enumerate()
    {
        let request = server
            .create_key_pair(&format!("service_{index}"))
            .with(|request| {
                (*service).clone_into(&mut request.service);
                request.host.clone_from(host);
            });
        succeeds(&server, &request);
    }
}

#[test]
fn how_strictly_the_service_is_read_is_the_operators_choice() {
    // By host, strict, lenient; `None` is a success.
    let refused = Some("NoSuchProduct");
    for (service, host, codes) in [
        ("lighthouse", "pharos.example.com", [None; 3]),
        ("127", "127.0.0.1:8324", [None, refused, None]),
        ("pharos", "pharos.example.com", [refused, refused, None]),
        ("cvm", "pharos.example.com", [refused; 3]),
    ] {
        let choices = [Strictness::ByHost, Strictness::Strict, Strictness::Lenient];
        for (strictness, code) in choices.into_iter().zip(codes) {
            let options = Options {
                strictness,
                ..Options::default()
            };
            let server = TestServer::start_with(Setup {
                options,
                ..Setup::default()
            });
            let request = server.call("DescribeRegions", "{}").with(|request| {
                service.clone_into(&mut request.service);
                host.clone_into(&mut request.host);
            });
            let reply = server.send(&request);
            assert_eq!(reply.code().as_deref(), code, "{service} at {host}");
        }
    }
}

#[test]
fn who_called_before_is_not_looked_up_again_while_nothing_changes() {
    // The first call reads the store once; every further read would fail.
    let wrap_store = Box::new(|store| Arc::new(FailingStore::failing_at(1, store)) as _);
    let server = TestServer::start_with(Setup {
        wrap_store,
        ..Setup::default()
    });
    for _ in 0..3 {
        succeeds(&server, &server.call("DescribeRegions", "{}"));
    }
    server.add_user(2, &[]);
    let reply = server.send(&server.call("DescribeRegions", "{}"));
    assert_eq!(reply.code().as_deref(), Some("InternalError"));
    succeeds(&server, &server.call("DescribeRegions", "{}"));
}

#[test]
fn rate_limits_hold_unless_the_operator_lifts_them() {
    for enforce_rate_limits in [true, false] {
        let options = Options {
            enforce_rate_limits,
            ..Options::default()
        };
        let server = TestServer::start_with(Setup {
            options,
            ..Setup::default()
        });
        let refused = (0..30)
            .filter(|_| {
                server
                    .send(&server.call("DescribeRegions", "{}"))
                    .code()
                    .is_some()
            })
            .count();
        assert_eq!(refused, if enforce_rate_limits { 20 } else { 0 });
    }
}

#[test]
fn regions_are_listed_as_the_vendor_lists_them_without_one_being_named() {
    let server = TestServer::start();
    let request = server
        .call("DescribeRegions", "{}")
        .header("X-TC-Region", None);
    let response = server.send(&request).response();
    let regions = response["RegionSet"].as_array().unwrap();
    assert_eq!(response["TotalCount"], regions.len());
    assert_eq!(regions.len(), 14);
    // The four of the vendor's example (protocol.md section 5.7).
    for (wire, name, mainland) in [
        ("ap-beijing", "北京", true),
        ("ap-guangzhou", "广州", true),
        ("ap-shanghai", "上海", true),
        ("ap-hongkong", "中国香港", false),
    ] {
        let expected = json!({
            "Region": wire,
            "RegionName": name,
            "RegionState": "AVAILABLE",
            "IsChinaMainland": mainland,
        });
        assert!(regions.contains(&expected), "{wire}");
    }
}

#[test]
fn any_target_is_the_api() {
    let server = TestServer::start();
    for (index, target) in [
        "/",
        "/?",
        "/sub/path",
        "http://lighthouse.tencentcloudapi.com/",
        "http://lighthouse.tencentcloudapi.com",
    ]
    .iter()
    .enumerate()
    {
        let request = server
            .create_key_pair(&format!("target_{index}"))
            .with(|request| (*target).clone_into(&mut request.target));
        succeeds(&server, &request);
    }
}

#[test]
fn header_names_may_be_in_any_case() {
    let server = TestServer::start();
    let text = String::from_utf8(server.create_key_pair("case").bytes()).unwrap();
    for (index, name) in ["X-Tc-Action", "x-tc-action"].iter().enumerate() {
        // The body is signed, so the name stays; the second create is told so.
        let text = text
            .replace("X-TC-Action", name)
            .replace("Authorization", "AUTHORIZATION");
        let code = send(server.address, text.as_bytes()).code();
        let expected = (index > 0).then_some("InvalidParameterValue.DuplicateParameterValue");
        assert_eq!(code.as_deref(), expected);
    }
}

#[test]
fn an_unsigned_payload_is_taken() {
    let server = TestServer::start();
    let request = server.create_key_pair("unsigned").with(|request| {
        // Signed as if the body were this text.
        let body = std::mem::replace(&mut request.body, b"UNSIGNED-PAYLOAD".to_vec());
        let bytes = String::from_utf8(request.bytes()).unwrap();
        let authorization = bytes
            .lines()
            .find_map(|line| line.strip_prefix("Authorization: "))
            .unwrap();
        request
            .headers
            .push(("Authorization".to_owned(), authorization.to_owned()));
        request.headers.push((
            "X-TC-Content-SHA256".to_owned(),
            "UNSIGNED-PAYLOAD".to_owned(),
        ));
        request.body = body;
    });
    succeeds(&server, &request);
}

#[test]
fn a_reply_with_a_private_key_is_never_compressed() {
    let server = TestServer::start();
    let request = server
        .create_key_pair("plain")
        .header("Accept-Encoding", Some("gzip, deflate"));
    let reply = server.send(&request);
    assert_eq!(reply.header("content-encoding"), None);
    let private_key = reply.response()["KeyPair"]["PrivateKey"].clone();
    assert!(private_key.as_str().unwrap().len() > 1024);
    // Nor is one that is too small for it to pay.
    let refused = server.send(&request);
    assert_eq!(refused.header("content-encoding"), None);
    assert!(refused.code().is_some());
}

#[test]
fn a_repeated_signature_is_legal() {
    let server = TestServer::start();
    let bytes = server.create_key_pair("again").bytes();
    assert_eq!(send(server.address, &bytes).code(), None);
    let code = send(server.address, &bytes).code();
    assert_eq!(
        code.as_deref(),
        Some("InvalidParameterValue.DuplicateParameterValue")
    );
}

#[test]
fn one_connection_carries_many_requests() {
    let server = TestServer::start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    for index in 0..3 {
        stream
            .write_all(
                &server
                    .create_key_pair(&format!("kept_alive_{index}"))
                    .bytes(),
            )
            .unwrap();
        assert_eq!(read_reply(&mut stream).code(), None);
    }
}

#[test]
fn a_chunked_body_and_a_client_that_waits_for_100_continue_are_served() {
    let server = TestServer::start();
    let request = server.create_key_pair("chunked");
    let bytes = String::from_utf8(request.bytes()).unwrap();
    let (head, body) = bytes.split_once("\r\n\r\n").unwrap();
    let head: Vec<_> = head
        .split("\r\n")
        .filter(|line| !line.starts_with("Content-Length"))
        .collect();
    let (one, other) = body.split_at(5);
    let chunked = format!(
        "{}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{other}\r\n0\r\n\r\n",
        head.join("\r\n"),
        one.len(),
        other.len()
    );
    assert_eq!(send(server.address, chunked.as_bytes()).code(), None);

    let waiting = server
        .create_key_pair("waiting")
        .header("Expect", Some("100-continue"));
    let bytes = waiting.bytes();
    let (head, body) = bytes.split_at(bytes.len() - waiting.body.len());
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(head).unwrap();
    assert_eq!(read_reply(&mut stream).status, 100);
    stream.write_all(body).unwrap();
    assert_eq!(read_reply(&mut stream).code(), None);
}

#[test]
fn what_is_no_http_gets_no_reply_of_the_api_and_harms_nobody() {
    let server = TestServer::start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n")
        .unwrap();
    assert_eq!(read_reply(&mut stream).status, 400);
    succeeds(&server, &server.create_key_pair("unharmed"));
}

#[test]
fn a_multipart_body_is_read_as_parameters() {
    let server = TestServer::start();
    let part = |name: &str, text: &str| {
        format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let tag = part("Tags.0.Key", "env") + &part("Tags.0.Value", "two\r\nlines");
    let body = format!("{}{tag}--xx--\r\n", part("KeyName", "multipart"));
    let request = server
        .request(&body)
        .with(|request| request.content_type = "multipart/form-data; boundary=xx".to_owned());
    let tags = server.send(&request).response()["KeyPair"]["Tags"].clone();
    assert_eq!(tags, json!([{"Key": "env", "Value": "two\r\nlines"}]));
}

#[test]
fn a_signature_is_explained_where_the_operator_wants_it() {
    for explain_signatures in [true, false] {
        let options = Options {
            explain_signatures,
            ..Options::default()
        };
        let server = TestServer::start_with(Setup {
            options,
            ..Setup::default()
        });
        let signed_host = Some("localhost".to_owned());
        let request = server
            .create_key_pair("a")
            .with(|request| request.signed_host = signed_host);
        let reply = server.send(&request);
        assert_eq!(
            reply.code().as_deref(),
            Some("AuthFailure.SignatureFailure")
        );
        let explained = reply
            .message()
            .contains(r#"you signed "localhost", the request says "127"#);
        assert_eq!(explained, explain_signatures, "{}", reply.message());
    }
}
