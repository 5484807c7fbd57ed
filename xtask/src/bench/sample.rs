//! Many durations, and what they say together.

use std::time::Duration;

/// Durations in milliseconds, ascending.
pub(super) struct Sample(Vec<f64>);

impl Sample {
    pub(super) fn new(durations: &[Duration]) -> Self {
        let milliseconds: Vec<_> = durations
            .iter()
            .map(|duration| duration.as_secs_f64() * 1000.0)
            .collect();
        Self::of_milliseconds(&milliseconds)
    }

    pub(super) fn of_milliseconds(milliseconds: &[f64]) -> Self {
        let mut milliseconds = milliseconds.to_vec();
        milliseconds.sort_by(f64::total_cmp);
        Self(milliseconds)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / count(self.count())
    }

    /// How far the mean of this sample is from the true one, typically; not a number for fewer than two.
    pub(super) fn standard_error(&self) -> f64 {
        let (mean, count) = (self.mean(), count(self.count()));
        let squares: f64 = self.0.iter().map(|value| (value - mean).powi(2)).sum();
        (squares / (count - 1.0) / count).sqrt()
    }

    pub(super) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    pub(super) fn worst(&self) -> f64 {
        self.quantile(1.0)
    }

    /// The value that this part of the sample does not exceed; not a number for an empty sample.
    pub(super) fn quantile(&self, part: f64) -> f64 {
        self.at(part * count(self.count()))
    }

    /// The value of this rank, counted from 1.
    fn at(&self, rank: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "ranks are small, and a negative one is the first"
        )]
        let index = (rank.ceil() as usize).saturating_sub(1);
        let last = self.count().saturating_sub(1);
        self.0.get(index.min(last)).copied().unwrap_or(f64::NAN)
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(super) fn count(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(
        clippy::float_cmp,
        reason = "quantiles are values of the sample, unchanged"
    )]
    fn quantiles_are_by_rank() {
        let sample = Sample::new(&[3, 1, 2, 4].map(Duration::from_millis));
        let quantiles = [0.0, 0.25, 0.5, 0.75, 0.9, 1.0].map(|part| sample.quantile(part));
        assert_eq!(quantiles, [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
        assert!((sample.mean() - 2.5).abs() < 1e-9);
        assert!(Sample::new(&[]).median().is_nan());
    }

    #[test]
    fn the_standard_error_is_that_of_the_mean() {
        // Variance (4 + 1 + 0 + 1 + 4) / 4 = 2.5, over five values.
        let sample = Sample::of_milliseconds(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!((sample.standard_error() - 0.5_f64.sqrt()).abs() < 1e-9);
        assert!(Sample::of_milliseconds(&[1.0]).standard_error().is_nan());
    }
}
