"""The official client understands this server's rate limits (wire/requests §5)."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.gateway import gateway
from tests.support.servers import Labelwright

pytestmark = pytest.mark.slow

ASK = """
import json, sys
import scaleapi
from scaleapi.exceptions import ScaleTooManyRequests
url, key, ca, times = sys.argv[1:]
client = scaleapi.ScaleClient(key, api_instance_url=url, verify=ca or None)
answers = []
for _ in range(int(times)):
    try:
        answers.append(client.tasks(limit=1).total)
    except ScaleTooManyRequests as error:
        answers.append([error.code, error.message])
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Labelwright]:
    """A server where a key may ask once a second, and twice at once."""
    environ = {"LABELWRIGHT_RATE_LIMIT": "1", "LABELWRIGHT_RATE_BURST": "2"}
    made = Labelwright(tmp_path_factory.mktemp("limited") / "data", environ=environ).start()
    yield made
    made.stop()


def ask(python: Path, url: str, key: str, ca: str, times: int) -> list[object]:
    """Ask for tasks again and again; totals, or what was refused."""
    done = subprocess.run(
        [python, "-E", "-c", ASK, url, key, ca, str(times)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={"REQUESTS_CA_BUNDLE": ca} if ca else {},
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_too_many_requests_are_an_exception_of_their_own(limited: Labelwright, official_python: Path) -> None:
    answers = ask(official_python, f"{limited.url}/v1", limited.key("test"), "", 40)
    assert answers[:2] == [0, 0]
    assert [429, "Too many requests."] in answers


def test_a_client_that_retries_gets_everything_in_the_end(
    limited: Labelwright, official_python: Path, tmp_path: Path
) -> None:
    # Over TLS the client waits for as long as Retry-After says, and asks again.
    refused = []

    def look(_number: int, _method: str, status: int) -> int:
        refused.append(status == 429)
        return status

    with gateway(limited, tmp_path, look) as (url, ca):
        assert ask(official_python, url, limited.key("test"), ca, 4) == [0, 0, 0, 0]
    assert any(refused)
