"""Files behind signed URLs: whole, in ranges, for as long as the signature holds."""

import itertools

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.tests.harness import Server, Tenant, done, refused

from labelwright.api.files import UnsatisfiableRange, _range
from labelwright.domain.platform import SIGNED_URL_LIFETIME

CONTENT = bytes(itertools.islice(itertools.cycle(range(256)), 1000))


@pytest.fixture
def url(tenant: Tenant, server: Server) -> str:
    """The signed URL of a file of 1000 bytes."""
    return server.platform.file_url(done(tenant.upload(CONTENT, "a.bin"))["id"])


def get(tenant: Tenant, url: str, wanted: str | None = None, method: str = "GET") -> httpx2.Response:
    return tenant.anonymous.request(method, url, headers={"range": wanted} if wanted else {})


def test_whole(tenant: Tenant, url: str) -> None:
    answer = get(tenant, url)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == "1000"
    assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=990-", 990, 1000),
        ("bytes=990-5000", 990, 1000),
        ("bytes=-10", 990, 1000),
        ("bytes=-5000", 0, 1000),
        ("bytes=999-999", 999, 1000),
        ("bytes=0-", 0, 1000),
    ],
)
def test_ranges(tenant: Tenant, url: str, wanted: str, start: int, end: int) -> None:
    answer = get(tenant, url, wanted)
    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/1000"
    head = get(tenant, url, wanted, "HEAD")
    assert (head.status_code, head.content) == (206, b"")
    assert head.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("wanted", ["bytes=1000-", "bytes=5000-6000", "bytes=-0", "bytes=9-3"])
def test_ranges_outside(tenant: Tenant, url: str, wanted: str) -> None:
    refused(get(tenant, url, wanted), 416)


@pytest.mark.parametrize(
    "wanted",
    ["bytes=-", "bytes", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b", f"bytes={'9' * 5000}-", "nonsense"],
)
def test_ranges_that_are_not_understood_are_ignored(tenant: Tenant, url: str, wanted: str) -> None:
    assert get(tenant, url, wanted).status_code == 200


@given(size=st.integers(1, 500), first=st.none() | st.integers(0, 600), last=st.none() | st.integers(0, 600))
def test_a_range_is_what_a_slice_is(size: int, first: int | None, last: int | None) -> None:
    whole = bytes(i % 251 for i in range(size))
    text = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    if first is None and last is None:
        assert _range(text, size) == (0, size, 200)
        return
    expected = whole[-last:] if first is None and last else whole[first : None if last is None else last + 1]
    if first is None and last == 0:
        expected = b""
    if not expected:
        with pytest.raises(UnsatisfiableRange):
            _range(text, size)
        return
    start, end, status = _range(text, size)
    assert (whole[start:end], status) == (expected, 206)


def test_the_browser_may_keep_it(tenant: Tenant, url: str, server: Server) -> None:
    etag = get(tenant, url).headers["etag"]
    answer = tenant.anonymous.get(url, headers={"if-none-match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    file_id = url.split("/")[2].partition("?")[0]
    server.clock.advance(seconds=1)
    assert server.platform.file_url(file_id).partition("?")[0] == url.partition("?")[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.partition("?")[0],
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.replace("until=", "until=9"),
        lambda url: url.partition("&")[0] + "&signature=",
        lambda url: url.partition("&")[0] + "&signature=%C3%A9",
        lambda url: f"/files/{'0' * 8}{url[15:]}",
    ],
)
def test_a_signature_that_does_not_hold(tenant: Tenant, url: str, change: object) -> None:
    refused(get(tenant, change(url)), 403, "signature")  # type: ignore[operator]


def test_it_ends(tenant: Tenant, url: str, server: Server) -> None:
    server.clock.advance(seconds=SIGNED_URL_LIFETIME / 1000 - 1)
    assert get(tenant, url).status_code == 200
    server.clock.advance(seconds=3602)
    refused(get(tenant, url), 403, "signature")


def test_a_file_that_is_gone(tenant: Tenant, server: Server) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    refused(get(tenant, server.platform.file_url(nowhere)), 404)
    file_id = done(tenant.upload(b"x"))["id"]
    (blob,) = (server.settings.data / "files").rglob(file_id)
    blob.unlink()
    refused(get(tenant, server.platform.file_url(file_id)), 404, "missing")


@pytest.mark.parametrize(
    ("content", "kind", "shown"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png", "inline"),
        (b"%PDF-1.7", "application/pdf", "inline"),
        (b"just text", "text/plain", "inline"),
        # Markup is never rendered on this origin.
        (b"<html><script>alert(1)</script>", "text/plain", "inline"),
        (b"<svg onload='alert(1)'/>", "text/plain", "inline"),
        (b"PK\x03\x04", "application/zip", "attachment"),
        (b"\x00\x01\x02", "application/octet-stream", "attachment"),
        (b"", "text/plain", "inline"),
    ],
)
def test_how_it_is_served(tenant: Tenant, server: Server, content: bytes, kind: str, shown: str) -> None:
    answer = get(tenant, server.platform.file_url(done(tenant.upload(content, "x.html"))["id"]))
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert answer.headers["content-disposition"] == shown
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.content == content
