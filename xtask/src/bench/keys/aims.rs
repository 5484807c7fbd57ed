//! The figures that have aims (the issue on the generator states them), and how far off the limit is.

use pharos_keys::Path;

use super::super::report::Figure;
use super::limit;
use super::ours::Costs;
use super::results::Measured;

/// With AVX-512 IFMA, the default path.
const FASTEST_RATIO_MIN: f64 = 8.0;
const SSH_KEYGEN_RATIO_MIN: f64 = 34.0;
const MEAN_MILLISECONDS_MAX: f64 = 5.5;

/// The portable path, on a processor that has AVX-512 IFMA for the library.
const PORTABLE_RATIO_MIN: f64 = 3.5;

/// With AVX2 only.
const AVX2_RATIO_MIN: f64 = 3.0;

pub(super) fn figures(path: Path, costs: Option<&Costs>, measured: &[Measured]) -> Vec<Figure> {
    let find = |name: &str| measured.iter().find(|measured| measured.name == name);
    let others = measured.iter().filter(|measured| !measured.is_ours);
    let fastest = others.min_by(|a, b| a.sample.mean().total_cmp(&b.sample.mean()));
    let has_ifma = path == Path::Avx512Ifma;
    let mut figures = Vec::new();
    if let Some(ours) = find("pharos") {
        let mean = Figure::new(
            "keys_mean",
            "a key of Pharos, mean",
            ours.sample.mean(),
            "ms",
        );
        figures.push(if has_ifma {
            mean.at_most(MEAN_MILLISECONDS_MAX)
        } else {
            mean
        });
        figures.extend(
            costs
                .into_iter()
                .flat_map(|costs| beside_limit(ours, costs)),
        );
    }
    let aims = [
        (
            "keys_fastest_ratio",
            "pharos",
            fastest,
            aim_of_default(path),
        ),
        (
            "keys_ssh_keygen_ratio",
            "pharos",
            find("ssh-keygen"),
            has_ifma.then_some(SSH_KEYGEN_RATIO_MIN),
        ),
        (
            "keys_portable_ratio",
            "pharos-portable",
            fastest,
            has_ifma.then_some(PORTABLE_RATIO_MIN),
        ),
        (
            "keys_avx2_ratio",
            "pharos-avx2",
            fastest,
            Some(AVX2_RATIO_MIN),
        ),
    ];
    for (name, ours, other, aim) in aims {
        if let (Some(ours), Some(other)) = (find(ours), other) {
            figures.extend(ratio(name, ours, other, aim));
        }
    }
    figures
}

fn aim_of_default(path: Path) -> Option<f64> {
    match path {
        Path::Avx512Ifma => Some(FASTEST_RATIO_MIN),
        Path::Avx2 => Some(AVX2_RATIO_MIN),
        Path::Portable | Path::Library => None,
    }
}

/// How many times as long the other takes, and how well that is known.
fn ratio(name: &'static str, ours: &Measured, other: &Measured, aim: Option<f64>) -> [Figure; 2] {
    let ratio = other.sample.mean() / ours.sample.mean();
    let relative = |measured: &Measured| measured.sample.standard_error() / measured.sample.mean();
    let error = ratio * relative(ours).hypot(relative(other));
    let title = format!("{} / {}", other.name, ours.name);
    let error = Figure::new(
        format!("{name}_error"),
        "  known to ± (standard error)",
        error,
        "x",
    );
    let ratio = Figure::new(name, title, ratio, "x");
    [
        match aim {
            Some(aim) => ratio.at_least(aim),
            None => ratio,
        },
        error,
    ]
}

fn beside_limit(ours: &Measured, costs: &Costs) -> [Figure; 5] {
    let limit = limit::milliseconds(costs);
    [
        Figure::new(
            "keys_limit",
            "limit: expected filter tests and ten decision rounds",
            limit,
            "ms",
        ),
        Figure::new(
            "keys_limit_filter_tests",
            "  filter tests expected for a key",
            limit::filter_tests(costs.largest_divisor),
            "",
        ),
        Figure::new(
            "keys_limit_filter_test",
            "  one filter test",
            costs.filter_test.as_secs_f64() * 1e6,
            "us",
        ),
        Figure::new(
            "keys_limit_decision_round",
            "  one decision round",
            costs.decision_round.as_secs_f64() * 1e6,
            "us",
        ),
        Figure::new(
            "keys_limit_ratio",
            "a key of Pharos / limit",
            ours.sample.mean() / limit,
            "x",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::Sample;
    use super::*;

    fn measured(name: &str, is_ours: bool, milliseconds: &[f64]) -> Measured {
        Measured {
            name: name.to_owned(),
            title: name.to_owned(),
            is_ours,
            sample: Sample::of_milliseconds(milliseconds),
        }
    }

    fn value(figures: &[Figure], name: &str) -> Option<f64> {
        let figure = figures.iter().find(|figure| figure.name == name);
        figure.map(|figure| figure.value)
    }

    #[test]
    fn ratios_are_to_the_fastest_other_and_never_to_a_path_of_ours() {
        let all = [
            measured("pharos", true, &[4.0, 6.0]),
            measured("pharos-avx2", true, &[10.0, 10.0]),
            measured("ssh-keygen", false, &[200.0, 200.0]),
            measured("rsa-crate", false, &[50.0, 50.0]),
        ];
        let figures = figures(Path::Avx512Ifma, None, &all);
        assert_eq!(value(&figures, "keys_fastest_ratio"), Some(10.0));
        assert_eq!(value(&figures, "keys_ssh_keygen_ratio"), Some(40.0));
        assert_eq!(value(&figures, "keys_avx2_ratio"), Some(5.0));
        // Ours is known to 1 ms of 5, the other exactly.
        let error = value(&figures, "keys_fastest_ratio_error").unwrap();
        assert!((error - 2.0).abs() < 1e-9);
    }

    #[test]
    fn aims_of_avx512_are_not_those_of_a_machine_without() {
        let all = [
            measured("pharos", true, &[10.0, 12.0]),
            measured("pharos-portable", true, &[20.0, 22.0]),
            measured("rsa-crate", false, &[50.0, 50.0]),
        ];
        let with_aim = |path| {
            let figures = figures(path, None, &all);
            let with_aim = figures.iter().filter(|figure| figure.aim.is_some());
            with_aim
                .map(|figure| figure.name.clone().into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            with_aim(Path::Avx512Ifma),
            ["keys_mean", "keys_fastest_ratio", "keys_portable_ratio"]
        );
        assert_eq!(with_aim(Path::Avx2), ["keys_fastest_ratio"]);
        assert!(with_aim(Path::Library).is_empty());
    }
}
