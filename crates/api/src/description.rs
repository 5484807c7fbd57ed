//! What a policy or a role is for, in words.

use crate::form;

/// The longest description, in bytes (the vendor's text on `InvalidParameter.DescriptionLengthOverlimit`).
pub const DESCRIPTION_BYTES_MAX: usize = 300;

form::form! {
    /// At most [`DESCRIPTION_BYTES_MAX`] bytes, without NUL, which a store cannot keep.
    Description: is_description, DescriptionLengthOverlimit,
    "A description has at most 300 bytes in UTF-8, and no NUL.",
    "描述最多 300 字节（UTF-8），不能包含 NUL。"
}

fn is_description(text: &str) -> bool {
    text.len() <= DESCRIPTION_BYTES_MAX && !text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_in_bytes() {
        let is_description = |text: &str| Description::try_from(text.to_owned()).is_ok();
        for text in ["", "two\nlines", &"述".repeat(100)] {
            assert!(is_description(text), "{text}");
        }
        for text in ["a\0", &"述".repeat(101), &"d".repeat(301)] {
            assert!(!is_description(text), "{text:?}");
        }
    }
}
