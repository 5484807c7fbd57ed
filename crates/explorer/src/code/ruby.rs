//! Ruby, with the official SDK.

use super::model::Snippet;
use super::steps::{Expression, lines, steps};
use super::text::{braces, comment, is_unseen, joined, quoted};
use super::words::{snake, snake_variable};

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let (product, class) = (snippet.action.product.name, snippet.product());
    let version = snippet.version().to_uppercase();
    let (scheme, host) = (snippet.endpoint.scheme(), snippet.endpoint.host());
    let region = literal(snippet.region());
    let request = lines(&steps(&snippet.request, snake_variable), make, set);
    let header = comment(
        "#",
        &[
            &format!("{action} with the official Ruby SDK."),
            &format!("Install: gem install tencentcloud-sdk-common tencentcloud-sdk-{product}"),
            &format!("Run:     ruby {}.rb", snake(action)),
            snippet.secret().unwrap_or_default(),
        ],
    );
    let way = way(snippet);
    let shown = if snippet.has_private_key() {
        "  warn response.KeyPair.KeyId\n  puts response.KeyPair.PrivateKey"
    } else {
        "  puts JSON.pretty_generate(response.serialize)"
    };
    format!(
        r##"{header}require 'json'
require 'tencentcloud-sdk-common'
require 'tencentcloud-sdk-{product}'

Models = TencentCloud::{class}::{version}

credential = TencentCloud::Common::Credential.new(
  ENV.fetch('TENCENTCLOUD_SECRET_ID'), ENV.fetch('TENCENTCLOUD_SECRET_KEY')
)
http_profile = TencentCloud::Common::HttpProfile.new('{scheme}', '{host}')
{way}profile = TencentCloud::Common::ClientProfile.new('TC3-HMAC-SHA256', http_profile, 'en-US')
client = Models::Client.new(credential, {region}, profile)

{request}
begin
  response = client.{action}(request)
{shown}
rescue TencentCloud::Common::TencentCloudSDKException => e
  abort "#{{e.code}}: #{{e.message}} (RequestId #{{e.request_id}})"
rescue SystemCallError, SocketError, Timeout::Error => e
  # The API has not answered.
  abort e.message
end
"##
    )
}

/// How a server at another port is reached: the SDK dials the usual ones only. Its own setting of a proxy calls
/// a method that Ruby does not have.
fn way(snippet: &Snippet<'_>) -> String {
    let has_port = snippet
        .endpoint
        .host()
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.ends_with(']'));
    match (has_port, snippet.endpoint.is_https()) {
        (false, _) => String::new(),
        (true, false) => format!(
            "# The SDK dials port 80: as this program's proxy, the server is dialled at its own.\nENV['http_proxy'] = '{}'\n",
            snippet.endpoint.url()
        ),
        (true, true) => "# The SDK dials port 443 only: let the server listen there.\n".to_owned(),
    }
}

fn make(variable: &str, class: &str) -> String {
    format!("{variable} = Models::{class}.new\n")
}

fn set(variable: &str, field: &str, value: &Expression<'_>) -> String {
    format!("{variable}.{field} = {}\n", expression(value))
}

fn expression(value: &Expression<'_>) -> String {
    match value {
        Expression::Text(text) => literal(text),
        Expression::Number(number) => number.to_string(),
        Expression::Bool(truth) => truth.to_string(),
        Expression::List(_, values) => format!("[{}]", joined(values, expression)),
        Expression::Variable(name) => name.clone(),
    }
}

/// Single quotes, between which nothing but they and the backslash mean anything, unless there is
/// something to escape.
fn literal(text: &str) -> String {
    let has_unseen = text.chars().any(|c| c != '\n' && is_unseen(c));
    if has_unseen || text.ends_with('\n') {
        return quoted(text, '"', "#", braces);
    }
    let text = text.replace('\\', "\\\\").replace('\'', "\\'");
    format!("'{text}'")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal(r##"{"a": "#{b}\"}"##), r##"'{"a": "#{b}\\"}'"##);
        assert_eq!(literal("it's 钥\n$a"), "'it\\'s 钥\n$a'");
        assert_eq!(literal("#{a} \"\u{1}\n"), r#""\#{a} \"\u{1}\n""#);
    }
}
