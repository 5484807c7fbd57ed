"""What every test has: a real server of its own, and the rules by which it is judged."""

import itertools
import os
import time
import tomllib
import types
from pathlib import Path

import pytest
from tencentcloud.common import abstract_client, abstract_client_async

from pharos_process import Server

HERE = Path(__file__).parent
EXPECTED_FAILURES = HERE.parent / "expected-failures.toml"


@pytest.fixture(scope="session")
def binary():
    """The `pharos` to judge."""
    path = os.environ.get("PHAROS_BINARY")
    if not path:
        pytest.exit(
            "PHAROS_BINARY is not set: name the `pharos` to judge, such as target/release/pharos.",
            returncode=2,
        )
    path = Path(path).resolve()
    if not os.access(path, os.X_OK):
        pytest.exit(
            f"PHAROS_BINARY names {path}, which is no program: run `cargo build --release` first.",
            returncode=2,
        )
    return str(path)


@pytest.fixture
def start_server(binary, tmp_path):
    """Starts servers; each is stopped, searched for secrets, and has to have exited with 0."""
    servers = []
    numbers = itertools.count(1)

    def start(**settings):
        folder = tmp_path / f"server-{next(numbers)}"
        folder.mkdir()
        server = Server(binary, folder, **settings)
        servers.append(server)
        return server.start()

    yield start
    faults = []
    for server in servers:
        try:
            server.stop()
        except AssertionError as fault:
            faults.append(fault)
    if faults:
        raise faults[0]


@pytest.fixture
def server(start_server):
    """A server with nothing configured but its root account's key."""
    return start_server()


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch):
    """Clients read the environment; the settings of whoever runs the tests are none of ours."""
    for name in list(os.environ):
        foreign = name.startswith(("TENCENTCLOUD_", "PHAROS_ROOT_", "TCCLI_", "TKE_"))
        if foreign or name.upper() in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
            monkeypatch.delenv(name)


def pytest_collection_modifyitems(config, items):
    """Holds the tests against the list of expected failures."""
    entries = tomllib.loads(EXPECTED_FAILURES.read_text())
    whole_files = not config.option.keyword and not any("::" in arg for arg in config.args)
    for file, tests in entries.items():
        of_file = {item.name: item for item in items if item.path == HERE.parent / file}
        for name, reason in tests.items():
            if name in of_file:
                of_file[name].add_marker(pytest.mark.xfail(reason=reason, strict=True))
            elif not (HERE.parent / file).exists() or (whole_files and of_file):
                raise pytest.UsageError(f"{EXPECTED_FAILURES.name}: {file} has no test {name}")


class Clock:
    """The clock that the SDK signs with; the server's stays as it is."""

    def __init__(self, monkeypatch):
        self.monkeypatch = monkeypatch

    def shift(self, seconds):
        """From now on the SDK works as where the clock is `seconds` ahead of the server's.

        The SDK's code is not changed: only what the name `time` means in its two modules, which is
        a clock that is off.
        """
        off = types.SimpleNamespace(time=lambda: time.time() + seconds)
        for module in (abstract_client, abstract_client_async):
            self.monkeypatch.setattr(module, "time", off)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)
