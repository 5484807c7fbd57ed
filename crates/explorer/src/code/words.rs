//! The vendor's names in other styles.

/// `CreateKeyPair` as `create_key_pair`.
pub(super) fn snake(name: &str) -> String {
    let mut made = String::new();
    let mut was_capital = true;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !was_capital {
            made.push('_');
        }
        was_capital = letter.is_ascii_uppercase();
        made.push(letter.to_ascii_lowercase());
    }
    made
}

/// `LoginConfiguration` as `loginConfiguration`.
pub(super) fn camel(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// `Tag` and 1 as `tag_1`.
pub(super) fn snake_variable(name: &str, number: Option<usize>) -> String {
    match number {
        Some(number) => format!("{}_{number}", snake(name)),
        None => snake(name),
    }
}

/// `Tag` and 1 as `tag1`.
pub(super) fn camel_variable(name: &str, number: Option<usize>) -> String {
    match number {
        Some(number) => format!("{}{number}", camel(name)),
        None => camel(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_into_words() {
        assert_eq!(snake("CreateKeyPair"), "create_key_pair");
        assert_eq!(snake("CPU"), "cpu");
        assert_eq!(
            camel_variable("LoginConfiguration", None),
            "loginConfiguration"
        );
        assert_eq!(
            snake_variable("GroupIdOfUidInfo", Some(2)),
            "group_id_of_uid_info_2"
        );
    }
}
