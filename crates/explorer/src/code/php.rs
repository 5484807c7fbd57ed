//! PHP, with the official SDK.

use super::model::Snippet;
use super::steps::{Expression, lines, steps};
use super::text::{braces, comment, is_unseen, joined, quoted};
use super::words::{camel_variable, snake};

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let (class, version) = (snippet.product(), snippet.version().to_uppercase());
    let (scheme, host) = (snippet.endpoint.scheme(), snippet.endpoint.host());
    let region = literal(snippet.region());
    let steps = steps(&snippet.request, camel_variable);
    let mut used: Vec<_> = steps.iter().map(|step| step.class).collect();
    used.sort_unstable();
    used.dedup();
    let used: String = used
        .iter()
        .map(|model| format!("use TencentCloud\\{class}\\{version}\\Models\\{model};\n"))
        .collect();
    let request = lines(&steps, make, set);
    let header = comment(
        "//",
        &[
            &format!("{action} with the official PHP SDK."),
            "Install: composer require tencentcloud/tencentcloud-sdk-php",
            &format!("Run:     php {}.php", snake(action)),
            snippet.secret().unwrap_or_default(),
        ],
    );
    let shown = if snippet.has_private_key() {
        "    fwrite(STDERR, $response->getKeyPair()->getKeyId() . PHP_EOL);
    echo $response->getKeyPair()->getPrivateKey(), PHP_EOL;"
    } else {
        "    echo json_encode(json_decode($response->toJsonString()), JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), PHP_EOL;"
    };
    format!(
        r#"<?php
{header}require_once __DIR__ . '/vendor/autoload.php';

use TencentCloud\Common\Credential;
use TencentCloud\Common\Exception\TencentCloudSDKException;
use TencentCloud\Common\Profile\ClientProfile;
use TencentCloud\Common\Profile\HttpProfile;
use TencentCloud\{class}\{version}\{class}Client;
{used}
$credential = new Credential(getenv('TENCENTCLOUD_SECRET_ID'), getenv('TENCENTCLOUD_SECRET_KEY'));
$httpProfile = new HttpProfile('{scheme}://', '{host}');
$profile = new ClientProfile();
$profile->setHttpProfile($httpProfile);
$client = new {class}Client($credential, {region}, $profile);

{request}
try {{
    $response = $client->{action}($request);
{shown}
}} catch (TencentCloudSDKException $error) {{
    // Without a code the API has not answered.
    fwrite(STDERR, $error->getErrorCode()
        ? "{{$error->getErrorCode()}}: {{$error->getMessage()}} (RequestId {{$error->getRequestId()}})\n"
        : "{{$error->getMessage()}}\n");
    exit(1);
}}
"#
    )
}

fn make(variable: &str, class: &str) -> String {
    format!("${variable} = new {class}();\n")
}

fn set(variable: &str, field: &str, value: &Expression<'_>) -> String {
    format!("${variable}->set{field}({});\n", expression(value))
}

fn expression(value: &Expression<'_>) -> String {
    match value {
        Expression::Text(text) => literal(text),
        Expression::Number(number) => number.to_string(),
        Expression::Bool(truth) => truth.to_string(),
        Expression::List(_, values) => format!("[{}]", joined(values, expression)),
        Expression::Variable(name) => format!("${name}"),
    }
}

/// Single quotes, between which nothing but they and the backslash mean anything, unless there is
/// something to escape.
fn literal(text: &str) -> String {
    let has_unseen = text.chars().any(|c| c != '\n' && is_unseen(c));
    if has_unseen || text.ends_with('\n') {
        return quoted(text, '"', "$", braces);
    }
    let text = text.replace('\\', "\\\\").replace('\'', "\\'");
    format!("'{text}'")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal(r#"{"a": "$b\"}"#), r#"'{"a": "$b\\"}'"#);
        assert_eq!(literal("it's 钥\n{$a}"), "'it\\'s 钥\n{$a}'");
        assert_eq!(literal("$a {$b} \"\u{1}\n"), r#""\$a {\$b} \"\u{1}\n""#);
    }
}
