"""Answers behind addresses of their own: with the setting ``secure_responses``, and only then."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from server.tests.harness import CAT, DOG, Server, Tenant, done, refused
from server.tests.receiver import Receiver

from labelwright.domain import response_urls
from labelwright.store import Tx
from labelwright.store import tasks as rows

NOWHERE = "0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11"


@pytest.fixture(scope="module")
def secure(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that keeps answers out of tasks."""
    with Server(tmp_path_factory.mktemp("secure"), fresh(), secure_responses=True) as running:
        yield running


@pytest.fixture
def owner(secure: Server) -> Iterator[Tenant]:
    """An account of that server."""
    made = secure.tenant()
    yield made
    made.close()


@pytest.fixture
def finished(owner: Tenant) -> dict[str, Any]:
    """A completed live task."""
    task = owner.task()["task_id"]
    owner.person("leo").label()
    owner.person("rita", "member").judge()
    return owner.read(task)


def place(task: dict[str, Any]) -> str:
    """The path of a task's answer."""
    path: str = task["response_url"]
    return path


def follow(owner: Tenant, url: str) -> str:
    """Ask for an answer with the key; returns where one is sent."""
    answer = owner.live.get(url)
    assert (answer.status_code, answer.text) == (302, "Found")
    assert answer.headers["cache-control"] == "no-store"
    location: str = answer.headers["location"]
    assert location.startswith(f"{owner.server.url}/")
    return location


def test_the_answer_is_behind_a_redirect(owner: Tenant, finished: dict[str, Any]) -> None:
    assert not {"response", "prior_responses"} & set(finished)
    assert place(finished).startswith(f"{owner.server.url}/v1/task/{finished['task_id']}/response_url/")
    assert done(owner.live.get("/v1/tasks"))["docs"] == [finished]
    answer = owner.anonymous.get(follow(owner, place(finished)))
    assert done(answer) == CAT
    assert answer.headers["cache-control"] == "no-store"


def test_the_standard_clients_follow_it(owner: Tenant, finished: dict[str, Any]) -> None:
    assert done(owner.live.get(place(finished), follow_redirects=True)) == CAT


def test_test_tasks_and_unfinished_ones(owner: Tenant) -> None:
    made = owner.task(test=True)
    assert "response" not in made
    assert done(owner.test.get(place(made), follow_redirects=True)) == CAT
    assert not {"response", "response_url"} & set(owner.task())


def test_the_address_changes_with_the_answer(owner: Tenant, secure: Server, finished: dict[str, Any]) -> None:
    old = follow(owner, place(finished))

    async def fix(tx: Tx) -> None:
        changes = {"response": json.dumps(DOG), "prior_responses": json.dumps([CAT])}
        await rows.update(tx, finished["task_id"], secure.clock.now(), **changes)

    secure.run(secure.platform.store.write(fix))
    fixed = owner.read(finished["task_id"])
    assert "prior_responses" not in fixed
    assert place(fixed) != place(finished)
    refused(owner.live.get(place(finished)), 404, "response")
    refused(owner.anonymous.get(old), 404, "response")
    assert done(owner.live.get(place(fixed), follow_redirects=True)) == DOG


def test_signed_addresses_are_short_lived_and_cannot_be_made_up(
    owner: Tenant, secure: Server, finished: dict[str, Any]
) -> None:
    url = follow(owner, place(finished))
    secure.clock.advance(seconds=response_urls.LIFETIME // 1000)
    done(owner.anonymous.get(url))
    secure.clock.advance(seconds=1)
    refused(owner.anonymous.get(url), 403, "not valid")
    fresh = follow(owner, place(finished))
    bare, _, query = fresh.partition("?")
    until = query.partition("&")[0]
    later = f"until={int(until[6:]) + 1}"
    for wrong in (
        bare,
        f"{bare}?{until}",
        f"{bare}?{until}&signature={'0' * 32}",
        fresh.replace(until, later),
        fresh.replace(until, "until=never"),
        fresh.replace(until, "until=" + "9" * 400),
        fresh.replace(until, "until=%C2%B2"),
        fresh.replace(finished["task_id"], "0" * 24),
    ):
        refused(owner.anonymous.get(wrong), 403, "not valid")


def test_addresses_that_lead_to_nothing(owner: Tenant, secure: Server, finished: dict[str, Any]) -> None:
    task = finished["task_id"]
    refused(owner.live.get(f"/v1/task/{task}/response_url/{NOWHERE}"), 404, "response")
    refused(owner.live.get(f"/v1/task/{'0' * 24}/response_url/{NOWHERE}"), 404, "Task")
    refused(owner.test.get(place(finished)), 404, "Task")
    refused(owner.anonymous.get(place(finished)), 401)
    stranger = secure.tenant()
    refused(stranger.live.get(place(finished)), 404, "Task")
    stranger.close()


def test_without_the_setting_there_is_none(tenant: Tenant) -> None:
    task = tenant.task(test=True)
    assert "response_url" not in task
    refused(tenant.test.get(f"/v1/task/{task['task_id']}/response_url/{NOWHERE}"), 404, "response")


def test_callbacks_carry_it_too(owner: Tenant, secure: Server) -> None:
    with Receiver() as receiver:
        task = owner.task(test=True, callback_url=receiver.url())
        secure.deliver()
        (body,) = [delivery.body for delivery in receiver.deliveries]
    url = f"{secure.settings.base_url}/v1/task/{task['task_id']}/response_url/"
    assert set(body) == {"task_id", "status", "response_url", "task"}
    assert body["response_url"].startswith(url)
    assert body["task"]["response_url"] == body["response_url"]
    assert "response" not in body["task"]
