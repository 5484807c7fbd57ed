//! What docs/performance.md says of it.

use std::fmt::Write;

use super::super::chart::{Line, Words, lines};
use super::super::document::Section;
use super::super::report::{Run, markdown};
use super::pharos::OURS;
use super::results::{Create, definition};
use super::turn::Turn;

const NAME: &str = "create";

/// The lines of the plot: whose, which part of its requests, and how that is called.
const PLOTTED: [(&str, f64, &str); 4] = [
    (OURS, 0.5, "p50"),
    (OURS, 0.99, "p99"),
    ("moto", 0.5, "p50"),
    ("moto", 0.99, "p99"),
];

pub(super) fn section(create: &Create, run: &Run) -> Section {
    let lines_of_both: Vec<_> = PLOTTED
        .iter()
        .filter_map(|(contender, part, name)| line(create, contender, *part, name))
        .collect();
    let description = description(&lines_of_both);
    let words = Words {
        title: "CreateKeyPair over HTTP: latency, at the rates that are kept up",
        description: &description,
    };
    Section {
        name: NAME,
        text: text(create, run, &description),
        plot: lines(&words, "requests a second", "milliseconds", &lines_of_both),
    }
}

/// One line of the plot; none for a server that keeps up with nothing.
fn line(create: &Create, contender: &str, part: f64, name: &str) -> Option<Line> {
    let turns = create.all_turns().into_iter();
    let kept_up = turns.filter(|turn| turn.contender == contender && turn.is_kept_up());
    let points: Vec<_> = kept_up
        .map(|turn| (turn.rate, turn.latencies.quantile(part)))
        .collect();
    (!points.is_empty()).then(|| Line {
        name: format!("{contender} {name}"),
        is_ours: contender == OURS,
        is_dashed: name == "p99",
        points,
    })
}

/// The plot in a sentence.
fn description(lines: &[Line]) -> String {
    let each = lines.iter().filter_map(|line| {
        let ((first, from), (last, to)) = (line.points.first()?, line.points.last()?);
        let name = &line.name;
        Some(format!(
            "{name} from {from:.0} ms at {first:.0} a second to {to:.0} ms at {last:.0}"
        ))
    });
    let each: Vec<_> = each.collect();
    format!("Lines of latency over the rate: {}.", each.join("; "))
}

fn text(create: &Create, run: &Run, description: &str) -> String {
    let image = Section::image(NAME, description);
    let mut text = format!(
        "{run}\n\n{image}\n\n\
         | | requests a second | answered | p50 | p99 | p99.9 | keys a second of a core used | cores of the \
         load generator, of others |\n|---|---|---|---|---|---|---|---|\n",
    );
    for turn in create.all_turns() {
        let quantile = |part| milliseconds(turn, part);
        // A String takes everything.
        let _ = writeln!(
            text,
            "| {} | {:.1}{} | {:.1} % | {} | {} | {} | {:.1} | {:.2}, {:.2} |",
            turn.contender,
            turn.rate,
            if turn.is_kept_up() {
                ""
            } else {
                " (not kept up)"
            },
            turn.answered_percent(),
            quantile(0.5),
            quantile(0.99),
            quantile(0.999),
            turn.keys_per_core,
            turn.generator_cores,
            turn.others_cores,
        );
    }
    let _ = write!(text, "\nWhat is {}.\n", definition());
    if let Some(reason) = &create.left_out {
        let _ = write!(text, "\nNot measured: moto, {reason}.\n");
    }
    let _ = write!(text, "\n{}", markdown(&create.figures));
    text
}

/// A quantile, unless the request had no key by the end of its turn.
fn milliseconds(turn: &Turn, part: f64) -> String {
    let milliseconds = turn.latencies.quantile(part);
    if milliseconds.is_finite() {
        format!("{milliseconds:.1} ms")
    } else {
        "no key".to_owned()
    }
}
