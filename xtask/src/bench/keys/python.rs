//! Python's `cryptography`, in one process that is kept.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::super::peers;
use super::candidate::{Candidate, LeftOut};

const NAME: &str = "python-cryptography";

/// First says the versions, then for each line that comes the nanoseconds of one more key.
const PROGRAM: &str = r#"
import sys, time
import cryptography
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

openssl = " ".join(backend.openssl_version_text().split()[:2])
print(f"{cryptography.__version__} ({openssl})", flush=True)
for _ in sys.stdin:
    before = time.process_time_ns()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    print(time.process_time_ns() - before, flush=True)
"#;

pub(super) fn candidate() -> Result<Candidate, LeftOut> {
    let python = peers::PYTHON.provide();
    let python = python.map_err(|reason| LeftOut::new(NAME, reason))?;
    let started = Interpreter::start(Command::new(python));
    let mut interpreter = started.map_err(|error| LeftOut::new(NAME, format!("{error:#}")))?;
    let title = format!("Python cryptography {}", interpreter.versions);
    let make = Box::new(move || interpreter.make());
    Ok(Candidate::other(NAME, title, make))
}

/// It is killed with this value.
struct Interpreter {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    versions: String,
}

impl Interpreter {
    fn start(mut python: Command) -> Result<Self> {
        let mut process = python
            .args(["-c", PROGRAM])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdin = process.stdin.take().context("no way to Python")?;
        let stdout = process.stdout.take().context("no way from Python")?;
        let mut interpreter = Self {
            process,
            stdin,
            stdout: BufReader::new(stdout),
            versions: String::new(),
        };
        interpreter.versions = interpreter.line()?;
        Ok(interpreter)
    }

    fn make(&mut self) -> Result<Duration> {
        self.stdin.write_all(b"\n")?;
        let nanoseconds = self.line()?;
        Ok(Duration::from_nanos(nanoseconds.parse()?))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Interpreter {
    fn drop(&mut self) {
        // Neither call can fail for a child that was not waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
