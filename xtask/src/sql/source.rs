//! The texts in Rust code.
#![expect(
    clippy::string_slice,
    reason = "it is cut beside the signs that were found"
)]

/// Every string literal outside of comments and of tests, which stand at the end of a file.
pub(super) fn strings(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or(code);
    let mut strings = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'', '/', 'r']) {
        let (before, from) = rest.split_at(at);
        let is_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        rest = if let Some(from) = from.strip_prefix('"') {
            let (text, behind) = quoted(from);
            strings.push(text);
            behind
        } else if let Some((text, behind)) = raw(from).filter(|_| !is_word) {
            strings.push(text);
            behind
        } else if from.starts_with("//") {
            from.split_once('\n').map_or("", |(_, behind)| behind)
        } else if let Some(behind) = from.strip_prefix("'\"'") {
            behind
        } else if let Some(behind) = from.strip_prefix("'\\\"'") {
            behind
        } else {
            &from[1..]
        };
    }
    strings
}

/// A literal up to its quote, and what is behind.
fn quoted(from: &str) -> (String, &str) {
    let mut text = String::new();
    let mut characters = from.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (text, &from[at + 1..]),
            '\\' => match characters.next() {
                Some((_, '"')) => text.push('"'),
                // The line goes on.
                _ => text.push(' '),
            },
            other => text.push(other),
        }
    }
    panic!("a string does not end: {from}");
}

/// The same of a raw literal, if it is one.
fn raw(from: &str) -> Option<(String, &str)> {
    let from = from.strip_prefix('r')?;
    let hashes = from.len() - from.trim_start_matches('#').len();
    let from = from[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let (text, behind) = from.split_once(&end)?;
    Some((text.to_owned(), behind))
}

#[test]
fn strings_are_found_and_nothing_else() {
    let code = r#"
        // "a comment"
        const A: &str = "one \
            line"; let quote = '"'; let other = '\"';
        f(r"raw \", "say \"so\"", 'x'); /// "documentation"
        for"after a word";
        "#;
    let code = format!("{code}\n#[cfg(test)]\nmod tests {{ \"a test\" }}");
    let found: Vec<_> = strings(&code)
        .iter()
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(found, ["one line", "raw \\", "say \"so\"", "after a word"]);
}
