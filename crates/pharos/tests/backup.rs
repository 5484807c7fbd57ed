//! `pharos backup`, `pharos restore` and `pharos verify`, as an operator uses them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use std::fs::{self, File};
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::ids::Ids;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input};
use pharos_api::lighthouse::describe_key_pairs::{self, DescribeKeyPairs};
use pharos_api::region::Region;
use pharos_backup::Reader;
use pharos_client::blocking::Client;
use pharos_client::{Credential, Endpoint, Settings};
use pharos_store::archive::Entry;
use process::{Finished, Folder, SECRET_ID, SECRET_KEY, Server};

/// Clients that create key pairs while a backup is made.
const CLIENTS: usize = 4;

/// A folder with a store in it, and a backup of that.
struct Setup {
    folder: Folder,
}

impl Setup {
    /// A store that a server has made, with one key pair.
    fn new() -> Self {
        let folder = Folder::new();
        let server = Server::start(&folder, &mut folder.serve());
        create(&client(&server.endpoint), Region::Tokyo, "first").unwrap();
        drop(server);
        Self { folder }
    }

    /// `pharos backup …` of the folder's store.
    fn backup(&self, arguments: &[&str]) -> Finished {
        on_store(&self.folder, "backup", arguments)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Everything in the folder, by name.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names
            .filter(|name| !name.starts_with("finished.") && !name.starts_with("serve."))
            .collect();
        names.sort();
        names
    }
}

/// `pharos backup …` or `pharos restore …` with the store of this folder.
fn on_store(folder: &Folder, command: &str, arguments: &[&str]) -> Finished {
    let store = url(&folder.store());
    let arguments = [&[command], arguments, &["--store", &store]].concat();
    folder.finish(&mut folder.pharos(&arguments))
}

fn url(store: &Path) -> String {
    format!("sqlite:{}", store.display())
}

fn client(endpoint: &str) -> Client {
    let credential = Credential {
        secret_id: SecretId::parse(SECRET_ID).unwrap(),
        secret_key: SecretKey::new(SECRET_KEY),
        token: None,
    };
    Client::new(Settings::new(
        Endpoint::parse(endpoint).unwrap(),
        credential,
    ))
    .unwrap()
}

/// Creates a key pair; answers its id.
fn create(client: &Client, region: Region, name: &str) -> Result<String, String> {
    let input = Input {
        key_name: KeyName::try_from(name.to_owned()).unwrap(),
        tags: None,
    };
    let output = client.in_region(region).send::<CreateKeyPair>(&input);
    let output = output.map_err(|error| error.to_string())?;
    Ok(output.key_pair.key_id.to_string())
}

/// What a server says of key pairs, wherever they are.
fn described(server: &Server, key_ids: &[String]) -> Vec<String> {
    let key_ids = key_ids.iter().map(|id| KeyId::parse(id).unwrap()).collect();
    let input = describe_key_pairs::Input {
        key_ids: Some(Ids::new(key_ids).unwrap()),
        ..Default::default()
    };
    let client = client(&server.endpoint);
    let said = Region::ALL.iter().map(|region| {
        let output = client.in_region(*region).send::<DescribeKeyPairs>(&input);
        serde_json::to_string(&output.unwrap()).unwrap()
    });
    said.collect()
}

/// What a sound backup holds.
fn entries(path: &Path) -> Vec<Entry> {
    let mut reader = Reader::new(File::open(path).unwrap()).unwrap();
    std::iter::from_fn(|| reader.read().unwrap()).collect()
}

fn key_ids(entries: &[Entry]) -> Vec<String> {
    let of = |entry: &Entry| match entry {
        Entry::KeyPair(entry) => Some(entry.record.key_id.to_string()),
        _ => None,
    };
    entries.iter().filter_map(of).collect()
}

fn assert_done(finished: &Finished) {
    assert!(finished.status.success(), "{}", finished.err);
}

#[test]
fn a_live_server_is_backed_up_and_its_copy_answers_as_it_does() {
    let folder = Folder::new();
    fs::write(folder.path().join("pharos.toml"), "key_pair_quota = 100000").unwrap();
    let mut serve = folder.serve();
    let server = Server::start(&folder, serve.args(["--config", "pharos.toml"]));
    let (stop, asked, acknowledged) = (
        AtomicBool::new(false),
        AtomicUsize::new(0),
        Mutex::new(Vec::new()),
    );
    let backup = folder.path().join("backup");
    let create_until_told = || {
        let client = client(&server.endpoint);
        while !stop.load(Ordering::Relaxed) {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            // Regions in turn, so that the rate limit of one does not hold the load back.
            let region = Region::ALL[number % Region::ALL.len()];
            let key_id = create(&client, region, &format!("key_{number}")).unwrap();
            acknowledged.lock().unwrap().push(key_id);
        }
    };
    let count = || acknowledged.lock().unwrap().len();
    let before = thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(create_until_told);
        }
        let wait_for = |enough| {
            while count() < enough {
                thread::sleep(Duration::from_millis(1));
            }
        };
        wait_for(20);
        let before = acknowledged.lock().unwrap().clone();
        let finished = on_store(&folder, "backup", &["backup"]);
        wait_for(count() + 5);
        stop.store(true, Ordering::Relaxed);
        assert_done(&finished);
        before
    });

    // Of one moment, behind what was acknowledged by then.
    let entries_then = entries(&backup);
    let then = key_ids(&entries_then);
    assert!(before.iter().all(|key_id| then.contains(key_id)));
    assert!(then.len() < count());
    let audit_rows = entries_then
        .iter()
        .filter(|entry| matches!(entry, Entry::AuditRow(_)));
    assert_eq!(audit_rows.count(), then.len());

    let other = Folder::new();
    fs::copy(&backup, other.path().join("backup")).unwrap();
    assert_done(&on_store(&other, "restore", &["backup"]));
    assert_done(&on_store(&other, "backup", &["again"]));
    let again = entries(&other.path().join("again"));
    assert!(again == entries_then, "the copy holds something else");

    let master_key = |of: &Folder| of.path().join("pharos.db.master-key");
    fs::copy(master_key(&folder), master_key(&other)).unwrap();
    let mut serve = other.pharos(&["serve", "--listen", "127.0.0.1:0"]);
    let copy = Server::start(&other, serve.args(["--store", &url(&other.store())]));
    // Nothing set the root key here: it is the old one, unsealed.
    let some = then.get(..then.len().min(100)).unwrap();
    let said = described(&copy, some);
    assert_eq!(said, described(&server, some));
    assert!(
        some.iter()
            .all(|key_id| said.iter().any(|said| said.contains(key_id)))
    );
    create(&client(&copy.endpoint), Region::Tokyo, "new").unwrap();
    let told = |server: &Server| {
        let told = create(&client(&server.endpoint), Region::ALL[0], "key_0").unwrap_err();
        let (told, _) = told.split_once("(RequestId ").unwrap();
        told.to_owned()
    };
    let told_by_copy = told(&copy);
    assert!(
        told_by_copy.contains("DuplicateParameterValue"),
        "{told_by_copy}"
    );
    assert_eq!(told_by_copy, told(&server));
}

#[test]
fn a_backup_holds_no_secret_that_is_open() {
    let setup = Setup::new();
    assert_done(&setup.backup(&["backup"]));
    let mut text = String::new();
    let file = File::open(setup.path("backup")).unwrap();
    MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    assert!(
        text.contains(SECRET_ID) && text.contains("ssh-rsa "),
        "{text}"
    );
    assert!(
        !text.contains(SECRET_KEY) && !text.contains("PRIVATE KEY"),
        "{text}"
    );
    let master_key = fs::read_to_string(setup.path("pharos.db.master-key")).unwrap();
    assert!(!text.contains(master_key.lines().next().unwrap()), "{text}");
}

#[test]
fn a_backup_is_its_owners_and_replaces_a_file_only_by_force() {
    let setup = Setup::new();
    let before = setup.names();
    fs::write(setup.path("backup"), "precious").unwrap();
    let refused = setup.backup(&["backup"]);
    assert_eq!(
        refused.sentence(),
        "backup exists already; name another file, or replace it with --force"
    );
    assert_eq!(fs::read(setup.path("backup")).unwrap(), b"precious");
    let done = setup.backup(&["--output", "backup", "--force"]);
    assert_done(&done);
    assert!(
        done.err.starts_with("Wrote backup in ")
            && done.err.contains(" s: 1 account, 0 users, 1 access key, "),
        "{}",
        done.err
    );
    assert_eq!((done.err.lines().count(), done.out.as_str()), (1, ""));
    let mode = fs::metadata(setup.path("backup"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);
    assert_eq!(entries(&setup.path("backup")).len(), 5);
    let mut after = before;
    after.push("backup".to_owned());
    after.sort();
    assert_eq!(setup.names(), after, "nothing else is left");
}

#[test]
fn verify_says_what_a_backup_is_and_refuses_one_that_was_cut() {
    let setup = Setup::new();
    assert_done(&setup.backup(&["backup"]));
    let verify = |name: &str| {
        let folder = &setup.folder;
        folder.finish(&mut folder.pharos(&["verify", name]))
    };
    let sound = verify("backup");
    assert_done(&sound);
    let lines: Vec<_> = sound.out.lines().collect();
    let version = env!("CARGO_PKG_VERSION");
    let first = format!("a backup of version 3, written by Pharos {version} at 20");
    assert!(lines[0].starts_with(&first), "{}", sound.out);
    assert_eq!(
        lines[1..],
        [
            "1 account, 0 users, 1 access key, 1 key pair, 0 instances, 1 audit row",
            "sound"
        ]
    );
    let bytes = fs::read(setup.path("backup")).unwrap();
    fs::write(setup.path("cut"), &bytes[..bytes.len() - 1]).unwrap();
    let cut = verify("cut");
    assert_eq!(
        cut.sentence(),
        "cut cannot be used: it breaks off in line 7; copy it once more, or use another backup"
    );
    assert_eq!(cut.out, "");
    let other = verify("pharos.db");
    assert_eq!(
        other.sentence(),
        "pharos.db cannot be used: it is not a backup, or damaged where it begins; name a file that \
         `pharos backup` wrote"
    );
}

#[test]
fn a_backup_goes_through_a_pipe() {
    let setup = Setup::new();
    let copy = Folder::new();
    let (from, into) = (url(&setup.folder.store()), url(&copy.store()));
    let mut backup = setup
        .folder
        .pharos(&["backup", "-o", "-", "--store", &from])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let restore = copy
        .pharos(&["restore", "-", "--store", &into])
        .stdin(backup.stdout.take().unwrap())
        .output()
        .unwrap();
    let told = String::from_utf8(restore.stderr).unwrap();
    assert!(restore.status.success(), "{told}");
    assert!(backup.wait().unwrap().success());
    let key_file = format!("{}.master-key", copy.store().display());
    let last = told.lines().last().unwrap();
    assert!(
        last.starts_with("Its secrets are sealed under the master key "),
        "{told}"
    );
    assert!(last.ends_with(&format!("to {key_file}.")), "{told}");

    assert_done(&setup.backup(&["one"]));
    assert_done(&on_store(&copy, "backup", &["other"]));
    let other = entries(&copy.path().join("other"));
    assert_eq!(entries(&setup.path("one")), other);
}

#[test]
fn a_restore_that_fails_leaves_the_store_as_it_was_and_makes_none() {
    let setup = Setup::new();
    assert_done(&setup.backup(&["backup"]));
    let into_itself = on_store(&setup.folder, "restore", &["backup"]);
    let store = setup.folder.store();
    assert_eq!(
        into_itself.sentence(),
        format!(
            "nothing was restored into {}: the store is not empty; choose one that is",
            store.display()
        )
    );
    assert_done(&setup.backup(&["again"]));
    assert_eq!(
        entries(&setup.path("again")),
        entries(&setup.path("backup"))
    );

    // Whole but for its last byte: everything else is in the store when that is found.
    let bytes = fs::read(setup.path("backup")).unwrap();
    let other = Folder::new();
    fs::write(other.path().join("cut"), &bytes[..bytes.len() - 1]).unwrap();
    let refused = on_store(&other, "restore", &["cut"]);
    assert_eq!(
        refused.sentence(),
        "nothing was restored: cut cannot be used: it breaks off in line 7; copy it once more, or use \
         another backup"
    );
    let store = other.store();
    let left: Vec<_> = [
        store.clone(),
        store.with_extension("db-wal"),
        store.with_extension("db-shm"),
    ]
    .into_iter()
    .filter(|path| path.exists())
    .collect();
    assert_eq!(left, Vec::<PathBuf>::new());
}

#[test]
fn a_store_that_is_not_there_is_not_made_to_be_backed_up() {
    let folder = Folder::new();
    let refused = on_store(&folder, "backup", &["backup"]);
    assert_eq!(
        refused.sentence(),
        format!(
            "there is no store in `{}`; name another path",
            folder.store().display()
        )
    );
    assert!(!folder.store().exists() && !folder.path().join("backup").exists());
}

#[test]
fn a_backup_that_is_asked_to_stop_leaves_nothing_behind() {
    let folder = Folder::new();
    // A database that takes a call and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let store = format!("postgres://pharos@{}/pharos", silent.local_addr().unwrap());
    let file = folder.path().join("backup");
    let arguments = ["backup", file.to_str().unwrap(), "--store", &store];
    let mut backup = folder
        .pharos(&arguments)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (_call, _) = silent.accept().unwrap();
    let files = || fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files(), 1, "it has begun");

    let id = rustix::process::Pid::from_child(&backup);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    assert_eq!(backup.wait().unwrap().code(), Some(130));
    assert_eq!(files(), 0);
}

#[test]
fn a_backup_of_an_older_version_is_verified_and_restored() {
    for (version, old) in [
        (
            1,
            &include_bytes!("../../backup/tests/version_1.backup")[..],
        ),
        (2, include_bytes!("../../backup/tests/version_2.backup")),
    ] {
        let folder = Folder::new();
        fs::write(folder.path().join("old"), old).unwrap();
        let verified = folder.finish(&mut folder.pharos(&["verify", "old"]));
        assert_done(&verified);
        let begins = format!("a backup of version {version}, ");
        assert!(verified.out.starts_with(&begins), "{}", verified.out);
        // What became of the documents of its users.
        assert!(
            verified.out.contains(", 3 policies, 3 attached policies\n"),
            "{}",
            verified.out
        );
        let store = format!("sqlite:{}", folder.path().join("new.db").display());
        let restored = folder.finish(&mut folder.pharos(&["restore", "old", "--store", &store]));
        assert_done(&restored);
    }
}
