"""From the vendor's client to a real login: OpenSSH and OpenSSL judge the key pair.

On a machine without OpenSSH these tests fail, unless PHAROS_WITHOUT_SSHD=1 says that this is known.
"""

import base64
import getpass
import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

import clients

SECONDS_MAX = 20
POLL_SECONDS = 0.01
# sshd refuses to start as root without this folder; Debian makes it when the service starts.
SSHD_FOLDER = Path("/run/sshd")


def program(name, variable=None):
    """The path of a program; a failure if it is missing, or a skip where that is known."""
    places = [os.environ.get(variable) if variable else None, f"/usr/sbin/{name}", name]
    for place in filter(None, places):
        if found := shutil.which(place):
            return found
    if os.environ.get("PHAROS_WITHOUT_SSHD") == "1":
        pytest.skip(f"`{name}` is not on this machine, as PHAROS_WITHOUT_SSHD=1 says")
    pytest.fail(
        f"`{name}` is not on this machine: install openssh-server, openssh-client and openssl, or "
        "set PHAROS_WITHOUT_SSHD=1 to go without.",
        pytrace=False,
    )


def run(command, **settings):
    return subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        **settings,
    )


def save(path, private_key):
    path.touch(mode=0o600)
    path.write_text(private_key)
    return path


ENDINGS = pytest.mark.parametrize(
    "ending", ["", "\n"], ids=["without a trailing newline", "with a trailing newline"]
)


@pytest.fixture
def key_pair(server):
    return clients.create(server, "login")


@ENDINGS
def test_ssh_keygen_derives_the_public_key_of_the_reply(key_pair, tmp_path, ending):
    file = save(tmp_path / "key", key_pair.PrivateKey.rstrip("\n") + ending)
    done = run([program("ssh-keygen"), "-y", "-f", file])
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:2] == key_pair.PublicKey.split()[:2]


def test_ssh_keygen_agrees_with_the_fingerprint(key_pair, tmp_path):
    kind, blob, comment = key_pair.PublicKey.split(" ")
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(blob)).digest())
    fingerprint = f"SHA256:{digest.decode().rstrip('=')}"
    file = save(tmp_path / "key.pub", key_pair.PublicKey + "\n")
    done = run([program("ssh-keygen"), "-l", "-f", file])
    assert (kind, comment) == ("ssh-rsa", key_pair.KeyId)
    assert done.stdout == f"2048 {fingerprint} {key_pair.KeyId} (RSA)\n"


@ENDINGS
def test_openssl_finds_the_private_key_sound(key_pair, tmp_path, ending):
    file = save(tmp_path / "key", key_pair.PrivateKey.rstrip("\n") + ending)
    done = run([program("openssl"), "rsa", "-in", file, "-check", "-noout"])
    assert done.returncode == 0 and "RSA key ok" in done.stdout + done.stderr
    shown = run([program("openssl"), "rsa", "-in", file, "-text", "-noout"]).stdout
    assert re.search(r"Private-Key: \(2048 bit", shown)
    assert "publicExponent: 65537 (0x10001)" in shown


class Sshd:
    """An SSH server on loopback, for the user who runs the tests, with one authorized key."""

    def __init__(self, folder, authorized):
        sshd = program("sshd", "PHAROS_SSHD")
        self.folder = folder
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            SSHD_FOLDER.mkdir(mode=0o755, exist_ok=True)
        host_key = folder / "host_key"
        keygen = [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", host_key]
        assert run(keygen).returncode == 0
        (folder / "authorized_keys").write_text(authorized + "\n")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "sshd_config").write_text(
            f"""
            ListenAddress 127.0.0.1:{self.port}
            HostKey {host_key}
            PidFile {folder}/sshd.pid
            AuthorizedKeysFile {folder}/authorized_keys
            PubkeyAuthentication yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            StrictModes no
            UsePAM no
            """
        )
        self.log_file = folder / "log"
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen(
                [sshd, "-D", "-e", "-f", folder / "sshd_config"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def _wait_until_ready(self):
        deadline = time.monotonic() + SECONDS_MAX
        while "Server listening" not in self.log():
            assert self.process.poll() is None, f"sshd did not start: {self.log()}"
            assert time.monotonic() < deadline, f"sshd is not ready: {self.log()}"
            time.sleep(POLL_SECONDS)

    def log(self):
        return self.log_file.read_text()

    def login(self, private_key):
        """`ssh … echo`, with this private key and no other."""
        command = [program("ssh"), "-F", "/dev/null", "-i", private_key, "-p", self.port]
        for option in (
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
        ):
            command += ["-o", option]
        return run([*command, f"{getpass.getuser()}@127.0.0.1", "echo", "the door", "is open"])

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def sshd(key_pair, tmp_path):
    """An SSH server that has the key pair's public key, as the reply gave it."""
    started = Sshd(tmp_path / "sshd", key_pair.PublicKey)
    yield started
    started.stop()


@ENDINGS
def test_the_private_key_opens_a_real_ssh_server(sshd, key_pair, tmp_path, ending):
    file = save(tmp_path / "key", key_pair.PrivateKey.rstrip("\n") + ending)
    done = sshd.login(file)
    assert (done.returncode, done.stdout) == (0, "the door is open\n"), done.stderr + sshd.log()
    assert "Accepted publickey" in sshd.log()


def test_another_private_key_does_not_open_it(sshd, server, key_pair, tmp_path):
    other = clients.create(server, "other")
    done = sshd.login(save(tmp_path / "other", other.PrivateKey))
    assert (done.returncode, done.stdout) == (255, "")
    assert "Permission denied (publickey)" in done.stderr
    assert "Accepted publickey" not in sshd.log()
    # It was the key, and nothing else, that was wrong.
    assert sshd.login(save(tmp_path / "key", key_pair.PrivateKey)).returncode == 0
