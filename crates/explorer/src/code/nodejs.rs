//! Node.js in TypeScript, with the official SDK.

use super::model::{Snippet, Structure, Value};
use super::text::{comment, four_digits, is_document, joined, quoted};
use super::words::snake;

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let product = snippet.action.product.name;
    let version = snippet.version();
    let (scheme, host) = (snippet.endpoint.scheme(), snippet.endpoint.host());
    let region = snippet.region.map_or_else(String::new, |region| {
        format!("  region: {},\n", literal(region.wire()))
    });
    // The SDK's type of an action without parameters is `null`.
    let request = if snippet.action.input.fields.is_empty() {
        String::new()
    } else {
        structure(&snippet.request, 2)
    };
    let header = comment(
        "//",
        &[
            &format!("{action} with the official Node.js SDK."),
            "Install: npm install tencentcloud-sdk-nodejs tsx",
            &format!("Run:     npx tsx {}.ts", snake(action)),
            snippet.secret().unwrap_or_default(),
        ],
    );
    let shown = if snippet.has_private_key() {
        "  console.error(response.KeyPair?.KeyId);\n  console.log(response.KeyPair?.PrivateKey);"
    } else {
        "  console.log(JSON.stringify(response, null, 2));"
    };
    format!(
        r#"{header}import {{ {product} }} from "tencentcloud-sdk-nodejs";

const client = new {product}.{version}.Client({{
  credential: {{
    secretId: process.env.TENCENTCLOUD_SECRET_ID,
    secretKey: process.env.TENCENTCLOUD_SECRET_KEY,
  }},
{region}  profile: {{
    httpProfile: {{ protocol: "{scheme}://", endpoint: "{host}" }},
  }},
}});

async function main() {{
  const response = await client.{action}({request});
{shown}
}}

main().catch((error) => {{
  // Without a RequestId the API has not answered.
  console.error(error.requestId ? `${{error.code}}: ${{error.message}} (RequestId ${{error.requestId}})` : error.message);
  process.exitCode = 1;
}});
"#
    )
}

/// The literal of a structure whose first line stands so far in.
fn structure(structure: &Structure<'_>, indent: usize) -> String {
    if structure.fields.is_empty() {
        return "{}".to_owned();
    }
    let deeper = indent + 2;
    let fields = structure.fields.iter().map(|(name, of)| {
        let of = value(of, deeper);
        format!("{:deeper$}{name}: {of},\n", "")
    });
    format!("{{\n{}{:indent$}}}", fields.collect::<String>(), "")
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

/// Single quotes around what has double ones, a template around lines.
fn literal(text: &str) -> String {
    if is_document(text) && text.contains('\n') {
        let text = text.replace('\\', "\\\\").replace('`', "\\`");
        return format!("`{}`", text.replace("${", "\\${"));
    }
    if is_document(text) && !text.contains('\'') {
        return quoted(text, '\'', "", four_digits);
    }
    quoted(text, '"', "", four_digits)
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal(r#"{"a": "\"}"#), r#"'{"a": "\\"}'"#);
        assert_eq!(literal("'\"$ #{x} 钥\n"), r#""'\"$ #{x} 钥\n""#);
        assert_eq!(literal("a\n`${b}\\"), "`a\n\\`\\${b}\\\\`");
        assert_eq!(literal("\u{1}\u{2028}"), r#""\u0001\u2028""#);
    }
}
