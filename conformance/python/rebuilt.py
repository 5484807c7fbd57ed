"""The requests of the PHP, .NET, Ruby and C++ SDKs, rebuilt byte for byte.

The tests cannot install these four, so their requests are written here, from protocol.md
(sections 1 to 3) and from the SDKs' source, and signed with nothing of Pharos.

From the source:

- [sdk S8 AbstractClient.php, AbstractModel.php, HttpConnection.php, 3.0.1593]: the headers,
  compact JSON with `\\/`, three ways to encode (a query of version 3, a query and a form of
  version 1), the multipart body, booleans as `true`, no language unless one is set. Lists in
  version 1 are flattened as in 3.0.938: 3.0.1593 signs the word `Array` in their place and
  sends something else.
- [sdk S9 AbstractClient.cs, AbstractModel.cs, HttpConnection.cs, 3.0.1340]: the headers, two
  spaces after `TC3-HMAC-SHA256`, an empty `X-TC-Region` for no region, a GET with a
  `Content-Length`, the target `/?`, booleans as `True`. It has no multipart.
- [sdk S10 client.rb, models.rb, sign.rb, http/request.rb]: the headers, the line feed after a
  signature of version 1, multipart signed without its boundary, a `Region` without `=` for no
  region, the body `null` for no parameters, and no `X-TC-RequestClient`. It asks for ASCII JSON
  with options that only a JSON library written in Ruby obeys: `RUBY` writes what the usual one
  writes, `RUBY_ASCII` the other. It looks for a host named `127.0.0.1:8324` at such an endpoint
  and finds none, so it reaches a server that listens on 80, or one that it takes for its proxy.
- [sdk S11 AbstractClient.cpp, Http.cpp, HttpClient.cpp, 3.0.1123]: version 3 over POST only,
  the headers sorted by name, no language but as a header of the caller's own.

Seen from the HTTP libraries of PHP, Ruby and C++ themselves: what they add to those headers,
and the order of all; `wire/` has it.

Assumed: that .NET is a present one, which writes headers as they were added [dotnet/runtime
SocketsHttpHandler/HttpConnection.cs]; that its `Uri` leaves a query as it is (not so `%7E`,
which no test sends); and where Ruby's `X-TC-TraceId` stands, which is in protocol.md 1.3 and
not in the source that was at hand.
"""

import base64
import gzip
import hashlib
import hmac
import http.client
import json
import random
import socket
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
OCTET_STREAM = "application/octet-stream"
TC3 = "TC3-HMAC-SHA256"
VERSION_1 = {"HmacSHA1": "sha1", "HmacSHA256": "sha256"}
REPLY_SECONDS_MAX = 20


@dataclass(frozen=True)
class Call:
    """What a program asks an SDK for."""

    endpoint: str
    secret_id: str
    secret_key: str
    parameters: dict
    action: str = "CreateKeyPair"
    version: str = "2020-03-24"
    region: str | None = "ap-guangzhou"
    language: str | None = None
    token: str | None = None
    # What the SDK takes from its clock and its generator.
    timestamp: int = field(default_factory=lambda: int(time.time()))
    nonce: int | None = None
    boundary: str | None = None
    trace_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def service(self):
        """All four take the text before the first dot for the product (protocol.md 1.5)."""
        return self.endpoint.split(".")[0]


# Signing


def canonical_request(method, query, signed, payload):
    """The six parts; `signed` are the headers, by their lower-case names."""
    names = sorted(signed)
    headers = "".join(f"{name}:{signed[name]}\n" for name in names)
    body_hash = hashlib.sha256(payload).hexdigest()
    return "\n".join([method, "/", query, headers, ";".join(names), body_hash])


def credential_scope(timestamp, service):
    return time.strftime("%Y-%m-%d", time.gmtime(timestamp)) + f"/{service}/tc3_request"


def string_to_sign(timestamp, scope, request):
    return "\n".join([TC3, str(timestamp), scope, hashlib.sha256(request.encode()).hexdigest()])


def signing_keys(secret_key, scope):
    """SecretDate, SecretService and SecretSigning."""
    keys = [f"TC3{secret_key}".encode()]
    for part in scope.split("/"):
        keys.append(hmac.digest(keys[-1], part.encode(), "sha256"))
    return keys[1:]


def signature_3(secret_key, timestamp, service, request):
    """Of a canonical request."""
    scope = credential_scope(timestamp, service)
    to_sign = string_to_sign(timestamp, scope, request)
    return hmac.digest(signing_keys(secret_key, scope)[-1], to_sign.encode(), "sha256").hex()


def authorization(call, method, query, content_type, payload, scheme=TC3):
    """The header of version 3; all four SDKs sign `content-type` and `host`."""
    signed = {"content-type": content_type, "host": call.endpoint}
    request = canonical_request(method, query, signed, payload)
    signature = signature_3(call.secret_key, call.timestamp, call.service, request)
    scope = credential_scope(call.timestamp, call.service)
    return (
        f"{scheme} Credential={call.secret_id}/{scope}, "
        f"SignedHeaders=content-type;host, Signature={signature}"
    )


def source_string(method, host, parameters):
    """The text that version 1 signs: names in order, values as they are."""
    pairs = "&".join(f"{name}={value}" for name, value in sorted(parameters))
    return f"{method}{host}/?{pairs}"


def signature_1(secret_key, source, signature_method):
    mac = hmac.digest(secret_key.encode(), source.encode(), VERSION_1[signature_method])
    return base64.b64encode(mac).decode()


# Writing


def http_request(method, target, headers, body=b""):
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode() + body


def flatten(parameters, boolean):
    """Names and texts, `Tags.0.Key` for a field of a structure in a list (protocol.md 2.3)."""
    flat = []

    def walk(name, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{name}.{key}" if name else key, inner)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                walk(f"{name}.{index}", inner)
        else:
            flat.append((name, text_of(value, boolean)))

    walk("", parameters)
    return flat


def text_of(value, boolean):
    return boolean[value] if isinstance(value, bool) else str(value)


def encoded(pairs, encode):
    """`name=value&…`; a value that is None leaves the name alone."""
    return "&".join(
        encode(name) if value is None else f"{encode(name)}={encode(value)}"
        for name, value in pairs
    )


def compact_json(parameters):
    return json.dumps(parameters, ensure_ascii=False, separators=(",", ":"))


def multipart_body(boundary, parameters, list_as_json, boolean):
    """PHP and Ruby write the same lines: a list is a part of its own type."""
    body = ""
    for name, value in parameters.items():
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n'
        if isinstance(value, list):
            body += f"Content-Type: {JSON}\r\n\r\n{list_as_json(value)}\r\n"
        else:
            body += f"\r\n{text_of(value, boolean)}\r\n"
    return (body + f"--{boundary}--\r\n").encode()


def present(pairs):
    return [(name, value) for name, value in pairs if value is not None]


class Php:
    """[sdk S8]: Guzzle over libcurl."""

    name = "php"
    signatures = [TC3, *VERSION_1]
    methods = ["POST", "GET"]
    language = None
    takes_a_port = True
    client = "SDK_PHP_3.0.1593"
    user_agent = ("User-Agent", "GuzzleHttp/7")
    boolean = {True: "true", False: "false"}
    # Of a part: what PHP makes of a boolean in a text.
    part_boolean = {True: "1", False: ""}

    @staticmethod
    def json(parameters):
        return compact_json(parameters).replace("/", "\\/")

    @staticmethod
    def form(text):
        """`http_build_query` as it is by default."""
        return quote_plus(text).replace("~", "%7E")

    @staticmethod
    def list_as_json(value):
        """Of a part: `json_encode` without the option that leaves Chinese as it is."""
        return json.dumps(value, separators=(",", ":")).replace("/", "\\/")

    def version_3(self, call, method):
        if method == "POST":
            return self._version_3(call, method, "", JSON, self.json(call.parameters).encode())
        query = encoded(flatten(call.parameters, self.boolean), self.form)
        return self._version_3(call, method, query, FORM, b"")

    def multipart(self, call):
        # uniqid
        boundary = call.boundary or f"{time.time_ns() // 1000:x}"[-13:]
        body = multipart_body(boundary, call.parameters, self.list_as_json, self.part_boolean)
        return self._version_3(call, "POST", "", f"{MULTIPART}; boundary={boundary}", body)

    def octet_stream(self, call):
        return self._version_3(call, "POST", "", OCTET_STREAM, b"KeyName")

    def _version_3(self, call, method, query, content_type, body):
        headers = [
            ("Host", call.endpoint),
            self.user_agent,
            ("X-TC-Action", call.action),
            ("X-TC-RequestClient", self.client),
            ("X-TC-Timestamp", call.timestamp),
            ("X-TC-Version", call.version),
            ("X-TC-Region", call.region),
            ("X-TC-Token", call.token),
            ("X-TC-Language", call.language),
            ("Content-Type", content_type),
            ("Authorization", authorization(call, method, query, content_type, body)),
            ("Content-Length", len(body) if method == "POST" else None),
        ]
        # Guzzle leaves a query out that is empty.
        return http_request(method, f"/?{query}" if query else "/", present(headers), body)

    def version_1(self, call, signature, method):
        pairs = present(
            [
                *flatten(call.parameters, self.boolean),
                ("Action", call.action),
                ("RequestClient", self.client),
                # rand
                ("Nonce", call.nonce or random.randint(0, 2**31 - 1)),
                ("Timestamp", call.timestamp),
                ("Version", call.version),
                ("SecretId", call.secret_id),
                ("Region", call.region),
                ("Token", call.token),
                ("SignatureMethod", signature),
                ("Language", call.language),
            ]
        )
        pairs = [(name, str(value)) for name, value in pairs]
        source = source_string(method, call.endpoint, pairs)
        pairs.append(("Signature", signature_1(call.secret_key, source, signature)))
        headers = [("Host", call.endpoint), self.user_agent]
        if method == "GET":
            # Guzzle's own choice for a query: PHP_QUERY_RFC3986.
            query = encoded(pairs, lambda text: quote(text, safe=""))
            return http_request(method, f"/?{query}", headers)
        body = encoded(pairs, self.form).encode()
        headers += [("Content-Type", FORM), ("Content-Length", len(body))]
        return http_request(method, "/", headers, body)


class DotNet:
    """[sdk S9]: HttpClient."""

    name = "dotnet"
    signatures = [TC3, *VERSION_1]
    methods = ["POST", "GET"]
    language = "zh-CN"
    takes_a_port = True
    client = "SDK_NET_3.0.1461"
    boolean = {True: "True", False: "False"}

    @staticmethod
    def form(text):
        """`WebUtility.UrlEncode`."""
        return quote_plus(text, safe="!*()").replace("~", "%7E")

    def version_3(self, call, method):
        if method == "POST":
            return self._version_3(call, method, "", JSON, compact_json(call.parameters).encode())
        query = encoded(flatten(call.parameters, self.boolean), self.form)
        return self._version_3(call, method, query, FORM, b"")

    def octet_stream(self, call):
        return self._version_3(call, "POST", "", OCTET_STREAM, b"KeyName")

    def _version_3(self, call, method, query, content_type, body):
        # What follows the scheme is given to HttpClient with its space, which adds one.
        scheme = f"{TC3} "
        headers = [
            ("Authorization", authorization(call, method, query, content_type, body, scheme)),
            ("Host", call.endpoint),
            ("X-TC-Timestamp", call.timestamp),
            ("X-TC-Version", call.version),
            ("X-TC-Region", call.region or ""),
            ("X-TC-RequestClient", self.client),
            ("X-TC-Token", call.token),
            ("X-TC-Language", call.language or self.language),
            ("X-TC-Action", call.action),
            ("Content-Type", content_type),
            # A GET has a content too: an empty one.
            ("Content-Length", len(body)),
        ]
        return http_request(
            method, f"/?{query}" if method == "GET" else "/", present(headers), body
        )

    def version_1(self, call, signature, method):
        pairs = present(
            [
                *flatten(call.parameters, self.boolean),
                ("Action", call.action),
                ("RequestClient", self.client),
                # Random.Next
                ("Nonce", call.nonce or random.randint(0, 2**31 - 2)),
                ("Timestamp", call.timestamp),
                ("Version", call.version),
                ("SecretId", call.secret_id),
                ("Region", call.region),
                ("SignatureMethod", signature),
                ("Token", call.token),
                ("Language", call.language or self.language),
            ]
        )
        pairs = [(name, str(value)) for name, value in pairs]
        source = source_string(method, call.endpoint, pairs)
        pairs.append(("Signature", signature_1(call.secret_key, source, signature)))
        text = encoded(pairs, self.form)
        headers = [("Host", call.endpoint)]
        if method == "GET":
            return http_request(method, f"/?{text}", headers)
        headers += [("Content-Type", FORM), ("Content-Length", len(text))]
        return http_request(method, "/?", headers, text.encode())


class Ruby:
    """[sdk S10]: Net::HTTP, which writes `X-Tc-Action`."""

    name = "ruby"
    signatures = [TC3, *VERSION_1]
    methods = ["POST", "GET"]
    language = "zh-CN"
    takes_a_port = False
    client = "SDK_RUBY_LIGHTHOUSE_3.0.1243"
    boolean = {True: "true", False: "false"}
    first_headers = [
        ("Accept-Encoding", "gzip;q=1.0,deflate;q=0.6,identity;q=0.3"),
        ("Accept", "*/*"),
        ("User-Agent", "Ruby"),
    ]

    @staticmethod
    def json(parameters):
        return compact_json(parameters)

    @staticmethod
    def form(text):
        """`URI.encode_www_form_component`."""
        return quote_plus(text, safe="*").replace("~", "%7E")

    def version_3(self, call, method, proxied=False):
        if method == "POST":
            # A request without parameters is nil.
            body = self.json(call.parameters or None).encode()
            return self._version_3(call, method, "", JSON, JSON, body, proxied)
        query = encoded(flatten(call.parameters, self.boolean), self.form)
        return self._version_3(call, method, query, FORM, FORM, b"", proxied)

    def multipart(self, call):
        boundary = call.boundary or random.randbytes(16).hex()
        body = multipart_body(boundary, call.parameters, self.json, self.boolean)
        content_type = f"{MULTIPART}; boundary={boundary}"
        # It is signed without its boundary.
        return self._version_3(call, "POST", "", content_type, MULTIPART, body)

    def _version_3(self, call, method, query, content_type, signed_type, body, proxied=False):
        headers = [
            *self.first_headers,
            ("Host", call.endpoint),
            ("X-Tc-Traceid", call.trace_id),
            ("Content-Type", content_type),
            ("X-Tc-Action", call.action),
            ("X-Tc-Timestamp", call.timestamp),
            ("X-Tc-Version", call.version),
            ("X-Tc-Region", call.region),
            ("X-Tc-Language", call.language or self.language),
            ("X-Tc-Token", call.token),
            ("Authorization", authorization(call, method, query, signed_type, body)),
            ("Content-Length", len(body) if method == "POST" else None),
        ]
        target = f"/?{query}" if method == "GET" else "/"
        if proxied:
            target = f"http://{call.endpoint}{target}"
        return http_request(method, target, present(headers), body)

    def version_1(self, call, signature, method):
        pairs = [
            *flatten(call.parameters, self.boolean),
            ("Action", call.action),
            ("RequestClient", self.client),
            ("Nonce", str(call.nonce or random.randint(1, 2**32))),
            ("Timestamp", str(call.timestamp)),
            ("Version", call.version),
            # Without a region, `Region=` is signed and `Region` is sent.
            ("Region", call.region),
            *present([("Token", call.token)]),
            ("SecretId", call.secret_id),
            ("SignatureMethod", signature),
            ("Language", call.language or self.language),
        ]
        named = [(name, value or "") for name, value in pairs]
        source = source_string(method, call.endpoint, named)
        # encode64 ends its line.
        pairs.append(("Signature", signature_1(call.secret_key, source, signature) + "\n"))
        text = encoded(pairs, self.form)
        headers = [
            *self.first_headers,
            ("Host", call.endpoint),
            ("X-Tc-Traceid", call.trace_id),
            ("Content-Type", FORM),
        ]
        if method == "GET":
            return http_request(method, f"/?{text}", headers)
        return http_request(method, "/", [*headers, ("Content-Length", len(text))], text.encode())


class RubyAscii(Ruby):
    """Ruby with its JSON written in Ruby, which obeys what the SDK asks for."""

    name = "ruby-ascii"

    @staticmethod
    def json(parameters):
        return json.dumps(parameters, separators=(",", ": "))


class Cpp:
    """[sdk S11]: libcurl."""

    name = "cpp"
    signatures = [TC3]
    methods = ["POST"]
    language = None
    takes_a_port = True
    client = "SDK_CPP_3.0.1123"

    def version_3(self, call, method):
        return self._version_3(call, JSON, compact_json(call.parameters).encode())

    def octet_stream(self, call):
        return self._version_3(call, OCTET_STREAM, b"KeyName")

    def _version_3(self, call, content_type, body):
        headers = [
            ("Host", call.endpoint),
            ("Accept", "*/*"),
            ("Authorization", authorization(call, "POST", "", content_type, body)),
            ("Connection", "Close"),
            ("Content-Type", content_type),
            ("X-TC-Action", call.action),
            # There is no setting for it, but SetHeader.
            ("X-TC-Language", call.language),
            ("X-TC-Region", call.region),
            ("X-TC-RequestClient", self.client),
            ("X-TC-Timestamp", call.timestamp),
            ("X-TC-Token", call.token),
            ("X-TC-Version", call.version),
            ("Content-Length", len(body)),
        ]
        return http_request("POST", "/", present(headers), body)


PHP, DOTNET, RUBY, RUBY_ASCII, CPP = Php(), DotNet(), Ruby(), RubyAscii(), Cpp()
SDKS = [PHP, DOTNET, RUBY, CPP]


@dataclass(frozen=True)
class Form:
    """One of the ways in which an SDK sends a request."""

    sdk: object
    signature: str
    method: str

    def __str__(self):
        return f"{self.sdk.name}-{self.signature}-{self.method}"

    def request(self, call):
        if self.signature == TC3:
            return self.sdk.version_3(call, self.method)
        return self.sdk.version_1(call, self.signature, self.method)


FORMS = [
    Form(sdk, signature, method)
    for sdk in SDKS
    for signature in sdk.signatures
    for method in sdk.methods
]


# Sending


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes
    # Whether the server closed the connection after it.
    closed: bool

    def response(self):
        """What all four look at: `Response` of the JSON, once the status is 200."""
        assert self.status == 200, (self.status, self.body)
        assert self.content_type == JSON
        envelope = json.loads(self.body)
        assert list(envelope) == ["Response"], envelope
        return envelope["Response"]


def send(port, request):
    """Sends the bytes as they are; a packed reply is for those who offered gzip."""
    with socket.create_connection(("127.0.0.1", port), REPLY_SECONDS_MAX) as connection:
        connection.sendall(request)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        body = reply.read()
        if reply.getheader("Content-Encoding") is not None:
            assert b"\r\nAccept-Encoding: gzip" in request
            assert reply.getheader("Content-Encoding") == "gzip"
            body = gzip.decompress(body)
        asks_to_close = b"\r\nConnection: Close\r\n" in request
        closed = asks_to_close and connection.recv(1) == b""
        return Reply(reply.status, reply.getheader("Content-Type"), body, closed)
