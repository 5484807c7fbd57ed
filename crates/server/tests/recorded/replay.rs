//! Sends what was recorded.

use std::time::Duration;

use pharos_api::blueprint_id::BlueprintId;
use pharos_api::bundle_id::BundleId;
use pharos_api::code::Code;
use pharos_api::instance_name::InstanceName;
use pharos_api::time::Timestamp;
use pharos_service::clock::Clock;
use pharos_store::instance::InstanceRecord;
use pharos_testkit::TestServer;
use pharos_testkit::instance::running;
use pharos_testkit::request::{TestReply, TestRequest};
use pharos_testkit::server::Setup;
use serde_json::{Value, json};

/// The instance that was there already.
const PROBE: &str = "lhins-probe001";

/// Its image, whose id is none, and the one that it has here.
const BLUEPRINT: (&str, &str) = ("lhbp-x", "lhbp-1l4ptuvm");

/// What was recorded.
pub(crate) struct Trace {
    /// A call a line.
    pub(crate) lines: &'static str,
    /// How long it took to do something to an instance.
    pub(crate) operation_seconds: u32,
    /// How many calls there are.
    pub(crate) calls: usize,
}

/// A server that gets it.
pub(crate) struct Replay {
    calls: Vec<Value>,
    server: TestServer,
    is_waiting: bool,
    /// Texts of the recording, and what stands for each of them here.
    names: Vec<(String, String)>,
    refusal: Option<(&'static str, Code)>,
    /// The last call that changed an instance.
    latest: Option<(String, Value)>,
}

impl Replay {
    pub(crate) fn of(trace: &Trace) -> Self {
        let lines = trace.lines.lines();
        let calls: Vec<Value> = lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(calls.len(), trace.calls);
        Self {
            server: server(&calls, trace.operation_seconds),
            calls,
            is_waiting: true,
            names: vec![(BLUEPRINT.0.to_owned(), BLUEPRINT.1.to_owned())],
            refusal: None,
            latest: None,
        }
    }

    /// On a server where everything is done when its reply leaves.
    pub(crate) fn without_waiting(mut self) -> Self {
        self.server = server(&self.calls, 0);
        self.is_waiting = false;
        self
    }

    /// Where the recording has this code, the other is the right one.
    pub(crate) fn refusing(mut self, recorded: &'static str, code: Code) -> Self {
        self.refusal = Some((recorded, code));
        self
    }

    pub(crate) fn run(mut self) {
        for call in std::mem::take(&mut self.calls) {
            let action = call["a"].as_str().unwrap();
            let reply = self.send(&call);
            assert_eq!(reply.status, 200, "{action}");
            let recorded = &call["resp"];
            if let Some(code) = recorded["Error"]["Code"].as_str() {
                let (recorded, right) = self.refusal.unwrap();
                assert_eq!(code, recorded);
                assert_eq!(reply.code().as_deref(), Some(right.wire()));
                continue;
            }
            assert_eq!(reply.code(), None, "{action}: {}", reply.message());
            self.compare(action, recorded, &reply.response());
        }
    }

    /// The same call, at the same time, with ids of here.
    fn send(&self, call: &Value) -> TestReply {
        let now = self.server.clock.now().unix_seconds();
        let wait = u64::try_from(seconds(call) - now).unwrap();
        self.server.clock.advance(Duration::from_secs(wait));
        let body = self.translated(call["body"].as_str().unwrap());
        let action = call["a"].as_str().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut request = self.server.call(action, &body);
        // The test reads replies as they are.
        let ours = [
            "authorization",
            "content-length",
            "content-type",
            "host",
            "accept-encoding",
        ];
        let headers = call["headers"].as_object().unwrap().iter();
        let headers = headers.map(|(name, value)| (name.clone(), text(value)));
        let sent = |(name, _): &(String, String)| !ours.contains(&name.to_lowercase().as_str());
        request.headers = headers.filter(sent).collect();
        let request = TestRequest {
            method: text(&call["m"]),
            target: text(&call["target"]),
            host: text(&call["headers"]["Host"]),
            ..request
        };
        self.server.send(&request)
    }

    /// A text of the recording as it is here.
    fn translated(&self, text: &str) -> String {
        let names = self.names.iter();
        names.fold(text.to_owned(), |text, (there, here)| {
            text.replace(there, here)
        })
    }

    /// Each reply holds what the client reads from it (what that is: the provider's source).
    fn compare(&mut self, action: &str, recorded: &Value, reply: &Value) {
        match action {
            "CreateKeyPair" => {
                let (there, here) = (&recorded["KeyPair"], &reply["KeyPair"]);
                // The comment of the public key is the id.
                for field in ["PublicKey", "KeyId"] {
                    self.name(&there[field], &here[field]);
                }
                let private_key = here["PrivateKey"].as_str().unwrap();
                assert!(private_key.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
                let there = self.here(there);
                for field in ["KeyName", "AssociatedInstanceIds", "CreatedTime"] {
                    assert_eq!(here[field], there[field]);
                }
            }
            "ImportKeyPair" => self.name(&recorded["KeyId"], &reply["KeyId"]),
            "CreateInstances" => {
                assert_eq!(reply["InstanceIdSet"].as_array().unwrap().len(), 1);
                self.name(&recorded["InstanceIdSet"][0], &reply["InstanceIdSet"][0]);
                self.latest = Some((action.to_owned(), reply["RequestId"].clone()));
            }
            "DescribeKeyPairs" => self.compare_key_pairs(recorded, reply),
            "DescribeInstances" => self.compare_instances(recorded, reply),
            "DeleteKeyPairs" | "TerminateInstances" => {}
            _ => self.latest = Some((action.to_owned(), reply["RequestId"].clone())),
        }
    }

    fn compare_key_pairs(&self, recorded: &Value, reply: &Value) {
        let mut recorded = self.here(recorded);
        assert_eq!(reply["TotalCount"], recorded["TotalCount"]);
        let (there, here) = (&mut recorded["KeyPairSet"], &reply["KeyPairSet"]);
        let (there, here) = (there.as_array_mut().unwrap(), here.as_array().unwrap());
        assert_eq!(there.len(), here.len());
        for (there, here) in there.iter_mut().zip(here) {
            // A null private key leaves what the client has: it is the only copy.
            for field in ["KeyId", "KeyName", "PublicKey", "PrivateKey", "CreatedTime"] {
                assert_eq!(here[field], there[field], "{field}");
            }
            let ids = &here["AssociatedInstanceIds"];
            if self.is_waiting || there["AssociatedInstanceIds"] == json!([]) {
                assert_eq!(*ids, there["AssociatedInstanceIds"]);
            }
        }
    }

    fn compare_instances(&self, recorded: &Value, reply: &Value) {
        let recorded = self.here(recorded);
        assert_eq!(reply["TotalCount"], 1);
        let (there, here) = (&recorded["InstanceSet"][0], &reply["InstanceSet"][0]);
        for field in [
            "InstanceId",
            "InstanceName",
            "BundleId",
            "BlueprintId",
            "InstanceChargeType",
            "RenewFlag",
        ] {
            assert_eq!(here[field], there[field], "{field}");
        }
        assert!(here["Zone"].as_str().unwrap().starts_with("ap-guangzhou-"));
        for field in ["PublicAddresses", "PrivateAddresses"] {
            assert!(here[field].is_array());
        }
        let Some((latest, request_id)) = &self.latest else {
            return;
        };
        assert_eq!(here["LatestOperation"], *latest);
        assert_eq!(here["LatestOperationRequestId"], *request_id);
        if self.is_waiting {
            assert_eq!(here["LatestOperationState"], there["LatestOperationState"]);
            assert_eq!(here["LoginSettings"], there["LoginSettings"]);
        } else {
            assert_eq!(here["LatestOperationState"], "SUCCESS");
        }
        if there["LatestOperationState"] == "SUCCESS" {
            assert_eq!(here["InstanceState"], there["InstanceState"]);
            assert_eq!(here["LoginSettings"], there["LoginSettings"]);
        }
    }

    /// A value of the recording as it is here.
    fn here(&self, recorded: &Value) -> Value {
        serde_json::from_str(&self.translated(&recorded.to_string())).unwrap()
    }

    fn name(&mut self, there: &Value, here: &Value) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.names.push((text(there), text(here)));
    }
}

/// A server at the time of the first call, with the instance that was there.
fn server(calls: &[Value], operation_seconds: u32) -> TestServer {
    let time = Timestamp::from_unix_seconds(seconds(&calls[0])).unwrap();
    let server = TestServer::start_with(Setup {
        operation_seconds,
        time,
        ..Setup::default()
    });
    server.add_instance(InstanceRecord {
        instance_name: InstanceName::try_from("probe".to_owned()).unwrap(),
        bundle_id: BundleId::parse("b").unwrap(),
        blueprint_id: BlueprintId::parse(BLUEPRINT.1).unwrap(),
        ..running(PROBE, time)
    });
    server
}

/// When it was sent.
fn seconds(call: &Value) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "seconds of UNIX time")]
    let seconds = call["t"].as_f64().unwrap() as i64;
    seconds
}
