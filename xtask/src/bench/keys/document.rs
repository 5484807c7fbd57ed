//! What docs/performance.md says of it.

use std::fmt::Write;

use super::super::chart::{Bar, Words, bars};
use super::super::document::Section;
use super::super::report::{Run, markdown};
use super::candidate::LeftOut;
use super::results::{Keys, Measured};

const NAME: &str = "keys";

pub(super) fn section(keys: &Keys, run: &Run) -> Section {
    let description = description(&keys.measured);
    let words = Words {
        title: "Processor time of an RSA key pair of 2048 bits",
        description: &description,
    };
    let plotted: Vec<_> = keys.measured.iter().map(bar).collect();
    let unit = "milliseconds of one core, mean ± standard error";
    Section {
        name: NAME,
        text: text(keys, run, &description),
        plot: bars(&words, unit, &plotted),
    }
}

fn text(keys: &Keys, run: &Run, description: &str) -> String {
    let image = Section::image(NAME, description);
    let mut text = format!(
        "{run}\n\n{image}\n\n\
         | | what it is | ms of processor time a key | keys a second of one core | keys |\n\
         |---|---|---|---|---|\n",
    );
    for measured in &keys.measured {
        // A String takes everything.
        let _ = writeln!(
            text,
            "| `{}` | {} | {:.2} ± {:.2} | {:.1} ± {:.1} | {} |",
            measured.name,
            measured.title,
            measured.sample.mean(),
            measured.sample.standard_error(),
            measured.per_second(),
            measured.per_second_error(),
            measured.sample.count(),
        );
    }
    let left_out = keys.left_out.iter();
    let left_out: Vec<_> = left_out
        .map(|LeftOut { name, reason }| format!("`{name}` ({reason})"))
        .collect();
    if !left_out.is_empty() {
        let _ = write!(text, "\nNot measured: {}.\n", left_out.join("; "));
    }
    let _ = write!(text, "\n{}", markdown(&keys.figures));
    text
}

/// The plot in a sentence.
fn description(measured: &[Measured]) -> String {
    let each = measured
        .iter()
        .map(|measured| format!("{} {:.1} ms", measured.name, measured.sample.mean()));
    let each: Vec<_> = each.collect();
    format!("Bars, the fastest first: {}.", each.join(", "))
}

fn bar(measured: &Measured) -> Bar {
    Bar {
        name: measured.name.clone(),
        value: measured.sample.mean(),
        error: measured.sample.standard_error(),
        is_ours: measured.is_ours,
    }
}
