//! The `pharos` command as a process of its own.
#![allow(dead_code, reason = "each test file uses its part")]

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const SECRET_ID: &str = "AKIDprocess";
pub(crate) const SECRET_KEY: &str = "the secret key of the process tests";

/// How long a process may take for anything: a hang should fail, a busy machine should not.
const TIME_MAX: Duration = Duration::from_secs(60);

/// A folder to work in.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The store that [`Folder::serve`] uses.
    pub(crate) fn store(&self) -> PathBuf {
        self.path().join("pharos.db")
    }

    /// `pharos …` with nothing of this process's environment that it reads.
    pub(crate) fn pharos(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pharos"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if ["PHAROS_", "SSL_CERT_", "TCCLI_", "TENCENTCLOUD_", "XDG_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
            {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.path())
            .env("HOME", self.path());
        command
    }

    /// `pharos serve` on a free port over [`Folder::store`], its root key set.
    pub(crate) fn serve(&self) -> Command {
        let store = format!("sqlite:{}", self.store().display());
        let mut command = self.pharos(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
        command
            .env("PHAROS_ROOT_SECRET_ID", SECRET_ID)
            .env("PHAROS_ROOT_SECRET_KEY", SECRET_KEY);
        command
    }

    /// What a command that ends by itself printed.
    pub(crate) fn finish(&self, command: &mut Command) -> Finished {
        let out = self.path().join("finished.out");
        let err = self.path().join("finished.err");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let status = wait(&mut child);
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        Finished {
            status,
            out: read(&out),
            err: read(&err),
        }
    }
}

/// A server that is ready, and `pharos …` as somebody calls it there: clients find the server and the root
/// key, operators the store.
pub(crate) struct Setup {
    pub(crate) folder: Folder,
    pub(crate) server: Server,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// With this configuration file.
    pub(crate) fn with(configuration: &str) -> Self {
        let folder = Folder::new();
        fs::write(folder.path().join("pharos.toml"), configuration).unwrap();
        let mut serve = folder.serve();
        let server = Server::start(&folder, serve.args(["--config", "pharos.toml"]));
        Self { folder, server }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.folder.pharos(arguments);
        let store = format!("sqlite:{}", self.folder.store().display());
        command
            .env("PHAROS_STORE", store)
            .env("PHAROS_ENDPOINT", &self.server.endpoint)
            .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
            .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY);
        command
    }

    pub(crate) fn pharos(&self, arguments: &[&str]) -> Finished {
        self.folder.finish(&mut self.command(arguments))
    }

    /// What a command printed that does what it should.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let finished = self.pharos(arguments);
        assert!(finished.status.success(), "{arguments:?}: {}", finished.err);
        assert_eq!(finished.err, "");
        finished.out
    }

    /// The same, read as JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }

    /// `pharos doctor` finds nothing wrong.
    pub(crate) fn assert_sound(&self) {
        let report = self.pharos(&["doctor"]);
        assert!(report.status.success(), "{}", report.out);
    }
}

pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Finished {
    /// The one sentence of a failure: exit code 1, and not a word more.
    pub(crate) fn sentence(&self) -> &str {
        assert_eq!(self.status.code(), Some(1), "{}{}", self.out, self.err);
        assert_eq!(self.err.trim_end().lines().count(), 1, "{}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self.err.trim_end().strip_prefix("pharos: ").unwrap()
    }
}

/// A server that is ready.
pub(crate) struct Server {
    child: Child,
    pub(crate) endpoint: String,
    out: PathBuf,
    err: PathBuf,
}

impl Server {
    pub(crate) fn start(folder: &Folder, command: &mut Command) -> Self {
        let (out, err) = (
            folder.path().join("serve.out"),
            folder.path().join("serve.err"),
        );
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self {
            child,
            endpoint: String::new(),
            out,
            err,
        };
        let since = Instant::now();
        while !server.out().contains("Create a key pair:") || !server.out().ends_with('\n') {
            let ended = server.child.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "the server ended: {}{}",
                server.out(),
                server.log()
            );
            assert!(
                since.elapsed() < TIME_MAX,
                "the server is not ready: {}",
                server.out()
            );
            thread::sleep(Duration::from_millis(2));
        }
        let ready = server.out();
        let (_, endpoint) = ready
            .lines()
            .next()
            .unwrap()
            .split_once(" is ready at ")
            .unwrap();
        endpoint.clone_into(&mut server.endpoint);
        server
    }

    /// What it printed on standard output.
    pub(crate) fn out(&self) -> String {
        fs::read_to_string(&self.out).unwrap()
    }

    /// What it printed on standard error.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.err).unwrap()
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        wait(&mut self.child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait(child: &mut Child) -> ExitStatus {
    let since = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if since.elapsed() > TIME_MAX {
            child.kill().unwrap();
            panic!("the process does not end");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Whether a file's bytes hold this text.
pub(crate) fn holds(path: &Path, text: &str) -> bool {
    let mut bytes = Vec::new();
    File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
