"""The built web app's files, and nothing beside them."""

import asyncio
import gzip
import json
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from server.tests.harness import Server

from labelwright.api.web import CSP, NO_API, NOT_BUILT, WebApp


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A built app beside a file that is nobody's business."""
    (tmp_path / "secret.txt").write_text("secret")
    built = tmp_path / "webapp"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<html>the app</html>")
    (built / "favicon.svg").write_text("<svg/>")
    (built / "assets" / "app-1a2b.js").write_text("run()")
    (built / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"run()"))
    (built / "link").symlink_to(tmp_path / "secret.txt")
    return built


class Got:
    """One answer of the application."""

    def __init__(self, root: Path, path: str, method: str = "GET", **headers: str) -> None:
        self.status, self.body = 0, b""
        self.headers: dict[str, str] = {}
        lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "headers": lines, "extensions": {}}
        asyncio.run(WebApp(root)(scope, self._receive, self._send))

    async def _receive(self) -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/tasks"), ("GET", "/"), ("POST", "/task/categorization")]
)
def test_a_program_whose_address_lacks_v1_is_told_so(root: Path, method: str, path: str) -> None:
    got = Got(root, path, method, authorization="Basic bGl2ZV94Og==", accept="*/*")
    assert (got.status, got.headers["content-type"]) == (404, "application/json")
    assert json.loads(got.body) == {"status_code": 404, "error": NO_API}


@pytest.mark.parametrize("path", ["/tasks", "/favicon.svg", "/assets/app-1a2b.js"])
def test_a_browser_behind_a_log_in_of_a_proxy_gets_the_app(root: Path, path: str) -> None:
    accept = "text/html,*/*;q=0.8" if path == "/tasks" else "*/*"
    assert Got(root, path, authorization="Basic bGl2ZV94Og==", accept=accept).status == 200


@pytest.mark.parametrize("path", ["/", "/tasks/66336b02", "/projects/a.b", "/index.html", "/nothing.txt"])
def test_every_page_is_the_app(root: Path, path: str) -> None:
    got = Got(root, path)
    assert (got.status, got.body) == (200, b"<html>the app</html>")
    assert got.headers["cache-control"] == "no-cache"
    assert got.headers["content-security-policy"] == CSP
    assert got.headers["x-frame-options"] == "DENY"
    assert got.headers["content-type"].startswith("text/html")


def test_assets_are_kept_for_a_year(root: Path) -> None:
    got = Got(root, "/assets/app-1a2b.js")
    assert (got.status, got.body) == (200, b"run()")
    assert "immutable" in got.headers["cache-control"]
    assert "javascript" in got.headers["content-type"]
    packed = Got(root, "/assets/app-1a2b.js", accept_encoding="gzip, br")
    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == ("gzip", b"run()")
    assert "javascript" in packed.headers["content-type"]
    assert packed.headers["vary"] == "accept-encoding"
    assert "immutable" not in Got(root, "/favicon.svg").headers["cache-control"]


@pytest.mark.parametrize("path", ["/assets/gone.js", "/assets/", "/\x00", "/" + "a" * 300, "/" + "a/" * 3000])
def test_what_is_not_there(root: Path, path: str) -> None:
    assert Got(root, path).status == 404


@pytest.mark.parametrize("path", ["/../secret.txt", "/assets/../../secret.txt", "//etc/passwd", "/link"])
def test_nothing_outside(root: Path, path: str) -> None:
    got = Got(root, path)
    assert b"secret" not in got.body
    assert b"root:" not in got.body


def test_only_reading(root: Path) -> None:
    assert Got(root, "/", "POST").status == 405
    head = Got(root, "/", "HEAD")
    assert (head.status, head.body) == (200, b"")


def test_without_a_built_app(tmp_path: Path) -> None:
    got = Got(tmp_path, "/")
    assert (got.status, got.body.decode()) == (503, NOT_BUILT)


def test_it_is_what_the_server_gives_for_other_paths(server: Server) -> None:
    with server.client() as client:
        assert client.get("/anything").status_code in {200, 503}
        assert client.get("/%00").status_code == 404
        assert client.post("/anything").status_code == 405
