//! Java, with the official SDK.

use pharos_api::schema::Type;

use super::model::Snippet;
use super::steps::{Expression, Step, steps};
use super::text::{comment, four_digits, is_document, quoted};
use super::words::camel_variable;

/// Where statements stand.
const INDENT: &str = "            ";

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let (product, class) = (snippet.action.product.name, snippet.product());
    let version = snippet.version();
    let (scheme, host) = (snippet.endpoint.scheme(), snippet.endpoint.host());
    let region = literal(snippet.region());
    let request: String = steps(&snippet.request, camel_variable)
        .iter()
        .map(step)
        .collect();
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
            System.err.println(error.getErrorCode() + ": " + error.getMessage()
                    + " (RequestId " + error.getRequestId() + ")");
            System.exit(1);
        }}
    }}
}}
"#
    )
}

fn step(step: &Step<'_>) -> String {
    let Step {
        variable, class, ..
    } = step;
    let fields = step.fields.iter().map(|(name, value)| {
        let value = expression(value);
        format!("{INDENT}{variable}.set{name}({value});\n")
    });
    format!(
        "{INDENT}{class} {variable} = new {class}();\n{}",
        fields.collect::<String>()
    )
}

fn expression(value: &Expression<'_>) -> String {
    match value {
        Expression::Text(text) => literal(text),
        Expression::Int64(number) => format!("{number}L"),
        Expression::Uint64(number) => format!("{number}L"),
        Expression::Bool(truth) => truth.to_string(),
        Expression::List(element, values) => {
            let values: Vec<_> = values.iter().map(expression).collect();
            format!("new {}[] {{{}}}", type_of(element), values.join(", "))
        }
        Expression::Variable(name) => name.clone(),
    }
}

fn type_of(of: &Type) -> &'static str {
    match of {
        Type::String => "String",
        Type::Int64 | Type::Uint64 => "Long",
        Type::Bool => "Boolean",
        Type::Structure(structure) => structure.name,
        Type::List(_) => "Object[]",
    }
}

/// A text block around what reads better as it is. Its lines are as far in as the quotes that end it;
/// the backslash before those takes the last line's end away.
fn literal(text: &str) -> String {
    if !is_document(text) {
        return quoted(text, '"', "", four_digits);
    }
    let deeper = format!("{INDENT}        ");
    let lines = text.replace('\\', "\\\\").replace("\"\"\"", "\"\"\\\"");
    let lines = lines.lines().map(|line| {
        // Spaces at the end of a line would be lost.
        let kept = line.trim_end_matches(' ');
        let lost = "\\s".repeat(line.len() - kept.len());
        format!("{deeper}{kept}{lost}")
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    format!("\"\"\"\n{lines}\\\n{deeper}\"\"\"")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal("a'b\n"), r#""a'b\n""#);
        assert_eq!(literal("\"\u{1}$"), r#""\"\u0001$""#);
        let unindented = |text| literal(text).replace("                    ", "");
        assert_eq!(
            unindented(r#"{"a": "\"}"#),
            "\"\"\"\n{\"a\": \"\\\\\"}\\\n\"\"\""
        );
        assert_eq!(unindented("a \n\"\"\""), "\"\"\"\na\\s\n\"\"\\\"\\\n\"\"\"");
    }
}
