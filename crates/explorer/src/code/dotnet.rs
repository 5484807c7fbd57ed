//! C#, with the official .NET SDK.

use super::model::{Snippet, Structure, Value};
use super::text::{comment, four_digits, is_document, joined, quoted};

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let (class, version) = (snippet.product(), snippet.version().to_uppercase());
    let (scheme, host) = (snippet.endpoint.scheme(), snippet.endpoint.host());
    let region = literal(snippet.region());
    let request = if snippet.request.fields.is_empty() {
        format!("new {action}Request()")
    } else {
        structure(&snippet.request, 0)
    };
    let package =
        format!("Install: dotnet new console, then dotnet add package TencentCloudSDK.{class}");
    let header = comment(
        "//",
        &[
            &format!("{action} with the official .NET SDK, for .NET 8 or newer."),
            &package,
            "Run:     dotnet run, with this as Program.cs",
            snippet.secret().unwrap_or_default(),
        ],
    );
    let shown = if snippet.has_private_key() {
        "    Console.Error.WriteLine(response.KeyPair.KeyId);
    Console.WriteLine(response.KeyPair.PrivateKey);"
    } else {
        "    Console.WriteLine(AbstractModel.ToJsonString(response));"
    };
    format!(
        r#"{header}using System;
using TencentCloud.Common;
using TencentCloud.Common.Profile;
using TencentCloud.{class}.{version};
using TencentCloud.{class}.{version}.Models;

var credential = new Credential
{{
    SecretId = Environment.GetEnvironmentVariable("TENCENTCLOUD_SECRET_ID"),
    SecretKey = Environment.GetEnvironmentVariable("TENCENTCLOUD_SECRET_KEY"),
}};
var profile = new ClientProfile
{{
    HttpProfile = new HttpProfile {{ Protocol = "{scheme}://", Endpoint = "{host}" }},
}};
var client = new {class}Client(credential, {region}, profile);

var request = {request};

try
{{
    var response = await client.{action}(request);
{shown}
    return 0;
}}
catch (TencentCloudSDKException error)
{{
    // Without a code the API has not answered, and the first exception says why.
    Console.Error.WriteLine(error.ErrorCode is null
        ? error.GetBaseException().Message
        : $"{{error.ErrorCode}}: {{error.Message}} (RequestId {{error.RequestId}})");
    return 1;
}}
"#
    )
}

/// The initializer of a structure whose first line stands so far in.
fn structure(of: &Structure<'_>, indent: usize) -> String {
    let deeper = indent + 4;
    let fields = of.fields.iter().map(|(name, of)| {
        let of = value(of, deeper);
        format!("{:deeper$}{name} = {of},\n", "")
    });
    let fields: String = fields.collect();
    format!(
        "new {}\n{:indent$}{{\n{fields}{:indent$}}}",
        of.class, "", ""
    )
}

fn value(of: &Value<'_>, indent: usize) -> String {
    match of {
        Value::Text(text) => literal(text),
        Value::Int64(number) => number.to_string(),
        Value::Uint64(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::List(_, values) => format!("[{}]", joined(values, |of| value(of, indent))),
        Value::Structure(of) => structure(of, indent),
    }
}

/// A raw text around what reads better as it is: between more quotes than it has in a row, and on lines
/// of its own if it has several, or quotes at its ends.
fn literal(text: &str) -> String {
    if !is_document(text) {
        return quoted(text, '"', "", four_digits);
    }
    let longest = text.split(|c| c != '"').map(str::len).max();
    let quotes = "\"".repeat(longest.unwrap_or_default().max(2) + 1);
    if text.contains('\n') || text.starts_with('"') || text.ends_with('"') {
        format!("{quotes}\n{text}\n{quotes}")
    } else {
        format!("{quotes}{text}{quotes}")
    }
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal(r#"{"a\": 1}"#), r#""""{"a\": 1}""""#);
        assert_eq!(
            literal("a\n\"\"\"\""),
            "\"\"\"\"\"\na\n\"\"\"\"\n\"\"\"\"\""
        );
        assert_eq!(literal("{x} $ 钥\n\u{1}"), r#""{x} $ 钥\n\u0001""#);
    }
}
