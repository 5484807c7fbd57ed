//! C++, with the official SDK.

use pharos_api::schema::Type;

use super::model::Snippet;
use super::steps::{Expression, lines, steps};
use super::text::{comment, is_document, joined, quoted};
use super::words::{camel_variable, snake};

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let (product, class) = (snippet.action.product.name, snippet.product());
    let version = snippet.version();
    let namespace = version.to_uppercase();
    let (scheme, host) = (
        snippet.endpoint.scheme().to_uppercase(),
        snippet.endpoint.host(),
    );
    let region = literal(snippet.region());
    let request = lines(&steps(&snippet.request, camel_variable), make, set);
    let built = format!(
        "Run:     g++ -std=c++17 {}.cpp -ltencentcloud-sdk-cpp-{product} -ltencentcloud-sdk-cpp-core && ./a.out",
        snake(action)
    );
    // The SDK takes the service's name from what stands before the first dot.
    let dot = if host.contains('.') {
        ""
    } else {
        "The SDK takes no host without a dot: call the server by its address or its whole name."
    };
    let header = comment(
        "//",
        &[
            &format!("{action} with the official C++ SDK."),
            "Install: https://github.com/TencentCloud/tencentcloud-sdk-cpp, built with CMake",
            &built,
            dot,
            snippet.secret().unwrap_or_default(),
        ],
    );
    let shown = if snippet.has_private_key() {
        "        std::cerr << outcome.GetResult().GetKeyPair().GetKeyId() << std::endl;
        std::cout << outcome.GetResult().GetKeyPair().GetPrivateKey() << std::endl;"
    } else {
        "        std::cout << outcome.GetResult().ToJsonString() << std::endl;"
    };
    format!(
        r#"{header}#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <tencentcloud/core/Credential.h>
#include <tencentcloud/core/TencentCloud.h>
#include <tencentcloud/core/profile/ClientProfile.h>
#include <tencentcloud/core/profile/HttpProfile.h>
#include <tencentcloud/{product}/{version}/{class}Client.h>
#include <tencentcloud/{product}/{version}/model/{action}Request.h>
#include <tencentcloud/{product}/{version}/model/{action}Response.h>

using namespace TencentCloud;
using namespace TencentCloud::{class}::{namespace};
using namespace TencentCloud::{class}::{namespace}::Model;

static std::string environment(const char *name)
{{
    const char *value = std::getenv(name);
    return value ? value : "";
}}

int main()
{{
    TencentCloud::InitAPI();
    int status = 0;
    {{
        Credential credential(environment("TENCENTCLOUD_SECRET_ID"), environment("TENCENTCLOUD_SECRET_KEY"));
        HttpProfile httpProfile;
        httpProfile.SetProtocol(HttpProfile::Scheme::{scheme});
        httpProfile.SetEndpoint("{host}");
        ClientProfile profile;
        profile.SetHttpProfile(httpProfile);
        {class}Client client(credential, {region}, profile);

{request}
        auto outcome = client.{action}(request);
        if (outcome.IsSuccess())
        {{
    {shown}
        }}
        else
        {{
            auto error = outcome.GetError();
            std::cerr << error.GetErrorCode() << ": " << error.GetErrorMessage()
                      << " (RequestId " << error.GetRequestId() << ")" << std::endl;
            status = 1;
        }}
    }}
    TencentCloud::ShutdownAPI();
    return status;
}}
"#,
        shown = shown.replace('\n', "\n    "),
    )
}

fn make(variable: &str, class: &str) -> String {
    format!("        {class} {variable};\n")
}

fn set(variable: &str, field: &str, value: &Expression<'_>) -> String {
    format!("        {variable}.Set{field}({});\n", expression(value))
}

fn expression(value: &Expression<'_>) -> String {
    match value {
        Expression::Text(text) => literal(text),
        Expression::Number(number) => number.to_string(),
        Expression::Bool(truth) => truth.to_string(),
        Expression::List(element, values) => {
            let (element, values) = (type_of(element), joined(values, expression));
            format!("std::vector<{element}>{{{values}}}")
        }
        Expression::Variable(name) => name.clone(),
    }
}

fn type_of(of: &Type) -> String {
    match of {
        Type::String => "std::string".to_owned(),
        Type::Int64 => "int64_t".to_owned(),
        Type::Uint64 => "uint64_t".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Structure(structure) => structure.name.to_owned(),
        Type::List(element) => format!("std::vector<{}>", type_of(element)),
    }
}

/// A raw text around what reads better as it is, and does not have what would end one.
fn literal(text: &str) -> String {
    if is_document(text) && !text.contains(")text\"") {
        return format!("R\"text({text})text\"");
    }
    // Three octal digits end of themselves, unlike hexadecimal ones.
    let octal = |c: char| {
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).bytes();
        bytes.map(|byte| format!("\\{byte:03o}")).collect()
    };
    // Two in a row may begin a trigraph.
    let special = if text.contains("??") { "?" } else { "" };
    let quoted = quoted(text, '"', special, octal);
    if text.contains('\0') {
        // It would end there otherwise.
        format!("std::string({quoted}, {})", text.len())
    } else {
        quoted
    }
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal(r#"{"a\": 1}"#), r#"R"text({"a\": 1})text""#);
        assert_eq!(literal("a)text\"\\"), r#""a)text\"\\""#);
        assert_eq!(literal("what???/"), r#""what\?\?\?/""#);
        assert_eq!(literal("a\0b\"😀"), r#"std::string("a\000b\"😀", 8)"#);
        assert_eq!(
            literal("$ 钥\n\u{1}2\u{202e}"),
            r#""$ 钥\n\0012\342\200\256""#
        );
    }
}
