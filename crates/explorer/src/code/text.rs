//! What literals of most languages share.

use serde_json::Value;

/// Whether a text reads better as it is, where a language can take it so: it has quotes or lines, and
/// nothing in it is invisible.
pub(super) fn is_document(text: &str) -> bool {
    let has_lines = text.trim_end_matches('\n').contains('\n');
    (has_lines || text.contains('"') || text.contains('\\'))
        && !text.ends_with('\n')
        && !text.chars().any(|c| c != '\n' && is_unseen(c))
}

/// Whether it has to be escaped in every language: controls, what has no width, and what changes the
/// direction of writing, which would show other code than what runs.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

/// A literal with escapes: a backslash before itself, the quote and the characters that the language
/// treats specially; `\n`, `\r` and `\t`; and what is unseen as the language writes it.
pub(super) fn quoted(text: &str, quote: char, special: &str, unseen: fn(char) -> String) -> String {
    let mut made = String::from(quote);
    made.push_str(&escaped(text, quote, special, unseen));
    made.push(quote);
    made
}

/// What stands between the quotes.
fn escaped(text: &str, quote: char, special: &str, unseen: fn(char) -> String) -> String {
    let mut made = String::new();
    for c in text.chars() {
        match c {
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            '\t' => made.push_str("\\t"),
            _ if is_unseen(c) => made.push_str(&unseen(c)),
            _ => {
                if c == '\\' || c == quote || special.contains(c) {
                    made.push('\\');
                }
                made.push(c);
            }
        }
    }
    made
}

/// `\u` and four digits, as most languages write it. Whatever is unseen is in the first plane.
pub(super) fn four_digits(c: char) -> String {
    format!("\\u{:04x}", u32::from(c))
}

/// `\u{…}`, as PHP, Ruby and Rust write it.
pub(super) fn braces(c: char) -> String {
    format!("\\u{{{:x}}}", u32::from(c))
}

/// Values as they stand in a list.
pub(super) fn joined<T>(values: &[T], printed: impl Fn(&T) -> String) -> String {
    values.iter().map(printed).collect::<Vec<_>>().join(", ")
}

/// JSON on one line, in which what is unseen is escaped too.
pub(super) fn json(value: &Value) -> String {
    let text = value.to_string();
    // Only within its texts is anything unseen.
    text.chars()
        .map(|c| {
            if is_unseen(c) {
                four_digits(c)
            } else {
                c.to_string()
            }
        })
        .collect()
}

/// Lines of comment, each behind the language's sign.
pub(super) fn comment(sign: &str, lines: &[&str]) -> String {
    let lines = lines.iter().filter(|line| !line.is_empty());
    lines.map(|line| format!("{sign} {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn escapes_are_those_of_the_language() {
        let text = "a\"b\\c\n$d\u{202e}";
        assert_eq!(
            quoted(text, '"', "$", four_digits),
            r#""a\"b\\c\n\$d\u202e""#
        );
        assert_eq!(quoted(text, '\'', "", braces), r#"'a"b\\c\n$d\u{202e}'"#);
    }

    #[test]
    fn what_is_unseen_is_escaped_in_json() {
        let value = json!({"a\u{202e}": "\u{0}\u{7f}\n\"钥"});
        assert_eq!(json(&value), r#"{"a\u202e":"\u0000\u007f\n\"钥"}"#);
        assert_eq!(serde_json::from_str::<Value>(&json(&value)).unwrap(), value);
    }

    #[test]
    fn a_policy_is_a_document_and_a_line_of_openssh_is_none() {
        assert!(is_document(r#"{"version":"2.0"}"#));
        assert!(is_document("one\ntwo"));
        assert!(!is_document("ssh-ed25519 AAAA me\n"));
        assert!(!is_document("\"\u{1b}[31m\""));
        assert!(!is_document("plain"));
    }
}
