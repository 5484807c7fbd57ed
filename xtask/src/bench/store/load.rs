//! Callers that create key pairs, each as soon as its last one is durable.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::random::Random;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::resource::KeyPairs;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_policy::authorize_root;
use pharos_store::KeyPairQuota;
use pharos_store::audit::AuditEntry;
use pharos_store::conformance::Inspect;
use pharos_store::record::KeyPairRecord;
use tokio::task::JoinSet;

use crate::bench::sample::count;

/// Characters of an RSA 2048 key as an `authorized_keys` line has it.
const PUBLIC_KEY_CHARS: usize = 372;

/// Numbers all creates of this process, so that no name and no KeyId comes twice.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// Who calls, and for how long.
pub(super) struct Load {
    pub(super) callers: usize,
    pub(super) accounts: u64,
    pub(super) time: Duration,
}

/// What came of it.
pub(super) struct Run {
    pub(super) durations: Vec<Duration>,
    elapsed: Duration,
    commits: u64,
}

impl Run {
    pub(super) fn creates_a_second(&self) -> f64 {
        count(self.durations.len()) / self.elapsed.as_secs_f64()
    }

    /// How many creates shared a commit, on average.
    pub(super) fn batch(&self) -> f64 {
        count(self.durations.len()) / count(usize::try_from(self.commits).unwrap_or(usize::MAX))
    }
}

pub(super) async fn run<S: Inspect>(store: Arc<S>, load: &Load) -> Result<Run> {
    let before = store.commits();
    let begin = Instant::now();
    let end = begin + load.time;
    let mut calling = JoinSet::new();
    for _ in 0..load.callers {
        let (store, accounts) = (Arc::clone(&store), load.accounts);
        calling.spawn(async move {
            let mut durations = Vec::new();
            while Instant::now() < end {
                let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
                let begin = Instant::now();
                create(&*store, number, accounts).await?;
                durations.push(begin.elapsed());
            }
            Ok::<_, anyhow::Error>(durations)
        });
    }
    let mut durations = Vec::new();
    while let Some(called) = calling.join_next().await {
        durations.extend(called??);
    }
    Ok(Run {
        durations,
        elapsed: begin.elapsed(),
        commits: store.commits() - before,
    })
}

async fn create(store: &impl Inspect, number: u64, accounts: u64) -> Result<()> {
    // A prime stride, so that neighbours in time are not neighbours on the disk.
    let account = Uin(1 + number.wrapping_mul(7_919) % accounts);
    let place = KeyPairs {
        account,
        region: Region::Guangzhou,
    };
    let granted = authorize_root(account, "lighthouse:CreateKeyPair", place)
        .map_err(|_| anyhow!("root may do everything"))?;
    let key_id = KeyId::parse(&format!("lhkp-{number:08}")).context("a KeyId")?;
    let mut fingerprint = [0; 32];
    for (byte, value) in fingerprint.iter_mut().zip(number.to_be_bytes()) {
        *byte = value;
    }
    let time = Timestamp::from_unix_seconds(1_764_057_600).context("a time")?;
    let key_pair = KeyPairRecord {
        public_key: format!("ssh-rsa {} {key_id}", "A".repeat(PUBLIC_KEY_CHARS)),
        key_name: KeyName::try_from(format!("key_{number}"))
            .map_err(|bad| anyhow!("key_{number} is not a name: {bad:?}"))?,
        key_id,
        fingerprint,
        tags: Tags::default(),
        created_time: time,
    };
    let audit = AuditEntry {
        time,
        request_id: RequestId::generate(&Number(number)),
        account,
        user: account,
        secret_id: SecretId::parse("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE").context("a SecretId")?,
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        operation: "lighthouse:CreateKeyPair".to_owned(),
        resources: vec![format!(
            "qcs::lighthouse:ap-guangzhou:uin/{account}:keypair/lhkp-{number:08}"
        )],
        refusal: None,
    };
    store
        .insert_key_pair(&granted, key_pair, KeyPairQuota(u32::MAX), audit)
        .await?;
    Ok(())
}

/// A RequestId for each number.
struct Number(u64);

impl Random for Number {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, value) in bytes
            .iter_mut()
            .zip(self.0.to_be_bytes().into_iter().cycle())
        {
            *byte = value;
        }
    }
}
