//! What came of it, for people and for programs.

use std::fmt::Write;
use std::time::Duration;

use pharos_keys::Path;
use serde_json::{Map, Value, json};

use super::super::document::Section;
use super::super::report::{Figure, Part, Run, rounded};
use super::super::sample::Sample;
use super::aims;
use super::candidate::{Candidate, LeftOut};
use super::document;
use super::ours::Costs;

/// What one candidate took.
pub(super) struct Measured {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) is_ours: bool,
    /// Processor time of each key.
    pub(super) sample: Sample,
}

impl Measured {
    pub(super) fn new(candidate: &Candidate, times: &[Duration]) -> Self {
        Self {
            name: candidate.name.clone(),
            title: candidate.title.clone(),
            is_ours: candidate.is_ours,
            sample: Sample::new(times),
        }
    }

    /// Keys a second that one core makes.
    pub(super) fn per_second(&self) -> f64 {
        1000.0 / self.sample.mean()
    }

    /// The standard error of that.
    pub(super) fn per_second_error(&self) -> f64 {
        self.per_second() * self.sample.standard_error() / self.sample.mean()
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "cpu_ms_per_key": rounded(self.sample.mean()),
            "se": rounded(self.sample.standard_error()),
            "keys": self.sample.count(),
            "title": self.title,
        })
    }
}

/// All of `bench keys`.
pub(crate) struct Keys {
    pub(super) measured: Vec<Measured>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) figures: Vec<Figure>,
}

impl Keys {
    /// The fastest first.
    pub(super) fn new(
        path: Path,
        costs: Option<&Costs>,
        mut measured: Vec<Measured>,
        left_out: Vec<LeftOut>,
    ) -> Self {
        measured.sort_by(|a, b| a.sample.mean().total_cmp(&b.sample.mean()));
        Self {
            figures: aims::figures(path, costs, &measured),
            measured,
            left_out,
        }
    }
}

impl Part for Keys {
    fn figures(&self) -> &[Figure] {
        &self.figures
    }

    fn json(&self) -> Map<String, Value> {
        let left_out = self.left_out.iter();
        let left_out =
            left_out.map(|LeftOut { name, reason }| json!({ "name": name, "reason": reason }));
        let measured = self.measured.iter().map(Measured::json);
        let mut json = Map::new();
        json.insert("candidates".to_owned(), measured.collect());
        json.insert("left_out".to_owned(), left_out.collect());
        json
    }

    fn text(&self) -> String {
        let mut text = format!(
            "  {:<26} {:>15} {:>19} {:>6}\n",
            "RSA key of 2048 bits", "ms of processor", "keys/s of a core", "keys"
        );
        for measured in &self.measured {
            let Measured {
                name,
                title,
                sample,
                ..
            } = measured;
            // A String takes everything.
            let _ = writeln!(
                text,
                "  {name:<26} {:>8.2} ± {:<4.2} {:>10.1} ± {:<6.1} {:>6}  {title}",
                sample.mean(),
                sample.standard_error(),
                measured.per_second(),
                measured.per_second_error(),
                sample.count(),
            );
        }
        for left_out in &self.left_out {
            let _ = writeln!(text, "  {left_out}");
        }
        text
    }

    fn section(&self, run: &Run) -> Option<Section> {
        Some(document::section(self, run))
    }
}
