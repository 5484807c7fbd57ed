//! The explorer over the wire: what is there, what browsers are told about it, and who sees which requests.

#![allow(
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod requests;
mod secrets;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use flate2::read::GzDecoder;
use pharos_api::action::ACTIONS;
use pharos_api::region::Region;
use pharos_api::text::Language;
use pharos_explorer::{Call, Endpoint};
use pharos_server::Options;
use pharos_testkit::TestServer;
use pharos_testkit::request::{TestReply, TestRequest, send};

use pharos_testkit::server::Setup;
use serde_json::{Value, json};

use requests::look;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src \
                   'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";

/// What a browser takes when it opens a page.
const BROWSER: (&str, &str) = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// A request that is not signed, on a connection of its own.
fn ask(
    server: &TestServer,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> TestReply {
    let mut head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
        server.address,
        body.len()
    );
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // Who is told that it is too much need not read the rest.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream.read_to_end(&mut bytes).unwrap();
    let _ = stream.shutdown(Shutdown::Both);
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap()[9..12].parse().unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    TestReply {
        status,
        headers: headers.map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
        body: bytes.split_off(end + 4),
    }
}

fn get(server: &TestServer, target: &str, headers: &[(&str, &str)]) -> TestReply {
    ask(server, "GET", target, headers, b"")
}

fn post(server: &TestServer, target: &str, body: &Value) -> TestReply {
    ask(server, "POST", target, &[JSON], body.to_string().as_bytes())
}

fn json_of(reply: &TestReply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

/// A server with other options.
fn with(change: impl FnOnce(&mut Options)) -> TestServer {
    let mut options = Options::default();
    change(&mut options);
    TestServer::start_with(Setup {
        options,
        ..Setup::default()
    })
}

fn is_protected(reply: &TestReply, what: &str) {
    for (name, value) in [
        ("content-security-policy", CSP),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{what}");
    }
    let mut names = reply.headers.iter().map(|(name, _)| name);
    assert!(
        !names.any(|name| name.starts_with("access-control")),
        "{what}"
    );
}

/// Something to read at each kind of address, with its type.
const DOCUMENTS: &[(&str, &str)] = &[
    ("/explorer", HTML),
    ("/explorer/", HTML),
    ("/explorer/lighthouse/2020-03-24/CreateKeyPair", HTML),
    ("/explorer/cam/2019-01-16/AddUser?a=b", HTML),
    ("/explorer/requests", HTML),
    ("/explorer/history", HTML),
    ("/explorer/signature", HTML),
    ("/explorer/assets/index.html", HTML),
    ("/explorer/catalogue.json", "application/json"),
    ("/explorer/reference", HTML),
    ("/explorer/reference?lang=zh", HTML),
];

#[test]
fn everything_is_there_and_protected() {
    let server = TestServer::start();
    let page = pharos_explorer::asset("index.html").unwrap().bytes;
    for (target, content_type) in DOCUMENTS {
        let reply = get(&server, target, &[]);
        assert_eq!(reply.status, 200, "{target}");
        assert_eq!(
            reply.header("content-type"),
            Some(*content_type),
            "{target}"
        );
        assert_eq!(reply.header("cache-control"), Some("no-cache"), "{target}");
        assert_eq!(reply.header("vary"), Some("Accept-Encoding"), "{target}");
        is_protected(&reply, target);
        let expected = match *target {
            "/explorer/catalogue.json" => pharos_explorer::catalogue().into(),
            "/explorer/reference" => pharos_explorer::reference(Language::English).into_bytes(),
            "/explorer/reference?lang=zh" => {
                pharos_explorer::reference(Language::Chinese).into_bytes()
            }
            _ => page.to_vec(),
        };
        assert!(reply.body == expected, "{target}");
    }
}

#[test]
fn a_browser_that_has_it_is_told_so() {
    let server = TestServer::start();
    for (target, _) in DOCUMENTS {
        let etag = get(&server, target, &[]).header("etag").unwrap().to_owned();
        let strong = etag.strip_prefix("W/").unwrap();
        for known in [&*etag, strong, &format!("\"other\", {etag}")] {
            for accepted in ["gzip", "identity"] {
                let headers = [("If-None-Match", known), ("Accept-Encoding", accepted)];
                let reply = get(&server, target, &headers);
                assert_eq!((reply.status, reply.body.len()), (304, 0), "{target}");
                assert_eq!(reply.header("etag"), Some(&*etag), "{target}");
                is_protected(&reply, target);
            }
        }
        let reply = get(&server, target, &[("If-None-Match", "\"other\"")]);
        assert_eq!(reply.status, 200, "{target}");
    }
}

#[test]
fn what_is_compressed_is_the_same() {
    let server = TestServer::start();
    for target in ["/explorer/catalogue.json", "/explorer/reference"] {
        let plain = get(&server, target, &[]);
        assert_eq!(plain.header("content-encoding"), None);
        // Again, as it was kept.
        for _ in 0..2 {
            let reply = get(&server, target, &[("Accept-Encoding", "br, gzip")]);
            assert_eq!(reply.header("content-encoding"), Some("gzip"));
            assert_eq!(reply.header("etag"), plain.header("etag"));
            let mut bytes = Vec::new();
            let mut decoder = GzDecoder::new(&*reply.body);
            decoder.read_to_end(&mut bytes).unwrap();
            assert!(bytes == plain.body, "{target}");
            assert!(reply.body.len() < plain.body.len());
        }
    }
}

#[test]
fn head_is_a_get_without_a_body() {
    let server = TestServer::start();
    let others = [("/explorer/nothing", HTML)];
    for (target, _) in DOCUMENTS.iter().chain(&others) {
        for accepted in ["gzip", "identity"] {
            let headers = [("Accept-Encoding", accepted)];
            let reply = get(&server, target, &headers);
            let head = ask(&server, "HEAD", target, &headers, b"");
            assert_eq!((head.status, head.body.len()), (reply.status, 0));
            let without_date = |reply: &TestReply| {
                let mut headers = reply.headers.clone();
                headers.retain(|(name, _)| name != "date");
                headers.sort();
                headers
            };
            assert_eq!(without_date(&head), without_date(&reply), "{target}");
        }
    }
}

#[test]
fn where_nothing_is_a_page_says_so() {
    let server = TestServer::start();
    for target in [
        "/explorer/nothing",
        "/explorer/assets/nothing.js",
        "/explorer/assets/",
        "/explorer/assets/../index.html",
        "/explorer/assets/..%2fCargo.toml",
        "/explorer/assets//etc/passwd",
        "/explorer/lighthouse/2020-03-24/NoAction",
    ] {
        let reply = get(&server, target, &[]);
        assert_eq!(reply.status, 404, "{target}");
        assert_eq!(reply.header("content-type"), Some(HTML));
        assert!(
            String::from_utf8(reply.body.clone())
                .unwrap()
                .contains("页面不存在")
        );
        is_protected(&reply, target);
    }
}

#[test]
fn other_methods_are_told_which_there_are() {
    let server = TestServer::start();
    for (method, target, status, allowed) in [
        ("PUT", "/explorer", 405, "GET, HEAD, OPTIONS"),
        (
            "POST",
            "/explorer/catalogue.json",
            405,
            "GET, HEAD, OPTIONS",
        ),
        ("GET", "/explorer/check", 405, "POST, OPTIONS"),
        ("HEAD", "/explorer/code", 405, "POST, OPTIONS"),
        (
            "DELETE",
            "/explorer/requests",
            405,
            "GET, HEAD, POST, OPTIONS",
        ),
        ("OPTIONS", "/explorer", 204, "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/explorer/code", 204, "POST, OPTIONS"),
    ] {
        let reply = ask(&server, method, target, &[JSON], b"");
        assert_eq!(reply.status, status, "{method} {target}");
        assert_eq!(reply.header("allow"), Some(allowed), "{method} {target}");
        assert!(reply.body.is_empty());
        is_protected(&reply, target);
    }
}

#[test]
fn a_browser_that_opens_the_server_is_sent_on() {
    let server = TestServer::start();
    let reply = get(&server, "/", &[BROWSER]);
    assert_eq!(reply.status, 302);
    assert_eq!(reply.header("location"), Some("/explorer"));
    is_protected(&reply, "/");
    for (method, target, headers) in [
        ("GET", "/", vec![]),
        ("GET", "/", vec![("Accept", "*/*")]),
        (
            "GET",
            "/",
            vec![BROWSER, ("Authorization", "TC3-HMAC-SHA256 a")],
        ),
        ("GET", "/?Action=DescribeRegions", vec![BROWSER]),
        ("GET", "/other", vec![BROWSER]),
        ("POST", "/", vec![BROWSER, JSON]),
        ("HEAD", "/", vec![BROWSER]),
        ("OPTIONS", "/", vec![BROWSER]),
    ] {
        let reply = ask(&server, method, target, &headers, b"");
        assert!([200, 204].contains(&reply.status), "{method} {target}");
        assert_eq!(reply.header("content-security-policy"), None);
    }
}

#[test]
fn what_is_signed_is_a_call_below_the_explorer_too() {
    let server = TestServer::start();
    for (number, target) in (1..).zip([
        "/explorer",
        "/explorer/catalogue.json",
        "/explorer/check",
        "/explorer/requests",
    ]) {
        let at = |request: &mut TestRequest| request.target = target.to_owned();
        let call = server.create_key_pair(&format!("tc3_{number}")).with(at);
        assert_eq!(server.send(&call).code(), None, "{target}");

        for (http_method, nonce) in [("GET", 10 + number), ("POST", 20 + number)] {
            let name = format!("v1_{http_method}_{number}");
            let call = server.version_1(&name, nonce).with(|request| {
                request.target = target.to_owned();
                request.http_method = http_method;
            });
            let reply = send(server.address, &call.bytes());
            // Ten may be kept.
            let expected = ["LimitExceeded.KeyPairLimitExceeded", ""];
            let code = reply.code().unwrap_or_default();
            assert!(expected.contains(&&*code), "{target}: {code}");
        }
    }
    assert_eq!(server.key_pairs().len(), 10);
    let mut head = server.call("DescribeRegions", "");
    head.method = "HEAD".to_owned();
    head.target = "/explorer".to_owned();
    assert_eq!(
        server.send(&head).header("content-type"),
        Some("application/json")
    );
}

#[test]
fn without_it_everything_is_a_call_as_it_was() {
    let server = with(|options| options.explorer = false);
    let mut targets: Vec<_> = DOCUMENTS.iter().map(|(target, _)| *target).collect();
    targets.extend(["/", "/explorer/check"]);
    for target in targets {
        let reply = get(&server, target, &[BROWSER]);
        assert_eq!(reply.status, 200, "{target}");
        assert_eq!(
            reply.code().as_deref(),
            Some("MissingParameter"),
            "{target}"
        );
        assert_eq!(reply.header("content-security-policy"), None);
    }
    let reply = server.send(&look(&server, 0));
    assert_eq!(reply.code().as_deref(), Some("InvalidAction"));
}

#[test]
fn a_page_of_another_origin_reads_nothing_even_one_that_may_call() {
    let origin = ("Origin", "https://console.example.com");
    let server = with(|options| options.allowed_origins = vec![origin.1.to_owned()]);
    let preflight = [
        origin,
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type"),
    ];
    for target in [
        "/explorer",
        "/explorer/check",
        "/explorer/code",
        "/explorer/requests",
    ] {
        is_protected(&get(&server, target, &[origin]), target);
        is_protected(&ask(&server, "OPTIONS", target, &preflight, b""), target);
        is_protected(
            &ask(&server, "POST", target, &[origin, JSON], b"{}"),
            target,
        );
    }
    let looked = look(&server, 0).header(origin.0, Some(origin.1));
    let looked = server.send(&looked);
    assert_eq!(looked.code(), None);
    is_protected(&looked, "a look");
}

#[test]
fn a_form_is_checked_as_the_explorers_crate_checks_it() {
    let server = TestServer::start();
    let action = ACTIONS
        .iter()
        .find(|action| action.name == "CreateKeyPair")
        .unwrap();
    let parameters = json!({"KeyName": "not good!", "Colour": "red"});
    for (language, expected) in [("zh-CN", Language::Chinese), ("en-US", Language::English)] {
        let body = json!({
            "product": "lighthouse",
            "action": "CreateKeyPair",
            "parameters": parameters,
            "language": language,
        });
        let reply = post(&server, "/explorer/check", &body);
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        is_protected(&reply, "check");
        let checked = pharos_explorer::check(action, parameters.as_object().unwrap(), expected);
        assert!(!checked.fields.is_empty());
        assert_eq!(json_of(&reply), serde_json::to_value(&checked).unwrap());
    }
}

#[test]
fn code_is_what_the_explorers_crate_writes() {
    let server = TestServer::start();
    let action = ACTIONS
        .iter()
        .find(|action| action.name == "DescribeKeyPairs")
        .unwrap();
    let parameters = json!({"Limit": 7});
    for region in [None, Some(Region::Tokyo)] {
        let body = json!({
            "product": "lighthouse",
            "action": "DescribeKeyPairs",
            "parameters": parameters,
            "region": region.map(Region::wire),
            "endpoint": server.endpoint(),
        });
        let reply = post(&server, "/explorer/code", &body);
        assert_eq!(reply.status, 200);
        is_protected(&reply, "code");
        let code = pharos_explorer::code(&Call {
            action,
            parameters: parameters.as_object().unwrap(),
            region,
            endpoint: &Endpoint::parse(&server.endpoint()).unwrap(),
        });
        assert_eq!(json_of(&reply), serde_json::to_value(&code).unwrap());
    }
}

#[test]
fn what_is_posted_wrongly_is_refused_with_a_sentence() {
    let server = TestServer::start();
    let good = json!({
        "product": "lighthouse", "action": "CreateKeyPair", "parameters": {},
        "endpoint": "http://localhost",
    });
    let changed = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body.to_string().into_bytes()
    };
    let many: serde_json::Map<_, _> = (0..101).map(|n| (n.to_string(), json!(1))).collect();
    let nested = format!(r#"{{"parameters":{}1"#, "[".repeat(200));
    let refused = [
        (b"".to_vec(), 400),
        (b"{}".to_vec(), 400),
        (b"[".repeat(100_000), 400),
        (nested.into_bytes(), 400),
        (b"\xff\xfe".to_vec(), 400),
        (changed("action", json!("NoAction")), 400),
        (changed("product", json!("cvm")), 400),
        (changed("parameters", json!([])), 400),
        (changed("parameters", json!(many)), 400),
        (changed("product", json!("x".repeat(1024 * 1024))), 413),
    ];
    for target in ["/explorer/check", "/explorer/code"] {
        for (body, status) in &refused {
            let reply = ask(&server, "POST", target, &[JSON], body);
            let start = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
            assert_eq!(reply.status, *status, "{target}: {start}");
            let sentence = json_of(&reply)["error"].as_str().unwrap().to_owned();
            assert!(sentence.ends_with('.'), "{sentence}");
            is_protected(&reply, target);
            let chinese = [JSON, ("Accept-Language", "zh-CN,zh;q=0.9")];
            let reply = ask(&server, "POST", target, &chinese, body);
            let sentence = json_of(&reply)["error"].as_str().unwrap().to_owned();
            assert!(sentence.ends_with('。'), "{sentence}");
        }
        let good = good.to_string();
        for content_type in ["text/plain", "multipart/form-data; boundary=x", ""] {
            let headers = [("Content-Type", content_type)];
            let reply = ask(&server, "POST", target, &headers, good.as_bytes());
            assert_eq!(reply.status, 415, "{content_type}");
            is_protected(&reply, target);
        }
    }
    for endpoint in ["", "javascript:alert(1)", "http://a/'", "ftp://a"] {
        let body = changed("endpoint", json!(endpoint));
        let reply = ask(&server, "POST", "/explorer/code", &[JSON], &body);
        assert_eq!(reply.status, 400, "{endpoint}");
    }
    for region in ["", "mars-1", "ap-guangzhou\r\nX-TC-Token: a"] {
        let body = changed("region", json!(region));
        let reply = ask(&server, "POST", "/explorer/code", &[JSON], &body);
        assert_eq!(reply.status, 400, "{region}");
    }
    // Code would have it a dozen times.
    let long = changed("parameters", json!({ "KeyName": "x".repeat(100_000) }));
    let reply = ask(&server, "POST", "/explorer/code", &[JSON], &long);
    assert_eq!(reply.status, 400);
    let reply = ask(&server, "POST", "/explorer/check", &[JSON], &long);
    assert_eq!(reply.status, 200);
}
