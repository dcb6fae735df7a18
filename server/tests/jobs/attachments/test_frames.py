"""Tasks whose attachments are frames of a video say which of them cannot be used (wire/errors §4)."""

import json
from typing import Any

from server.tests.answer_files import content
from server.tests.harness import Server, Tenant, done, refused
from server.tests.hosts import Host, Page, png
from server.tests.receiver import Receiver

from labelwright.domain.attachments import FRAME_NOT_DOWNLOADED, INVALID, NOT_DOWNLOADED

TOOLS = {"geometries": {"box": {"objects_to_annotate": ["car"]}}}
NO_IMAGE = "The file is no image that can be read."
LOGIN = b"<html>Please log in</html>"


def clip(tenant: Tenant, urls: list[str], **more: Any) -> str:
    kind = "videoplaybackannotation" if "attachment" in more else "videoannotation"
    body = {"instruction": "Draw.", "attachments": urls, **TOOLS, **more}
    task: str = done(tenant.live.post(f"/v1/task/{kind}", json=body))["task_id"]
    return task


def test_frames_that_are_no_images(server: Server, tenant: Tenant, host: Host) -> None:
    cut = png(400, 300)[:40]
    urls = [host.put("/0.png", png(31, 17)), host.put("/1.png", LOGIN), host.put("/2.png", cut)]
    with Receiver() as receiver:
        task = clip(tenant, [*urls, urls[1]], callback_url=receiver.url())
        server.fetch()
        server.deliver()
    told = {
        "error": INVALID,
        "frames": [
            {"frame": frame, "message": NO_IMAGE, "attachment": {"statusCode": 200, "url": urls[n]}}
            for frame, n in ((1, 1), (2, 2), (3, 1))
        ],
    }
    shown = tenant.read(task)
    assert (shown["status"], shown["response"]) == ("error", told)
    (delivery,) = receiver.deliveries
    assert delivery.body["response"] == told
    assert tenant.person("leo").claim() == []


def test_frames_that_cannot_be_had_are_named_in_both_forms(
    server: Server, tenant: Tenant, host: Host
) -> None:
    gone, text = host.put("/0.png", Page(b"no", 403)), host.put("/1.png", LOGIN)
    video = host.put("/clip.mp4", Page(b"no", 404))
    task = clip(tenant, [gone, text], attachment=video)
    server.fetch()
    shown = tenant.read(task)
    assert shown["response"]["error"] == NOT_DOWNLOADED
    assert sorted(shown["response"]["attachments"], key=lambda one: one["statusCode"]) == [
        {"statusCode": 403, "url": gone},
        {"statusCode": 404, "url": video},
    ]
    assert shown["response"]["frames"] == [
        {"frame": 0, "message": FRAME_NOT_DOWNLOADED, "attachment": {"statusCode": 403, "url": gone}},
        {"frame": 1, "message": NO_IMAGE, "attachment": {"statusCode": 200, "url": text}},
    ]


def test_the_same_file_may_be_fine_for_another_task(server: Server, tenant: Tenant, host: Host) -> None:
    url = host.put("/notes.txt", b"just text")
    bad = clip(tenant, [url])
    fine = tenant.task(attachment_type="text", attachment=url)["task_id"]
    server.fetch()
    assert (tenant.read(bad)["status"], tenant.read(fine)["status"]) == ("error", "pending")


def test_keyframes_are_handed_in_and_every_frame_is_delivered(
    server: Server, tenant: Tenant, host: Host
) -> None:
    """The whole way, with locks and with sizes of frames that are known."""
    urls = [host.put(f"/{i}.png", png(60, 40)) for i in range(3)]
    given = {"left": 0, "top": 0, "width": 9, "height": 9}
    base = {"uuid": "base", "type": "box", "label": "car", **given}
    listed: list[Any] = [{"annotations": [base]}, {"annotations": []}, {"annotations": []}]
    locks = {"can_delete_base_annotations": False, "can_edit_base_annotations": False}
    task = clip(tenant, urls, base_annotations={"annotations": listed}, **locks)
    server.fetch()
    leo = tenant.person("leo")
    mine = leo.claim_one()

    def keyframes(width: float, *more: Any) -> dict[str, Any]:
        drawn = {"top": 1, "width": width, "height": 5, "is_keyframe": True}
        frames = [{"key": 0, "left": 10, **drawn}, {"key": 2, "left": 11, **drawn}]
        return {"annotations": {"mine": {"label": "car", "geometry": "box", "frames": frames}, **dict(more)}}

    kept = ("base", {"label": "car", "geometry": "box", "frames": [{"key": 0, **given}]})
    missing = leo.submit(mine["id"], answer=keyframes(5))
    refused(missing, 400)
    assert [one["path"] for one in missing.json()["problems"]] == ["annotations"]
    outside = leo.submit(mine["id"], answer=keyframes(55, kept))
    refused(outside, 400)
    assert [one["path"] for one in outside.json()["problems"]] == [
        "annotations.mine.frames[0].width",
        "annotations.mine.frames[1].width",
    ]
    done(leo.submit(mine["id"], answer=keyframes(5, kept)))
    tenant.person("rita", "member").judge()
    finished = tenant.read(task)
    assert finished["status"] == "completed"
    frames = json.loads(content(finished["response"]["annotations"]["url"]))
    assert [{one["uuid"]: one["left"] for one in frame["annotations"]} for frame in frames] == [
        {"mine": 10, "base": 0},
        {"mine": 10.5},
        {"mine": 11},
    ]
