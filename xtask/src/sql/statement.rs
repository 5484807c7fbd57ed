//! A statement as its words.
#![expect(
    clippy::string_slice,
    reason = "it is cut beside the signs that were found"
)]

use std::fmt;

/// What a text of SQL begins with.
const VERBS: &[&str] = &[
    "alter", "analyze", "begin", "call", "cluster", "comment", "commit", "copy", "create",
    "declare", "delete", "do", "drop", "execute", "grant", "insert", "listen", "lock", "merge",
    "notify", "refresh", "reindex", "revoke", "rollback", "select", "set", "show", "table",
    "truncate", "unlisten", "update", "vacuum", "with",
];

/// One statement: words in small letters, a name with its schema as one; signs one by one; a literal as
/// `''`.
pub(super) struct Statement(Vec<String>);

impl fmt::Display for Statement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(" "))
    }
}

impl Statement {
    /// Whether a text is SQL: it begins with a verb in capital letters.
    pub(super) fn is_one(text: &str) -> bool {
        let first: String = text
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        let behind = text.trim_start().chars().nth(first.len());
        let is_alone = behind.is_none_or(|c| c.is_whitespace() || c == ';');
        is_alone
            && first.bytes().all(|byte| byte.is_ascii_uppercase())
            && VERBS.contains(&first.to_lowercase().as_str())
    }

    /// The statements of a text.
    pub(super) fn split(text: &str) -> Vec<Self> {
        let tokens = tokens(text);
        let parts = tokens.split(|token| token == ";");
        let statements = parts.filter(|part| !part.is_empty());
        statements.map(|part| Self(part.to_vec())).collect()
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn begins_with(&self, word: &str) -> bool {
        self.words().next() == Some(word)
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.words().any(|found| found == word)
    }

    pub(super) fn has_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.has(word))
    }

    /// Whether these words stand one behind the other.
    pub(super) fn has_sequence(&self, sequence: &[&str]) -> bool {
        self.places(sequence).next().is_some()
    }

    /// Where these words stand one behind the other: what is before them and what is behind.
    pub(super) fn places<'s>(
        &'s self,
        sequence: &'s [&str],
    ) -> impl Iterator<Item = (&'s [String], &'s [String])> {
        (0..self.0.len()).filter_map(move |at| {
            let (before, from) = self.0.split_at(at);
            let is_it = from.len() >= sequence.len() && sequence.iter().eq(&from[..sequence.len()]);
            is_it.then(|| (before, &from[sequence.len()..]))
        })
    }
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || "_.$".contains(c);
        let length = if let Some(comment) = rest.strip_prefix("--") {
            2 + comment.find('\n').unwrap_or(comment.len())
        } else if let Some(literal) = rest.strip_prefix('\'') {
            tokens.push("''".to_owned());
            2 + literal.find('\'').expect("a literal ends")
        } else if is_name(first) {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            tokens.push(rest[..end].to_lowercase());
            end
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

#[test]
fn a_text_is_told_from_sql() {
    for sql in ["SELECT 1", "\n  BEGIN", "SET a = 1; SET b = 2"] {
        assert!(Statement::is_one(sql), "{sql}");
    }
    for text in [
        "Select it",
        "SELECTION",
        "set it",
        "",
        "PostgreSQL",
        "DO: it",
    ] {
        assert!(!Statement::is_one(text), "{text}");
    }
}

#[test]
fn a_statement_is_its_words() {
    let text = "SELECT a.b -- a comment; with a sign\n FROM pharos.c WHERE d='x; y'; COMMIT";
    let statements: Vec<_> = Statement::split(text)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        statements,
        ["select a.b from pharos.c where d = ''", "commit"]
    );
}
