//! What the bench writes into docs/performance.md, and the plots beside it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::repository;

/// A part of the document that is made, with its plot.
pub(super) struct Section {
    /// Its name in the markers around it; the plot's file has it too.
    pub(super) name: &'static str,
    /// Lines of Markdown, the plot's among them.
    pub(super) text: String,
    /// SVG.
    pub(super) plot: String,
}

impl Section {
    /// The line that shows the plot.
    pub(super) fn image(name: &str, description: &str) -> String {
        format!("![{description}](performance/{name}.svg)")
    }

    pub(super) fn write(&self) -> Result<()> {
        let path = docs().join("performance.md");
        let document = fs::read_to_string(&path)?;
        let document = replaced(&document, self.name, &self.text)
            .with_context(|| format!("docs/performance.md has no markers for `{}`", self.name))?;
        let plots = docs().join("performance");
        fs::create_dir_all(&plots)?;
        fs::write(plots.join(format!("{}.svg", self.name)), &self.plot)?;
        Ok(fs::write(path, document)?)
    }
}

fn docs() -> PathBuf {
    repository::root().join("docs")
}

/// The document with this text between the section's markers; `None` if it does not have both.
fn replaced(document: &str, name: &str, text: &str) -> Option<String> {
    let [begin, end] = ["begin", "end"].map(|edge| format!("<!-- bench {name}: {edge} -->"));
    let (before, rest) = document.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!(
        "{before}{begin}\n\n{}\n\n{end}{after}",
        text.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "a\n<!-- bench keys: begin -->\nold\n<!-- bench keys: end -->\nb\n";

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let once = replaced(DOCUMENT, "keys", "new\n").unwrap();
        let expected = "a\n<!-- bench keys: begin -->\n\nnew\n\n<!-- bench keys: end -->\nb\n";
        assert_eq!(once, expected);
        assert_eq!(replaced(&once, "keys", "new").unwrap(), expected);
        assert_eq!(replaced(DOCUMENT, "create", "new"), None);
    }

    #[test]
    fn the_document_has_a_place_for_every_section() {
        let document = fs::read_to_string(docs().join("performance.md")).unwrap();
        for name in ["keys", "create"] {
            assert!(replaced(&document, name, "").is_some(), "{name}");
        }
    }
}
