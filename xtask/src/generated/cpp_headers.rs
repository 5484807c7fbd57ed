//! What the C++ SDK's headers declare of a product, from the action table: enough for a compiler to check a
//! program's types. The registries do not have the SDK.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;
use pharos_api::action::{ACTIONS, PRODUCTS, Product};
use pharos_api::schema::{Structure, Type};

use super::go_package::{collect, title};

/// The core, as far as programs use it.
const CORE: &str = r"#pragma once
#include <cstdint>
#include <string>
#include <vector>
namespace TencentCloud
{
    void InitAPI();
    void ShutdownAPI();
    class Credential
    {
    public:
        Credential(const std::string &secretId, const std::string &secretKey);
    };
    class HttpProfile
    {
    public:
        enum Scheme { HTTPS, HTTP };
        void SetEndpoint(const std::string &endpoint);
        void SetProtocol(const HttpProfile::Scheme &protocol);
    };
    class ClientProfile
    {
    public:
        void SetHttpProfile(const HttpProfile &profile);
    };
    class Error
    {
    public:
        std::string GetErrorCode() const;
        std::string GetErrorMessage() const;
        std::string GetRequestId() const;
    };
    template <typename Reply> class Outcome
    {
    public:
        bool IsSuccess() const;
        Error GetError() const;
        Reply GetResult() const;
    };
}
";

/// The headers of the core that programs name.
const CORE_HEADERS: [&str; 4] = [
    "Credential.h",
    "TencentCloud.h",
    "profile/ClientProfile.h",
    "profile/HttpProfile.h",
];

/// Writes headers into a folder, under the names that programs include.
pub(super) fn write(folder: &Path) -> Result<()> {
    let core = folder.join("tencentcloud/core");
    fs::create_dir_all(core.join("profile"))?;
    fs::write(core.join("core.h"), CORE)?;
    for header in CORE_HEADERS {
        fs::write(core.join(header), "#include <tencentcloud/core/core.h>\n")?;
    }
    for product in PRODUCTS {
        let version = format!("v{}", product.version.replace('-', ""));
        let place = format!("tencentcloud/{}/{version}", product.name);
        let models = folder.join(&place).join("model");
        fs::create_dir_all(&models)?;
        let client = format!("{}Client.h", title(product));
        fs::write(
            folder.join(&place).join(&client),
            declared(product, &version)?,
        )?;
        for action in ACTIONS.iter().filter(|action| action.product == *product) {
            for side in ["Request", "Response"] {
                let header = models.join(format!("{}{side}.h", action.name));
                fs::write(header, format!("#include <{place}/{client}>\n"))?;
            }
        }
    }
    Ok(())
}

fn declared(product: &Product, version: &str) -> Result<String> {
    let (mut sides, mut inner) = (BTreeMap::new(), BTreeMap::new());
    let mut calls = String::new();
    for action in ACTIONS.iter().filter(|action| action.product == product) {
        let name = action.name;
        // Actions that reply with nothing share one structure, and the SDK has a class for each.
        for (side, structure) in [("Request", action.input), ("Response", action.output)] {
            sides.insert(format!("{name}{side}"), structure);
            collect(structure, &mut inner);
        }
        writeln!(
            calls,
            "    Outcome<Model::{name}Response> {name}(const Model::{name}Request &request);"
        )?;
    }
    let mut text = format!(
        "#pragma once\n#include <tencentcloud/core/core.h>\nnamespace TencentCloud::{}::{} {{\nnamespace Model {{\n",
        title(product),
        version.to_uppercase()
    );
    let inner = inner.into_iter();
    sides.extend(inner.map(|(name, structure)| (name.to_owned(), structure)));
    for name in sides.keys() {
        writeln!(text, "class {name};")?;
    }
    for (name, structure) in &sides {
        text.push_str(&class(name, structure));
    }
    writeln!(
        text,
        "}}\nclass {client} {{\npublic:\n    {client}(const Credential &credential, const std::string &region, const ClientProfile &profile);\n{calls}}};\n}}",
        client = format_args!("{}Client", title(product)),
    )?;
    Ok(text)
}

fn class(name: &str, structure: &Structure) -> String {
    let fields = structure.fields.iter().map(|field| {
        let (name, of) = (field.name, type_of(&field.value));
        format!("    void Set{name}(const {of} &value);\n    {of} Get{name}() const;\n")
    });
    format!(
        "class {name} {{\npublic:\n    std::string ToJsonString() const;\n{}}};\n",
        fields.collect::<String>()
    )
}

fn type_of(of: &Type) -> String {
    match of {
        Type::String => "std::string".to_owned(),
        Type::Int64 => "int64_t".to_owned(),
        Type::Uint64 => "uint64_t".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::List(element) => format!("std::vector<{}>", type_of(element)),
        Type::Structure(structure) => structure.name.to_owned(),
    }
}
