//! A key pair as it is shown.

use pharos_api::lighthouse::key_pair::KeyPair;
use pharos_keys::PublicKey;
use serde::Serialize;

/// A key pair, and what can be told of it beside: as JSON, with the fields of the wire first.
#[derive(Serialize)]
pub(super) struct Seen {
    #[serde(flatten)]
    pub(super) key_pair: KeyPair,
    #[serde(flatten)]
    pub(super) identity: Identity,
    /// `None` for a line that is not read here.
    #[serde(skip)]
    pub(super) public_key: Option<PublicKey>,
}

/// Where a key pair is, and its fingerprints.
#[derive(Serialize)]
pub(super) struct Identity {
    #[serde(rename = "Region")]
    pub(super) region: String,
    #[serde(rename = "FingerprintSHA256")]
    sha256: Option<String>,
    #[serde(rename = "FingerprintMD5")]
    md5: Option<String>,
}

impl Seen {
    /// A key pair of this region. Its private key is not shown.
    pub(super) fn new(region: &str, key_pair: KeyPair) -> Self {
        let public_key = PublicKey::parse(&key_pair.public_key).ok();
        Self {
            identity: Identity::new(region, public_key.as_ref()),
            public_key,
            key_pair: KeyPair {
                private_key: None,
                ..key_pair
            },
        }
    }

    /// The instances it opens, and as whom if that is known.
    pub(super) fn instances(&self) -> String {
        let set = self.key_pair.associated_instance_set.as_ref();
        let named = set.map(|set| {
            let instances = set.iter();
            let instances = instances.map(|one| format!("{} ({})", one.instance_id, one.username));
            instances.collect::<Vec<_>>()
        });
        let instances = named.unwrap_or_else(|| {
            let ids = self.key_pair.associated_instance_ids.iter();
            ids.map(ToString::to_string).collect()
        });
        instances.join(", ")
    }
}

impl Identity {
    pub(super) fn new(region: &str, public_key: Option<&PublicKey>) -> Self {
        Self {
            region: region.to_owned(),
            sha256: public_key.map(|key| key.fingerprint().to_string()),
            md5: public_key.map(|key| key.md5_fingerprint().to_string()),
        }
    }
}
