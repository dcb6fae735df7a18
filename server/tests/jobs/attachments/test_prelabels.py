"""Pre-labels in files of customers' hosts: fetched like attachments, checked before anybody works on the task."""

import json
from collections import Counter
from typing import Any

import pytest
from server.tests.answer_files import addresses, content
from server.tests.harness import Server, Tenant, Worker, done, refused
from server.tests.hosts import Host, Page, png
from server.tests.jobs.attachments.helpers import of_task, take

from labelwright.domain import attachments
from labelwright.domain.attachments import INVALID, NOT_DOWNLOADED
from labelwright.tasktypes import registry
from labelwright.tasktypes.segmentation.examples import indexed
from labelwright.tasktypes.shapes import rasters

EVENTS: dict[str, Any] = {"events_to_annotate": ["braking"]}
UUID = "0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11"


def frames(label: str = "car") -> list[Any]:
    size = {"left": 1, "top": 2, "width": 8, "height": 9}
    box = {"uuid": UUID, "type": "box", "label": label, **size}
    return [{"annotations": [box]}, {"annotations": []}]


def video(host: Host, prelabels: Any, name: str = "hypothesis", **more: Any) -> dict[str, Any]:
    return {
        "attachment_type": "image",
        "attachments": [host.put("/1.png", png()), host.put("/2.png", png(31))],
        "geometries": {"box": {"objects_to_annotate": ["car"]}},
        name: prelabels,
        **more,
    }


def page(host: Host, path: str, given: Any) -> str:
    return host.put(path, json.dumps(given).encode())


def create(tenant: Tenant, body: Any, kind: str = "videoannotation") -> str:
    made: str = done(tenant.live.post(f"/v1/task/{kind}", json=body))["task_id"]
    return made


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


def test_they_are_there_before_anybody_works(server: Server, tenant: Tenant, host: Host, leo: Worker) -> None:
    url = page(host, "/before.json", frames())
    task = create(tenant, video(host, {"annotations": {"url": url}}))
    assert tenant.read(task)["params"]["hypothesis"] == {"annotations": {"url": url}}
    assert leo.claim() == []
    assert server.fetch() == 3
    base = leo.claim_one()["base"]
    assert json.loads(tenant.anonymous.get(base["annotations"]["url"]).content) == frames()
    assert host.requests == Counter({"/1.png": 1, "/2.png": 1, "/before.json": 1})
    # Whoever hands in what they started from names a file of this server.
    mine = leo.claim_one()
    done(leo.submit(mine["id"], answer=base))
    tenant.person("rita", "member").judge()
    (answered,) = addresses(registry.find("videoannotation"), {}, tenant.read(task)["response"])
    assert json.loads(content(answered))[0]["annotations"][0]["uuid"] == UUID


def test_wrong_ones_are_told_with_their_place(server: Server, tenant: Tenant, host: Host) -> None:
    url = page(host, "/before.json", frames("cow"))
    task = create(tenant, video(host, {"annotations": {"url": url}}))
    server.fetch()
    failed = tenant.read(task)
    assert failed["status"] == "error"
    assert failed["response"]["attachments"] == [{"statusCode": 200, "url": url}]
    assert '"hypothesis.annotations[0].annotations[0].label"' in failed["response"]["error"]


def test_what_is_no_json_at_all(server: Server, tenant: Tenant, host: Host) -> None:
    task = create(tenant, video(host, {"annotations": {"url": host.put("/before.json", b'{"a": ')}}))
    server.fetch()
    failed = tenant.read(task)
    assert failed["status"] == "error"
    assert '"hypothesis.annotations.url"' in failed["response"]["error"]


def test_those_that_cannot_be_had(server: Server, tenant: Tenant, host: Host) -> None:
    host.pages["/before.json"] = Page(status=403)
    url = host.url("/before.json")
    task = create(tenant, video(host, {"annotations": {"url": url}}))
    server.fetch()
    failed = tenant.read(task)
    assert (failed["status"], failed["response"]["error"]) == ("error", NOT_DOWNLOADED)
    assert failed["response"]["attachments"] == [{"statusCode": 403, "url": url}]


def test_an_image_and_pre_labels_that_fail_together(server: Server, tenant: Tenant, host: Host) -> None:
    url = page(host, "/before.json", frames("cow"))
    body = video(host, {"annotations": {"url": url}})
    body["attachments"][1] = host.url("/nothing.png")
    failed = create(tenant, body)
    server.fetch()
    response = tenant.read(failed)["response"]
    assert response["error"] == NOT_DOWNLOADED
    assert response["error"] != INVALID
    assert {"statusCode": 200, "url": url} in response["attachments"]


def test_nothing_is_fetched_in_test_mode(server: Server, tenant: Tenant, host: Host) -> None:
    body = video(host, {"annotations": {"url": page(host, "/before.json", frames("cow"))}})
    task = done(tenant.test.post("/v1/task/videoannotation", json=body))
    assert task["status"] == "completed"
    assert server.fetch() == 0
    assert not host.requests


def test_each_task_has_a_verdict_of_its_own(server: Server, tenant: Tenant, host: Host) -> None:
    url = page(host, "/before.json", frames("cow"))
    body = video(host, {"annotations": {"url": url}})
    cars = create(tenant, body)
    cows = create(tenant, {**body, "geometries": {"box": {"objects_to_annotate": ["cow"]}}})
    server.fetch()
    assert [tenant.read(task)["status"] for task in (cars, cows)] == ["error", "pending"]


def test_a_file_of_pre_labels_that_is_an_attachment_too(
    server: Server, tenant: Tenant, host: Host, leo: Worker
) -> None:
    url = host.put("/mask.png", rasters.content_of(indexed([1, 1], [1, 1])) or b"")
    combined = {"indexedImage": url}
    prelabels = {"annotations": {"combined": combined}, "labelMapping": {"sky": {"index": 1}}}
    task = create(
        tenant, {"attachment": url, "labels": ["sky"], "hypothesis": prelabels}, "segmentannotation"
    )
    server.fetch()
    assert len(of_task(server, task)) == 1
    shown = leo.claim_one()["base"]["annotations"]["combined"]["indexedImage"]
    assert rasters.read_index(tenant.anonymous.get(shown).content).tolist() == [[1, 1], [1, 1]]


def test_a_mask_of_another_size_than_the_image_is_refused_when_it_is_handed_in(
    server: Server, tenant: Tenant, host: Host, leo: Worker
) -> None:
    url = host.put("/mask.png", rasters.content_of(indexed([1, 1], [1, 1])) or b"")
    prelabels = {"annotations": {"combined": {"indexedImage": url}}, "labelMapping": {"sky": {"index": 1}}}
    body = {"attachment": host.put("/1.png", png(3, 2)), "labels": ["sky"], "hypothesis": prelabels}
    create(tenant, body, "segmentannotation")
    server.fetch()
    mine = leo.claim_one()
    refused(leo.submit(mine["id"], answer=mine["base"]), 400, "indexedImage")


def test_an_index_of_a_fetched_mask_that_is_not_mapped(server: Server, tenant: Tenant, host: Host) -> None:
    url = host.put("/mask.png", rasters.content_of(indexed([1, 7])) or b"")
    prelabels = {"annotations": {"combined": {"indexedImage": url}}, "labelMapping": {"sky": {"index": 1}}}
    body = {"attachment": host.put("/1.png", png(2, 1)), "labels": ["sky"], "hypothesis": prelabels}
    task = create(tenant, body, "segmentannotation")
    server.fetch()
    assert "Not in labelMapping: 7 (1 pixels)" in tenant.read(task)["response"]["error"]


def test_pre_labels_of_a_stage(server: Server, tenant: Tenant, host: Host) -> None:
    project = tenant.project(kind="multistage", params={})["name"]

    def create_stage(label: str) -> str:
        url = page(host, f"/{label}.json", frames(label))
        stage = {"id": "a", "type": "videoannotation", "params": video(host, {"annotations": {"url": url}})}
        return create(tenant, {"project": project, "stages": [stage]}, "multistage")

    good, bad = create_stage("car"), create_stage("cow")
    server.fetch()
    assert tenant.read(good)["status"] == "pending"
    response = tenant.read(bad)["response"]
    assert '"stages[0].params.hypothesis.annotations[0].annotations[0].label"' in response["error"]


def test_two_files_that_come_at_once_are_looked_at_together(
    server: Server, tenant: Tenant, host: Host
) -> None:
    prelabels = {
        "annotations": {"url": page(host, "/before.json", frames())},
        "events": {"url": page(host, "/events.json", {"events": []})},
    }
    task = create(tenant, video(host, prelabels, **EVENTS))

    async def race() -> None:
        taken = {one.url: one for one in await take(server)}
        files = [one for one in taken.values() if one.url.endswith(".json")]
        outcomes = [await attachments.fetch(server.platform, one) for one in files]
        first, second = [
            await attachments._open_prelabels(server.platform, [one], outcome)
            for one, outcome in zip(files, outcomes, strict=True)
        ]
        assert (first[files[0].id].seen, second[files[1].id].seen) == (frozenset(), frozenset())
        await attachments.record(server.platform, [files[0]], outcomes[0], draw)
        # The second one's look is older than the first one's row.
        ended = second[files[1].id]

        async def end(tx: Any) -> None:
            await attachments._end(tx, files[1], ended.outcome, server.clock.now(), draw, ended.seen)

        await server.platform.store.write(end)
        images = [one for one in taken.values() if one.url.endswith(".png")]
        await attachments.release(server.platform, images)

    draw = server.app.state.jobs.attachments.draw
    server.run(race())
    states = {one.url: one.state for one in of_task(server, task)}
    assert states[prelabels["annotations"]["url"]] + states[prelabels["events"]["url"]] == 1
    server.fetch()
    assert {one.state for one in of_task(server, task)} == {1}
    assert tenant.person("leo").claim_one()["base"]["events"]["url"].startswith("/files/")
