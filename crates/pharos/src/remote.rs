//! Reaching a server: endpoint, credentials, and whom to trust.

use std::fs;

use anyhow::{Context, Result, anyhow, bail};
use pharos_api::error::{ApiError, quoted};
use pharos_api::instance_id::InstanceId;
use pharos_api::region::{BadRegion, Region};
use pharos_client::blocking::Client;
use pharos_client::{ClientError, Credential, Endpoint, Roots, Settings};

use crate::command_line::Remote;
use crate::output::escaped;

/// A client of the server that the arguments name, in their region.
pub(crate) fn client(remote: &Remote) -> Result<Client> {
    let endpoint = Endpoint::parse(&remote.endpoint)?;
    let credential = match &remote.profile {
        Some(profile) => Credential::of_profile(profile).map_err(|error| {
            anyhow!("{error}; save them with `tccli configure --profile {profile}`")
        }),
        None => Credential::find().map_err(|error| {
            anyhow!("{error}; export what `pharos serve` showed at its first start")
        }),
    };
    let mut settings = Settings::new(endpoint, credential?).region(&remote.region);
    if let Some(path) = &remote.tls_ca {
        let pem = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let roots = Roots::none().with_pem(&pem);
        settings = settings.roots(roots.with_context(|| path.display().to_string())?);
    }
    Ok(Client::new(settings)?)
}

/// The region that the arguments name.
pub(crate) fn region(remote: &Remote) -> Result<Region> {
    read_region(&remote.region)
}

/// Reads a region as it is typed behind `--region`.
pub(crate) fn read_region(text: &str) -> Result<Region> {
    Region::from_wire(text).map_err(|bad| match bad {
        BadRegion::NotOffered => refused(&ApiError::unsupported_region(text)),
        BadRegion::Unknown => refused(&ApiError::unknown_region("--region", text)),
    })
}

/// Reads InstanceIds as they are typed, each once.
pub(crate) fn read_instance_ids(texts: &[String]) -> Result<Vec<InstanceId>> {
    let mut ids = Vec::new();
    for text in texts {
        let Some(id) = InstanceId::parse(text) else {
            let text = quoted(text);
            bail!(
                "`{text}` is not an InstanceId; it should be `lhins-` and eight digits or lower-case letters, \
                 as `pharos instance list` shows it"
            );
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// What went wrong, for a person.
pub(crate) fn explain(error: ClientError) -> anyhow::Error {
    match error {
        ClientError::Unreachable { endpoint, cause } => anyhow!(cause).context(format!(
            "no answer from {endpoint}; is `pharos serve` running there?"
        )),
        ClientError::Untrusted { endpoint, cause } => anyhow!(cause).context(format!(
            "the certificate of {endpoint} is not trusted; --tls-ca names the authority to trust"
        )),
        refused @ ClientError::Refused { .. } => {
            anyhow!(escaped(&refused.to_string()).into_owned())
        }
        other => anyhow!(other),
    }
}

/// A refusal that needs no server, in the form of one that came from there.
pub(crate) fn refused(error: &ApiError) -> anyhow::Error {
    anyhow!("{}: {}", error.code.wire(), error.message.en)
}
