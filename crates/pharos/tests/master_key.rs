//! `pharos master-key`: secrets are sealed anew while a server runs, and nothing is lost on the way.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use pharos_testkit_postgres::Postgres;
use process::{Folder, Server};

/// The ids in a file of master keys, as `show` prints them.
fn show(folder: &Folder) -> Vec<String> {
    let shown = master_key(folder, "show");
    shown.lines().map(str::to_owned).collect()
}

fn master_key(folder: &Folder, command: &str) -> String {
    let store = format!("sqlite:{}", folder.store().display());
    let finished = folder.finish(&mut folder.pharos(&["master-key", command, "--store", &store]));
    assert!(
        finished.status.success(),
        "{}{}",
        finished.out,
        finished.err
    );
    finished.out
}

fn create(folder: &Folder, server: &Server, name: &str) -> bool {
    let mut create = folder.pharos(&["key", "create", name, "--endpoint", &server.endpoint]);
    create
        .env("TENCENTCLOUD_SECRET_ID", process::SECRET_ID)
        .env("TENCENTCLOUD_SECRET_KEY", process::SECRET_KEY);
    folder.finish(&mut create).status.success()
}

#[test]
fn a_running_server_goes_on_through_a_rotation() {
    let folder = Folder::new();
    let server = Server::start(&folder, &mut folder.serve());
    assert!(create(&folder, &server, "before"));
    let before = show(&folder);
    assert_eq!(before.len(), 2, "{before:?}");

    let rotated = master_key(&folder, "rotate");
    assert!(rotated.contains("sealed 1 secrets anew"), "{rotated}");
    let after = show(&folder);
    let [old, new, outdated] = after.as_slice() else {
        panic!("{after:?}")
    };
    assert!(before[0].starts_with(old.as_str()), "{before:?} {after:?}");
    assert!(new.ends_with("seals new secrets"), "{after:?}");
    assert!(outdated.starts_with("0 secrets"), "{after:?}");
    // The server meets a key that it did not have when it started.
    assert!(create(&folder, &server, "after"));

    let forgotten = master_key(&folder, "forget");
    assert_eq!(forgotten, format!("removed {old}\n"));
    assert_eq!(show(&folder), [new.as_str(), outdated.as_str()]);
    drop(server);
    let server = Server::start(&folder, &mut folder.serve());
    assert!(create(&folder, &server, "again"));
    let file = folder.path().join("pharos.db.master-key");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(fs::read_to_string(file).unwrap().lines().count(), 1);
}

#[test]
fn a_key_that_was_added_before_is_the_one_that_is_rotated_to() {
    let folder = Folder::new();
    drop(Server::start(&folder, &mut folder.serve()));
    let added = master_key(&folder, "add");
    let id = added.split_whitespace().nth(4).unwrap();
    let shown = show(&folder);
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert!(!shown[1].ends_with("seals new secrets"), "{shown:?}");
    let rotated = master_key(&folder, "rotate");
    assert!(
        rotated.ends_with("removes them\n") && rotated.contains(id),
        "{rotated}"
    );
    assert_eq!(show(&folder)[1], format!("{id}  seals new secrets"));
}

#[test]
fn a_key_that_opens_something_is_not_forgotten() {
    let folder = Folder::new();
    drop(Server::start(&folder, &mut folder.serve()));
    master_key(&folder, "add");
    let file = folder.path().join("pharos.db.master-key");
    let text = fs::read_to_string(&file).unwrap();
    // As after a rotation that was stopped before it sealed anything.
    master_key(&folder, "rotate");
    let new = show(&folder)[1].split(' ').next().unwrap().to_owned();
    let connection = rusqlite::Connection::open(folder.store()).unwrap();
    connection
        .execute(
            "UPDATE access_keys SET sealed_secret_key = zeroblob(60)",
            [],
        )
        .unwrap();
    drop(connection);
    let store = format!("sqlite:{}", folder.store().display());
    let forget = folder.finish(&mut folder.pharos(&["master-key", "forget", "--store", &store]));
    assert!(
        forget.sentence().contains("1 secrets are still sealed"),
        "{}",
        forget.err
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let rotate = folder.finish(&mut folder.pharos(&["master-key", "rotate", "--store", &store]));
    let told = rotate.sentence();
    assert!(
        told.contains("run it again") && told.contains(&new),
        "{told}"
    );
}

#[test]
fn master_keys_can_come_from_a_command_or_a_file_elsewhere() {
    let folder = Folder::new();
    let key = "7".repeat(64);
    let configuration = folder.path().join("pharos.toml");
    let set = |text: String| fs::write(&configuration, text).unwrap();
    let serve = || {
        let mut serve = folder.serve();
        serve.args(["--config", "pharos.toml"]);
        serve
    };
    set(format!("master_key_command = ['echo', '{key}']"));
    let server = Server::start(&folder, &mut serve());
    assert!(create(&folder, &server, "by_command"));
    drop(server);
    assert!(!folder.path().join("pharos.db.master-key").exists());

    let elsewhere = folder.path().join("elsewhere");
    set(format!("master_key_file = '{}'", elsewhere.display()));
    let missing = folder.finish(&mut serve());
    assert!(
        missing.sentence().contains("put it back"),
        "{}",
        missing.err
    );
    fs::write(&elsewhere, &key).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o640)).unwrap();
    let open = folder.finish(&mut serve());
    assert!(open.sentence().contains("run `chmod 600"), "{}", open.err);
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
    let server = Server::start(&folder, &mut serve());
    assert!(create(&folder, &server, "by_file"));
    drop(server);

    for (command, part) in [
        ("['false']", "the command `false` failed"),
        (
            "['no-such-program']",
            "cannot run the command `no-such-program`",
        ),
        ("['echo', 'nonsense']", "64 hexadecimal digits"),
        ("[]", "names no program"),
    ] {
        set(format!("master_key_command = {command}"));
        let failed = folder.finish(&mut serve());
        assert!(failed.sentence().contains(part), "{}", failed.err);
    }
}

#[test]
fn a_file_that_was_named_and_is_not_there_is_not_made_in_silence() {
    let folder = Folder::new();
    let mut serve = folder.serve();
    serve.args(["--master-key-file", "keys"]);
    let failed = folder.finish(&mut serve);
    assert!(
        failed.sentence().contains("pharos master-key add"),
        "{}",
        failed.err
    );
    let mut add = folder.pharos(&["master-key", "add", "--master-key-file", "keys"]);
    assert!(folder.finish(&mut add).status.success());
    drop(Server::start(&folder, &mut serve));
}

#[test]
fn nodes_that_share_a_store_get_the_new_key_before_anything_is_sealed_under_it() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let (one, two) = (Folder::new(), Folder::new());
    let serve = |folder: &Folder| {
        let mut serve = folder.pharos(&["serve", "--listen", "127.0.0.1:0", "--store", &url]);
        serve
            .env("PHAROS_ROOT_SECRET_ID", process::SECRET_ID)
            .env("PHAROS_ROOT_SECRET_KEY", process::SECRET_KEY);
        serve
    };
    let master_key = |folder: &Folder, arguments: &[&str]| {
        let mut command = folder.pharos(&["master-key"]);
        folder.finish(command.args(arguments).args(["--store", &url]))
    };
    let file = |folder: &Folder| {
        folder
            .path()
            .join(".local/share/pharos/postgres.master-key")
    };
    let copy = || {
        fs::create_dir_all(file(&two).parent().unwrap()).unwrap();
        fs::copy(file(&one), file(&two)).unwrap();
    };
    let first = Server::start(&one, &mut serve(&one));
    let stranger = two.finish(&mut serve(&two));
    assert!(
        stranger.sentence().contains("copy it from a node"),
        "{}",
        stranger.err
    );
    copy();
    let second = Server::start(&two, &mut serve(&two));

    let refused = master_key(&one, &["rotate"]);
    assert!(
        refused.sentence().contains("pharos master-key add"),
        "{}",
        refused.err
    );
    assert!(master_key(&one, &["add"]).status.success());
    copy();
    let rotated = master_key(&one, &["rotate"]);
    assert!(rotated.status.success(), "{}", rotated.err);
    assert!(create(&one, &first, "by_one"));
    assert!(create(&two, &second, "by_two"));
    assert!(
        !create(&two, &second, "by_one"),
        "the name is taken on every node"
    );
    assert!(
        master_key(&two, &["rotate", "--only-node"])
            .status
            .success()
    );
    assert!(create(&two, &second, "again"));
}
