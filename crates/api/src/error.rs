//! What a client is told when a request fails, and what only the log may know.

use std::borrow::Cow;
use std::error::Error;

use crate::code::Code;
use crate::region::Region;
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

    /// Adds the private cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

// The sentences that more than one place says. Where the live service was observed, its words come
// first (protocol.md section 4.2), because clients may match on them, and ours follow.
impl ApiError {
    /// A required parameter is absent. `hint` says where to put it, when that is not obvious.
    pub fn missing_parameter(name: &str, hint: Option<&Text>) -> Self {
        let (en, zh) = hint.map_or((Cow::default(), Cow::default()), |hint| {
            (format!(" {}", hint.en).into(), hint.zh.clone())
        });
        Self::new(
            Code::MissingParameter,
            Text::new(
                format!("The request is missing a required parameter `{name}`.{en}"),
                format!("请求缺少必要参数 `{name}`。{zh}"),
            ),
        )
    }

    /// The action has no parameter of this name.
    pub fn unknown_parameter(path: &str, known: &[&str]) -> Self {
        let (en, zh) = if known.is_empty() {
            (
                String::from("It takes none here."),
                String::from("此处不接受任何参数。"),
            )
        } else {
            let list = known
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>();
            (
                format!("The names known here are {}.", list.join(", ")),
                format!("此处可用的参数为 {}。", list.join("、")),
            )
        };
        Self::new(
            Code::UnknownParameter,
            Text::new(
                format!("The parameter `{path}` is not recognized. {en}"),
                format!("未定义参数 `{path}`。{zh}"),
            ),
        )
    }

    /// A parameter has a value of another type than the action takes.
    pub fn wrong_type(path: &str, expected: &str) -> Self {
        Self::new(
            Code::InvalidParameter,
            Text::new(
                format!(
                    "The value type of parameter `{path}` is not valid, input type should be `{expected}`."
                ),
                format!("参数 `{path}` 取值类型错误。参数类型应为 `{expected}`。"),
            ),
        )
    }

    /// A parameter stands more than once.
    pub fn repeated_parameter(name: &str) -> Self {
        let name = quoted(name);
        Self::invalid_parameter(Text::new(
            format!("The parameter `{name}` stands more than once. Send it once."),
            format!("参数 `{name}` 重复出现，只能发送一次。"),
        ))
    }

    /// The request has a form that cannot be read as parameters.
    pub fn invalid_parameter(message: Text) -> Self {
        Self::new(Code::InvalidParameter, message)
    }

    /// The region is none that the vendor has. `field` is the name that the client sent it under.
    pub fn unknown_region(field: &str, given: &str) -> Self {
        let given = quoted(given);
        let regions = Region::ALL
            .iter()
            .map(|region| region.wire())
            .collect::<Vec<_>>();
        Self::new(
            Code::InvalidParameterValue,
            Text::new(
                format!(
                    "A value specified in `{field}` is not valid, is unsupported, or cannot be used. \
                     `{given}` is not a region; use one of {}.",
                    regions.join(", ")
                ),
                format!(
                    "`{field}` 的取值无效、不受支持或不可用。`{given}` 不是有效地域，可用地域为 {}。",
                    regions.join("、")
                ),
            ),
        )
    }

    /// The region exists, and Lighthouse is not there.
    pub fn unsupported_region(given: &str) -> Self {
        let regions = Region::ALL
            .iter()
            .map(|region| region.wire())
            .collect::<Vec<_>>();
        Self::new(
            Code::UnsupportedRegion,
            Text::new(
                format!(
                    "The action not support this region. Lighthouse is not offered in `{given}`; \
                     use one of {}.",
                    regions.join(", ")
                ),
                format!(
                    "该接口不支持此地域。轻量应用服务器未在 `{given}` 提供服务，可用地域为 {}。",
                    regions.join("、")
                ),
            ),
        )
    }

    /// The caller's policies do not allow the operation on these resources. The form is the live
    /// service's, which names the operation and each resource.
    pub fn no_permission(request_id: &str, operation: &str, resource: &str) -> Self {
        Self::new(
            Code::NoPermission,
            Text::new(
                format!(
                    "You are not authorized to perform this operation. Check your CAM policies, and \
                     ensure that you are using the correct access keys. [request id:{request_id}]you \
                     are not authorized to perform operation ({operation})\nresource ({resource}) \
                     has no permission\n"
                ),
                format!(
                    "操作未授权，请检查CAM策略。[request id:{request_id}]you are not authorized to \
                     perform operation ({operation})\nresource ({resource}) has no permission\n"
                ),
            ),
        )
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

    #[test]
    fn a_missing_parameter_reads_as_the_live_service_says_it() {
        let error = ApiError::missing_parameter("Region", None);
        assert_eq!(
            error.message.en,
            "The request is missing a required parameter `Region`."
        );
        let hint = Text::fixed(
            "Send it as the header `X-TC-Region`.",
            "请通过 `X-TC-Region` 传递。",
        );
        let error = ApiError::missing_parameter("Region", Some(&hint));
        assert!(
            error
                .message
                .en
                .starts_with("The request is missing a required parameter `Region`. ")
        );
    }
}
