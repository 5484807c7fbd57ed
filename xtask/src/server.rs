//! A server in a process of its own.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, anyhow, bail, ensure};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input};
use pharos_api::region::Region;
use pharos_client::blocking::Client;
use pharos_client::{ClientError, Credential, Endpoint, Retry, Settings};
use serde_json::Value;
use tempfile::TempDir;

use crate::repository;

pub(crate) const SECRET_ID: &str = "AKIDxtask";
pub(crate) const SECRET_KEY: &str = "only for one run, nothing secret";

/// More than any run creates: the quota is not what is measured, nor is the rate limit.
const KEY_PAIR_QUOTA: u32 = 100_000;

/// The `pharos` command.
pub(crate) struct Binary(PathBuf);

impl Binary {
    /// As it is shipped.
    pub(crate) fn build() -> Result<Self> {
        Self::build_with(&["--release"])
    }

    /// As tests have it: built faster, and slower.
    pub(crate) fn build_for_tests() -> Result<Self> {
        Self::build_with(&[])
    }

    fn build_with(profile: &[&str]) -> Result<Self> {
        let mut build = repository::cargo();
        build.args(["build", "--quiet", "--package", "pharos"]);
        build.args(profile);
        build.arg("--message-format=json").stderr(Stdio::inherit());
        // Only cargo knows where its target folder is.
        let messages = repository::output(&mut build)?;
        messages
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)))
            .map(Self)
            .context("cargo built no executable")
    }

    pub(crate) fn bytes(&self) -> Result<u64> {
        Ok(fs::metadata(&self.0)?.len())
    }

    /// Runs it.
    pub(crate) fn command(&self) -> Command {
        Command::new(&self.0)
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        self.0.parent().unwrap_or(Path::new("."))
    }
}

/// A store and a folder for what belongs to it: its file if it is SQLite's, its master key, and the
/// server's configuration. Gone with this value, but for a database elsewhere.
pub(crate) struct Store {
    folder: TempDir,
    url: String,
}

impl Store {
    /// Beside the binary: the usual folder for temporary files may be memory, where a durable commit
    /// costs nothing.
    pub(crate) fn beside(binary: &Binary) -> Result<Self> {
        let folder = tempfile::tempdir_in(binary.folder())?;
        let url = format!("sqlite:{}", folder.path().join("pharos.db").display());
        Self::with(folder, url)
    }

    /// In a database that is somewhere else.
    pub(crate) fn at(url: String) -> Result<Self> {
        Self::with(tempfile::tempdir()?, url)
    }

    fn with(folder: TempDir, url: String) -> Result<Self> {
        let master_key = folder.path().join("master-key");
        fs::write(
            folder.path().join("pharos.toml"),
            format!(
                "key_pair_quota = {KEY_PAIR_QUOTA}\nrate_limit.enforce = false\n\
                 master_key_file = '{}'\n",
                master_key.display()
            ),
        )?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(master_key)?;
        file.write_all(&[b'5'; 64])?;
        Ok(Self { folder, url })
    }

    /// Adds a line to the server's configuration.
    pub(crate) fn configure(&self, line: &str) -> Result<()> {
        let mut file = OpenOptions::new()
            .append(true)
            .open(self.path("pharos.toml"))?;
        Ok(writeln!(file, "{line}")?)
    }

    /// Where it is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A server that runs; it is killed with this value.
pub(crate) struct Server {
    process: Child,
    endpoint: String,
    client: Client,
    /// Held open: what the server prints goes here.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    /// Starts a server and waits for the line that says where it listens.
    pub(crate) fn start(binary: &Binary, store: &Store) -> Result<Self> {
        let log = store.path("log");
        let mut process = binary
            .command()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--store", store.url()])
            .arg("--config")
            .arg(store.path("pharos.toml"))
            .env("PHAROS_ROOT_SECRET_ID", SECRET_ID)
            .env("PHAROS_ROOT_SECRET_KEY", SECRET_KEY)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.0.display()))?;
        let stdout = process.stdout.take().context("the server has no stdout")?;
        let mut stdout = BufReader::new(stdout);
        let mut ready = String::new();
        stdout.read_line(&mut ready)?;
        let Some((_, endpoint)) = ready.trim().rsplit_once(' ') else {
            process.wait()?;
            bail!("the server did not start: {}", fs::read_to_string(log)?);
        };
        Ok(Self {
            client: client(endpoint)?,
            endpoint: endpoint.to_owned(),
            process,
            _stdout: stdout,
        })
    }

    /// Kills it, as nothing else ends it: SIGKILL.
    pub(crate) fn kill(&self) -> Result<()> {
        let process = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(process, rustix::process::Signal::KILL)
            .context("cannot kill the server")
    }

    /// What calls it.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        let address = self.endpoint.strip_prefix("http://");
        Ok(address
            .context("the bench's servers speak no TLS")?
            .parse()?)
    }

    /// Creates a key pair. Everything but a success is an error.
    pub(crate) fn create(&self, region: Region, name: &str) -> Result<()> {
        let created = self.ask(region, name)?;
        let private_key = created.with_context(|| format!("creating {name} in {region}"))?;
        ensure!(private_key, "{name} in {region} came without a private key");
        Ok(())
    }

    /// Asks for a name that is taken: a signed request that is verified, permitted and looked up, but
    /// makes no key.
    pub(crate) fn ask_for_taken(&self, region: Region, name: &str) -> Result<()> {
        match self.ask(region, name)? {
            Err(ClientError::Refused { code, .. }) if code.ends_with("DuplicateParameterValue") => {
                Ok(())
            }
            Err(error) => Err(error.into()),
            Ok(_) => bail!("{name} in {region} was not taken"),
        }
    }

    fn ask(&self, region: Region, name: &str) -> Result<Result<bool, ClientError>> {
        let key_name = KeyName::try_from(name.to_owned())
            .map_err(|bad| anyhow!("{name} is not a name: {bad:?}"))?;
        let input = Input {
            key_name,
            tags: None,
        };
        let output = self.client.in_region(region).send::<CreateKeyPair>(&input);
        Ok(output.map(|output| output.key_pair.private_key.is_some()))
    }

    /// How many threads make keys.
    pub(crate) fn generator_threads(&self) -> Result<usize> {
        let mut threads = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let name = fs::read_to_string(thread?.path().join("comm"))?;
            threads += usize::from(name.starts_with("generator-"));
        }
        ensure!(threads > 0, "the server has no generator threads");
        Ok(threads)
    }

    /// The memory that the process holds now.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let kibibytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.strip_suffix("kB"))
            .context("Linux does not say how much memory the server holds")?;
        Ok(kibibytes.trim().parse::<u64>()? * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killed as by a power failure: the next start does all that a start may have to do. Neither
        // call can fail for a child that was not waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A client that tries once: a pause would be measured too.
fn client(endpoint: &str) -> Result<Client> {
    let settings = Settings::new(Endpoint::parse(endpoint)?, credential()?);
    Ok(Client::new(settings.retry(Retry::never()))?)
}

/// The root account's.
pub(crate) fn credential() -> Result<Credential> {
    Ok(Credential {
        secret_id: SecretId::parse(SECRET_ID).context("the server's SecretId")?,
        secret_key: SecretKey::new(SECRET_KEY),
        token: None,
    })
}
