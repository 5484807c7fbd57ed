//! Reaching a server: endpoint and credentials.

use std::env;

use anyhow::{Context, Result, anyhow};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::ApiError;
use pharos_client::{Client, ClientError, Credential, Endpoint};

/// A client with the credentials of the environment, under the names that `tccli` and the official
/// SDKs read.
pub(crate) fn client(endpoint: &str) -> Result<Client> {
    let endpoint = Endpoint::parse(endpoint)?;
    let read = |name: &str| {
        env::var(name)
            .ok()
            .filter(|value| !value.is_empty())
            .with_context(|| {
                format!("{name} is not set; export what `pharos serve` showed at its first start")
            })
    };
    let secret_id = SecretId::parse(&read("TENCENTCLOUD_SECRET_ID")?)
        .context("TENCENTCLOUD_SECRET_ID is not a SecretId")?;
    let secret_key = SecretKey::new(read("TENCENTCLOUD_SECRET_KEY")?);
    Ok(Client::new(
        endpoint,
        Credential {
            secret_id,
            secret_key,
        },
    ))
}

/// What went wrong, for a person.
pub(crate) fn explain(error: ClientError) -> anyhow::Error {
    match error {
        ClientError::Unreachable { endpoint, cause } => anyhow!(cause).context(format!(
            "no answer from {endpoint}; is `pharos serve` running there?"
        )),
        other => anyhow!(other),
    }
}

/// A refusal that needs no server, in the form of one that came from there.
pub(crate) fn refused(error: &ApiError) -> anyhow::Error {
    anyhow!("{}: {}", error.code.wire(), error.message.en)
}
