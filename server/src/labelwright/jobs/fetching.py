"""Gets the bytes behind customers' references: from hosts through the guard, from listed buckets and folders."""

import asyncio
import contextlib
import os
import re
import stat
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

import httpcore2
import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError

from labelwright import __version__, urls
from labelwright.domain.platform import Fetched, FetchFailed, Reserve
from labelwright.errors import Unavailable
from labelwright.jobs.guard import AddressRefused, Guard, GuardedPool, Unreachable, reason
from labelwright.jobs.response_bodies import STEP, Body, codings, in_thread, too_large, unlimited
from labelwright.jobs.streams import CountedStream
from labelwright.outages import no_room, of_the_disk
from labelwright.settings import Settings, parts
from labelwright.store.blobs import open_bucket

log = structlog.get_logger("labelwright.fetching")

REDIRECTS = 5
"""Redirects that are followed for one reference."""

CONNECT, SILENCE = 10.0, 30.0
"""Seconds to connect, and without a byte, after which a host is given up; the whole has a limit of its own."""

LINGER_TIMEOUT = 0.5
"""Seconds that a host gets to close the connection, as it was asked to; what comes then is too much."""

TRANSIENT_STATUSES = frozenset({408, 425, 429})
"""Client errors that may pass; the others are an answer for good."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_PARAMETER = re.compile(r""";\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""")
MAX_HEADER_LENGTH = 2048
"""Characters of a header that are read."""

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_MOVED = frozenset({301, 302, 303, 307, 308})


class HttpSource:
    """Downloads over http(s) through the guard; redirects are followed, each hop is checked.

    Args:
        guard: what may be reached.
        connections: downloads at once.
    """

    def __init__(self, guard: Guard, connections: int) -> None:
        self._pool = GuardedPool(guard, connections)

    async def fetch(self, url: str, path: Path, limit: int, reserve: Reserve) -> Fetched:
        """Write the body of the answer to a file (see ``Fetcher``)."""
        try:
            target = urls.parse(url)
        except urls.InvalidUrl as error:
            raise FetchFailed(f"This is no http or https URL that can be used: {error}.", 403) from error
        for _ in range(REDIRECTS + 1):
            got = await self._one(target, path, limit, reserve)
            if isinstance(got, Fetched):
                return got
            try:
                target = target.follow(got)
            except urls.InvalidUrl as error:
                raise FetchFailed(
                    f"The host redirects to something else than a web page: {error}.", 403
                ) from error
        raise FetchFailed(f"More than {REDIRECTS} redirects.", 502)

    async def _one(self, url: urls.Url, path: Path, limit: int, reserve: Reserve) -> Fetched | bytes:
        """One request; returns where a redirect leads to, or what was declared about the body that is written."""
        headers = [
            ("Host", url.host_header),
            ("user-agent", f"labelwright/{__version__}"),
            ("accept", "*/*"),
            ("accept-encoding", "identity"),
            ("connection", "close"),
        ]
        if url.authorization is not None:
            headers.append(("authorization", url.authorization))
        timeout = {"connect": CONNECT, "read": SILENCE, "write": SILENCE, "pool": None}
        pool = await self._pool.open()
        try:
            async with pool.stream(
                "GET", url.wire, headers=headers, extensions={"timeout": timeout}
            ) as answer:
                head = _Head(answer)
                if answer.status in _MOVED and head.text("location"):
                    return head.raw("location")
                head.check(limit)
                return await _download(url, answer, head, Body(path, limit, *head.contents, reserve))
        except AddressRefused as error:
            raise FetchFailed(str(error), 403) from error
        except httpcore2.TimeoutException as error:
            raise FetchFailed(reason(error), 504, passing=True) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, Unreachable) as error:
            log.info("not fetched", host=url.place, reason=str(error) or type(error).__name__)
            raise FetchFailed(reason(error), 502, passing=True) from error


class _Head:
    """Status and headers of an answer."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._status = answer.status
        self._fields: dict[str, list[bytes]] = {}
        for name, value in answer.headers:
            self._fields.setdefault(name.decode("latin-1").lower(), []).append(value)

    def raw(self, name: str) -> bytes:
        """The first value of a header."""
        return self._fields.get(name, [b""])[0]

    def text(self, name: str) -> str:
        """All values of a header, joined with commas: servers write UTF-8 or Latin-1."""
        value = b", ".join(self._fields.get(name, ()))
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("latin-1")

    @property
    def length(self) -> int | None:
        """How many bytes the body has as it comes; None when the connection or a chunk says so."""
        value = self.raw("content-length")
        return int(value) if value.isdigit() and "transfer-encoding" not in self._fields else None

    @property
    def is_framed(self) -> bool:
        """Whether the answer itself says where its body ends."""
        return self.length is not None or "transfer-encoding" in self._fields

    @property
    def contents(self) -> tuple[Sequence[str], str]:
        """The codings to undo, and the media type."""
        return codings(self.text("content-encoding")), declared("", self.text("content-type")).mime_type

    def check(self, limit: int) -> None:
        """Refuse what is not a whole file.

        Raises:
            FetchFailed: it is not, or it is larger than the limit.
        """
        if self._status not in {200, 203}:
            passing = self._status >= 500 or self._status in TRANSIENT_STATUSES
            raise FetchFailed(f"The host answered {self._status}.", self._status, passing=passing)
        part = self.text("content-range")
        found = _RANGE.fullmatch(part.strip())
        if part and not (found and int(found[1]) == 0 and int(found[2]) + 1 == int(found[3])):
            raise FetchFailed("The host sent a part of the file instead of the whole.", 502)
        if self.length is not None and self.length > limit:
            raise too_large(limit)


async def _download(url: urls.Url, answer: httpcore2.Response, head: _Head, body: Body) -> Fetched:
    """Write a body, and see that it is neither cut off nor longer than it claims to be."""
    stream: CountedStream = answer.extensions["network_stream"]
    await body.write(answer.aiter_stream(), whole=head.is_framed)
    if head.length is not None and (stream.body_bytes > head.length or not await stream.ends(LINGER_TIMEOUT)):
        raise FetchFailed("The host sent more bytes than its Content-Length says.", 502)
    if not head.is_framed and (not body.received or stream.was_cut()):
        # Without a length, only the end of the connection says that this was all.
        raise FetchFailed("The connection ended before the whole body had come.", 502, passing=True)
    return declared(url.wire, head.text("content-type"), head.text("content-disposition"))


def declared(url: str, content_type: str = "", disposition: str = "") -> Fetched:
    """What a source says about its bytes.

    Args:
        url: where they are; its last part is the file name by default.
        content_type: the value of Content-Type; one that cannot be read says nothing.
        disposition: the value of Content-Disposition.
    """
    mime_type, parameters = _header(content_type)
    name = _header(disposition)[1].get("filename") or unquote(urlsplit(url).path)
    return Fetched(
        mime_type=mime_type if "/" in mime_type else "",
        charset=_UNPRINTABLE.sub("", parameters.get("charset", "").lower()),
        name=_UNPRINTABLE.sub("", name.replace("\\", "/").rpartition("/")[2]),
        url=url,
    )


def _header(value: str) -> tuple[str, dict[str, str]]:
    """The value of a header and its parameters (RFC 9110 §5.6.6, RFC 8187); what cannot be read is left out."""
    value = value[:MAX_HEADER_LENGTH]
    found: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        plain = text[1:-1] if text.startswith('"') else text.strip()
        found.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", plain))
    for name in [name for name in found if name.endswith("*")]:
        charset, _, encoded = found[name].replace("'", "\0", 1).partition("\0")
        if charset.lower() in {"utf-8", "iso-8859-1"}:
            found[name[:-1]] = unquote(encoded.partition("'")[2], charset, "replace")
    return value.partition(";")[0].strip().lower(), found


class BucketSource:
    """Reads objects with the server's own credentials, only below the prefixes that the operator listed.

    Args:
        listed: ``s3://bucket``, ``gs://bucket/folder``, ``s3://bucket?endpoint=…``, …
    """

    def __init__(self, listed: tuple[str, ...]) -> None:
        self._stores = {url.partition("?")[0].rstrip("/") + "/": url for url in listed}

    def has(self, url: str) -> bool:
        """Whether a URL lies below a listed prefix, also in the eyes of a store that resolves ``..``."""
        if any(part in {".", ".."} for part in unquote(url).split("/")):
            return False
        return any(url.startswith(place) for place in self._stores)

    async def fetch(self, url: str, path: Path, limit: int, reserve: Reserve) -> Fetched:
        """Write an object to a file (see ``Fetcher``)."""
        if not self.has(url):
            raise FetchFailed("Its bucket is not one that this server may read for attachments.", 403)
        place = max((place for place in self._stores if url.startswith(place)), key=len)
        key = url[len(place) :]
        # Only Azure's web addresses have a query; elsewhere a question mark belongs to the key.
        key = unquote(key.partition("?")[0] if url.startswith("http") else key)
        try:
            found = await obstore.get_async(open_bucket(self._stores[place]), key)
            size, given = int(found.meta["size"]), found.attributes
            if size > limit:
                raise too_large(limit)
            about = declared(
                f"{place}{quote(key)}",
                str(given.get("Content-Type", "")),
                str(given.get("Content-Disposition", "")),
            )
            undo = codings(str(given.get("Content-Encoding", "")))
            body = Body(path, limit, undo, about.mime_type, reserve)
            await body.write(aiter(found.stream()))
        except (FileNotFoundError, NotFoundError) as error:
            raise FetchFailed("There is no such object.", 404) from error
        except (PermissionError, PermissionDeniedError, UnauthenticatedError) as error:
            raise FetchFailed("The bucket does not let this server read it.", 403) from error
        except (BaseError, OSError, ValueError) as error:
            if no_room(error):
                raise
            # The library's sentence can hold endpoints and request ids: nothing for customers.
            raise FetchFailed("The object store could not be asked.", 502, passing=True) from error
        if body.received != size:
            raise FetchFailed("The object has another size than its store says.", 502, passing=True)
        return about


class FolderSource:
    """Reads files of this machine, only below the folders that the operator listed.

    Args:
        folders: absolute paths.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = folders

    async def fetch(self, url: str, path: Path, limit: int, reserve: Reserve) -> Fetched:
        """Copy a file (see ``Fetcher``)."""
        opened = await in_thread(self._open, url)
        with opened:
            before = os.fstat(opened.fileno())
            if before.st_size > limit:
                raise too_large(limit)
            body = Body(path, limit, reserve=reserve)
            await body.write(_pieces(opened))
            after = os.fstat(opened.fileno())
        if (body.size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise FetchFailed("The file was changed while it was read.", 502, passing=True)
        return declared(url.partition("?")[0].partition("#")[0])

    def _open(self, url: str) -> BinaryIO:
        split = urlsplit(url)
        try:
            # Resolved before it is compared: neither .. nor a symbolic link leads out.
            source = Path(unquote(split.path)).resolve()
            allowed = [Path(folder).resolve() for folder in self._folders]
        except (OSError, ValueError, RuntimeError) as error:
            raise FetchFailed("This is no path of a file.", 403) from error
        if split.netloc not in {"", "localhost"} or not any(source.is_relative_to(one) for one in allowed):
            raise FetchFailed("It is not in a folder that this server may read for attachments.", 403)
        try:
            # A pipe without a writer would be waited for.
            opened = os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
        except OSError as error:
            raise FetchFailed("There is no such file, or it cannot be read.", 404) from error
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            opened.close()
            raise FetchFailed("There is no such file.", 404)
        return opened


async def _pieces(opened: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while piece := await in_thread(opened.read, STEP):
            yield piece
    except OSError as error:
        raise FetchFailed("The file cannot be read.", 404) from error


class Sources:
    """Every place that references may name; what ``platform.fetcher`` is in a running server.

    Args:
        settings: the limits, and what is listed.
    """

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.attachment_timeout
        # Imports of files wait for nobody's attachments.
        self._http = HttpSource(Guard(settings.allowed_hosts), 2 * settings.attachment_workers)
        self._buckets = BucketSource(parts(settings.attachment_buckets))
        self._folders = FolderSource(parts(settings.attachment_folders))

    async def fetch(self, url: str, path: Path, limit: int, reserve: Reserve | None = None) -> Fetched:
        """Write the bytes behind a reference to a file (see ``Fetcher``)."""
        scheme, colon, rest = url.partition(":")
        scheme = scheme.lower()
        url = f"{scheme}{colon}{rest}"
        with contextlib.suppress(urls.InvalidUrl):
            found = urls.parse(url)
            if self._buckets.has(found.wire):
                url = found.wire
        source: HttpSource | BucketSource | FolderSource = self._buckets
        if scheme == "file":
            source = self._folders
        elif scheme in {"http", "https"} and not self._buckets.has(url):
            source = self._http
        try:
            async with asyncio.timeout(self._timeout) as deadline:
                return await source.fetch(url, path, limit, _untimed(reserve or unlimited, deadline))
        except (FetchFailed, Unavailable):
            raise
        except TimeoutError as error:
            raise FetchFailed(f"It took longer than {self._timeout:g} s.", 504, passing=True) from error
        except Exception as error:
            if of_the_disk(error):
                # Nobody's reference is to blame.
                raise
            # A try counts whatever it was: one that breaks each time must not be repeated for ever.
            log.exception("a fetch broke")
            raise FetchFailed("This server could not read what the host sent.", 502, passing=True) from error


def _untimed(reserve: Reserve, deadline: asyncio.Timeout) -> Reserve:
    """Stop the clock while space is waited for: that is no host's time."""

    async def wait(size: int) -> None:
        when, loop = deadline.when(), asyncio.get_running_loop()
        if when is None or deadline.expired():
            await reserve(size)
            return
        left = when - loop.time()
        deadline.reschedule(None)
        await reserve(size)
        deadline.reschedule(loop.time() + left)

    return wait
