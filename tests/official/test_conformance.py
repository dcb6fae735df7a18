"""The official client finds everything it relies on, line by line, on both databases."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.official.outcomes import names, run_checks
from tests.support.accounts import add_account
from tests.support.pictureserver import PictureServer
from tests.support.servers import Labelwright, Mode

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcomes(
    running: Labelwright, pictures: PictureServer, official_python: Path
) -> Mapping[str, str | None]:
    """What became of each line."""
    account = add_account(running, "conformance", [("ada", "admin"), ("jo", "labeler")])
    keys: dict[Mode, str] = {"live": account.live, "test": account.test}
    return run_checks(official_python, "conformance", running, keys, "test", "c", pictures.url("/north.png"))


@pytest.mark.parametrize("line", names("conformance"))
def test_conformance(outcomes: Mapping[str, str | None], line: str) -> None:
    outcome = outcomes[line]
    if outcome is not None:
        pytest.fail(outcome, pytrace=False)


def test_an_account_without_people_has_an_owner(running: Labelwright) -> None:
    with running.v1(add_account(running, "nobody", []).live) as client:
        team = client.get("/teams").json()
    assert [one["role"] for one in team] == ["admin"]
