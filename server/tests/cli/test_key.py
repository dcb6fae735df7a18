"""``labelwright key``."""

import re

from server.tests.cli.conftest import Installation


def test_it_prints_the_key_and_nothing_else(installation: Installation) -> None:
    keys = [installation.output("key", "create", "--mode", mode) for mode in ("live", "test")]
    for mode, printed in zip(("live", "test"), keys, strict=True):
        assert re.fullmatch(rf"{mode}_[0-9a-f]{{40}}\n", printed)
    told = [installation.output("key", "callback", "--mode", mode) for mode in ("live", "test")]
    assert told[0] != told[1]
    assert installation.output("key", "callback", "--mode", "live") == told[0]


def test_refusals(installation: Installation) -> None:
    wrong = installation.run("key", "create", "--mode", "production")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "production" in wrong.stderr
    missing = installation.run("key", "create")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "--mode" in missing.stderr
