//! A PostgreSQL that is thrown away.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::{Signal, kill_process};

use crate::janitor::Janitor;
use crate::owner::Owner;
use crate::server::Server;
use crate::{installation, processes, random};

/// Below the ports that systems give to outgoing connections: none of those takes a server's while it is down.
const PORTS: Range<u16> = 20_000..32_000;

/// What every cluster is set to; durability stays as PostgreSQL has it.
const SETTINGS: &[(&str, &str)] = &[
    ("listen_addresses", "127.0.0.1"),
    // Tests run side by side, each with a few connections.
    ("max_connections", "200"),
    ("shared_buffers", "16MB"),
    // In the folder, so that nothing else remains of a server that was killed.
    ("dynamic_shared_memory_type", "mmap"),
];

/// The database that every cluster has.
pub(crate) const ADMINISTRATION: &str = "postgres";

/// The server's log, in the folder.
const LOG: &str = "log";

/// A cluster in a temporary folder, with a server on a port of its own. When it is dropped, or the process
/// ends in any way, the server is stopped and the folder removed.
///
/// Everything here panics, with the server's log, when PostgreSQL does not do as it is told.
pub struct Postgres {
    pub(crate) port: u16,
    pub(crate) password: String,
    programs: PathBuf,
    owner: Owner,
    // Dropped in this order: the janitor ends the server.
    janitor: Janitor,
    server: Server,
}

impl Postgres {
    /// Makes a cluster and starts its server.
    pub fn start() -> Self {
        Self::with_settings(&[])
    }

    /// Makes a cluster with settings of `postgresql.conf`, as name and value, and starts its server.
    pub fn with_settings(settings: &[(&str, &str)]) -> Self {
        let postgres = Self::make_cluster();
        postgres.configure(settings);
        postgres.start_again();
        postgres
    }

    /// Makes a cluster that encrypts with this certificate and its private key, both in PEM, and starts
    /// its server.
    pub fn with_certificate(certificate: &str, private_key: &str) -> Self {
        let postgres = Self::make_cluster();
        for (name, text) in [("server.crt", certificate), ("server.key", private_key)] {
            let path = postgres.data().join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
            postgres.owner.give(&path);
        }
        postgres.configure(&[("ssl", "on")]);
        postgres.start_again();
        postgres
    }

    fn make_cluster() -> Self {
        let password = format!("{:032x}", u128::from_ne_bytes(random::bytes()));
        let postgres = Self::in_new_folder(password);
        let password_file = postgres.folder().join("password");
        fs::write(&password_file, &postgres.password).unwrap();
        let mut initdb = postgres.command("initdb");
        initdb
            .args(["--encoding=UTF8", "--locale=C", "--username=postgres"])
            .args(["--auth=scram-sha-256", "--pwfile"])
            .arg(password_file)
            // A new cluster is empty; what comes into it later is synced.
            .args(["--no-sync", "--pgdata"])
            .arg(postgres.data());
        postgres.make(initdb);
        postgres.configure(SETTINGS);
        postgres
    }

    /// The one that the tests of a process share, each with a [`Postgres::fresh_database`]; started at its first
    /// use. A test that kills it, or that changes it, starts its own.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Postgres> = LazyLock::new(Postgres::start);
        &SHARED
    }

    /// [`Postgres::shared`], unless [`Postgres::is_left_out`].
    pub fn shared_or_left_out() -> Option<&'static Self> {
        (!Self::is_left_out()).then(Self::shared)
    }

    /// Whether tests that need PostgreSQL are left out, which is then printed: it is not installed, and
    /// `PHAROS_TEST_WITHOUT_POSTGRESQL=1` permits that. Panics when it is not installed and must be.
    pub fn is_left_out() -> bool {
        installation::is_left_out()
    }

    /// A folder for a cluster, with somebody who removes it.
    pub(crate) fn in_new_folder(password: String) -> Self {
        let programs = installation::programs();
        let owner = Owner::find();
        Self {
            port: free_port(),
            password,
            janitor: Janitor::start(&owner, &programs),
            server: Server::default(),
            programs,
            owner,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// How to connect to a database as the superuser.
    pub fn url(&self, database: &str) -> String {
        let (address, password) = (self.address(), &self.password);
        format!("postgresql://postgres:{password}@{address}/{database}")
    }

    /// Creates a database that nobody else uses, and answers its URL.
    pub fn fresh_database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.sql(
            &self.url(ADMINISTRATION),
            &format!("CREATE DATABASE {name}"),
        );
        self.url(&name)
    }

    /// Runs SQL in the database of a URL, and answers its rows, one a line, with `|` between columns.
    pub fn sql(&self, url: &str, statements: &str) -> String {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"])
            .args(["--set=ON_ERROR_STOP=1", "--dbname", url])
            .args(["--command", statements]);
        self.run(&mut psql).trim_end().to_owned()
    }

    /// The version of the server, as it says it itself.
    pub fn version(&self) -> String {
        self.sql(&self.url(ADMINISTRATION), "SHOW server_version")
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder().join(LOG)).unwrap_or_default()
    }

    /// The folder with all that there is of it.
    pub fn folder(&self) -> &Path {
        self.janitor.folder()
    }

    /// Kills all of its processes at once: its machine loses power, but for what the system had not yet written to the
    /// disk. Returns when they are gone.
    pub fn kill(&self) {
        loop {
            let processes = processes::working_in(self.folder());
            if processes.is_empty() {
                break;
            }
            for process in processes {
                // Refused when it has ended meanwhile.
                let _ = kill_process(process, Signal::KILL);
            }
            thread::yield_now();
        }
        self.server.wait();
    }

    /// Shuts it down in good order; open connections are closed, their transactions rolled back.
    pub fn stop(&self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode=fast", "--pgdata"])
            .arg(self.data());
        self.run(&mut stop);
        self.server.wait();
    }

    /// Starts it on the same folder and port, after [`Postgres::kill`] or [`Postgres::stop`]. Returns when it
    /// takes connections.
    pub fn start_again(&self) {
        let log = self.folder().join(LOG);
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .unwrap();
        let mut postgres = self.command("postgres");
        postgres
            .arg("-D")
            .arg(self.data())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        self.server.start(&mut postgres);
        let port = self.port.to_string();
        let mut is_ready = self.command("pg_isready");
        is_ready.args(["--quiet", "--host=127.0.0.1", "--port", &port]);
        while !is_ready.status().unwrap().success() {
            assert!(
                self.server.is_running(),
                "PostgreSQL did not start\n{}",
                self.log()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Adds settings to `postgresql.conf`, where the last one of a name holds, and where the server listens.
    pub(crate) fn configure(&self, settings: &[(&str, &str)]) {
        let port = self.port.to_string();
        let folder = self.folder().display().to_string();
        let here = [("port", &*port), ("unix_socket_directories", &*folder)];
        let lines: String = settings
            .iter()
            .chain(&here)
            .map(|(name, value)| format!("{name} = '{}'\n", value.replace('\'', "''")))
            .collect();
        let file = self.data().join("postgresql.conf");
        let mut file = OpenOptions::new().append(true).open(file).unwrap();
        file.write_all(lines.as_bytes()).unwrap();
    }

    /// One of PostgreSQL's programs, run as the owner of the cluster.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.owner.command(self.programs.join(program))
    }

    /// Has a program make the cluster.
    pub(crate) fn make(&self, mut command: Command) {
        self.run(command.stdin(self.janitor.also_waits_for()));
    }

    /// Runs a program to its end, and answers what it printed.
    pub(crate) fn run(&self, command: &mut Command) -> String {
        let output = command
            .output()
            .unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{} failed: {printed}{}\nThe server's log:\n{}",
            command.get_program().display(),
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
        printed
    }

    /// The cluster itself.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder().join("data")
    }
}

fn free_port() -> u16 {
    loop {
        let offset = u16::from_ne_bytes(random::bytes()) % (PORTS.end - PORTS.start);
        let port = PORTS.start + offset;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
