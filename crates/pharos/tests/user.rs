//! `pharos user`: access keys, seen and made beside the server that goes by them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use std::fs::{self, OpenOptions};

use pharos_testkit_postgres::Postgres;
use process::{Finished, Folder, SECRET_ID, Server, Setup, holds};
use serde_json::{Value, json};

const ROOT: &str = "100000000001";

/// Makes an access key, and answers both halves.
fn create_key(setup: &Setup, arguments: &[&str]) -> [String; 2] {
    let create = ["user", "create-key", "--output", "json"];
    let made = setup.json(&[&create, arguments].concat());
    ["SecretId", "SecretKey"].map(|half| made[half].as_str().unwrap().to_owned())
}

/// A call that is signed with this access key.
fn call(setup: &Setup, [secret_id, secret_key]: &[String; 2]) -> Finished {
    let mut command = setup.command(&["call", "sts", "GetCallerIdentity"]);
    command
        .env("TENCENTCLOUD_SECRET_ID", secret_id)
        .env("TENCENTCLOUD_SECRET_KEY", secret_key);
    setup.folder.finish(&mut command)
}

fn assert_signs(setup: &Setup, access_key: &[String; 2]) {
    let called = call(setup, access_key);
    assert!(called.status.success(), "{}", called.err);
}

fn assert_does_not_sign(setup: &Setup, access_key: &[String; 2]) {
    let refused = call(setup, access_key);
    let code = "AuthFailure.SecretIdNotFound: ";
    assert!(refused.sentence().starts_with(code), "{}", refused.err);
}

/// Adds a user without access keys through the API, and answers its number.
fn add_user(setup: &Setup, name: &str) -> String {
    let added = setup.json(&["call", "cam", "AddUser", "--Name", name]);
    added["Uin"].to_string()
}

#[test]
fn who_lost_the_root_key_gets_another_beside_the_running_server() {
    let setup = Setup::new();
    let shown = setup.done(&["user", "create-key"]);
    let lines: Vec<_> = shown.lines().collect();
    let [
        whose,
        "",
        id,
        key,
        "The SecretKey is shown this once: keep it now.",
        other,
    ] = lines[..]
    else {
        panic!("{shown}")
    };
    assert_eq!(
        whose,
        format!("Made an access key of the root user of the account {ROOT}.")
    );
    assert_eq!(
        other,
        format!("{SECRET_ID} signs as before; `pharos user disable-key {SECRET_ID}` stops it.")
    );
    let halves = [("SecretId   ", id), ("SecretKey  ", key)];
    let made = halves.map(|(name, line)| line.strip_prefix(name).unwrap().to_owned());
    assert_signs(&setup, &made);
    setup.done(&["user", "disable-key", SECRET_ID]);
    let refused = setup.pharos(&["call", "sts", "GetCallerIdentity"]);
    let code = "AuthFailure.SecretIdNotFound: ";
    assert!(refused.sentence().starts_with(code), "{}", refused.err);
    assert_signs(&setup, &made);
    setup.assert_sound();
}

#[test]
fn a_running_server_goes_by_what_is_done_to_an_access_key_with_its_next_request() {
    let setup = Setup::new();
    let user = add_user(&setup, "alice");
    let attach = ["call", "cam", "AttachUserPolicy", "--PolicyId", "1"];
    setup.done(&[&attach[..], &["--AttachUin", &user]].concat());
    let made = create_key(&setup, &["alice"]);
    let identity: Value = serde_json::from_str(&call(&setup, &made).out).unwrap();
    assert_eq!(identity["UserId"], user);
    let secret_id = made[0].as_str();
    let whose = format!("{secret_id} of the user `alice` of the account {ROOT}");
    for (command, says) in [
        ("disable-key", format!("Disabled {whose}: it signs nothing")),
        ("enable-key", format!("Enabled {whose}: it signs again.")),
        ("delete-key", format!("Deleted {whose}: it signs nothing")),
    ] {
        let said = setup.done(&["user", command, secret_id]);
        assert!(said.starts_with(&says), "{said}");
        if command == "enable-key" {
            assert_signs(&setup, &made);
        } else {
            assert_does_not_sign(&setup, &made);
        }
    }
    let gone = setup.pharos(&["user", "enable-key", secret_id]);
    let says = format!("there is no access key `{secret_id}` in any account; ");
    assert!(gone.sentence().starts_with(&says), "{}", gone.err);

    let log = setup.json(&["audit", "list", "--output", "json", "--last", "4"]);
    let log = log.as_array().unwrap().iter().map(|row| {
        assert_eq!(row["SecretId"], "pharos-operator");
        let user = format!("qcs::cam::uin/{ROOT}:uin/{user}");
        let access_key = format!("qcs::cam::uin/{ROOT}:secretId/{secret_id}");
        assert_eq!(row["Resources"], json!([user, access_key]));
        row["Operation"].as_str().unwrap().to_owned()
    });
    assert_eq!(
        log.collect::<Vec<_>>(),
        [
            "pharos:CreateAccessKey",
            "pharos:DisableAccessKey",
            "pharos:EnableAccessKey",
            "pharos:DeleteAccessKey"
        ]
    );
    setup.assert_sound();
}

#[test]
fn everybody_who_can_sign_is_listed_the_root_user_first() {
    let setup = Setup::new();
    let alice = add_user(&setup, "alice");
    let [made, _] = create_key(&setup, &["alice"]);
    let bob = add_user(&setup, "bob");
    setup.done(&["user", "disable-key", &made]);
    let listed = setup.json(&["user", "list", "--output", "json"]);
    assert_eq!(listed["AccountId"], ROOT);
    assert_eq!(listed["TotalCount"], 3);
    let users = listed["UserSet"].as_array().unwrap();
    assert_eq!(users[0]["UserId"], ROOT);
    for (user, name, access_keys) in [
        (ROOT, Value::Null, vec![(SECRET_ID, "Active")]),
        (&alice, json!("alice"), vec![(made.as_str(), "Inactive")]),
        (&bob, json!("bob"), vec![]),
    ] {
        let found = users.iter().find(|found| found["Name"] == name).unwrap();
        assert_eq!(found["UserId"], user);
        let found = found["AccessKeySet"].as_array().unwrap();
        let found = found.iter().map(|found| {
            assert!(found["CreatedTime"].as_str().unwrap().ends_with('Z'));
            let field = |name: &str| found[name].as_str().unwrap();
            (field("SecretId"), field("Status"))
        });
        assert_eq!(found.collect::<Vec<_>>(), access_keys);
    }
    let table = setup.done(&["user", "list"]);
    let rows: Vec<Vec<_>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows.len(), 4, "{table}");
    assert_eq!(rows[1][..5], [ROOT, "(root", "user)", SECRET_ID, "Active"]);
    let row = |name| rows.iter().find(|row| row[1] == name).unwrap();
    assert_eq!(row("alice")[..4], [&*alice, "alice", &made, "Inactive"]);
    assert_eq!(row("alice").last(), Some(&"never"), "{table}");
    assert_eq!(*row("bob"), [&*bob, "bob", "-", "-", "-", "-"]);
}

#[test]
fn a_third_access_key_is_refused_with_what_to_do() {
    let setup = Setup::new();
    let [made, _] = create_key(&setup, &[]);
    let refused = setup.pharos(&["user", "create-key"]);
    let sentence = refused.sentence();
    let begins = format!("the root user of the account {ROOT} has as many access keys as it may");
    assert!(sentence.starts_with(&begins), "{sentence}");
    for part in [
        SECRET_ID,
        &format!("{made} (Active, last used: never)"),
        "`pharos user delete-key SECRET_ID`",
    ] {
        assert!(sentence.contains(part), "{sentence}");
    }
    assert_eq!(refused.out, "");
    setup.done(&["user", "delete-key", SECRET_ID]);
    let made = create_key(&setup, &[]);
    assert_signs(&setup, &made);
}

#[test]
fn what_is_not_there_is_one_sentence() {
    let setup = Setup::new();
    for (arguments, says) in [
        (
            &["create-key", "alice"][..],
            "there is no user `alice` in the account 100000000001; ",
        ),
        (
            &["create-key", "--account", "42"],
            "there is no account 42; ",
        ),
        (&["list", "--account", "42"], "there is no account 42; "),
        (
            &["disable-key", "AKIDnone"],
            "there is no access key `AKIDnone`",
        ),
        (&["delete-key", "a b"], "there is no access key `a b` "),
    ] {
        let refused = setup.pharos(&[&["user"], arguments].concat());
        assert!(refused.sentence().starts_with(says), "{}", refused.err);
    }
    let folder = Folder::new();
    for arguments in [
        &["list"][..],
        &["create-key", "alice"],
        &["disable-key", "AKIDnone"],
    ] {
        let mut command = folder.pharos(&[&["user"], arguments].concat());
        let refused = folder.finish(&mut command);
        let says = "there is no store ";
        assert!(refused.sentence().starts_with(says), "{}", refused.err);
    }
}

#[test]
fn the_first_server_finds_the_key_that_was_made_before_it() {
    let folder = Folder::new();
    let create = ["user", "create-key", "--output", "json"];
    let made = folder.finish(&mut folder.pharos(&create));
    assert!(made.status.success(), "{}", made.err);
    let says = "No server has used the store ";
    assert!(made.err.starts_with(says), "{}", made.err);
    let made: Value = serde_json::from_str(&made.out).unwrap();
    assert_eq!(made["AccountId"], ROOT);
    assert_eq!(made["UserId"], ROOT);
    let [secret_id, secret_key] =
        ["SecretId", "SecretKey"].map(|half| made[half].as_str().unwrap());
    let server = Server::start(
        &folder,
        &mut folder.pharos(&["serve", "--listen", "127.0.0.1:0"]),
    );
    assert!(server.out().contains(secret_id), "{}", server.out());
    assert!(
        !server.out().contains("is shown this once"),
        "{}",
        server.out()
    );
    let mut call = folder.pharos(&["call", "sts", "GetCallerIdentity"]);
    call.env("PHAROS_ENDPOINT", &server.endpoint)
        .env("TENCENTCLOUD_SECRET_ID", secret_id)
        .env("TENCENTCLOUD_SECRET_KEY", secret_key);
    let called = folder.finish(&mut call);
    assert!(called.status.success(), "{}", called.err);
}

#[test]
fn a_secret_is_on_standard_output_and_nowhere_else() {
    let setup = Setup::new();
    let made = create_key(&setup, &[]);
    assert_signs(&setup, &made);
    let [_, secret_key] = made;
    let mut scanned = 0;
    for entry in fs::read_dir(setup.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert!(!holds(&path, &secret_key), "{}", path.display());
        scanned += 1;
    }
    // The store, its WAL and its shared memory, the master key, the settings, and what was printed after it.
    assert!(scanned >= 8);
}

#[test]
fn a_key_that_could_not_be_shown_is_named() {
    let setup = Setup::new();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = setup.command(&["user", "create-key"]);
    let ended = command.stdout(full).output().unwrap();
    assert!(!ended.status.success());
    let told = String::from_utf8(ended.stderr).unwrap();
    let listed = setup.json(&["user", "list", "--output", "json"]);
    let access_keys = listed["UserSet"][0]["AccessKeySet"].as_array().unwrap();
    let mut ids = access_keys
        .iter()
        .map(|found| found["SecretId"].as_str().unwrap());
    let made = ids.find(|id| *id != SECRET_ID).unwrap();
    let says = format!("pharos: the access key {made} was made, and its SecretKey could not be");
    assert!(told.starts_with(&says), "{told}");
    assert!(told.contains(&format!("`pharos user delete-key {made}`")));
}

#[test]
fn the_operator_of_a_postgresql_store_works_beside_its_servers() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let folder = Folder::new();
    let run = |arguments: &[&str]| {
        let mut command = folder.pharos(arguments);
        let finished = folder.finish(command.args(["--store", &url]));
        assert!(finished.status.success(), "{}", finished.err);
        finished.out
    };
    // Before the first server.
    let create = ["user", "create-key", "--output", "json"];
    let made: Value = serde_json::from_str(&run(&create)).unwrap();
    let mut serve = folder.pharos(&["serve", "--listen", "127.0.0.1:0", "--store", &url]);
    let server = Server::start(&folder, &mut serve);
    let [secret_id, secret_key] =
        ["SecretId", "SecretKey"].map(|half| made[half].as_str().unwrap());
    let call = || {
        let mut call = folder.pharos(&["call", "sts", "GetCallerIdentity"]);
        call.env("PHAROS_ENDPOINT", &server.endpoint)
            .env("TENCENTCLOUD_SECRET_ID", secret_id)
            .env("TENCENTCLOUD_SECRET_KEY", secret_key);
        folder.finish(&mut call)
    };
    assert!(call().status.success(), "{}", call().err);
    for (command, signs) in [
        ("disable-key", false),
        ("enable-key", true),
        ("delete-key", false),
    ] {
        run(&["user", command, secret_id]);
        assert_eq!(call().status.success(), signs, "{command}");
    }
    let account: Value =
        serde_json::from_str(&run(&["account", "create", "--output", "json"])).unwrap();
    let account = account["AccountId"].as_str().unwrap();
    run(&["account", "disable", account]);
    assert!(run(&["account", "list"]).contains("disabled"));
    run(&["doctor"]);
}
