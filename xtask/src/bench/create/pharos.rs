//! Pharos on SQLite, as it is shipped, with many accounts.

use std::net::SocketAddr;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_protocol::tc3::sign::{ToSign, sign};
use serde_json::Value;

use super::contender::{Contender, Running};
use crate::repository;
use crate::server::{Binary, Server, Store};

/// Accounts that ask in turn: the queue before the generator is fair to each.
pub(super) const ACCOUNTS: usize = 20;

/// The name of it.
pub(super) const OURS: &str = "pharos";

/// The same, with a generator thread on every core.
pub(super) const OURS_ON_ALL_CORES: &str = "pharos-all-cores";

const JSON: &str = "application/json";

pub(super) struct Pharos<'a> {
    name: &'static str,
    binary: &'a Binary,
    store: Store,
    accounts: Vec<AccessKey>,
    /// Requests so far.
    asked: usize,
}

/// An account's.
struct AccessKey {
    secret_id: SecretId,
    secret_key: SecretKey,
}

impl<'a> Pharos<'a> {
    /// With as many generator threads as a server has without being told.
    pub(super) fn new(binary: &'a Binary) -> Result<Self> {
        Self::with_store(OURS, binary, Store::beside(binary)?)
    }

    /// With one on each core: what a server can that leaves none free, as moto leaves none.
    pub(super) fn on_all_cores(binary: &'a Binary) -> Result<Self> {
        let store = Store::beside(binary)?;
        let cores = thread::available_parallelism()?;
        store.configure(&format!("generator_threads = {cores}"))?;
        Self::with_store(OURS_ON_ALL_CORES, binary, store)
    }

    fn with_store(name: &'static str, binary: &'a Binary, store: Store) -> Result<Self> {
        // The first start makes the store.
        drop(Server::start(binary, &store)?);
        let accounts = (0..ACCOUNTS)
            .map(|_| create_account(binary, &store))
            .collect::<Result<_>>()?;
        Ok(Self {
            name,
            binary,
            store,
            accounts,
            asked: 0,
        })
    }

    /// How many threads of a server make keys.
    pub(super) fn generator_threads(&self) -> Result<usize> {
        Server::start(self.binary, &self.store)?.generator_threads()
    }
}

impl Contender for Pharos<'_> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn start(&mut self) -> Result<Running> {
        let server = Server::start(self.binary, &self.store)?;
        Ok(Running {
            address: server.address()?,
            process: server.process(),
            _server: Box::new(server),
        })
    }

    fn request(&mut self, address: SocketAddr) -> Result<Request<Full<Bytes>>> {
        let number = self.asked;
        self.asked += 1;
        let account = self.accounts.get(number % ACCOUNTS);
        let account = account.context("there are no accounts")?;
        let (host, body) = (
            address.to_string(),
            format!(r#"{{"KeyName":"bench_{number}"}}"#),
        );
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
        let signed = sign(
            &ToSign {
                method: "POST",
                query: "",
                headers: &[("content-type", JSON), ("host", &host)],
                body: body.as_bytes(),
                service: "lighthouse",
                timestamp: Timestamp::from_unix_seconds(now).context("the time")?,
            },
            &account.secret_id,
            &account.secret_key,
        );
        let request = Request::post("/")
            .header(HOST, host)
            .header(CONTENT_TYPE, JSON)
            .header(AUTHORIZATION, signed.authorization.as_str())
            .header("x-tc-action", "CreateKeyPair")
            .header("x-tc-region", "ap-guangzhou")
            .header("x-tc-timestamp", now)
            .header("x-tc-version", "2020-03-24");
        Ok(request.body(Full::from(body))?)
    }
}

fn create_account(binary: &Binary, store: &Store) -> Result<AccessKey> {
    let mut command = binary.command();
    command
        .args(["account", "create", "--output", "json"])
        .args(["--store", store.url()])
        .arg("--config")
        .arg(store.path("pharos.toml"));
    let made: Value = serde_json::from_str(&repository::output(&mut command)?)?;
    let field = |name| made.get(name).and_then(Value::as_str);
    let secret_id = field("SecretId").and_then(SecretId::parse);
    let secret_key = field("SecretKey").map(SecretKey::new);
    let both = secret_id.zip(secret_key);
    let (secret_id, secret_key) = both.context("`pharos account create` shows no access key")?;
    Ok(AccessKey {
        secret_id,
        secret_key,
    })
}
