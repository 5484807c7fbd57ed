//! `pharos key list`.

use anyhow::{Result, anyhow};
use pharos_api::error::quoted;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::lighthouse::describe_regions::{self, DescribeRegions};
use pharos_api::time::Timestamp;
use pharos_client::blocking::Client;
use pharos_keys::{BadFingerprint, Fingerprint, Md5Fingerprint, PublicKey};
use serde_json::json;

use super::chosen::walk;
use super::read_tag;
use super::seen::Seen;
use crate::command_line::{ListKeys, Output};
use crate::output::{say, say_json};
use crate::remote::{self, explain};
use crate::table::Table;

pub(super) fn run(arguments: ListKeys) -> Result<()> {
    let wanted = arguments.fingerprint.as_deref();
    let wanted = wanted.map(Wanted::read).transpose()?;
    let filters = filters(arguments.name, &arguments.tags)?;
    let region = if arguments.all_regions {
        None
    } else {
        Some(remote::region(&arguments.remote)?)
    };
    let client = remote::client(&arguments.remote)?;
    let regions = match region {
        Some(region) => vec![region.wire().to_owned()],
        None => all_regions(&client)?,
    };
    let mut seen = Vec::new();
    for region in regions {
        let key_pairs = walk(&client.in_region(&region), filters.clone())?;
        let key_pairs = key_pairs.into_iter();
        seen.extend(key_pairs.map(|key_pair| Seen::new(&region, key_pair)));
    }
    // The API has no filter for it.
    if let Some(wanted) = wanted {
        seen.retain(|seen| seen.public_key.as_ref().is_some_and(|key| wanted.is(key)));
    }
    match arguments.output {
        Output::Json => say_json(&json!({ "TotalCount": seen.len(), "KeyPairSet": seen })),
        Output::Table => say(&table(&seen, arguments.all_regions)),
    }
}

/// The fingerprint of the key pair that is looked for.
enum Wanted {
    Sha256(Fingerprint),
    Md5(Md5Fingerprint),
}

impl Wanted {
    fn read(text: &str) -> Result<Self> {
        let sha256 = text.parse().map(Self::Sha256);
        let read = sha256.or_else(|_| text.parse().map(Self::Md5));
        read.map_err(|bad: BadFingerprint| anyhow!("`{}` is none: {bad}", quoted(text)))
    }

    fn is(&self, key: &PublicKey) -> bool {
        match self {
            Self::Sha256(wanted) => key.fingerprint() == *wanted,
            Self::Md5(wanted) => key.md5_fingerprint() == *wanted,
        }
    }
}

fn filters(name: Option<String>, tags: &[String]) -> Result<Vec<KeyPairFilter>> {
    let name = name.map(|part| Ok(KeyPairFilter::KeyName(vec![part])));
    let tags = tags.iter().map(|text| {
        let tag = read_tag(text)?;
        Ok(KeyPairFilter::Tag {
            key: tag.key,
            values: vec![tag.value],
        })
    });
    name.into_iter().chain(tags).collect()
}

fn all_regions(client: &Client) -> Result<Vec<String>> {
    let input = describe_regions::Input {};
    let output = client.send::<DescribeRegions>(&input).map_err(explain)?;
    let regions = output.region_set.into_iter();
    Ok(regions.map(|info| info.region.into_owned()).collect())
}

fn table(seen: &[Seen], all_regions: bool) -> String {
    let mut table = Table::new([
        "REGION",
        "KEY ID",
        "NAME",
        "TYPE",
        "FINGERPRINT",
        "CREATED",
        "INSTANCES",
    ]);
    if !all_regions {
        table.hide_first();
    }
    for seen in seen {
        let key_pair = &seen.key_pair;
        let (kind, fingerprint) = match &seen.public_key {
            Some(key) => {
                let kind = format!("{} {}", key.algorithm().type_name(), key.bits());
                (kind, key.fingerprint().to_string())
            }
            None => ("-".to_owned(), "-".to_owned()),
        };
        let created = key_pair.created_time.map(Timestamp::rfc3339);
        table.push([
            seen.identity.region.clone(),
            key_pair.key_id.to_string(),
            key_pair.key_name.to_string(),
            kind,
            fingerprint,
            created.unwrap_or_default(),
            seen.instances(),
        ]);
    }
    table.to_string()
}
