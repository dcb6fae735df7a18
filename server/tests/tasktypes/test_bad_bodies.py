"""Bodies that nobody means well, through the HTTP door: a wrong value anywhere, a megabyte of anything."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from server.tests.harness import Server, Tenant, done, refused
from server.tests.parents import with_parent
from server.tests.tasktypes.test_one_wrong_value import (
    EXAMPLES,
    FEW,
    FILLED,
    KINDS,
    ODD,
    is_same,
    large,
    places,
    replaced,
)

from labelwright.tasktypes.base import TaskType

TRIES = 6
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
Send = Callable[[TaskType, bytes], httpx2.Response]


def sender(client: httpx2.Client) -> Send:
    def send(kind: TaskType, body: bytes) -> httpx2.Response:
        return client.post(
            f"/v1/task/{kind.slug}", content=body, headers={"content-type": "application/json"}
        )

    return send


@pytest.fixture(scope="module")
def roomy(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """A tenant of a server that reads bodies of more than a megabyte."""
    with Server(tmp_path_factory.mktemp("roomy"), fresh()) as server:
        tenant = server.tenant()
        yield tenant
        tenant.close()


def in_project(tenant: Tenant, kind: TaskType, *, test: bool) -> dict[str, Any]:
    """What a task of the type needs besides its parameters."""
    if not kind.needs_project:
        return {}
    return {"project": tenant.project(kind=kind.slug, params={}, test=test)["name"]}


@each
def test_a_wrong_value_anywhere_is_kept_or_refused(tenant: Tenant, kind: TaskType) -> None:
    draw = random.Random(kind.slug)
    for test, client in ((False, tenant.live), (True, tenant.test)):
        send, around = sender(client), in_project(tenant, kind, test=test)
        for name in ("minimal", "full"):
            good = {**around, **with_parent(tenant, EXAMPLES[kind.slug].good_params[name], test=test)}
            spots = [place for place in places(good) if place[0] != "project"]
            for _ in range(TRIES if spots else 0):
                body = replaced(good, draw.choice(spots), draw.choice(FEW + ODD))
                answer = send(kind, body)
                if answer.status_code == 400:
                    assert refused(answer, 400)
                    continue
                stored = done(answer)["params"]
                for key, value in json.loads(body).items():
                    if value is not None and key != "project":
                        assert is_same(value, stored[key], filled=key in FILLED), key


@each
def test_a_megabyte_of_something_is_answered(roomy: Tenant, kind: TaskType) -> None:
    send, around = sender(roomy.live), in_project(roomy, kind, test=False)
    bodies = list(large({**around, **EXAMPLES[kind.slug].good_params["minimal"]}, kind))
    # Each type reads each of them without a server, in ``test_one_wrong_value.py``.
    what, body = random.Random(kind.slug).choice(bodies)
    answer = send(kind, body)
    assert answer.status_code in {200, 400}, what
    if answer.status_code == 400:
        assert refused(answer, 400)


def test_a_hundred_thousand_labels(roomy: Tenant) -> None:
    labels = [f"label {i}" for i in range(100_000)]
    for slug, params in {
        "categorization": {"attachment_type": "text", "attachment": "x", "categories": labels},
        "imageannotation": {
            "attachment": "https://img.example/1.png",
            "geometries": {"box": {"objects_to_annotate": labels}},
        },
        "annotation": {
            "attachment": "https://img.example/1.png",
            "objects_to_annotate": labels,
            "with_labels": True,
        },
        "segmentannotation": {"attachment": "https://img.example/1.png", "labels": labels},
    }.items():
        live = done(roomy.live.post(f"/v1/task/{slug}", json=params))
        assert {key: live["params"][key] for key in params} == params
        test = done(roomy.test.post(f"/v1/task/{slug}", json=params))
        assert "label 0" in json.dumps(test["response"])
        twice = json.dumps(params).replace('"label 99999"', '"label 1"')
        told = refused(roomy.live.post(f"/v1/task/{slug}", content=twice), 400)
        assert "[99999]" in told
        assert "duplicate" in told
