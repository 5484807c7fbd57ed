//! A new access key, and the one time that its secret is shown.

use std::io::{self, Write};

use anyhow::{Context, Result};
use pharos_api::credential::{SecretId, SecretKey};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::command_line::Output;

/// An access key that was made, as scripts get it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Made {
    /// Whose it is: the numbers as texts, for they go beyond what JSON's tools are exact in.
    #[serde(flatten)]
    pub(crate) owner: Value,
    pub(crate) secret_id: SecretId,
    #[serde(serialize_with = "exposed")]
    pub(crate) secret_key: SecretKey,
}

impl Made {
    /// Prints it, for people behind a sentence that says whose it is. Nothing else prints its secret.
    pub(crate) fn show(&self, output: Output, sentence: &str) -> Result<()> {
        let mut out = io::stdout().lock();
        let written = match output {
            Output::Json => serde_json::to_writer_pretty(&mut out, self)
                .map_err(io::Error::from)
                .and_then(|()| writeln!(out)),
            Output::Table => self.write(&mut out, sentence),
        };
        written.and_then(|()| out.flush()).with_context(|| {
            let secret_id = &self.secret_id;
            format!(
                "the access key {secret_id} was made, and its SecretKey could not be shown; delete it with \
                 `pharos user delete-key {secret_id}`, and make another"
            )
        })
    }

    fn write(&self, out: &mut impl Write, sentence: &str) -> io::Result<()> {
        writeln!(out, "{sentence}")?;
        writeln!(out)?;
        writeln!(out, "SecretId   {}", self.secret_id)?;
        writeln!(out, "SecretKey  {}", self.secret_key.expose())?;
        writeln!(out, "The SecretKey is shown this once: keep it now.")
    }
}

fn exposed<S: Serializer>(secret_key: &SecretKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret_key.expose())
}
