//! Random calls of every action, from several accounts in several regions, against lists in memory: replies are the
//! same.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod place;

use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_keys::Algorithm;
use pharos_server::Options;
use pharos_service::clock::Clock;
use pharos_store::record::Quotas;
use pharos_testkit::TestServer;
use pharos_testkit::public_keys;
use pharos_testkit::random::{SeededRandom, announced_seed};
use pharos_testkit::request::read_reply;
use pharos_testkit::server::Setup;
use serde_json::{Value, json};

use place::{Answer, Asked, Place, QUOTA};

/// How many sequences a test runs.
const SEQUENCES: u64 = 1_000;

/// How many calls a sequence has.
const CALLS: usize = 30;

const REGIONS: [&str; 2] = ["ap-guangzhou", "ap-tokyo"];
const ACCOUNTS: usize = 2;

/// Every action that reads or changes what is kept, the likelier the more often.
const ACTIONS: [&str; 22] = [
    "CreateKeyPair",
    "CreateKeyPair",
    "ImportKeyPair",
    "ImportKeyPair",
    "DescribeKeyPairs",
    "DescribeKeyPairs",
    "DeleteKeyPairs",
    "CreateInstances",
    "CreateInstances",
    "DescribeInstances",
    "DescribeInstances",
    "DescribeGeneralResourceQuotas",
    "AssociateInstancesKeyPairs",
    "AssociateInstancesKeyPairs",
    "AssociateInstancesKeyPairs",
    "DisassociateInstancesKeyPairs",
    "ModifyInstancesAttribute",
    "StartInstances",
    "StopInstances",
    "RebootInstances",
    "IsolateInstances",
    "TerminateInstances",
];

#[test]
fn replies_are_those_of_the_model() {
    run(0);
}

#[test]
fn replies_are_those_of_the_model_while_operations_take_their_time() {
    run(2);
}

fn run(operation_seconds: u32) {
    let server = TestServer::start_with(Setup {
        operation_seconds,
        options: Options {
            enforce_rate_limits: false,
            ..Options::default()
        },
        ..Setup::default()
    });
    let public_keys = [Algorithm::Ed25519, Algorithm::EcdsaNistp256].map(public_keys::good);
    let mut connection = TcpStream::connect(server.address).unwrap();
    let first = announced_seed();
    for (number, seed) in (first..first + SEQUENCES).enumerate() {
        let accounts = (0..ACCOUNTS).map(|account| {
            let account = 1_000 + number * ACCOUNTS + account;
            let quota = Some(u32::try_from(QUOTA).unwrap());
            let quotas = Quotas {
                key_pairs: quota,
                instances: quota,
            };
            server.add_account(Uin(account as u64), quotas)
        });
        Sequence {
            server: &server,
            connection: &mut connection,
            random: SeededRandom::from_seed(seed),
            seed,
            accounts: accounts.collect(),
            places: BTreeMap::new(),
            operation_seconds: i64::from(operation_seconds),
            public_keys: &public_keys,
        }
        .run();
    }
}

struct Sequence<'a> {
    server: &'a TestServer,
    connection: &'a mut TcpStream,
    random: SeededRandom,
    seed: u64,
    accounts: Vec<SecretId>,
    /// By account and region.
    places: BTreeMap<(usize, usize), Place>,
    operation_seconds: i64,
    public_keys: &'a [String],
}

impl Sequence<'_> {
    fn run(mut self) {
        for number in 0..CALLS {
            self.server
                .clock
                .advance(Duration::from_secs(self.random.below(3) as u64));
            let at = (
                self.random.below(ACCOUNTS),
                self.random.below(REGIONS.len()),
            );
            let action = self.one_of(&ACTIONS);
            let parameters = self.parameters(at, action);
            let (request_id, reply) = self.send(at, action, &parameters);
            let place = self
                .places
                .entry(at)
                .or_insert_with(|| Place::new(self.operation_seconds));
            let asked = Asked {
                now: self.server.clock.now().unix_seconds(),
                action,
                parameters: &parameters,
                request_id: &request_id,
                reply: reply.as_ref().unwrap_or(&Value::Null),
            };
            let expected = place.ask(&asked);
            assert_eq!(
                reply, expected,
                "{action} {parameters} in {at:?}, call {number}: PHAROS_TEST_SEED={} replays it",
                self.seed
            );
        }
    }

    fn one_of<T: Copy>(&self, list: &[T]) -> T {
        list[self.random.below(list.len())]
    }

    fn is_so(&self, one_in: usize) -> bool {
        self.random.below(one_in) == 0
    }

    /// Up to two ids of those that are there, seldom of another place, and seldom of none.
    fn ids(&self, at: (usize, usize), prefix: &str) -> Vec<String> {
        let of = |place: &Place| -> Vec<String> {
            if prefix == "lhkp-" {
                place.key_pairs.iter().map(|one| one.id.clone()).collect()
            } else {
                place.instances.iter().map(|one| one.id.clone()).collect()
            }
        };
        let mut ids = self.places.get(&at).map(of).unwrap_or_default();
        if self.is_so(8) {
            ids.extend(self.places.values().flat_map(of));
        }
        if ids.is_empty() || self.is_so(20) {
            ids.push(format!("{prefix}00000000"));
        }
        let mut chosen: Vec<_> = (0..=self.random.below(2))
            .map(|_| ids[self.random.below(ids.len())].clone())
            .collect();
        chosen.sort();
        chosen.dedup();
        chosen
    }

    fn parameters(&self, at: (usize, usize), action: &str) -> Value {
        let mut parameters = json!({});
        let name = self.one_of(&["a", "ab", "b", "c"]);
        match action {
            "CreateKeyPair" | "ImportKeyPair" => {
                parameters["KeyName"] = json!(name);
                if self.is_so(2) {
                    parameters["Tags"] = json!([{"Key": "tag", "Value": self.one_of(&["x", "y"])}]);
                }
                if action == "ImportKeyPair" {
                    let public_key = &self.public_keys[self.random.below(self.public_keys.len())];
                    parameters["PublicKey"] = json!(public_key);
                }
            }
            "DescribeKeyPairs" => {
                match self.random.below(4) {
                    0 => parameters["KeyIds"] = json!(self.ids(at, "lhkp-")),
                    1 => {
                        let name = self.one_of(&["key-name", "tag-value", "tag:tag", "key-id"]);
                        let values = match name {
                            "key-name" => json!([self.one_of(&["a", "b", "c"])]),
                            "key-id" => json!(self.ids(at, "lhkp-")),
                            _ => json!([self.one_of(&["x", "y"])]),
                        };
                        parameters["Filters"] = json!([{"Name": name, "Values": values}]);
                    }
                    _ => {}
                }
                self.page(&mut parameters);
            }
            "DescribeInstances" => {
                if self.is_so(2) {
                    parameters["InstanceIds"] = json!(self.ids(at, "lhins-"));
                }
                self.page(&mut parameters);
            }
            "DeleteKeyPairs" => parameters["KeyIds"] = json!(self.ids(at, "lhkp-")),
            "DescribeGeneralResourceQuotas" => {
                parameters["ResourceNames"] = json!(["USER_KEY_PAIR", "GENERAL_BUNDLE_INSTANCE"]);
            }
            "CreateInstances" => {
                parameters = json!({
                    "BundleId": "bundle",
                    "BlueprintId": "lhbp-1l4ptuvm",
                    "InstanceChargePrepaid": {},
                    "InstanceCount": 1 + self.random.below(2),
                });
                if self.is_so(2) {
                    parameters["InstanceName"] = json!(name);
                }
                if self.is_so(3) {
                    parameters["ClientToken"] = json!(self.one_of(&["first", "second"]));
                }
                if self.is_so(3) {
                    parameters["LoginConfiguration"] = json!({"KeyIds": self.ids(at, "lhkp-")});
                }
            }
            _ => {
                parameters["InstanceIds"] = json!(self.ids(at, "lhins-"));
                if action.contains("KeyPairs") {
                    parameters["KeyIds"] = json!(self.ids(at, "lhkp-"));
                    if self.is_so(3) {
                        parameters["Username"] = json!("ubuntu");
                    }
                }
                if action == "ModifyInstancesAttribute" {
                    parameters["InstanceName"] = json!(name);
                }
            }
        }
        parameters
    }

    fn page(&self, parameters: &mut Value) {
        if self.is_so(2) {
            parameters["Offset"] = json!(self.random.below(3));
            parameters["Limit"] = json!(1 + self.random.below(2));
        }
    }

    /// The RequestId and the answer.
    fn send(&mut self, at: (usize, usize), action: &str, parameters: &Value) -> (String, Answer) {
        let secret_id = self.accounts[at.0].clone();
        let request = self
            .server
            .call(action, &parameters.to_string())
            .header("X-TC-Region", Some(REGIONS[at.1]))
            .with(|request| request.secret_id = secret_id);
        self.connection.write_all(&request.bytes()).unwrap();
        let reply = read_reply(self.connection);
        let mut response = reply.response();
        let fields = response.as_object_mut().unwrap();
        let request_id = fields.remove("RequestId").unwrap();
        let answer = match reply.code() {
            Some(code) => Err(code),
            None => Ok(compared(action, response)),
        };
        (request_id.as_str().unwrap().to_owned(), answer)
    }
}

/// What is compared of a reply: all, but of an instance what the model knows of it.
fn compared(action: &str, mut response: Value) -> Value {
    if action == "DescribeInstances" {
        let known = [
            "InstanceId",
            "InstanceName",
            "InstanceState",
            "LatestOperation",
            "LatestOperationState",
            "LatestOperationRequestId",
            "LoginSettings",
            "CreatedTime",
        ];
        for instance in response["InstanceSet"].as_array_mut().unwrap() {
            let fields = instance.as_object_mut().unwrap();
            fields.retain(|name, _| known.contains(&name.as_str()));
        }
    }
    if action == "CreateInstances" {
        // Of one call they are in no order.
        let ids = response["InstanceIdSet"].as_array_mut().unwrap();
        ids.sort_by_key(Value::to_string);
    }
    response
}
