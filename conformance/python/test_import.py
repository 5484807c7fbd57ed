"""The official clients import keys that `ssh-keygen` made, and meet every refusal."""

import json
import re
from dataclasses import dataclass, field

import pytest
from tencentcloud.lighthouse.v20200324 import models

import clients
import secret_scan
import sentences
from test_openssh import Sshd, program, run
from test_tccli import Tccli

METHODS = ["POST", "GET"]
LANGUAGES = [
    pytest.param(clients.SDK_DEFAULT, id="zh-CN-by-default"),
    pytest.param("en-US", id="en-US"),
]
KINDS = [
    pytest.param(["-t", kind, "-b", bits] if bits else ["-t", kind], id=f"{kind}{bits}")
    for kind, bits in [
        ("rsa", "2048"),
        ("rsa", "4096"),
        ("ed25519", ""),
        ("ecdsa", "256"),
        ("ecdsa", "384"),
        ("ecdsa", "521"),
    ]
]
MALFORMED = "InvalidParameterValue.KeyPairPublicKeyMalformed"
DUPLICATED = "InvalidParameterValue.KeyPairPublicKeyDuplicated"
COMMENT = "我 at  a laptop, \"mine\" + & = %"


def keygen(path, *options):
    """Makes a key pair; answers what stands in its `.pub` file."""
    command = [program("ssh-keygen"), "-q", "-N", "", "-C", COMMENT, "-f", path, *options]
    done = run(command)
    assert done.returncode == 0, done.stderr
    return path.with_suffix(".pub").read_text()


@pytest.fixture
def public_key(tmp_path):
    return keygen(tmp_path / "mine", "-t", "ed25519")


def import_key(client, name, public_key, **more):
    request = models.ImportKeyPairRequest()
    parameters = {"KeyName": name, "PublicKey": public_key, **more}
    request.from_json_string(json.dumps(parameters))
    reply = client.ImportKeyPair(request)
    assert re.fullmatch(r"lhkp-[0-9a-z]{8}", reply.KeyId)
    return reply.KeyId


def describe(client, **parameters):
    request = models.DescribeKeyPairsRequest()
    request.from_json_string(json.dumps(parameters))
    return client.DescribeKeyPairs(request).KeyPairSet


def check(refused, code, part, language):
    assert refused.get_code() == code, refused
    message = refused.get_message()
    sentences.check(message, language)
    assert part in message


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("options", KINDS)
def test_a_key_of_ssh_keygen_comes_back_byte_for_byte(server, tmp_path, options, method):
    public_key = keygen(tmp_path / "mine", *options)
    assert public_key.endswith(f" {COMMENT}\n")
    client = clients.lighthouse(server, method=method)
    key_id = import_key(client, "mine", public_key)
    (listed,) = describe(client, KeyIds=[key_id])
    assert (listed.KeyName, listed.PublicKey) == ("mine", public_key)
    assert listed.PrivateKey is None


@pytest.mark.parametrize("method", METHODS)
def test_what_stands_around_a_key_comes_back_too(server, public_key, method):
    kind, blob, _ = public_key.split(" ", 2)
    regions = ["ap-guangzhou", "ap-tokyo", "ap-beijing", "ap-shanghai"]
    texts = [
        f"{kind} {blob}",
        f"{kind} {blob} a windows laptop\r\n",
        f"  {kind}\t {blob}   spaces  \n\n",
        f"{kind} {blob} ",
    ]
    for region, text in zip(regions, texts, strict=True):
        client = clients.lighthouse(server, region, method=method)
        (listed,) = describe(client, KeyIds=[import_key(client, "mine", text)])
        assert listed.PublicKey == text


def test_an_imported_key_pair_is_found_by_its_tags_and_can_be_deleted(server, public_key):
    client = clients.lighthouse(server)
    clients.create(server, "created")
    tags = [{"Key": "env", "Value": "测试"}]
    key_id = import_key(client, "mine", public_key, Tags=tags)
    (found,) = describe(client, Filters=[{"Name": "tag-key", "Values": ["env"]}])
    assert found.KeyId == key_id
    assert [(tag.Key, tag.Value) for tag in found.Tags] == [("env", "测试")]
    request = models.DeleteKeyPairsRequest()
    request.KeyIds = [key_id]
    client.DeleteKeyPairs(request)
    assert import_key(client, "mine", public_key) != key_id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", METHODS)
def test_a_key_is_imported_once_in_a_region(server, public_key, method, language):
    client = clients.lighthouse(server, method=method, language=language)
    key_id = import_key(client, "mine", public_key)
    other_comment = public_key.replace(COMMENT, "another comment")
    for text in [public_key, other_comment]:
        refused = clients.refusal(lambda text=text: import_key(client, "again", text))
        check(refused, DUPLICATED, f"`{key_id}`", language)
    import_key(clients.lighthouse(server, "ap-tokyo"), "mine", public_key)


@dataclass
class Bad:
    """Parameters that are refused; `{key}` stands for a good public key."""

    title: str
    code: str
    parameters: dict
    # What the message has, in either language.
    part: str = ""
    methods: list = field(default_factory=lambda: METHODS)


NAME = "InvalidParameterValue.InvalidKeyPairName"
BAD = [
    Bad("no public key", "MissingParameter", {"KeyName": "a"}, "`PublicKey`"),
    Bad("no name", "MissingParameter", {"PublicKey": "{key}"}, "`KeyName`"),
    Bad("an empty name", f"{NAME}Empty", {"KeyName": "", "PublicKey": "{key}"}, "25"),
    Bad("a long name", f"{NAME}TooLong", {"KeyName": "k" * 26, "PublicKey": "{key}"}, "26"),
    Bad(
        "a hyphen in the name",
        f"{NAME}IncludeIllegalChar",
        {"KeyName": "a-b", "PublicKey": "{key}"},
        "`-`",
    ),
    Bad(
        "a number for a key",
        "InvalidParameter",
        {"KeyName": "a", "PublicKey": 7},
        "`PublicKey`",
        ["POST"],
    ),
    Bad("an empty key", MALFORMED, {"KeyName": "a", "PublicKey": ""}, "`.pub`"),
    Bad("no key", MALFORMED, {"KeyName": "a", "PublicKey": "key"}, "`ssh-rsa`"),
    Bad(
        "options in front",
        MALFORMED,
        {"KeyName": "a", "PublicKey": 'command="ls" {key}'},
        "`authorized_keys`",
    ),
    Bad("two keys", MALFORMED, {"KeyName": "a", "PublicKey": "{key}{key}"}),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("bad", "method"),
    [
        pytest.param(bad, method, id=f"{bad.title}-{method}")
        for bad in BAD
        for method in bad.methods
    ],
)
def test_bad_parameters_are_refused(server, public_key, bad, method, language):
    client = clients.lighthouse(server, method=method, language=language)
    parameters = {
        name: value.replace("{key}", public_key) if isinstance(value, str) else value
        for name, value in bad.parameters.items()
    }
    refused = clients.refusal(lambda: client.call_json("ImportKeyPair", parameters))
    check(refused, bad.code, bad.part, language)
    assert describe(client) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_that_is_taken_and_a_quota_that_is_used_up_are_refused(
    server, public_key, language
):
    client = clients.lighthouse(server, language=language)
    clients.create(server, "key_0")
    refused = clients.refusal(lambda: import_key(client, "key_0", public_key))
    check(refused, "InvalidParameterValue.DuplicateParameterValue", "`key_0`", language)
    for number in range(1, 10):
        clients.create(server, f"key_{number}")
    refused = clients.refusal(lambda: import_key(client, "key_10", public_key))
    check(refused, "LimitExceeded.KeyPairLimitExceeded", "10", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bits", ["1024", "1536"])
def test_a_short_rsa_key_is_refused_unless_its_rule_is_off(
    server, start_server, tmp_path, bits, language
):
    public_key = keygen(tmp_path / "short", "-t", "rsa", "-b", bits)
    client = clients.lighthouse(server, language=language)
    refused = clients.refusal(lambda: import_key(client, "short", public_key))
    check(refused, MALFORMED, bits, language)
    assert "2048" in refused.get_message()
    lax = start_server(config='import.weak_rules_off = ["rsa-size"]\n')
    import_key(clients.lighthouse(lax), "short", public_key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_operator_may_accept_some_algorithms_only(start_server, tmp_path, language):
    server = start_server(config='import.accept = ["ssh-rsa"]\n')
    client = clients.lighthouse(server, language=language)
    refused = clients.refusal(
        lambda: import_key(client, "mine", keygen(tmp_path / "one", "-t", "ed25519"))
    )
    check(refused, MALFORMED, "`ssh-ed25519`", language)
    import_key(client, "mine", keygen(tmp_path / "other", "-t", "rsa"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["RFC4716", "PEM", "PKCS8"])
def test_a_private_key_is_refused_and_nothing_of_it_stays(
    server, tmp_path, form, language, method
):
    path = tmp_path / "pasted"
    keygen(path, "-t", "rsa", "-b", "2048", "-m", form)
    private_key = path.read_text()
    client = clients.lighthouse(server, method=method, language=language)
    refused = clients.refusal(lambda: import_key(client, "pasted", private_key))
    check(refused, MALFORMED, "`.pub`", language)
    lines = [line for line in secret_scan.body_lines(private_key) if len(line) > 16]
    assert len(lines) > 10
    for path in server.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(line.encode() in content for line in lines), path
    assert not any(line in refused.get_message() for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_store_that_fails_leaves_nothing_behind(server, public_key, language):
    server.may_log_errors = True
    clients.create(server, "before")
    server.refuse_writes()
    client = clients.lighthouse(server, language=language)
    refused = clients.refusal(lambda: import_key(client, "unlucky", public_key))
    check(refused, "FailedOperation.ImportKeyPairFailed", "`unlucky`", language)
    server.allow_writes()
    import_key(client, "unlucky", public_key)


@pytest.fixture
def tccli(server, tmp_path):
    return Tccli(server, tmp_path / "home")


@pytest.mark.parametrize("options", KINDS)
def test_tccli_imports_a_key_and_shows_it_byte_for_byte(tccli, tmp_path, options):
    public_key = keygen(tmp_path / "mine", *options)
    arguments = ["--KeyName", "mine", "--PublicKey", public_key]
    done = tccli.call(*arguments, action="ImportKeyPair")
    assert (done.returncode, done.stderr) == (0, "")
    key_id = json.loads(done.stdout)["KeyId"]
    done = tccli.call("--KeyIds", json.dumps([key_id]), action="DescribeKeyPairs")
    (listed,) = json.loads(done.stdout)["KeyPairSet"]
    assert (listed["KeyName"], listed["PublicKey"]) == ("mine", public_key)


def test_tccli_shows_what_is_wrong_with_a_key(tccli, public_key):
    def refused(text, *more):
        return tccli.refused(
            "--KeyName", "other", "--PublicKey", text, *more, action="ImportKeyPair"
        )

    import_key(clients.lighthouse(tccli.server), "mine", public_key)
    code, message = refused(public_key)
    assert code == DUPLICATED
    sentences.check(message, None)
    for text in ["no key at all", f"no-pty {public_key}"]:
        code, message = refused(text, "--language", "en-US")
        assert code == MALFORMED
        sentences.check(message, "en-US")


@pytest.mark.parametrize("options", KINDS)
def test_an_imported_key_opens_a_real_ssh_server(server, tmp_path, options):
    path = tmp_path / "mine"
    client = clients.lighthouse(server)
    key_id = import_key(client, "mine", keygen(path, *options))
    (listed,) = describe(client, KeyIds=[key_id])
    sshd = Sshd(tmp_path / "sshd", listed.PublicKey)
    try:
        done = sshd.login(path)
        assert (done.returncode, done.stdout) == (0, "the door is open\n"), done.stderr
    finally:
        sshd.stop()
