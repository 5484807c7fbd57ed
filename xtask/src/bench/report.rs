//! What was measured, for people and for programs.

use std::fmt;

use serde_json::{Map, Value, json};

use super::machine::Machine;

/// One number.
pub(super) struct Figure {
    /// How programs know it.
    pub(super) name: &'static str,
    /// How people know it.
    pub(super) title: String,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    /// The number it should not exceed, if it has an aim.
    pub(super) aim: Option<f64>,
}

impl Figure {
    pub(super) fn new(
        name: &'static str,
        title: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            name,
            title: title.into(),
            value,
            unit,
            aim: None,
        }
    }

    pub(super) fn at_most(self, aim: f64) -> Self {
        Self {
            aim: Some(aim),
            ..self
        }
    }

    fn json(&self) -> Value {
        let mut figure = json!({ "value": rounded(self.value), "unit": self.unit });
        if let (Some(aim), Some(fields)) = (self.aim, figure.as_object_mut()) {
            fields.insert("aim".to_owned(), json!(aim));
            fields.insert("met".to_owned(), json!(self.value <= aim));
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
            let verdict = if *value <= aim { "PASS" } else { "over" };
            write!(formatter, " aim {aim:>4.0} {unit}  {verdict}")?;
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
            .map(|figure| (figure.name.to_owned(), figure.json()))
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
