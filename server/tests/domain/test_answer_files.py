"""Files of answers, through the door: written once, shown behind signed addresses, found by their owner alone."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import numpy as np
import pytest
from server.tests.answer_files import addresses, as_data, content, opened, spots
from server.tests.harness import Server, Tenant, Worker, done, refused
from server.tests.hosts import png
from server.tests.receiver import Receiver

from labelwright.domain import answer_files
from labelwright.domain.platform import SIGNED_URL_LIFETIME
from labelwright.store import tasks as task_rows
from labelwright.tasktypes import registry
from labelwright.tasktypes.segmentation.examples import extended, indexed
from labelwright.tasktypes.shapes import rasters

SKY = {
    "attachment": "https://img.example/1.jpg",
    "labels": ["sky", {"choice": "ship", "instance_label": True}],
    "allow_unlabeled": True,
    "annotation_attributes": {
        "note": {"type": "text", "description": "?", "conditions": {"is_global": True}}
    },
}
COMPARISON = {
    "attachment_type": "image",
    "attachments": ["https://img.example/1.jpg", "https://img.example/2.jpg"],
    "choices": ["yes", "no"],
}
PLAIN = {key: value for key, value in SKY.items() if key != "annotation_attributes"}
MAPPING = {"sky": {"index": 1}, "ship": [{"index": 2}, {"index": 3}]}
ROWS = ([1, 1, 2, 0], [1, 3, 2, 0])
MASKS = registry.find("segmentannotation")
FRAMES = registry.find("videoannotation")
VIDEO = {
    "attachment_type": "image",
    "attachments": ["https://img.example/1.jpg", "https://img.example/2.jpg"],
    "geometries": {"box": {"objects_to_annotate": ["car"]}},
}


def box(left: float = 1) -> dict[str, Any]:
    size = {"left": left, "top": 2, "width": 30, "height": 40}
    return {"uuid": "0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11", "type": "box", "label": "car", **size}


def frames(left: float = 1) -> list[Any]:
    return [{"annotations": [box(left)]}, {"annotations": [box(left)]}]


def painted(index: str | None = None, **more: Any) -> dict[str, Any]:
    """An answer with one index picture."""
    combined = {"indexedImage": index or indexed(*ROWS)}
    return {"annotations": {"combined": combined}, "labelMapping": MAPPING, **more}


@pytest.fixture
def server(own_server: Server) -> Server:
    """With the limits of a real server: bodies hold masks."""
    return own_server


@pytest.fixture
def tenant(own_tenant: Tenant) -> Tenant:
    """An account of that server."""
    return own_tenant


@pytest.fixture
def stranger(own_server: Server) -> Iterator[Tenant]:
    """Another account there."""
    made = own_server.tenant()
    yield made
    made.close()


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.fixture
def rita(tenant: Tenant) -> Worker:
    """A manager, who reviews."""
    return tenant.person("rita", "manager")


def create(tenant: Tenant, params: Any = PLAIN, kind: str = "segmentannotation", **more: Any) -> str:
    made: str = done(tenant.live.post(f"/v1/task/{kind}", json={**params, **more}))["task_id"]
    return made


def finish(tenant: Tenant, leo: Worker, rita: Worker, answer: Any, params: Any = PLAIN, **more: Any) -> Any:
    """A completed task with this answer."""
    task_id = create(tenant, params, **more)
    leo.label(answer)
    rita.judge()
    return tenant.read(task_id)


def stored(server: Server) -> set[Path]:
    """Every blob."""
    return {path for path in (server.settings.data / "files").rglob("*") if path.is_file()}


def problems(answer: httpx2.Response) -> list[tuple[str, str]]:
    refused(answer, 400)
    return [(one["path"], one["code"]) for one in answer.json()["problems"]]


class TestWhatIsDelivered:
    def test_every_file_is_behind_an_address(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        response = finish(tenant, leo, rita, painted())["response"]
        images = response["annotations"]
        assert images.keys() == {"combined", "labeled", "unlabeled"}
        assert images["combined"].keys() == {"image", "indexedImage", "extendedIndexedImage"}
        assert len(images["labeled"]["ship"]) == 2
        named = addresses(MASKS, PLAIN, response)
        assert len(named) == len(set(named)) == 7
        assert all(urlsplit(url).path.endswith(".png") for url in named)
        for url in (images["combined"]["indexedImage"], images["combined"]["extendedIndexedImage"]):
            assert rasters.read_index(content(url)).tolist() == [list(row) for row in ROWS]
        ships = [rasters.read_mask(content(url)) for url in images["labeled"]["ship"]]
        assert [ship.tolist() for ship in ships] == [(np.array(ROWS) == i).tolist() for i in (2, 3)]
        assert response["labelMapping"]["ship"][0]["numPixels"] == 2

    def test_a_file_is_served_as_what_it_is(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        url = finish(tenant, leo, rita, painted())["response"]["annotations"]["combined"]["indexedImage"]
        whole = tenant.anonymous.get(url)
        assert whole.headers["content-type"] == "image/png"
        assert whole.headers["content-disposition"] == "inline"
        assert "sandbox" in whole.headers["content-security-policy"]
        assert whole.headers["x-content-type-options"] == "nosniff"
        assert whole.headers["content-length"] == str(len(whole.content))
        part = tenant.anonymous.get(url, headers={"range": "bytes=1-3"})
        assert (part.status_code, part.content) == (206, b"PNG")
        head = tenant.anonymous.head(url)
        assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))
        again = tenant.anonymous.get(url, headers={"if-none-match": whole.headers["etag"]})
        assert again.status_code == 304

    def test_json_is_a_download(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        response = finish(tenant, leo, rita, {"annotations": frames()}, VIDEO, kind="videoannotation")[
            "response"
        ]
        answer = tenant.anonymous.get(response["annotations"]["url"])
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["content-disposition"] == "attachment"
        assert [len(frame["annotations"]) for frame in answer.json()] == [1, 1]

    def test_an_address_is_good_for_hours(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker
    ) -> None:
        url = finish(tenant, leo, rita, painted())["response"]["annotations"]["unlabeled"]
        name = urlsplit(url).path.rpartition("/")[2]
        refused(tenant.anonymous.get(url.replace(name, name.replace("-", "-0", 1)[:-1])), 403)
        refused(tenant.anonymous.get(url[:-1] + ("0" if url[-1] != "0" else "1")), 403)
        server.clock.advance(seconds=SIGNED_URL_LIFETIME / 1000)
        assert tenant.anonymous.get(url).status_code == 200
        server.clock.advance(seconds=3601)
        refused(tenant.anonymous.get(url), 403)

    def test_reading_writes_nothing(self, tenant: Tenant, server: Server, leo: Worker, rita: Worker) -> None:
        task = finish(tenant, leo, rita, painted())
        before = stored(server)
        for _ in range(3):
            assert tenant.read(task["task_id"]) == task
            (listed,) = done(tenant.live.get("/v1/tasks"))["docs"]
            assert listed == task
        assert stored(server) == before

    def test_the_same_answer_is_written_once(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker
    ) -> None:
        first = finish(tenant, leo, rita, painted())
        before = stored(server)
        second = finish(tenant, leo, rita, painted())
        assert second["response"] == first["response"]
        assert stored(server) == before

    def test_callbacks_name_files(self, tenant: Tenant, server: Server, leo: Worker, rita: Worker) -> None:
        with Receiver() as receiver:
            task = finish(tenant, leo, rita, painted(), callback_url=receiver.url())
            server.deliver()
            (delivery,) = receiver.deliveries
        told = delivery.body["response"]["annotations"]["combined"]["indexedImage"]
        # Of an address that is not the setting's only the server itself can know the port.
        assert told.startswith(server.settings.base_url)
        path = told.removeprefix(server.settings.base_url)
        assert task["response"]["annotations"]["combined"]["indexedImage"] == server.url + path
        assert "labelwright-file" not in delivery.raw.decode()

    def test_prior_responses_name_files(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        task = finish(tenant, leo, rita, painted())
        fixed = painted(indexed([1, 1], [1, 1]))
        told = done(rita.post(f"/tasks/{task['task_id']}/audit", {"verdict": "fixed", "response": fixed}))
        after = tenant.read(task["task_id"])
        assert after["prior_responses"] == [task["response"]]
        indexes = [
            rasters.read_index(content(one["annotations"]["combined"]["indexedImage"])).tolist()
            for one in (after["response"], after["prior_responses"][0])
        ]
        assert indexes == [[[1, 1], [1, 1]], [list(row) for row in ROWS]]
        # A browser is on the server already.
        local = json.dumps(
            [told["response"], told["prior_responses"], [one["answer"] for one in told["attempts"]]]
        )
        assert "labelwright-file" not in local
        assert tenant.server.url not in local
        relative = told["attempts"][0]["answer"]["annotations"]["unlabeled"]
        assert tenant.anonymous.get(relative).status_code == 200

    def test_test_mode_has_masks_of_the_size_of_the_image(self, tenant: Tenant) -> None:
        image = done(tenant.upload(png(7, 5), "a.png", test=True))["attachment_url"]
        task = done(tenant.test.post("/v1/task/segmentannotation", json={**PLAIN, "attachment": image}))
        combined = task["response"]["annotations"]["combined"]
        assert combined.keys() == {"image", "indexedImage"}
        assert rasters.read_index(content(combined["indexedImage"])).tolist() == [[1] * 7] * 5
        assert task["response"]["labelMapping"]["sky"]["numPixels"] == 35

    def test_a_stage_of_a_multistage_task_has_files(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        project = tenant.project(kind="multistage", params={})["name"]
        stages = [{"id": "paint", "type": "segmentannotation", "params": PLAIN}]
        answer = {"stages": {"paint": {"response": painted()}}}
        task = finish(tenant, leo, rita, answer, {"stages": stages}, kind="multistage", project=project)
        url = task["response"]["stages"]["paint"]["response"]["annotations"]["combined"]["indexedImage"]
        assert rasters.read_index(content(url)).tolist() == [list(row) for row in ROWS]

    def test_text_that_looks_like_a_file_stays_text(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker
    ) -> None:
        forged = f"{answer_files.MARK}1-{'0' * 64}-5.png:{'0' * 32}"
        for text in ("data:application/json,{}", rasters.as_file(b"\x89PNG"), forged):
            answer = painted(global_attributes={"note": text})
            task = finish(tenant, leo, rita, answer, SKY)
            assert task["response"]["global_attributes"] == {"note": text}
            assert (tenant.read(task["task_id"])["response"]) == task["response"]


class TestWhatIsHandedIn:
    def test_an_uploaded_file(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        mask = rasters.content_of(extended(*ROWS)) or b""
        url = done(tenant.upload(mask, "a.png"))["attachment_url"]
        task = finish(tenant, leo, rita, painted(url))
        combined = task["response"]["annotations"]["combined"]
        assert rasters.read_index(content(combined["indexedImage"])).tolist() == [list(row) for row in ROWS]

    def test_json_with_base64(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        answer = {"annotations": {"url": as_data(frames())}}
        task = finish(tenant, leo, rita, answer, VIDEO, kind="videoannotation")
        (url,) = addresses(FRAMES, VIDEO, task["response"])
        assert json.loads(content(url))[1]["annotations"][0]["left"] == 1

    def test_the_addresses_that_screens_got(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker
    ) -> None:
        task_id = create(tenant)
        leo.label(painted())
        review = rita.claim_one("review")
        base = review["base"]
        named = addresses(MASKS, PLAIN, base)
        assert len(named) == 7
        assert all(url.startswith("/files/") for url in named)
        before = stored(server)
        assert done(rita.post(f"/assignments/{review['id']}/check", {"answer": base})) == {"problems": []}
        # Also when somebody went to lunch: the address still says which file was meant.
        server.clock.advance(seconds=2 * SIGNED_URL_LIFETIME / 1000)
        server.expire()
        done(rita.submit(rita.claim_one("review")["id"], verdict="fix", answer=base))
        after = tenant.read(task_id)["response"]
        assert opened(MASKS, PLAIN, after)["labelMapping"] == base["labelMapping"]
        assert stored(server) == before

    def test_a_changed_picture_among_old_ones(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        task_id = create(tenant)
        leo.label(painted())
        review = rita.claim_one("review")
        answer = review["base"]
        answer["annotations"]["combined"] = {"indexedImage": indexed([1, 1], [1, 1])}
        for given in answer["labelMapping"].values():
            for entry in given if isinstance(given, list) else [given]:
                del entry["numPixels"]
        done(rita.submit(review["id"], verdict="fix", answer=answer))
        response = tenant.read(task_id)["response"]
        assert response["labelMapping"]["sky"]["numPixels"] == 4
        assert rasters.read_mask(content(response["annotations"]["labeled"]["sky"])).all()

    @pytest.mark.parametrize("kind", ["uploaded", "in test mode", "missing", "signed", "of an answer"])
    def test_a_file_of_somebody_else_is_not_there(
        self, tenant: Tenant, stranger: Tenant, server: Server, leo: Worker, kind: str
    ) -> None:
        mask = rasters.content_of(indexed(*ROWS)) or b""
        if kind == "uploaded":
            url = done(stranger.upload(mask, "a.png"))["attachment_url"]
        elif kind == "in test mode":
            url = done(tenant.upload(mask, "a.png", test=True))["attachment_url"]
        elif kind == "missing":
            url = "scaledata://x/0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11"
        elif kind == "signed":
            url = server.url + server.platform.file_url(done(stranger.upload(mask, "a.png"))["id"])
        else:
            people = stranger.person("lea"), stranger.person("rob", "member")
            url = finish(stranger, *people, painted())["response"]["annotations"]["combined"]["indexedImage"]
        create(tenant)
        mine = leo.claim_one()
        place = [("annotations.combined.indexedImage", "not_found")]
        assert problems(leo.submit(mine["id"], answer=painted(url))) == place
        told = done(leo.post(f"/assignments/{mine['id']}/check", {"answer": painted(url)}))["problems"]
        assert [(one["path"], one["code"]) for one in told] == place

    def test_a_signature_of_somebody_else_is_an_address_elsewhere(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker
    ) -> None:
        url = f"https://img.example/files/1-{'0' * 64}-5.png?until=1&signature={'0' * 32}"
        task = finish(tenant, leo, rita, painted(url))
        assert task["response"]["annotations"]["combined"] == {"indexedImage": url}

    def test_a_blob_that_is_gone(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        before = stored(server)
        url = done(tenant.upload(b'{"a": 1}', "a.json"))["attachment_url"]
        for path in stored(server) - before:
            path.unlink()
        create(tenant, VIDEO, "videoannotation")
        answer = {"annotations": {"url": url}}
        assert problems(leo.submit(leo.claim_one()["id"], answer=answer)) == [
            ("annotations.url", "not_found")
        ]

    def test_files_that_are_too_large_together(
        self, tenant: Tenant, leo: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = done(tenant.upload(json.dumps(frames()).encode(), "a.json"))["attachment_url"]
        create(tenant, VIDEO, "videoannotation")
        mine = leo.claim_one()
        monkeypatch.setattr(answer_files, "MAX_BYTES", 20)
        answer = {"annotations": {"url": url}}
        assert problems(leo.submit(mine["id"], answer=answer)) == [("annotations.url", "too_large")]

    def test_files_without_end(self, tenant: Tenant, leo: Worker) -> None:
        params = {**PLAIN, "labels": [{"choice": "ship", "instance_label": True}]}
        create(tenant, params)
        urls = [f"scaledata://x/0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b{i:04x}" for i in range(4096)]
        answer = painted()
        answer["annotations"]["labeled"] = {"ship": urls}
        answer["annotations"]["unlabeled"] = "scaledata://x/0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4bffff"
        sent = leo.submit(leo.claim_one()["id"], answer=answer)
        assert [code for _, code in problems(sent)] == ["too_many"]

    def test_what_is_wrong_in_an_uploaded_file_has_its_place(self, tenant: Tenant, leo: Worker) -> None:
        wrong = [{"annotations": [{**box(), "label": "cow"}]}, {"annotations": []}]
        url = done(tenant.upload(json.dumps(wrong).encode(), "a.json"))["attachment_url"]
        create(tenant, VIDEO, "videoannotation")
        answer = leo.submit(leo.claim_one()["id"], answer={"annotations": {"url": url}})
        assert problems(answer) == [("annotations[0].annotations[0].label", "unknown_label")]

    @pytest.mark.parametrize("kind", ["evaluation", "training"])
    def test_what_a_quality_task_expects(
        self, tenant: Tenant, stranger: Tenant, server: Server, kind: str
    ) -> None:
        project = tenant.project(kind="videoannotation", params={})["name"]

        def expecting(owner: Tenant) -> httpx2.Response:
            url = done(owner.upload(json.dumps(frames()).encode(), "a.json"))["attachment_url"]
            body = {"project": project, **VIDEO, "expected_response": {"annotations": {"url": url}}}
            return tenant.live.post(f"/v1/{kind}_tasks/videoannotation", json=body)

        refused(expecting(stranger), 400, "expected_response.annotations.url", "no such file")
        made = done(expecting(tenant))
        (url,) = addresses(FRAMES, VIDEO, made["expected_response"])
        assert json.loads(content(url))[0]["annotations"][0]["label"] == "car"
        assert done(tenant.live.get(f"/v1/{kind}_tasks/{made['id']}")) == made

    def test_a_hypothesis_in_an_uploaded_file(self, tenant: Tenant, stranger: Tenant, leo: Worker) -> None:
        def made(owner: Tenant, given: Any) -> httpx2.Response:
            url = done(owner.upload(json.dumps(given).encode(), "a.json"))["attachment_url"]
            body = {**VIDEO, "hypothesis": {"annotations": {"url": url}}}
            return tenant.live.post("/v1/task/videoannotation", json=body)

        refused(made(stranger, frames()), 400, "hypothesis.annotations.url", "no such file")
        wrong = [{"annotations": [{**box(), "label": "cow"}]}]
        refused(made(tenant, wrong), 400, "hypothesis.annotations[0].annotations[0].label")
        task = done(made(tenant, frames(7)))
        # What the customer wrote stays as it was written.
        assert task["params"]["hypothesis"]["annotations"]["url"].startswith("scaledata://")
        base = leo.claim_one()["base"]
        found = json.loads(tenant.anonymous.get(base["annotations"]["url"]).content)
        assert found[0]["annotations"][0]["left"] == 7

    def test_pre_labels_of_a_stage(self, tenant: Tenant, stranger: Tenant) -> None:
        project = tenant.project(kind="multistage", params={})["name"]

        def made(owner: Tenant, index: str) -> httpx2.Response:
            mask = rasters.content_of(index) or b""
            url = done(owner.upload(mask, "a.png"))["attachment_url"]
            params = {**PLAIN, "hypothesis": painted(url)}
            stages = [{"id": "first", "type": "comparison", "params": COMPARISON}]
            stages.append({"id": "paint", "type": "segmentannotation", "params": params})
            return tenant.live.post("/v1/task/multistage", json={"project": project, "stages": stages})

        place = "stages[1].params.hypothesis.annotations.combined.indexedImage"
        refused(made(stranger, indexed(*ROWS)), 400, place, "no such file")
        refused(made(tenant, indexed([1, 9])), 400, place, "Not in labelMapping: 9")
        task = done(made(tenant, indexed(*ROWS)))
        given = task["params"]["stages"][1]["params"]["hypothesis"]
        assert given["annotations"]["combined"]["indexedImage"].startswith("scaledata://")

    def test_locked_annotations_in_a_file(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        def made(given: Any) -> httpx2.Response:
            url = done(tenant.upload(json.dumps(given).encode(), "a.json"))["attachment_url"]
            locked = {"base_annotations": {"annotations": {"url": url}}, "can_edit_base_annotations": False}
            return tenant.live.post("/v1/task/videoannotation", json={**VIDEO, **locked})

        done(made(frames()))
        mine = leo.claim_one()
        moved = leo.submit(mine["id"], answer={"annotations": frames(9)})
        assert problems(moved)[0][0] == "annotations[0].annotations[0].left"
        done(leo.submit(mine["id"], answer=mine["base"]))
        # Without names nobody could tell which annotation of an answer is which of the file.
        nameless = [{"annotations": [{k: v for k, v in box().items() if k != "uuid"}]}, {"annotations": []}]
        refused(made(nameless), 400, "base_annotations", "uuid")


def test_a_stored_answer_is_opened_for_whoever_compares_it(
    tenant: Tenant, stranger: Tenant, server: Server, leo: Worker, rita: Worker
) -> None:
    task_id = finish(tenant, leo, rita, painted())["task_id"]
    task = server.run(server.platform.read(task_rows.by_id, tenant.env.id, task_id))
    assert task is not None
    assert task.response is not None
    assert task.response.count(answer_files.MARK) == 7
    assert "data:" not in task.response

    def read(env: Any) -> Any:
        stored_answer = json.loads(task.response or "")
        return server.run(answer_files.opened(server.platform, env, MASKS, PLAIN, stored_answer))

    answer, wrong = read(tenant.env)
    assert wrong == []
    assert MASKS.score(PLAIN, answer, answer).value == 1
    _, wrong = read(stranger.env)
    assert {one.code for one in wrong} == {"not_found"}
    assert len(wrong) == 7


def broken_submit(server: Server, worker: Worker, assignment_id: str, answer: Any) -> int:
    """Hand in while the server breaks; the status is in no contract."""
    body = {"submission_id": "1", "active_ms": 1, "shown": True, "answer": answer}
    with httpx2.Client(cookies=worker.client.cookies, trust_env=False, verify=False) as client:
        return client.post(f"{server.url}/api/assignments/{assignment_id}/submit", json=body).status_code


class TestFaults:
    def test_dying_between_files_and_row_leaves_no_row(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task_id = create(tenant)
        mine = leo.claim_one()
        before = stored(server)
        with monkeypatch.context() as broken:

            async def write(*_: Any, **__: Any) -> None:
                raise ConnectionError("the machine is gone")

            broken.setattr(server.platform.store, "write", write)
            assert broken_submit(server, leo, mine["id"], painted(indexed([1, 2, 3, 1, 2]))) == 500
        written = stored(server) - before
        assert len(written) == 7
        assert tenant.read(task_id)["status"] == "pending"
        # Whoever tries again finds them, and is told nothing of it.
        done(leo.submit(mine["id"], answer=painted(indexed([1, 2, 3, 1, 2]))))
        rita.judge()
        assert stored(server) - before == written
        for url in addresses(MASKS, PLAIN, tenant.read(task_id)["response"]):
            content(url)

    def test_dying_while_files_are_written_leaves_no_row(
        self, tenant: Tenant, server: Server, leo: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task_id = create(tenant)
        mine = leo.claim_one()
        with monkeypatch.context() as broken:

            async def put(*_: Any) -> None:
                raise OSError("no room")

            broken.setattr(server.platform.blobs, "put", put)
            assert broken_submit(server, leo, mine["id"], painted(indexed([3, 2, 1, 1, 1, 2]))) == 500
        task = server.run(server.platform.read(task_rows.by_id, tenant.env.id, task_id))
        assert task is not None
        assert task.response is None
        assert done(leo.get(f"/assignments/{mine['id']}"))["state"] == "active"

    def test_an_answer_that_came_too_late_is_a_draft_with_addresses(
        self, tenant: Tenant, server: Server, leo: Worker
    ) -> None:
        create(tenant)
        mine = leo.claim_one()
        server.clock.advance(seconds=server.settings.lease_seconds + 1)
        refused(leo.submit(mine["id"], answer=painted()), 409)
        again = done(leo.post(f"/assignments/{mine['id']}/retake"))
        draft = again["draft"]["answer"]
        assert "labelwright-file" not in json.dumps(draft)
        done(leo.submit(again["id"], answer=draft))


@pytest.fixture(scope="module")
def secure(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that keeps answers out of tasks."""
    with Server(tmp_path_factory.mktemp("secure"), fresh(), secure_responses=True) as running:
        yield running


def test_answers_behind_addresses_of_their_own_name_files(secure: Server) -> None:
    owner = secure.tenant()
    task = finish(owner, owner.person("leo"), owner.person("rita", "manager"), painted())
    assert "response" not in task
    place = owner.live.get(task["response_url"]).headers["location"]
    response = done(owner.anonymous.get(place))
    for url in addresses(MASKS, PLAIN, response):
        content(url)
    owner.close()


def test_a_mask_of_4k(tenant: Tenant, leo: Worker, rita: Worker) -> None:
    index = np.kron(np.array([[1, 2], [1, 3]], np.uint32), np.ones((1080, 1920), np.uint32))
    mask = rasters.write_index(index.astype(np.uint32))
    image = done(tenant.upload(png(3840, 2160), "a.png"))["attachment_url"]
    url = done(tenant.upload(mask, "mask.png"))["attachment_url"]
    response = finish(tenant, leo, rita, painted(url), {**PLAIN, "attachment": image})["response"]
    combined = response["annotations"]["combined"]
    assert (rasters.read_index(content(combined["extendedIndexedImage"])) == index).all()
    ships = [one["numPixels"] for one in response["labelMapping"]["ship"]]
    assert ships == [1920 * 1080, 1920 * 1080]


def test_places_are_walked_as_the_helper_of_the_tests_walks_them() -> None:
    answer = painted()
    found = [holder[key] for holder, key in spots(answer, ("annotations", "combined", None))]
    assert found == [answer["annotations"]["combined"]["indexedImage"]]
