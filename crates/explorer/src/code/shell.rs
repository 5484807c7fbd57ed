//! Words of a POSIX shell.

/// A word that the shell takes as it is: bare where nothing in it means anything, else between single
/// quotes, where nothing but they do.
pub(super) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn nothing_in_a_word_means_anything() {
        assert_eq!(word("my_first_key"), "my_first_key");
        assert_eq!(word(""), "''");
        assert_eq!(word("~"), "'~'");
        assert_eq!(word("a b$(c)`d`\"\\\n钥"), "'a b$(c)`d`\"\\\n钥'");
        assert_eq!(word("it's"), r"'it'\''s'");
    }
}
