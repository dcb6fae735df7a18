"""Every decision page is whole and names a test that exists; those that no other test keeps are kept here."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from server.tests.harness import Server, Tenant, done
from tests.support.receiver import Receiver

from labelwright.jobs.guard import Guard
from labelwright.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "decisions"
PAGES = sorted(FOLDER.glob("0*.md"))
PARTS = (
    "**Context.**",
    "**Decision.**",
    "**Consequences.**",
    "**Alternatives.**",
    "**Code.**",
    "**Kept by**",
)


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """An account on a server whose jobs run only when a test asks for them."""
    with Server(tmp_path_factory.mktemp("decisions")) as server:
        made = server.tenant()
        yield made
        made.close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path) -> None:
    text = page.read_text()
    places = [text.find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)
    assert f"]({page.name})" in (FOLDER / "README.md").read_text()
    named = re.findall(r"`([\w/.]+)::(\w+)`", text[places[-1] :])
    assert named
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(), f"{file} has no {test}"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_reached_from_loopback_only(host: str, address: str) -> None:
    assert Guard(Settings(host=host).allowed_hosts).allows("hooks.example", address)
    assert not Guard(Settings(host="0.0.0.0").allowed_hosts).allows("hooks.example", address)
    behind_a_proxy = Settings(host=host, public_url="https://labels.example")
    assert not Guard(behind_a_proxy.allowed_hosts).allows("hooks.example", address)
    assert not Guard(Settings(host="10.0.0.5").allowed_hosts).allows("hooks.example", address)
    assert not Guard(Settings(host=host).allowed_hosts).allows("hooks.example", "10.0.0.5")


def test_params_come_back_as_they_went_in(tenant: Tenant) -> None:
    body = (
        b'{"attachment_type":"text","attachment":"x","categories":["a"],'
        b'"own":{"b":1.0,"a":10000000000000000001,"c":1e2}}'
    )
    answer = tenant.live.post(
        "/v1/task/categorization", content=body, headers={"content-type": "application/json"}
    )
    assert b'"own":{"b":1.0,"a":10000000000000000001,"c":1e2}' in answer.content
    again = tenant.live.get(f"/v1/task/{done(answer)['task_id']}")
    assert b'"own":{"b":1.0,"a":10000000000000000001,"c":1e2}' in again.content


def test_a_late_callback_shows_the_audit(tenant: Tenant) -> None:
    with Receiver() as receiver:
        task = tenant.task(test=True, callback_url=receiver.url("/late"))
        answer = tenant.test.post(f"/v1/task/{task['task_id']}/audit", json={"accepted": True})
        assert answer.status_code == 200
        assert tenant.server.deliver() == 2
        assert [one.body["task"]["customer_review_status"] for one in receiver.deliveries] == ["accepted"] * 2
