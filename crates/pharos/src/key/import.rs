//! `pharos key import`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::import_key_pair::{ImportKeyPair, Input};
use pharos_api::public_key_text::PublicKeyText;
use pharos_keys::{ImportError, PublicKey};
use serde::Serialize;
use zeroize::Zeroizing;

use super::seen::Identity;
use super::{read_name, read_tags};
use crate::command_line::{ImportKey, Output};
use crate::output::{escaped, say, say_json};
use crate::remote::{self, explain, refused};

/// What is read of a file at most: enough to tell what a file is that is no public key.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

pub(super) fn run(arguments: ImportKey) -> Result<()> {
    let key_name = read_name(arguments.name)?;
    let tags = read_tags(&arguments.tags)?;
    let region = remote::region(&arguments.remote)?;
    let text = read(&arguments.file)?;
    let key = PublicKey::parse(&text).map_err(|error| unreadable(error, &arguments.file))?;
    let client = remote::client(&arguments.remote)?;
    let input = Input {
        key_name,
        public_key: PublicKeyText::new(text.trim_end()),
        tags,
    };
    let output = client.send::<ImportKeyPair>(&input).map_err(explain)?;
    let imported = Imported {
        key_id: output.key_id,
        key_name: input.key_name,
        identity: Identity::new(region.wire(), Some(&key)),
    };
    match arguments.output {
        Output::Json => say_json(&imported),
        Output::Table => say(&format!(
            "Imported `{}` ({}) in {region}.\nFingerprint: {}",
            imported.key_name,
            escaped(imported.key_id.as_str()),
            key.fingerprint()
        )),
    }
}

/// An imported key pair, as JSON.
#[derive(Serialize)]
struct Imported {
    #[serde(rename = "KeyId")]
    key_id: KeyId,
    #[serde(rename = "KeyName")]
    key_name: KeyName,
    #[serde(flatten)]
    identity: Identity,
}

/// What is no public key is not sent: a private key that was named by mistake should not leave the machine.
fn unreadable(error: ImportError, path: &Path) -> anyhow::Error {
    match error {
        ImportError::PrivateKey => anyhow!(
            "{} is a private key, and nothing was sent; name the file of its public key, which ends in `.pub`",
            path.display()
        ),
        other => refused(&ApiError::new(
            Code::KeyPairPublicKeyMalformed,
            other.text(),
        )),
    }
}

/// What a file holds. It may turn out to be a private key, so that it is wiped when dropped.
fn read(path: &Path) -> Result<Zeroizing<String>> {
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        let file = File::open(path);
        Box::new(file.with_context(|| format!("cannot read {}", path.display()))?)
    };
    let mut text = Zeroizing::new(String::new());
    let read = source.take(FILE_BYTES_MAX).read_to_string(&mut text);
    read.with_context(|| format!("cannot read {}; name a file of text", path.display()))?;
    Ok(text)
}
