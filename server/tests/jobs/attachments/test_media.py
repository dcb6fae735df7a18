"""What attachments of every medium are opened as, before anybody gets their task (wire/errors §4)."""

import io
import json
import random
import struct
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image, ImageOps
from server.tests import media
from server.tests.harness import BOX_ANSWER, Server, Tenant, done, refused
from server.tests.hosts import Host, Page, png
from server.tests.jobs.attachments.helpers import blobs, boxes, of_task, scratch

from labelwright.domain import attachments, media_processes
from labelwright.domain.attachments import INVALID, MAX_ATTEMPTS, MAX_LEASES, NOT_DOWNLOADED
from labelwright.tasktypes.media.clips import NO_AUDIO, NO_VIDEO
from labelwright.tasktypes.media.documents import NO_PDF
from labelwright.tasktypes.media.pictures import NO_IMAGE
from labelwright.tasktypes.media.texts import UNKNOWN_ENCODING

TOOLS = {"geometries": {"box": {"objects_to_annotate": ["cone"]}}}
FORM = {"fields": [{"type": "text", "field_id": "a", "title": "A"}]}
CHOICES = {"categories": ["a", "b"]}
CUT = {name: len(made()) * 6 // 10 for name, made in media.WHOLE.items() if name not in {"a.mp3"}}


def requests(medium: str, url: str) -> list[tuple[str, dict[str, Any]]]:
    """A request of every type that takes a medium."""
    listed = {"attachments": [{"type": medium, "content": url}]}
    generic = [
        ("categorization", {"attachment_type": medium, "attachment": url, **CHOICES}),
        ("comparison", {"attachment_type": medium, "attachments": [url, url], "choices": ["x", "y"]}),
        ("transcription", {"attachment_type": medium, "attachment": url, "fields": {"a": "A"}}),
        ("textcollection", {**listed, **FORM}),
        ("chat", listed),
        ("multistage", {"stages": [{"id": "one", "type": "textcollection", "params": {**listed, **FORM}}]}),
    ]
    labels = {"objects_to_annotate": ["cone"]}
    own: Mapping[str, list[tuple[str, dict[str, Any]]]] = {
        "image": [
            ("imageannotation", {"attachment": url, **TOOLS}),
            ("annotation", {"attachment": url, **labels}),
            ("polygonannotation", {"attachment": url, **labels}),
            ("segmentannotation", {"attachment": url, "labels": ["cone"]}),
            ("documenttranscription", {"attachment": url, "features": [{"type": "text", "label": "a"}]}),
            ("laneannotation", {"attachment": url, "labels": ["lane"]}),
            ("lidartopdown", {"attachment": url, **TOP}),
            ("videoannotation", {"attachments": [url], **TOOLS}),
        ],
        "video": [
            ("videoannotation", {"attachment_type": "video", "attachment": url, **TOOLS}),
            ("videoplaybackannotation", {"attachment": url, "attachment_type": "video", **TOOLS}),
        ],
        "audio": [("audiotranscription", {"attachment": url})],
        "pdf": [("documenttranscription", {"attachment": url, "features": [{"type": "text", "label": "a"}]})],
        "text": [("datacollection", {"attachment_type": "text", "attachment": url, "fields": {"a": "A"}})],
    }
    return [*generic, *own[medium]]


TOP = {"geometries": {"line": {"objects_to_annotate": ["road"]}}}


def create(tenant: Tenant, kind: str, body: Mapping[str, Any]) -> str:
    if kind in {"chat", "multistage", "textcollection", "lidartopdown", "laneannotation"}:
        body = {"project": tenant.project(kind=kind, params={})["name"], **body}
    body = {"instruction": "Look.", **body}
    task: str = done(tenant.live.post(f"/v1/task/{kind}", json=body))["task_id"]
    return task


def category(tenant: Tenant, medium: str, url: str) -> str:
    return create(tenant, *requests(medium, url)[0])


def why(tenant: Tenant, task: str) -> str:
    """What the customer is told of the one attachment that is invalid."""
    found = tenant.read(task)
    assert found["status"] == "error"
    told = found["response"]
    assert told["error"] in {INVALID, "The audio file cannot be loaded."}
    (one,) = [one["message"] for one in told.get("attachments") or told["frames"]]
    return str(one)


def first_shown(tenant: Tenant) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = tenant.person("leo").claim_one()["task"]["attachments"][0]
    return shown


def content(tenant: Tenant, shown: Mapping[str, Any]) -> bytes:
    answer = tenant.anonymous.get(shown["url"])
    assert answer.status_code == 200
    return bytes(answer.content)


class TestEveryMedium:
    @pytest.mark.parametrize(
        ("medium", "data"),
        [
            ("image", media.HTML),
            ("video", media.HTML),
            ("audio", media.HTML),
            ("pdf", media.HTML),
            ("text", b"\0\1"),
        ],
    )
    def test_f02_no_type_offers_what_nobody_can_see(
        self, server: Server, tenant: Tenant, host: Host, medium: str, data: bytes
    ) -> None:
        """A page that asks to log in, under any name, in any type that takes the medium."""
        url = host.put("/a.jpg", data)
        made = {create(tenant, kind, body): kind for kind, body in requests(medium, url)}
        server.fetch()
        assert {kind: tenant.read(task)["status"] for task, kind in made.items()} == dict.fromkeys(
            made.values(), "error"
        )
        assert tenant.person("leo").claim() == []
        assert scratch(server) == []

    @pytest.mark.parametrize(
        ("name", "medium"),
        [
            *((name, "image") for name in media.PICTURES),
            *((name, "video") for name in media.CLIPS),
            *((name, "audio") for name in media.SOUNDS),
            ("a.pdf", "pdf"),
        ],
    )
    def test_f02_whole_files_are_offered_and_cut_off_ones_are_not(
        self, server: Server, tenant: Tenant, host: Host, name: str, medium: str
    ) -> None:
        data = media.WHOLE[name]()
        fine = category(tenant, medium, host.put(f"/{name}", data))
        cut = category(tenant, medium, host.put(f"/cut-{name}", data[: CUT[name]])) if name in CUT else None
        empty = category(tenant, medium, host.put(f"/empty-{name}", b""))
        server.fetch()
        assert tenant.person("leo").claim_one()["task"]["task_id"] == fine
        assert tenant.read(empty)["status"] == "error"
        if cut is not None:
            assert tenant.read(cut)["status"] == "error"

    def test_f02_the_body_is_the_documented_one(self, server: Server, tenant: Tenant, host: Host) -> None:
        html, svg = host.put("/a.jpg", media.HTML), host.put("/a.svg", media.SVG)
        gone = host.url("/gone.png")
        one, other = boxes(tenant, html), boxes(tenant, html, context_attachments=[{"attachment": gone}])
        drawn = boxes(tenant, svg)
        sound = create(tenant, "audiotranscription", {"attachment": html})
        server.fetch()
        told = {"statusCode": 200, "url": html, "message": NO_IMAGE}
        assert tenant.read(one)["response"] == {"error": INVALID, "attachments": [told]}
        assert tenant.read(other)["response"] == {
            "error": NOT_DOWNLOADED,
            "attachments": [told, {"statusCode": 404, "url": gone}],
        }
        assert why(tenant, drawn) == NO_IMAGE
        assert tenant.read(sound)["response"] == {
            "error": "The audio file cannot be loaded.",
            "attachments": [{**told, "message": NO_AUDIO}],
        }

    @pytest.mark.parametrize(
        ("medium", "data", "message"),
        [
            ("video", media.sound(), NO_VIDEO),
            ("video", media.clip("avi", "mpeg4"), "Browsers do not play"),
            ("audio", media.clip(), NO_AUDIO),
            ("pdf", media.pdf(0), NO_PDF),
            ("pdf", b"%PDF-1.7\n", NO_PDF),
            ("image", media.large_png(30_000, 20_000), "too many pixels: 30000x20000"),
        ],
        ids=["sound as video", "old codec", "mute", "no pages", "only a header", "too large"],
    )
    def test_f02_the_reason_is_told(
        self, server: Server, tenant: Tenant, host: Host, medium: str, data: bytes, message: str
    ) -> None:
        task = category(tenant, medium, host.put("/a", data))
        server.fetch()
        assert message in why(tenant, task)

    def test_f02_our_own_files_are_opened_too(self, server: Server, tenant: Tenant) -> None:
        html = done(tenant.upload(media.HTML, "a.jpg"))["attachment_url"]
        photo = done(tenant.upload(media.WHOLE["a.tif"](), "a.tif"))["attachment_url"]
        bad, fine = boxes(tenant, html), boxes(tenant, photo)
        assert tenant.person("leo").claim() == []
        server.fetch()
        assert why(tenant, bad) == NO_IMAGE
        (shown,) = tenant.person("mia").claim_one()["task"]["attachments"]
        assert (shown["ref"], shown["mime_type"]) == (photo, "image/png")
        assert Image.open(io.BytesIO(content(tenant, shown))).format == "PNG"
        # One copy serves every task.
        before = blobs(server)
        again = boxes(tenant, photo)
        server.fetch()
        assert blobs(server) == before
        assert of_task(server, again)[0].copy_key == of_task(server, fine)[0].copy_key


class TestCopies:
    @pytest.mark.parametrize(
        ("data", "size"),
        [
            (media.WHOLE["a.tif"](), (64, 40)),
            (media.WHOLE["a.jp2"](), (64, 40)),
            (media.saved(media.drawn("CMYK"), "TIFF"), (64, 40)),
            (media.saved(media.drawn("P"), "TIFF"), (64, 40)),
            (media.animated("TIFF"), (64, 40)),
            (media.oriented("TIFF", 6), (40, 64)),
            (media.oriented("TIFF", 3), (64, 40)),
            (media.heic(), (96, 64)),
            (media.heic(1), (64, 96)),
            (media.saved(media.drawn(), "PPM"), (64, 40)),
        ],
        ids="tiff jp2 cmyk palette pages turned upside-down heic heic-turned ppm".split(),
    )
    def test_f02_what_browsers_do_not_show_is_copied_upright(
        self, server: Server, tenant: Tenant, host: Host, data: bytes, size: tuple[int, int]
    ) -> None:
        url = host.put("/a.tif", data)
        task = boxes(tenant, url)
        server.fetch()
        leo = tenant.person("leo")
        mine = leo.claim_one()
        (shown,) = mine["task"]["attachments"]
        assert (shown["ref"], shown["mime_type"], shown["width"], shown["height"]) == (
            url,
            "image/png",
            *size,
        )
        copy = Image.open(io.BytesIO(content(tenant, shown)))
        assert (copy.format, copy.size, copy.getexif().get(0x0112)) == ("PNG", size, None)
        assert sum(one[0] > 180 and one[1] < 90 for one in copy.convert("RGB").get_flattened_data()) > 80
        outside = {**BOX_ANSWER["annotations"][0], "left": size[0] - 1}
        refused(leo.submit(mine["id"], answer={**BOX_ANSWER, "annotations": [outside]}), 400, "width")
        # Customers get the bytes that they gave.
        listed = done(tenant.live.get("/v1/tasks", params={"include_attachment_url": "true"}))["docs"]
        (there,) = [one["attachmentS3Downloads"] for one in listed if one["task_id"] == task]
        assert tenant.anonymous.get(there[0]["s3URL"].replace(server.url, "")).content == data

    @pytest.mark.parametrize(
        ("data", "size"),
        [
            (media.scaled(), (64, 40)),
            *((media.scaled(n), (40, 64) if n > 4 else (64, 40)) for n in range(2, 9)),
            (media.cropped(), (64, 40)),
        ],
        ids=["scaled", *(f"scaled {n}" for n in range(2, 9)), "cropped"],
    )
    def test_f08_what_browsers_scale_or_crop_is_copied_with_all_its_pixels(
        self, server: Server, tenant: Tenant, host: Host, data: bytes, size: tuple[int, int]
    ) -> None:
        """EXIF that browsers scale a picture by, and other programs do not: answers are in pixels of the file."""
        boxes(tenant, host.put("/a.jpg", data))
        boxes(tenant, done(tenant.upload(data, "a.jpg"))["attachment_url"])
        server.fetch()
        for mine in tenant.person("leo").claim(count=2):
            (shown,) = mine["task"]["attachments"]
            assert (shown["mime_type"], shown["width"], shown["height"]) == ("image/png", *size)
            copy = Image.open(io.BytesIO(content(tenant, shown)))
            assert (copy.format, copy.size) == ("PNG", size)
            upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
            assert list(copy.get_flattened_data()) == list(upright.get_flattened_data())

    def test_f02_grey_values_of_sixteen_bits_are_seen(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        """A detector's 12 bits would be black in 8."""
        values = Image.new("I;16", (64, 40), 100)
        values.paste(3000, (10, 10, 20, 20))
        boxes(tenant, host.put("/a.tif", media.saved(values, "TIFF")))
        server.fetch()
        copy = Image.open(io.BytesIO(content(tenant, first_shown(tenant))))
        assert (copy.mode, copy.getpixel((0, 0)), copy.getpixel((15, 15))) == ("L", 0, 255)

    def test_f02_pages_of_a_document_are_all_shown(self, server: Server, tenant: Tenant, host: Host) -> None:
        url = host.put("/a.tif", media.animated("TIFF"))
        create(
            tenant, "documenttranscription", {"attachment": url, "features": [{"type": "text", "label": "a"}]}
        )
        server.fetch()
        shown = first_shown(tenant)
        assert shown["mime_type"] == "application/pdf"
        import pypdfium2

        assert len(pypdfium2.PdfDocument(content(tenant, shown))) == 2

    @pytest.mark.parametrize("junk", [b"\r\n", b"\xef\xbb\xbf", b"x" * 1000])
    def test_f02_documents_that_begin_late(
        self, server: Server, tenant: Tenant, host: Host, junk: bytes
    ) -> None:
        """Readers look for the header within the first kilobyte."""
        url = host.put("/a.pdf", junk + media.pdf())
        for kind, body in (requests("pdf", url)[0], requests("pdf", url)[-1]):
            create(tenant, kind, body)
        server.fetch()
        for mine in tenant.person("leo").claim(count=2):
            assert [one["mime_type"] for one in mine["task"]["attachments"]] == ["application/pdf"]

    def test_f02_copies_of_gone_tasks_are_removed(self, server: Server, tenant: Tenant, host: Host) -> None:
        before = blobs(server)
        task = boxes(tenant, host.put("/a.tif", media.WHOLE["a.tif"]()))
        (waiting,) = server.run(attachments.lease_due(server.platform, 100, lambda _: 100)).taken
        done(tenant.live.post(f"/v1/task/{task}/cancel"))
        made = server.run(attachments.fetch(server.platform, waiting))
        assert len(blobs(server) - before) == 2
        server.run(attachments.record(server.platform, [waiting], made, random.Random(1)))
        assert blobs(server) == before


class TestOrientation:
    @pytest.mark.parametrize(
        ("data", "size"),
        [
            (media.oriented("JPEG", 6), (40, 64)),
            (media.oriented("PNG", 8), (40, 64)),
            (media.oriented("AVIF", 6), (40, 64)),
            (media.oriented("WEBP", 6), (64, 40)),
            (media.late_exif(), (64, 40)),
            *((media.with_xmp(form), (64, 40)) for form in ("JPEG", "PNG", "WEBP", "AVIF")),
        ],
        ids="jpeg png avif webp late-png xmp-jpeg xmp-png xmp-webp xmp-avif".split(),
    )
    def test_f08_a_box_is_inside_where_people_see_it(
        self, server: Server, tenant: Tenant, host: Host, data: bytes, size: tuple[int, int]
    ) -> None:
        """For attachments and uploads alike, and in the answer that is delivered."""
        own = done(tenant.upload(data, "a"))
        task = boxes(tenant, host.put("/a", data))
        other = boxes(tenant, own["attachment_url"])
        server.fetch()
        leo, rita = tenant.person("leo"), tenant.person("rita", "member")
        box = {
            "type": "box",
            "label": "cone",
            "left": size[0] - 12,
            "top": size[1] - 8,
            "width": 12,
            "height": 8,
        }
        for _ in range(2):
            mine = leo.claim_one()
            (shown,) = mine["task"]["attachments"]
            assert (shown["width"], shown["height"]) == size
            done(leo.submit(mine["id"], answer={**BOX_ANSWER, "annotations": [box]}))
        for _ in range(2):
            rita.judge()
        for finished in (task, other):
            (kept,) = tenant.read(finished)["response"]["annotations"]
            assert {name: kept[name] for name in box} == box

    @pytest.mark.parametrize(
        ("data", "size"),
        [
            (media.clip(), (64, 40)),
            (media.clip(rotation=90), (40, 64)),
            (media.clip(rotation=180), (64, 40)),
            (media.clip("mov", rotation=270), (40, 64)),
        ],
        ids="upright left upside-down right".split(),
    )
    def test_f08_videos_of_turned_phones(
        self, server: Server, tenant: Tenant, host: Host, data: bytes, size: tuple[int, int]
    ) -> None:
        body = {"attachment_type": "video", "attachment": host.put("/a.mp4", data), **TOOLS}
        create(tenant, "videoplaybackannotation", body)
        server.fetch()
        leo = tenant.person("leo")
        mine = leo.claim_one()
        (shown,) = mine["task"]["attachments"]
        assert (shown["width"], shown["height"]) == size
        frame = {"key": 0, "left": size[0] - 12, "top": size[1] - 8, "width": 12, "height": 8}

        def drawn(**more: Any) -> dict[str, Any]:
            return {"annotations": {"a": {"label": "cone", "geometry": "box", "frames": [{**frame, **more}]}}}

        refused(leo.submit(mine["id"], answer=drawn(left=size[0] - 11)), 400, "width")
        done(leo.submit(mine["id"], answer=drawn()))


class TestFailures:
    def test_f09_a_damaged_picture_ends_its_task(self, server: Server, tenant: Tenant, host: Host) -> None:
        """Pillow raises RuntimeError here: neither an endless loop nor a 500."""
        data = media.WHOLE["a.avif"]()
        damaged = data.replace(b"av01", b"xv01", 1)
        task = boxes(tenant, host.put("/a.avif", damaged))
        server.fetch()
        assert why(tenant, task) == NO_IMAGE
        refused(tenant.upload(damaged, "a.avif"), 400, "file", NO_IMAGE)
        body = {"file_url": host.url("/a.avif")}
        refused(tenant.live.post("/v1/files/import", json=body), 400, NO_IMAGE)

    @pytest.mark.parametrize("error", [RuntimeError, MemoryError, RecursionError, OSError, SyntaxError])
    def test_f09_every_error_is_a_failure_that_counts(
        self,
        server: Server,
        tenant: Tenant,
        host: Host,
        monkeypatch: pytest.MonkeyPatch,
        error: type[Exception],
    ) -> None:
        def broken(*_: object) -> None:
            raise error("unheard of")

        monkeypatch.setattr(attachments.files, "inspect", broken)
        url = host.put("/a.png", png())
        task = boxes(tenant, url)
        for _ in range(MAX_ATTEMPTS):
            assert tenant.read(task)["status"] == "pending"
            assert server.fetch() == 1
            server.clock.at = of_task(server, task)[0].next_at
        assert tenant.read(task)["response"] == {
            "error": NOT_DOWNLOADED,
            "attachments": [{"statusCode": 500, "url": url}],
        }
        assert server.fetch() == 0

    def test_f09_a_decoder_that_dies_fails_only_its_own_file(
        self, server: Server, tenant: Tenant, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask = media_processes._Process.ask

        def dies(process: Any, request: Any) -> Any:
            if request.medium == "video":
                process._running.kill()
            return ask(process, request)

        monkeypatch.setattr(media_processes._Process, "ask", dies)
        bad = category(tenant, "video", host.put("/a.mp4", media.clip()))
        fine = boxes(tenant, host.put("/a.png", png()))
        for _ in range(MAX_ATTEMPTS):
            server.fetch()
            server.clock.advance(seconds=200)
        assert tenant.person("leo").claim_one()["task"]["task_id"] == fine
        assert "decoder stopped" in why(tenant, bad)

    def test_f09_what_takes_down_the_server_again_and_again_is_given_up(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        url = host.put("/a.png", png())
        task = boxes(tenant, url)
        for _ in range(MAX_LEASES):
            # Each time the process dies before it has noted anything.
            assert server.run(attachments.lease_due(server.platform, 100, lambda _: 100)).taken
            server.clock.advance(seconds=200)
        server.fetch()
        assert tenant.read(task)["response"]["attachments"] == [{"statusCode": 500, "url": url}]
        assert host.requests["/a.png"] == 0

    def test_f09_what_cannot_be_noted_blocks_nobody_else(
        self, server: Server, tenant: Tenant, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two tasks wait for one URL, and one of them has a row that breaks whoever ends it."""
        url = host.put("/a.png", png())
        fine, bad = boxes(tenant, url), boxes(tenant, url)
        end = attachments._end

        async def breaks(tx: Any, attachment: Any, outcome: Any, *args: Any, **named: Any) -> None:
            if attachment.task_id == bad and isinstance(outcome, attachments.Blob):
                raise RuntimeError("unheard of")
            await end(tx, attachment, outcome, *args, **named)

        monkeypatch.setattr(attachments, "_end", breaks)
        for _ in range(MAX_ATTEMPTS):
            server.fetch()
            server.clock.advance(seconds=200)
        assert tenant.person("leo").claim_one()["task"]["task_id"] == fine
        assert tenant.read(bad)["status"] == "error"

    def test_f09_zeros_in_what_is_told_are_no_trouble(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        """PostgreSQL keeps no zero in a text; errors quote what was fetched."""
        url = host.put(
            "/0.json", json.dumps({"points": [{"x": 1, "y": 1, "z": 1, "\0": 2}], "\0": 1}).encode()
        )
        task = create(tenant, "lidarannotation", {"attachments": [url], "labels": ["Car"]})
        server.fetch()
        assert tenant.read(task)["status"] in {"error", "pending"}
        server.clock.advance(seconds=200)
        assert server.fetch() == 0


GREETING = "Übergröße für Zoë: 20 €"


class TestTexts:
    @pytest.mark.parametrize(
        ("data", "headers", "text"),
        [
            (GREETING.encode(), {}, GREETING),
            (GREETING.encode("utf-8-sig"), {}, GREETING),
            (GREETING.encode("utf-16"), {}, GREETING),
            (
                b"\xfe\xff" + GREETING.encode("utf-16-be"),
                {"content-type": "text/plain; charset=utf-8"},
                GREETING,
            ),
            (GREETING.encode("utf-32"), {}, GREETING),
            (GREETING.encode("cp1252"), {}, GREETING),
            (GREETING.encode("cp1252"), {"content-type": "text/plain; charset=ISO-8859-1"}, GREETING),
            ("日本語の文章です。".encode("cp932"), {}, "日本語の文章です。"),
            ("Zażółć".encode("iso8859_2"), {"content-type": "text/plain; charset=iso-8859-2"}, "Zażółć"),
            (b"BMI above 30", {"content-type": "image/bmp"}, "BMI above 30"),
        ],
        ids="utf8 utf8-bom utf16 utf16-be utf32 cp1252 latin1 shift-jis latin2 bmi".split(),
    )
    def test_f11_a_text_by_url_is_shown_in_utf8_from_here(
        self, server: Server, tenant: Tenant, host: Host, data: bytes, headers: Mapping[str, str], text: str
    ) -> None:
        url = host.put("/a.txt", Page(data, headers=headers))
        category(tenant, "text", url)
        assert tenant.person("leo").claim() == []
        server.fetch()
        (shown,) = tenant.person("mia").claim_one()["task"]["attachments"]
        assert (shown["ref"], shown["url"][:7]) == (url, "/files/")
        assert shown["mime_type"].startswith("text/plain")
        assert content(tenant, shown) == text.encode()

    def test_f11_every_type_with_texts_fetches_them(self, server: Server, tenant: Tenant, host: Host) -> None:
        url = host.put("/a.txt", GREETING.encode("cp1252"))
        for kind, body in requests("text", url):
            create(tenant, kind, body)
        server.fetch()
        assert host.requests["/a.txt"] == 1
        claimed = [one for name in ("leo", "mia") for one in tenant.person(name).claim(count=5)]
        assert len(claimed) == len(requests("text", url))
        for one in claimed:
            assert {content(tenant, shown) for shown in one["task"]["attachments"]} == {GREETING.encode()}

    @pytest.mark.parametrize(
        "data",
        [b"", b"\x89PNG\r\n\x1a\n\0\0", bytes(range(256)), b"\xff\xfea", b"a\0b", png()],
        ids="empty png-head bytes half-utf16 zero png".split(),
    )
    def test_f11_what_is_no_text_ends_in_error(
        self, server: Server, tenant: Tenant, host: Host, data: bytes
    ) -> None:
        task = category(tenant, "text", host.put("/a.txt", data))
        server.fetch()
        assert why(tenant, task)

    def test_f11_uploaded_texts_too(self, server: Server, tenant: Tenant) -> None:
        plain = done(tenant.upload(GREETING.encode(), "a.txt"))["attachment_url"]
        other = done(tenant.upload(GREETING.encode("cp1252"), "b.txt"))["attachment_url"]
        first = category(tenant, "text", plain)
        second = category(tenant, "text", other)
        leo = tenant.person("leo")
        assert leo.claim_one()["task"]["task_id"] == first
        server.fetch()
        claimed = {one["task"]["task_id"]: one for one in leo.claim(count=5)}
        for task in (first, second):
            (shown,) = claimed[task]["task"]["attachments"]
            assert content(tenant, shown) == GREETING.encode()

    def test_f20_the_text_of_entities_may_be_given_by_its_address(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        """It is fetched, and takes its address's place: spans are checked in it."""
        text = "Von Köln nach Århus."
        labels = {"instruction": "Mark.", "labels": [{"name": "city"}]}
        url = host.put("/a.txt", text.encode("cp1252"))
        own = done(tenant.upload(text.encode(), "a.txt"))["attachment_url"]
        post = "/v1/task/namedentityrecognition"
        made = [
            done(tenant.live.post(post, json={**labels, "attachment": ref}))["task_id"] for ref in (url, own)
        ]
        literal = done(tenant.live.post(post, json={**labels, "text": url}))
        server.fetch()
        assert literal["params"]["text"] == tenant.read(literal["task_id"])["params"]["text"] == url
        for task, ref in zip(made, (url, own), strict=True):
            params = tenant.read(task)["params"]
            assert (params["text"], params["attachment"]) == (text, ref)
        leo = tenant.person("leo")
        claimed = {one["task"]["task_id"]: one for one in leo.claim(count=5)}
        for task in made:
            mine = claimed[task]
            assert mine["task"]["params"]["text"] == text
            outside = {"annotations": [{"start": 5, "end": 25, "label": "city"}], "relationships": []}
            refused(leo.submit(mine["id"], answer=outside), 400, "end")
            answer = {"annotations": [{"start": 4, "end": 8, "label": "city"}], "relationships": []}
            done(leo.submit(mine["id"], answer=answer))

    def test_f20_texts_of_entities_in_stages(self, server: Server, tenant: Tenant, host: Host) -> None:
        url = host.put("/a.txt", GREETING.encode("cp1252"))
        entities = {"attachment": url, "labels": [{"name": "word"}]}
        other = {"attachments": [{"type": "text", "content": url}], **FORM}
        stages = [
            {"id": "one", "type": "namedentityrecognition", "params": entities},
            {"id": "two", "type": "textcollection", "params": other},
        ]
        task = create(tenant, "multistage", {"stages": stages})
        server.fetch()
        first, second = (one["params"] for one in tenant.read(task)["params"]["stages"])
        assert (first["text"], first["attachment"]) == (GREETING, url)
        assert second["attachments"][0]["content"] == url
        assert tenant.person("leo").claim_one()["task"]["task_id"] == task

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"", "The file is empty."),
            (b"\x89PNG\r\n\x1a\n\0", "no text"),
            ("Ağaç".encode("cp1254"), UNKNOWN_ENCODING),
        ],
        ids=["empty", "picture", "unclear"],
    )
    def test_f20_what_is_no_text_of_entities(
        self, server: Server, tenant: Tenant, host: Host, data: bytes, says: str
    ) -> None:
        post, labels = (
            "/v1/task/namedentityrecognition",
            {"instruction": "Mark.", "labels": [{"name": "city"}]},
        )
        url = host.put("/a.txt", data)
        task = done(tenant.live.post(post, json={**labels, "attachment": url}))["task_id"]
        server.fetch()
        assert says in why(tenant, task)
        given = {"attachment": url, "hypothesis": {"annotations": []}}
        refused(tenant.live.post(post, json={**labels, **given}), 400, '"hypothesis" is not allowed')

    def test_f11_a_page_that_names_its_encoding_and_a_word_that_could_be_several(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        page = "<!doctype html><meta charset=windows-1254><p>Ağaç</p>"
        word = "Ağaç".encode("cp1254")
        told = Page(word, headers={"content-type": 'text/plain; charset="ISO-8859-9"'})
        fine = category(tenant, "text", host.put("/page", page.encode("cp1254")))
        unclear = category(tenant, "text", host.put("/word", word))
        declared = category(tenant, "text", host.put("/told", told))
        server.fetch()
        assert why(tenant, unclear) == UNKNOWN_ENCODING
        claimed = {one["task"]["task_id"]: one["task"] for one in tenant.person("leo").claim(count=5)}
        for task, text in ((fine, page), (declared, "Ağaç")):
            assert content(tenant, claimed[task]["attachments"][0]) == text.encode()


class TestTypes:
    @pytest.mark.parametrize(
        "text", [b"BMI above 30 was noted.", b"ID3 is a decision tree", b"GIF89a is old"]
    )
    def test_f12_two_letters_decide_nothing(
        self, server: Server, tenant: Tenant, host: Host, text: bytes
    ) -> None:
        file = done(tenant.upload(text, "a.txt"))
        assert file["mime_type"] == "text/plain"
        category(tenant, "text", host.put("/a.txt", text))
        server.fetch()
        shown = first_shown(tenant)
        assert (shown["mime_type"], content(tenant, shown)) == ("text/plain", text)

    def test_f12_an_animated_avif_is_an_image(self, server: Server, tenant: Tenant, host: Host) -> None:
        data = media.animated("AVIF")
        assert done(tenant.upload(data, "a.avif"))["mime_type"] == "image/avif"
        boxes(tenant, host.put("/a.avif", data))
        server.fetch()
        shown = first_shown(tenant)
        assert (shown["mime_type"], shown["width"], shown["height"]) == ("image/avif", 64, 40)

    @pytest.mark.parametrize("data", [media.animated("AVIF"), media.heic()], ids=["avif", "heic"])
    def test_f12_pictures_that_are_built_like_videos_are_none(
        self, server: Server, tenant: Tenant, host: Host, data: bytes
    ) -> None:
        task = category(tenant, "video", host.put("/a.mp4", data))
        server.fetch()
        assert why(tenant, task) == NO_VIDEO

    def test_f02_sounds_without_compression_in_a_film_container(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        task = category(tenant, "audio", host.put("/a.mov", media.song("mov", "pcm_s16le")))
        server.fetch()
        assert tenant.read(task)["status"] == "pending"


class TestLargePictures:
    @pytest.mark.parametrize("data", [media.apple_png(), media.backwards_bmp()], ids=["apple", "backwards"])
    def test_f02_what_only_other_programs_show(
        self, server: Server, tenant: Tenant, host: Host, data: bytes
    ) -> None:
        """Browsers show neither Apple's own PNG nor bitmaps with a negative width."""
        task = boxes(tenant, host.put("/a", data))
        server.fetch()
        assert tenant.read(task)["status"] == "error"

    def test_f13_very_large_pictures_have_a_size(self, server: Server, tenant: Tenant, host: Host) -> None:
        data = media.large_png(14_000, 13_000)
        file = done(tenant.upload(data, "a.png"))
        url = host.put("/a.png", data)
        for ref in (url, file["attachment_url"]):
            boxes(tenant, ref)
        server.fetch()
        leo = tenant.person("leo")
        box = BOX_ANSWER["annotations"][0]
        for mine in leo.claim(count=2):
            (shown,) = mine["task"]["attachments"]
            assert (shown["width"], shown["height"]) == (14_000, 13_000)
            outside = {**BOX_ANSWER, "annotations": [{**box, "left": 99_999}]}
            refused(leo.submit(mine["id"], answer=outside), 400, "left")
            done(leo.submit(mine["id"], answer=BOX_ANSWER))

    @pytest.mark.parametrize(
        "data",
        [
            media.large_jpeg(14_000, 13_000),
            media.large_png(14_000, 13_000)[:-30],
            b"BM" + bytes(8) + struct.pack("<IIiiHHII", 54, 40, 14_000, 13_000, 1, 8, 0, 0) + bytes(9_000),
        ],
        ids=["jpeg", "png", "bmp"],
    )
    def test_f02_large_pictures_that_are_cut_off(
        self, server: Server, tenant: Tenant, host: Host, data: bytes
    ) -> None:
        """Nobody decodes them: their own lengths say that something is missing."""
        task = boxes(tenant, host.put("/a", data))
        server.fetch()
        assert why(tenant, task) == NO_IMAGE

    def test_f13_bombs_are_not_decoded(self, server: Server, tenant: Tenant, host: Host) -> None:
        data = media.large_png(30_000, 20_000)
        task = boxes(tenant, host.put("/a.png", data))
        server.fetch()
        assert "too many pixels" in why(tenant, task)
        assert done(tenant.upload(data, "a.png"))["id"]
