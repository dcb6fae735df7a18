"""Multipart bodies arrive in pieces, and it does not matter where they are cut."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelwright.api.uploads import FIELD_LIMIT, FIELDS_LIMIT, MAX_CONTENT_TYPE, MAX_PARTS, Upload
from labelwright.errors import InvalidParameter, RequestError, TooLarge, WrongContentType

KNOWN = ("display_name", "metadata")
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
        async with Upload(KIND, pieces(body, cuts), folder, limit, KNOWN) as read:
            content = read.path.read_bytes() if read.path else b""
            return {name: bytes(value) for name, value in read.fields.items()}, content, read.filename

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


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("filename*=UTF-8''%e2%82%ac.txt", "€.txt"),
        ("filename*=utf-8'de's%C3%BCd%27s.txt", "süd's.txt"),
        ("filename*=ISO-8859-1''s%FCd.txt", "süd.txt"),
        ("filename*=rot13''abc", "abc"),
        ("filename*=UTF-8''..%2f..%5Ca%00b", "ab"),
        ("filename=a.txt; filename*=UTF-8''b.txt", "a.txt"),
    ],
)
def test_f24_a_file_name_in_other_letters(tmp_path: Path, given: str, name: str) -> None:
    """Older clients write names that are not ASCII in this way only."""
    part = f'Content-Disposition: form-data; name="file"; {given}'
    assert upload(tmp_path, f"--X\r\n{part}\r\n\r\nabc\r\n--X--\r\n".encode(), [])[1:] == (b"abc", name)


@pytest.mark.parametrize("given", ["filename*=", "filename*=a", "filename*=UTF-8''", "filename*=UTF-8'a"])
def test_f24_a_file_name_that_is_none(tmp_path: Path, given: str) -> None:
    part = f'Content-Disposition: form-data; name="file"; {given}'
    with pytest.raises(InvalidParameter, match="filename"):
        upload(tmp_path, f"--X\r\n{part}\r\n\r\nabc\r\n--X--\r\n".encode(), [])


def test_f24_a_part_has_one_name(tmp_path: Path) -> None:
    head = 'Content-Disposition: form-data; name="metadata"'
    both = f'{head}\r\ncontent-disposition: form-data; name="file"; filename="a"'
    with pytest.raises(InvalidParameter, match="content-disposition"):
        upload(tmp_path, f"--X\r\n{both}\r\n\r\nabc\r\n--X--\r\n".encode(), [])


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
    except RequestError:
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
        Upload(kind, pieces(BODY, []), tmp_path, 10, KNOWN)


def part(name: str, value: bytes = b"", more: bytes = b"") -> bytes:
    return (
        b'--X\r\nContent-Disposition: form-data; name="'
        + name.encode()
        + b'"\r\n'
        + more
        + b"\r\n"
        + value
        + b"\r\n"
    )


class Endless:
    """A body that never ends; counts what was taken of it."""

    def __init__(self, parts: Callable[[int], bytes]) -> None:
        self.taken = 0
        self._parts = parts

    async def pieces(self) -> AsyncIterator[bytes]:
        for number in itertools.count():
            piece = self._parts(number)
            self.taken += len(piece)
            assert self.taken < 2**24, "16 MB were taken"
            yield piece


def refusal(folder: Path, body: Endless, limit: int = 10_000) -> tuple[RequestError, int]:
    """The refusal of an endless body, and how many bytes of it are kept in memory at that moment."""

    async def whole() -> tuple[RequestError, int]:
        read = Upload(KIND, body.pieces(), folder, limit, KNOWN)
        with pytest.raises(RequestError) as refused:
            await read.__aenter__()
        return refused.value, sum(map(len, read.fields.values()))

    try:
        return asyncio.run(whole())
    finally:
        assert list(folder.iterdir()) == []


def test_f24_a_part_with_an_unknown_name_is_refused_before_its_content(tmp_path: Path) -> None:
    body = Endless(lambda number: part(f"n{number}", b"x" * 65_000))
    error, kept = refusal(tmp_path, body)
    assert (error.status, error.field, kept) == (400, "n0", 0)
    assert body.taken == len(part("n0", b"x" * 65_000))


@pytest.mark.parametrize(
    ("parts", "status", "most"),
    [
        # The last of a name counts, and all of them are counted.
        (lambda _: part("metadata", b"x" * 60_000), 413, FIELDS_LIMIT),
        (lambda _: part("metadata"), 400, 0),
        # Headers without an end: of one header, and of one part.
        (lambda number: b"x" * 1000 if number else b"--X\r\nContent-Disposition: ", 400, 0),
        (lambda number: b"X-%d: y\r\n" % number if number else b"--X\r\n", 400, 0),
        # Bytes after the last part, and before the first.
        (lambda number: b"--X--\r\n" if number == 1 else b"x" * 1000 if number else part("metadata"), 413, 0),
        (lambda number: b"\r\n" * 1000, 413, 0),
    ],
)  # fmt: skip
def test_f24_nothing_in_a_body_may_be_endless(
    tmp_path: Path, parts: Callable[[int], bytes], status: int, most: int
) -> None:
    error, kept = refusal(tmp_path, Endless(parts))
    assert error.status == status
    assert kept <= most


def test_f24_the_number_of_parts_and_their_sum_are_limited(tmp_path: Path) -> None:
    body = Endless(lambda _: part("metadata", b"x"))
    error, _ = refusal(tmp_path, body)
    assert str(MAX_PARTS) in error.message
    assert body.taken == len(part("metadata", b"x")) * (MAX_PARTS + 1)
    body = Endless(lambda _: part("display_name", b"x" * FIELD_LIMIT))
    error, _ = refusal(tmp_path, body)
    assert str(FIELDS_LIMIT) in error.message
    assert body.taken < FIELDS_LIMIT + 2 * FIELD_LIMIT


def test_f24_a_file_without_an_end_is_refused_at_its_limit(tmp_path: Path) -> None:
    head = part("file")[:-4].replace(b'"file"', b'"file"; filename="a"') + b"\r\n\r\n"
    body = Endless(lambda number: b"x" * 50_000 if number else head)
    error, _ = refusal(tmp_path, body, limit=200_000)
    assert (error.status, error.field) == (413, "file")
    assert body.taken < 300_000


def test_f24_a_long_content_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongContentType):
        Upload(KIND + b";" * MAX_CONTENT_TYPE, pieces(BODY, []), tmp_path, 10, KNOWN)
