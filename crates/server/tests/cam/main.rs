//! Who may: users, groups, roles, policies and temporary credentials, over the wire as clients manage them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod directory;
mod restrictions;
mod temporary;

use pharos_api::credential::{SecretId, SecretKey};
use pharos_testkit::TestServer;
use pharos_testkit::request::{TestReply, TestRequest};
use pharos_testkit::server::{ROOT_SECRET_ID, ROOT_SECRET_KEY};
use serde_json::{Value, json};

/// Somebody who can sign.
#[derive(Clone)]
pub(crate) struct Who {
    secret_id: String,
    secret_key: String,
    token: Option<String>,
}

impl Who {
    pub(crate) fn root() -> Self {
        Self {
            secret_id: ROOT_SECRET_ID.to_owned(),
            secret_key: ROOT_SECRET_KEY.to_owned(),
            token: None,
        }
    }

    /// Whose credentials AssumeRole or GetFederationToken replied with.
    pub(crate) fn temporary(reply: &Value) -> Self {
        let text = |name: &str| reply["Credentials"][name].as_str().unwrap().to_owned();
        Self {
            secret_id: text("TmpSecretId"),
            secret_key: text("TmpSecretKey"),
            token: Some(text("Token")),
        }
    }

    pub(crate) fn request(&self, server: &TestServer, action: &str, body: &Value) -> TestRequest {
        let request = server.call(action, &body.to_string());
        let request = request.header("X-TC-Token", self.token.as_deref());
        request.with(|request| {
            request.secret_id = SecretId::parse(&self.secret_id).unwrap();
            request.secret_key = SecretKey::new(self.secret_key.clone());
        })
    }

    pub(crate) fn call(&self, server: &TestServer, action: &str, body: &Value) -> TestReply {
        server.send(&self.request(server, action, body))
    }

    /// What a call replies with that is done.
    pub(crate) fn done(&self, server: &TestServer, action: &str, body: &Value) -> Value {
        let reply = self.call(server, action, body);
        assert_eq!(reply.code(), None, "{action} {body}: {}", reply.message());
        reply.response()
    }

    /// The code of a call that is refused, and its sentence.
    pub(crate) fn refused(
        &self,
        server: &TestServer,
        action: &str,
        body: &Value,
    ) -> (String, String) {
        let reply = self.call(server, action, body);
        let code = reply.code();
        (
            code.unwrap_or_else(|| panic!("{action} {body} was done")),
            reply.message(),
        )
    }

    pub(crate) fn may_create(&self, server: &TestServer, name: &str) -> bool {
        let reply = self.call(server, "CreateKeyPair", &json!({ "KeyName": name }));
        match reply.code().as_deref() {
            None => true,
            Some("UnauthorizedOperation.NoPermission") => false,
            Some(code) => panic!("{code}: {}", reply.message()),
        }
    }
}

/// A user, with its number and an access key.
pub(crate) struct User {
    pub(crate) uin: Value,
    pub(crate) who: Who,
}

/// Adds a user of this name, with an access key.
pub(crate) fn add_user(server: &TestServer, name: &str) -> User {
    let body = json!({"Name": name, "UseApi": 1});
    let added = Who::root().done(server, "AddUser", &body);
    assert_eq!(added["Name"], name);
    assert_eq!(added["Uid"], added["Uin"]);
    User {
        uin: added["Uin"].clone(),
        who: Who {
            secret_id: added["SecretId"].as_str().unwrap().to_owned(),
            secret_key: added["SecretKey"].as_str().unwrap().to_owned(),
            token: None,
        },
    }
}

/// Makes a policy of one statement, and answers its id.
pub(crate) fn policy(server: &TestServer, name: &str, statement: &Value) -> Value {
    let document = json!({"version": "2.0", "statement": [statement]}).to_string();
    let body = json!({"PolicyName": name, "PolicyDocument": document});
    Who::root().done(server, "CreatePolicy", &body)["PolicyId"].clone()
}

pub(crate) fn attach(server: &TestServer, user: &User, policy_id: &Value) {
    let body = json!({"PolicyId": policy_id, "AttachUin": user.uin});
    Who::root().done(server, "AttachUserPolicy", &body);
}

pub(crate) fn detach(server: &TestServer, user: &User, policy_id: &Value) {
    let body = json!({"PolicyId": policy_id, "DetachUin": user.uin});
    Who::root().done(server, "DetachUserPolicy", &body);
}

/// The id of the preset policy of this name.
pub(crate) fn preset(server: &TestServer, name: &str) -> Value {
    let body = json!({"Scope": "QCS", "Keyword": name});
    let listed = Who::root().done(server, "ListPolicies", &body);
    assert_eq!(listed["TotalNum"], 1);
    assert_eq!(listed["List"][0]["PolicyName"], name);
    listed["List"][0]["PolicyId"].clone()
}
