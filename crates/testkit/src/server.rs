//! A server in this process, on a port of its own, over a store in a folder of its own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use pharos_api::account::{AppId, Uin};
use pharos_api::action::{ACTIONS, LIGHTHOUSE};
use pharos_api::action::{Call, Reply};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::ApiError;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{Account, KeyPairs};
use pharos_api::time::Timestamp;
use pharos_keys::KeyType;
use pharos_policy::authorize_root;
use pharos_server::{Options, Server, Tls};
use pharos_service::InstanceSettings;
use pharos_service::candidates::Candidates;
use pharos_service::clock::Clock;
use pharos_service::generator::{GeneratorQueue, KeyMaker};
use pharos_service::import_rules::ImportRules;
use pharos_service::master_keys::MasterKeys;
use pharos_service::root::ROOT_ACCOUNT;
use pharos_service::uses::Uses;
use pharos_service::{Context, Service};
use pharos_store::audit::{AuditEntry, AuditRow};
use pharos_store::calls::SharedCalls;
use pharos_store::conformance::Inspect;
use pharos_store::record::{AccessKey, KeyPairRecord, Page, Quotas};
use pharos_store::{InstanceQuota, KeyPairQuota, Store};
use pharos_store_sqlite::SqliteStore;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::clock::{ManualClock, START};
use crate::key_maker::{Behaviour, TestMaker};
use crate::master_key::FixedMasterKey;
use crate::random::SeededRandom;
use crate::request::{TestReply, TestRequest, send};
use crate::user::{OF_A_TEST, TestUser};

/// The root account's access key in every test.
pub const ROOT_SECRET_ID: &str = "AKIDroot";
/// Its secret.
pub const ROOT_SECRET_KEY: &str = "the root account's own secret";

/// How many threads make its keys.
const GENERATOR_THREADS: NonZeroUsize = NonZeroUsize::new(2).expect("two are some");

/// The file of its store.
const STORE: &str = "pharos.db";

/// How a test server is set up.
pub struct Setup {
    /// Where keys come from.
    pub key_maker: Arc<dyn KeyMaker>,
    /// Of which type they are to be.
    pub key_type: KeyType,
    /// What the server's store is wrapped in, if in anything.
    pub wrap_store: Wrap,
    /// Who counts its calls together with those of other servers, if anybody.
    pub shared_calls: Option<Arc<dyn SharedCalls>>,
    /// What the operator decided.
    pub options: Options,
    /// Which public keys may be imported.
    pub import_rules: ImportRules,
    /// How long it takes to do something to an instance.
    pub operation_seconds: u32,
    /// What it runs on.
    pub runtime: Runtime,
    /// Whether it speaks TLS, and with which certificate.
    pub tls: Option<Arc<Tls>>,
    /// What its clock shows, and goes on showing.
    pub time: Timestamp,
    /// What secrets are sealed under: this byte, again and again.
    pub master_key: u8,
}

/// Puts a store into another.
pub type Wrap = Box<dyn FnOnce(Arc<dyn Store>) -> Arc<dyn Store>>;

impl Default for Setup {
    fn default() -> Self {
        Self {
            key_maker: TestMaker::new(Behaviour::Repeat),
            key_type: KeyType::default(),
            wrap_store: Box::new(|store| store),
            shared_calls: None,
            options: Options::default(),
            import_rules: ImportRules::default(),
            operation_seconds: 0,
            runtime: Runtime::new().unwrap(),
            tls: None,
            time: Timestamp::from_unix_seconds(START).unwrap(),
            master_key: 7,
        }
    }
}

impl Setup {
    /// With the clock at this moment.
    pub fn at_present() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let seconds = i64::try_from(since.as_secs()).unwrap();
        Self {
            time: Timestamp::from_unix_seconds(seconds).unwrap(),
            ..Self::default()
        }
    }
}

/// Has an action performed for whoever has this SecretId, in Guangzhou, below the wire.
///
/// # Errors
/// What the action refuses.
pub async fn perform(
    service: &Service,
    secret_id: &SecretId,
    call: Call,
) -> Result<Reply, ApiError> {
    let candidate = service.candidate(secret_id).await?.unwrap();
    let context = Context {
        request_id: RequestId::generate(service.random.as_ref()),
        caller: candidate.into_caller(),
        region: Some(Region::Guangzhou),
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        time: service.clock.now(),
        tags: call.tags().to_vec(),
    };
    service.perform(&context, call).await
}

/// A running server. It stops when dropped.
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// What it serves.
    pub service: Arc<Service>,
    /// Its store, without a wrapper.
    pub store: Arc<SqliteStore>,
    is_tls: bool,
    runtime: Runtime,
    folder: TempDir,
}

impl TestServer {
    /// Starts one with nothing special about it.
    pub fn start() -> Self {
        Self::start_with(Setup::default())
    }

    /// Starts one at this moment, for clients that have a clock of their own.
    pub fn start_at_present() -> Self {
        Self::start_with(Setup::at_present())
    }

    /// Starts one.
    pub fn start_with(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path().join(STORE)).unwrap());
        let runtime = setup.runtime;
        let clock = Arc::new(ManualClock::new(setup.time));
        let mut service = Service {
            store: Arc::clone(&store) as Arc<dyn Store>,
            generator_queue: GeneratorQueue::start(
                GENERATOR_THREADS,
                setup.key_type,
                setup.key_maker,
            )
            .unwrap(),
            candidates: Candidates::default(),
            uses: Uses::default(),
            master_keys: MasterKeys::load(FixedMasterKey(setup.master_key)).unwrap(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SeededRandom::announced()),
            shared_calls: setup.shared_calls,
            key_pair_quota: KeyPairQuota(10),
            instances: InstanceSettings {
                quota: InstanceQuota(10),
                operation_seconds: setup.operation_seconds,
            },
            import_rules: setup.import_rules,
        };
        let root = (
            SecretId::parse(ROOT_SECRET_ID).unwrap(),
            SecretKey::new(ROOT_SECRET_KEY),
        );
        // On a runtime of its own: where time stands still until all wait, as it may on the test's, the
        // thread that writes always comes too late.
        let real_time = Runtime::new().unwrap();
        real_time.block_on(service.ensure_root(Some(root))).unwrap();
        service.store = (setup.wrap_store)(service.store);
        let service = Arc::new(service);
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = TcpListener::bind(listen).unwrap();
        let address = listener.local_addr().unwrap();
        let is_tls = setup.tls.is_some();
        let mut server = runtime
            .block_on(async { Server::new(listener, Arc::clone(&service), setup.options) })
            .unwrap();
        if let Some(tls) = setup.tls {
            server = server.with_tls(tls);
        }
        runtime.spawn(server.run(std::future::pending()));
        Self {
            address,
            clock,
            service,
            store,
            is_tls,
            runtime,
            folder,
        }
    }

    /// Adds a user with these policies to the root account; they sign with the SecretKey
    /// [`ROOT_SECRET_KEY`] too.
    pub fn add_user(&self, user: u64, policies: &[&str]) -> SecretId {
        let new = self.new_user(user, policies);
        let secret_id = new.access_key.secret_id.clone();
        self.block_on(new.add_to(self.store.as_ref()));
        secret_id
    }

    /// Such a user, for a store to add.
    pub fn new_user(&self, user: u64, policies: &[&str]) -> TestUser {
        let secret_id = SecretId::parse(&format!("AKIDuser{user}")).unwrap();
        let secret_key = SecretKey::new(ROOT_SECRET_KEY);
        let random = self.service.random.as_ref();
        let master_keys = &self.service.master_keys;
        let sealed = self.block_on(master_keys.seal(None, &secret_id, &secret_key, random));
        TestUser {
            account: ROOT_ACCOUNT,
            user: Uin(user),
            access_key: AccessKey {
                secret_id,
                sealed_secret_key: sealed.unwrap(),
            },
            policies: policies.iter().map(|policy| (*policy).to_owned()).collect(),
            time: self.clock.now(),
        }
    }

    /// Adds an account, which has quotas of its own; its root user signs with the SecretKey
    /// [`ROOT_SECRET_KEY`] too.
    pub fn add_account(&self, account: Uin, quotas: Quotas) -> SecretId {
        let secret_id = SecretId::parse(&format!("AKIDaccount{account}")).unwrap();
        let secret_key = SecretKey::new(ROOT_SECRET_KEY);
        let random = self.service.random.as_ref();
        let master_keys = &self.service.master_keys;
        let key = AccessKey {
            secret_id: secret_id.clone(),
            sealed_secret_key: self
                .block_on(master_keys.seal(None, &secret_id, &secret_key, random))
                .unwrap(),
        };
        let granted = authorize_root(account, "pharos:SetAccountQuota", Account(account));
        let added = async {
            let store = &self.store;
            store
                .insert_bare_account(account, AppId(account.0), None)
                .await?;
            let now = self.clock.now();
            store.insert_access_key(account, key, true, now).await?;
            let audit = self.audit(account);
            store.set_quotas(&granted.unwrap(), quotas, audit).await
        };
        assert!(self.block_on(added).unwrap());
        secret_id
    }

    /// What the log is told of something that a test does below the wire.
    pub(crate) fn audit(&self, account: Uin) -> AuditEntry {
        AuditEntry {
            time: self.clock.now(),
            request_id: RequestId::generate(self.service.random.as_ref()),
            account,
            user: account,
            secret_id: SecretId::parse(ROOT_SECRET_ID).unwrap(),
            source: IpAddr::V4(Ipv4Addr::LOCALHOST),
            operation: "lighthouse:Test".to_owned(),
            resources: Vec::new(),
            refusal: None,
        }
    }

    /// A CreateKeyPair by root in Guangzhou, ready to be sent.
    pub fn create_key_pair(&self, name: &str) -> TestRequest {
        self.request(&serde_json::json!({ "KeyName": name }).to_string())
    }

    /// A CreateKeyPair with any body.
    pub fn request(&self, body: &str) -> TestRequest {
        self.call("CreateKeyPair", body)
    }

    /// An ImportKeyPair by root in Guangzhou.
    pub fn import_key_pair(&self, name: &str, public_key: &str) -> TestRequest {
        let parameters = serde_json::json!({ "KeyName": name, "PublicKey": public_key });
        self.call("ImportKeyPair", &parameters.to_string())
    }

    /// A call of any action, by root in Guangzhou; what no product has is asked of Lighthouse.
    pub fn call(&self, action: &str, body: &str) -> TestRequest {
        let time = self.clock.now();
        let mut actions = ACTIONS.iter();
        let known = actions.find(|known| known.name == action);
        let product = known.map_or(&LIGHTHOUSE, |known| known.product);
        let headers = [
            ("X-TC-Action", action),
            ("X-TC-Version", product.version),
            ("X-TC-Region", "ap-guangzhou"),
            ("X-TC-Timestamp", &time.unix_seconds().to_string()),
            ("X-TC-Language", "en-US"),
        ];
        TestRequest {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            query: String::new(),
            host: self.address.to_string(),
            signed_host: None,
            content_type: "application/json".to_owned(),
            service: product.name.to_owned(),
            secret_id: SecretId::parse(ROOT_SECRET_ID).unwrap(),
            secret_key: SecretKey::new(ROOT_SECRET_KEY),
            time,
            is_signed: true,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// Sends a request.
    pub fn send(&self, request: &TestRequest) -> TestReply {
        send(self.address, &request.bytes())
    }

    /// Has a statement executed in the store, as another process does.
    pub fn execute_beside(&self, sql: &str) {
        let beside = Connection::open(self.folder.path().join(STORE)).unwrap();
        beside.execute_batch(sql).unwrap();
    }

    /// The key pairs that are kept in Guangzhou, the newest first.
    pub fn key_pairs(&self) -> Vec<KeyPairRecord> {
        let collection = KeyPairs {
            account: ROOT_ACCOUNT,
            region: Region::Guangzhou,
        };
        let granted =
            authorize_root(ROOT_ACCOUNT, "lighthouse:DescribeKeyPairs", collection).unwrap();
        let page = Page {
            offset: 0,
            limit: u32::MAX,
        };
        let page = self.block_on(self.store.key_pairs(&granted, &[], page));
        let key_pairs = page.unwrap().key_pairs.into_iter();
        key_pairs.map(|listed| listed.record).collect()
    }

    /// How many audit rows there are.
    pub fn audit_rows(&self) -> usize {
        self.audit_log().len()
    }

    /// The audit log of the root account, without what a test did below the wire.
    pub fn audit_log(&self) -> Vec<AuditRow> {
        let rows = self.block_on(self.store.audit_rows(ROOT_ACCOUNT)).unwrap();
        let of_calls = rows.into_iter().filter(|row| row.operation != OF_A_TEST);
        of_calls.collect()
    }

    /// Its address as clients take it: `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The root account's access key, under the names that clients read in the environment.
    pub fn variable(&self, name: &str) -> Option<String> {
        match name {
            "TENCENTCLOUD_SECRET_ID" => Some(ROOT_SECRET_ID.to_owned()),
            "TENCENTCLOUD_SECRET_KEY" => Some(ROOT_SECRET_KEY.to_owned()),
            _ => None,
        }
    }

    /// Where the store is.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Runs a future on the server's runtime.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}
