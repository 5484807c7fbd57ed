//! The `moto` server, a mock of AWS that tests are run against: EC2's CreateKeyPair makes a real RSA key pair
//! of 2048 bits there, and keeps it in memory.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};

use super::super::peers;
use super::contender::{Contender, Running};

/// Tells moto which service is meant; the signature is not looked at.
const CREDENTIAL: &str = "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/ec2/aws4_request, \
                          SignedHeaders=host, Signature=none";

pub(super) struct Moto {
    program: PathBuf,
    /// Requests so far.
    asked: usize,
}

impl Moto {
    /// Else why there is none.
    pub(super) fn find() -> Result<Self, String> {
        let program = peers::PYTHON.provide()?.with_file_name("moto_server");
        Ok(Self { program, asked: 0 })
    }
}

impl Contender for Moto {
    fn name(&self) -> &'static str {
        "moto"
    }

    fn start(&mut self) -> Result<Running> {
        let mut command = Command::new(&self.program);
        command
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut process = Process(command.spawn()?);
        let stderr = process.0.stderr.take().context("moto has no stderr")?;
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let address = lines.find_map(|line| address_in(&line));
        let address = address.context("moto did not start")?;
        // It writes a line for each request, and would wait for whoever reads none.
        thread::spawn(move || lines.for_each(drop));
        Ok(Running {
            address,
            process: process.0.id(),
            _server: Box::new(process),
        })
    }

    fn request(&mut self, address: SocketAddr) -> Result<Request<Full<Bytes>>> {
        self.asked += 1;
        let number = self.asked;
        let body = format!("Action=CreateKeyPair&KeyName=bench_{number}&Version=2016-11-15");
        let request = Request::post("/")
            .header(HOST, address.to_string())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(AUTHORIZATION, CREDENTIAL);
        Ok(request.body(Full::from(body))?)
    }
}

/// ` * Running on http://127.0.0.1:44057`
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, address) = line.split_once("Running on http://")?;
    address.trim().parse().ok()
}

/// Killed with this value.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Neither call can fail for a child that was not waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_werkzeug_writes_it() {
        let expected = "127.0.0.1:44057".parse().ok();
        assert_eq!(address_in(" * Running on http://127.0.0.1:44057"), expected);
        assert_eq!(address_in("Press CTRL+C to quit"), None);
    }
}
