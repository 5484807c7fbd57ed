//! What the generator tells of itself: numbers, and no word of anybody's key.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pharos_keys::{KeyType, Path};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::turns::Turns;

/// A millisecond, in which an elliptic curve's key is long made, and so on in doubles to 16 seconds: about as
/// long as anybody waits.
const FIRST_BUCKET_SECONDS: f64 = 0.001;
const BUCKETS: u16 = 15;

/// Numbers that the threads and those who wait write.
pub(super) struct Metrics {
    key_duration: Histogram,
    keys_made: Counter,
    wait_duration: Histogram,
    pub(super) disagreements: Counter,
    pub(super) keys_abandoned: Counter,
    pub(super) requests_refused: Counter,
}

/// What does not change while a server runs.
pub(super) struct Setup {
    pub(super) key_type: KeyType,
    pub(super) path: Path,
    pub(super) threads: usize,
}

impl Default for Metrics {
    /// None of anything yet.
    fn default() -> Self {
        Self {
            key_duration: histogram(),
            keys_made: Counter::default(),
            wait_duration: histogram(),
            disagreements: Counter::default(),
            keys_abandoned: Counter::default(),
            requests_refused: Counter::default(),
        }
    }
}

impl Metrics {
    /// A key was made, in this time.
    pub(super) fn made(&self, took: Duration) {
        self.key_duration.observe(took.as_secs_f64());
        self.keys_made.inc();
    }

    /// A turn came, after this time.
    pub(super) fn waited(&self, time: Duration) {
        self.wait_duration.observe(time.as_secs_f64());
    }

    /// Adds them, the length of the queue, and how the generator is set up.
    pub(super) fn register(&self, registry: &mut Registry, turns: Arc<Turns>, setup: &Setup) {
        let registry = registry.sub_registry_with_prefix("generator");
        registry.register_with_unit(
            "wait_duration",
            "How long a request waited for its turn on a generator thread",
            Unit::Seconds,
            self.wait_duration.clone(),
        );
        registry.register(
            "keys_abandoned",
            "Key pairs that nobody waited for any more: broken off, or wiped when they were made",
            self.keys_abandoned.clone(),
        );
        registry.register(
            "requests_refused",
            "Requests refused at once, because they would not have been done in time",
            self.requests_refused.clone(),
        );
        registry.register(
            "disagreements",
            "Keys that the library rejected; the generator stops at the first",
            self.disagreements.clone(),
        );
        registry.register(
            "threads",
            "Generator threads",
            ConstGauge::new(setup.threads),
        );
        registry.register(
            "path",
            "What finds the primes of RSA keys",
            Info::new([("path", setup.path.name())]),
        );
        registry.register_collector(Box::new(QueueLength(turns)));

        let key_type = ("key_type".into(), setup.key_type.name().into());
        let registry = registry.sub_registry_with_label(key_type);
        registry.register("keys_made", "Key pairs made", self.keys_made.clone());
        registry.register_with_unit(
            "key_duration",
            "How long a generator thread took to make a key pair",
            Unit::Seconds,
            self.key_duration.clone(),
        );
    }
}

/// Counted when it is asked for: who leaves the queue tells nobody.
struct QueueLength(Arc<Turns>);

impl fmt::Debug for QueueLength {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("QueueLength")
    }
}

impl Collector for QueueLength {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let length = ConstGauge::new(self.0.waiting());
        let help = "Requests that wait for a turn on a generator thread.";
        let encoder =
            encoder.encode_descriptor("queue_length", help, None, length.metric_type())?;
        length.encode(encoder)
    }
}

fn histogram() -> Histogram {
    Histogram::new(exponential_buckets(FIRST_BUCKET_SECONDS, 2.0, BUCKETS))
}
