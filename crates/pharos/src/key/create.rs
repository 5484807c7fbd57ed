//! `pharos key create`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input};
use serde::Serialize;

use super::seen::Seen;
use super::{read_name, read_tags};
use crate::command_line::{CreateKey, Output};
use crate::output::{escaped, say, say_json};
use crate::remote::{self, explain};

pub(super) fn run(arguments: CreateKey) -> Result<()> {
    let key_name = read_name(arguments.name)?;
    let tags = read_tags(&arguments.tags)?;
    let region = remote::region(&arguments.remote)?;
    let client = remote::client(&arguments.remote)?;
    let path = arguments
        .out
        .unwrap_or_else(|| PathBuf::from(format!("{key_name}.pem")));
    let file = NewFile::create(path)?;
    let input = Input { key_name, tags };
    let output = client.send::<CreateKeyPair>(&input).map_err(explain)?;
    let key_pair = output.key_pair;
    let private_key = key_pair
        .private_key
        .as_ref()
        .context("the reply has no private key")?;
    let path = file.keep(private_key.expose())?;
    let seen = Seen::new(region.wire(), key_pair);
    let path = path.display();
    match arguments.output {
        Output::Json => say_json(&Created {
            seen,
            private_key_file: path.to_string(),
        }),
        Output::Table => {
            let key_pair = &seen.key_pair;
            say(&format!(
                "Created `{}` ({}) in {region}.\n\
                 Private key: {path} (mode 0600). The server does not keep it: this is the only copy.\n\
                 Public key:  {}",
                key_pair.key_name,
                escaped(key_pair.key_id.as_str()),
                escaped(&key_pair.public_key)
            ))
        }
    }
}

/// A new key pair, as JSON.
#[derive(Serialize)]
struct Created {
    #[serde(flatten)]
    seen: Seen,
    #[serde(rename = "PrivateKeyFile")]
    private_key_file: String,
}

/// The file that will hold the private key. It is made before the key is asked for, so that a key is
/// never created that cannot be saved; it goes away again if nothing was written to it.
struct NewFile {
    path: PathBuf,
    file: fs::File,
    kept: bool,
}

impl NewFile {
    fn create(path: PathBuf) -> Result<Self> {
        let opened = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match opened {
            Ok(file) => Ok(Self {
                path,
                file,
                kept: false,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                bail!(
                    "{} exists already; name another file with --out",
                    path.display()
                )
            }
            Err(error) => Err(error).with_context(|| format!("cannot make {}", path.display())),
        }
    }

    fn keep(mut self, pem: &str) -> Result<PathBuf> {
        // Half a key on a full disk is still all there is of it.
        self.kept = true;
        let newline: &[u8] = if pem.ends_with('\n') { b"" } else { b"\n" };
        self.file
            .write_all(pem.as_bytes())
            .and_then(|()| self.file.write_all(newline))
            .and_then(|()| self.file.sync_all())
            .with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(std::mem::take(&mut self.path))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
