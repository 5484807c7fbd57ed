//! `tccli`, the official command.

use super::model::{Snippet, Value};
use super::shell::word;
use super::text::{comment, json};
use super::words::snake;

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let product = snippet.action.product.name;
    let header = comment(
        "#",
        &[
            &format!("{action} with tccli, the official command."),
            "Install: pip install tccli",
            &format!("Run:     sh {}_tccli.sh", snake(action)),
            "It takes TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY from the environment.",
            snippet.secret().unwrap_or_default(),
        ],
    );
    // With a scheme it does what it is told; without one it speaks TLS.
    let endpoint = if snippet.endpoint.is_https() {
        snippet.endpoint.host().to_owned()
    } else {
        snippet.endpoint.url()
    };
    let mut words = vec![format!("--endpoint {}", word(&endpoint))];
    words.extend(
        snippet
            .region
            .map(|region| format!("--region {}", word(region.wire()))),
    );
    let fields = snippet.request.fields.iter();
    words.extend(fields.map(|(name, value)| {
        let argument = argument(value);
        // Behind a space it would be an option.
        let joiner = if argument.starts_with('-') { '=' } else { ' ' };
        format!("--{name}{joiner}{}", word(&argument))
    }));
    if snippet.has_private_key() {
        words.push("--filter KeyPair.PrivateKey --output text".to_owned());
    }
    let words: String = words
        .iter()
        .map(|word| format!(" \\\n    {word}"))
        .collect();
    format!("#!/bin/sh\n{header}tccli {product} {action}{words}\n")
}

/// Texts as they are, everything else as JSON.
fn argument(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => (*text).to_owned(),
        other => json(&other.json()),
    }
}
