"""Bodies as hosts send them: read right, or refused in words, never kept cut off."""

import asyncio
import gzip
import random
import ssl
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar

import obstore
import pytest
import trustme
from obstore.store import MemoryStore
from server.tests.hosts import RawHost

from labelwright.domain.platform import Fetched, FetchFailed
from labelwright.jobs import fetching, guard
from labelwright.jobs.fetching import Sources
from labelwright.settings import Settings

LIMIT = 200_000
TEXT = random.Random(1).randbytes(2000).hex().encode() + b"end"
FIRST, SECOND = TEXT[:3000], TEXT[3000:]
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def host() -> Iterator[RawHost]:
    """A host that sends what a test says."""
    with RawHost() as made:
        yield made


@pytest.fixture
def get(host: RawHost, tmp_path: Path) -> Any:
    """Fetches from the host what it sends; returns the bytes."""

    def run(answer: Any, url: str | None = None, limit: int = LIMIT, **settings: Any) -> bytes:
        host.answer = answer
        path = tmp_path / "fetched"
        run.declared = asyncio.run(fetch(url or host.url("/x"), path, limit, **settings))  # type: ignore[attr-defined]
        return path.read_bytes()

    return run


async def fetch(url: str, path: Path, limit: int = LIMIT, **settings: Any) -> Fetched:
    return await Sources(Settings(**settings)).fetch(url, path, limit)


def failed(get: Any, answer: Any, **more: Any) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        get(answer, **more)
    return caught.value


def coded(coding: str, body: bytes, *more: str) -> bytes:
    """An answer whose body has a coding."""
    fields = "".join(f"{field}\r\n" for field in (f"Content-Encoding: {coding}", *more))
    return OK + f"{fields}Content-Length: {len(body)}\r\n\r\n".encode() + body


def raw_deflate(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(data) + made.flush()


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


class TestContentCoding:
    @pytest.mark.parametrize(
        ("coding", "body"),
        [
            ("gzip", zipped(FIRST) + zipped(SECOND)),
            ("gzip", zipped(FIRST) + zipped(b"") + zipped(SECOND)),
            ("x-gzip", zipped(TEXT) + bytes(512)),
            ("gzip", zipped(FIRST) + bytes(100) + zipped(SECOND)),
            ("gzip", zlib.compress(TEXT)),
            ("deflate", zlib.compress(TEXT)),
            ("deflate", raw_deflate(TEXT)),
            ("Deflate", zipped(TEXT)),
            ("identity", TEXT),
            ("", TEXT),
            ("identity, gzip , identity", zipped(TEXT)),
            ("deflate, gzip", zipped(zlib.compress(TEXT))),
            ("gzip, gzip", zipped(zipped(FIRST) + zipped(SECOND))),
            ("gzip\r\nContent-Encoding: deflate", zlib.compress(zipped(TEXT))),
            ("utf-8", TEXT),
            ("aws-chunked,gzip", zipped(TEXT)),
        ],
        ids=range(16),
    )
    def test_f10_codings_are_undone(self, get: Any, coding: str, body: bytes) -> None:
        assert get(coded(coding, body)) == TEXT

    @pytest.mark.parametrize(
        ("coding", "body"),
        [
            ("gzip", zipped(TEXT)[:-1]),
            ("gzip", zipped(TEXT)[:1000]),
            ("gzip", zipped(TEXT)[:-8]),
            ("gzip", zipped(TEXT)[:5]),
            ("gzip", zipped(FIRST) + zipped(SECOND)[:100]),
            ("gzip", zipped(FIRST) + b"\x1f"),
            ("gzip", zipped(FIRST) + SECOND),
            ("gzip", zipped(FIRST) + b"\n"),
            ("gzip", zipped(TEXT)[:-8] + bytes(8)),
            ("gzip", TEXT),
            ("gzip", b"x"),
            ("deflate", zlib.compress(TEXT)[:-1]),
            ("deflate", raw_deflate(TEXT)[:-1]),
            ("deflate", zlib.compress(FIRST) + zlib.compress(SECOND)),
            ("deflate, gzip", zipped(zlib.compress(TEXT)[:-1])),
            ("gzip, gzip", zipped(TEXT)),
            ("gzip\r\nContent-Encoding: identity", zipped(TEXT)[:-1]),
            ("br", TEXT),
            ("zstd", TEXT),
            ("compress", TEXT),
            ("gzip, br", zipped(TEXT)),
            ("gzip,gzip,gzip,gzip", zipped(TEXT)),
        ],
        ids=range(22),
    )
    def test_f10_what_cannot_be_undone_is_refused(self, get: Any, coding: str, body: bytes) -> None:
        why = failed(get, coded(coding, body))
        assert (why.status_code, why.passing) == (502, False)
        assert "Content-Encoding" in str(why)

    def test_f10_a_coding_of_nothing(self, get: Any) -> None:
        assert get(coded("gzip", b"")) == b""

    @pytest.mark.parametrize("kind", ["application/gzip", "application/x-gzip; charset=binary"])
    def test_f10_a_gz_file_that_is_said_to_be_coded(self, get: Any, kind: str) -> None:
        """Servers name the coding of the file itself; some compress it once more."""
        once, field = zipped(TEXT), f"Content-Type: {kind}"
        assert get(coded("gzip", once, field)) == once
        assert get(coded("gzip", zipped(once), field)) == once
        assert failed(get, coded("gzip", TEXT, field)).status_code == 502

    def test_f10_cut_off_where_the_connection_ends_the_body(self, get: Any) -> None:
        """The connection may be to blame: it is tried again."""
        answer = b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + zipped(TEXT)
        assert get(answer) == TEXT
        why = failed(get, answer[:-1])
        assert (why.status_code, why.passing) == (502, True)


class TestLengths:
    @pytest.mark.parametrize(
        "answer",
        [
            OK + b"Content-Length: 5\r\n\r\nabcde",
            OK + b"Content-Length: 5, 5\r\nContent-Length: 5\r\n\r\nabcde",
            OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\nX: y\r\n\r\n",
            OK + b"Transfer-Encoding: Chunked\r\nContent-Length: 2\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
            OK + b"\r\nabcde",
            b"HTTP/1.0 200 OK\r\n\r\nabcde",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            + OK
            + b"Content-Length: 5\r\n\r\nabcde",
            OK + b"Content-Range: bytes 0-4/5\r\nContent-Length: 5\r\n\r\nabcde",
            [OK, b"Content-Length: 5\r\n", b"\r", b"\n", b"ab", b"cde"],
        ],
        ids=range(9),
    )
    def test_f10_whole_bodies(self, get: Any, answer: Any) -> None:
        assert get(answer) == b"abcde"

    @pytest.mark.parametrize(
        ("answer", "passing"),
        [
            (OK + b"Content-Length: 6\r\n\r\nabcde", True),
            (OK + b"Content-Length: 6\r\n\r\n", True),
            (OK + b"Content-Length: 3\r\n\r\nabcde", False),
            ([OK + b"Content-Length: 3\r\n\r\nabc", b"de"], False),
            (OK + b"Content-Length: 0\r\n\r\nabcde", False),
            (
                [b"HTTP/1.1 103 Early Hints\r\n\r\n", OK + b"Content-Length: 3\r\n\r\n", b"abcde"],
                False,
            ),
            (OK + b"Content-Length: 5\r\nContent-Length: 3\r\n\r\nabcde", True),
            (OK + b"Content-Length: 5, 3\r\n\r\nabcde", True),
            (OK + b"Content-Length: -5\r\n\r\nabcde", True),
            (OK + b"Content-Length: five\r\n\r\nabcde", True),
            (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", True),
            (OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabcde", True),
            (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcdeXX0\r\n\r\n", True),
            (OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", True),
            (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n", True),
            (OK + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", True),
            (OK + b"Transfer-Encoding: identity\r\n\r\nabcde", True),
            (OK + b"Content-Range: bytes 0-4/9\r\nContent-Length: 5\r\n\r\nabcde", False),
            (OK + b"Content-Range: bytes */9\r\nContent-Length: 5\r\n\r\nabcde", False),
            (b"HTTP/1.1 100 Continue\r\n\r\n", True),
            (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabcde", True),
            (b"HTTP/1.1 099 What\r\n\r\nabcde", True),
            (b"HTTP/1.0 200 OK\r\n\r\n", True),
            (OK + b"\r\n", True),
            (OK, True),
            (b"", True),
            (b"abcde", True),
            (b"SSH-2.0-OpenSSH_9.6 secret-host\r\n", True),
            (b"HTTP/2 200 OK\r\n\r\nabcde", True),
        ],
        ids=range(29),
    )
    def test_f10_wrong_lengths_and_no_http(self, get: Any, answer: Any, passing: bool) -> None:
        why = failed(get, answer)
        assert (why.status_code, why.passing) == (502, passing)
        assert "OpenSSH" not in str(why)

    @pytest.mark.parametrize("status", [204, 205, 206, 300, 304, 416, 451])
    def test_f10_other_answers(self, get: Any, status: int) -> None:
        length = b"" if status in {204, 304} else b"Content-Length: 5\r\n\r\nabcde"
        why = failed(get, b"HTTP/1.1 %d X\r\n%s\r\n" % (status, length))
        assert (why.status_code, why.passing) == (status, False)

    def test_f10_a_connection_that_stays_open(self, host: RawHost, get: Any) -> None:
        host.lingers = True
        assert get(OK + b"Content-Length: 5\r\n\r\nabcde") == b"abcde"
        assert b"connection: close" in host.requests[0].lower()


class TestTls:
    @pytest.fixture
    def host(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RawHost]:
        """A host with TLS that ends connections as somebody does who cuts them."""
        authority = trustme.CA()
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        guard._tls_context.cache_clear()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        with RawHost(context) as made:
            yield made
        guard._tls_context.cache_clear()

    def test_f10_a_cut_is_seen(self, host: RawHost, get: Any) -> None:
        url = host.url("/", "localhost")
        assert get(OK + b"Content-Length: 5\r\n\r\nabcde", url) == b"abcde"
        why = failed(get, OK + b"\r\nabcde", url=url)
        assert (why.status_code, why.passing) == (502, True)
        host.says_end = True
        assert get(OK + b"\r\nabcde", url) == b"abcde"


class TestRedirects:
    @pytest.mark.parametrize(
        ("location", "asked"),
        [
            (b"y", b"/a/y"),
            (b"/y?z=1#part", b"/y?z=1"),
            (b"?q", b"/a/x?q"),
            (b"../../y", b"/y"),
            (b"/caf\xc3\xa9/\xe2\x82\xac", b"/caf%C3%A9/%E2%82%AC"),
            (b"/caf\xe9", b"/caf%E9"),
            (b"/a b", b"/a%20b"),
            (b"/a%2Fb%zz", b"/a%2Fb%zz"),
        ],
    )
    def test_f10_where_a_location_leads(self, host: RawHost, get: Any, location: bytes, asked: bytes) -> None:
        moved = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % location
        assert failed(get, moved, url=host.url("/a/x")).status_code == 502
        assert host.requests[1].startswith(b"GET %s HTTP/1.1\r\n" % asked)

    def test_f10_to_the_same_host_without_its_scheme(self, host: RawHost, get: Any) -> None:
        place = host.url("/y").removeprefix("http:").encode()
        failed(get, b"HTTP/1.1 307 X\r\nLocation: %s\r\n\r\n" % place)
        assert host.requests[1].startswith(b"GET /y ")

    @pytest.mark.parametrize(
        "location",
        [b"https:///x", b"http://[::1", b"http://a\\b/", b"http://b\xfccher.example/", b"javascript:1"],
    )
    def test_f10_a_location_that_is_no_address(self, get: Any, location: bytes) -> None:
        why = failed(get, b"HTTP/1.1 302 Found\r\nLocation: %s\r\n\r\n" % location)
        assert (why.status_code, why.passing) == (403, False)

    @pytest.mark.parametrize("field", [b"", b"Location:\r\n", b"Location: \t\r\n"])
    def test_f10_without_one(self, get: Any, field: bytes) -> None:
        assert failed(get, b"HTTP/1.1 303 X\r\n%s\r\n" % field).status_code == 303


class TestUserInformation:
    def test_f10_it_is_sent_and_never_shown(self, host: RawHost, get: Any) -> None:
        url = host.url("/x").replace("//", "//us%40er:se%20cret@")
        assert get(OK + b"Content-Length: 1\r\n\r\nx", url) == b"x"
        # us@er:se cret
        assert b"authorization: basic dxnaZXI6c2UgY3JldA==".lower() in host.requests[0].lower()
        assert b"secret" not in host.requests[0].splitlines()[0]
        assert "cret" not in get.declared.url
        why = failed(get, b"HTTP/1.1 401 X\r\n\r\n", url=url)
        assert "cret" not in str(why)

    def test_f10_it_stays_with_its_host(self, host: RawHost, get: Any) -> None:
        with RawHost() as other:
            other.answer = OK + b"Content-Length: 1\r\n\r\nx"
            moved = b"HTTP/1.1 302 X\r\nLocation: %s\r\n\r\n" % other.url("/y").encode()
            assert get(moved, host.url("/x").replace("//", "//user:secret@")) == b"x"
            assert b"authorization" in host.requests[0].lower()
            assert b"authorization" not in other.requests[0].lower()

    def test_f10_a_user_without_a_password(self, host: RawHost, get: Any) -> None:
        get(OK + b"Content-Length: 1\r\n\r\nx", host.url("/x").replace("//", "//user@"))
        assert b"authorization: basic dxnlcjo=" in host.requests[0].lower()


class TestOtherSources:
    def test_f10_a_file_that_changes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        source = tmp_path / "a.bin"
        source.write_bytes(b"x" * 100)

        class Growing:
            """Appends to the file before the space for its first bytes is given."""

            async def reserve(self, size: int) -> None:
                if source.stat().st_size == 100:
                    with source.open("ab") as opened:
                        opened.write(b"y")

        async def run() -> None:
            sources = Sources(Settings(attachment_folders=str(tmp_path)))
            await sources.fetch(f"file://{source}", tmp_path / "b.bin", LIMIT, Growing().reserve)

        with pytest.raises(FetchFailed, match="changed") as caught:
            asyncio.run(run())
        assert caught.value.passing

    @pytest.mark.parametrize("coding", ["gzip", "deflate, gzip"])
    def test_f10_an_object_with_a_coding(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coding: str
    ) -> None:
        """As ``gsutil cp -z`` and others upload them."""
        packed = zipped(FIRST) + zipped(SECOND) if coding == "gzip" else zipped(zlib.compress(TEXT))
        store = MemoryStore()
        attributes = {"Content-Encoding": coding, "Content-Type": "text/plain; charset=Shift_JIS"}
        obstore.put(store, "a.txt", packed, attributes=attributes)
        obstore.put(store, "b.txt", packed[:-3], attributes=attributes)
        monkeypatch.setattr(fetching, "open_bucket", lambda _: store)
        told = asyncio.run(fetch("S3://b/a.txt", tmp_path / "a", attachment_buckets="s3://b"))
        assert (tmp_path / "a").read_bytes() == TEXT
        assert (told.mime_type, told.charset, told.name) == ("text/plain", "shift_jis", "a.txt")
        with pytest.raises(FetchFailed, match="Content-Encoding"):
            asyncio.run(fetch("s3://b/b.txt", tmp_path / "a", attachment_buckets="s3://b"))

    def test_f10_an_object_that_is_cut_off(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Cut:
            meta: ClassVar[dict[str, int]] = {"size": 10}
            attributes: ClassVar[dict[str, str]] = {}

            async def stream(self) -> AsyncIterator[bytes]:
                yield b"12345"

        async def cut(*_: Any) -> Cut:
            return Cut()

        monkeypatch.setattr(fetching, "open_bucket", lambda _: None)
        monkeypatch.setattr(obstore, "get_async", cut)
        with pytest.raises(FetchFailed, match="size") as caught:
            asyncio.run(fetch("s3://b/a", tmp_path / "a", attachment_buckets="s3://b"))
        assert caught.value.passing
