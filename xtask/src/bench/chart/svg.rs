//! The few shapes that a plot is made of. Colours are classes, so that one file suits light and dark.

use std::fmt::Write;

use super::Words;

/// Everything but the shapes. Text and lines have enough contrast on both grounds, and no colour is the
/// only sign of anything.
const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1f2328}\
.title{font-weight:600;font-size:15px}.quiet{fill:#59636e}.end{text-anchor:end}.middle{text-anchor:middle}\
.ground{fill:#fff}.grid{stroke:#d1d9e0}.axis,.whisker{stroke:#1f2328}.whisker{stroke-width:1.5}\
.first{fill:#0a5fd9}.second{fill:#8c959f}\
.first-line{stroke:#0a5fd9}.second-line{stroke:#b35900}.first-dot{fill:#0a5fd9}.second-dot{fill:#b35900}\
.curve{fill:none;stroke-width:2}.dashed{stroke-dasharray:6 4}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}.ground{fill:#0d1117}\
.grid{stroke:#3d444d}.axis,.whisker{stroke:#f0f6fc}.first{fill:#4493f8}.second{fill:#656c76}\
.first-line{stroke:#4493f8}.second-line{stroke:#f0883e}.first-dot{fill:#4493f8}.second-dot{fill:#f0883e}}";

/// Where something is, from the upper left corner.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

pub(super) fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// A picture that is being drawn.
pub(super) struct Svg {
    width: f64,
    height: f64,
    shapes: String,
}

impl Svg {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            shapes: String::new(),
        }
    }

    pub(super) fn line(&mut self, class: &str, from: Point, to: Point) {
        self.shape(format_args!(
            r#"<line class="{class}" x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}"/>"#,
            from.x, from.y, to.x, to.y
        ));
    }

    pub(super) fn rectangle(&mut self, class: &str, corner: Point, width: f64, height: f64) {
        self.shape(format_args!(
            r#"<rect class="{class}" x="{:.1}" y="{:.1}" width="{width:.1}" height="{height:.1}"/>"#,
            corner.x, corner.y
        ));
    }

    pub(super) fn circle(&mut self, class: &str, centre: Point, radius: f64) {
        self.shape(format_args!(
            r#"<circle class="{class}" cx="{:.1}" cy="{:.1}" r="{radius:.1}"/>"#,
            centre.x, centre.y
        ));
    }

    pub(super) fn curve(&mut self, class: &str, points: &[Point]) {
        let points: Vec<_> = points
            .iter()
            .map(|point| format!("{:.1},{:.1}", point.x, point.y))
            .collect();
        self.shape(format_args!(
            r#"<polyline class="curve {class}" points="{}"/>"#,
            points.join(" ")
        ));
    }

    /// A line of text, on its base line.
    pub(super) fn text(&mut self, class: &str, base: Point, text: &str) {
        self.shape(format_args!(
            r#"<text class="{class}" x="{:.1}" y="{:.1}">{}</text>"#,
            base.x,
            base.y,
            escaped(text)
        ));
    }

    fn shape(&mut self, shape: std::fmt::Arguments<'_>) {
        // A String takes everything.
        let _ = writeln!(self.shapes, "{shape}");
    }

    /// The file.
    pub(super) fn finish(self, words: &Words<'_>) -> String {
        let Self {
            width,
            height,
            shapes,
        } = self;
        let (title, description) = (escaped(words.title), escaped(words.description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-labelledby=\"title description\">\n\
             <title id=\"title\">{title}</title>\n<desc id=\"description\">{description}</desc>\n\
             <style>{STYLE}</style>\n\
             <rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n{shapes}</svg>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_a_shape() {
        let mut svg = Svg::new(10.0, 10.0);
        svg.text("", at(1.0, 2.0), "a < b && <rect/>");
        let words = Words {
            title: "x > y",
            description: "</desc>",
        };
        let file = svg.finish(&words);
        assert!(file.contains("a &lt; b &amp;&amp; &lt;rect/&gt;</text>"));
        assert!(file.contains("<title id=\"title\">x &gt; y</title>"));
        assert_eq!(file.matches("</desc>").count(), 1);
    }

    #[test]
    fn the_picture_says_in_words_what_it_shows() {
        let words = Words {
            title: "a title",
            description: "a description",
        };
        let file = Svg::new(10.0, 10.0).finish(&words);
        assert!(file.contains("role=\"img\" aria-labelledby=\"title description\""));
        assert!(file.contains("<desc id=\"description\">a description</desc>"));
        assert!(file.contains("prefers-color-scheme:dark"));
    }
}
