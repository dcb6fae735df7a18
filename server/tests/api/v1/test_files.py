"""Uploads through V1."""

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from server.tests.conftest import FILE_LIMIT
from server.tests.harness import Server, Tenant, done, refused

from labelwright.api.uploads import FIELD_LIMIT
from labelwright.clock import iso

MULTIPART = {"content-type": "multipart/form-data; boundary=X"}


def png(width: int = 30, height: int = 20) -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (width, height)).save(made, "PNG")
    return made.getvalue()


def part(name: str, content: str = "x", more: str = "") -> str:
    return f'--X\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{content}\r\n'


FILE = part("file", "hello", '; filename="a.txt"')


def left_over(server: Server) -> list[Path]:
    """Files that an upload forgot on disk."""
    return list((server.settings.data / "uploads").iterdir())


def test_what_a_file_looks_like(tenant: Tenant, server: Server) -> None:
    project = tenant.project()["name"]
    content = png()
    answer = tenant.upload(
        content,
        "été.png",
        project_name=project,
        display_name="Summer",
        reference_id="r/1",
        metadata=json.dumps({"camera": "ä"}),
    )
    file = done(answer)
    assert file == {
        "id": file["id"],
        "attachment_url": f"scaledata://{tenant.account_id}/{file['id']}",
        "created_at": iso(server.clock.now()),
        "updated_at": iso(server.clock.now()),
        "mime_type": "image/png",
        "size": len(content),
        "project_names": [project],
        "display_name": "Summer",
        "reference_id": "r/1",
        "metadata": {"camera": "ä"},
    }
    task = tenant.task("imageannotation", attachment=file["attachment_url"])
    assert task["params"]["attachment"] == file["attachment_url"]
    assert left_over(server) == []


def test_the_filename_is_the_name_by_default(tenant: Tenant) -> None:
    for sent, kept in (
        ("été.txt", "été.txt"),
        ("C:\\x\\a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("", "file"),
    ):
        body = part("file", "x", f'; filename="{sent}"') + "--X--\r\n"
        answer = tenant.live.post("/v1/files/upload", content=body.encode(), headers=MULTIPART)
        assert done(answer)["display_name"] == kept
    assert done(tenant.upload(b"", "empty"))["size"] == 0


@pytest.mark.parametrize(
    ("body", "headers", "status", "says"),
    [
        ("", {"content-type": "application/json"}, 415, "Content-Type"),
        (FILE + "--X--\r\n", {"content-type": "multipart/form-data"}, 415, "Content-Type"),
        (FILE + "--X--\r\n", {}, 415, "Content-Type"),
        ("nonsense", MULTIPART, 400, "multipart"),
        ("", MULTIPART, 400, ""),
        (FILE, MULTIPART, 400, "multipart"),
        (FILE[:-4], MULTIPART, 400, "multipart"),
        ("--X--\r\n", MULTIPART, 400, ""),
        (part("display_name") + "--X--\r\n", MULTIPART, 400, '"file" is required'),
        (part("file") + "--X--\r\n", MULTIPART, 400, "filename"),
        (FILE + FILE + "--X--\r\n", MULTIPART, 400, "once"),
        (part("metadata", "[1]") + FILE + "--X--\r\n", MULTIPART, 400, "metadata"),
        (part("metadata", "{nonsense") + FILE + "--X--\r\n", MULTIPART, 400, "metadata"),
        (part("metadata", json.dumps({"x": "y" * 10_240})) + FILE + "--X--\r\n", MULTIPART, 400, "metadata"),
        (part("display_name", "\x00") + FILE + "--X--\r\n", MULTIPART, 400, "display_name"),
        (part("project_name", "nothing") + FILE + "--X--\r\n", MULTIPART, 404, "Project"),
        (part("display_name", "x" * (FIELD_LIMIT + 1)) + FILE + "--X--\r\n", MULTIPART, 413, "display_name"),
        (FILE.replace("hello", "x" * (FILE_LIMIT + 1)) + "--X--\r\n", MULTIPART, 413, "file"),
    ],
    ids=range(18),
)
def test_refusals(
    tenant: Tenant, server: Server, body: str, headers: dict[str, str], status: int, says: str
) -> None:
    answer = tenant.live.post("/v1/files/upload", content=body.encode(), headers=headers)
    refused(answer, status, says)
    assert left_over(server) == []


def test_the_largest_file_that_fits(tenant: Tenant) -> None:
    assert done(tenant.upload(b"x" * FILE_LIMIT))["size"] == FILE_LIMIT
    refused(tenant.upload(b"x" * (FILE_LIMIT + 1)), 413, str(FILE_LIMIT))


def test_bytes_that_are_no_text(tenant: Tenant) -> None:
    body = part("display_name", "?").encode().replace(b"?", b"\xff") + FILE.encode() + b"--X--\r\n"
    refused(tenant.live.post("/v1/files/upload", content=body, headers=MULTIPART), 400, "display_name")


def test_a_taken_reference(tenant: Tenant, server: Server) -> None:
    first = done(tenant.upload(b"one", reference_id="r"))
    blobs = {path for path in (server.settings.data / "files").rglob("*") if path.is_file()}
    refused(tenant.upload(b"two", reference_id="r"), 409, '("r")')
    assert {path for path in (server.settings.data / "files").rglob("*") if path.is_file()} == blobs
    assert done(tenant.upload(b"two", reference_id=""))["id"] != first["id"]


def test_an_upload_that_is_cut_off(tenant: Tenant, server: Server) -> None:
    """The caller hangs up in the middle: nothing is kept, and nobody gets a 5xx."""

    def pieces() -> Any:
        yield FILE[:-10].encode()
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        tenant.live.post("/v1/files/upload", content=pieces(), headers=MULTIPART)
    done(tenant.upload(b"again"))
    # The server learns of it when the connection breaks, a moment after this side does.
    for _ in range(3000):
        if left_over(server) == []:
            return
        time.sleep(0.01)
    pytest.fail(f"forgotten: {left_over(server)}")
