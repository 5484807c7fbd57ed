"""A real Pharos server: started, watched, stopped, and searched for secrets."""

import json
import os
import re
import resource
import secrets
import signal
import subprocess
import time
from pathlib import Path

import secret_scan

START_SECONDS_MAX = 10
STOP_SECONDS_MAX = 20
POLL_SECONDS = 0.005

READY = re.compile(r"^Pharos (\S+) is ready at (http://\S+)$", re.MULTILINE)


class Server:
    """One server with a folder of its own.

    Everything that it can write goes into `folder`: the store, its working folder, HOME, TMPDIR,
    and both of its output streams. `stop` searches all of that.
    """

    def __init__(self, binary, folder, *, root=None, config=None):
        self.binary = binary
        self.folder = Path(folder)
        self.store = self.folder / "pharos.db"
        self.stdout_file = self.folder / "stdout"
        self.stderr_file = self.folder / "stderr"
        self.config = config
        self.made_root = root == "made by the server"
        if self.made_root:
            self.secret_id = self.secret_key = None
        else:
            self.secret_id, self.secret_key = root or new_root()
        # Failures that a test brings about on purpose may be in the log as errors.
        self.may_log_errors = False
        self.private_keys = []
        self.secrets = []
        self.process = None

    def start(self):
        for name in ("home", "tmp", "work"):
            (self.folder / name).mkdir(exist_ok=True)
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
        }
        if not self.made_root:
            environment["PHAROS_ROOT_SECRET_ID"] = self.secret_id
            environment["PHAROS_ROOT_SECRET_KEY"] = self.secret_key
        command = [self.binary, "serve", "--listen", "127.0.0.1:0"]
        command += ["--store", f"sqlite:{self.store}"]
        if self.config is not None:
            (self.folder / "pharos.toml").write_text(self.config)
            command += ["--config", self.folder / "pharos.toml"]
        said = self.stdout().count("\n") if self.stdout_file.exists() else 0
        with open(self.stdout_file, "ab") as out, open(self.stderr_file, "ab") as err:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.folder / "work",
                env=environment,
                # Python ignores SIGXFSZ, and so does its child then: `refuse_writes` needs that.
                restore_signals=False,
            )
        self._wait_until_ready(said)
        return self

    def _wait_until_ready(self, lines_before):
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            said = "".join(self.stdout().splitlines(keepends=True)[lines_before:])
            # The line to paste is the last one; everything stands once it does.
            ready, pasted = READY.search(said), re.search(r"^  (tccli .*)\n", said, re.MULTILINE)
            if ready and pasted:
                self.url, self.line_to_paste = ready.group(2), pasted.group(1)
                self.endpoint = self.url.removeprefix("http://")
                self.port = int(self.endpoint.rpartition(":")[2])
                break
            assert self.process.poll() is None, f"the server did not start: {self.stderr()}"
            assert time.monotonic() < deadline, f"not ready in time: {said!r} {self.stderr()!r}"
            time.sleep(POLL_SECONDS)
        if self.made_root and self.secret_key is None:
            self.secret_id = re.search(r"^SecretId +(\S+)$", said, re.MULTILINE).group(1)
            self.secret_key = re.search(r"^SecretKey +(\S+)$", said, re.MULTILINE).group(1)

    def stdout(self):
        return self.stdout_file.read_text()

    def stderr(self):
        return self.stderr_file.read_text()

    def log(self):
        """The log, a dictionary for each line: standard error is a file here, so it is JSON."""
        return [json.loads(line) for line in self.stderr().splitlines()]

    def requests(self):
        """The log lines of requests."""
        return [line for line in self.log() if line["message"] == "request"]

    def remember_secret(self, secret):
        """A SecretKey or a token that a client was given: the scan is for it too."""
        self.secrets.append(secret)

    def remember(self, private_key):
        """Tells the scan of a private key that a client was handed."""
        self.private_keys.append(private_key)
        return private_key

    def refuse_writes(self):
        """Lets no file of the server grow beyond what the WAL has now: its next commit fails."""
        limit = (self.folder / "pharos.db-wal").stat().st_size
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def allow_writes(self):
        limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, limit)

    def scan(self):
        """Looks for every secret this server ever had, in every file it could write."""
        shown_in = [self.stdout_file] if self.made_root else []
        return secret_scan.scan(self.folder, self.private_keys, [self.secret_key, *self.secrets], shown_in)

    def kill(self):
        """kill -9: no warning, no last words."""
        self.process.kill()
        self.process.wait(STOP_SECONDS_MAX)
        self.process = None

    def stop(self):
        """SIGTERM, which drains and exits with 0; the secret scan before and after it."""
        if self.process is None:
            return
        try:
            # The WAL is there only while the server runs.
            read = self.scan()
            assert self.process.poll() is None, f"the server died: {self.stderr()}"
            wanted = {"pharos.db", "pharos.db-wal", "pharos.db.master-key", "stderr", "stdout"}
            assert wanted <= set(read), f"the scan did not see {wanted - set(read)}"
        finally:
            self.process.send_signal(signal.SIGTERM)
            self.wait_for_exit()

    def wait_for_exit(self):
        """The end of a server that was told to stop, and the last scan."""
        process, self.process = self.process, None
        try:
            code = process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = "killed, because it did not stop in time"
        assert code == 0, f"exit code {code}: {self.stderr()}"
        self.scan()
        self._check_log()

    def _check_log(self):
        log = self.log()
        if not self.may_log_errors:
            assert [line for line in log if line["level"] not in ("INFO", "DEBUG")] == []
        created = [
            line["request_id"]
            for line in self.requests()
            if line["action"] == "CreateKeyPair" and line["outcome"] == "ok"
        ]
        assert len(created) == len(self.private_keys), (
            f"{len(created)} key pairs were created, and the scan knows {len(self.private_keys)} "
            "private keys: hand each one to `Server.remember`"
        )


def new_root():
    """Credentials for a root account that no other server has."""
    return f"AKID{secrets.token_hex(8)}", secrets.token_hex(16)
