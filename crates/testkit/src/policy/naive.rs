//! The policy language once more, word for word from its description, slowly: each text is read again for
//! each call, and nothing is shared with the crate that it judges. It knows only what is well-formed.

use std::net::{IpAddr, Ipv6Addr};

use base64ct::{Base64, Encoding};
use serde_json::Value;

use super::RandomCall;

/// Decides: a deny wins, then an allow, then nothing is allowed.
pub fn decide(policies: &[Value], call: &RandomCall) -> &'static str {
    let statements = || {
        let lists = policies.iter().map(|policy| &policy["statement"]);
        lists.flat_map(|list| list.as_array().unwrap())
    };
    let any = |effect: &str| {
        statements().any(|statement| statement["effect"] == effect && is_about(statement, call))
    };
    match (any("deny"), any("allow")) {
        (true, _) => "denied",
        (false, true) => "allowed",
        (false, false) => "not allowed",
    }
}

fn is_about(statement: &Value, call: &RandomCall) -> bool {
    texts(&statement["action"]).iter().any(|action| {
        let action = action.strip_prefix("name/").unwrap_or(action);
        action == "*" || segments_match(action, call.operation)
    }) && texts(&statement["resource"]).iter().any(|resource| {
        resource == "*"
            || call
                .resource
                .is_some_and(|name| segments_match(resource, name))
    }) && conditions_hold(&statement["condition"], call)
}

/// One text, or a list of them.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        _ => panic!("neither a text nor a list: {value}"),
    }
}

/// Segment by segment between colons; an empty one in the pattern is any.
fn segments_match(pattern: &str, name: &str) -> bool {
    let (patterns, names): (Vec<_>, Vec<_>) =
        (pattern.split(':').collect(), name.split(':').collect());
    patterns.len() == names.len()
        && patterns.iter().zip(&names).all(|(pattern, name)| {
            pattern.is_empty() || wildcard(pattern.as_bytes(), name.as_bytes())
        })
}

fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| wildcard(rest, &text[at..])),
        Some((first, rest)) => text.first() == Some(first) && wildcard(rest, &text[1..]),
    }
}

fn conditions_hold(block: &Value, call: &RandomCall) -> bool {
    let Some(operators) = block.as_object() else {
        return true;
    };
    operators.iter().all(|(operator, keys)| {
        let mut keys = keys.as_object().unwrap().iter();
        keys.all(|(key, values)| holds(operator, key, &texts(values), call))
    })
}

fn holds(operator: &str, key: &str, expected: &[String], call: &RandomCall) -> bool {
    let actual: Vec<String> = match key {
        "qcs:current_time" => vec![call.time.to_owned()],
        "qcs:ip" => vec![call.source.to_owned()],
        "qcs:uin" => vec![call.caller.to_string()],
        "qcs:request_tag" => call
            .request_tags
            .iter()
            .map(|tag| (*tag).to_owned())
            .collect(),
        "qcs:resource_tag" => call
            .resource_tags
            .iter()
            .map(|tag| (*tag).to_owned())
            .collect(),
        _ => panic!("no key: {key}"),
    };
    if operator == "null_equal" {
        return actual.is_empty() == (expected[0] == "true");
    }
    if actual.is_empty() {
        return false;
    }
    let is_tag = key.ends_with("_tag");
    let (set, plain) = operator.split_once(':').unwrap_or(("", operator));
    let positive = plain.replace("_not_equal", "_equal");
    let is_negated = positive != plain;
    let matching: Vec<bool> = actual
        .iter()
        .map(|actual| {
            let mut expected = expected.iter();
            expected.any(|expected| compares(&positive, is_tag, actual, expected))
        })
        .collect();
    let (all, some) = (matching.iter().all(|is| *is), matching.iter().any(|is| *is));
    match (set, is_negated) {
        ("" | "for_any_value", false) => some,
        ("for_all_value", false) => all,
        ("for_any_value", true) => !all,
        (_, true) => !some,
        _ => panic!("no set prefix: {set}"),
    }
}

fn compares(operator: &str, is_tag: bool, actual: &str, expected: &str) -> bool {
    if operator == "string_equal" {
        return actual == expected;
    }
    if operator == "string_equal_ignore_case" {
        return actual.to_lowercase() == expected.to_lowercase();
    }
    if is_tag {
        let (key, value) = actual.split_once('&').unwrap();
        let (wanted_key, wanted) = expected.split_once('&').unwrap();
        return key == wanted_key && compares(operator, false, value, wanted);
    }
    match operator {
        "bool_equal" => actual == expected,
        "binary_equal" => Base64::encode_string(actual.as_bytes()) == expected,
        "ip_equal" => is_in(actual, expected),
        _ => {
            let (kind, relation) = operator.split_once('_').unwrap();
            let ordering = match kind {
                "date" if actual.ends_with('Z') => actual.cmp(expected),
                "numeric" => match (thousandths(actual), thousandths(expected)) {
                    (Some(actual), Some(expected)) => actual.cmp(&expected),
                    _ => return false,
                },
                _ => return false,
            };
            match relation {
                "equal" => ordering.is_eq(),
                "less_than" => ordering.is_lt(),
                "less_than_equal" => ordering.is_le(),
                "greater_than" => ordering.is_gt(),
                "greater_than_equal" => ordering.is_ge(),
                _ => panic!("no operator: {operator}"),
            }
        }
    }
}

/// Numbers with at most three digits behind the point.
fn thousandths(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let padding = 10_i64.pow(3 - u32::try_from(fraction.len()).unwrap());
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = fraction.parse().ok()?;
    Some(sign * (whole * 1000 + fraction * padding))
}

/// Bit by bit. An IPv4 address is the IPv6 address that stands for it, and only in networks of those.
fn is_in(address: &str, network: &str) -> bool {
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let (network, prefix) = network.split_once('/').unwrap_or((network, "128"));
    let written: IpAddr = network.parse().unwrap();
    let skipped = if written.is_ipv4() && prefix != "128" {
        96
    } else {
        0
    };
    let prefix = prefix.parse::<usize>().unwrap() + skipped;
    let bits = |address: IpAddr| -> String {
        let address: Ipv6Addr = match address {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => address,
        };
        let bytes = address.octets();
        bytes.iter().map(|byte| format!("{byte:08b}")).collect()
    };
    let (address, network) = (bits(address), bits(written));
    let is_ipv4 = |bits: &str| bits.starts_with(&format!("{}{}", "0".repeat(80), "1".repeat(16)));
    let of_one_kind = is_ipv4(&address) == (is_ipv4(&network) && prefix >= 96);
    of_one_kind
        && address
            .bytes()
            .take(prefix)
            .eq(network.bytes().take(prefix))
}
