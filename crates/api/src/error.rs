//! What a client is told when a request fails, and what only the log may know.

use std::borrow::Cow;
use std::error::Error;

use crate::code::Code;
use crate::text::Text;

/// A private cause: for the operator's log, never for the wire.
pub type Cause = Box<dyn Error + Send + Sync>;

/// A refusal: a public code, a public sentence, and a private cause.
///
/// Deliberately not `Display` and not `std::error::Error`: there is no accidental way to send
/// `cause` to a client or to lose the code on the way up.
#[derive(Debug)]
pub struct ApiError {
    /// What clients match on.
    pub code: Code,
    /// What a person reads: what is wrong and what to do about it.
    pub message: Text,
    /// What only the log sees.
    pub cause: Option<Cause>,
}

impl ApiError {
    /// A refusal with no private side.
    pub fn new(code: Code, message: Text) -> Self {
        Self {
            code,
            message,
            cause: None,
        }
    }

    /// Adds what to do about it, behind what is wrong.
    #[must_use]
    pub fn with_help(mut self, help: &Text) -> Self {
        self.message = Text::new(
            format!("{} {}", self.message.en, help.en),
            format!("{}{}", self.message.zh, help.zh),
        );
        self
    }

    /// Adds the private cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The server failed, and the client can do nothing but try again or tell the operator.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::new(
            Code::InternalError,
            Text::fixed(
                "The server failed to answer this request. Try again; if it persists, give the \
                 RequestId to the operator, whose log has the cause.",
                "服务器内部错误，请稍后重试；如持续出现，请将 RequestId 提供给运维人员查询日志。",
            ),
        )
        .because(cause)
    }
}

/// The longest piece of a client's own value that a message repeats, in characters: enough to be
/// recognised, too little to fill a log.
pub const QUOTED_CHARS_MAX: usize = 64;

/// A client's value as a message may repeat it: control characters escaped, length bounded.
pub fn quoted(value: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'`' || byte == b' ';
    if value.len() <= QUOTED_CHARS_MAX && value.bytes().all(is_plain) {
        return Cow::Borrowed(value);
    }
    let mut quoted = String::new();
    for (index, character) in value.chars().enumerate() {
        if index == QUOTED_CHARS_MAX {
            quoted.push('…');
            break;
        }
        if character.is_control() || character == '`' {
            quoted.extend(character.escape_default());
        } else {
            quoted.push(character);
        }
    }
    Cow::Owned(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_bounds_and_escapes() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a\0b\n"), "a\\u{0}b\\n");
        assert_eq!(
            quoted(&"钥".repeat(1000)).chars().count(),
            QUOTED_CHARS_MAX + 1
        );
    }
}
