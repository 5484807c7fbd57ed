//! Bars beside each other, from the left, with how well each is known.

use super::Words;
use super::scale::Linear;
use super::svg::{Svg, at};

const WIDTH: f64 = 800.0;

/// Where bars begin: to the left stand their names.
const LEFT: f64 = 210.0;

/// Where the longest ends: to the right stands its value.
const RIGHT: f64 = 690.0;

const TOP: f64 = 48.0;
const ROW: f64 = 28.0;
const BAR: f64 = 18.0;

/// Below the bars: the axis and its unit.
const BOTTOM: f64 = 52.0;

/// Half of the stroke that ends a whisker.
const WHISKER_END: f64 = 4.0;

pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) value: f64,
    /// How far it may be from the true one.
    pub(crate) error: f64,
    /// Whether it is one of those that the plot is about.
    pub(crate) is_ours: bool,
}

/// Draws them, in their order from above.
pub(crate) fn bars(words: &Words<'_>, unit: &str, bars: &[Bar]) -> String {
    let longest = bars.iter().map(|bar| bar.value + bar.error);
    let scale = Linear::new(longest.fold(f64::MIN_POSITIVE, f64::max), LEFT, RIGHT);
    let rows: f64 = bars.iter().map(|_| ROW).sum();
    let base = TOP + rows;
    let mut svg = Svg::new(WIDTH, base + BOTTOM);
    svg.text("title", at(16.0, 28.0), words.title);
    for tick in scale.ticks() {
        let x = scale.place(tick);
        svg.line("grid", at(x, TOP), at(x, base));
        svg.text("quiet middle", at(x, base + 18.0), &tick.to_string());
    }
    svg.text(
        "quiet middle",
        at(f64::midpoint(LEFT, RIGHT), base + 38.0),
        unit,
    );
    let mut top = TOP;
    for bar in bars {
        draw(&mut svg, &scale, top, bar);
        top += ROW;
    }
    svg.line("axis", at(LEFT, TOP), at(LEFT, base));
    svg.finish(words)
}

fn draw(svg: &mut Svg, scale: &Linear, top: f64, bar: &Bar) {
    let Bar {
        name,
        value,
        error,
        is_ours,
    } = bar;
    let middle = top + ROW / 2.0;
    let class = if *is_ours { "first" } else { "second" };
    let corner = at(LEFT, middle - BAR / 2.0);
    svg.rectangle(class, corner, scale.place(*value) - LEFT, BAR);
    let (low, high) = (scale.place(value - error), scale.place(value + error));
    svg.line("whisker", at(low, middle), at(high, middle));
    for x in [low, high] {
        let (above, below) = (middle - WHISKER_END, middle + WHISKER_END);
        svg.line("whisker", at(x, above), at(x, below));
    }
    let base = middle + 4.5;
    svg.text("end", at(LEFT - 10.0, base), name);
    svg.text(
        "",
        at(high + 8.0, base),
        &format!("{value:.1} ± {error:.1}"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_values() {
        let bar = |name: &str, value, is_ours| Bar {
            name: name.to_owned(),
            value,
            error: 0.0,
            is_ours,
        };
        let words = Words {
            title: "time",
            description: "",
        };
        let file = bars(
            &words,
            "ms",
            &[bar("one", 50.0, true), bar("two", 100.0, false)],
        );
        assert!(
            file.contains(r#"class="first" x="210.0" y="53.0" width="240.0""#),
            "{file}"
        );
        assert!(
            file.contains(r#"class="second" x="210.0" y="81.0" width="480.0""#),
            "{file}"
        );
        assert!(file.contains(">one</text>") && file.contains(">100.0 ± 0.0</text>"));
    }
}
