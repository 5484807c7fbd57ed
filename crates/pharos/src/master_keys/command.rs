//! Master keys from a command: what asks a key management service.

use std::fmt;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use pharos_service::master_key::MasterKey;
use pharos_service::master_keys::{Cause, MasterKeySource};
use zeroize::Zeroizing;

use super::text;

/// How long the command may take: a service far away answers in seconds, and a server should not hang
/// at its start.
const TIME_MAX: Duration = Duration::from_secs(30);

/// A command that prints master keys, and nothing else, on its standard output.
pub(super) struct MasterKeyCommand {
    program: String,
    arguments: Vec<String>,
}

impl fmt::Display for MasterKeyCommand {
    /// Without its arguments: some give a token in them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the command `{}`", self.program)
    }
}

impl MasterKeyCommand {
    pub(super) fn new(command: &[String]) -> Result<Self> {
        let [program, arguments @ ..] = command else {
            bail!(
                "`master_key_command` names no program; write a list like [\"vault\", \"read\", …]"
            );
        };
        Ok(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
        })
    }

    fn run(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {self}"))?;
        let printed = child.stdout.take();
        let (finished, is_finished) = channel();
        let reader = thread::spawn(move || {
            let mut text = Zeroizing::new(Vec::with_capacity(text::BYTES_MAX));
            let read = printed.map(|out| out.take(text::BYTES_MAX as u64).read_to_end(&mut text));
            let _ = finished.send(());
            read.transpose().map(|_| text)
        });
        if let Err(RecvTimeoutError::Timeout) = is_finished.recv_timeout(TIME_MAX) {
            // Its output closes with it, and the reader ends.
            let _ = child.kill();
            let _ = child.wait();
            bail!("{self} takes longer than {} seconds", TIME_MAX.as_secs());
        }
        let status = child
            .wait()
            .with_context(|| format!("cannot wait for {self}"))?;
        if !status.success() {
            bail!("{self} failed ({status}); see what it printed");
        }
        match reader.join() {
            Ok(text) => text.with_context(|| format!("cannot read what {self} prints")),
            Err(_) => bail!("cannot read what {self} prints"),
        }
    }
}

impl MasterKeySource for MasterKeyCommand {
    fn load(&self) -> Result<Vec<MasterKey>, Cause> {
        Ok(text::parse(&self.run()?)?)
    }
}
