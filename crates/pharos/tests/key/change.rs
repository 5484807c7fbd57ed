//! `pharos key import`, `delete`, `bind` and `unbind`.

use std::fs::{self, File};

use pharos_testkit::public_keys;
use serde_json::json;

use crate::process::Setup;

/// Imports the public key of this number.
pub(crate) fn import(setup: &Setup, number: u32, name: &str, arguments: &[&str]) {
    let file = setup.folder.path().join("imported.pub");
    fs::write(file, public_keys::numbered(number) + "\n").unwrap();
    setup.done(&[&["key", "import", name, "imported.pub"], arguments].concat());
}

/// The id of a machine that is registered.
fn register(setup: &Setup, name: &str) -> String {
    let id = setup.done(&["instance", "register", name]);
    id.trim_end().to_owned()
}

/// What the key pair opens.
fn instances(setup: &Setup, key: &str) -> serde_json::Value {
    let mut shown = setup.json(&["key", "show", key, "--output", "json"]);
    shown["AssociatedInstanceSet"].take()
}

#[test]
fn an_imported_public_key_is_kept_with_its_comment_and_tags() {
    let setup = Setup::new();
    let line = public_keys::numbered(0);
    fs::write(setup.folder.path().join("id.pub"), format!("{line}\r\n")).unwrap();
    let import = [
        "key", "import", "demo", "id.pub", "--tag", "a=b", "--output", "json",
    ];
    let imported = setup.json(&import);
    let shown = setup.json(&["key", "show", "demo", "--output", "json"]);
    for field in [
        "KeyId",
        "KeyName",
        "Region",
        "FingerprintSHA256",
        "FingerprintMD5",
    ] {
        assert_eq!(imported[field], shown[field]);
    }
    assert_eq!(shown["PublicKey"], line);
    assert_eq!(shown["Tags"], json!([{"Key": "a", "Value": "b"}]));
}

#[test]
fn a_public_key_is_read_from_a_pipe() {
    let setup = Setup::new();
    let path = setup.folder.path().join("id.pub");
    fs::write(&path, public_keys::numbered(0)).unwrap();
    let mut import = setup.command(&["key", "import", "demo", "-"]);
    let imported = import.stdin(File::open(path).unwrap()).output().unwrap();
    let said = String::from_utf8(imported.stdout).unwrap();
    assert!(said.starts_with("Imported `demo` (lhkp-"), "{said}");
    assert!(said.contains("\nFingerprint: SHA256:"), "{said}");
}

#[test]
fn a_private_key_that_was_named_by_mistake_does_not_leave_the_machine() {
    let setup = Setup::new();
    setup.done(&["key", "create", "demo"]);
    let before = setup.server.log();
    let refused = setup.pharos(&["key", "import", "again", "demo.pem"]);
    assert_eq!(
        refused.sentence(),
        "demo.pem is a private key, and nothing was sent; name the file of its public key, which ends in `.pub`"
    );
    fs::write(setup.folder.path().join("text"), "nothing").unwrap();
    let refused = setup.pharos(&["key", "import", "again", "text"]);
    let code = "InvalidParameterValue.KeyPairPublicKeyMalformed: ";
    assert!(refused.sentence().starts_with(code), "{}", refused.err);
    assert_eq!(setup.server.log(), before);
}

#[test]
fn key_pairs_are_deleted_by_name_and_by_id_all_or_none() {
    let setup = Setup::new();
    for number in 0..3 {
        import(&setup, number, &format!("key_{number}"), &[]);
    }
    let shown = setup.json(&["key", "show", "key_1", "--output", "json"]);
    let key_id = shown["KeyId"].as_str().unwrap();
    let missing = ["key", "delete", "--yes", "key_0", "lhkp-00000000"];
    let refused = setup.pharos(&missing);
    assert!(
        refused.sentence().contains("nothing was deleted"),
        "{}",
        refused.err
    );
    let deleted = setup.done(&["key", "delete", "--yes", "key_0", key_id, "key_1"]);
    assert!(deleted.starts_with("Deleted `key_0` (lhkp-"), "{deleted}");
    assert!(
        deleted.ends_with(&format!("), {key_id} in ap-guangzhou.\n")),
        "{deleted}"
    );
    let left = setup.json(&["key", "list", "--output", "json"]);
    assert_eq!(left["TotalCount"], 1);
    assert_eq!(left["KeyPairSet"][0]["KeyName"], "key_2");
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_deleted() {
    let setup = Setup::new();
    import(&setup, 0, "demo", &[]);
    let refused = setup.pharos(&["key", "delete", "demo"]);
    assert_eq!(
        refused.sentence(),
        "nothing was deleted: there is no terminal to ask on; add --yes"
    );
    setup.done(&["key", "show", "demo"]);
}

#[test]
fn more_than_a_call_takes_is_said_before_anything_is_deleted() {
    let setup = Setup::new();
    let keys: Vec<_> = (0..11).map(|number| format!("lhkp-{number:08}")).collect();
    let keys = keys.iter().map(String::as_str);
    let delete: Vec<_> = ["key", "delete", "--yes"].into_iter().chain(keys).collect();
    let refused = setup.pharos(&delete);
    assert_eq!(
        refused.sentence(),
        "11 key pairs are too many; name 10 at a time"
    );
}

#[test]
fn each_key_pair_is_bound_to_each_instance_and_unbound_again() {
    let setup = Setup::new();
    import(&setup, 0, "one", &[]);
    import(&setup, 1, "two", &[]);
    let (a, b) = (register(&setup, "a"), register(&setup, "b"));
    let bound = setup.done(&["key", "bind", "one", "two", "--instance", &a, &b]);
    assert!(bound.starts_with("Bound `one` (lhkp-"), "{bound}");
    assert!(
        bound.ends_with(&format!(") to {a}, {b} in ap-guangzhou.\n")),
        "{bound}"
    );
    for key in ["one", "two"] {
        assert_eq!(instances(&setup, key).as_array().unwrap().len(), 2);
    }
    setup.done(&["key", "bind", "one", "--instance", &a, "--user", "admin"]);
    let refused = setup.pharos(&["key", "delete", "--yes", "one"]);
    assert!(
        refused
            .sentence()
            .starts_with("ResourceInUse.KeyPairInUse: "),
        "{}",
        refused.err
    );
    setup.done(&[
        "key",
        "unbind",
        "one",
        "two",
        "--instance",
        &a,
        "--instance",
        &b,
    ]);
    assert_eq!(
        instances(&setup, "one"),
        json!([{"InstanceId": a, "Username": "admin"}])
    );
    let unbound = setup.done(&["key", "unbind", "one", "--instance", &a, "--user", "admin"]);
    assert!(
        unbound.ends_with(&format!(" from {a} for `admin` in ap-guangzhou.\n")),
        "{unbound}"
    );
    setup.done(&["key", "delete", "--yes", "one", "two"]);
    setup.assert_sound();
}
