"""Multipart bodies arrive in pieces, and it does not matter where they are cut."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelwright.api.uploads import FIELD_LIMIT, Upload
from labelwright.refusals import InvalidParameter, Refusal, TooLarge, WrongContentType

KIND = b"multipart/form-data; boundary=X"
CONTENT = b"--X \r\n--Y binary \x00\xff\r\n-\r\n--\r\n--Z-- not the end"
BODY = (
    b'--X\r\nContent-Disposition: form-data; name="display_name"\r\n\r\nS\xc3\xbcd\r\n'
    b'--X\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n'
    + CONTENT
    + b'\r\n--X\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"a":1}\r\n--X--\r\n'
)


async def pieces(body: bytes, cuts: list[int]) -> AsyncIterator[bytes]:
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    for start, end in itertools.pairwise(edges):
        yield body[start:end]


def upload(
    folder: Path, body: bytes, cuts: list[int], limit: int = 10_000
) -> tuple[dict[str, bytes], bytes, str | None]:
    """(fields, the file's bytes, its name); nothing is left on disk afterwards."""

    async def whole() -> tuple[dict[str, bytes], bytes, str | None]:
        async with Upload(KIND, pieces(body, cuts), folder, limit) as read:
            content = read.path.read_bytes() if read.path else b""
            return dict(read.fields), content, read.filename

    try:
        return asyncio.run(whole())
    finally:
        assert list(folder.iterdir()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.integers(0, len(BODY)), max_size=12))
def test_cuts_do_not_matter(tmp_path: Path, cuts: list[int]) -> None:
    fields, content, name = upload(tmp_path, BODY, cuts)
    assert fields == {"display_name": "Süd".encode(), "metadata": b'{"a":1}'}
    assert (content, name) == (CONTENT, "a.bin")


def test_byte_by_byte(tmp_path: Path) -> None:
    assert upload(tmp_path, BODY, list(range(len(BODY))))[1] == CONTENT


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(end=st.integers(0, len(BODY) - 5))
def test_a_body_that_ends_early_is_refused(tmp_path: Path, end: int) -> None:
    with pytest.raises(InvalidParameter):
        upload(tmp_path, BODY[:end], [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    body=st.binary()
    | st.lists(st.sampled_from([b"--X", b"--", b"\r\n", b": ", b"a", BODY[:70]])).map(b"".join)
)
def test_anything_is_read_or_refused(tmp_path: Path, body: bytes) -> None:
    try:
        upload(tmp_path, body, [3])
    except Refusal:
        return


def test_limits(tmp_path: Path) -> None:
    assert upload(tmp_path, BODY, [], len(CONTENT))[1] == CONTENT
    with pytest.raises(TooLarge) as refused:
        upload(tmp_path, BODY, [], len(CONTENT) - 1)
    assert refused.value.field == "file"
    with pytest.raises(TooLarge) as refused:
        upload(tmp_path, BODY.replace(b'{"a":1}', b"x" * (FIELD_LIMIT + 1)), [])
    assert refused.value.field == "metadata"


@pytest.mark.parametrize(
    "kind", [b"", b"application/json", b"multipart/form-data", b"multipart/mixed; boundary=X"]
)
def test_other_kinds(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(WrongContentType):
        Upload(kind, pieces(BODY, []), tmp_path, 10)
