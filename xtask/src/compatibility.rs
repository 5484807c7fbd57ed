//! COMPATIBILITY.md, made from the action table.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use pharos_api::action::{ACTIONS, Action, PRODUCTS, Product};
use pharos_api::code::Code;
use pharos_api::region::Region;
use pharos_api::schema::{Structure, Type};

use crate::repository::root;

const FILE: &str = "COMPATIBILITY.md";

/// What the table does not say: how the gateway as a whole differs from the vendor's.
const GATEWAY: &[(&str, &str)] = &[
    (
        "Signature version 3 (TC3-HMAC-SHA256): POST with JSON or `multipart/form-data`, GET",
        "full; every action takes multipart, each part a flattened parameter or, as PHP, Ruby and Python \
         write lists, one of JSON",
    ),
    (
        "Signature version 1 (HmacSHA1, HmacSHA256): POST and GET",
        "full; a pair of `Nonce` and `Timestamp` is good once per SecretId for five minutes \
         (`AuthFailure.SignatureExpire`), remembered in memory: up to 250,000 pairs, none across a \
         restart or between nodes. Node's SDK draws from 65,536 nonces: at 20 calls a second, a \
         refusal comes in one second of some 340",
    ),
    (
        "Temporary credentials (`X-TC-Token`)",
        "issued by `sts` here, sealed, nothing kept (docs/decisions/0015); they end with the access key that asked for them, and ask \
         for no others; the vendor's own are `AuthFailure.TokenFailure`",
    ),
    (
        "Service in the credential scope",
        "the product; on an address or a bare host name also the endpoint's first label, which six official SDKs \
         send (Node.js, Java, PHP, .NET, Ruby, C++). On a domain such as `pharos.example.com` they get \
         `NoSuchProduct`: call it `lighthouse.…`, or set `service_strictness` to `lenient`",
    ),
    (
        "`Host`",
        "any; signed verbatim, without its port, or in lower case",
    ),
    (
        "HTTP",
        "HTTP/1.1 and HTTP/2, whose `:authority` stands for `Host`: with prior knowledge in the clear, by \
         ALPN over TLS 1.2 and 1.3; one port speaks either in the clear or TLS",
    ),
    (
        "`Accept-Encoding: gzip`",
        "a reply of 1 KB or more is compressed; one that holds a private key never is",
    ),
    (
        "`HEAD` and `OPTIONS`",
        "answered without calling an action: status 200 without a body, and 204 with `Allow`; CORS for no origin but those that `cors.allowed_origins` names",
    ),
    (
        "A request line or header block of more than 64 KB",
        "HTTP status 414 or 431 instead of `RequestSizeLimitExceeded`, which is answered up to there",
    ),
    (
        "Language of messages",
        "`zh-CN` and `en-US`; English when nothing is asked for",
    ),
    (
        "Policies",
        "CAM's language 2.0 with its conditions (docs/decisions/0013) over `qcs:ip`, `qcs:current_time`, `qcs:request_tag`, \
         `qcs:resource_tag` and `qcs:uin`; variables such as `${uin}` are refused",
    ),
    (
        "Lists over PostgreSQL",
        "with `Filters`, DescribeKeyPairs may take `TotalCount` and its page from two moments",
    ),
    (
        "Rate limits",
        "per account, region and action, over any second; per node",
    ),
];

/// Writes the file.
pub(crate) fn write() -> Result<()> {
    fs::write(root().join(FILE), render()?).context("cannot write COMPATIBILITY.md")
}

fn render() -> Result<String> {
    let mut text = String::from(
        "<!-- Made from the action table by `cargo xtask compatibility`; a test holds it. -->\n\
         # Compatibility\n\n\
         What Pharos serves of the vendor's API, and where it differs on purpose. Another action of \
         these products answers `UnsupportedOperation`, and a name that is none `InvalidAction`.\n",
    );
    writeln!(
        text,
        "\n## Actions\n\n| Product | Version | Action | Requests a second | Differs from the vendor |\n|---|---|---|---|---|"
    )?;
    for action in ACTIONS {
        let differences: Vec<_> = action
            .differences
            .iter()
            .map(|difference| difference.en.as_ref())
            .collect();
        let (product, rate) = (action.product, action.requests_per_second);
        writeln!(
            text,
            "| {} | {} | {} | {rate} | {} |",
            product.name,
            product.version,
            action.name,
            differences.join(" ")
        )?;
    }
    for product in PRODUCTS {
        describe_product(&mut text, product)?;
    }
    writeln!(text, "\n## Gateway\n\n| Part | State |\n|---|---|")?;
    for (part, state) in GATEWAY {
        writeln!(text, "| {part} | {state} |")?;
    }
    writeln!(
        text,
        "\n## Codes that any action may answer\n\nWhich of them comes first: [docs/order-of-checks.md](docs/order-of-checks.md).\n"
    )?;
    let answered = Code::COMMON.iter().filter(|code| code.is_answered());
    text.push_str(&codes(answered));
    writeln!(
        text,
        "\nThe vendor's table has these too, and nothing here causes them yet:\n\n| Code | Meaning | Why not |\n|---|---|---|"
    )?;
    for (code, reason) in Code::NEVER_ANSWERED {
        let (wire, meaning) = (code.wire(), code.meaning().en);
        writeln!(text, "| `{wire}` | {meaning} | {} |", reason.en)?;
    }
    writeln!(text, "\n## Regions\n")?;
    let regions: Vec<_> = Region::ALL
        .iter()
        .map(|region| format!("`{region}` ({})", region.name().en))
        .collect();
    writeln!(text, "{}", regions.join(", "))?;
    Ok(text)
}

fn describe_product(text: &mut String, product: &Product) -> Result<()> {
    let (title, denied) = (product.title, product.denial.code().wire());
    writeln!(
        text,
        "\n## {title}\n\nA call that the caller's policies do not allow is `{denied}`."
    )?;
    for action in ACTIONS.iter().filter(|action| action.product == product) {
        describe(text, action)?;
    }
    writeln!(
        text,
        "\n### What {title} does not answer\n\nThe vendor documents these codes, and nothing here causes \
         them:\n\n| Code | Why not |\n|---|---|"
    )?;
    for (wire, reason) in product.unanswered {
        writeln!(text, "| `{wire}` | {} |", reason.en)?;
    }
    if !product.elsewhere.is_empty() {
        writeln!(
            text,
            "\nThe vendor documents these for more actions than those that answer them:\n\n\
             | Code | Not answered by | Why not |\n|---|---|---|"
        )?;
    }
    for one in product.elsewhere {
        let (wire, actions) = (one.code.wire(), one.actions.join(", "));
        writeln!(text, "| `{wire}` | {actions} | {} |", one.reason.en)?;
    }
    Ok(())
}

fn describe(text: &mut String, action: &Action) -> Result<()> {
    writeln!(text, "\n### {}\n\n{}\n", action.name, action.summary.en)?;
    for structure in [action.input, action.output] {
        for structure in with_nested(structure) {
            writeln!(
                text,
                "| {} | Type | Required | Meaning |\n|---|---|---|---|",
                structure.name
            )?;
            for field in structure.fields {
                let required = if field.required { "yes" } else { "no" };
                let (name, shape) = (field.name, shape(&field.value));
                writeln!(
                    text,
                    "| `{name}` | {shape} | {required} | {} |",
                    field.documentation.en
                )?;
            }
            writeln!(text)?;
        }
    }
    if action.codes.is_empty() {
        writeln!(text, "It has no codes of its own.")?;
    } else {
        write!(text, "Codes of its own:\n\n{}", codes(action.codes))?;
    }
    Ok(())
}

/// A structure, and those that its fields are made of, in the order in which they come.
fn with_nested(structure: &'static Structure) -> Vec<&'static Structure> {
    let mut all = vec![structure];
    let mut at = 0;
    while let Some(structure) = all.get(at) {
        for field in structure.fields {
            if let Some(nested) = nested(&field.value)
                && !all.iter().any(|known| known.name == nested.name)
            {
                all.push(nested);
            }
        }
        at += 1;
    }
    all.retain(|structure| !structure.fields.is_empty());
    all
}

fn nested(shape: &Type) -> Option<&'static Structure> {
    match shape {
        Type::Structure(structure) => Some(structure),
        Type::List(item) => nested(item),
        Type::String | Type::Int64 | Type::Uint64 | Type::Bool => None,
    }
}

fn shape(shape: &Type) -> String {
    match shape {
        Type::List(item) => format!("list of {}", self::shape(item)),
        Type::Structure(structure) => structure.name.to_owned(),
        Type::String | Type::Int64 | Type::Uint64 | Type::Bool => shape.name().to_owned(),
    }
}

fn codes<'a>(codes: impl IntoIterator<Item = &'a Code>) -> String {
    let rows = codes
        .into_iter()
        .map(|code| format!("| `{}` | {} |\n", code.wire(), code.meaning().en));
    format!(
        "| Code | Meaning |\n|---|---|\n{}",
        rows.collect::<String>()
    )
}

#[test]
fn the_file_is_what_the_table_says() {
    let written = fs::read_to_string(root().join(FILE)).unwrap_or_default();
    assert!(
        written == render().unwrap(),
        "run `cargo xtask compatibility`"
    );
}
