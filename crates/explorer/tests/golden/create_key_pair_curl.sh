#!/bin/sh
# CreateKeyPair with curl, signed by openssl (TC3-HMAC-SHA256).
# Install: curl and openssl, which most systems have
# Run:     sh create_key_pair_curl.sh
# While openssl runs, others on this machine could read its arguments, keys among them.
# The private key goes to the standard output: it is shown this once.
set -eu
: "${TENCENTCLOUD_SECRET_ID:?}" "${TENCENTCLOUD_SECRET_KEY:?}"

body='{"KeyName":"my_first_key","Tags":[{"Key":"team","Value":"night shift"},{"Key":"说明","Value":"\"$HOME\" \\ #{x}"}]}'

# shellcheck disable=SC2046
set -- $(date -u '+%s %Y-%m-%d')
timestamp=$1
scope=$2/lighthouse/tc3_request

sha256() {
    printf '%s' "$1" | openssl dgst -sha256 -r | cut -d ' ' -f 1
}
# hmac KEY TEXT, where KEY is key:TEXT or hexkey:HEX
hmac() {
    printf '%s' "$2" | openssl dgst -sha256 -mac HMAC -macopt "$1" -r | cut -d ' ' -f 1
}

canonical_request="POST
/

content-type:application/json
host:127.0.0.1:8324

content-type;host
$(sha256 "$body")"
string_to_sign="TC3-HMAC-SHA256
$timestamp
$scope
$(sha256 "$canonical_request")"

secret_date=$(hmac "key:TC3$TENCENTCLOUD_SECRET_KEY" "$2")
secret_service=$(hmac "hexkey:$secret_date" lighthouse)
secret_signing=$(hmac "hexkey:$secret_service" tc3_request)
signature=$(hmac "hexkey:$secret_signing" "$string_to_sign")

reply=$(curl --silent --show-error --fail --globoff http://127.0.0.1:8324 \
    -H "Authorization: TC3-HMAC-SHA256 Credential=$TENCENTCLOUD_SECRET_ID/$scope, SignedHeaders=content-type;host, Signature=$signature" \
    -H 'Content-Type: application/json' \
    -H 'Host: 127.0.0.1:8324' \
    -H 'X-TC-Action: CreateKeyPair' \
    -H 'X-TC-Version: 2020-03-24' \
    -H 'X-TC-Region: ap-guangzhou' \
    -H "X-TC-Timestamp: $timestamp" \
    --data-binary "$body")

case $reply in
'{"Response":{"Error":'*)
    # A refusal: its code, its message and the RequestId.
    printf '%s\n' "$reply" >&2
    exit 1
    ;;
esac
# The reply is JSON: the lines of the private key are parted by \n in it.
private_key=${reply#*\"PrivateKey\":\"}
printf '%b\n' "${private_key%%\"*}"
