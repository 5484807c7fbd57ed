//! Java, with the official SDK.

use pharos_api::schema::Type;

use super::model::Snippet;
use super::steps::{Expression, lines, steps};
use super::text::{comment, four_digits, is_document, joined, quoted};
use super::words::camel_variable;

/// Where statements stand.
const INDENT: &str = "            ";

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let (product, class) = (snippet.action.product.name, snippet.product());
    let version = snippet.version();
    let (scheme, host) = (snippet.endpoint.scheme(), snippet.endpoint.host());
    let region = literal(snippet.region());
    let request = lines(&steps(&snippet.request, camel_variable), make, set);
    let header = comment(
        "//",
        &[
            &format!("{action} with the official Java SDK, for Java 17 or newer."),
            "Install: Maven's com.tencentcloudapi:tencentcloud-sdk-java, 3.1.1436 or newer",
            &format!("Run:     java --class-path \"$CLASSPATH\" {action}.java"),
            snippet.secret().unwrap_or_default(),
        ],
    );
    let shown = if snippet.has_private_key() {
        "            System.err.println(response.getKeyPair().getKeyId());
            System.out.println(response.getKeyPair().getPrivateKey());"
    } else {
        "            System.out.println(AbstractModel.toJsonString(response));"
    };
    let model = if snippet.has_private_key() {
        ""
    } else {
        "import com.tencentcloudapi.common.AbstractModel;\n"
    };
    format!(
        r#"{header}{model}import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.exception.TencentCloudSDKException;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import com.tencentcloudapi.{product}.{version}.{class}Client;
import com.tencentcloudapi.{product}.{version}.models.*;

public class {action} {{
    public static void main(String[] arguments) {{
        Credential credential = new Credential(
                System.getenv("TENCENTCLOUD_SECRET_ID"), System.getenv("TENCENTCLOUD_SECRET_KEY"));
        HttpProfile httpProfile = new HttpProfile();
        httpProfile.setProtocol("{scheme}://");
        httpProfile.setEndpoint("{host}");
        ClientProfile profile = new ClientProfile();
        profile.setHttpProfile(httpProfile);
        {class}Client client = new {class}Client(credential, {region}, profile);

        try {{
{request}            {action}Response response = client.{action}(request);
{shown}
        }} catch (TencentCloudSDKException error) {{
            // Without a code the API has not answered, and the cause says why.
            System.err.println(error.getErrorCode() == null
                    ? error.getCause()
                    : error.getErrorCode() + ": " + error.getMessage()
                            + " (RequestId " + error.getRequestId() + ")");
            System.exit(1);
        }}
    }}
}}
"#
    )
}

fn make(variable: &str, class: &str) -> String {
    format!("{INDENT}{class} {variable} = new {class}();\n")
}

fn set(variable: &str, field: &str, value: &Expression<'_>) -> String {
    format!("{INDENT}{variable}.set{field}({});\n", expression(value))
}

fn expression(value: &Expression<'_>) -> String {
    match value {
        Expression::Text(text) => literal(text),
        Expression::Number(number) => format!("{number}L"),
        Expression::Bool(truth) => truth.to_string(),
        Expression::List(element, values) => {
            let (element, values) = (type_of(element), joined(values, expression));
            format!("new {element}[] {{{values}}}")
        }
        Expression::Variable(name) => name.clone(),
    }
}

fn type_of(of: &Type) -> String {
    match of {
        Type::String => "String".to_owned(),
        Type::Int64 | Type::Uint64 => "Long".to_owned(),
        Type::Bool => "Boolean".to_owned(),
        Type::Structure(structure) => structure.name.to_owned(),
        Type::List(element) => format!("{}[]", type_of(element)),
    }
}

/// A text block around what reads better as it is. Its lines are as far in as the quotes that end it;
/// the backslash before those takes the last line's end away.
fn literal(text: &str) -> String {
    // At the end of a line they would be lost, and only the usual space has an escape that keeps it.
    let is_space = |c: char| c.is_whitespace() && c != ' ';
    let has_end = text
        .lines()
        .any(|line| line.trim_end_matches(' ').ends_with(is_space));
    if !is_document(text) || has_end {
        return quoted(text, '"', "", four_digits);
    }
    let deeper = format!("{INDENT}        ");
    let lines = text.replace('\\', "\\\\").replace("\"\"\"", "\"\"\\\"");
    let lines = lines.lines().map(|line| {
        let kept = line.trim_end_matches(' ');
        let end = "\\s".repeat(line.len() - kept.len());
        let indent = if line.is_empty() { "" } else { &deeper };
        format!("{indent}{kept}{end}")
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    format!("\"\"\"\n{lines}\\\n{deeper}\"\"\"")
}

#[cfg(test)]
mod tests {
    use super::{INDENT, literal};

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal("a'b\n"), r#""a'b\n""#);
        assert_eq!(literal("\"\u{1}$"), r#""\"\u0001$""#);
        // Of two characters in Java's eyes, and a space that a text block would lose.
        assert_eq!(literal("\"😀\u{3000}\n."), "\"\\\"😀\u{3000}\\n.\"");
        assert_eq!(
            literal("\"\n\n."),
            format!("\"\"\"\n{INDENT}        \"\n\n{INDENT}        .\\\n{INDENT}        \"\"\"")
        );
        let unindented = |text| literal(text).replace("                    ", "");
        assert_eq!(
            unindented(r#"{"a": "\"}"#),
            "\"\"\"\n{\"a\": \"\\\\\"}\\\n\"\"\""
        );
        assert_eq!(unindented("a \n\"\"\""), "\"\"\"\na\\s\n\"\"\\\"\\\n\"\"\"");
    }
}
