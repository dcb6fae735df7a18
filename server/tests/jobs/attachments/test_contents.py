"""Attachments are looked into: point clouds and scenes that cannot be worked on say so, frame by frame."""

import base64
import gzip
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from server.tests.harness import Server, Tenant, done, refused
from server.tests.hosts import Host, Page
from server.tests.jobs.attachments.helpers import blobs, of_task, scratch
from server.tests.receiver import Receiver
from server.tests.tasktypes.lidar.drives import CAR, DEVICE, FRONT, Writer, cloud, frame, frame_file, scene

from labelwright.domain.attachments import FRAME_NOT_DOWNLOADED, INVALID, NOT_DOWNLOADED
from labelwright.tasktypes.lidar.input import container, sfs

OTHER = {**FRONT, "camera_index": 1}
POINT = {"x": 1, "y": 2, "z": 3}
LABELS = ["Car", "Pedestrian"]
SMALL = frame_file(points=[POINT, POINT])


def create(tenant: Tenant, kind: str, **body: Any) -> str:
    task: str = done(tenant.live.post(f"/v1/task/{kind}", json=body))["task_id"]
    return task


def cuboids(tenant: Tenant, urls: list[str], **more: Any) -> str:
    return create(tenant, "lidarannotation", attachments=urls, labels=LABELS, **more)


def segmentation(tenant: Tenant, urls: list[str]) -> str:
    project = tenant.project(kind="lidarsegmentation", params={})["name"]
    body = {"attachments": urls, "labels": ["Road"], "project": project}
    return create(tenant, "lidarsegmentation", **body)


def failed(tenant: Tenant, task: str) -> Any:
    found = tenant.read(task)
    assert found["status"] == "error"
    return found["response"]


def car(**more: Any) -> dict[str, Any]:
    return {
        "uuid": "6a1f0a1e-5b4c-4c57-9c47-3c3d9f0ad1c1",
        "label": "Car",
        "position": dict(zip("xyz", CAR["position"], strict=True)),
        "dimensions": dict(zip("xyz", CAR["dimensions"], strict=True)),
        "yaw": CAR["yaw"],
        **more,
    }


def path_of(url: str) -> str:
    """Where a test client finds what the wire names with a host."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def file_of(tenant: Tenant, url: str) -> Any:
    answer = tenant.anonymous.get(path_of(url))
    assert answer.status_code == 200
    return msgspec.json.decode(answer.content)


@pytest.mark.parametrize("spelling", ["json", "gzip", "header", "protobuf"])
def test_answers_are_completed_from_the_frames(
    server: Server, tenant: Tenant, host: Host, spelling: str
) -> None:
    """Distance, number of points, cameras: whatever the labeler's screen says."""
    content = {
        "json": frame_file(),
        "protobuf": Writer.frame(frame()),
        "gzip": gzip.compress(frame_file()),
        "header": gzip.compress(frame_file()),
    }[spelling]
    headers = {"content-encoding": "gzip"} if spelling == "header" else {}
    host.pages["/0"] = host.pages["/1"] = Page(content, headers=headers)
    task = cuboids(tenant, [host.url("/0"), host.url("/1")])
    leo = tenant.person("leo")
    assert leo.claim() == []
    server.fetch()
    mine = leo.claim_one()
    answer = {"annotations": [{"cuboids": [car(numberOfPoints=5, distance_to_device=1)]}, {"cuboids": []}]}
    answer["annotations"][0]["cuboids"][0]["camera_used"] = 1
    refused(leo.submit(mine["id"], answer=answer), 400, "camera_used")
    answer["annotations"][0]["cuboids"][0]["camera_used"] = 0
    done(leo.submit(mine["id"], answer=answer))
    tenant.person("mia", "member").judge()
    found = tenant.read(task)
    assert found["status"] == "completed"
    first, second = file_of(tenant, found["response"]["annotations"]["url"])
    (kept,) = first["cuboids"]
    assert kept["distance_to_device"] == 20.482
    inside = [
        one
        for one in cloud()[0].tolist()
        if abs(one[0] - 32.4) <= 2.3 and abs(one[1] - 5.1) <= 0.95 and 0.1 <= one[2] <= 1.7
    ]
    assert kept["numberOfPoints"] == pytest.approx(len(inside), abs=3) != 5
    assert second == {"cuboids": []}
    assert scratch(server) == []


def test_what_was_found_is_kept(server: Server, tenant: Tenant, host: Host) -> None:
    url = host.put("/0.json", frame_file())
    first = cuboids(tenant, [url])
    server.fetch()
    second = segmentation(tenant, [url])
    server.fetch()
    assert host.requests == Counter({"/0.json": 1}), (
        "within the hour nobody asks again, and nobody looks again"
    )
    (one,), (two,) = of_task(server, first), of_task(server, second)
    assert one.facts == two.facts
    assert msgspec.json.decode(one.facts or "") == {
        "type": "cloud",
        "points": 600,
        "cameras": [0],
        "device": list(DEVICE),
        "timestamp": 1714032000.1,
    }
    assert (one.content, two.content) == ("lidar_frame", "lidar_frame")
    done(tenant.live.post(f"/v1/task/{first}/cancel"))
    leo = tenant.person("leo")
    mine = leo.claim_one()
    short = {"point_segmentations": {"objects": [], "point_objects": [[0] * 599]}}
    refused(leo.submit(mine["id"], answer=short), 400, "point_objects")
    short["point_segmentations"]["point_objects"][0].append(0)
    done(leo.submit(mine["id"], answer=short))


def test_frames_that_are_invalid_are_named(server: Server, tenant: Tenant, host: Host) -> None:
    """wire/errors §4: the documented form, in the task and in the callback."""
    fine = host.put("/fine.json", SMALL)
    broken = host.put("/broken.json", b'{"points": [')
    empty = host.put("/empty.json", frame_file(points=[]))
    with Receiver() as receiver:
        urls = [fine, broken, fine, empty, broken]
        task = cuboids(tenant, urls, callback_url=receiver.url())
        server.fetch()
        server.deliver()
        (delivery,) = receiver.deliveries
    truncated = "Invalid JSON Format: Input data was truncated"
    expected = {
        "error": INVALID,
        "frames": [
            {"frame": number, "message": message, "attachment": {"statusCode": 200, "url": url}}
            for number, message, url in (
                (1, truncated, broken),
                (3, '"points" must contain at least 1 items.', empty),
                (4, truncated, broken),
            )
        ],
    }
    assert failed(tenant, task) == expected
    assert delivery.body["response"] == expected
    assert tenant.person("leo").claim() == []
    assert not [one for one in of_task(server, task) if one.url != fine and one.blob_key]


def test_frames_that_are_not_there(server: Server, tenant: Tenant, host: Host) -> None:
    fine, gone = host.put("/fine.json", SMALL), host.url("/gone.json")
    broken = host.put("/broken.json", b"what is this")
    task = cuboids(tenant, [gone, fine, broken])
    server.fetch()
    found = failed(tenant, task)
    assert found["error"] == NOT_DOWNLOADED
    assert found["attachments"] == [{"statusCode": 404, "url": gone}]
    assert [(one["frame"], one["attachment"]["statusCode"]) for one in found["frames"]] == [
        (0, 404),
        (2, 200),
    ]
    assert found["frames"][0]["message"] == FRAME_NOT_DOWNLOADED
    assert found["frames"][1]["message"].startswith("Invalid Protobuf Format")


def test_frames_that_do_not_go_together(server: Server, tenant: Tenant, host: Host) -> None:
    one = host.put("/one.json", SMALL)
    two = host.put("/two.json", frame_file(points=[POINT], images=[FRONT, OTHER]))
    fine = cuboids(tenant, [two])
    task = cuboids(tenant, [one, two, one])
    server.fetch()
    assert failed(tenant, task) == {
        "error": INVALID,
        "frames": [
            {
                "frame": 1,
                "message": '"images" must contain 1 items like the first frame, not 2.',
                "attachment": {"statusCode": 200, "url": two},
            }
        ],
    }
    assert tenant.person("leo").claim_one()["task"]["task_id"] == fine


def test_the_verdict_depends_on_the_task(server: Server, tenant: Tenant, host: Host) -> None:
    """The same file is a fine text for one task, and no point cloud for another."""
    url = host.put("/notes.json", b'{"notes": []}')
    text = tenant.task(attachment=url, attachment_type="text")["task_id"]
    task = cuboids(tenant, [url])
    server.fetch()
    assert failed(tenant, task)["frames"][0]["message"].startswith('"points" is required')
    assert tenant.read(text)["status"] == "pending"


class TestOwnFiles:
    def upload(self, tenant: Tenant, content: bytes) -> str:
        url: str = done(tenant.upload(content, "frame.json"))["attachment_url"]
        return url

    def test_they_are_looked_into_and_not_copied(self, server: Server, tenant: Tenant) -> None:
        before = blobs(server)
        url = self.upload(tenant, frame_file())
        cuboids(tenant, [url])
        leo = tenant.person("leo")
        assert leo.claim() == []
        server.fetch()
        mine = leo.claim_one()
        (shown,) = mine["task"]["attachments"]
        assert tenant.anonymous.get(shown["url"]).content == frame_file()
        assert blobs(server) == before
        done(leo.submit(mine["id"], answer={"annotations": [{"cuboids": [car()]}]}))
        task = mine["task"]["task_id"]
        tenant.person("mia", "member").judge()
        (kept,) = file_of(tenant, tenant.read(task)["response"]["annotations"]["url"])[0]["cuboids"]
        assert kept["numberOfPoints"] > 90
        assert kept["distance_to_device"] == 20.482

    def test_invalid_ones_are_named(self, server: Server, tenant: Tenant) -> None:
        url = self.upload(tenant, b"{}")
        task = cuboids(tenant, [url])
        server.fetch()
        assert failed(tenant, task)["frames"][0]["attachment"] == {"statusCode": 200, "url": url}

    def test_bytes_that_are_gone(self, server: Server, tenant: Tenant) -> None:
        url = self.upload(tenant, SMALL)
        task = cuboids(tenant, [url])
        for path in (server.settings.data / "files").rglob(url.rpartition("/")[2]):
            path.unlink()
        server.fetch()
        assert failed(tenant, task)["attachments"] == [{"statusCode": 404, "url": url}]

    def test_in_test_mode_nobody_looks(self, server: Server, tenant: Tenant) -> None:
        body = {"attachments": ["https://a.example/1.json"], "labels": LABELS}
        made = done(tenant.test.post("/v1/task/lidarannotation", json=body))
        assert made["status"] == "completed"
        assert server.fetch() == 0


class TestScenes:
    DEFINITION: tuple[Mapping[str, Any], ...] = ({"type": "point_segmentation", "labels": ["Road"]},)

    def task(self, tenant: Tenant, url: str) -> str:
        project = tenant.project(kind="sensorfusion", params={})["name"]
        body = {"scene_format": "sensor_fusion", "annotation_definition": self.DEFINITION, "project": project}
        return create(tenant, "sensorfusion", attachments=[url], **body)

    def test_answers_are_checked_against_the_scene(self, server: Server, tenant: Tenant, host: Host) -> None:
        self.task(tenant, host.put("/drive.sfs", sfs.write(scene())))
        server.fetch()
        leo = tenant.person("leo")
        mine = leo.claim_one()
        points = {"sensor_id": "top", "sensor_frame": 1, "point_ids": [600]}
        item = {"type": "point_segmentation", "label": "Road", "labeled_points": [points]}
        refused(leo.submit(mine["id"], answer={"annotations": [item]}), 400, "point_ids")
        points["point_ids"] = [599]
        done(leo.submit(mine["id"], answer={"annotations": [item]}))
        tenant.person("mia", "member").judge()
        found = tenant.read(mine["task"]["task_id"])["response"]["annotations"]
        assert file_of(tenant, found["json_url"])["annotations"][0]["labeled_points"] == [points]
        labelled = tenant.anonymous.get(path_of(found["url"]))
        assert labelled.headers["content-type"] == "application/octet-stream"
        tree = container.read(labelled.content)
        assert [one["id"] for one in tree["sensors"]] == ["vehicle", "top", "front", "bumper", 5]
        assert tree["annotations"][0]["labeled_points"][0]["point_ids"].tolist() == [599]
        # The file is an answer, too: what begins with it is checked.
        project = tenant.project(kind="sensorfusion", params={})["name"]
        body = {"scene_format": "sensor_fusion", "annotation_definition": self.DEFINITION, "project": project}
        body |= {
            "attachments": ["https://a.example/1.sfs"],
            "hypothesis": {"annotations": {"url": found["url"]}},
        }
        done(tenant.live.post("/v1/task/sensorfusion", json=body))
        body["annotation_definition"] = [{"type": "point_segmentation", "labels": ["Tree"]}]
        refused(tenant.live.post("/v1/task/sensorfusion", json=body), 400, "label")

    def test_scenes_that_are_invalid(self, server: Server, tenant: Tenant, host: Host) -> None:
        broken = sfs.write(scene()).replace(b'"type":"radar"', b'"type":"sonar"')
        url = host.put("/drive.sfs", broken)
        task = self.task(tenant, url)
        server.fetch()
        assert failed(tenant, task) == {
            "error": INVALID,
            "frames": [
                {
                    "frame": 0,
                    "message": '"sensors[3].type" must be one of [camera, lidar, radar, points, odometry].',
                    "attachment": {"statusCode": 200, "url": url},
                }
            ],
        }


def test_packed_points(server: Server, tenant: Tenant, host: Host) -> None:
    """wire/task-types-lidar-frames §1.2: base64 of floats."""
    packed = base64.b64encode(b"\x00\x00\x80\x3f" * 6).decode()
    task = cuboids(tenant, [host.put("/0.json", frame_file(points=packed))])
    server.fetch()
    (one,) = of_task(server, task)
    assert msgspec.json.decode(one.facts or "")["points"] == 2
