"""Looks for private keys and SecretKeys in everything that a server wrote."""

import base64
import binascii
from pathlib import Path

# Whatever the PEM's kind (PKCS#1, PKCS#8, OpenSSH), its frame has these words.
FRAME = b"PRIVATE KEY"

# The last line of a PEM body may be so short that it stands in any file by chance.
LINE_CHARS_MIN = 16


class SecretFound(AssertionError):
    """A secret is where it must not be. The secret itself is not repeated here."""


def body_lines(pem):
    """The base64 lines between a PEM's frame."""
    lines = [line.strip() for line in pem.strip().splitlines()]
    return [line for line in lines if line and not line.startswith("-----")]


def private_numbers(pem):
    """d, p and q of a PKCS#1 private key, as big-endian bytes."""
    der = base64.b64decode("".join(body_lines(pem)))
    tag, der, _ = _element(der)
    assert tag == 0x30, "a PKCS#1 key is a SEQUENCE"
    numbers = []
    while der:
        tag, value, der = _element(der)
        assert tag == 0x02, "a PKCS#1 key is made of INTEGERs"
        numbers.append(value.lstrip(b"\0"))
    assert len(numbers) == 9, "version, n, e, d, p, q, dP, dQ, qInv"
    return {"d": numbers[3], "p": numbers[4], "q": numbers[5]}


def _element(der):
    """Splits one DER element off: its tag, its content, and what follows."""
    tag, length, at = der[0], der[1], 2
    if length & 0x80:
        digits = length & 0x7F
        length, at = int.from_bytes(der[2 : 2 + digits], "big"), 2 + digits
    return tag, der[at : at + length], der[at + length :]


def needles(private_keys, secret_keys):
    """What to look for, each with a name that can be shown."""
    yield "the frame of a private key", FRAME
    for number, pem in enumerate(private_keys, 1):
        key = f"private key {number}"
        for line, text in enumerate(body_lines(pem), 1):
            if len(text) >= LINE_CHARS_MIN:
                yield f"line {line} of {key}", text.encode()
        for name, value in private_numbers(pem).items():
            yield f"`{name}` of {key}", value
            yield f"`{name}` of {key} in hexadecimal", binascii.hexlify(value)
            yield f"`{name}` of {key} in hexadecimal", binascii.hexlify(value).upper()
    for number, secret_key in enumerate(secret_keys, 1):
        raw = secret_key.encode()
        yield f"SecretKey {number}", raw
        yield f"SecretKey {number} in base64", base64.b64encode(raw).rstrip(b"=")
        yield f"SecretKey {number} in hexadecimal", binascii.hexlify(raw)
        yield f"SecretKey {number} in hexadecimal", binascii.hexlify(raw).upper()


def scan(folder, private_keys, secret_keys, shown_in=()):
    """Fails if a file under `folder` holds a secret.

    `shown_in` names the files that may show a SecretKey: a first start prints the one it made.
    Answers the names of the files it read, so that a caller can see that the right ones were there.
    """
    read = []
    shown_in = {Path(path) for path in shown_in}
    for path in sorted(Path(folder).rglob("*")):
        if not path.is_file():
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            # A server that is running may take a file away while we look, such as its WAL.
            continue
        read.append(path.name)
        secrets = () if path in shown_in else secret_keys
        for name, needle in needles(private_keys, secrets):
            if needle in content:
                raise SecretFound(f"{path} holds {name}, at byte {content.index(needle)}")
    return read
