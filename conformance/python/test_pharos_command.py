"""`pharos key create` and `pharos call`: our own client, over the same API."""

import json
import os
import re
import stat
import subprocess

import pytest

import clients
from secret_scan import body_lines

SECONDS_MAX = 20


class Pharos:
    """The `pharos` command, in a folder of its own."""

    def __init__(self, server, folder):
        folder.mkdir()
        self.server, self.folder = server, folder

    def run(self, *arguments, umask=-1, **changes):
        environment = {
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "PHAROS_ENDPOINT": self.server.url,
            "TENCENTCLOUD_SECRET_ID": self.server.secret_id,
            "TENCENTCLOUD_SECRET_KEY": self.server.secret_key,
        }
        return subprocess.run(
            [self.server.binary, *arguments],
            env=environment | changes,
            cwd=self.folder,
            umask=umask,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )

    def refused(self, *arguments, **changes):
        """What it says, on one line of standard error, when it exits with 1."""
        done = self.run(*arguments, **changes)
        assert (done.returncode, done.stdout) == (1, "")
        said = re.fullmatch(r"pharos: ([^\n]+)\n", done.stderr)
        assert said, done.stderr
        return said.group(1)

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def pharos(server, tmp_path):
    return Pharos(server, tmp_path / "where the command runs")


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_key_create_saves_the_private_key_for_its_owner_only(pharos, umask):
    done = pharos.run("key", "create", "mine", umask=umask)
    assert (done.returncode, done.stderr) == (0, "")
    assert pharos.files() == ["mine.pem"]
    file = pharos.folder / "mine.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    private_key = pharos.server.remember(file.read_text())
    assert private_key.startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert private_key.endswith("-----END RSA PRIVATE KEY-----\n")
    # It says where the private key is, and does not show it.
    assert "mine.pem" in done.stdout
    assert re.search(r"\blhkp-[0-9a-z]{8}\b", done.stdout)
    assert re.search(r"^Public key: +ssh-rsa \S+ lhkp-[0-9a-z]{8}$", done.stdout, re.MULTILINE)
    assert not [line for line in body_lines(private_key) if line in done.stdout]


def test_key_create_goes_to_the_region_and_the_file_that_are_named(pharos):
    done = pharos.run("key", "create", "mine", "--region", "ap-tokyo", "--out", "elsewhere")
    assert done.returncode == 0, done.stderr
    assert pharos.files() == ["elsewhere"]
    pharos.server.remember((pharos.folder / "elsewhere").read_text())
    assert [line["region"] for line in pharos.server.requests()] == ["ap-tokyo"]


@pytest.mark.parametrize("make", ["file", "folder", "link", "dangling link"])
def test_key_create_writes_over_nothing_and_then_creates_nothing(pharos, make):
    there = pharos.folder / "mine.pem"
    match make:
        case "file":
            there.write_text("precious")
        case "folder":
            there.mkdir()
        case "link":
            (pharos.folder / "precious").write_text("precious")
            there.symlink_to("precious")
        case "dangling link":
            there.symlink_to("nowhere")
    before = pharos.files()
    said = pharos.refused("key", "create", "mine")
    assert "mine.pem exists already" in said
    assert pharos.files() == before
    if there.is_file():
        assert there.read_text() == "precious"
    assert pharos.server.requests() == [], "it did not even ask"


def test_key_create_into_a_folder_that_is_not_there_creates_nothing(pharos):
    said = pharos.refused("key", "create", "mine", "--out", "nowhere/mine.pem")
    assert "nowhere/mine.pem" in said
    assert pharos.server.requests() == []


def test_key_create_shows_the_code_and_the_sentence_and_leaves_no_file(pharos):
    clients.create(pharos.server, "taken")
    said = pharos.refused("key", "create", "taken")
    assert said.startswith("InvalidParameterValue.DuplicateParameterValue: ")
    assert "`taken`" in said
    assert pharos.server.requests()[-1]["request_id"] in said
    assert pharos.files() == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "The key pair name is empty."),
        ("a-b", "`-`"),
        ("钥匙", "`钥`"),
        ("k" * 26, "26 characters"),
    ],
)
def test_key_create_says_what_is_wrong_with_a_name(pharos, name, sentence):
    assert sentence in pharos.refused("key", "create", name)
    assert pharos.files() == []


def test_key_create_says_what_is_wrong_with_a_region(pharos):
    said = pharos.refused("key", "create", "a", "--region", "mars-1")
    assert "`mars-1`" in said
    assert pharos.files() == []


def test_key_create_shows_that_the_secret_key_is_wrong(pharos):
    wrong = "another-secret-key-entirely"
    said = pharos.refused("key", "create", "a", TENCENTCLOUD_SECRET_KEY=wrong)
    assert said.startswith("AuthFailure.SignatureFailure: ")
    assert wrong not in said
    assert pharos.files() == []


@pytest.mark.parametrize("name", ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"])
def test_without_credentials_it_says_which_variable_to_set(pharos, name):
    assert name in pharos.refused("key", "create", "a", **{name: ""})
    assert pharos.files() == []


def test_without_a_server_it_says_so_and_leaves_no_file(pharos):
    # Port 1 is nobody's.
    said = pharos.refused("key", "create", "a", PHAROS_ENDPOINT="http://127.0.0.1:1")
    assert "no answer from http://127.0.0.1:1" in said
    assert pharos.files() == []


def test_call_creates_a_key_pair_with_parameters_as_they_are_documented(pharos):
    done = pharos.run(
        *("call", "lighthouse", "CreateKeyPair", "--KeyName", "called"),
        *("--Tags.0.Key", "env", "--Tags.0.Value", "test"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    reply = json.loads(done.stdout)
    reply = reply.get("Response", reply)
    pharos.server.remember(reply["KeyPair"]["PrivateKey"])
    assert reply["KeyPair"]["KeyName"] == "called"
    assert reply["KeyPair"]["Tags"] == [{"Key": "env", "Value": "test"}]


CREATE = ["lighthouse", "CreateKeyPair"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(CREATE, "MissingParameter", id="no name"),
        pytest.param(
            [*CREATE, "--KeyName", "a-b"],
            "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar",
            id="a bad name",
        ),
        pytest.param(
            [*CREATE, "--KeyName", "a", "--Nam", "b"], "UnknownParameter", id="unknown parameter"
        ),
        pytest.param(
            [*CREATE, "--KeyName", "a", "--region", "mars-1"],
            "InvalidParameterValue",
            id="unknown region",
        ),
        pytest.param(["lighthouse", "CreateKeyPairs"], "InvalidAction", id="unknown action"),
        pytest.param(
            [*CREATE, "--KeyName", "a", "--version", "2019-01-01"],
            "NoSuchVersion",
            id="unknown version",
        ),
        pytest.param(
            [*CREATE, "--version", "2019-01-01", "--KeyName", "a"],
            "NoSuchVersion",
            id="unknown version, named first",
        ),
        pytest.param(
            ["cvm", "DescribeInstances", "--version", "2017-03-12"],
            "NoSuchProduct",
            id="unknown product",
        ),
    ],
)
def test_call_shows_the_servers_code_and_sentence(pharos, arguments, code):
    said = pharos.refused("call", *arguments)
    assert said.startswith(f"{code}: "), said
    assert pharos.server.requests()[-1]["request_id"] in said
