"""The official client finds everything it relies on, line by line, on both databases."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.official.outcomes import names, run_checks
from tests.support.servers import Labelwright, Mode

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcomes(
    running: Labelwright, keys: Mapping[Mode, str], official_python: Path
) -> Mapping[str, str | None]:
    """What became of each line."""
    return run_checks(official_python, "conformance", running, keys, "test", "c")


@pytest.mark.parametrize("line", names("conformance"))
def test_conformance(outcomes: Mapping[str, str | None], line: str) -> None:
    assert outcomes[line] is None, outcomes[line]
