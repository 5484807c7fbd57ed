//! `pharos instance`: records of machines, made and removed beside the server that serves them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use pharos_testkit_postgres::Postgres;
use process::{Folder, SECRET_ID, SECRET_KEY, Server, Setup};
use rusqlite::Connection;
use serde_json::{Value, json};

fn register(setup: &Setup, arguments: &[&str]) -> String {
    let id = setup.done(&[&["instance", "register"], arguments].concat());
    let id = id.strip_suffix('\n').unwrap();
    let tail = id.strip_prefix("lhins-").unwrap();
    assert_eq!(tail.len(), 8, "nothing but the id: {id}");
    id.to_owned()
}

fn list(setup: &Setup, arguments: &[&str]) -> Vec<Value> {
    let list = ["instance", "list", "--output", "json"];
    let mut document = setup.json(&[&list, arguments].concat());
    let Value::Array(instances) = document["InstanceSet"].take() else {
        panic!("{document}")
    };
    assert_eq!(document["TotalCount"], instances.len());
    instances
}

#[test]
fn a_machine_that_is_registered_beside_the_server_is_served_at_once() {
    let setup = Setup::new();
    let id = register(
        &setup,
        &[
            "web",
            "--user",
            "ubuntu",
            "--address",
            "203.0.113.7",
            "--address",
            "10.0.0.1",
        ],
    );
    setup.done(&["key", "create", "demo"]);
    setup.done(&["key", "bind", "demo", "--instance", &id]);
    let shown = setup.json(&["key", "show", "demo", "--output", "json"]);
    assert_eq!(
        shown["AssociatedInstanceSet"],
        json!([{"InstanceId": id, "Username": "ubuntu"}])
    );

    let described = setup.json(&["call", "lighthouse", "DescribeInstances"]);
    let mut listed = list(&setup, &[]);
    assert_eq!(listed[0]["Region"], "ap-guangzhou");
    listed[0].as_object_mut().unwrap().remove("Region");
    assert_eq!(json!(listed), described["InstanceSet"]);
    let [instance] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    for (field, value) in [
        ("InstanceId", json!(id)),
        ("InstanceName", json!("web")),
        ("InstanceState", json!("RUNNING")),
        ("PlatformType", json!("LINUX_UNIX")),
        ("PublicAddresses", json!(["203.0.113.7"])),
        ("PrivateAddresses", json!(["10.0.0.1"])),
        ("LoginSettings", json!({"KeyIds": [shown["KeyId"]]})),
        ("ExpiredTime", json!(null)),
        ("BundleId", json!("registered")),
    ] {
        assert_eq!(instance[field], value);
    }
    setup.assert_sound();
}

#[test]
fn a_list_is_of_a_region_or_of_all() {
    let setup = Setup::new();
    register(&setup, &["one"]);
    let two = ["two", "--region", "ap-tokyo", "--platform", "WINDOWS"];
    register(&setup, &two);
    let names = |arguments: &[&str]| {
        let listed = list(&setup, arguments);
        let names = listed.iter().map(|one| one["InstanceName"].clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["one"]);
    assert_eq!(names(&["--region", "ap-tokyo"]), ["two"]);
    let listed = list(&setup, &["--region", "ap-tokyo"]);
    assert_eq!(listed[0]["PlatformType"], "WINDOWS");
    assert_eq!(names(&["--all-regions"]), ["one", "two"]);
    let table = setup.done(&["instance", "list", "--all-regions"]);
    let regions = table.lines().map(|line| line.split(' ').next().unwrap());
    let expected = ["REGION", "ap-guangzhou", "ap-tokyo"];
    assert_eq!(regions.collect::<Vec<_>>(), expected);
}

#[test]
fn a_removed_machine_releases_its_key_pairs() {
    let setup = Setup::new();
    let id = register(&setup, &["web"]);
    let other = register(&setup, &["db", "--region", "ap-tokyo"]);
    setup.done(&["key", "create", "demo"]);
    setup.done(&["key", "bind", "demo", "--instance", &id]);
    let remove = |arguments: &[&str]| {
        let mut command = setup.command(&["instance", "remove"]);
        setup.folder.finish(command.args(arguments))
    };
    for arguments in [
        &[&*id, "lhins-00000000"][..],
        &[&id, "--region", "ap-tokyo"],
    ] {
        let refused = remove(arguments);
        assert!(
            refused.sentence().starts_with("there is no instance"),
            "{}",
            refused.err
        );
    }
    assert_eq!(list(&setup, &["--all-regions"]).len(), 2, "all or none");

    let removed = remove(&[&id, &other, &id]);
    assert_eq!(
        removed.out,
        format!(
            "Removed `web` ({id}) from ap-guangzhou; a key pair is free of it.\n\
             Removed `db` ({other}) from ap-tokyo; no key pair was bound to it.\n"
        )
    );
    assert!(list(&setup, &["--all-regions"]).is_empty());
    setup.done(&["key", "delete", "--yes", "demo"]);
    setup.assert_sound();
}

#[test]
fn what_the_operator_does_stands_in_the_audit_log() {
    let setup = Setup::new();
    let id = register(&setup, &["web"]);
    setup.done(&["account", "quota", "set", "--instances", "7"]);
    setup.done(&["instance", "remove", &id]);
    let store = Connection::open(setup.folder.store()).unwrap();
    let mut rows = store
        .prepare(
            "SELECT operation, resources, account, user, secret_id, source, code, request_id FROM audit
              ORDER BY sequence",
        )
        .unwrap();
    let mut request_ids = Vec::new();
    let rows = rows.query_map([], |row| {
        request_ids.push(row.get::<_, String>(7)?);
        assert_eq!(row.get::<_, i64>(2)?, 100_000_000_001);
        assert_eq!(row.get::<_, i64>(3)?, 100_000_000_001);
        assert_eq!(row.get::<_, String>(4)?, "pharos-operator");
        assert_eq!(row.get::<_, String>(5)?, "127.0.0.1");
        assert_eq!(row.get::<_, Option<String>>(6)?, None);
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    let instance = format!(r#"["qcs::lighthouse:ap-guangzhou:uin/100000000001:instance/{id}"]"#);
    let expected = [
        ("pharos:RegisterInstance", &*instance),
        ("pharos:SetAccountQuota", r#"["*"]"#),
        ("pharos:RemoveInstance", &instance),
    ];
    assert_eq!(
        rows,
        expected.map(|(one, two)| (one.to_owned(), two.to_owned()))
    );
    request_ids.dedup();
    assert_eq!(request_ids.len(), 3, "each has its own");
}

#[test]
fn a_store_that_no_server_used_yet_is_made_and_its_first_server_still_makes_the_key() {
    let folder = Folder::new();
    let store = format!("sqlite:{}", folder.store().display());
    let run = |arguments: &[&str]| {
        let mut command = folder.pharos(arguments);
        folder.finish(command.args(["--store", &store]))
    };
    for looking in [&["instance", "list"][..], &["account", "quota", "show"]] {
        let refused = run(looking);
        assert!(
            refused.sentence().starts_with("there is no store"),
            "{}",
            refused.err
        );
        assert!(!folder.store().exists(), "who looks makes nothing");
    }
    let registered = run(&["instance", "register", "web"]);
    assert!(registered.status.success(), "{}", registered.err);
    assert!(run(&["doctor"]).status.success());
    let serve = &mut folder.pharos(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    let server = Server::start(&folder, serve);
    assert!(
        server.out().contains("is shown this once"),
        "{}",
        server.out()
    );
    let listed = run(&["instance", "list"]);
    assert!(
        listed.out.contains(registered.out.trim_end()),
        "{}",
        listed.out
    );
}

#[test]
fn what_cannot_be_registered_is_one_sentence() {
    let setup = Setup::with("instances.quota = 1");
    let refused = |arguments: &[&str]| {
        let mut command = setup.command(&["instance", "register", "--config", "pharos.toml"]);
        setup.folder.finish(command.args(arguments))
    };
    for (arguments, part) in [
        (&[""][..], "The instance name is empty."),
        (&["web", "--user=-x"], "`-x` is not a user name"),
        (&["web", "--user=a b"], "`a b` is not a user name"),
        (&["web", "--region", "mars-1"], "`mars-1` is not a region"),
        (
            &["web", "--platform", "BSD"],
            "write `LINUX_UNIX` or `WINDOWS`",
        ),
        (
            &["web", "--account", "42"],
            "there is no account 42; `pharos account list`",
        ),
    ] {
        let refused = refused(arguments);
        assert!(refused.sentence().contains(part), "{}", refused.err);
    }
    register(&setup, &["web"]);
    assert_eq!(
        refused(&["web"]).sentence(),
        "the account 100000000001 has as many instances in ap-guangzhou as it may have, 1; remove one, or let \
         it have more with `pharos account quota set --instances N`"
    );
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
        assert!(
            finished.status.success(),
            "{}{}",
            finished.out,
            finished.err
        );
        finished.out
    };
    // Before the first server.
    let id = run(&["instance", "register", "web"]);
    let mut serve = folder.pharos(&["serve", "--listen", "127.0.0.1:0", "--store", &url]);
    serve
        .env("PHAROS_ROOT_SECRET_ID", SECRET_ID)
        .env("PHAROS_ROOT_SECRET_KEY", SECRET_KEY);
    let server = Server::start(&folder, &mut serve);
    run(&["account", "quota", "set", "--key-pairs", "0"]);
    let mut create = folder.pharos(&["key", "create", "demo", "--endpoint", &server.endpoint]);
    create
        .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
        .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY);
    let refused = folder.finish(&mut create);
    assert!(
        refused.sentence().contains("has 0 key pairs"),
        "{}",
        refused.err
    );
    let removed = run(&["instance", "remove", id.trim_end()]);
    assert!(removed.starts_with("Removed `web`"), "{removed}");
    run(&["doctor"]);
}
