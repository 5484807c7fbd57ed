//! One server at one rate.

use std::time::Duration;

use anyhow::Result;

use super::super::processor_time;
use super::super::processors::{self, Others};
use super::super::sample::{Sample, count};
use super::contender::Contender;
use super::open_loop::{self, Outcome};
use super::pharos::ACCOUNTS;

/// What p99 may be at a rate that is kept up, in milliseconds: well over the slowest key of any contender, and
/// less than what falls behind in a turn of 20 seconds at a rate that is 5 % too high.
pub(super) const P99_MILLISECONDS_MAX: f64 = 500.0;

/// Requests that are not counted, before every turn: each account is known then.
const WARM_UP: usize = ACCOUNTS;

/// How many of them there are a second: every contender can.
const WARM_UP_RATE: f64 = 10.0;

pub(super) struct Turn {
    pub(super) contender: &'static str,
    /// Requests a second.
    pub(super) rate: f64,
    /// Of all that were due; one without a key took for ever.
    pub(super) latencies: Sample,
    /// Those that were sent: all, unless the server was hopelessly behind.
    pub(super) sent: usize,
    /// Those that brought a key.
    pub(super) answered: usize,
    /// What one that did not said.
    pub(super) refusal: Option<String>,
    /// Keys for each second of a core that the server used.
    pub(super) keys_per_core: f64,
    /// How many cores the load generator, and what is neither server nor generator, kept busy.
    pub(super) generator_cores: f64,
    pub(super) others_cores: f64,
}

impl Turn {
    pub(super) fn take(contender: &mut dyn Contender, rate: f64, seconds: u32) -> Result<Self> {
        let server = contender.start()?;
        let mut requests = |count| {
            let request = |_| contender.request(server.address);
            (0..count).map(request).collect::<Result<Vec<_>>>()
        };
        open_loop::run(server.address, WARM_UP_RATE, requests(WARM_UP)?)?;
        let requests = requests(due(rate, seconds))?;
        let server_before = processors::used_by(server.process)?;
        let generator_before = processor_time::of_this_process()?;
        let others = Others::beside(server.process)?;
        let outcome = open_loop::run(server.address, rate, requests)?;
        let generator = processor_time::of_this_process()?.saturating_sub(generator_before);
        let used = processors::used_by(server.process)?.saturating_sub(server_before);
        let Outcome {
            latencies,
            sent,
            refusal,
        } = outcome;
        let answered = latencies.iter().flatten().count();
        Ok(Self {
            contender: contender.name(),
            rate,
            latencies: sample(&latencies),
            sent,
            answered,
            refusal,
            keys_per_core: count(answered) / used.as_secs_f64(),
            generator_cores: generator.as_secs_f64() / others.elapsed().as_secs_f64(),
            others_cores: others.processors()?,
        })
    }

    pub(super) fn answered_percent(&self) -> f64 {
        100.0 * count(self.answered) / count(self.latencies.count())
    }

    /// Whether 99 of 100 requests brought a key soon after they were due.
    pub(super) fn is_kept_up(&self) -> bool {
        self.latencies.quantile(0.99) <= P99_MILLISECONDS_MAX
    }
}

/// What came without a key took for ever.
fn sample(latencies: &[Option<Duration>]) -> Sample {
    let milliseconds = |latency: &Option<Duration>| {
        latency.map_or(f64::INFINITY, |latency| latency.as_secs_f64() * 1000.0)
    };
    let milliseconds: Vec<_> = latencies.iter().map(milliseconds).collect();
    Sample::of_milliseconds(&milliseconds)
}

/// Requests of a turn.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "some thousand"
)]
fn due(rate: f64, seconds: u32) -> usize {
    (rate * f64::from(seconds)).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(latencies: &[Option<Duration>]) -> Turn {
        Turn {
            contender: "pharos",
            rate: 20.0,
            latencies: sample(latencies),
            sent: 0,
            answered: 0,
            refusal: None,
            keys_per_core: 0.0,
            generator_cores: 0.0,
            others_cores: 0.0,
        }
    }

    #[test]
    fn one_request_of_a_hundred_may_go_unanswered_and_no_more() {
        let mut latencies = [Some(Duration::from_millis(10)); 200];
        latencies[..2].fill(None);
        assert!(turn(&latencies).is_kept_up());
        latencies[..3].fill(None);
        assert!(!turn(&latencies).is_kept_up());
    }

    #[test]
    fn one_request_of_a_hundred_may_be_late_and_no_more() {
        let mut latencies = [Some(Duration::from_millis(500)); 200];
        latencies[..2].fill(Some(Duration::from_millis(501)));
        assert!(turn(&latencies).is_kept_up());
        latencies[..3].fill(Some(Duration::from_millis(501)));
        assert!(!turn(&latencies).is_kept_up());
    }

    #[test]
    fn a_turn_has_as_many_requests_as_are_due_in_it() {
        assert_eq!([due(20.0, 3), due(12.5, 1), due(0.1, 1)], [60, 13, 1]);
    }
}
