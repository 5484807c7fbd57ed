//! Lines over a horizontal axis, their height on a scale of doublings.

use super::Words;
use super::scale::{Linear, Logarithmic};
use super::svg::{Point, Svg, at};

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;

/// Where the widest line ends: to the right stands its name.
const RIGHT: f64 = 670.0;

const TOP: f64 = 56.0;
const BASE: f64 = 376.0;

/// How far names of lines are apart at least.
const NAME_HEIGHT: f64 = 16.0;

pub(crate) struct Line {
    pub(crate) name: String,
    /// Whether it is one of those that the plot is about.
    pub(crate) is_ours: bool,
    pub(crate) is_dashed: bool,
    /// Places along the horizontal axis, ascending, and values over nothing.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Draws them. `across` and `unit` say what the axes are.
pub(crate) fn lines(words: &Words<'_>, across: &str, unit: &str, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let widest = points().map(|(x, _)| *x).fold(f64::MIN_POSITIVE, f64::max);
    let lowest = points().map(|(_, y)| *y).fold(f64::MAX, f64::min);
    let highest = points().map(|(_, y)| *y).fold(f64::MIN_POSITIVE, f64::max);
    let horizontal = Linear::new(widest, LEFT, RIGHT);
    let vertical = Logarithmic::around(lowest.min(highest), highest, BASE, TOP);
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.text("title", at(16.0, 28.0), words.title);
    for tick in vertical.ticks() {
        let y = vertical.place(tick);
        svg.line("grid", at(LEFT, y), at(RIGHT, y));
        svg.text("quiet end", at(LEFT - 8.0, y + 4.5), &tick.to_string());
    }
    svg.text("quiet", at(16.0, TOP - 10.0), unit);
    for tick in horizontal.ticks() {
        let x = horizontal.place(tick);
        svg.line("grid", at(x, TOP), at(x, BASE));
        svg.text("quiet middle", at(x, BASE + 18.0), &tick.to_string());
    }
    svg.text(
        "quiet middle",
        at(f64::midpoint(LEFT, RIGHT), BASE + 42.0),
        across,
    );
    svg.line("axis", at(LEFT, BASE), at(RIGHT, BASE));
    let mut names = Vec::new();
    for line in lines {
        let place = |(x, y): &(f64, f64)| at(horizontal.place(*x), vertical.place(*y));
        let points: Vec<_> = line.points.iter().map(place).collect();
        draw(&mut svg, line, &points);
        if let Some(end) = points.last() {
            names.push((*end, line.name.as_str()));
        }
    }
    write_names(&mut svg, names);
    svg.finish(words)
}

fn draw(svg: &mut Svg, line: &Line, points: &[Point]) {
    let (stroke, dot) = if line.is_ours {
        ("first-line", "first-dot")
    } else {
        ("second-line", "second-dot")
    };
    let dashed = if line.is_dashed { " dashed" } else { "" };
    svg.curve(&format!("{stroke}{dashed}"), points);
    for point in points {
        svg.circle(dot, *point, 3.5);
    }
}

/// Writes each name beside the end of its line, and none over another.
fn write_names(svg: &mut Svg, mut names: Vec<(Point, &str)>) {
    names.sort_by(|(a, _), (b, _)| a.y.total_cmp(&b.y));
    let mut free = f64::MIN;
    for (end, name) in names {
        let y = end.y.max(free);
        free = y + NAME_HEIGHT;
        svg.text("", at(end.x + 10.0, y + 4.5), name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words<'_> = Words {
        title: "latency",
        description: "",
    };

    fn line(name: &str, points: &[(f64, f64)]) -> Line {
        Line {
            name: name.to_owned(),
            is_ours: true,
            is_dashed: false,
            points: points.to_vec(),
        }
    }

    #[test]
    fn points_are_where_the_axes_say() {
        let one = line("p50", &[(0.0, 1.0), (100.0, 10.0), (200.0, 100.0)]);
        let file = lines(&WORDS, "a second", "ms", &[one]);
        assert!(
            file.contains(r#"points="70.0,376.0 370.0,216.0 670.0,56.0""#),
            "{file}"
        );
    }

    #[test]
    fn no_name_is_written_over_another() {
        let both = ["p50", "p99"].map(|name| line(name, &[(10.0, 5.0)]));
        let file = lines(&WORDS, "a second", "ms", &both);
        let heights: Vec<_> = file
            .lines()
            .filter(|line| line.contains(">p50<") || line.contains(">p99<"))
            .filter_map(|line| line.split("y=\"").nth(1)?.split('"').next())
            .map(|y| y.parse::<f64>().unwrap())
            .collect();
        assert!(
            (heights[1] - heights[0] - NAME_HEIGHT).abs() < 0.11,
            "{heights:?}"
        );
    }

    #[test]
    fn a_plot_of_nothing_can_be_drawn() {
        let file = lines(&WORDS, "a second", "ms", &[]);
        assert!(!file.contains("NaN") && !file.contains("inf"), "{file}");
    }
}
