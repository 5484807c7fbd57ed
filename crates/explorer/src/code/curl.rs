//! `curl`, with a signature that `openssl` makes.

use super::model::Snippet;
use super::shell::word;
use super::text::{comment, json};
use super::words::snake;

pub(super) fn source(snippet: &Snippet<'_>) -> String {
    let action = snippet.action.name;
    let product = snippet.action.product;
    let (service, version) = (product.name, product.version);
    let (url, host) = (word(&snippet.endpoint.url()), snippet.endpoint.host());
    let body = word(&json(&snippet.request.json()));
    let header = comment(
        "#",
        &[
            &format!("{action} with curl, signed by openssl (TC3-HMAC-SHA256)."),
            "Install: curl and openssl, which most systems have",
            &format!("Run:     sh {}_curl.sh", snake(action)),
            "While openssl runs, others on this machine could read its arguments, keys among them.",
            snippet.secret().unwrap_or_default(),
        ],
    );
    let region = snippet.region.map_or_else(String::new, |region| {
        format!("    -H {} \\\n", word(&format!("X-TC-Region: {region}")))
    });
    let shown = if snippet.has_private_key() {
        r#"# The reply is JSON: the lines of the private key are parted by \n in it.
private_key=${reply#*\"PrivateKey\":\"}
printf '%b\n' "${private_key%%\"*}""#
    } else {
        r#"printf '%s\n' "$reply""#
    };
    format!(
        r#"#!/bin/sh
{header}set -eu
: "${{TENCENTCLOUD_SECRET_ID:?}}" "${{TENCENTCLOUD_SECRET_KEY:?}}"

body={body}

# shellcheck disable=SC2046
set -- $(date -u '+%s %Y-%m-%d')
timestamp=$1
scope=$2/{service}/tc3_request

sha256() {{
    printf '%s' "$1" | openssl dgst -sha256 -r | cut -d ' ' -f 1
}}
# hmac KEY TEXT, where KEY is key:TEXT or hexkey:HEX
hmac() {{
    printf '%s' "$2" | openssl dgst -sha256 -mac HMAC -macopt "$1" -r | cut -d ' ' -f 1
}}

canonical_request="POST
/

content-type:application/json
host:{host}

content-type;host
$(sha256 "$body")"
string_to_sign="TC3-HMAC-SHA256
$timestamp
$scope
$(sha256 "$canonical_request")"

secret_date=$(hmac "key:TC3$TENCENTCLOUD_SECRET_KEY" "$2")
secret_service=$(hmac "hexkey:$secret_date" {service})
secret_signing=$(hmac "hexkey:$secret_service" tc3_request)
signature=$(hmac "hexkey:$secret_signing" "$string_to_sign")

reply=$(curl --silent --show-error --fail --globoff {url} \
    -H "Authorization: TC3-HMAC-SHA256 Credential=$TENCENTCLOUD_SECRET_ID/$scope, SignedHeaders=content-type;host, Signature=$signature" \
    -H 'Content-Type: application/json' \
    -H 'Host: {host}' \
    -H 'X-TC-Action: {action}' \
    -H 'X-TC-Version: {version}' \
{region}    -H "X-TC-Timestamp: $timestamp" \
    --data-binary "$body")

case $reply in
'{{"Response":{{"Error":'*)
    # A refusal: its code, its message and the RequestId.
    printf '%s\n' "$reply" >&2
    exit 1
    ;;
esac
{shown}
"#
    )
}
