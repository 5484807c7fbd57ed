//! What is printed on standard output.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};
use serde::Serialize;

/// Prints a text and a line end. Whoever reads it may have had enough of it.
pub(crate) fn say(text: &str) -> Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot print"),
    }
}

/// Prints a document of JSON.
pub(crate) fn say_json(document: &impl Serialize) -> Result<()> {
    say(&serde_json::to_string_pretty(document).context("cannot print")?)
}

/// What somebody else wrote, as a terminal may show it: no control character of it reaches one.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|character| {
        if character.is_control() {
            character.escape_default().to_string()
        } else {
            character.to_string()
        }
    });
    Cow::Owned(escaped.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_reaches_a_terminal() {
        assert_eq!(escaped("钥匙 plain"), "钥匙 plain");
        assert_eq!(escaped("a\x1b[2Jb\n\u{9b}"), r"a\u{1b}[2Jb\n\u{9b}");
    }
}
