//! What was measured, for people and for programs.

use std::borrow::Cow;
use std::env;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use pharos_api::time::Timestamp;
use serde_json::{Map, Value, json};

use super::document::Section;
use super::machine::Machine;

/// One number.
pub(super) struct Figure {
    /// How programs know it.
    pub(super) name: Cow<'static, str>,
    /// How people know it.
    pub(super) title: String,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    /// What it should be, if it has an aim.
    pub(super) aim: Option<Aim>,
}

/// What a number should be.
#[derive(Clone, Copy)]
pub(super) enum Aim {
    AtMost(f64),
    AtLeast(f64),
}

impl Aim {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtMost(aim) => value <= aim,
            Self::AtLeast(aim) => value >= aim,
        }
    }

    fn json(self) -> Value {
        match self {
            Self::AtMost(aim) => json!({ "at_most": aim }),
            Self::AtLeast(aim) => json!({ "at_least": aim }),
        }
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, aim) = match self {
            Self::AtMost(aim) => ('≤', aim),
            Self::AtLeast(aim) => ('≥', aim),
        };
        write!(formatter, "{sign} {aim}")
    }
}

impl Figure {
    pub(super) fn new(
        name: impl Into<Cow<'static, str>>,
        title: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            value,
            unit,
            aim: None,
        }
    }

    pub(super) fn at_most(self, aim: f64) -> Self {
        Self {
            aim: Some(Aim::AtMost(aim)),
            ..self
        }
    }

    pub(super) fn at_least(self, aim: f64) -> Self {
        Self {
            aim: Some(Aim::AtLeast(aim)),
            ..self
        }
    }

    fn json(&self) -> Value {
        let mut figure = json!({ "value": rounded(self.value), "unit": self.unit });
        if let (Some(aim), Some(fields)) = (self.aim, figure.as_object_mut()) {
            fields.insert("aim".to_owned(), aim.json());
            fields.insert("met".to_owned(), json!(aim.is_met(self.value)));
        }
        figure
    }
}

/// Three decimals: microseconds of a millisecond, the last digit that means anything.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            title, value, unit, ..
        } = self;
        write!(formatter, "  {title:<56} {value:>8.2} {unit:<3}")?;
        if let Some(aim) = self.aim {
            let verdict = if aim.is_met(*value) { "PASS" } else { "missed" };
            write!(formatter, " aim {aim} {unit}  {verdict}")?;
        }
        Ok(())
    }
}

/// Figures as a table of Markdown.
pub(super) fn markdown(figures: &[Figure]) -> String {
    let mut table = "| | measured | aim |\n|---|---|---|\n".to_owned();
    for figure in figures {
        let Figure {
            title, value, unit, ..
        } = figure;
        let aim = figure.aim.map_or_else(String::new, |aim| {
            let missed = if aim.is_met(*value) {
                ""
            } else {
                ": **missed**"
            };
            format!("{aim} {unit}{missed}")
        });
        let row = format!(
            "| {} | {value:.2} {unit} | {} |\n",
            title.trim(),
            aim.trim()
        );
        table.push_str(&row);
    }
    table
}

/// What one measurement came to.
pub(super) trait Part {
    fn figures(&self) -> &[Figure];

    /// What programs get beside figures, by names that no other part has.
    fn json(&self) -> Map<String, Value> {
        Map::new()
    }

    /// What people read before the figures.
    fn text(&self) -> String {
        String::new()
    }

    /// Its part of docs/performance.md, if the bench writes that.
    fn section(&self, _: &Run) -> Option<Section> {
        None
    }
}

impl Part for Vec<Figure> {
    fn figures(&self) -> &[Figure] {
        self
    }
}

/// How it was measured.
pub(super) struct Run {
    pub(super) machine: Machine,
    /// What was typed.
    pub(super) command: String,
    /// The day, as it is in Greenwich.
    pub(super) date: String,
}

impl Run {
    /// Now.
    pub(super) fn describe() -> Result<Self> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let now = Timestamp::from_unix_seconds(since.as_secs().try_into()?);
        let arguments: Vec<_> = env::args().skip(1).collect();
        Ok(Self {
            machine: Machine::describe()?,
            command: format!("cargo xtask {}", arguments.join(" ")),
            date: now.context("the clock is wrong")?.date(),
        })
    }
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            machine,
            command,
            date,
        } = self;
        write!(formatter, "`{command}`, {date}: {machine}.")
    }
}

/// Everything of one run.
pub(super) struct Report {
    run: Run,
    parts: Vec<Box<dyn Part>>,
}

impl Report {
    pub(super) fn new(run: Run) -> Self {
        Self {
            run,
            parts: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, part: impl Part + 'static) {
        self.parts.push(Box::new(part));
    }

    pub(super) fn json(&self) -> Value {
        let mut json: Map<_, _> = self.parts.iter().flat_map(|part| part.json()).collect();
        let figures = self.parts.iter().flat_map(|part| part.figures());
        let figures: Map<_, _> = figures
            .map(|figure| (figure.name.clone().into_owned(), figure.json()))
            .collect();
        json.insert("machine".to_owned(), self.run.machine.json());
        json.insert("figures".to_owned(), figures.into());
        json.into()
    }

    /// Writes what belongs into docs/performance.md.
    pub(super) fn write(&self) -> Result<()> {
        let sections = self.parts.iter().filter_map(|part| part.section(&self.run));
        for section in sections {
            section.write()?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.run.machine)?;
        for part in &self.parts {
            write!(formatter, "{}", part.text())?;
            for figure in part.figures() {
                writeln!(formatter, "{figure}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_aim_is_said_to_be() {
        let figures = [
            Figure::new("a", "first", 2.0, "ms").at_most(3.0),
            Figure::new("b", "second", 4.0, "x").at_least(8.0),
            Figure::new("c", "  third", f64::INFINITY, "ms"),
        ];
        let table = markdown(&figures);
        assert!(table.contains("| first | 2.00 ms | ≤ 3 ms |"), "{table}");
        assert!(
            table.contains("| second | 4.00 x | ≥ 8 x: **missed** |"),
            "{table}"
        );
        assert!(table.contains("| third | inf ms |  |"), "{table}");
        assert!(figures[1].to_string().ends_with("missed"));
    }
}
