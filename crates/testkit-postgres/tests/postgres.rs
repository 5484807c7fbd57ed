//! The server does as it is told, and nothing remains of it.

use std::io::{self, BufRead, BufReader, Read};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pharos_testkit_postgres::{Postgres, processes};

#[test]
fn fresh_databases_are_empty_and_apart() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let (one, other) = (postgres.fresh_database(), postgres.fresh_database());
    postgres.sql(&one, "CREATE TABLE pairs (id integer)");
    let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(postgres.sql(&one, tables), "1");
    assert_eq!(postgres.sql(&other, tables), "0");
}

#[test]
fn nobody_comes_in_without_the_password() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let address = postgres.address();
    let guessed = format!("postgresql://postgres:postgres@{address}/postgres");
    let refused = catch_unwind(AssertUnwindSafe(|| postgres.sql(&guessed, "SELECT 1")));
    let complaint = refused.unwrap_err().downcast::<String>().unwrap();
    assert!(
        complaint.contains("password authentication failed"),
        "{complaint}"
    );
}

#[test]
fn settings_hold_and_durability_is_on() {
    if Postgres::is_left_out() {
        return;
    }
    let settings = [("work_mem", "5MB"), ("cluster_name", "it's ours")];
    let postgres = Postgres::with_settings(&settings);
    let show = "SHOW work_mem; SHOW cluster_name; SHOW fsync; SHOW synchronous_commit";
    let shown = postgres.sql(&postgres.url("postgres"), show);
    assert_eq!(shown, "5MB\nit's ours\non\non");
    let started = format!("starting PostgreSQL {}", postgres.version());
    assert!(postgres.log().contains(&started), "{}", postgres.log());
}

#[test]
fn what_was_committed_survives_a_stop_and_a_kill() {
    if Postgres::is_left_out() {
        return;
    }
    let postgres = Postgres::start();
    let database = postgres.fresh_database();
    postgres.sql(&database, "CREATE TABLE pairs (id integer)");
    for end in [Postgres::stop, Postgres::kill] {
        postgres.sql(&database, "INSERT INTO pairs VALUES (1)");
        end(&postgres);
        assert!(TcpStream::connect(postgres.address()).is_err());
        assert!(processes::working_in(postgres.folder()).is_empty());
        postgres.start_again();
    }
    assert_eq!(postgres.sql(&database, "SELECT count(*) FROM pairs"), "2");
    let recovered = "database system was not properly shut down";
    assert_eq!(postgres.log().matches(recovered).count(), 1, "by the kill");
}

#[test]
fn nothing_remains_after_a_panic() {
    if Postgres::is_left_out() {
        return;
    }
    let mut folder = PathBuf::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let postgres = Postgres::start();
        folder = postgres.folder().to_owned();
        assert!(!processes::working_in(&folder).is_empty());
        panic!("as a test that fails");
    }));
    assert!(panicked.is_err() && !folder.as_os_str().is_empty());
    assert!(!remains(&folder));
}

#[test]
fn nothing_remains_of_a_shared_one_when_its_process_ends_or_is_killed() {
    if Postgres::is_left_out() {
        return;
    }
    let end = |process: &mut Child| drop(process.stdin.take());
    let kill = |process: &mut Child| process.kill().unwrap();
    for end in [end as fn(&mut Child), kill] {
        let mut process = this_test_binary(&["--ignored", "a_process_with_a_shared_one"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let folder = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(PathBuf::from(line.split_once(FOLDER)?.1)))
            .unwrap();
        assert!(remains(&folder));
        end(&mut process);
        lines.for_each(drop);
        process.wait().unwrap();
        let since = Instant::now();
        while remains(&folder) {
            assert!(since.elapsed() < PATIENCE, "{} remains", folder.display());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Before the folder of [`a_process_with_a_shared_one`].
const FOLDER: &str = "folder=";

/// Stopping takes a moment; a machine that is busy with other tests gets more.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
#[ignore = "the process that another test ends"]
fn a_process_with_a_shared_one() {
    println!("{FOLDER}{}", Postgres::shared().folder().display());
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_missing_postgresql_fails_tests_unless_it_may_be_missing() {
    let run = |may_be_missing: &str| {
        this_test_binary(&["fresh_databases_are_empty_and_apart"])
            .env("PHAROS_TEST_POSTGRES_BIN", "/nowhere")
            .env("PHAROS_TEST_WITHOUT_POSTGRESQL", may_be_missing)
            .output()
            .unwrap()
    };
    let failed = run("0");
    assert!(!failed.status.success());
    let complaint = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(
        complaint.contains("apt-get install postgresql"),
        "{complaint}"
    );
    let left_out = run("1");
    assert!(left_out.status.success());
    let note = String::from_utf8_lossy(&left_out.stderr);
    assert!(
        note.contains("left out: PostgreSQL is not installed"),
        "{note}"
    );
}

/// This program again, to run the tests that are named.
fn this_test_binary(arguments: &[&str]) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.args(["--exact", "--nocapture"]).args(arguments);
    command
}

/// Whether there is a folder, or a process in it.
fn remains(folder: &Path) -> bool {
    folder.exists() || !processes::working_in(folder).is_empty()
}
