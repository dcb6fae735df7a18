"""Gets the bytes behind customers' references: from hosts through the guard, from listed buckets and folders."""

import asyncio
import os
import re
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

import httpcore2
import obstore
from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError

from labelwright import __version__
from labelwright.domain.platform import Fetched, FetchFailed
from labelwright.jobs.guard import Guard, GuardedPool, Refused
from labelwright.outages import no_room
from labelwright.settings import Settings, parts
from labelwright.store.blobs import open_bucket

REDIRECTS = 5
"""Redirects that are followed for one reference."""

CONNECT, SILENCE = 10.0, 30.0
"""Seconds to connect, and without a byte, after which a host is given up; the whole has a limit of its own."""

PASSING = frozenset({408, 425, 429})
"""Client errors that may pass; the others are an answer for good."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_PARAMETER = re.compile(r""";\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""")
LONGEST_HEADER = 2048
"""Characters of a header that are read."""

_URL_SAFE = "%/:=&?~+!$,;'@()*[]"
_MOVED = frozenset({301, 302, 303, 307, 308})


def wire_url(url: str) -> str:
    """A URL as it goes over the wire: host in IDNA, other characters percent-encoded, without the fragment.

    Raises:
        ValueError: it is no http(s) URL with a host.
    """
    split = urlsplit(url)
    if split.scheme not in {"http", "https"} or not split.hostname:
        raise ValueError("neither http nor https, or no host")
    host = split.hostname if ":" in split.hostname else split.hostname.encode("idna").decode()
    place = f"[{host}]" if ":" in host else host
    if split.port is not None:
        place += f":{split.port}"
    return urlunsplit(
        (split.scheme, place, quote(split.path, _URL_SAFE) or "/", quote(split.query, _URL_SAFE), "")
    )


class HttpSource:
    """Downloads over http(s) through the guard; redirects are followed, each hop is checked.

    Args:
        guard: what may be reached.
        connections: downloads at once.
    """

    def __init__(self, guard: Guard, connections: int) -> None:
        self._pool = GuardedPool(guard, connections)

    async def fetch(self, url: str, path: Path, limit: int) -> Fetched:
        """Write the body of the answer to a file (see ``Fetcher``)."""
        for _ in range(REDIRECTS + 1):
            try:
                address = wire_url(url)
            except ValueError as error:
                raise FetchFailed(f"This is no http or https URL: {error}.", 403) from error
            got = await self._one(address, path, limit)
            if isinstance(got, Fetched):
                return got
            url = urljoin(address, got)
        raise FetchFailed(f"More than {REDIRECTS} redirects.", 502)

    async def _one(self, url: str, path: Path, limit: int) -> Fetched | str:
        """One request; returns where a redirect leads to, or what was declared about the body that is written."""
        headers = [
            ("user-agent", f"labelwright/{__version__}"),
            ("accept", "*/*"),
            ("accept-encoding", "identity"),
        ]
        timeout = {"connect": CONNECT, "read": SILENCE, "write": SILENCE, "pool": None}
        pool = await self._pool.open()
        try:
            async with pool.stream("GET", url, headers=headers, extensions={"timeout": timeout}) as answer:
                found = {name.lower(): value for name, value in answer.headers}
                if answer.status in _MOVED and b"location" in found:
                    return found[b"location"].decode("latin-1")
                if answer.status not in {200, 203}:
                    passing = answer.status >= 500 or answer.status in PASSING
                    raise FetchFailed(f"The host answered {answer.status}.", answer.status, passing=passing)
                length = found.get(b"content-length", b"")
                if length.isdigit() and int(length) > limit:
                    raise too_large(limit)
                decode = decoder(found.get(b"content-encoding", b"").decode("latin-1"))
                await write(path, answer.aiter_stream(), limit, decode)
                return declared(
                    url,
                    _text(found.get(b"content-type", b"")),
                    _text(found.get(b"content-disposition", b"")),
                )
        except Refused as error:
            raise FetchFailed(str(error), 403) from error
        except httpcore2.TimeoutException as error:
            raise FetchFailed("The host did not answer in time.", 504, passing=True) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            if no_room(error):
                raise
            reason = str(error) or type(error).__name__
            raise FetchFailed(f"No connection: {reason}", 502, passing=True) from error


def too_large(limit: int) -> FetchFailed:
    """The failure of a body that is larger than allowed."""
    return FetchFailed(f"It is larger than {limit} bytes.", 413)


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


def _text(raw: bytes) -> str:
    """The value of a header: servers write UTF-8 or Latin-1."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _header(value: str) -> tuple[str, dict[str, str]]:
    """The value of a header and its parameters (RFC 9110 §5.6.6, RFC 8187); what cannot be read is left out."""
    value = value[:LONGEST_HEADER]
    found: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        plain = text[1:-1] if text.startswith('"') else text.strip()
        found.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", plain))
    for name in [name for name in found if name.endswith("*")]:
        charset, _, encoded = found[name].replace("'", "\0", 1).partition("\0")
        if charset.lower() in {"utf-8", "iso-8859-1"}:
            found[name[:-1]] = unquote(encoded.partition("'")[2], charset, "replace")
    return value.partition(";")[0].strip().lower(), found


def decoder(encoding: str) -> Callable[[bytes], bytes] | None:
    """What undoes a Content-Encoding, which some hosts use unasked; None when there is nothing to undo.

    Raises:
        FetchFailed: the encoding is unknown.
    """
    if encoding.lower() in {"", "identity"}:
        return None
    if encoding.lower() in {"gzip", "x-gzip", "deflate"}:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress
    raise FetchFailed(f"The Content-Encoding {encoding} was not asked for.", 502)


async def write(
    path: Path, pieces: AsyncIterator[Any], limit: int, decode: Callable[[bytes], bytes] | None = None
) -> None:
    """Write pieces to a file, up to a limit that counts what is written.

    Raises:
        FetchFailed: there are more bytes, or they are not what their encoding says.
    """
    size = 0
    with path.open("wb") as opened:
        async for piece in pieces:
            try:
                data = bytes(piece) if decode is None else decode(bytes(piece))
            except zlib.error as error:
                raise FetchFailed("The body is not what its Content-Encoding says.", 502) from error
            size += len(data)
            if size > limit:
                raise too_large(limit)
            opened.write(data)


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

    async def fetch(self, url: str, path: Path, limit: int) -> Fetched:
        """Write an object to a file (see ``Fetcher``)."""
        if not self.has(url):
            raise FetchFailed("Its bucket is not one that this server may read for attachments.", 403)
        place = max((place for place in self._stores if url.startswith(place)), key=len)
        key = url[len(place) :]
        # Only Azure's web addresses have a query; elsewhere a question mark belongs to the key.
        key = unquote(key.partition("?")[0] if url.startswith("http") else key)
        try:
            found = await obstore.get_async(open_bucket(self._stores[place]), key)
            if int(found.meta["size"]) > limit:
                raise too_large(limit)
            await write(path, aiter(found.stream()), limit)
            given = found.attributes
            return declared(
                f"{place}{quote(key)}", given.get("Content-Type", ""), given.get("Content-Disposition", "")
            )
        except (FileNotFoundError, NotFoundError) as error:
            raise FetchFailed("There is no such object.", 404) from error
        except (PermissionError, PermissionDeniedError, UnauthenticatedError) as error:
            raise FetchFailed("The bucket does not let this server read it.", 403) from error
        except (BaseError, OSError, ValueError) as error:
            if no_room(error):
                raise
            # The library's sentence can hold endpoints and request ids: nothing for customers.
            raise FetchFailed("The object store could not be asked.", 502, passing=True) from error


class FolderSource:
    """Reads files of this machine, only below the folders that the operator listed.

    Args:
        folders: absolute paths.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = folders

    async def fetch(self, url: str, path: Path, limit: int) -> Fetched:
        """Copy a file (see ``Fetcher``)."""
        await asyncio.to_thread(self._copy, url, path, limit)
        return declared(url.partition("?")[0].partition("#")[0])

    def _copy(self, url: str, path: Path, limit: int) -> None:
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
            if not source.is_file():
                raise FetchFailed("There is no such file.", 404)
            size = 0
            with (
                os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened,
                path.open("wb") as copy,
            ):
                while piece := opened.read(1 << 20):
                    size += len(piece)
                    if size > limit:
                        raise too_large(limit)
                    copy.write(piece)
        except OSError as error:
            if no_room(error):
                raise
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

    async def fetch(self, url: str, path: Path, limit: int) -> Fetched:
        """Write the bytes behind a reference to a file (see ``Fetcher``)."""
        scheme = url.partition(":")[0].lower()
        source: HttpSource | BucketSource | FolderSource = self._buckets
        if scheme == "file":
            source = self._folders
        elif scheme in {"http", "https"} and not self._buckets.has(url):
            source = self._http
        try:
            async with asyncio.timeout(self._timeout):
                return await source.fetch(url, path, limit)
        except TimeoutError as error:
            raise FetchFailed(f"It took longer than {self._timeout:g} s.", 504, passing=True) from error
