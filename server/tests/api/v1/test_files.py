"""Uploads through V1."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server.tests.conftest import FILE_LIMIT
from server.tests.harness import Server, Tenant, at_once, done, refused
from server.tests.hosts import Host, Page, endless, png

from labelwright.api.uploads import FIELD_LIMIT
from labelwright.clock import iso

MULTIPART = {"content-type": "multipart/form-data; boundary=X"}


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


@pytest.mark.parametrize("field", ["display_name", "reference_id"])
@pytest.mark.parametrize("text", ["a\nb", "a\rb", "\x1b[31mred", "a\x7f", "a\x85b", "a\u2028b"])
def test_f34_names_of_files_have_no_control_characters(tenant: Tenant, field: str, text: str) -> None:
    refused(tenant.upload(b"x", "a.txt", **{field: text}), 400, f'"{field}" contains a control character')
    body = {"file_url": "http://127.0.0.1:1/a", field: text}
    refused(tenant.live.post("/v1/files/import", json=body), 400, f'"{field}" contains a control character')
    assert (
        done(tenant.upload(b"x", "a.txt", **{field: "Größe 日本 \u200fab"}))[field] == "Größe 日本 \u200fab"
    )


def test_f34_control_characters_of_a_filename_become_spaces(tenant: Tenant) -> None:
    for sent, kept in (
        ("a\x1b[31m.txt", "a [31m.txt"),
        ("a\x85b", "a b"),
        ("\x01", "file"),
        ("a  b.txt", "a  b.txt"),
    ):
        body = part("file", "x", f'; filename="{sent}"') + "--X--\r\n"
        answer = tenant.live.post("/v1/files/upload", content=body.encode(), headers=MULTIPART)
        assert done(answer)["display_name"] == kept


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


def test_the_key_of_a_dict_as_metadata_says_what_to_send(tenant: Tenant) -> None:
    refused(
        tenant.upload(b"x", metadata="camera"),
        400,
        'Send the JSON text of an object, such as {"camera": "left"}.',
    )


def test_the_largest_file_that_fits(tenant: Tenant) -> None:
    assert done(tenant.upload(b"x" * FILE_LIMIT))["size"] == FILE_LIMIT
    refused(tenant.upload(b"x" * (FILE_LIMIT + 1)), 413, str(FILE_LIMIT))


def test_f24_only_known_parts_are_read(tenant: Tenant, server: Server) -> None:
    before = kept(server)
    refused(tenant.upload(b"x", colour="red"), 400, '"colour" is not allowed')
    parts = b"".join(
        b'--X\r\nContent-Disposition: form-data; name="n%d"\r\n\r\n%s\r\n' % (n, b"x" * FIELD_LIMIT)
        for n in range(50)
    )
    refused(
        tenant.live.post("/v1/files/upload", content=parts, headers=MULTIPART), 400, '"n0" is not allowed'
    )
    assert kept(server) == before
    assert left_over(server) == []


def test_bytes_that_are_no_text(tenant: Tenant) -> None:
    body = part("display_name", "?").encode().replace(b"?", b"\xff") + FILE.encode() + b"--X--\r\n"
    refused(tenant.live.post("/v1/files/upload", content=body, headers=MULTIPART), 400, "display_name")


def kept(server: Server) -> set[Path]:
    """Every blob there is."""
    return {path for path in (server.settings.data / "files").rglob("*") if path.is_file()}


class TestReferences:
    def test_a_taken_one(self, tenant: Tenant, server: Server) -> None:
        first, before = done(tenant.upload(b"one", reference_id="r")), kept(server)
        for content in (b"two", b"onetwo", b"one"):
            refused(tenant.upload(content, reference_id="r"), 409, '("r")')
        assert kept(server) - before == set()
        assert done(tenant.upload(b"two", reference_id=""))["id"] != first["id"]

    def test_sent_again_for_another_project_it_is_shared(self, tenant: Tenant, server: Server) -> None:
        one, two = (tenant.project()["name"] for _ in range(2))
        first = done(tenant.upload(b"same", reference_id="r", project_name=one, display_name="First"))
        before = kept(server)
        server.clock.advance(seconds=1)
        again = done(tenant.upload(b"same", reference_id="r", project_name=two, display_name="Second"))
        assert again == {**first, "project_names": sorted([one, two]), "updated_at": iso(server.clock.now())}
        assert kept(server) == before
        for project in (one, two):
            assert [file["id"] for file in listed(tenant, project=project)] == [first["id"]]
        refused(tenant.upload(b"same", reference_id="r", project_name=two), 409, '("r")', two)
        refused(
            tenant.upload(b"other", reference_id="r", project_name=tenant.project()["name"]), 409, '("r")'
        )
        refused(tenant.upload(b"same", reference_id="r"), 409, '("r")')

    def test_many_at_once(self, tenant: Tenant, server: Server) -> None:
        """One makes the file, the others are told so; nothing is left of their bytes."""
        before = kept(server)
        answers = at_once([lambda: tenant.upload(b"same", reference_id="r") for _ in range(8)])
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
        assert len(kept(server) - before) == 1

    def test_many_projects_at_once(self, tenant: Tenant, server: Server) -> None:
        projects = [tenant.project()["name"] for _ in range(6)]
        before = kept(server)

        def send(project: str) -> Any:
            return done(tenant.upload(b"same", reference_id="r", project_name=project))["id"]

        assert len(set(at_once([lambda name=name: send(name) for name in projects]))) == 1  # type: ignore[misc]
        assert len(kept(server) - before) == 1
        (file,) = listed(tenant)
        assert file["project_names"] == sorted(projects)


def listed(tenant: Tenant, **query: Any) -> list[dict[str, Any]]:
    """The files of one page."""
    docs: list[dict[str, Any]] = done(tenant.live.get("/v1/files", params=query))["docs"]
    return docs


class TestList:
    def test_pages_newest_first(self, tenant: Tenant, server: Server) -> None:
        made = []
        for n in range(7):
            made.append(done(tenant.upload(str(n).encode()))["id"])
            # Several in the same millisecond, too.
            server.clock.advance(seconds=n % 2)
        seen: list[str] = []
        token = None
        while True:
            page = done(tenant.live.get("/v1/files", params={"limit": 3, "next_token": token or ""}))
            assert page["total"] == 7
            seen += [file["id"] for file in page["docs"]]
            token = page["next_token"]
            assert page["has_more"] == (token is not None)
            if token is None:
                break
        assert sorted(seen) == sorted(made)
        assert [one["created_at"] for one in listed(tenant)] == sorted(
            (one["created_at"] for one in listed(tenant)), reverse=True
        )
        assert done(tenant.test.get("/v1/files")) == {
            "docs": [],
            "has_more": False,
            "next_token": None,
            "total": 0,
        }

    def test_by_project(self, tenant: Tenant) -> None:
        project = tenant.project()["name"]
        mine = done(tenant.upload(b"1", project_name=project))
        done(tenant.upload(b"2"))
        assert listed(tenant, project=project) == [mine]
        refused(tenant.live.get("/v1/files", params={"project": "nothing"}), 404, "Project")

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({"camera": "left"}, "ab"),
            ({"camera": "left", "frame": 1}, "a"),
            ({"frame": 1.0}, "a"),
            ({"frame": "1"}, ""),
            ({"frame": 2}, "b"),
            ({"deep": {"y": 2, "x": [1, None]}}, "c"),
            ({"deep": {"x": [1, None]}}, ""),
            ({"größe": True}, "c"),
            ({"camera": None}, "d"),
            ({}, "abcd"),
        ],
    )
    def test_by_metadata(self, tenant: Tenant, wanted: Any, found: str) -> None:
        for name, metadata in (
            ("a", {"camera": "left", "frame": 1}),
            ("b", {"camera": "left", "frame": 2.0}),
            ("c", {"deep": {"x": [1, None], "y": 2}, "größe": True}),
            ("d", {"camera": None}),
        ):
            done(tenant.upload(b"x", name, metadata=json.dumps(metadata)))
        page = done(tenant.live.get("/v1/files", params={"metadata": json.dumps(wanted)}))
        assert "".join(sorted(file["display_name"] for file in page["docs"])) == found
        assert page["total"] == len(found)

    @pytest.mark.parametrize(
        ("query", "says"),
        [
            ({"metadata": "[1]"}, "metadata"),
            ({"metadata": "{"}, "metadata"),
            ({"limit": 0}, "limit"),
            ({"limit": 101}, "limit"),
            ({"next_token": "x"}, "next_token"),
        ],
    )
    def test_refusals(self, tenant: Tenant, query: dict[str, Any], says: str) -> None:
        refused(tenant.live.get("/v1/files", params=query), 400, says)


class TestImport:
    @pytest.fixture
    def host(self) -> Iterator[Host]:
        """A customer's host."""
        with Host() as made:
            yield made

    def test_what_it_becomes(self, tenant: Tenant, server: Server, host: Host) -> None:
        project = tenant.project()["name"]
        body = {
            "file_url": host.put("/pictures/%C3%A9t%C3%A9.png?size=2", png()),
            "project_name": project,
            "reference_id": "r",
            "metadata": {"camera": 1},
        }
        file = done(tenant.live.post("/v1/files/import", json=body))
        assert file == {
            "id": file["id"],
            "attachment_url": f"scaledata://{tenant.account_id}/{file['id']}",
            "created_at": iso(server.clock.now()),
            "updated_at": iso(server.clock.now()),
            "mime_type": "image/png",
            "size": len(png()),
            "project_names": [project],
            "display_name": "été.png",
            "reference_id": "r",
            "metadata": {"camera": 1},
        }
        assert tenant.anonymous.get(server.platform.file_url(file["id"])).content == png()
        refused(tenant.live.post("/v1/files/import", json=body), 409, '("r")')
        task = tenant.task("imageannotation", attachment=file["attachment_url"])
        assert task["params"]["attachment"] == file["attachment_url"]
        assert left_over(server) == []

    def test_what_may_be_left_out(self, tenant: Tenant, host: Host) -> None:
        nothing = {"project_name": None, "display_name": "n", "reference_id": None, "metadata": None}
        file = done(tenant.live.post("/v1/files/import", json={"file_url": host.put("/", b"x"), **nothing}))
        assert (file["display_name"], file["metadata"], file["project_names"]) == ("n", {}, [])
        for path, name in (("/", "file"), ("/a/", "file"), ("/a%00b%2Fc.png", "c.png")):
            body = {"file_url": host.put(path, b"x")}
            assert done(tenant.live.post("/v1/files/import", json=body))["display_name"] == name

    @pytest.mark.parametrize(
        ("page", "says"),
        [
            (Page(status=404), "404"),
            (Page(status=500), "500"),
            (Page(status=302, headers={"location": "http://10.0.0.1/"}), "private"),
            (Page(b"x" * (FILE_LIMIT + 1)), str(FILE_LIMIT)),
            (Page(endless()), str(FILE_LIMIT)),
        ],
        ids=range(5),
    )
    def test_a_host_that_does_not_give_it(
        self, tenant: Tenant, server: Server, host: Host, page: Page, says: str
    ) -> None:
        body = {"file_url": host.put("/x", page)}
        refused(tenant.live.post("/v1/files/import", json=body), 400, '"file_url"', says)
        assert left_over(server) == []

    @pytest.mark.parametrize(
        ("body", "status", "says"),
        [
            ({}, 400, "file_url"),
            ({"file_url": 5}, 400, "file_url"),
            ({"file_url": "nonsense"}, 400, "file_url"),
            ({"file_url": "http://[::1"}, 400, "file_url"),
            ({"file_url": "http://☃.example/"}, 400, "IDNA"),
            ({"file_url": "http://127.0.0.1:99999/"}, 400, "port"),
            ({"file_url": "http://127.0.0.1\\@10.0.0.1/"}, 400, "backslash"),
            ({"file_url": "http://127.0.0.1/\r\nX: y"}, 400, "control"),
            ({"file_url": "file:///etc/passwd"}, 400, "file_url"),
            ({"file_url": "s3://bucket/key"}, 400, "file_url"),
            ({"file_url": "http://10.0.0.1/"}, 400, "private"),
            ({"file_url": "http://127.0.0.1:1/", "project_name": "nothing"}, 404, "Project"),
            ({"file_url": "http://127.0.0.1:1/", "metadata": [1]}, 400, "metadata"),
            ({"file_url": "http://127.0.0.1:1/", "reference_id": "a\x00"}, 400, "U+0000"),
        ],
        ids=range(14),
    )
    def test_refusals(self, tenant: Tenant, body: Any, status: int, says: str) -> None:
        refused(tenant.live.post("/v1/files/import", json=body), status, says)

    def test_f34_nothing_is_told_of_the_network(
        self, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name that is not there, one that leads inside, and a port where nobody listens look the same."""
        real = socket.getaddrinfo

        def resolve(host: str, port: int, *args: Any, **named: Any) -> Any:
            if host == "nowhere.example":
                raise socket.gaierror(-2, "Name or service not known")
            if host == "inside.example":
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", port))]
            return real(host, port, *args, **named)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        with Host() as gone:
            closed = gone.url("/")
        said = {
            refused(
                tenant.live.post("/v1/files/import", json={"file_url": url}), 400, "not reachable from this"
            )
            for url in (
                "http://nowhere.example/",
                "http://inside.example/",
                "https://inside.example:22/",
                closed,
            )
        }
        assert len(said) == 1
        literal = tenant.live.post("/v1/files/import", json={"file_url": "http://10.1.2.3/"})
        assert "10.1.2.3" not in refused(literal, 400, "not reachable from this server")

    def test_f15_other_letters(self, tenant: Tenant, host: Host) -> None:
        host.put("/b%C3%BCro/%E2%82%AC.png?%C3%BC", png())
        file = done(tenant.live.post("/v1/files/import", json={"file_url": host.url("/büro/€.png?ü")}))
        assert (file["display_name"], file["mime_type"]) == ("€.png", "image/png")


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
