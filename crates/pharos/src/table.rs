//! Columns that stand under each other.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use crate::output::escaped;

/// What parts two columns.
const GAP: usize = 2;

/// Rows of as many cells, the names of the columns first. Nothing is cut off.
pub(crate) struct Table<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
    hidden: usize,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// With these columns.
    pub(crate) fn new(names: [&str; COLUMNS]) -> Self {
        let rows = vec![names.map(str::to_owned)];
        Self { rows, hidden: 0 }
    }

    /// Leaves the first column out when it is shown.
    pub(crate) fn hide_first(&mut self) {
        self.hidden = 1;
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, cells: [String; COLUMNS]) {
        self.rows
            .push(cells.map(|cell| escaped(&cell).into_owned()));
    }
}

impl<const COLUMNS: usize> fmt::Display for Table<COLUMNS> {
    /// Without a line end behind the last row.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = [0; COLUMNS];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (width, cell) in widths.iter().zip(row).skip(self.hidden) {
                let room = width + GAP - cell.width();
                line.extend([cell.as_str(), &" ".repeat(room)]);
            }
            let end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end}{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_on_a_terminal() {
        let mut table = Table::new(["ID", "NAME", "TAGS"]);
        table.push(["lhins-1".into(), "网站".into(), "a=b".into()]);
        table.push(["1".into(), String::new(), "c\x1b=d".into()]);
        // A character of Chinese is two columns wide.
        assert_eq!(
            table.to_string(),
            "ID       NAME  TAGS\nlhins-1  网站  a=b\n1              c\\u{1b}=d"
        );
        table.hide_first();
        assert_eq!(table.to_string(), "NAME  TAGS\n网站  a=b\n      c\\u{1b}=d");
    }
}
