"""The requests of the PHP, .NET, Ruby and C++ SDKs, rebuilt byte for byte, are answered."""

import hashlib
import itertools
import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

import rebuilt
import sentences
from rebuilt import CPP, DOTNET, FORMS, PHP, RUBY, RUBY_ASCII, TC3

HERE = Path(__file__).parent
WIRE = HERE / "wire"
CAPTURES = HERE.parent.parent / "crates" / "protocol" / "tests" / "wire"

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LANGUAGES = ["zh-CN", "en-US"]
SECRET_ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
TAGS = [
    {"Key": "团队", "Value": "平台 A/B & C=1+2*(3);'!\"<é😀>"},
    {"Key": "empty", "Value": ""},
]

EMPTY = "InvalidParameterValue.InvalidKeyPairNameEmpty"
ILLEGAL = "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar"
TOO_LONG = "InvalidParameterValue.InvalidKeyPairNameTooLong"
TAKEN = "InvalidParameterValue.DuplicateParameterValue"
EXPIRED = "AuthFailure.SignatureExpire"

each_form = pytest.mark.parametrize("form", FORMS, ids=str)


def call(server, sdk, parameters, **changes):
    """A call with the server's own key, by the name that the SDK can reach it at."""
    endpoint = server.endpoint if sdk.takes_a_port else "127.0.0.1"
    made = rebuilt.Call(endpoint, server.secret_id, server.secret_key, parameters)
    return replace(made, **changes)


def created(server, request, key_name, tags=None):
    """The reply is a key pair; the scan learns of its private key."""
    response = rebuilt.send(server.port, request).response()
    assert "Error" not in response, response["Error"]
    key_pair = response["KeyPair"]
    server.remember(key_pair["PrivateKey"])
    assert key_pair["PrivateKey"].startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert re.fullmatch(r"lhkp-[0-9a-z]{8}", key_pair["KeyId"])
    assert key_pair["KeyName"] == key_name
    assert key_pair.get("Tags") == tags
    assert UUID.fullmatch(response["RequestId"])
    return key_pair


def refused(server, request, code, part, language):
    """The reply is this error: a helpful sentence that has `part`, in the right language."""
    response = rebuilt.send(server.port, request).response()
    assert set(response) == {"Error", "RequestId"}, set(response)
    assert response["Error"]["Code"] == code, response["Error"]
    message = response["Error"]["Message"]
    sentences.check(message, language)
    assert re.search(part, message), message
    assert UUID.fullmatch(response["RequestId"])


@each_form
def test_a_key_pair_is_created_with_its_tags(server, form):
    parameters = {"KeyName": "tagged", "Tags": TAGS}
    created(server, form.request(call(server, form.sdk, parameters)), "tagged", TAGS)


@each_form
def test_a_name_that_is_taken_is_refused(server, form):
    asked = call(server, form.sdk, {"KeyName": "taken"})
    created(server, form.request(asked), "taken")
    for language in LANGUAGES:
        again = form.request(replace(asked, language=language))
        refused(server, again, TAKEN, "`taken`", language)


@dataclass(frozen=True)
class Bad:
    """A call that is refused whatever the server holds."""

    title: str
    code: str
    # What the message names, in either language.
    names: str
    parameters: dict
    changes: dict

    def __str__(self):
        return self.title


def bad(title, code, names, parameters=None, **changes):
    return Bad(title, code, names, parameters or {"KeyName": "a"}, changes)


BAD = [
    bad("an empty name", EMPTY, "1", {"KeyName": ""}),
    bad("a name of 26 characters", TOO_LONG, "26", {"KeyName": "k" * 26}),
    bad("a name with a space", ILLEGAL, "` `", {"KeyName": "a b"}),
    bad("a name with a plus sign", ILLEGAL, r"`\+`", {"KeyName": "a+b"}),
    bad("a name in Chinese", ILLEGAL, "`钥`", {"KeyName": "钥匙"}),
    bad("no name", "MissingParameter", "`KeyName`", {"Tags": TAGS}),
    bad(
        "a parameter too many",
        "UnknownParameter",
        "`DryRun`",
        {"KeyName": "a", "DryRun": True},
    ),
    bad(
        "a field too many in a tag",
        "UnknownParameter",
        "`Tags.1.Colour`",
        {"KeyName": "a", "Tags": [*TAGS[:1], {"Key": "a", "Value": "b", "Colour": "c"}]},
    ),
    bad("no region", "MissingParameter", "`Region`", region=None),
    bad("a region without Lighthouse", "UnsupportedRegion", "`ap-bangkok`", region="ap-bangkok"),
    bad("a wrong SecretKey", "AuthFailure.SignatureFailure", "", secret_key="another-secret-key"),
    bad("an unknown SecretId", "AuthFailure.SecretIdNotFound", "SecretId", secret_id="AKIDwho"),
    bad("a wrong token", "AuthFailure.TokenFailure", "Token", token="no-such-token"),
    bad("an unknown action", "InvalidAction", "`CreateKeyPairs`", action="CreateKeyPairs"),
    bad("an unknown version", "NoSuchVersion", "`2019-01-01`", version="2019-01-01"),
]


@each_form
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_call_is_refused_by_its_code(server, form, language):
    for bad in BAD:
        asked = call(server, form.sdk, bad.parameters, language=language, **bad.changes)
        refused(server, form.request(asked), bad.code, bad.names, language)


@each_form
def test_a_clock_that_is_too_far_off_is_told_so(server, form):
    for language, seconds in itertools.product(LANGUAGES, [-400, 400]):
        asked = call(server, form.sdk, {"KeyName": "a"}, language=language)
        asked = replace(asked, timestamp=asked.timestamp + seconds)
        refused(server, form.request(asked), EXPIRED, "(399|400|401)", language)


@each_form
def test_who_sets_no_language_is_answered_in_that_of_the_sdk(server, form):
    request = form.request(call(server, form.sdk, {"KeyName": ""}))
    refused(server, request, EMPTY, "1", form.sdk.language or "en-US")


@pytest.mark.parametrize(
    "form",
    # Ruby cannot sign a request without parameters in version 1.
    [form for form in FORMS if form.sdk is not RUBY or form.signature == TC3],
    ids=str,
)
def test_no_parameters_at_all_are_a_missing_name(server, form):
    request = form.request(call(server, form.sdk, {}, language="en-US"))
    refused(server, request, "MissingParameter", "`KeyName`", "en-US")


@each_form
def test_a_request_of_version_1_is_good_once_and_one_of_version_3_again(server, form):
    request = form.request(call(server, form.sdk, {"KeyName": "once"}, language="en-US"))
    created(server, request, "once")
    if form.signature == TC3:
        # Its signature is as good as before: it is the name that is taken.
        refused(server, request, TAKEN, "`once`", "en-US")
    else:
        refused(server, request, EXPIRED, "", "en-US")


each_with_multipart = pytest.mark.parametrize("sdk", [PHP, RUBY], ids=lambda sdk: sdk.name)


@each_with_multipart
def test_a_part_of_a_multipart_body_is_a_parameter(server, sdk):
    created(server, sdk.multipart(call(server, sdk, {"KeyName": "part"})), "part")


@each_with_multipart
def test_a_part_that_is_json_is_a_list(server, sdk):
    parameters = {"KeyName": "parts", "Tags": TAGS}
    created(server, sdk.multipart(call(server, sdk, parameters)), "parts", TAGS)


@each_with_multipart
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_call_in_parts_is_refused_by_its_code(server, sdk, language):
    # What is sent as a list is another test's.
    for bad in [bad for bad in BAD if "Tags" not in bad.parameters]:
        asked = call(server, sdk, bad.parameters, language=language, **bad.changes)
        refused(server, sdk.multipart(asked), bad.code, bad.names, language)


@pytest.mark.parametrize("sdk", [PHP, DOTNET, CPP], ids=lambda sdk: sdk.name)
def test_a_stream_of_bytes_is_refused(server, sdk):
    for language in LANGUAGES:
        request = sdk.octet_stream(call(server, sdk, {}, language=language))
        refused(server, request, "UnsupportedProtocol", "application/octet-stream", language)


def test_rubys_json_may_be_ascii(server):
    parameters = {"KeyName": "ascii", "Tags": TAGS}
    request = RUBY_ASCII.version_3(call(server, RUBY_ASCII, parameters), "POST")
    assert b"\\u56e2" in request
    created(server, request, "ascii", TAGS)


def test_ruby_reaches_a_port_as_its_proxy(server):
    for method in RUBY.methods:
        asked = call(server, RUBY, {"KeyName": method}, endpoint="lighthouse.tencentcloudapi.com")
        created(server, RUBY.version_3(asked, method, proxied=True), method)


@each_form
def test_an_endpoint_is_an_address_or_a_name(server, form):
    names = ["127.0.0.1", f"127.0.0.1:{server.port}", "lighthouse.example.com"]
    if form.sdk is not CPP:
        # C++ takes no name without a dot.
        names += ["localhost", f"localhost:{server.port}"]
    for endpoint in names:
        asked = call(server, form.sdk, {"KeyName": ""}, endpoint=endpoint, language="en-US")
        # Whose name is looked at was verified.
        refused(server, form.request(asked), EMPTY, "1", "en-US")


def test_a_connection_that_is_to_be_closed_is_closed(server):
    request = CPP.version_3(call(server, CPP, {"KeyName": ""}), "POST")
    assert rebuilt.send(server.port, request).closed


# What the builder itself is held against

POST_DESCRIBE = (
    rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
)
JSON_UTF8 = "application/json; charset=utf-8"
CVM = "cvm.tencentcloudapi.com"
LIGHTHOUSE = "lighthouse.tencentcloudapi.com"


@dataclass(frozen=True)
class Vector:
    """A signature of version 3 that others computed (protocol.md 1.6)."""

    title: str
    timestamp: int
    service: str
    method: str
    query: str
    signed: dict
    payload: bytes
    request_hash: str
    signing_key: str
    signature: str
    secret_key: str = SECRET_KEY

    def __str__(self):
        return self.title


VECTORS = [
    Vector(
        "published POST",
        1551113065,
        "cvm",
        "POST",
        "",
        {"content-type": JSON_UTF8, "host": CVM},
        POST_DESCRIBE,
        "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
        "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1",
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    ),
    Vector(
        "published POST with x-tc-action",
        1551113065,
        "cvm",
        "POST",
        "",
        {"content-type": JSON_UTF8, "host": CVM, "x-tc-action": "describeinstances"},
        POST_DESCRIBE,
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84",
        "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af",
        "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
        "*" * 32,
    ),
    Vector(
        "published GET",
        1539084154,
        "cvm",
        "GET",
        "Limit=10&Offset=0",
        {"content-type": rebuilt.FORM, "host": CVM},
        b"",
        "91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7",
        "39c4cf287fdff993dc407e649450ae4a0f1e1fd75aedb08d8160e47372e9b62d",
        "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474",
    ),
    Vector(
        "lighthouse POST",
        1700000000,
        "lighthouse",
        "POST",
        "",
        {"content-type": rebuilt.JSON, "host": LIGHTHOUSE},
        b'{"KeyName": "test_create_1"}',
        "781833f5ddd4e591533509d2b264a42c19f180cacea989d5aae5f2d85b54555f",
        "cbad1603f4bf1933125aac6724b03fdf8ed4f4b75f91b61527f7cb659501f655",
        "380528f58c5f5ccc053096ae58b9d0845696d08b1d82b7a408202e683cd0254d",
    ),
    Vector(
        "lighthouse GET",
        1700000000,
        "lighthouse",
        "GET",
        "KeyIds.0=lhkp-omd12oc1&Limit=20",
        {"content-type": rebuilt.FORM, "host": LIGHTHOUSE},
        b"",
        "4c328eec2d1fb32a0c8092eb7cc032e7abb3bd29f4c11fe60429e02e83c2e01e",
        "cbad1603f4bf1933125aac6724b03fdf8ed4f4b75f91b61527f7cb659501f655",
        "342e828f93eb6aa4458769800a7d7ef81e25a4320ef6883459d48457898c3dcf",
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_the_builder_signs_the_vectors_of_version_3(vector):
    request = rebuilt.canonical_request(vector.method, vector.query, vector.signed, vector.payload)
    assert hashlib.sha256(request.encode()).hexdigest() == vector.request_hash
    scope = rebuilt.credential_scope(vector.timestamp, vector.service)
    assert rebuilt.signing_keys(vector.secret_key, scope)[-1].hex() == vector.signing_key
    signature = rebuilt.signature_3(vector.secret_key, vector.timestamp, vector.service, request)
    assert signature == vector.signature


@pytest.mark.parametrize(
    ("secret_id", "secret_key", "signature_method", "signature"),
    [
        (SECRET_ID, SECRET_KEY, "HmacSHA1", "EliP9YW3pW28FpsEdkXt/+WcGeI="),
        ("AKID" + "*" * 32, "*" * 32, "HmacSHA1", "7RAM2xfNMO9EiVTNmPg06MRnCvQ="),
        (SECRET_ID, SECRET_KEY, "HmacSHA256", "A8uy2/o7WBZXYCTWEFpMrVGhGBVlEGIOioeqRM+fzFs="),
    ],
    ids=["published", "published-with-stars", "HmacSHA256"],
)
def test_the_builder_signs_the_vectors_of_version_1(
    secret_id, secret_key, signature_method, signature
):
    text = (
        "Limit=20&Offset=0&InstanceIds.0=ins-09dx96dg&Action=DescribeInstances&Nonce=11886"
        f"&Region=ap-guangzhou&SecretId={secret_id}&Timestamp=1465185768&Version=2017-03-12"
    )
    parameters = [tuple(pair.split("=")) for pair in text.split("&")]
    if signature_method != "HmacSHA1":
        parameters.append(("SignatureMethod", signature_method))
    source = rebuilt.source_string("GET", CVM, parameters)
    assert rebuilt.signature_1(secret_key, source, signature_method) == signature


def captured(path):
    """Method, query, headers and body of a request that was captured."""
    raw = path.read_bytes().removeprefix(b"----- raw request -----\n")
    head, _, rest = raw.partition(b"\r\n\r\n")
    request_line, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    method, target, _ = request_line.split(" ")
    body = rest[: int(headers.get("content-length", 0))]
    return method, target.partition("?")[2], headers, body


@pytest.mark.parametrize(
    "path",
    [path for sdk in ("go", "node") for path in sorted(CAPTURES.glob(f"{sdk}_*.txt"))],
    ids=lambda path: path.stem,
)
def test_the_builder_signs_as_the_sdks_that_were_captured(path):
    method, query, headers, body = captured(path)
    if "authorization" not in headers:
        text = query if method == "GET" else body.decode()
        parameters = dict(parse_qsl(text, keep_blank_values=True))
        signature = parameters.pop("Signature")
        source = rebuilt.source_string(method, headers["host"], parameters.items())
        assert signature == rebuilt.signature_1(SECRET_KEY, source, parameters["SignatureMethod"])
        return
    scope, signature = re.search(
        r"Credential=[^/]+/([^,]+), .*Signature=(\w+)$", headers["authorization"]
    ).groups()
    # Node signs the host without its port, and Go no content type where it sends none.
    host = headers["host"].split(":")[0] if path.stem.startswith("node") else headers["host"]
    signed = {"content-type": headers.get("content-type", rebuilt.FORM), "host": host}
    payload = headers.get("x-tc-content-sha256", "").encode() or body
    request = rebuilt.canonical_request(method, query, signed, payload)
    service = scope.split("/")[1]
    timestamp = int(headers["x-tc-timestamp"])
    assert scope == rebuilt.credential_scope(timestamp, service)
    assert signature == rebuilt.signature_3(SECRET_KEY, timestamp, service, request)


WIRE_PARAMETERS = {
    "KeyName": "my_key",
    "Tags": [
        {"Key": "团队", "Value": "平台 A/B & C=1+2*~'!"},
        {"Key": "empty", "Value": ""},
    ],
}


def wire_call(endpoint, boundary=None):
    return rebuilt.Call(
        endpoint,
        SECRET_ID,
        SECRET_KEY,
        WIRE_PARAMETERS,
        language="en-US",
        timestamp=1700000000,
        nonce=11886,
        boundary=boundary,
        trace_id="2a84e042-8e40-499a-8f43-18272e94232f",
    )


@pytest.mark.parametrize("form", [form for form in FORMS if form.sdk is not DOTNET], ids=str)
def test_the_builder_writes_what_the_http_library_of_the_sdk_wrote(form):
    asked = wire_call("127.0.0.1:18324" if form.sdk.takes_a_port else "127.0.0.1")
    signature = "tc3" if form.signature == TC3 else form.signature.lower()
    wire = WIRE / f"{form.sdk.name}_{signature}_{form.method.lower()}.http"
    assert form.request(asked) == wire.read_bytes()


def test_the_builder_writes_the_multipart_bodies_that_were_written():
    asked = wire_call("127.0.0.1:18324", "6563f1a2b3c4d")
    assert PHP.multipart(asked) == (WIRE / "php_tc3_multipart.http").read_bytes()
    asked = wire_call("127.0.0.1", "0123456789abcdef" * 2)
    assert RUBY.multipart(asked) == (WIRE / "ruby_tc3_multipart.http").read_bytes()


def test_the_builder_writes_what_ruby_wrote_to_a_proxy():
    request = RUBY.version_3(wire_call(LIGHTHOUSE), "POST", proxied=True)
    assert request == (WIRE / "ruby_tc3_post_proxied.http").read_bytes()
