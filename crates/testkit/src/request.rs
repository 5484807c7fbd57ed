//! Requests as bytes, so that a test can send what no client would.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_protocol::tc3::sign::{ToSign, sign};
use serde_json::Value;

/// How long a test waits for a reply.
const REPLY_TIME_MAX: Duration = Duration::from_secs(60);

/// A request that is signed when it is sent; each part can be replaced before.
#[derive(Clone)]
pub struct TestRequest {
    /// `POST` or whatever a test wants.
    pub method: String,
    /// The request target: `/`, `/?query`, or an absolute form.
    pub target: String,
    /// The query that is signed (of a GET).
    pub query: String,
    /// The `Host` header.
    pub host: String,
    /// The host that is signed, when it is another.
    pub signed_host: Option<String>,
    /// The `Content-Type` header.
    pub content_type: String,
    /// The service in the credential scope.
    pub service: String,
    /// Who signs.
    pub secret_id: SecretId,
    /// With what.
    pub secret_key: SecretKey,
    /// When.
    pub time: Timestamp,
    /// Whether an `Authorization` header is sent, if `headers` has none.
    pub is_signed: bool,
    /// The headers that are not signed; a name may be missing or stand twice.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl TestRequest {
    /// Sets a header that is not signed, or takes it away.
    #[must_use]
    pub fn header(mut self, name: &str, value: Option<&str>) -> Self {
        self.headers
            .retain(|(header, _)| !header.eq_ignore_ascii_case(name));
        self.headers
            .extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    /// Changes any part.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The bytes of the request, signed.
    pub fn bytes(&self) -> Vec<u8> {
        let host = self.signed_host.as_ref().unwrap_or(&self.host);
        let signed = sign(
            &ToSign {
                method: &self.method,
                query: &self.query,
                headers: &[("content-type", &self.content_type), ("host", host)],
                body: &self.body,
                service: &self.service,
                timestamp: self.time,
            },
            &self.secret_id,
            &self.secret_key,
        );
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\n",
            self.method, self.target, self.host
        );
        let mut line = |name: &str, value: &str| head.extend([name, ": ", value, "\r\n"]);
        line("Content-Type", &self.content_type);
        let is_given = |(name, _): &(String, String)| name.eq_ignore_ascii_case("Authorization");
        if self.is_signed && !self.headers.iter().any(is_given) {
            line("Authorization", &signed.authorization);
        }
        line("Content-Length", &self.body.len().to_string());
        for (name, value) in &self.headers {
            line(name, value);
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct TestReply {
    /// The status.
    pub status: u16,
    /// The header lines.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl TestReply {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.iter();
        lines
            .find(|(line, _)| line.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// What stands in `Response`.
    pub fn response(&self) -> Value {
        let body: Value = serde_json::from_slice(&self.body).expect("a reply is JSON");
        body["Response"].clone()
    }

    /// The error code; `None` for a success.
    pub fn code(&self) -> Option<String> {
        self.response()["Error"]["Code"].as_str().map(str::to_owned)
    }

    /// The error message.
    pub fn message(&self) -> String {
        self.response()["Error"]["Message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// Sends bytes on a connection of their own and reads the reply.
pub fn send(address: SocketAddr, bytes: &[u8]) -> TestReply {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(REPLY_TIME_MAX)).unwrap();
    stream.write_all(bytes).expect("the server reads");
    let reply = read_reply(&mut stream);
    let _ = stream.shutdown(Shutdown::Both);
    reply
}

/// Reads one reply from a connection that may stay open.
pub fn read_reply(stream: &mut TcpStream) -> TestReply {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let mut block = [0; 4096];
        let read = stream.read(&mut block).expect("the server replies");
        assert!(
            read > 0,
            "the server closed the connection after {} bytes",
            bytes.len()
        );
        bytes.extend_from_slice(&block[..read]);
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers: Vec<_> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut reply = TestReply {
        status,
        headers,
        body: bytes.split_off(end + 4),
    };
    let length: usize = reply
        .header("content-length")
        .map_or(0, |text| text.parse().unwrap());
    let mut rest = vec![0; length.saturating_sub(reply.body.len())];
    stream.read_exact(&mut rest).expect("the reply is whole");
    reply.body.extend(rest);
    reply
}
