//! `pharos doctor`: what is sound is called so and left as it is, and each thing that is wrong is named.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::SystemTime;

use pharos_testkit_postgres::Postgres;
use process::{Finished, Folder, SECRET_ID, SECRET_KEY, Server};
use rusqlite::Connection;
use rustix::process::Signal;
use serde_json::json;

/// Key pairs in the stores of these tests.
const KEY_PAIRS: usize = 3;

/// The root account in messages.
const ROOT: &str = "100000000001";

/// What a server left behind that was stopped: the store and its master key.
static STORE: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let folder = Folder::new();
    let mut server = Server::start(&folder, &mut folder.serve());
    fill(&folder, &server);
    server.signal(Signal::TERM);
    assert!(server.wait().success());
    [folder.store(), master_key(&folder)].map(|path| fs::read(path).unwrap())
});

fn master_key(folder: &Folder) -> std::path::PathBuf {
    folder.path().join("pharos.db.master-key")
}

/// Has a server make key pairs, and an instance that one of them opens.
fn fill(folder: &Folder, server: &Server) {
    let call = |arguments: &[&str]| {
        let mut command = folder.pharos(arguments);
        command
            .args(["--endpoint", &server.endpoint])
            .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
            .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY);
        let finished = folder.finish(&mut command);
        assert!(finished.status.success(), "{}", finished.err);
        finished.out
    };
    for number in 0..KEY_PAIRS {
        call(&["key", "create", &format!("key_{number}")]);
    }
    let order = [
        "--BundleId",
        "bundle_starter",
        "--BlueprintId",
        "lhbp-1l4ptuvm",
    ];
    let order = [&["call", "lighthouse", "CreateInstances"], &order[..]].concat();
    let made = call(&[&order[..], &["--InstanceChargePrepaid", "{}"]].concat());
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let instance_id = made["InstanceIdSet"][0].as_str().unwrap();
    call(&["key", "bind", "key_0", "--instance", instance_id]);
}

/// A folder with a store that no server uses.
fn with_store() -> Folder {
    let folder = Folder::new();
    let [store, key] = &*STORE;
    for (path, bytes) in [(folder.store(), store), (master_key(&folder), key)] {
        fs::write(&path, bytes).unwrap();
        set_mode(&path, 0o600);
    }
    folder
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Changes the store behind the server's back.
fn sql(folder: &Folder, statements: &str) {
    let store = Connection::open(folder.store()).unwrap();
    store.pragma_update(None, "foreign_keys", false).unwrap();
    store.execute_batch(statements).unwrap();
}

fn doctor(folder: &Folder, arguments: &[&str]) -> Report {
    let store = format!("sqlite:{}", folder.store().display());
    let mut command = folder.pharos(&["doctor", "--store", &store]);
    examine(folder, command.args(arguments))
}

fn examine(folder: &Folder, command: &mut Command) -> Report {
    let finished = folder.finish(command);
    assert_eq!(finished.err, "");
    Report(finished)
}

/// What it said.
struct Report(Finished);

impl Report {
    /// The verdict of a check, and its text.
    fn of(&self, check: &str) -> Option<(&str, &str)> {
        self.0.out.lines().find_map(|line| {
            let (verdict, rest) = line.split_once("  ")?;
            let text = rest.trim_start().strip_prefix(check)?.strip_prefix("  ")?;
            Some((verdict.trim(), text.trim()))
        })
    }

    /// The text of a check that found nothing wrong.
    fn sound(&self, check: &str) -> &str {
        self.text(check, "sound")
    }

    fn warning(&self, check: &str) -> &str {
        self.text(check, "warning")
    }

    fn text(&self, check: &str, expected: &str) -> &str {
        let out = &self.0.out;
        match self.of(check) {
            Some((verdict, text)) if verdict == expected => text,
            other => panic!("{check}: {other:?}\n{out}"),
        }
    }

    /// The text of the only problem there is.
    fn problem(&self, check: &str) -> &str {
        let (out, problems) = (&self.0.out, self.problems());
        assert_eq!(problems, 1, "{out}");
        let checks = self.checks();
        let last = format!("1 of {checks} checks found a problem");
        assert_eq!(out.lines().last(), Some(&*last));
        self.one_problem(check)
    }

    /// The text of a problem among others.
    fn one_problem(&self, check: &str) -> &str {
        assert_eq!(self.0.status.code(), Some(1));
        self.text(check, "problem")
    }

    fn problems(&self) -> usize {
        let lines = self.0.out.lines();
        lines.filter(|line| line.starts_with("problem")).count()
    }

    fn checks(&self) -> usize {
        self.0
            .out
            .lines()
            .take_while(|line| !line.is_empty())
            .count()
    }

    /// Nothing is wrong. The machine's own disk may be nearly full.
    fn is_sound(&self) {
        let (out, checks) = (&self.0.out, self.checks());
        assert_eq!(self.0.status.code(), Some(0), "{out}");
        let last = out.lines().last().unwrap();
        if self
            .of("disk")
            .is_some_and(|(verdict, _)| verdict == "warning")
        {
            assert_eq!(last, format!("{checks} checks, no problem, 1 warning"));
        } else {
            assert_eq!(last, format!("{checks} checks, all sound"), "{out}");
        }
    }
}

/// Everything in a folder: names, contents and when each was changed.
fn contents(folder: &Folder) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let entries = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
    let files = entries.map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        let changed = entry.metadata().unwrap().modified().unwrap();
        (name, (fs::read(entry.path()).unwrap(), changed))
    });
    files
        .filter(|(name, _)| !name.starts_with("finished."))
        .collect()
}

#[test]
fn a_sound_store_is_called_sound_and_nothing_is_touched() {
    let folder = with_store();
    let before = contents(&folder);
    let report = doctor(&folder, &[]);
    report.is_sound();
    assert_eq!(
        report.sound("key pairs"),
        "3, each with the fingerprint of its line"
    );
    assert_eq!(report.sound("audit log"), "5 rows, every chain unbroken");
    assert_eq!(report.sound("secrets"), "1, each can be opened");
    assert!(contents(&folder) == before, "something was changed");
}

#[test]
fn a_server_goes_on_beside_it() {
    let folder = Folder::new();
    let server = Server::start(&folder, &mut folder.serve());
    fill(&folder, &server);
    let report = doctor(&folder, &[]);
    report.is_sound();
    assert!(
        report.sound("key pairs").starts_with("3,"),
        "{}",
        report.0.out
    );
    assert!(folder.path().join("pharos.db-wal").exists());
    drop(server); // killed: what it committed is in the WAL
    let killed = doctor(&folder, &[]);
    killed.is_sound();
    assert!(
        killed.sound("key pairs").starts_with("3,"),
        "{}",
        killed.0.out
    );
}

#[test]
fn where_there_is_no_store_none_is_made() {
    let folder = Folder::new();
    let default = examine(&folder, &mut folder.pharos(&["doctor"]));
    let named = doctor(&folder, &[]);
    for report in [default, named] {
        let told = report.problem("store");
        assert!(told.starts_with("there is none in "), "{told}");
        assert!(told.contains("name another path with --store"), "{told}");
    }
    assert_eq!(contents(&folder).len(), 0);
}

#[test]
fn one_line_of_json_says_the_same() {
    let folder = with_store();
    sql(&folder, "UPDATE key_pair_counts SET count = 4");
    let finished = doctor(&folder, &["--json"]).0;
    assert_eq!(
        (finished.status.code(), finished.out.lines().count()),
        (Some(1), 1)
    );
    let report: serde_json::Value = serde_json::from_str(&finished.out).unwrap();
    assert_eq!(report["problems"], 1);
    assert!(report["warnings"].is_u64());
    let checks = report["checks"].as_array().unwrap();
    let is_problem = |check: &&serde_json::Value| check["verdict"] == "problem";
    let problems: Vec<_> = checks.iter().filter(is_problem).collect();
    assert_eq!(problems.len(), 1, "{report}");
    assert_eq!(problems[0]["check"], "counts");
    assert!(problems[0]["text"].is_string());
}

#[test]
fn a_configuration_that_is_not_valid_is_the_problem() {
    let folder = with_store();
    fs::write(folder.path().join("pharos.toml"), "stor = 'sqlite:/a'").unwrap();
    let report = doctor(&folder, &["--config", "pharos.toml"]);
    let told = report.problem("configuration");
    assert!(told.contains("did you mean `store`?"), "{told}");
}

#[test]
fn the_generator_of_the_configuration_tests_itself() {
    let folder = with_store();
    let settings = folder.path().join("pharos.toml");
    fs::write(&settings, "generator = 'portable'").unwrap();
    let report = doctor(&folder, &["--config", "pharos.toml"]);
    report.is_sound();
    assert_eq!(report.sound("generator"), "`portable` passed its self-test");
    let typed = doctor(
        &folder,
        &["--config", "pharos.toml", "--generator", "library"],
    );
    assert_eq!(
        typed.sound("generator"),
        "`library`: aws-lc makes the whole key"
    );
    fs::write(&settings, "generator = 'fast'").unwrap();
    let report = doctor(&folder, &["--config", "pharos.toml"]);
    let told = report.problem("configuration");
    assert!(told.contains("`filtered`, `portable`, `library`"), "{told}");
}

#[test]
fn a_damaged_page_is_found() {
    let folder = with_store();
    let store = Connection::open(folder.store()).unwrap();
    let page: u32 = store
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'key_pairs_newest'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    drop(store);
    let page = usize::try_from(page).unwrap();
    let mut bytes = fs::read(folder.store()).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0x55);
    fs::write(folder.store(), bytes).unwrap();
    let report = doctor(&folder, &[]);
    let told = report.one_problem("integrity");
    assert!(told.starts_with("the file is damaged ("), "{told}");
    assert!(told.contains("restore the newest backup"), "{told}");
}

#[test]
fn a_changed_audit_row_is_named() {
    let folder = with_store();
    sql(
        &folder,
        "UPDATE audit SET source = '127.0.0.2' WHERE sequence = 2",
    );
    let report = doctor(&folder, &[]);
    let told = report.problem("audit log");
    let named = format!("in the account {ROOT} row 2 was changed after it was written; compare it");
    assert!(told.starts_with(&named), "{told}");
}

#[test]
fn a_missing_audit_row_is_named() {
    let folder = with_store();
    sql(&folder, "DELETE FROM audit WHERE sequence = 1");
    let report = doctor(&folder, &[]);
    let told = report.problem("audit log");
    let named = format!("in the account {ROOT} row 1 is missing");
    assert!(told.starts_with(&named), "{told}");
}

#[test]
fn an_instance_that_is_not_as_it_was_written_is_named() {
    for (change, named) in [
        (
            "UPDATE instances SET document = json_remove(document, '$.zone')",
            "missing field `zone`",
        ),
        (
            "UPDATE instances SET document = json_set(document, '$.instance_id', 'lhins-00000000')",
            "its document is another instance's",
        ),
        (
            "UPDATE instances SET client_token = 'another'",
            "its document has another client token",
        ),
    ] {
        let folder = with_store();
        sql(&folder, change);
        let report = doctor(&folder, &[]);
        let told = report.problem("rows");
        let of = format!("the instance {ROOT} ap-guangzhou lhins-");
        assert!(told.starts_with(&of) && told.contains(named), "{told}");
        assert!(told.ends_with("restore the newest backup"), "{told}");
    }
}

#[test]
fn a_binding_of_what_is_not_there_is_named() {
    for (change, named) in [
        (
            "UPDATE bindings SET key_id = 'lhkp-00000000'",
            "a row of `bindings` belongs to one of `key_pairs` that is not there",
        ),
        (
            "UPDATE bindings SET instance_id = 'lhins-00000000'",
            "a row of `bindings` belongs to one of `instances` that is not there",
        ),
    ] {
        let folder = with_store();
        sql(&folder, change);
        let report = doctor(&folder, &[]);
        let told = report.problem("references");
        assert!(told.starts_with(named), "{told}");
    }
}

#[test]
fn a_wrong_count_is_named() {
    for (change, count) in [
        ("UPDATE key_pair_counts SET count = 2", 2),
        ("DELETE FROM key_pair_counts", 0),
    ] {
        let folder = with_store();
        sql(&folder, change);
        let report = doctor(&folder, &[]);
        let told = report.problem("counts");
        let named = format!(
            "the account {ROOT} has 3 key pairs in ap-guangzhou, and {count} are counted; "
        );
        assert!(told.starts_with(&named), "{told}");
    }
    let folder = with_store();
    let change = format!("INSERT INTO key_pair_counts VALUES ({ROOT}, 'ap-tokyo', 1)");
    sql(&folder, &change);
    let report = doctor(&folder, &[]);
    let told = report.problem("counts");
    assert!(
        told.contains("has 0 key pairs in ap-tokyo, and 1 are counted"),
        "{told}"
    );
}

#[test]
fn a_name_or_public_key_that_somebody_else_could_take_is_named() {
    for change in [
        "DELETE FROM key_pair_taken WHERE taken = 'key_1'",
        "DELETE FROM key_pair_taken
          WHERE taken = (SELECT fingerprint FROM key_pairs WHERE key_name = 'key_1')",
        "UPDATE key_pair_taken SET taken = 'key_3' WHERE taken = 'key_1'",
    ] {
        let folder = with_store();
        sql(&folder, change);
        let report = doctor(&folder, &[]);
        let told = report.problem("names and public keys");
        assert!(told.starts_with("the key pair `lhkp-"), "{told}");
        assert!(told.contains("to itself; `pharos backup`"), "{told}");
    }
}

#[test]
fn a_line_that_is_not_that_of_its_fingerprint_is_named() {
    let folder = with_store();
    sql(
        &folder,
        "UPDATE key_pairs SET public_key = (SELECT public_key FROM key_pairs WHERE key_name = 'key_1')
          WHERE key_name = 'key_0'",
    );
    let report = doctor(&folder, &[]);
    let told = report.problem("key pairs");
    assert!(
        told.starts_with("the line of the key pair `lhkp-"),
        "{told}"
    );
    assert!(
        told.contains("does not have the fingerprint beside it; restore"),
        "{told}"
    );

    sql(
        &folder,
        "UPDATE key_pairs SET public_key = 'ssh-rsa AAAA c'",
    );
    let report = doctor(&folder, &[]);
    let told = report.problem("key pairs");
    assert!(
        told.contains("is no public key, and 2 more; restore"),
        "{told}"
    );
}

#[test]
fn a_row_that_no_pharos_wrote_is_named_and_the_others_are_read() {
    let folder = with_store();
    sql(
        &folder,
        "UPDATE key_pairs SET key_name = 'no name' WHERE key_name = 'key_0';
         UPDATE key_pair_taken SET taken = 'no name' WHERE taken = 'key_0'",
    );
    let report = doctor(&folder, &[]);
    let told = report.problem("rows");
    let named = format!("the key pair {ROOT} ap-guangzhou lhkp-");
    assert!(told.starts_with(&named), "{told}");
    assert!(told.contains("`no name` does not belong there"), "{told}");
    assert!(
        report.sound("key pairs").starts_with("2,"),
        "{}",
        report.0.out
    );
}

#[test]
fn a_row_without_its_owner_is_found() {
    let folder = with_store();
    sql(&folder, "UPDATE access_keys SET account = 5");
    let report = doctor(&folder, &[]);
    let told = report.problem("references");
    assert!(
        told.contains("a row of `access_keys` belongs to one of `accounts`"),
        "{told}"
    );
}

#[test]
fn a_store_without_root_is_found() {
    let folder = with_store();
    sql(&folder, "UPDATE accounts SET is_root = 0");
    let report = doctor(&folder, &[]);
    let told = report.problem("accounts");
    assert!(told.starts_with("none of them is root"), "{told}");
}

#[test]
fn a_policy_that_cannot_be_evaluated_is_named() {
    let folder = with_store();
    let time = "2026-11-25T08:00:00Z";
    let policy = json!({
        "policy_id": 21, "name": "policy", "document": "{\"version\":\"1.0\"}", "description": "",
        "tags": [], "created_time": time, "updated_time": time,
    });
    sql(
        &folder,
        &format!("INSERT INTO directory VALUES ({ROOT}, 'policy', 21, '{policy}')"),
    );
    let report = doctor(&folder, &[]);
    let told = report.problem("policies");
    let named = format!("the policy 21 of the account {ROOT}: `version`");
    assert!(told.starts_with(&named), "{told}");
}

#[test]
fn what_is_tied_to_what_is_not_there_is_named() {
    let seven =
        format!("INSERT INTO users (account, uin, name, created_time) VALUES ({ROOT}, 7, '', 0)");
    for (change, named) in [
        (
            format!("{seven}; INSERT INTO attachments VALUES ({ROOT}, 'user', 7, 404, 0)"),
            "the policy 404 attached to the user 7",
        ),
        (
            format!("INSERT INTO attachments VALUES ({ROOT}, 'group', 404, 1, 0)"),
            "the policy 1 attached to the group 404",
        ),
        (
            format!("INSERT INTO attachments VALUES ({ROOT}, 'user', 404, 1, 0)"),
            "the policy 1 attached to the user 404",
        ),
        (
            format!("{seven}; INSERT INTO memberships VALUES ({ROOT}, 7, 404, 0)"),
            "the user 7 in the group 404",
        ),
    ] {
        let folder = with_store();
        sql(&folder, &change);
        let report = doctor(&folder, &[]);
        let told = report.problem("attached policies and groups");
        let named = format!("{named} of the account {ROOT}: one of both is not there; ");
        assert!(told.starts_with(&named), "{told}");
    }
}

#[test]
fn what_others_may_read_or_write_is_named() {
    let folder = with_store();
    set_mode(&folder.store(), 0o644);
    let report = doctor(&folder, &[]);
    assert!(
        report.problem("modes").contains("run `chmod 600 "),
        "{}",
        report.0.out
    );
    set_mode(&folder.store(), 0o600);

    set_mode(folder.path(), 0o777);
    let report = doctor(&folder, &[]);
    assert!(
        report.problem("folder").contains("run `chmod go-w "),
        "{}",
        report.0.out
    );
    set_mode(folder.path(), 0o700);

    set_mode(&master_key(&folder), 0o644);
    let report = doctor(&folder, &[]);
    let told = report.problem("master key");
    assert!(
        told.contains("can be read by others (mode 0644); run `chmod 600"),
        "{told}"
    );
    report.warning("secrets");
}

#[test]
fn another_master_key_is_told_from_none() {
    let folder = with_store();
    fs::write(master_key(&folder), "7".repeat(64)).unwrap();
    let report = doctor(&folder, &[]);
    let told = report.one_problem("master key");
    assert!(
        told.contains("put the master key that belongs to the store there"),
        "{told}"
    );
    let told = report.one_problem("secrets");
    assert!(
        told.starts_with(&format!("the secret of `{SECRET_ID}` is sealed under")),
        "{told}"
    );

    fs::remove_file(master_key(&folder)).unwrap();
    let report = doctor(&folder, &[]);
    let told = report.problem("master key");
    assert!(told.starts_with("there is no master key"), "{told}");
    assert!(told.contains("put it back"), "{told}");
    assert!(!master_key(&folder).exists());
}

#[test]
fn a_secret_that_does_not_open_is_named() {
    let folder = with_store();
    sql(
        &folder,
        "UPDATE access_keys
            SET sealed_secret_key = CAST(substr(sealed_secret_key, 1, 8) || zeroblob(60) AS BLOB)",
    );
    let report = doctor(&folder, &[]);
    let told = report.problem("secrets");
    let named = format!("the sealed secret of `{SECRET_ID}` is damaged");
    assert!(told.starts_with(&named), "{told}");
}

#[test]
fn a_rotation_that_is_not_finished_is_a_warning() {
    let folder = with_store();
    let store = format!("sqlite:{}", folder.store().display());
    let added = folder.finish(&mut folder.pharos(&["master-key", "add", "--store", &store]));
    let id = added.out.split_whitespace().nth(4).unwrap();
    sql(&folder, &format!("UPDATE store SET master_key = x'{id}'"));
    let report = doctor(&folder, &[]);
    assert_eq!(report.0.status.code(), Some(0), "{}", report.0.out);
    let text = report.warning("secrets");
    assert!(
        text.contains("1 under an older master key; run `pharos master-key rotate`"),
        "{text}"
    );
    let last = report.0.out.lines().last().unwrap();
    let told = format!("{} checks, no problem, ", report.checks());
    assert!(last.starts_with(&told), "{last}");
}

#[test]
fn a_store_of_another_version_is_left_as_it_is() {
    let folder = with_store();
    sql(&folder, "PRAGMA user_version = 99");
    let before = contents(&folder);
    let report = doctor(&folder, &[]);
    let told = report.problem("store version");
    assert!(
        told.contains("99 is newer") && told.contains("use the Pharos that wrote it"),
        "{told}"
    );
    assert!(contents(&folder) == before);

    let folder = Folder::new();
    let version_1 = include_str!("../../store-sqlite/migrations/0001_accounts_and_key_pairs.sql");
    sql(&folder, version_1);
    sql(
        &folder,
        "PRAGMA application_id = 0x50686172; PRAGMA user_version = 1",
    );
    sql(&folder, "PRAGMA journal_mode = WAL");
    set_mode(&folder.store(), 0o600);
    let before = contents(&folder);
    let report = doctor(&folder, &[]);
    report.is_sound();
    let text = report.sound("store version");
    assert!(
        text.starts_with("1; the next start brings it to "),
        "{text}"
    );
    assert!(contents(&folder) == before);
}

#[test]
fn what_is_no_store_is_called_so() {
    let folder = Folder::new();
    fs::write(folder.store(), "shopping: rope, lamp oil").unwrap();
    set_mode(&folder.store(), 0o600);
    let report = doctor(&folder, &[]);
    let told = report.problem("store version");
    assert!(told.contains("not a Pharos store"), "{told}");
}

/// `pharos serve` over a database, and then its folder with the master key.
fn serve_postgres(url: &str) -> Folder {
    let folder = Folder::new();
    let mut serve = folder.pharos(&["serve", "--listen", "127.0.0.1:0", "--store", url]);
    serve
        .env("PHAROS_ROOT_SECRET_ID", SECRET_ID)
        .env("PHAROS_ROOT_SECRET_KEY", SECRET_KEY);
    let server = Server::start(&folder, &mut serve);
    fill(&folder, &server);
    let report = doctor_postgres(&folder, url);
    report.is_sound();
    assert!(
        report.sound("key pairs").starts_with("3,"),
        "{}",
        report.0.out
    );
    folder
}

fn doctor_postgres(folder: &Folder, url: &str) -> Report {
    examine(folder, &mut folder.pharos(&["doctor", "--store", url]))
}

#[test]
fn what_is_wrong_in_postgresql_is_named() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let empty = postgres.fresh_database();
    let report = doctor_postgres(&Folder::new(), &empty);
    let told = report.problem("store version");
    assert!(
        told.starts_with("there is no store in this database"),
        "{told}"
    );
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'pharos'";
    assert_eq!(postgres.sql(&empty, schemas), "0");

    let url = postgres.fresh_database();
    let folder = serve_postgres(&url);
    let name = url.rsplit_once('/').unwrap().1;
    for (change, undo, check, text) in [
        (
            "UPDATE pharos.audit SET operation = 'x' || operation WHERE sequence = 2",
            "UPDATE pharos.audit SET operation = substr(operation, 2) WHERE sequence = 2",
            "audit log",
            "in the account 100000000001 row 2 was changed after it was written",
        ),
        (
            "UPDATE pharos.accounts SET audit_sequence = audit_sequence - 1",
            "UPDATE pharos.accounts SET audit_sequence = audit_sequence + 1",
            "audit ends",
            "the audit log of the account 100000000001 does not end where",
        ),
        (
            "UPDATE pharos.key_pair_counts SET count = 5",
            "UPDATE pharos.key_pair_counts SET count = 3",
            "counts",
            "the account 100000000001 has 3 key pairs in ap-guangzhou, and 5 are counted",
        ),
        (
            "UPDATE pharos.access_keys SET account = 5",
            "UPDATE pharos.access_keys SET account = 100000000001",
            "references",
            "the owner of an access key is not there (AKIDprocess)",
        ),
        (
            "UPDATE pharos.key_pairs SET key_name = 'no name' WHERE key_name = 'key_0'",
            "UPDATE pharos.key_pairs SET key_name = 'key_0' WHERE key_name = 'no name'",
            "rows",
            "the key pair 100000000001 ap-guangzhou lhkp-",
        ),
        (
            "UPDATE pharos.instances SET document = replace(document, 'zone', 'Zone')",
            "UPDATE pharos.instances SET document = replace(document, 'Zone', 'zone')",
            "rows",
            "the instance 100000000001 ap-guangzhou lhins-",
        ),
        (
            "UPDATE pharos.schema_version SET version = version + 1",
            "UPDATE pharos.schema_version SET version = version - 1",
            "store version",
            "5 is newer than the 4 of this Pharos",
        ),
    ] {
        postgres.sql(&url, change);
        let report = doctor_postgres(&folder, &url);
        let told = report.problem(check);
        assert!(told.starts_with(text), "{told}");
        postgres.sql(&url, undo);
    }
    doctor_postgres(&folder, &url).is_sound();

    let role = format!("reader_of_{name}");
    postgres.sql(
        &url,
        &format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'p';
             GRANT USAGE ON SCHEMA pharos TO {role};
             GRANT SELECT ON ALL TABLES IN SCHEMA pharos TO {role}"
        ),
    );
    let address = postgres.address();
    let reader = format!("postgres://{role}:p@{address}/{name}");
    let report = doctor_postgres(&folder, &reader);
    let told = report.problem("rights");
    assert!(told.contains("lacks UPDATE on schema_version"), "{told}");
    let locked_out = format!("postgres://{role}:q@{address}/{name}");
    let report = doctor_postgres(&folder, &locked_out);
    let told = report.problem("PostgreSQL");
    assert!(told.contains("see its user, its password"), "{told}");
}

#[test]
fn how_the_server_of_postgresql_is_set_up_is_looked_at() {
    if Postgres::is_left_out() {
        return;
    }
    let postgres = Postgres::start();
    let url = postgres.fresh_database();
    let folder = serve_postgres(&url);
    let set = |name: &str, value: &str| {
        postgres.sql(&url, &format!("ALTER SYSTEM SET {name} = {value}"));
        postgres.sql(&url, "SELECT pg_reload_conf()");
        while postgres.sql(&url, &format!("SHOW {name}")) != value.trim_matches('\'') {}
    };
    for name in ["fsync", "synchronous_commit"] {
        set(name, "off");
        let report = doctor_postgres(&folder, &url);
        let told = report.problem("durability");
        assert!(
            told.contains(&format!("(`{name}` is off); switch it on")),
            "{told}"
        );
        fs::write(
            folder.path().join("pharos.toml"),
            "postgres.allow_asynchronous_commit = true",
        )
        .unwrap();
        let mut permitted = folder.pharos(&["doctor", "--store", &url, "--config", "pharos.toml"]);
        let report = examine(&folder, &mut permitted);
        report.warning("durability");
        assert_eq!(report.problems(), 0, "{}", report.0.out);
        set(name, "on");
    }
    set("synchronous_standby_names", "'nobody'");
    let report = doctor_postgres(&folder, &url);
    assert_eq!(report.problems(), 0, "{}", report.0.out);
    let text = report.warning("standbys");
    assert!(
        text.starts_with("none of `synchronous_standby_names` (nobody)"),
        "{text}"
    );
    set("synchronous_standby_names", "''");

    let standby = postgres.standby();
    let report = doctor_postgres(&folder, &url);
    report.is_sound();
    assert_eq!(report.sound("standbys"), "1, commits wait for 1");
    let name = url.rsplit_once('/').unwrap().1;
    let report = doctor_postgres(&folder, &standby.url(name));
    let told = report.problem("PostgreSQL");
    assert!(told.contains("it is a standby; name the primary"), "{told}");

    postgres.kill();
    let report = doctor_postgres(&folder, &url);
    let told = report.problem("PostgreSQL");
    assert!(
        told.starts_with("PostgreSQL cannot be reached; see that it runs"),
        "{told}"
    );
}
