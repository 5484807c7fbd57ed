//! The refusals that more than one place says, or any product may.
//!
//! Where the live service was seen to say something, its words come first (protocol.md section 4.2),
//! because clients may match on them, and ours follow: what to do about it.

use crate::action::Denial;
use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::region::Region;
use crate::text::Text;

/// Whose request it is.
impl ApiError {
    /// Nobody has this SecretId.
    pub fn secret_id_not_found() -> Self {
        Self::new(
            Code::SecretIdNotFound,
            Text::fixed(
                "The SecretId is not found, please ensure that your SecretId is correct.",
                "SecretId不存在，请输入正确的密钥。",
            ),
        )
    }

    /// The signature is of another time, or was used.
    pub fn signature_expire() -> Self {
        Self::new(
            Code::SignatureExpire,
            Text::fixed(
                "The signature is expired, please request again.",
                "签名已过期，请重新发起请求。",
            ),
        )
    }

    /// The signature is of another request, or made with another secret.
    pub fn signature_failure() -> Self {
        Self::new(
            Code::SignatureFailure,
            Text::fixed(
                "The provided credentials could not be validated. Please check your signature is \
                 correct.",
                "请求签名验证失败，请检查您的签名计算是否正确。",
            ),
        )
    }

    /// The token is not one of this SecretId.
    pub fn token_failure() -> Self {
        Self::new(
            Code::TokenFailure,
            Text::fixed(
                "Token verification failed, please check if your Token is correct.",
                "Token 校验失败，请检查 Token 是否正确。",
            ),
        )
    }

    /// The caller's policies do not allow the operation on this resource. The live service names the
    /// operation and the resource in English whatever was asked for.
    pub fn no_permission(
        denial: Denial,
        request_id: &str,
        operation: &str,
        resource: &str,
    ) -> Self {
        let denied = format!(
            "[request id:{request_id}]you are not authorized to perform operation ({operation})\n\
             resource ({resource}) has no permission\n"
        );
        let message = match denial {
            Denial::Gateway => Text::new(
                format!(
                    "You are not authorized to perform this operation. Check your CAM policies, and \
                     ensure that you are using the correct access keys. [{denied}]"
                ),
                format!("操作未授权，请检查CAM策略。[{denied}]"),
            ),
            Denial::Product(_) => Text::new(
                format!(
                    "{denied}Check your CAM policies, and ensure that you are using the correct \
                     access keys."
                ),
                format!("{denied}操作未授权，请检查CAM策略。"),
            ),
        };
        Self::new(denial.code(), message)
    }
}

/// What it asks for.
impl ApiError {
    /// No such product.
    pub fn no_such_product(name: &str, known: &[&str]) -> Self {
        let (name, known) = (quoted(name), known.join(", "));
        Self::new(
            Code::NoSuchProduct,
            Text::new(
                format!("The product `{name}` does not exist here. This server has {known}."),
                format!("产品 `{name}` 不存在。本服务器提供的产品为 {known}。"),
            ),
        )
    }

    /// The product has another version.
    pub fn no_such_version(version: &str, service: &str, served: &str) -> Self {
        let version = quoted(version);
        Self::new(
            Code::NoSuchVersion,
            Text::new(
                format!(
                    "The specified api version=`{version}` does not exist in service=`{service}`. \
                     This server has `{served}`."
                ),
                format!(
                    "服务 `{service}` 不存在接口版本 `{version}`，本服务器提供的版本为 `{served}`。"
                ),
            ),
        )
    }

    /// The product has no such action.
    pub fn invalid_action(action: &str, service: &str, version: &str) -> Self {
        let action = quoted(action);
        Self::new(
            Code::InvalidAction,
            Text::new(
                format!(
                    "The request action=`{action}` is invalid or not found in \
                     service=`{service}` and version=`{version}`."
                ),
                format!("服务 `{service}` 的接口版本 `{version}` 中不存在接口 `{action}`。"),
            ),
        )
    }

    /// The region has no such zone.
    pub fn no_zone(path: &str, text: &str) -> Self {
        let text = quoted(text);
        Self::new(
            Code::InvalidZone,
            Text::new(
                format!(
                    "`{text}` in `{path}` is not a zone of this region. Take one that DescribeZones lists."
                ),
                format!(
                    "`{path}` 中的 `{text}` 不是该地域的可用区，请使用 DescribeZones 返回的可用区。"
                ),
            ),
        )
    }

    /// The vendor has the action, and Pharos does not serve it.
    pub fn unserved_action(action: &str, service: &str) -> Self {
        let action = quoted(action);
        Self::new(
            Code::UnsupportedOperation,
            Text::new(
                format!(
                    "Pharos does not serve the action `{action}` of `{service}`: it serves key pairs, \
                     instances as records that they are bound to, and who may do what with them. \
                     COMPATIBILITY.md lists its actions."
                ),
                format!(
                    "Pharos 不提供 `{service}` 的接口 `{action}`：仅提供密钥对、用于绑定密钥对的实例记录以及相应的访问管理，支持的接口见 COMPATIBILITY.md。"
                ),
            ),
        )
    }

    /// The region is none that the vendor has. `field` is the name that the client sent it under.
    pub fn unknown_region(field: &str, given: &str) -> Self {
        let (given, regions) = (quoted(given), regions());
        Self::new(
            Code::InvalidParameterValue,
            Text::new(
                format!(
                    "A value specified in `{field}` is not valid, is unsupported, or cannot be used. \
                     `{given}` is not a region; use one of {}.",
                    regions.en
                ),
                format!(
                    "`{field}` 的取值无效、不受支持或不可用。`{given}` 不是有效地域，可用地域为 {}。",
                    regions.zh
                ),
            ),
        )
    }

    /// The region exists, and the product is not there.
    pub fn unsupported_region(given: &str) -> Self {
        let regions = regions();
        Self::new(
            Code::UnsupportedRegion,
            Text::new(
                format!(
                    "The action not support this region. It is not offered in `{given}`; use one \
                     of {}.",
                    regions.en
                ),
                format!(
                    "该接口不支持此地域。`{given}` 未提供该服务，可用地域为 {}。",
                    regions.zh
                ),
            ),
        )
    }

    /// The content type is none that this method takes. The action is `None` where it is not known
    /// yet. The live service's sentence ends so; ours stands before it.
    pub fn unsupported_content_type(
        method: &str,
        takes: &str,
        action: Option<&str>,
        media_type: &str,
    ) -> Self {
        let media_type = quoted(media_type);
        let action = action.map(|action| format!("`{}` ", quoted(action)));
        let action = action.unwrap_or_default();
        Self::new(
            Code::UnsupportedProtocol,
            Text::new(
                format!(
                    "A signed {method} takes `{takes}`; the {action}action does not support \
                     Content-Type=`{media_type}`."
                ),
                format!(
                    "{method} 请求应使用 `{takes}`；接口 {action}不支持 Content-Type=`{media_type}`。"
                ),
            ),
        )
    }

    /// The `count`-th request in one second, of which there may be `limit`.
    pub fn request_limit_exceeded(count: usize, limit: u32) -> Self {
        Self::new(
            Code::RequestLimitExceeded,
            Text::new(
                format!(
                    "Your current request times equals to `{count}` in a second, which exceeds the \
                     frequency limit `{limit}` for a second. Please reduce the frequency of calls."
                ),
                format!("您当前每秒请求 `{count}` 次，超过了每秒频率上限 `{limit}`，请稍后重试。"),
            ),
        )
    }
}

/// Its parameters.
impl ApiError {
    /// A required parameter is absent. `hint` says where to put it, when that is not obvious.
    pub fn missing_parameter(name: &str, hint: Option<&Text>) -> Self {
        let missing = Self::new(
            Code::MissingParameter,
            Text::new(
                format!("The request is missing a required parameter `{name}`."),
                format!("请求缺少必要参数 `{name}`。"),
            ),
        );
        match hint {
            Some(hint) => missing.with_help(hint),
            None => missing,
        }
    }

    /// The action has no parameter of this name.
    pub fn unknown_parameter(path: &str, known: &[&str]) -> Self {
        let help = if known.is_empty() {
            Text::fixed("It takes none here.", "此处不接受任何参数。")
        } else {
            let names = known.iter().map(|name| format!("`{name}`"));
            let list = names.collect::<Vec<_>>();
            Text::new(
                format!("The names known here are {}.", list.join(", ")),
                format!("此处可用的参数为 {}。", list.join("、")),
            )
        };
        Self::new(
            Code::UnknownParameter,
            Text::new(
                format!("The parameter `{path}` is not recognized."),
                format!("未定义参数 `{path}`。"),
            ),
        )
        .with_help(&help)
    }

    /// A parameter has a value of another type than the action takes.
    pub fn wrong_type(path: &str, expected: &str) -> Self {
        Self::invalid_parameter(Text::new(
            format!(
                "The value type of parameter `{path}` is not valid, input type should be \
                 `{expected}`."
            ),
            format!("参数 `{path}` 取值类型错误。参数类型应为 `{expected}`。"),
        ))
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

    /// A parameter of the right type has a value that is not allowed. `help` says what is.
    pub fn invalid_parameter_value(path: &str, value: &str, help: &Text) -> Self {
        let value = quoted(value);
        Self::new(
            Code::InvalidParameterValue,
            Text::new(
                format!("The value `{value}` specified in the parameter `{path}` is not valid."),
                format!("参数 `{path}` 的取值 `{value}` 无效。"),
            ),
        )
        .with_help(help)
    }
}

/// The regions there are, as a list for either language.
fn regions() -> Text {
    let regions: Vec<_> = Region::ALL.iter().map(|region| region.wire()).collect();
    Text::new(regions.join(", "), regions.join("、"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_stands_behind_the_sentence_in_both_languages() {
        let hint = Text::fixed(
            "Send it as the header `X-TC-Region`.",
            "请通过 `X-TC-Region` 传递。",
        );
        let error = ApiError::missing_parameter("Region", Some(&hint));
        assert_eq!(
            error.message,
            Text::fixed(
                "The request is missing a required parameter `Region`. Send it as the header \
                 `X-TC-Region`.",
                "请求缺少必要参数 `Region`。请通过 `X-TC-Region` 传递。",
            )
        );
    }

    #[test]
    fn the_gateway_and_a_product_deny_in_words_of_their_own() {
        let message = |denial| {
            let denied = ApiError::no_permission(denial, "1-2", "cam:AddUser", "*");
            assert_eq!(denied.code, denial.code());
            denied.message
        };
        let denied = "[request id:1-2]you are not authorized to perform operation (cam:AddUser)\n\
                      resource (*) has no permission\n";
        let gateway = message(Denial::Gateway);
        assert!(gateway.en.starts_with("You are not authorized to perform"));
        assert!(gateway.en.ends_with(&format!(" [{denied}]")));
        assert!(gateway.zh.ends_with(&format!("。[{denied}]")));
        let product = message(Denial::Product(Code::UnauthorizedOperation));
        assert!(product.en.starts_with(denied) && product.zh.starts_with(denied));
    }

    #[test]
    fn a_content_type_is_refused_before_the_action_is_known() {
        let message = |action| {
            ApiError::unsupported_content_type("GET", "a/b", action, "c/d")
                .message
                .en
        };
        assert_eq!(
            message(None),
            "A signed GET takes `a/b`; the action does not support Content-Type=`c/d`."
        );
        assert!(
            message(Some("Do")).ends_with("the `Do` action does not support Content-Type=`c/d`.")
        );
    }
}
