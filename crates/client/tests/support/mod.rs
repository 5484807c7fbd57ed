//! Both clients behind one face, so that each promise is written once, and a server that answers
//! what a test tells it to.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use pharos_client::api::action::Contract;
use pharos_client::api::credential::{SecretId, SecretKey};
use pharos_client::api::key_name::KeyName;
use pharos_client::api::lighthouse::create_key_pair::Input;
use pharos_client::api::region::Region;
use pharos_client::{Client, ClientError, Credential, Endpoint, Settings, Target, blocking};
use pharos_testkit::server::{ROOT_SECRET_ID, ROOT_SECRET_KEY};
use serde_json::Value;
use tokio::runtime::Runtime;

/// What both clients can do.
pub(crate) trait AnyClient: Sized {
    fn new(settings: Settings) -> Self;
    fn in_region(&self, region: &str) -> Self;
    fn send<C: Contract>(&self, input: &C::Input) -> Result<C::Output, ClientError>;
    fn call(&self, target: Target<'_>, parameters: &Value) -> Result<Value, ClientError>;
}

impl AnyClient for blocking::Client {
    fn new(settings: Settings) -> Self {
        Self::new(settings).unwrap()
    }

    fn in_region(&self, region: &str) -> Self {
        self.in_region(region)
    }

    fn send<C: Contract>(&self, input: &C::Input) -> Result<C::Output, ClientError> {
        self.send::<C>(input)
    }

    fn call(&self, target: Target<'_>, parameters: &Value) -> Result<Value, ClientError> {
        self.call(target, parameters)
    }
}

/// The async client with a runtime.
pub(crate) struct Async {
    client: Client,
    runtime: Arc<Runtime>,
}

impl AnyClient for Async {
    fn new(settings: Settings) -> Self {
        Self {
            client: Client::new(settings).unwrap(),
            runtime: Arc::new(Runtime::new().unwrap()),
        }
    }

    fn in_region(&self, region: &str) -> Self {
        Self {
            client: self.client.in_region(region),
            runtime: Arc::clone(&self.runtime),
        }
    }

    fn send<C: Contract>(&self, input: &C::Input) -> Result<C::Output, ClientError> {
        self.runtime.block_on(self.client.send::<C>(input))
    }

    fn call(&self, target: Target<'_>, parameters: &Value) -> Result<Value, ClientError> {
        self.runtime.block_on(self.client.call(target, parameters))
    }
}

/// Makes two tests of each function that takes a client's type.
macro_rules! both {
    ($($test:ident,)*) => {
        mod with_async {
            $(#[test] fn $test() { super::$test::<crate::support::Async>(); })*
        }
        mod with_blocking {
            $(#[test] fn $test() { super::$test::<pharos_client::blocking::Client>(); })*
        }
    };
}
pub(crate) use both;

/// Settings for the root account, in Guangzhou.
pub(crate) fn settings(endpoint: &str) -> Settings {
    let credential = Credential {
        secret_id: SecretId::parse(ROOT_SECRET_ID).unwrap(),
        secret_key: SecretKey::new(ROOT_SECRET_KEY),
        token: None,
    };
    Settings::new(Endpoint::parse(endpoint).unwrap(), credential).region(Region::Guangzhou)
}

/// Parameters of CreateKeyPair.
pub(crate) fn named(name: &str) -> Input {
    Input {
        key_name: KeyName::try_from(name.to_owned()).unwrap(),
        tags: None,
    }
}

/// An action that only a [`FakeServer`] has.
pub(crate) const TARGET: Target<'_> = Target {
    product: "cvm",
    version: "2017-03-12",
    action: "DescribeZones",
};

/// What a [`FakeServer`] does with a request that it has read.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// Replies with this envelope.
    Reply(&'static str),
    /// Replies with another status and a page.
    Page(u16, &'static str),
    /// Closes the connection.
    Close,
    /// Closes it in the middle of a reply.
    Break,
}

/// A success with nothing in it.
pub(crate) const SUCCESS: Answer = Answer::Reply(r#"{"Response":{"RequestId":"r"}}"#);

/// The refusal of a call that came too often.
pub(crate) const TOO_OFTEN: Answer = Answer::Reply(
    r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"slow down"},"RequestId":"r"}}"#,
);

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The value of a header; `None` when it is missing. It must not stand twice.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self
            .headers
            .iter()
            .filter(|(header, _)| header.eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} stands twice");
        value
    }
}

/// Gives each request the next answer, and closes the connection when none is left.
pub(crate) struct FakeServer {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl FakeServer {
    pub(crate) fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(VecDeque::from(answers.to_vec())));
        let noted = Arc::clone(&received);
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answers, received) = (Arc::clone(&answers), Arc::clone(&noted));
                thread::spawn(move || serve(stream.unwrap(), &answers, &received));
            }
        });
        Self { address, received }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    answers: &Mutex<VecDeque<Answer>>,
    received: &Mutex<Vec<Received>>,
) {
    while let Some(request) = read(&mut stream) {
        received.lock().unwrap().push(request);
        let answer = answers.lock().unwrap().pop_front();
        let (status, body) = match answer {
            Some(Answer::Reply(body)) => (200, body),
            Some(Answer::Page(status, body)) => (status, body),
            Some(Answer::Break) => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Resp");
                return;
            }
            Some(Answer::Close) | None => return,
        };
        let length = body.len();
        let location = "Location: http://127.0.0.1:1/\r\n";
        let head = format!("HTTP/1.1 {status} X\r\n{location}Content-Length: {length}\r\n\r\n");
        stream.write_all((head + body).as_bytes()).unwrap();
    }
}

/// Reads one request; `None` when the client has closed the connection.
fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        bytes.extend(byte);
    }
    let head = String::from_utf8(bytes).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let line = lines.next().unwrap().to_owned();
    let headers: Vec<_> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut request = Received {
        line,
        headers,
        body: Vec::new(),
    };
    let length = request.header("content-length").unwrap_or("0");
    request.body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut request.body).ok()?;
    Some(request)
}
