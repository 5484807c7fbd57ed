//! Finding the key pairs that somebody means.

use std::collections::HashSet;
use std::fmt;

use anyhow::{Result, anyhow, bail};
use pharos_api::error::quoted;
use pharos_api::id::Id;
use pharos_api::ids::{Ids, SomeIds};
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::key_pair_filter::{KeyPairFilter, KeyPairFilters};
use pharos_api::lighthouse::describe_key_pairs::{DescribeKeyPairs, Input};
use pharos_api::lighthouse::key_pair::KeyPair;
use pharos_api::page::{LIMIT_MAX, Limit, Offset};
use pharos_api::region::Region;
use pharos_client::blocking::Client;

use crate::output::escaped;
use crate::remote::explain;

/// A key pair that somebody means.
pub(super) struct Chosen {
    pub(super) key_id: KeyId,
    /// If it was named.
    name: Option<KeyName>,
}

impl fmt::Display for Chosen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => {
                let key_id = escaped(self.key_id.as_str());
                write!(formatter, "`{name}` ({key_id})")
            }
            None => self.key_id.fmt(formatter),
        }
    }
}

impl Chosen {
    /// Those of these KeyIds and names, each once. Only names are looked up.
    pub(super) fn find(client: &Client, region: Region, texts: &[String]) -> Result<Vec<Self>> {
        let mut all: Vec<Self> = Vec::new();
        for text in texts {
            let chosen = if let Some(key_id) = KeyId::parse(text) {
                Self { key_id, name: None }
            } else {
                let key_pair = find(client, region, text)?;
                Self {
                    key_id: key_pair.key_id,
                    name: Some(key_pair.key_name),
                }
            };
            if all.iter().all(|other| other.key_id != chosen.key_id) {
                all.push(chosen);
            }
        }
        Ok(all)
    }

    /// Several in a sentence.
    pub(super) fn join(all: &[Self]) -> String {
        let all: Vec<_> = all.iter().map(ToString::to_string).collect();
        all.join(", ")
    }
}

/// The ids of as many as a call takes.
pub(super) fn some_ids<T: Id, const MAX: usize>(
    ids: Vec<T>,
    what: &str,
) -> Result<SomeIds<T, MAX>> {
    let count = ids.len();
    SomeIds::new(ids).ok_or_else(|| anyhow!("{count} {what} are too many; name {MAX} at a time"))
}

/// The key pair of this KeyId or name.
pub(super) fn find(client: &Client, region: Region, text: &str) -> Result<KeyPair> {
    let found = if let Some(key_id) = KeyId::parse(text) {
        find_by_id(client, key_id)?
    } else if let Ok(name) = KeyName::try_from(text.to_owned()) {
        find_by_name(client, &name)?
    } else {
        let text = quoted(text);
        bail!(
            "`{text}` is neither a KeyId, which is `lhkp-` and eight digits or lower-case letters, nor a \
             name; `pharos key list` shows both"
        );
    };
    found.ok_or_else(|| {
        anyhow!(
            "there is no key pair `{text}` in {region}; `pharos key list --all-regions` shows those that \
             there are"
        )
    })
}

fn find_by_id(client: &Client, key_id: KeyId) -> Result<Option<KeyPair>> {
    let input = Input {
        key_ids: Ids::new(vec![key_id]),
        ..Input::default()
    };
    let output = client.send::<DescribeKeyPairs>(&input).map_err(explain)?;
    Ok(output.key_pair_set.into_iter().next())
}

fn find_by_name(client: &Client, name: &KeyName) -> Result<Option<KeyPair>> {
    // The filter looks for parts of names.
    let has_it = KeyPairFilter::KeyName(vec![name.to_string()]);
    let mut all = walk(client, vec![has_it])?.into_iter();
    Ok(all.find(|key_pair| key_pair.key_name == *name))
}

/// All pages of the key pairs that fit, the newest first.
pub(super) fn walk(client: &Client, filters: Vec<KeyPairFilter>) -> Result<Vec<KeyPair>> {
    let Some(filters) = KeyPairFilters::new(filters) else {
        bail!("these are too many filters; leave some out");
    };
    let mut input = Input {
        filters: Some(filters),
        limit: Limit::new(LIMIT_MAX),
        ..Input::default()
    };
    let (mut all, mut key_ids) = (Vec::new(), HashSet::new());
    let mut offset = 0;
    loop {
        input.offset = Some(Offset::new(offset));
        let output = client.send::<DescribeKeyPairs>(&input).map_err(explain)?;
        let count = output.key_pair_set.len() as u64;
        // One that was made meanwhile moves others to the next page.
        let page = output.key_pair_set.into_iter();
        all.extend(page.filter(|key_pair| key_ids.insert(key_pair.key_id.clone())));
        offset += count;
        let total = u64::try_from(output.total_count).unwrap_or(0);
        if count == 0 || offset >= total {
            return Ok(all);
        }
    }
}
