//! What else users of Terraform do, at the level of its calls.

use std::thread;

use pharos_service::clock::Clock;
use pharos_testkit::TestServer;
use pharos_testkit::instance::running;
use serde_json::{Value, json};

/// How many calls the provider has under way at a time.
const PARALLEL: usize = 10;

fn reply(server: &TestServer, action: &str, parameters: &Value) -> Result<Value, String> {
    let reply = server.send(&server.call(action, &parameters.to_string()));
    reply.code().map_or_else(|| Ok(reply.response()), Err)
}

fn call(server: &TestServer, action: &str, parameters: &Value) -> Value {
    reply(server, action, parameters).unwrap()
}

fn apply_key_pair(server: &TestServer, name: &str) -> String {
    let created = call(server, "CreateKeyPair", &json!({"KeyName": name}));
    created["KeyPair"]["KeyId"].as_str().unwrap().to_owned()
}

/// What the provider reads: the first element, whatever it is.
fn read_key_pair(server: &TestServer, key_id: &str) -> Value {
    let read = call(server, "DescribeKeyPairs", &json!({"KeyIds": [key_id]}));
    read["KeyPairSet"][0].clone()
}

fn attachment(server: &TestServer) -> (String, String) {
    let instance_id = server.add_instance(running("lhins-00000001", server.clock.now()));
    (apply_key_pair(server, "attached"), instance_id)
}

#[test]
fn two_key_pairs_go_onto_one_instance_in_one_apply() {
    let server = TestServer::start();
    let (first, instance_id) = attachment(&server);
    let key_ids = [first, apply_key_pair(&server, "second")];
    let each = |action: &str| {
        thread::scope(|scope| {
            for key_id in &key_ids {
                let both = json!({"KeyIds": [key_id], "InstanceIds": [instance_id]});
                let server = &server;
                scope.spawn(move || call(server, action, &both));
            }
        });
    };
    each("AssociateInstancesKeyPairs");
    for key_id in &key_ids {
        let read = read_key_pair(&server, key_id);
        assert_eq!(read["AssociatedInstanceIds"], json!([instance_id]));
    }
    each("DisassociateInstancesKeyPairs");
    for key_id in &key_ids {
        call(&server, "DeleteKeyPairs", &json!({"KeyIds": [key_id]}));
    }
}

/// `terraform import` of a key pair and of `<key>#<instance>` is a read, and one of what is not there finds nothing.
#[test]
fn a_key_pair_and_an_attachment_are_imported() {
    let server = TestServer::start();
    let (key_id, instance_id) = attachment(&server);
    let both = json!({"KeyIds": [key_id], "InstanceIds": [instance_id]});
    call(&server, "AssociateInstancesKeyPairs", &both);
    let read = read_key_pair(&server, &key_id);
    assert_eq!(read["KeyId"], key_id);
    assert_eq!(read["AssociatedInstanceIds"], json!([instance_id]));
    assert_eq!(read_key_pair(&server, "lhkp-00000000"), Value::Null);
}

#[test]
fn a_bound_key_pair_is_not_deleted_and_an_unbound_one_is() {
    let server = TestServer::start();
    let (key_id, instance_id) = attachment(&server);
    let both = json!({"KeyIds": [key_id], "InstanceIds": [instance_id]});
    call(&server, "AssociateInstancesKeyPairs", &both);
    let delete = json!({"KeyIds": [key_id]});
    let refused = reply(&server, "DeleteKeyPairs", &delete);
    assert_eq!(refused, Err("ResourceInUse.KeyPairInUse".to_owned()));
    call(&server, "DisassociateInstancesKeyPairs", &both);
    call(&server, "DeleteKeyPairs", &delete);
}

/// The plan then adds it again, and what needs it.
#[test]
fn a_key_pair_that_was_deleted_behind_its_back_is_gone_without_an_error() {
    let server = TestServer::start();
    let key_id = apply_key_pair(&server, "gone");
    call(&server, "DeleteKeyPairs", &json!({"KeyIds": [key_id]}));
    let read = call(&server, "DescribeKeyPairs", &json!({"KeyIds": [key_id]}));
    assert_eq!(read["TotalCount"], 0);
    assert_eq!(read["KeyPairSet"], json!([]));
}

/// A text in its place would take the place of the only copy.
#[test]
fn a_refresh_leaves_the_private_key_where_it_is() {
    let server = TestServer::start();
    let key_id = apply_key_pair(&server, "kept");
    let read = read_key_pair(&server, &key_id);
    assert_eq!(read["PrivateKey"], Value::Null);
}

/// What loops until nothing is bound comes to an end.
#[test]
fn unbinding_what_is_not_bound_and_deleting_what_is_gone_is_said() {
    let server = TestServer::start();
    let (key_id, instance_id) = attachment(&server);
    let both = json!({"KeyIds": [key_id], "InstanceIds": [instance_id]});
    let refused = reply(&server, "DisassociateInstancesKeyPairs", &both);
    let not_bound = "UnsupportedOperation.KeyPairNotBoundToInstance".to_owned();
    assert_eq!(refused, Err(not_bound));
    let delete = json!({"KeyIds": [key_id]});
    call(&server, "DeleteKeyPairs", &delete);
    let refused = reply(&server, "DeleteKeyPairs", &delete);
    assert_eq!(refused, Err("ResourceNotFound.KeyIdNotFound".to_owned()));
}

#[test]
fn of_ten_creates_of_one_name_at_once_one_is_let_in() {
    let server = TestServer::start();
    let create = || reply(&server, "CreateKeyPair", &json!({"KeyName": "one"}));
    let replies: Vec<_> = thread::scope(|scope| {
        let calls: Vec<_> = (0..PARALLEL).map(|_| scope.spawn(create)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    let (created, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(Result::is_ok);
    assert_eq!(created.len(), 1);
    let taken = Err("InvalidParameterValue.DuplicateParameterValue".to_owned());
    assert!(refused.iter().all(|refused| *refused == taken));
    assert_eq!(server.key_pairs().len(), 1);
}
