//! Python, with the official SDK.

use super::model::Snippet;
use super::steps::{Expression, lines, steps};
use super::text::{comment, four_digits, is_document, joined, quoted};
use super::words::{snake, snake_variable};

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let (product, class) = (snippet.action.product.name, snippet.product());
    let version = snippet.version();
    let (protocol, host) = (snippet.endpoint.scheme(), snippet.endpoint.host());
    let region = literal(snippet.region());
    let request = lines(&steps(&snippet.request, snake_variable), make, set);
    let header = comment(
        "#",
        &[
            &format!("{action} with the official Python SDK."),
            &format!("Install: pip install tencentcloud-sdk-python-{product}"),
            &format!("Run:     python3 {}.py", snake(action)),
            snippet.secret().unwrap_or_default(),
        ],
    );
    let shown = if snippet.has_private_key() {
        "print(response.KeyPair.KeyId, file=sys.stderr)\nprint(response.KeyPair.PrivateKey)"
    } else {
        "print(response.to_json_string(indent=2, ensure_ascii=False))"
    };
    format!(
        r#"{header}import os
import sys

from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.{product}.{version} import {product}_client, models

client = {product}_client.{class}Client(
    credential.Credential(
        os.environ["TENCENTCLOUD_SECRET_ID"],
        os.environ["TENCENTCLOUD_SECRET_KEY"],
    ),
    {region},
    ClientProfile(httpProfile=HttpProfile(protocol="{protocol}", endpoint="{host}")),
)

{request}
try:
    response = client.{action}(request)
except TencentCloudSDKException as error:
    sys.exit(f"{{error.get_code()}}: {{error.get_message()}} (RequestId {{error.get_request_id()}})")

{shown}
"#
    )
}

fn make(variable: &str, class: &str) -> String {
    format!("{variable} = models.{class}()\n")
}

fn set(variable: &str, field: &str, value: &Expression<'_>) -> String {
    format!("{variable}.{field} = {}\n", expression(value))
}

fn expression(value: &Expression<'_>) -> String {
    match value {
        Expression::Text(text) => literal(text),
        Expression::Number(number) => number.to_string(),
        Expression::Bool(true) => "True".to_owned(),
        Expression::Bool(false) => "False".to_owned(),
        Expression::List(_, values) => format!("[{}]", joined(values, expression)),
        Expression::Variable(name) => name.clone(),
    }
}

/// Single quotes around what has double ones, triple ones around lines.
pub(super) fn literal(text: &str) -> String {
    if is_document(text) && !text.contains('\\') && !text.contains("'''") && !text.ends_with('\'') {
        if text.contains('\n') {
            return format!("'''{text}'''");
        }
        if !text.contains('\'') {
            return format!("'{text}'");
        }
    }
    quoted(text, '"', "", four_digits)
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal(r#"a"b"#), r#"'a"b'"#);
        assert_eq!(literal("a'b\"\\\n$ #{x} 钥"), r#""a'b\"\\\n$ #{x} 钥""#);
        assert_eq!(literal("{\n  \"a\": 1\n}"), "'''{\n  \"a\": 1\n}'''");
        assert_eq!(literal("\u{1}\u{202e}"), r#""\u0001\u202e""#);
    }
}
