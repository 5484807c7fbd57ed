//! `pharos key`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use pharos_api::error::ApiError;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input};
use pharos_api::lighthouse::key_pair::KeyPair;
use pharos_api::region::{BadRegion, Region};

use crate::command_line::{CreateKey, Key, KeyCommand};
use crate::remote::{self, explain, refused};

/// Runs a `pharos key` command.
pub(crate) fn run(arguments: Key) -> Result<()> {
    match arguments.command {
        KeyCommand::Create(arguments) => create(arguments),
    }
}

fn create(arguments: CreateKey) -> Result<()> {
    let key_name = KeyName::try_from(arguments.name).map_err(|bad| refused(&bad.into()))?;
    let wanted = &arguments.remote.region;
    let region = Region::from_wire(wanted).map_err(|bad| match bad {
        BadRegion::NotOffered => refused(&ApiError::unsupported_region(wanted)),
        BadRegion::Unknown => refused(&ApiError::unknown_region("--region", wanted)),
    })?;
    let client = remote::client(&arguments.remote)?;
    let path = arguments
        .out
        .unwrap_or_else(|| PathBuf::from(format!("{key_name}.pem")));
    let file = NewFile::create(path)?;
    let input = Input {
        key_name,
        tags: None,
    };
    let output = client.send::<CreateKeyPair>(&input).map_err(explain)?;
    let key_pair = output.key_pair;
    let private_key = key_pair
        .private_key
        .as_ref()
        .context("the reply has no private key")?;
    let path = file.keep(private_key.expose())?;
    report(&key_pair, region, &path);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn report(key_pair: &KeyPair, region: Region, path: &Path) {
    println!(
        "Created `{}` ({}) in {region}.",
        key_pair.key_name, key_pair.key_id
    );
    println!(
        "Private key: {} (mode 0600). The server does not keep it: this is the only copy.",
        path.display()
    );
    println!("Public key:  {}", key_pair.public_key);
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
