//! Ten clients do everything at once to the same few key pairs and instances.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use pharos_api::code::Code;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_keys::Algorithm;
use pharos_server::Options;
use pharos_service::root::ROOT_ACCOUNT;
use pharos_store::conformance::Inspect;
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_testkit::TestServer;
use pharos_testkit::public_keys;
use pharos_testkit::random::{SeededRandom, announced_seed};
use pharos_testkit::request::read_reply;
use pharos_testkit::server::{ROOT_SECRET_ID, ROOT_SECRET_KEY, Setup};
use pharos_testkit_postgres::Postgres;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const CLIENTS: u64 = 10;

/// How many calls each client makes.
const CALLS: usize = 300;

/// What there may be of key pairs, and of instances (the quotas of a test server).
const QUOTA: u64 = 10;

/// Everything that changes something.
const MUTATIONS: [&str; 11] = [
    "CreateKeyPair",
    "ImportKeyPair",
    "DeleteKeyPairs",
    "CreateInstances",
    "ModifyInstancesAttribute",
    "StartInstances",
    "StopInstances",
    "RebootInstances",
    "AssociateInstancesKeyPairs",
    "DisassociateInstancesKeyPairs",
    "EndInstances",
];

/// What clients were told.
#[derive(Default)]
struct Told {
    /// The key pairs and instances that there are or were.
    key_ids: Mutex<Vec<String>>,
    instance_ids: Mutex<Vec<String>>,
    /// What was bound: an instance, a key pair and a user.
    bound: Mutex<Vec<Value>>,
    /// What was done.
    done: Mutex<Vec<Done>>,
    /// How many calls were denied.
    denied: AtomicUsize,
}

/// A call that succeeded.
struct Done {
    action: String,
    parameters: Value,
    reply: Value,
}

#[test]
fn nothing_is_lost_or_broken_in_sqlite() {
    let server = TestServer::start_with(unlimited());
    let (done, denied) = run(&server);
    check(&server, &done);
    assert_eq!(server.audit_rows(), done.len() + denied);
}

#[test]
fn nothing_is_lost_or_broken_in_postgresql() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let runtime = Runtime::new().unwrap();
    let settings = Settings::parse(&postgres.fresh_database()).unwrap();
    let store = runtime.block_on(PostgresStore::open(settings)).unwrap();
    let store = Arc::new(store);
    let shared = Arc::clone(&store);
    let server = TestServer::start_with(Setup {
        runtime,
        wrap_store: Box::new(|_| shared),
        ..unlimited()
    });
    let root = (
        SecretId::parse(ROOT_SECRET_ID).unwrap(),
        SecretKey::new(ROOT_SECRET_KEY),
    );
    server
        .block_on(server.service.ensure_root(Some(root)))
        .unwrap();
    let (done, denied) = run(&server);
    check(&server, &done);
    let rows = server.block_on(store.audit_rows(ROOT_ACCOUNT)).unwrap();
    let of_calls = rows.iter().filter(|row| row.operation != "pharos:Test");
    assert_eq!(of_calls.count(), done.len() + denied);
}

fn unlimited() -> Setup {
    Setup {
        options: Options {
            enforce_rate_limits: false,
            ..Options::default()
        },
        ..Setup::default()
    }
}

/// What was done, all in all, and how many calls were denied.
fn run(server: &TestServer) -> (Vec<Done>, usize) {
    let told = Told::default();
    let new = server.new_user(2, &[]);
    let nobody = new.access_key.secret_id.clone();
    server.block_on(new.add_to(server.service.store.as_ref()));
    let seed = announced_seed();
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (told, nobody) = (&told, &nobody);
            scope.spawn(move || {
                let connection = TcpStream::connect(server.address).unwrap();
                let client = Client {
                    server,
                    connection,
                    random: SeededRandom::from_seed(seed + number),
                    told,
                    nobody,
                };
                client.run();
            });
        }
    });
    (told.done.into_inner().unwrap(), told.denied.into_inner())
}

struct Client<'a> {
    server: &'a TestServer,
    connection: TcpStream,
    random: SeededRandom,
    told: &'a Told,
    /// A user without policies.
    nobody: &'a SecretId,
}

impl Client<'_> {
    fn run(mut self) {
        for _ in 0..CALLS {
            if self.random.below(8) == 0 {
                self.be_denied();
            }
            let action = self.one_of(&MUTATIONS);
            if action == "EndInstances" {
                let ids = json!({"InstanceIds": [self.instance_id()]});
                if self.send("IsolateInstances", &ids) {
                    self.send("TerminateInstances", &ids);
                }
            } else {
                let parameters = self.parameters(action);
                self.send(action, &parameters);
            }
        }
    }

    fn one_of<T: Copy>(&self, list: &[T]) -> T {
        list[self.random.below(list.len())]
    }

    /// One of the last, which is there more likely than not.
    fn last_of(&self, ids: &Mutex<Vec<String>>, nothing: &str) -> String {
        let ids = ids.lock().unwrap();
        let last = &ids[ids.len().saturating_sub(4)..];
        if last.is_empty() {
            nothing.to_owned()
        } else {
            last[self.random.below(last.len())].clone()
        }
    }

    fn instance_id(&self) -> String {
        self.last_of(&self.told.instance_ids, "lhins-00000000")
    }

    fn key_id(&self) -> String {
        self.last_of(&self.told.key_ids, "lhkp-00000000")
    }

    fn parameters(&self, action: &str) -> Value {
        let name = format!("name_{}", self.random.below(12));
        match action {
            "CreateKeyPair" => json!({ "KeyName": name }),
            "ImportKeyPair" => {
                let algorithm = self.one_of(Algorithm::ALL);
                json!({"KeyName": name, "PublicKey": public_keys::good(algorithm)})
            }
            "DeleteKeyPairs" => json!({"KeyIds": [self.key_id()]}),
            "CreateInstances" => json!({
                "BundleId": "bundle",
                "BlueprintId": "lhbp-1l4ptuvm",
                "InstanceChargePrepaid": {},
            }),
            "ModifyInstancesAttribute" => {
                json!({"InstanceIds": [self.instance_id()], "InstanceName": name})
            }
            "DisassociateInstancesKeyPairs" => {
                let bound = self.told.bound.lock().unwrap();
                bound.last().cloned().unwrap_or_else(|| self.binding())
            }
            "AssociateInstancesKeyPairs" => self.binding(),
            _ => json!({"InstanceIds": [self.instance_id()]}),
        }
    }

    /// A key pair for an instance and a user.
    fn binding(&self) -> Value {
        json!({
            "InstanceIds": [self.instance_id()],
            "KeyIds": [self.key_id()],
            "Username": self.one_of(&["root", "ubuntu"]),
        })
    }

    /// Asks for something that may be there, as somebody who may do nothing.
    fn be_denied(&mut self) {
        let parameters = json!({"KeyIds": [self.key_id()]});
        let request = self.server.call("DeleteKeyPairs", &parameters.to_string());
        let request = request.with(|request| request.secret_id = self.nobody.clone());
        self.connection.write_all(&request.bytes()).unwrap();
        let code = read_reply(&mut self.connection).code();
        assert_eq!(code.as_deref(), Some(Code::NoPermission.wire()));
        self.told.denied.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether it was done. It is, or it is refused for what others did; nothing fails.
    fn send(&mut self, action: &str, parameters: &Value) -> bool {
        let request = self.server.call(action, &parameters.to_string());
        self.connection.write_all(&request.bytes()).unwrap();
        let reply = read_reply(&mut self.connection);
        if let Some(code) = reply.code() {
            let is_fault = code.starts_with("InternalError") || code.starts_with("FailedOperation");
            assert!(!is_fault, "{action}: {code}: {}", reply.message());
            return false;
        }
        let reply = reply.response();
        let keep = |ids: &Mutex<Vec<String>>, id: &Value| {
            ids.lock().unwrap().push(id.as_str().unwrap().to_owned());
        };
        match action {
            "CreateKeyPair" => keep(&self.told.key_ids, &reply["KeyPair"]["KeyId"]),
            "ImportKeyPair" => keep(&self.told.key_ids, &reply["KeyId"]),
            "CreateInstances" => keep(&self.told.instance_ids, &reply["InstanceIdSet"][0]),
            "AssociateInstancesKeyPairs" => {
                self.told.bound.lock().unwrap().push(parameters.clone());
            }
            _ => {}
        }
        self.told.done.lock().unwrap().push(Done {
            action: action.to_owned(),
            parameters: parameters.clone(),
            reply,
        });
        true
    }
}

/// What there is in the end is what was done.
fn check(server: &TestServer, done: &[Done]) {
    let of = |action: &'static str| done.iter().filter(move |one| one.action == action);
    for action in MUTATIONS.iter().filter(|action| **action != "EndInstances") {
        assert!(of(action).next().is_some(), "{action} never succeeded");
    }
    let describe = |action: &str| {
        server
            .send(&server.call(action, r#"{"Limit": 100}"#))
            .response()
    };
    let (key_pairs, instances) = (describe("DescribeKeyPairs"), describe("DescribeInstances"));
    let key_pairs = key_pairs["KeyPairSet"].as_array().unwrap();
    let instances = instances["InstanceSet"].as_array().unwrap();
    let texts = |list: &[Value], field: &str| -> BTreeSet<String> {
        list.iter()
            .map(|one| one[field].as_str().unwrap().to_owned())
            .collect()
    };

    let first = |one: &Done, list: &str| one.parameters[list][0].as_str().unwrap().to_owned();
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let created = of("CreateKeyPair").map(|one| id(&one.reply["KeyPair"]["KeyId"]));
    let mut key_ids: BTreeSet<_> = created.collect();
    key_ids.extend(of("ImportKeyPair").map(|one| id(&one.reply["KeyId"])));
    for one in of("DeleteKeyPairs") {
        assert!(key_ids.remove(&first(one, "KeyIds")), "deleted twice");
    }
    assert_eq!(texts(key_pairs, "KeyId"), key_ids);
    assert_eq!(texts(key_pairs, "KeyName").len(), key_pairs.len());
    assert_eq!(texts(key_pairs, "PublicKey").len(), key_pairs.len());

    let made = of("CreateInstances").map(|one| id(&one.reply["InstanceIdSet"][0]));
    let mut instance_ids: BTreeSet<_> = made.collect();
    for one in of("TerminateInstances") {
        assert!(
            instance_ids.remove(&first(one, "InstanceIds")),
            "ended twice"
        );
    }
    assert_eq!(texts(instances, "InstanceId"), instance_ids);

    let names = json!({"ResourceNames": ["USER_KEY_PAIR", "GENERAL_BUNDLE_INSTANCE"]});
    let told = server.call("DescribeGeneralResourceQuotas", &names.to_string());
    let told = server.send(&told).response();
    for (number, used) in [key_pairs.len(), instances.len()].into_iter().enumerate() {
        let available = &told["GeneralResourceQuotaSet"][number]["ResourceQuotaAvailable"];
        assert_eq!(*available, json!(QUOTA - used as u64));
    }

    for instance in instances {
        let id = instance["InstanceId"].as_str().unwrap();
        let is_its = |one: &&Done| first(one, "InstanceIds") == id;
        let (stops, starts) = (
            of("StopInstances").filter(is_its).count(),
            of("StartInstances").filter(is_its).count(),
        );
        let state = if stops == starts {
            "RUNNING"
        } else {
            "STOPPED"
        };
        assert_eq!(instance["InstanceState"], state);
        assert!(stops - starts <= 1);
        let name = &instance["InstanceName"];
        let mut renamed = of("ModifyInstancesAttribute").filter(is_its).peekable();
        let is_new = renamed.peek().is_none() && name == id;
        assert!(is_new || renamed.any(|one| one.parameters["InstanceName"] == *name));
    }
    check_bindings(done, key_pairs, instances);
}

/// Who was bound more often than unbound is bound, once, and both sides say so.
fn check_bindings(done: &[Done], key_pairs: &[Value], instances: &[Value]) {
    let mut bindings = BTreeMap::new();
    for one in done {
        let change = match one.action.as_str() {
            "AssociateInstancesKeyPairs" => 1,
            "DisassociateInstancesKeyPairs" => -1,
            _ => continue,
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let binding = (
            text(&one.parameters["InstanceIds"][0]),
            text(&one.parameters["KeyIds"][0]),
            text(&one.parameters["Username"]),
        );
        *bindings.entry(binding).or_insert(0) += change;
    }
    let is_there = |id: &str| instances.iter().any(|one| one["InstanceId"] == id);
    bindings.retain(|(instance_id, ..), bound| *bound != 0 && is_there(instance_id));
    assert!(bindings.values().all(|bound| *bound == 1));
    let bound: BTreeSet<_> = bindings.into_keys().collect();

    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut shown = BTreeSet::new();
    for key_pair in key_pairs {
        for one in key_pair["AssociatedInstanceSet"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let key_id = text(&key_pair["KeyId"]);
            shown.insert((text(&one["InstanceId"]), key_id, text(&one["Username"])));
        }
    }
    assert_eq!(shown, bound);
    for instance in instances {
        let opened = instance["LoginSettings"]["KeyIds"].as_array().unwrap();
        let opened: BTreeSet<_> = opened.iter().map(text).collect();
        let its = bound
            .iter()
            .filter(|(id, ..)| instance["InstanceId"] == *id);
        assert_eq!(opened, its.map(|(_, key_id, _)| key_id.clone()).collect());
    }
}
