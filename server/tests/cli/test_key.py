"""``labelwright key``."""

import re
import subprocess

from server.tests.cli.conftest import COMMAND, Installation


def test_it_prints_the_key_and_nothing_else(either: Installation) -> None:
    keys = [either.output("key", "create", "--mode", mode) for mode in ("live", "test")]
    for mode, printed in zip(("live", "test"), keys, strict=True):
        assert re.fullmatch(rf"{mode}_[0-9a-f]{{40}}\n", printed)
    told = [either.output("key", "callback", "--mode", mode) for mode in ("live", "test")]
    assert told[0] != told[1]
    assert either.output("key", "callback", "--mode", "live") == told[0]


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
