//! Go, with the official SDK.

use pharos_api::schema::Type;

use super::model::{Snippet, Structure, Value};
use super::text::{comment, four_digits, is_document, joined, quoted};
use super::words::snake;

/// Where the SDK's modules are.
const SDK: &str = "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud";

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let product = snippet.action.product.name;
    let version = snippet.version();
    let (scheme, host) = (
        snippet.endpoint.scheme().to_uppercase(),
        snippet.endpoint.host(),
    );
    let region = literal(snippet.region());
    let request = fields(&snippet.request, product);
    let imports = imports(product, &version);
    let header = comment(
        "//",
        &[
            &format!("{action} with the official Go SDK."),
            "Install: go mod init example && go mod tidy",
            &format!("Run:     go run {}.go", snake(action)),
            snippet.secret().unwrap_or_default(),
        ],
    );
    let shown = if snippet.has_private_key() {
        "\tfmt.Fprintln(os.Stderr, *response.Response.KeyPair.KeyId)
\tfmt.Println(*response.Response.KeyPair.PrivateKey)"
    } else {
        "\tfmt.Println(response.ToJsonString())"
    };
    format!(
        r#"{header}package main

import (
	"fmt"
	"os"

{imports})

func main() {{
	credential := common.NewCredential(
		os.Getenv("TENCENTCLOUD_SECRET_ID"),
		os.Getenv("TENCENTCLOUD_SECRET_KEY"),
	)
	settings := profile.NewClientProfile()
	settings.HttpProfile.Scheme = "{scheme}"
	settings.HttpProfile.Endpoint = "{host}"
	client, err := {product}.NewClient(credential, {region}, settings)
	if err != nil {{
		fail(err)
	}}

	request := {product}.New{action}Request()
{request}
	response, err := client.{action}(request)
	if err != nil {{
		fail(err)
	}}
{shown}
}}

func fail(err error) {{
	// Without a RequestId the API has not answered, and the error says why.
	if refused, ok := err.(*errors.TencentCloudSDKError); ok && refused.RequestId != "" {{
		fmt.Fprintf(os.Stderr, "%s: %s (RequestId %s)\n", refused.Code, refused.Message, refused.RequestId)
	}} else {{
		fmt.Fprintln(os.Stderr, err)
	}}
	os.Exit(1)
}}
"#
    )
}

/// In the order of paths, as gofmt has them.
fn imports(product: &str, version: &str) -> String {
    let mut imports = [
        ("common".to_owned(), String::new()),
        ("common/errors".to_owned(), String::new()),
        ("common/profile".to_owned(), String::new()),
        (format!("{product}/{version}"), format!("{product} ")),
    ];
    imports.sort_unstable();
    let lines = imports.iter();
    let lines = lines.map(|(path, name)| format!("\t{name}\"{SDK}/{path}\"\n"));
    lines.collect()
}

fn fields(request: &Structure<'_>, product: &str) -> String {
    let fields = request.fields.iter().map(|(name, of)| {
        let of = value((request.class, name), of, product);
        format!("\trequest.{name} = {of}\n")
    });
    fields.collect()
}

/// A value, of a field of a class.
fn value(field: (&str, &str), of: &Value<'_>, product: &str) -> String {
    match of {
        Value::Text(text) => format!("common.StringPtr({})", literal(text)),
        Value::Int64(number) if !is_unsigned(field) => format!("common.Int64Ptr({number})"),
        Value::Int64(number) => format!("common.Uint64Ptr({number})"),
        Value::Uint64(number) => format!("common.Uint64Ptr({number})"),
        Value::Bool(truth) => format!("common.BoolPtr({truth})"),
        Value::List(Type::String, values) => {
            let values = joined(values, |value| match value {
                Value::Text(text) => literal(text),
                _ => String::new(),
            });
            format!("common.StringPtrs([]string{{{values}}})")
        }
        Value::List(of, values) => {
            let element = type_of(of, product);
            let values = values.iter().map(|of| match of {
                // The list names the type.
                Value::Structure(of) => braces(of, product),
                of => value(field, of, product),
            });
            let values: Vec<_> = values.collect();
            if let Type::Structure(_) = of {
                // A line for each, as gofmt has them.
                let values = values.iter().map(|value| format!("\t\t{value},\n"));
                format!("[]*{element}{{\n{}\t}}", values.collect::<String>())
            } else {
                format!("[]*{element}{{{}}}", values.join(", "))
            }
        }
        Value::Structure(of) => format!("&{product}.{}{}", of.class, braces(of, product)),
    }
}

fn braces(of: &Structure<'_>, product: &str) -> String {
    let fields = joined(&of.fields, |(name, of_field)| {
        format!("{name}: {}", value((of.class, name), of_field, product))
    });
    format!("{{{fields}}}")
}

fn type_of(of: &Type, product: &str) -> String {
    match of {
        Type::String => "string".to_owned(),
        Type::Int64 => "int64".to_owned(),
        Type::Uint64 => "uint64".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Structure(structure) => format!("{product}.{}", structure.name),
        Type::List(element) => format!("[]*{}", type_of(element, product)),
    }
}

/// The numbers that the SDK takes without a sign, and the contract with one, so that a negative number is
/// told from no number.
const UNSIGNED: &[(&str, &str)] = &[("CreateInstancesRequest", "InstanceCount")];

fn is_unsigned(field: (&str, &str)) -> bool {
    UNSIGNED.contains(&field)
}

/// A raw text around what reads better as it is.
fn literal(text: &str) -> String {
    if is_document(text) && !text.contains('`') {
        return format!("`{text}`");
    }
    quoted(text, '"', "", four_digits)
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal("{\"a\": \"\\\"}\n{}"), "`{\"a\": \"\\\"}\n{}`");
        assert_eq!(literal("`\"$ #{x} 钥\\"), "\"`\\\"$ #{x} 钥\\\\\"");
        assert_eq!(literal("a\r\n\u{1}"), r#""a\r\n\u0001""#);
    }
}
