//! What came of it, for people and for programs.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::super::document::Section;
use super::super::report::{Figure, Part, Run, rounded};
use super::document;
use super::pharos::{OURS, OURS_ON_ALL_CORES};
use super::turn::{P99_MILLISECONDS_MAX, Turn};

/// The aims (the issue on the generator states them).
pub(super) const SUSTAINED_PART_MIN: f64 = 0.8;
const SUSTAINED_RATIO_MIN: f64 = 8.0;

/// The same, at a rate.
struct Aims {
    rate: f64,
    p50: Option<f64>,
    p99: Option<f64>,
}

const AIMS: [Aims; 2] = [
    Aims {
        rate: 20.0,
        p50: Some(9.0),
        p99: Some(25.0),
    },
    Aims {
        rate: 100.0,
        p50: None,
        p99: Some(60.0),
    },
];

/// Requests a second.
pub(super) struct Sustained {
    pub(super) pharos: f64,
    /// With a generator thread on every core.
    pub(super) pharos_on_all_cores: f64,
    /// None if it could not be measured.
    pub(super) moto: Option<f64>,
    /// Keys a second that the cores of the server's generator make with nothing else to do.
    pub(super) generator: f64,
}

/// All of `bench create`.
pub(crate) struct Create {
    /// At the rates that have aims.
    pub(super) turns: Vec<Turn>,
    /// At those that the search tried.
    pub(super) tried: Vec<Turn>,
    /// Why there is no other server, if there is none.
    pub(super) left_out: Option<String>,
    pub(super) figures: Vec<Figure>,
}

impl Create {
    pub(super) fn new(
        turns: Vec<Turn>,
        tried: Vec<Turn>,
        sustained: &Sustained,
        left_out: Option<String>,
    ) -> Self {
        let mut figures: Vec<_> = turns.iter().flat_map(of_turn).collect();
        figures.extend(of_sustained(sustained));
        figures.extend(of_machine(&turns, &tried));
        Self {
            turns,
            tried,
            left_out,
            figures,
        }
    }

    /// Those of each server from the lowest rate to the highest, ours first.
    pub(super) fn all_turns(&self) -> Vec<&Turn> {
        let mut turns: Vec<_> = self.turns.iter().chain(&self.tried).collect();
        turns.sort_by(|a, b| a.rate.total_cmp(&b.rate));
        turns.sort_by_key(|turn| [turn.contender != OURS, turn.contender != OURS_ON_ALL_CORES]);
        turns
    }
}

/// What "sustained" means, wherever it is said.
pub(super) fn definition() -> String {
    format!(
        "sustained: the highest rate at which 99 of 100 requests bring a key within {P99_MILLISECONDS_MAX} ms \
         of when they were due"
    )
}

fn of_turn(turn: &Turn) -> [Figure; 4] {
    let Turn {
        contender,
        rate,
        latencies,
        ..
    } = turn;
    let name = |what: &str| format!("create_{contender}_{rate}_{what}");
    let aims = AIMS
        .iter()
        .find(|aims| (aims.rate - rate).abs() < f64::EPSILON);
    let aims = aims.filter(|_| *contender == OURS);
    let at_most = |figure: Figure, aim: Option<f64>| match aim {
        Some(aim) => figure.at_most(aim),
        None => figure,
    };
    let quantile = |what: &str, title: String, part| {
        Figure::new(name(what), title, latencies.quantile(part), "ms")
    };
    let p50 = quantile(
        "p50",
        format!("{contender}, {rate} requests a second: p50"),
        0.5,
    );
    let p99 = quantile("p99", "  p99".to_owned(), 0.99);
    [
        at_most(p50, aims.and_then(|aims| aims.p50)),
        at_most(p99, aims.and_then(|aims| aims.p99)),
        quantile("p999", "  p99.9".to_owned(), 0.999),
        Figure::new(
            name("keys_per_core"),
            "  keys for each second of a core that the server used",
            turn.keys_per_core,
            "/s",
        ),
    ]
}

fn of_sustained(sustained: &Sustained) -> Vec<Figure> {
    let Sustained {
        pharos,
        pharos_on_all_cores,
        moto,
        generator,
    } = sustained;
    let mut figures = vec![
        Figure::new(
            "create_pharos_sustained",
            "pharos, sustained",
            *pharos,
            "/s",
        ),
        Figure::new(
            "create_generator",
            "keys of the generator's cores with nothing else to do",
            *generator,
            "/s",
        ),
        Figure::new(
            "create_sustained_part",
            "pharos, sustained / generator's cores",
            pharos / generator,
            "x",
        )
        .at_least(SUSTAINED_PART_MIN),
        Figure::new(
            "create_pharos_all_cores_sustained",
            "pharos with a generator thread on every core, sustained",
            *pharos_on_all_cores,
            "/s",
        ),
    ];
    if let Some(moto) = moto {
        // moto makes keys on every core too.
        let title = "pharos on every core / moto, sustained";
        figures.push(Figure::new(
            "create_moto_sustained",
            "moto, sustained",
            *moto,
            "/s",
        ));
        figures.push(
            Figure::new(
                "create_sustained_ratio",
                title,
                pharos_on_all_cores / moto,
                "x",
            )
            .at_least(SUSTAINED_RATIO_MIN),
        );
    }
    figures
}

/// Who else used the machine.
fn of_machine(turns: &[Turn], tried: &[Turn]) -> [Figure; 2] {
    let most = |of: fn(&Turn) -> f64| turns.iter().chain(tried).map(of).fold(0.0, f64::max);
    [
        Figure::new(
            "create_load_generator",
            "cores that the load generator, on the same machine, used: at most",
            most(|turn| turn.generator_cores),
            "",
        ),
        Figure::new(
            "create_others",
            "cores that other work kept busy meanwhile: at most",
            most(|turn| turn.others_cores),
            "",
        ),
    ]
}

fn json_of(turn: &Turn) -> Value {
    let quantile = |part| rounded(turn.latencies.quantile(part));
    json!({
        "server": turn.contender,
        "rate": rounded(turn.rate),
        "due": turn.latencies.count(),
        "sent": turn.sent,
        "answered": turn.answered,
        "p50_ms": quantile(0.5),
        "p99_ms": quantile(0.99),
        "p999_ms": quantile(0.999),
        "kept_up": turn.is_kept_up(),
        "keys_per_core_second": rounded(turn.keys_per_core),
        "load_generator_cores": rounded(turn.generator_cores),
        "other_cores": rounded(turn.others_cores),
        "refusal": turn.refusal,
    })
}

impl Part for Create {
    fn figures(&self) -> &[Figure] {
        &self.figures
    }

    fn json(&self) -> Map<String, Value> {
        let turns = self.all_turns().into_iter().map(json_of);
        let mut json = Map::new();
        json.insert("create_turns".to_owned(), turns.collect());
        json.insert("create_sustained_means".to_owned(), definition().into());
        if let Some(reason) = &self.left_out {
            json.insert("create_moto_left_out".to_owned(), reason.clone().into());
        }
        json
    }

    fn text(&self) -> String {
        let mut text = format!(
            "  {:<24} {:>9} {:>9} {:>9} {:>9} {:>12} {:>14}\n",
            "requests a second",
            "answered",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "keys/s core",
            "load gen cores"
        );
        for turn in self.all_turns() {
            let quantile = |part| turn.latencies.quantile(part);
            // A String takes everything.
            let _ = writeln!(
                text,
                "  {:<10} {:>13.1} {:>8.1}% {:>9.1} {:>9.1} {:>9.1} {:>12.1} {:>14.2}  {}",
                turn.contender,
                turn.rate,
                turn.answered_percent(),
                quantile(0.5),
                quantile(0.99),
                quantile(0.999),
                turn.keys_per_core,
                turn.generator_cores,
                if turn.is_kept_up() { "" } else { "not kept up" },
            );
            if let Some(refusal) = &turn.refusal {
                let _ = writeln!(text, "    {refusal}");
            }
        }
        if let Some(reason) = &self.left_out {
            let _ = writeln!(text, "  moto is left out: {reason}");
        }
        let _ = writeln!(text, "  {}", definition());
        text
    }

    fn section(&self, run: &Run) -> Option<Section> {
        Some(document::section(self, run))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::Sample;
    use super::*;

    fn turn(contender: &'static str, rate: f64) -> Turn {
        Turn {
            contender,
            rate,
            latencies: Sample::of_milliseconds(&[5.0, 8.0, 30.0, f64::INFINITY]),
            sent: 4,
            answered: 3,
            refusal: Some("no".to_owned()),
            keys_per_core: 100.0,
            generator_cores: 0.1,
            others_cores: 0.2,
        }
    }

    fn create(moto: Option<f64>) -> Create {
        let sustained = Sustained {
            pharos: 150.0,
            pharos_on_all_cores: 280.0,
            moto,
            generator: 200.0,
        };
        let turns = vec![turn("pharos", 20.0), turn("moto", 20.0)];
        Create::new(turns, vec![turn("pharos", 160.0)], &sustained, None)
    }

    fn aimed(create: &Create) -> Vec<&str> {
        let aimed = create.figures.iter().filter(|figure| figure.aim.is_some());
        aimed.map(|figure| &*figure.name).collect()
    }

    #[test]
    fn the_aims_are_for_pharos() {
        let aims = [
            "create_pharos_20_p50",
            "create_pharos_20_p99",
            "create_sustained_part",
            "create_sustained_ratio",
        ];
        assert_eq!(aimed(&create(Some(20.0))), aims);
        assert_eq!(aimed(&create(None)), aims[..3]);
    }

    #[test]
    fn with_moto_compares_who_uses_every_core_too() {
        let create = create(Some(20.0));
        let ratio = create
            .figures
            .iter()
            .find(|figure| figure.name == "create_sustained_ratio");
        assert!((ratio.unwrap().value - 14.0).abs() < f64::EPSILON);
    }

    #[test]
    fn what_was_not_kept_up_is_said() {
        let create = create(Some(20.0));
        assert_eq!(create.text().matches("not kept up").count(), 3);
        let json = create.json();
        assert_eq!(json["create_turns"][0]["kept_up"], false);
        // Half of the requests were answered by then; the last never was.
        assert_eq!(json["create_turns"][0]["p50_ms"], 8.0);
        assert_eq!(json["create_turns"][0]["p99_ms"], Value::Null);
    }
}
