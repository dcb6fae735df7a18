"""A customer's program works with the official client and with ours, live and in test mode, on both databases."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.official.outcomes import names, run_checks
from tests.support.servers import Labelwright, Mode

pytestmark = pytest.mark.slow
_numbers = itertools.count()


@pytest.fixture(scope="module", params=["live", "test"])
def outcomes(
    request: pytest.FixtureRequest, running: Labelwright, keys: Mapping[Mode, str], client_python: Path
) -> Mapping[str, str | None]:
    """What became of each step, with one client in one mode."""
    return run_checks(client_python, "scenario", running, keys, request.param, f"s{next(_numbers)}")


@pytest.mark.parametrize("step", names("scenario"))
def test_step(outcomes: Mapping[str, str | None], step: str) -> None:
    assert outcomes[step] is None, outcomes[step]
