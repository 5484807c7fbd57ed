"""`pharos serve` as its operator meets it: its log, its end, and what outlives it."""

import re
import time

import pytest

import clients

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_every_request_is_one_line_of_json_in_the_log(server):
    client = clients.lighthouse(server, "ap-tokyo")
    made = client.CreateKeyPair(clients.request("logged"))
    server.remember(made.KeyPair.PrivateKey)
    refused = clients.refusal(lambda: client.CreateKeyPair(clients.request("logged")))
    one, other = server.requests()
    for line, request_id, outcome in [
        (one, made.RequestId, "ok"),
        (other, refused.get_request_id(), refused.get_code()),
    ]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["timestamp"])
        assert line["request_id"] == request_id
        assert line["action"] == "CreateKeyPair"
        assert line["account"].isdigit()
        assert line["region"] == "ap-tokyo"
        assert line["outcome"] == outcome
        assert isinstance(line["duration_ms"], int)


def test_the_log_names_no_account_for_a_caller_who_did_not_prove_to_be_it(server):
    secret = clients.credential(server, secret_key="another-secret-key-entirely")
    client = clients.lighthouse(server, secret=secret)
    clients.refusal(lambda: client.CreateKeyPair(clients.request("a")))
    (line,) = server.requests()
    assert (line["outcome"], line["account"]) == ("AuthFailure.SignatureFailure", "-")


def test_a_first_start_shows_the_secret_key_and_a_later_one_does_not(start_server):
    server = start_server(root="made by the server")
    clients.create(server, "kept")
    first = server.stdout()
    assert server.secret_key in first
    server.kill()
    server.start()
    later = server.stdout().removeprefix(first)
    assert server.secret_id in later
    assert server.secret_key not in later
    assert clients.create(server, "later").KeyName == "later"


def test_a_root_key_from_the_environment_is_not_shown(server):
    assert server.secret_id in server.stdout()
    assert server.secret_key not in server.stdout() + server.stderr()


@pytest.mark.parametrize("end", ["stop", "kill"], ids=["SIGTERM", "kill -9"])
def test_a_key_pair_that_was_acknowledged_outlives_the_server(server, end):
    clients.create(server, "kept")
    getattr(server, end)()
    server.start()
    refused = clients.refusal(lambda: clients.create(server, "kept"))
    assert refused.get_code() == "InvalidParameterValue.DuplicateParameterValue"


def test_stopping_answers_the_requests_in_flight(server):
    # Ten keys take longer to make than SIGTERM takes to arrive.
    calls = [lambda name=f"key_{number}": clients.create(server, name) for number in range(10)]

    def stop():
        while not server.requests():
            time.sleep(0.001)
        server.process.terminate()

    *outcomes, _ = clients.at_once([*calls, stop])
    # Each key pair in the log reached its client: the scan counts them.
    server.wait_for_exit()
    log = [(line["message"], line.get("outcome")) for line in server.log()]
    stopping = log.index(("stopping: finishing the requests in flight", None))
    assert ("request", "ok") in log[stopping:], "nothing was in flight"
    # On a busy machine a call may come too late to be taken; none is broken off or refused.
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            assert outcome.get_code() == "ClientNetworkError", outcome


def test_what_it_keeps_is_for_its_owner_only(server):
    clients.create(server, "kept")
    kept = [path for path in server.folder.iterdir() if path.name.startswith("pharos.db")]
    assert len(kept) == 4
    assert {path.name: path.stat().st_mode & 0o077 for path in kept} == {
        path.name: 0 for path in kept
    }
