"""The secret scan can fail: whatever is planted where a server writes, it finds."""

import base64
import shutil

import pytest

import clients
import secret_scan
from secret_scan import SecretFound

FILES = ["pharos.db", "pharos.db-wal", "pharos.db.master-key", "stderr", "stdout", "tmp/new"]


@pytest.fixture
def running(server):
    """A server with one key pair, and that key pair's private key."""
    return server, clients.create(server, "planted").PrivateKey


def plant(server, name, secret):
    """Puts a secret at the end of a copy of what the server wrote; answers the copy's folder."""
    copy = server.folder.with_name("planted")
    shutil.copytree(server.folder, copy)
    with open(copy / name, "ab") as file:
        file.write(b"before " + secret + b" after\n")
    return copy


def find(server, folder, shown_in=()):
    return secret_scan.scan(folder, server.private_keys, [server.secret_key], shown_in)


def test_what_a_server_wrote_is_clean_and_was_all_read(running):
    server, _ = running
    read = server.scan()
    assert {"pharos.db", "pharos.db-wal", "pharos.db.master-key", "stderr", "stdout"} <= set(read)


@pytest.mark.parametrize("name", FILES)
def test_one_line_of_a_private_key_is_found_in_any_file(running, name):
    server, private_key = running
    line = secret_scan.body_lines(private_key)[12].encode()
    with pytest.raises(SecretFound, match="line 13 of private key 1"):
        find(server, plant(server, name, line))


@pytest.mark.parametrize("name", FILES)
def test_a_secret_key_is_found_in_any_file(running, name):
    server, _ = running
    with pytest.raises(SecretFound, match="SecretKey 1"):
        find(server, plant(server, name, server.secret_key.encode()))


@pytest.mark.parametrize("kind", ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY"])
def test_the_frame_of_a_private_key_that_nobody_knows_is_found(running, kind):
    server, _ = running
    with pytest.raises(SecretFound, match="frame"):
        find(server, plant(server, "pharos.db", f"-----BEGIN {kind}-----".encode()))


def test_the_numbers_of_a_private_key_are_found_without_its_text(running):
    server, private_key = running
    prime = secret_scan.private_numbers(private_key)["p"]
    assert len(prime) == 128, "half of 2048 bits"
    with pytest.raises(SecretFound, match="`p` of private key 1"):
        find(server, plant(server, "pharos.db", prime))


@pytest.mark.parametrize("write", [bytes.hex, lambda raw: raw.hex().upper()], ids=["low", "UP"])
def test_hexadecimal_hides_nothing(running, write):
    server, private_key = running
    prime = secret_scan.private_numbers(private_key)["q"]
    with pytest.raises(SecretFound, match="`q` of private key 1"):
        find(server, plant(server, "pharos.db-wal", write(prime).encode()))


def test_base64_does_not_hide_a_secret_key(running):
    server, _ = running
    with pytest.raises(SecretFound, match="SecretKey 1 in base64"):
        find(server, plant(server, "stderr", base64.b64encode(server.secret_key.encode())))


def test_only_the_standard_output_of_a_first_start_may_show_a_secret_key(running):
    server, _ = running
    folder = plant(server, "stdout", server.secret_key.encode())
    find(server, folder, shown_in=[folder / "stdout"])
    with pytest.raises(SecretFound):
        find(server, folder, shown_in=[folder / "stderr"])


def test_a_secret_fails_the_test_that_ran_the_server(running):
    server, private_key = running
    leak = server.folder / "work" / "leak"
    leak.write_text(private_key)
    with pytest.raises(SecretFound):
        server.stop()
    leak.unlink()


def test_a_private_key_that_the_scan_was_not_told_of_fails_the_test(running):
    server, _ = running
    private_key = server.private_keys.pop()
    with pytest.raises(AssertionError, match="1 key pairs were created, and the scan knows 0"):
        server.stop()
    server.remember(private_key)
