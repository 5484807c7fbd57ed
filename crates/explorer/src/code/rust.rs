//! Rust, with Pharos's own SDK.

use super::model::{Snippet, Structure, Value};
use super::text::{braces, comment, is_document, joined, quoted};

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let (product, version) = (snippet.action.product.name, snippet.action.product.version);
    let url = snippet.endpoint.url();
    let region = snippet.region.map_or_else(String::new, |region| {
        format!(".region({})", literal(region.wire()))
    });
    let request = structure(&snippet.request, 8);
    let header = comment(
        "//",
        &[
            &format!("{action} with pharos-client."),
            "Install: cargo add serde_json, and cargo add --path pharos/crates/client pharos-client",
            "Run:     cargo run, with this as src/main.rs",
            snippet.secret().unwrap_or_default(),
        ],
    );
    let shown = if snippet.has_private_key() {
        r#"            let key_pair = &reply["KeyPair"];
            eprintln!("{}", key_pair["KeyId"].as_str().unwrap_or_default());
            println!("{}", key_pair["PrivateKey"].as_str().unwrap_or_default());"#
    } else {
        r#"            println!("{reply:#}");"#
    };
    format!(
        r#"{header}use std::error::Error;
use std::process::ExitCode;

use pharos_client::blocking::Client;
use pharos_client::{{Credential, Endpoint, Settings, Target}};
use serde_json::json;

fn main() -> Result<ExitCode, Box<dyn Error>> {{
    // The credential is looked for in TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY first.
    let endpoint = Endpoint::parse("{url}")?;
    let settings = Settings::new(endpoint, Credential::find()?){region};
    let client = Client::new(settings)?;
    let target = Target {{
        product: "{product}",
        version: "{version}",
        action: "{action}",
    }};
    let reply = client.call(
        target,
        &json!({request}),
    );
    Ok(match reply {{
        Ok(reply) => {{
{shown}
            ExitCode::SUCCESS
        }}
        // A refusal's code, message and RequestId; or that there was no answer, and why.
        Err(error) => {{
            eprintln!("{{error}}");
            let mut cause = error.source();
            while let Some(error) = cause {{
                eprintln!("  because: {{error}}");
                cause = error.source();
            }}
            ExitCode::FAILURE
        }}
    }})
}}
"#
    )
}

/// The JSON of a structure whose first line stands so far in.
fn structure(structure: &Structure<'_>, indent: usize) -> String {
    if structure.fields.is_empty() {
        return "{}".to_owned();
    }
    let deeper = indent + 4;
    let fields = structure.fields.iter().map(|(name, of)| {
        let of = value(of, deeper);
        format!("{:deeper$}\"{name}\": {of}", "")
    });
    let fields = fields.collect::<Vec<_>>().join(",\n");
    format!("{{\n{fields}\n{:indent$}}}", "")
}

fn value(of: &Value<'_>, indent: usize) -> String {
    match of {
        Value::Text(text) => literal(text),
        // A literal without a type is an i32.
        Value::Int64(number) if i32::try_from(*number).is_err() => format!("{number}i64"),
        Value::Uint64(number) if i32::try_from(*number).is_err() => format!("{number}u64"),
        Value::Int64(number) => number.to_string(),
        Value::Uint64(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::List(_, values) => format!("[{}]", joined(values, |of| value(of, indent))),
        Value::Structure(of) => structure(of, indent),
    }
}

/// A raw text around what reads better as it is.
fn literal(text: &str) -> String {
    if !is_document(text) {
        return quoted(text, '"', "", braces);
    }
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal(r#"{"a\": 1}"#), r##"r#"{"a\": 1}"#"##);
        assert_eq!(literal("a\"#\n"), r##""a\"#\n""##);
        assert_eq!(literal("a\"#"), "r##\"a\"#\"##");
        assert_eq!(literal("$ 钥\u{1}\u{202e}"), r#""$ 钥\u{1}\u{202e}""#);
    }
}
