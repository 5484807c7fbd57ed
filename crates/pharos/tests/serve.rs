//! `pharos serve`: what it prints, how it is configured, how it stops, and how it fails.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use process::{Folder, SECRET_ID, SECRET_KEY, Server};
use rustix::process::Signal;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_first_start_needs_nothing_and_shows_the_root_key_once() {
    let folder = Folder::new();
    let mut first = Server::start(
        &folder,
        &mut folder.pharos(&["serve", "--listen", "127.0.0.1:0"]),
    );
    let shown = first.out();
    let after = |label: &str| {
        let line = shown.lines().find_map(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("no {label}: {shown}"))
            .trim()
            .to_owned()
    };
    let (secret_id, secret_key) = (after("SecretId "), after("SecretKey "));
    assert!(
        secret_id.starts_with("AKID") && secret_id.len() == 36,
        "{secret_id}"
    );
    assert_eq!(secret_key.len(), 32);
    let line = format!(
        "  tccli lighthouse CreateKeyPair --endpoint {} --region ap-guangzhou --secretId {secret_id} \
         --secretKey {secret_key} --KeyName my_first_key",
        first.endpoint
    );
    assert!(shown.lines().any(|shown| shown == line), "{shown}");
    let data = folder.path().join(".local/share/pharos");
    assert_eq!(mode(&data), 0o700);
    for file in ["pharos.db", "pharos.db-wal", "pharos.db.master-key"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    first.signal(Signal::TERM);
    assert_eq!(first.wait().code(), Some(0));

    let second = Server::start(
        &folder,
        &mut folder.pharos(&["serve", "--listen", "127.0.0.1:0"]),
    );
    assert!(second.out().contains(&secret_id), "{}", second.out());
    assert!(!second.out().contains(&secret_key));
    assert!(second.out().contains("as it was shown when it was made"));
    assert!(second.out().contains("`pharos user create-key`"));
    // The key that was shown still signs.
    let created = folder.finish(
        folder
            .pharos(&[
                "key",
                "create",
                "second_start",
                "--endpoint",
                &second.endpoint,
            ])
            .env("TENCENTCLOUD_SECRET_ID", &secret_id)
            .env("TENCENTCLOUD_SECRET_KEY", &secret_key),
    );
    assert!(created.status.success(), "{}", created.err);
}

#[test]
fn the_operators_root_key_is_used_and_not_shown() {
    let folder = Folder::new();
    let server = Server::start(&folder, &mut folder.serve());
    assert!(server.out().contains(SECRET_ID));
    assert!(!server.out().contains(SECRET_KEY));
}

#[test]
fn another_operators_key_replaces_the_one_before() {
    let folder = Folder::new();
    drop(Server::start(&folder, &mut folder.serve()));
    let mut serve = folder.serve();
    let server = Server::start(&folder, serve.env("PHAROS_ROOT_SECRET_ID", "AKIDother"));
    let create = |secret_id: &str, name: &str| {
        folder.finish(
            folder
                .pharos(&["key", "create", name, "--endpoint", &server.endpoint])
                .env("TENCENTCLOUD_SECRET_ID", secret_id)
                .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY),
        )
    };
    assert!(create("AKIDother", "other").status.success());
    let refused = create(SECRET_ID, "before");
    assert!(
        refused
            .sentence()
            .starts_with("AuthFailure.SecretIdNotFound"),
        "{}",
        refused.err
    );
}

#[test]
fn every_request_is_one_line_of_json_where_no_terminal_reads_it() {
    let folder = Folder::new();
    let server = Server::start(&folder, &mut folder.serve());
    let create = |name: &str| {
        folder.finish(
            folder
                .pharos(&[
                    "call",
                    "lighthouse",
                    "CreateKeyPair",
                    "--KeyName",
                    name,
                    "--endpoint",
                    &server.endpoint,
                ])
                .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
                .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY),
        )
    };
    assert!(create("logged").status.success());
    assert_eq!(create("logged").status.code(), Some(1));
    let lines: Vec<serde_json::Value> = server
        .log()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let requests: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "request")
        .collect();
    assert_eq!(requests.len(), 2);
    for (request, outcome) in requests
        .iter()
        .zip(["ok", "InvalidParameterValue.DuplicateParameterValue"])
    {
        assert_eq!(request["action"], "CreateKeyPair");
        assert_eq!(request["account"], "100000000001");
        assert_eq!(request["region"], "ap-guangzhou");
        assert_eq!(request["outcome"], outcome);
        assert_eq!(request["request_id"].as_str().unwrap().len(), 36);
        assert!(request["duration_ms"].is_u64());
        assert!(request["timestamp"].as_str().unwrap().ends_with('Z'));
    }
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let folder = Folder::new();
    let file = folder.path().join("pharos.toml");
    fs::write(&file, "listen = '127.0.0.1:1'\nstore = 'sqlite:file.db'\n").unwrap();
    let mut serve = folder.pharos(&["serve", "--listen", "127.0.0.1:0"]);
    serve
        .env("PHAROS_CONFIG", &file)
        .env("PHAROS_STORE", "sqlite:environment.db");
    serve.env("PHAROS_LISTEN", "127.0.0.1:2");
    drop(Server::start(&folder, &mut serve));
    assert!(folder.path().join("environment.db").exists());
    assert!(!folder.path().join("file.db").exists());
    let mut serve = folder.pharos(&["serve", "--listen", "127.0.0.1:0"]);
    drop(Server::start(&folder, serve.env("PHAROS_CONFIG", &file)));
    assert!(folder.path().join("file.db").exists());
}

#[test]
fn the_explorer_is_there_and_named_unless_the_operator_switches_it_off() {
    let folder = Folder::new();
    let file = folder.path().join("pharos.toml");
    fs::write(&file, "explorer = false\n").unwrap();
    let file = file.to_str().unwrap();
    for (arguments, environment, expected) in [
        (&[][..], None, true),
        (&["--no-explorer"], None, false),
        (&["--config", file], None, false),
        (&["--config", file], Some("true"), true),
        (&["--config", file, "--explorer"], None, true),
        (&["--explorer=false"], Some("true"), false),
        (&["--no-explorer"], Some("true"), false),
        (&[], Some("false"), false),
    ] {
        let mut serve = folder.serve();
        serve.args(arguments);
        if let Some(value) = environment {
            serve.env("PHAROS_EXPLORER", value);
        }
        let server = Server::start(&folder, &mut serve);
        let line = format!("In a browser: {}/explorer", server.endpoint);
        let is_named = server.out().lines().any(|shown| shown == line);
        assert_eq!(is_named, expected, "{arguments:?} {environment:?}");
        let host = server.endpoint.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let ask = format!("GET /explorer HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).unwrap();
        let mut page = String::new();
        stream.read_to_string(&mut page).unwrap();
        let is_there = page.contains("content-security-policy: default-src 'none'");
        assert_eq!(is_there, expected, "{arguments:?} {environment:?}");
    }
}

#[test]
fn a_wrong_secret_is_explained_on_loopback_to_the_client_and_in_the_log() {
    let folder = Folder::new();
    for (flag, explained) in [(None, true), (Some("--explain-signatures=false"), false)] {
        let mut serve = folder.serve();
        let server = Server::start(&folder, serve.args(flag));
        let refused = folder.finish(
            folder
                .pharos(&["key", "create", "a", "--endpoint", &server.endpoint])
                .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
                .env("TENCENTCLOUD_SECRET_KEY", format!("{SECRET_KEY}x")),
        );
        let part = "most likely the SecretKey is not the one of this SecretId";
        assert_eq!(
            refused.sentence().contains(part),
            explained,
            "{}",
            refused.err
        );
        assert_eq!(server.log().contains(part), explained, "{}", server.log());
        assert!(!server.log().contains(SECRET_KEY));
    }
}

#[test]
fn an_access_key_that_another_process_disables_is_refused_with_the_next_request() {
    let folder = Folder::new();
    let server = Server::start(&folder, &mut folder.serve());
    let call = || {
        let arguments = ["call", "lighthouse", "DescribeRegions", "--endpoint"];
        let mut command = folder.pharos(&arguments);
        command
            .arg(&server.endpoint)
            .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
            .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY);
        folder.finish(&mut command)
    };
    let set = |status: &str| {
        let store = rusqlite::Connection::open(folder.store()).unwrap();
        let changed = store.execute("UPDATE access_keys SET status = ?1", [status]);
        assert_eq!(changed.unwrap(), 1);
    };
    for _ in 0..2 {
        let called = call();
        assert!(called.status.success(), "{}", called.err);
        assert!(called.out.contains("ap-guangzhou"), "{}", called.out);
        set("inactive");
        let refused = call();
        assert!(
            refused.sentence().contains("AuthFailure.SecretIdNotFound"),
            "{}",
            refused.err
        );
        set("active");
    }
}

#[test]
fn both_signals_stop_it_after_the_requests_in_flight() {
    /// More keys than are made before the signal comes: at two a time they take some 200 ms.
    const CLIENTS: usize = 8;
    for signal in [Signal::TERM, Signal::INT] {
        let folder = Folder::new();
        let mut server = Server::start(&folder, &mut folder.serve());
        let clients: Vec<_> = (0..CLIENTS)
            .map(|index| {
                let mut command = folder.pharos(&["key", "create", &format!("in_flight_{index}")]);
                command
                    .args(["--endpoint", &server.endpoint])
                    .stdout(Stdio::null());
                command.env("TENCENTCLOUD_SECRET_ID", SECRET_ID);
                command
                    .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY)
                    .spawn()
                    .unwrap()
            })
            .collect();
        // Each client makes its file just before it calls.
        for index in 0..CLIENTS {
            while !folder
                .path()
                .join(format!("in_flight_{index}.pem"))
                .exists()
            {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        std::thread::sleep(Duration::from_millis(50));
        server.signal(signal);
        assert_eq!(server.wait().code(), Some(0), "{}", server.log());
        let ended: Vec<_> = clients
            .into_iter()
            .map(|mut client| client.wait().unwrap().success())
            .collect();
        assert_eq!(ended, [true; CLIENTS], "{}", server.log());
    }
}

/// The first line of the log with this message.
fn logged(server: &Server, message: &str) -> serde_json::Value {
    let log = server.log();
    let mut lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    let found = lines.find(|line: &serde_json::Value| {
        line["message"]
            .as_str()
            .is_some_and(|text| text.starts_with(message))
    });
    found.unwrap_or_else(|| panic!("no {message}: {log}"))
}

#[test]
fn keys_are_made_as_the_operator_says_and_the_log_says_how() {
    let folder = Folder::new();
    let settings = "generator = 'portable'\nkey_type = 'rsa-4096'\ngenerator_threads = 3\n";
    fs::write(folder.path().join("pharos.toml"), settings).unwrap();
    let mut serve = folder.serve();
    serve
        .args(["--config", "pharos.toml", "--generator", "library"])
        .env("PHAROS_GENERATOR", "filtered")
        .env("PHAROS_KEY_TYPE", "ed25519");
    let server = Server::start(&folder, &mut serve);
    let line = logged(&server, "the generator is ready");
    assert_eq!(line["path"], "library");
    assert_eq!(line["key_type"], "ed25519");
    assert_eq!(line["threads"].to_string().trim_matches('"'), "3");
    let created = folder.finish(
        folder
            .pharos(&["key", "create", "a", "--endpoint", &server.endpoint])
            .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
            .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY),
    );
    assert!(created.status.success(), "{}", created.err);
    let pem = fs::read_to_string(folder.path().join("a.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
}

#[test]
fn a_generator_that_there_is_not_is_refused_with_those_that_there_are() {
    let folder = Folder::new();
    let refused = folder.finish(folder.serve().args(["--generator", "fast"]));
    assert_eq!(
        refused.sentence(),
        "the setting `generator` cannot be `fast`; it is one of `filtered`, `portable`, `library`"
    );
    let refused = folder.finish(folder.serve().env("PHAROS_KEY_TYPE", "rsa"));
    let sentence = refused.sentence();
    assert!(
        sentence.starts_with("the setting `key_type` cannot be `rsa`; it is one of `rsa-2048`, "),
        "{sentence}"
    );
    assert!(!folder.store().exists(), "it left something behind");
}

#[test]
fn metrics_are_served_where_the_operator_says_and_nowhere_else() {
    let folder = Folder::new();
    let mut serve = folder.serve();
    let server = Server::start(&folder, serve.args(["--metrics-listen", "127.0.0.1:0"]));
    let line = logged(&server, "metrics are at ");
    let (_, address) = line["message"]
        .as_str()
        .unwrap()
        .split_once("http://")
        .unwrap();
    let address = address.strip_suffix("/metrics").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
    assert!(
        reply.contains("\npharos_generator_queue_length 0\n"),
        "{reply}"
    );

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let refused = folder.finish(folder.serve().args(["--metrics-listen", &taken]));
    let sentence = refused.sentence();
    assert!(
        sentence.starts_with(&format!("cannot listen on {taken}")),
        "{sentence}"
    );
    assert!(sentence.contains("--metrics-listen"), "{sentence}");

    let server = Server::start(&folder, &mut folder.serve());
    assert!(!server.log().contains("metrics"), "{}", server.log());
}

#[test]
fn a_port_in_use_is_one_sentence_and_leaves_nothing_behind() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let failed = folder.finish(&mut folder.pharos(&["serve", "--listen", &address]));
    let sentence = failed.sentence();
    assert!(
        sentence.starts_with(&format!("cannot listen on {address}")),
        "{sentence}"
    );
    assert_eq!(failed.out, "");
    assert!(
        !folder.path().join(".local").exists(),
        "it left something behind"
    );
    // The first start that works is still the first.
    let server = Server::start(
        &folder,
        &mut folder.pharos(&["serve", "--listen", "127.0.0.1:0"]),
    );
    assert!(server.out().contains("shown this once"), "{}", server.out());
}

#[test]
fn what_is_wrong_with_the_store_is_one_sentence() {
    let folder = Folder::new();
    let fails = |url: &str| {
        folder.finish(&mut folder.pharos(&["serve", "--listen", "127.0.0.1:0", "--store", url]))
    };
    let says = |url: &str, part: &str| {
        let failed = fails(url);
        assert!(failed.sentence().contains(part), "{}", failed.err);
    };
    says("mysql://a", "`mysql://a` is of no known kind");
    says("sqlite:/no/such/folder/pharos.db", "/no/such/folder");
    says("sqlite:/proc/pharos.db", "/proc");
    fs::write(
        folder.path().join("letter.txt"),
        "Dear Sir or Madam, this is no store. ".repeat(99),
    )
    .unwrap();
    says("sqlite:letter.txt", "letter.txt");

    drop(Server::start(&folder, &mut folder.serve()));
    let url = format!("sqlite:{}", folder.store().display());
    fs::rename(
        folder.path().join("pharos.db.master-key"),
        folder.path().join("moved"),
    )
    .unwrap();
    says(&url, "put it back");
    fs::rename(
        folder.path().join("moved"),
        folder.path().join("pharos.db.master-key"),
    )
    .unwrap();
    let key = folder.path().join("pharos.db.master-key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    says(&url, "run `chmod 600");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&key, "0".repeat(64)).unwrap();
    says(&url, "put the master key that belongs to the store there");
    fs::write(&key, "zz").unwrap();
    says(&url, "64 hexadecimal digits");
}

#[test]
fn calls_are_counted_together_only_where_nodes_share_a_store() {
    let folder = Folder::new();
    fs::write(
        folder.path().join("pharos.toml"),
        "rate_limit.scope = 'cluster'",
    )
    .unwrap();
    let failed = folder.finish(folder.serve().args(["--config", "pharos.toml"]));
    let sentence = failed.sentence();
    assert!(sentence.contains("use a postgres:// store"), "{sentence}");
}

#[test]
fn a_store_of_a_newer_version_is_one_sentence() {
    let folder = Folder::new();
    drop(Server::start(&folder, &mut folder.serve()));
    let connection = rusqlite::Connection::open(folder.store()).unwrap();
    connection
        .pragma_update(None, "user_version", 9_999)
        .unwrap();
    drop(connection);
    let failed = folder.finish(&mut folder.serve());
    let sentence = failed.sentence();
    assert!(
        sentence.contains("9999") && sentence.contains("newer"),
        "{sentence}"
    );
}

#[test]
fn what_is_wrong_with_the_settings_is_one_sentence() {
    let folder = Folder::new();
    fs::write(folder.path().join("bad.toml"), "lissten = 'x'").unwrap();
    let rule = "import.weak_rules_off = ['roca']";
    fs::write(folder.path().join("rule.toml"), rule).unwrap();
    let says = |arguments: &[&str], environment: &[(&str, &str)], part: &str| {
        let mut serve = folder.pharos(&["serve", "--listen", "127.0.0.1:0"]);
        serve.args(arguments).envs(environment.iter().copied());
        let failed = folder.finish(&mut serve);
        assert!(failed.sentence().contains(part), "{}", failed.err);
    };
    says(&["--config", "bad.toml"], &[], "did you mean `listen`?");
    says(
        &["--config", "rule.toml"],
        &[],
        "there is no `roca`; there are `rsa-size`, ",
    );
    says(
        &["--config", "none.toml"],
        &[],
        "cannot read the configuration file none.toml",
    );
    let id = ("PHAROS_ROOT_SECRET_ID", "AKIDa");
    says(&[], &[id], "set both");
    says(
        &[],
        &[id, ("PHAROS_ROOT_SECRET_KEY", "short")],
        "at least 16",
    );
}

#[test]
fn no_secret_reaches_the_store_or_the_log() {
    let folder = Folder::new();
    let mut server = Server::start(&folder, &mut folder.serve());
    for index in 0..3 {
        let created = folder.finish(
            folder
                .pharos(&[
                    "key",
                    "create",
                    &format!("secret_{index}"),
                    "--endpoint",
                    &server.endpoint,
                ])
                .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
                .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY),
        );
        assert!(created.status.success(), "{}", created.err);
        assert!(!created.out.contains("PRIVATE KEY"));
    }
    let scan = || {
        let pem = fs::read_to_string(folder.path().join("secret_0.pem")).unwrap();
        let body_line = pem.lines().nth(3).unwrap().to_owned();
        let mut scanned = 0;
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "pem") {
                // The scan can find what it looks for.
                assert!(process::holds(&path, "PRIVATE KEY"));
                continue;
            }
            for text in ["PRIVATE KEY", &body_line, SECRET_KEY] {
                assert!(
                    !process::holds(&path, text),
                    "{} holds {text}",
                    path.display()
                );
            }
            scanned += 1;
        }
        scanned
    };
    // The store, its WAL and its shared memory, the master key, and what was printed.
    assert!(scan() >= 6);
    server.signal(Signal::TERM);
    assert_eq!(server.wait().code(), Some(0));
    scan();
}
