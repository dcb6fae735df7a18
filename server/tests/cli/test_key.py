"""``labelwright key``."""

import base64
import re
import subprocess

import httpx2
from server.tests.cli.conftest import COMMAND, Installation


def test_it_prints_the_key_and_nothing_else(either: Installation) -> None:
    keys = [either.output("key", "create", "--mode", mode) for mode in ("live", "test")]
    for mode, printed in zip(("live", "test"), keys, strict=True):
        assert re.fullmatch(rf"{mode}_[0-9a-f]{{40}}\n", printed)
    told = [either.output("key", "callback", "--mode", mode) for mode in ("live", "test")]
    assert told[0] != told[1]
    assert either.output("key", "callback", "--mode", "live") == told[0]


def test_the_secret_of_the_signature(either: Installation) -> None:
    told = [
        either.output("key", "callback", "--mode", mode, "--webhook-secret").strip()
        for mode in ("live", "test")
    ]
    assert told[0] != told[1]
    for secret in told:
        # What Standard Webhooks asks for: 24 to 64 bytes.
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert either.output("key", "callback", "--mode", "live", "--webhook-secret").strip() == told[0]


def test_list_and_revoke(either: Installation) -> None:
    assert either.output("key", "list").split() == ["ID", "MODE", "KEY", "CREATED", "REVOKED"]
    live = either.output("key", "create", "--mode", "live").strip()
    test = either.output("key", "create", "--mode", "test").strip()
    printed = either.output("key", "list")
    assert live not in printed
    assert test not in printed
    lines = [line.split() for line in printed.splitlines()[1:]]
    assert [(line[1], line[2], line[4]) for line in lines] == [
        ("live", f"{live[:9]}…", "-"),
        ("test", f"{test[:9]}…", "-"),
    ]
    server = either.serve()
    # Before the revocation, so that the server has the other key in its memory at most.
    assert httpx2.get(f"{server.url}/v1/tasks", auth=(test, ""), timeout=60).status_code == 200
    said = either.output("key", "revoke", lines[0][0])
    assert said == f"{lines[0][0]} (live, {live[:9]}…) is revoked\n"
    assert httpx2.get(f"{server.url}/v1/tasks", auth=(live, ""), timeout=60).status_code == 401
    assert httpx2.get(f"{server.url}/v1/tasks", auth=(test, ""), timeout=60).status_code == 200
    server.end()
    rows = [line.split() for line in either.output("key", "list").splitlines()[1:]]
    assert [row[4] == "-" for row in rows] == [False, True]


def test_what_cannot_be_revoked(installation: Installation) -> None:
    installation.output("key", "create", "--mode", "live")
    key_id = installation.output("key", "list").splitlines()[1].split()[0]
    unknown = installation.run("key", "revoke", "0" * 24)
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "labelwright key list" in unknown.stderr
    installation.output("key", "revoke", key_id)
    before = installation.output("key", "list")
    again = installation.run("key", "revoke", key_id)
    assert again.exit_code == 1
    assert "before" in again.stderr
    assert installation.output("key", "list") == before


def test_the_installed_command_too(installation: Installation) -> None:
    done = subprocess.run(
        [COMMAND, "key", "create", "--mode", "live", "--data", installation.data],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert re.fullmatch(r"live_[0-9a-f]{40}\n", done.stdout)
    assert done.stderr == ""


def test_refusals(installation: Installation) -> None:
    wrong = installation.run("key", "create", "--mode", "production")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "production" in wrong.stderr
    missing = installation.run("key", "create")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "--mode" in missing.stderr
