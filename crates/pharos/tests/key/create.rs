//! `pharos key create`, and how all of these commands find the server and their credentials.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::process::{Folder, SECRET_ID, SECRET_KEY, Setup};

#[test]
fn the_private_key_is_saved_for_its_owner_only() {
    let setup = Setup::new();
    let created = setup.pharos(&["key", "create", "demo", "--region", "ap-tokyo"]);
    assert!(created.status.success(), "{}", created.err);
    assert!(
        created.out.starts_with("Created `demo` (lhkp-"),
        "{}",
        created.out
    );
    assert!(created.out.contains("in ap-tokyo."), "{}", created.out);
    let path = setup.folder.path().join("demo.pem");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    let pem = fs::read_to_string(&path).unwrap();
    assert!(pem.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
    assert!(pem.ends_with("\n-----END RSA PRIVATE KEY-----\n"));
}

#[test]
fn an_existing_file_is_kept_and_no_key_pair_is_created() {
    let setup = Setup::new();
    let path = setup.folder.path().join("precious");
    fs::write(&path, "precious").unwrap();
    let refused = setup.pharos(&["key", "create", "demo", "--out", "precious"]);
    assert_eq!(
        refused.sentence(),
        "precious exists already; name another file with --out"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    assert!(!setup.server.log().contains("CreateKeyPair"));
}

#[test]
fn a_refusal_leaves_no_file() {
    let setup = Setup::new();
    assert!(setup.pharos(&["key", "create", "demo"]).status.success());
    let refused = setup.pharos(&["key", "create", "demo", "--out", "again.pem"]);
    let sentence = refused.sentence();
    assert!(
        sentence.starts_with("InvalidParameterValue.DuplicateParameterValue: "),
        "{sentence}"
    );
    assert!(sentence.contains("(RequestId "), "{sentence}");
    assert!(!setup.folder.path().join("again.pem").exists());
}

#[test]
fn what_cannot_work_is_said_before_anything_is_sent() {
    let setup = Setup::new();
    fs::write(setup.folder.path().join("empty.pem"), "").unwrap();
    for (arguments, part) in [
        (&["key", "create", "a-b"][..], "the character `-`"),
        (
            &["key", "create", "a", "--region", "mars-1"],
            "`mars-1` is not a region",
        ),
        (
            &["key", "create", "a", "--endpoint", "127.0.0.1:1"],
            "write `http://host:port` or `https://host:port`",
        ),
        (
            &["key", "create", "a", "--out", "none/a.pem"],
            "cannot make none/a.pem",
        ),
        (
            &["call", "lighthouse", "CreateKeyPair", "KeyName"],
            "`KeyName` stands where",
        ),
        (
            &["call", "lighthouse", "CreateKeyPair", "--keyname", "a"],
            "begin with a capital",
        ),
        (
            &["call", "cvm", "DescribeInstances"],
            "name it with --version",
        ),
        (
            &["key", "create", "a", "--tls-ca", "none.pem"],
            "cannot read none.pem",
        ),
        (
            &["key", "create", "a", "--tls-ca", "empty.pem"],
            "empty.pem: there is no certificate",
        ),
    ] {
        let refused = setup.pharos(arguments);
        assert!(refused.sentence().contains(part), "{}", refused.err);
    }
    let log = setup.server.log();
    assert!(!log.contains(r#""message":"request""#), "{log}");
}

#[test]
fn a_server_that_is_not_there_is_one_sentence_and_leaves_no_file() {
    let setup = Setup::new();
    let refused = setup.pharos(&["key", "create", "a", "--endpoint", "http://127.0.0.1:1"]);
    let sentence = refused.sentence();
    assert!(
        sentence.contains("is `pharos serve` running there?"),
        "{sentence}"
    );
    assert!(!setup.folder.path().join("a.pem").exists());
}

#[test]
fn no_proxy_is_asked_in_the_clear() {
    let setup = Setup::new();
    let created = setup.folder.finish(
        setup
            .folder
            .pharos(&["key", "create", "a", "--endpoint", &setup.server.endpoint])
            .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
            .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY)
            .env("ALL_PROXY", "http://127.0.0.1:1"),
    );
    assert!(created.status.success(), "{}", created.err);
}

#[test]
fn missing_credentials_name_every_place() {
    let folder = Folder::new();
    let refused = folder.finish(&mut folder.pharos(&["key", "create", "a"]));
    let sentence = refused.sentence();
    for part in [
        "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set",
        "/.tccli/default.credential does not exist",
        "/.tencentcloud/credentials does not exist",
        "export what `pharos serve` showed",
    ] {
        assert!(sentence.contains(part), "{sentence}");
    }
}

#[test]
fn credentials_are_found_where_tccli_and_the_sdks_keep_them() {
    let setup = Setup::new();
    let home = setup.folder.path();
    let create = |arguments: &[&str]| {
        let mut command = setup.folder.pharos(&["key", "create"]);
        command
            .args(arguments)
            .env("PHAROS_ENDPOINT", &setup.server.endpoint);
        setup.folder.finish(&mut command)
    };
    fs::create_dir(home.join(".tencentcloud")).unwrap();
    let shared = format!("[default]\nsecret_id = {SECRET_ID}\nsecret_key = {SECRET_KEY}\n");
    fs::write(home.join(".tencentcloud/credentials"), shared).unwrap();
    let created = create(&["a"]);
    assert!(created.status.success(), "{}", created.err);
    fs::create_dir(home.join(".tccli")).unwrap();
    let tccli = serde_json::json!({"secretId": "AKIDnobody", "secretKey": SECRET_KEY});
    fs::write(home.join(".tccli/default.credential"), tccli.to_string()).unwrap();
    let refused = create(&["b"]);
    assert!(
        refused
            .sentence()
            .starts_with("AuthFailure.SecretIdNotFound: "),
        "{}",
        refused.err
    );
    let tccli = serde_json::json!({"secretId": SECRET_ID, "secretKey": SECRET_KEY});
    fs::write(home.join(".tccli/work.credential"), tccli.to_string()).unwrap();
    let created = create(&["b", "--profile", "work"]);
    assert!(created.status.success(), "{}", created.err);
    let refused = create(&["c", "--profile", "play"]);
    assert!(
        refused
            .sentence()
            .ends_with("does not exist; save them with `tccli configure --profile play`"),
        "{}",
        refused.err
    );
}

#[test]
fn a_new_key_pair_is_shown_as_json_without_its_private_key() {
    let setup = Setup::new();
    let create = ["key", "create", "demo", "--tag", "a=b", "--output", "json"];
    let created = setup.json(&create);
    assert_eq!(created["PrivateKey"], Value::Null);
    assert_eq!(created["PrivateKeyFile"], "demo.pem");
    let mut shown = setup.json(&["key", "show", "demo", "--output", "json"]);
    shown["PrivateKeyFile"] = created["PrivateKeyFile"].clone();
    assert_eq!(created, shown);
    let refused = setup.pharos(&["key", "create", "other", "--tag", "a"]);
    assert!(
        refused.sentence().contains("write KEY=VALUE"),
        "{}",
        refused.err
    );
}
