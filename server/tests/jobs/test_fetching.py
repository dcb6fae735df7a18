"""Where references lead, and where they may not: hosts through the guard, buckets and folders that are listed."""

import asyncio
import gzip
import os
import ssl
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from server.tests.hosts import Host, Page, endless

from labelwright import urls
from labelwright.domain.platform import FetchFailed
from labelwright.jobs import fetching, guard
from labelwright.jobs.fetching import REDIRECTS, Sources
from labelwright.settings import Settings

LIMIT = 200_000


@pytest.fixture
def host() -> Iterator[Host]:
    """A customer's host."""
    with Host() as made:
        yield made


@pytest.fixture
def fetch(tmp_path: Path) -> Any:
    """Fetches a reference as a server with these settings would; returns the bytes, and notes what was declared."""

    def run(url: str, limit: int = LIMIT, **settings: Any) -> bytes:
        async def whole() -> bytes:
            sources = Sources(Settings(**{"allow_hosts": "", "host": "127.0.0.1", **settings}))
            run.declared = await sources.fetch(url, tmp_path / "fetched", limit)  # type: ignore[attr-defined]
            return (tmp_path / "fetched").read_bytes()

        return asyncio.run(whole())

    return run


def failed(fetch: Any, url: str, **settings: Any) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        fetch(url, **settings)
    return caught.value


class TestHosts:
    def test_what_is_asked(self, host: Host, fetch: Any) -> None:
        url = host.put("/a.png?x=1&y=a%20b", b"bytes")
        assert fetch(f"{url}#part") == b"bytes"
        headers = host.headers["/a.png?x=1&y=a%20b"]
        assert headers["user-agent"].startswith("labelwright/")
        assert headers["accept-encoding"] == "identity"
        assert "authorization" not in headers

    def test_an_empty_body(self, host: Host, fetch: Any) -> None:
        assert fetch(host.put("/empty", b"")) == b""

    def test_in_chunks(self, host: Host, fetch: Any) -> None:
        assert fetch(host.put("/c", Page([b"one", b"two"]))) == b"onetwo"

    @pytest.mark.parametrize(
        ("encoding", "packed"),
        [
            ("gzip", gzip.compress(b"plain", mtime=0)),
            ("X-GZIP", gzip.compress(b"plain", mtime=0)),
            ("deflate", zlib.compress(b"plain")),
            ("identity", b"plain"),
        ],
    )
    def test_encodings_that_nobody_asked_for(
        self, host: Host, fetch: Any, encoding: str, packed: bytes
    ) -> None:
        assert fetch(host.put("/p", Page(packed, headers={"content-encoding": encoding}))) == b"plain"

    @pytest.mark.parametrize(("encoding", "body"), [("br", b"x"), ("gzip", b"not packed at all")])
    def test_encodings_that_cannot_be_undone(
        self, host: Host, fetch: Any, encoding: str, body: bytes
    ) -> None:
        why = failed(fetch, host.put("/p", Page(body, headers={"content-encoding": encoding})))
        assert (why.status_code, why.passing) == (502, False)
        assert "Content-Encoding" in str(why)

    @pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 403, 404, 410, 451])
    def test_answers_for_good(self, host: Host, fetch: Any, status: int) -> None:
        why = failed(fetch, host.put("/x", Page(status=status)))
        assert (why.status_code, why.passing) == (status, False)

    @pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
    def test_answers_that_may_pass(self, host: Host, fetch: Any, status: int) -> None:
        why = failed(fetch, host.put("/x", Page(status=status)))
        assert (why.status_code, why.passing) == (status, True)

    @pytest.mark.parametrize("announced", [True, False])
    def test_too_large(self, host: Host, fetch: Any, announced: bool) -> None:
        body: Any = b"x" * (LIMIT + 1) if announced else [b"x" * LIMIT, b"x"]
        why = failed(fetch, host.put("/x", Page(body)))
        assert (why.status_code, why.passing) == (413, False)
        assert str(LIMIT) in str(why)
        assert len(fetch(host.put("/x", Page(b"x" * LIMIT)))) == LIMIT

    def test_a_body_without_an_end(self, host: Host, fetch: Any) -> None:
        assert failed(fetch, host.put("/x", lambda: Page(endless()))).status_code == 413

    def test_a_small_body_that_unpacks_to_a_large_one(self, host: Host, fetch: Any) -> None:
        packed = Page(gzip.compress(bytes(50_000_000)), headers={"content-encoding": "gzip"})
        assert failed(fetch, host.put("/bomb", packed)).status_code == 413

    def test_a_host_that_hangs(self, host: Host, fetch: Any) -> None:
        released = threading.Event()

        def hang() -> Page:
            released.wait(60)
            return Page()

        why = failed(fetch, host.put("/x", hang), attachment_timeout=0.05)
        released.set()
        assert (why.status_code, why.passing) == (504, True)

    def test_a_host_that_falls_silent(self, host: Host, fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        released = threading.Event()

        def pieces() -> Iterator[bytes]:
            yield b"some"
            released.wait(60)

        monkeypatch.setattr(fetching, "SILENCE", 0.05)
        why = failed(fetch, host.put("/x", lambda: Page(pieces())))
        released.set()
        assert (why.status_code, why.passing) == (504, True)

    def test_a_connection_that_breaks(self, host: Host, fetch: Any) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"some"
            raise ConnectionAbortedError

        why = failed(fetch, host.put("/x", lambda: Page(pieces())))
        assert (why.status_code, why.passing) == (502, True)

    def test_nobody_listens(self, fetch: Any) -> None:
        with Host() as gone:
            url = gone.url("/x")
        why = failed(fetch, url)
        assert (why.status_code, why.passing) == (502, True)


class TestDeclared:
    @pytest.mark.parametrize(
        ("content_type", "mime_type", "charset"),
        [
            ("", "", ""),
            ("text/plain", "text/plain", ""),
            ("Text/HTML;Charset=CP1252", "text/html", "cp1252"),
            ('text/plain; format=flowed; charset="Shift_JIS"', "text/plain", "shift_jis"),
            ("text/plain; charset=utf-8; charset=latin-1", "text/plain", "utf-8"),
            ("text/plain;charset", "text/plain", ""),
            ("nonsense", "", ""),
        ],
    )
    def test_f10_type_and_charset(
        self, host: Host, fetch: Any, content_type: str, mime_type: str, charset: str
    ) -> None:
        fetch(host.put("/x", Page(b"y", headers={"content-type": content_type})))
        assert (fetch.declared.mime_type, fetch.declared.charset) == (mime_type, charset)

    @pytest.mark.parametrize(
        ("disposition", "name"),
        [
            ("", "a b.txt"),
            ("attachment", "a b.txt"),
            ("attachment; filename=c.txt", "c.txt"),
            ('inline; filename="c;\\"d.txt"', 'c;"d.txt'),
            ("attachment; filename=x; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
            ('attachment; filename="../../etc/passwd"', "passwd"),
            ("attachment; filename*=nonsense''%ff", "a b.txt"),
        ],
    )
    def test_f10_file_name(self, host: Host, fetch: Any, disposition: str, name: str) -> None:
        fetch(host.put("/deep/a%20b.txt?x=/y", Page(headers={"content-disposition": disposition})))
        assert fetch.declared.name == name

    def test_f10_where_it_came_from(self, host: Host, fetch: Any, tmp_path: Path) -> None:
        end = host.put("/end.txt", b"y")
        fetch(host.put("/x.png", Page(status=302, headers={"location": "/end.txt#part"})))
        assert (fetch.declared.url, fetch.declared.name) == (end, "end.txt")
        (tmp_path / "a.txt").write_bytes(b"y")
        fetch(f"file://{tmp_path}/a.txt", attachment_folders=str(tmp_path))
        assert (fetch.declared.mime_type, fetch.declared.name) == ("", "a.txt")


class TestTls:
    @pytest.fixture
    def trusted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
        """The only authority that this machine trusts."""
        authority = trustme.CA()
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        guard._tls_context.cache_clear()
        yield authority
        guard._tls_context.cache_clear()

    def test_the_name_is_the_one_in_the_url(self, trusted: trustme.CA, fetch: Any) -> None:
        with Host(certified(trusted)) as host:
            host.put("/x", b"y")
            assert fetch(host.url("/x", "localhost")) == b"y"
            why = failed(fetch, host.url("/x"))
            assert (why.status_code, why.passing) == (502, True)

    @pytest.mark.usefixtures("trusted")
    def test_an_authority_that_nobody_trusts(self, fetch: Any) -> None:
        with Host(certified(trustme.CA())) as host:
            host.put("/x", b"y")
            assert failed(fetch, host.url("/x", "localhost")).status_code == 502


def certified(authority: trustme.CA) -> ssl.SSLContext:
    """A host's side of TLS, with a certificate for ``localhost``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_they_are_followed(self, host: Host, fetch: Any, status: int) -> None:
        host.put("/end", b"there")
        for to in ("/end", host.url("/end"), "end"):
            assert fetch(host.put("/x", Page(status=status, headers={"location": to}))) == b"there"

    def test_not_for_ever(self, host: Host, fetch: Any) -> None:
        for n in range(REDIRECTS + 1):
            host.put(f"/{n}", Page(status=302, headers={"location": f"/{n + 1}"}))
        host.put(f"/{REDIRECTS + 1}", b"there")
        assert fetch(host.url("/1")) == b"there"
        why = failed(fetch, host.url("/0"))
        assert (why.status_code, why.passing) == (502, False)

    @pytest.mark.parametrize(
        "to",
        [
            "http://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data",
            "//[::ffff:10.0.0.1]/",
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            "s3://bucket/key",
        ],
    )
    def test_each_hop_is_checked(self, host: Host, fetch: Any, to: str, tmp_path: Path) -> None:
        url = host.put("/x", Page(status=302, headers={"location": to}))
        settings = {"attachment_folders": "/etc", "attachment_buckets": "s3://bucket"}
        why = failed(fetch, url, **settings)
        assert (why.status_code, why.passing) == (403, False)

    def test_one_without_a_place_is_an_answer(self, host: Host, fetch: Any) -> None:
        assert failed(fetch, host.put("/x", Page(status=302))).status_code == 302


class TestGuard:
    @pytest.mark.parametrize(
        "url", ["http://10.0.0.1/", "http://[::1]:1/", "https://0x7f.1/", "http://2130706433/"]
    )
    def test_private_addresses(self, fetch: Any, url: str) -> None:
        why = failed(fetch, url, host="0.0.0.0")
        assert (why.status_code, why.passing) == (403, False)
        assert "private" in str(why)

    def test_what_the_operator_allows(self, host: Host, fetch: Any) -> None:
        url = host.put("/x", b"y")
        assert fetch(url, host="0.0.0.0", allow_hosts="127.0.0.1") == b"y"
        assert failed(fetch, url, host="0.0.0.0").status_code == 403
        assert failed(fetch, url, public_url="https://labels.example").status_code == 403
        assert fetch(url, public_url="http://localhost:8000") == b"y"

    @pytest.mark.parametrize(
        "url", ["http://", "http:///x", "ftp://a/b", "nonsense", "http://[::1", "http://a:b/"]
    )
    def test_what_is_no_url(self, fetch: Any, url: str) -> None:
        assert failed(fetch, url).status_code == 403

    @pytest.mark.parametrize(
        ("url", "wire"),
        [
            ("https://example.org", "https://example.org/"),
            ("https://example.org/ä b.png", "https://example.org/%C3%A4%20b.png"),
            ("https://example.org/a%20b?q=ü&r=%2F#x", "https://example.org/a%20b?q=%C3%BC&r=%2F"),
            ("https://bücher.example:8443/", "https://xn--bcher-kva.example:8443/"),
            ("http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/"),
            ("https://user:secret@example.org/", "https://example.org/"),
        ],
    )
    def test_how_a_url_is_written(self, url: str, wire: str) -> None:
        assert urls.parse(url).wire == wire


class TestFolders:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder that is open to attachments, beside one that is not."""
        (tmp_path / "open" / "deep").mkdir(parents=True)
        (tmp_path / "open" / "deep" / "a b.png").write_bytes(b"picture")
        (tmp_path / "openly").mkdir()
        (tmp_path / "openly" / "secret").write_bytes(b"secret")
        (tmp_path / "open" / "link").symlink_to(tmp_path / "openly" / "secret")
        (tmp_path / "open" / "inner").symlink_to(tmp_path / "open" / "deep")
        return tmp_path / "open"

    @pytest.mark.parametrize("path", ["deep/a%20b.png", "deep/../deep/a%20b.png", "inner/a b.png"])
    def test_within(self, fetch: Any, folder: Path, path: str) -> None:
        for start in ("file://", "file://localhost", "FILE://"):
            assert fetch(f"{start}{folder}/{path}", attachment_folders=f"/nowhere, {folder}") == b"picture"

    @pytest.mark.parametrize(
        "path",
        ["../openly/secret", "link", "%2e%2e/openly/secret", "../openly/../openly/secret", "..", "a\x00b"],
    )
    def test_outside(self, fetch: Any, folder: Path, path: str) -> None:
        why = failed(fetch, f"file://{folder}/{path}", attachment_folders=str(folder))
        assert (why.status_code, why.passing) == (403, False)
        assert "secret" not in str(why)

    def test_nothing_is_open_by_default(self, fetch: Any, folder: Path) -> None:
        assert failed(fetch, f"file://{folder}/deep/a%20b.png").status_code == 403
        elsewhere = f"file://elsewhere.example{folder}/deep/a%20b.png"
        assert failed(fetch, elsewhere, attachment_folders=str(folder)).status_code == 403

    def test_what_is_no_file(self, fetch: Any, folder: Path) -> None:
        os.mkfifo(folder / "pipe")
        for name in ("nothing", "deep", "pipe"):
            why = failed(fetch, f"file://{folder}/{name}", attachment_folders=str(folder))
            assert (why.status_code, why.passing) == (404, False)

    def test_too_large(self, fetch: Any, folder: Path) -> None:
        url = f"file://{folder}/deep/a%20b.png"
        assert failed(fetch, url, limit=6, attachment_folders=str(folder)).status_code == 413


class TestBuckets:
    @pytest.mark.parametrize(
        ("url", "listed"),
        [
            ("s3://bucket/key", ""),
            ("s3://bucket/key", "s3://other"),
            ("s3://bucket2/key", "s3://bucket"),
            ("s3://bucket/folder2/key", "s3://bucket/folder"),
            ("s3://bucket/folder/../key", "s3://bucket/folder"),
            ("s3://bucket/folder/%2e%2e/key", "s3://bucket/folder"),
            ("s3://bucket/folder", "s3://bucket/folder"),
            ("gs://bucket/key", "s3://bucket"),
            ("az://bucket/key", "s3://bucket,gs://bucket"),
        ],
    )
    def test_what_is_not_listed_is_not_asked_for(
        self, fetch: Any, url: str, listed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fetching, "open_bucket", lambda _: pytest.fail("opened"))
        why = failed(fetch, url, attachment_buckets=listed)
        assert (why.status_code, why.passing) == (403, False)
