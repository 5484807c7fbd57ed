//! What was measured, for people and for programs.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value, json};

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
fn rounded(value: f64) -> f64 {
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

/// Everything of one run.
pub(super) struct Report {
    machine: Machine,
    figures: Vec<Figure>,
}

impl Report {
    pub(super) fn new(machine: Machine) -> Self {
        Self {
            machine,
            figures: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, figures: Vec<Figure>) {
        self.figures.extend(figures);
    }

    pub(super) fn json(&self) -> Value {
        let figures: Map<_, _> = self
            .figures
            .iter()
            .map(|figure| (figure.name.clone().into_owned(), figure.json()))
            .collect();
        json!({ "machine": self.machine.json(), "figures": figures })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.machine)?;
        for figure in &self.figures {
            writeln!(formatter, "{figure}")?;
        }
        Ok(())
    }
}
