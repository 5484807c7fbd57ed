//! Writing HTML: every text is escaped on its way in.

/// A text as it stands in HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            '\'' => made.push_str("&#39;"),
            _ => made.push(c),
        }
    }
    made
}

/// A sentence of the table, in which what stands between backticks is code.
pub(super) fn sentence(text: &str) -> String {
    let mut made = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 0 {
            made.push_str(&escaped(part));
        } else {
            made.push_str(&element("code", &escaped(part)));
        }
    }
    made
}

/// An element around HTML.
pub(super) fn element(name: &str, inner: &str) -> String {
    format!("<{name}>{inner}</{name}>")
}

/// A link within the page.
pub(super) fn link(id: &str, inner: &str) -> String {
    format!("<a href=\"#{}\">{inner}</a>", escaped(id))
}

/// A table, whose first column names the rows.
pub(super) fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let heads = heads.iter();
    let heads = heads.map(|head| format!("<th scope=\"col\">{}</th>", escaped(head)));
    let rows = rows.into_iter().map(|cells| {
        let cells = cells.iter().enumerate().map(|(index, cell)| {
            if index == 0 {
                format!("<th scope=\"row\">{cell}</th>")
            } else {
                element("td", cell)
            }
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    });
    format!(
        "<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        heads.collect::<String>(),
        rows.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            escaped("<a href='\"&\"'>"),
            "&lt;a href=&#39;&quot;&amp;&quot;&#39;&gt;"
        );
        assert_eq!(
            sentence("`tag:<key>` & more"),
            "<code>tag:&lt;key&gt;</code> &amp; more"
        );
    }
}
