//! From values to places, and the values that are written on an axis.

/// How many parts an axis should have, about.
const PARTS: f64 = 6.0;

/// From nothing to a value, evenly.
pub(super) struct Linear {
    end: f64,
    start_place: f64,
    end_place: f64,
}

impl Linear {
    pub(super) fn new(end: f64, start_place: f64, end_place: f64) -> Self {
        Self {
            end,
            start_place,
            end_place,
        }
    }

    pub(super) fn place(&self, value: f64) -> f64 {
        self.start_place + value / self.end * (self.end_place - self.start_place)
    }

    /// Round values: 1, 2 or 5 of some power of ten apart.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let rough = self.end / PARTS;
        let power = 10_f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
        let step = steps.into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let mut ticks = vec![0.0];
        while let Some(next) = ticks.last().map(|last| last + step)
            && next <= self.end
        {
            ticks.push(next);
        }
        ticks
    }
}

/// Between two values over nothing: as far for each doubling.
pub(super) struct Logarithmic {
    start: f64,
    end: f64,
    start_place: f64,
    end_place: f64,
}

impl Logarithmic {
    /// From the power of ten below the one to that above the other.
    pub(super) fn around(least: f64, most: f64, start_place: f64, end_place: f64) -> Self {
        let start = 10_f64.powf(least.log10().floor());
        let end = 10_f64.powf(most.log10().ceil());
        Self {
            start,
            end: if end > start { end } else { start * 10.0 },
            start_place,
            end_place,
        }
    }

    pub(super) fn place(&self, value: f64) -> f64 {
        let part = (value / self.start).ln() / (self.end / self.start).ln();
        self.start_place + part * (self.end_place - self.start_place)
    }

    /// 1, 2 and 5 of every power of ten.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut power = self.start;
        // A hair more, for what the powers were rounded to.
        let end = self.end * 1.000_001;
        while power <= end {
            let three = [1.0, 2.0, 5.0].map(|step| step * power);
            ticks.extend(three.into_iter().filter(|tick| *tick <= end));
            power *= 10.0;
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    #[test]
    fn linear_places_are_in_proportion() {
        let scale = Linear::new(200.0, 100.0, 300.0);
        assert_near(
            &[scale.place(0.0), scale.place(50.0), scale.place(200.0)],
            &[100.0, 150.0, 300.0],
        );
        assert_near(&scale.ticks(), &[0.0, 50.0, 100.0, 150.0, 200.0]);
        assert_near(&Linear::new(7.0, 0.0, 1.0).ticks(), &[0.0, 2.0, 4.0, 6.0]);
    }

    #[test]
    fn logarithmic_places_are_as_far_for_each_doubling() {
        // Upwards, as an axis from below: places become smaller.
        let scale = Logarithmic::around(3.0, 80.0, 300.0, 100.0);
        assert_near(
            &[scale.place(1.0), scale.place(10.0), scale.place(100.0)],
            &[300.0, 200.0, 100.0],
        );
        assert_near(&scale.ticks(), &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
    }

    #[test]
    fn one_value_has_a_scale_too() {
        let scale = Logarithmic::around(10.0, 10.0, 0.0, 100.0);
        assert_near(&[scale.place(10.0), scale.place(100.0)], &[0.0, 100.0]);
    }
}
