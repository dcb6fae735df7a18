"""The asynchronous transport: aiohttp with one TLS context, and the loop that carries out what the engine asks for."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from scaleapi._engine.messages import Answer, Failure, Send
from scaleapi._engine.pipeline import Steps
from scaleapi._engine.uploads import Multipart, OpenBody
from scaleapi._wire.sync import proxy_for, tls_context
from scaleapi.exceptions import ScaleException

POOL_SIZE = 64
"""Connections open at once; further calls wait for one."""
REDIRECTS = 5


class AsyncTransport(Protocol):
    """What carries attempts: `AioTransport`, or a replacement given to the client."""

    async def send(self, step: Send) -> Answer | Failure:
        """Makes one attempt. Never raises for network trouble: that is a `Failure`."""
        ...

    async def close(self) -> None:
        """Releases the connections."""
        ...


async def drive(steps: Steps, transport: AsyncTransport, sleep: Callable[[float], Awaitable[None]]) -> Any:
    """Runs a pipeline to its end and returns its result; see `scaleapi._wire.drive.drive`.

    Raises:
        ScaleException: What the pipeline raises.
    """
    try:
        step = next(steps)
        while True:
            came: Answer | Failure | None = None
            if isinstance(step, Send):
                came = await transport.send(step)
            else:
                await sleep(step.seconds)
            step = steps.send(came)
    except StopIteration as stop:
        return stop.value
    finally:
        steps.close()


class AioTransport:
    """Keeps connections alive between calls. It belongs to the event loop of its first call.

    Args:
        verify: As for `scaleapi._wire.sync.PooledTransport`.
        proxies: As there; SOCKS proxies are not supported.
        cert: As there.
    """

    def __init__(
        self,
        verify: bool | str | os.PathLike[str] | None = None,
        proxies: Mapping[str, str] | None = None,
        cert: str | tuple[str, str] | None = None,
    ) -> None:
        self._options = (verify, cert)
        self._proxies = dict(proxies or {})
        self._proxy_of: dict[tuple[str, str], str | None] = {}
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def send(self, step: Send) -> Answer | Failure:
        """Makes one attempt.

        Raises:
            ScaleException: The transport is closed, belongs to another event loop, or its settings (CA bundle,
                certificate) cannot be used.
            OSError: A file to upload cannot be opened.
        """
        session = self._opened()
        headers, body, opened = step.headers, step.body, None
        if isinstance(step.body, Multipart):
            headers, body, opened = await asyncio.to_thread(_opened_body, step, step.body)
        follow = step.method == "GET"
        started = time.perf_counter()
        try:
            async with session.request(
                step.method,
                # The engine has quoted the path; a second quoting would change names that hold a percent sign.
                URL(step.url, encoded=True),
                data=body,
                headers=headers,
                # A body brings its own content type; without one there is none.
                skip_auto_headers=("Content-Type",),
                allow_redirects=follow,
                max_redirects=REDIRECTS,
                proxy=self._proxy(step.url),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=step.connect_timeout, sock_read=step.read_timeout
                ),
            ) as response:
                content = await response.read()
                return Answer(response.status, response.headers, content, time.perf_counter() - started)
        except aiohttp.InvalidURL as error:
            raise ScaleException(f"the API's URL cannot be used: {error}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return _failure(error, time.perf_counter() - started)
        finally:
            if opened is not None:
                opened.close()

    async def close(self) -> None:
        """Closes all connections; the transport cannot be used again."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    def _proxy(self, url: str) -> str | None:
        parts = urlsplit(url)
        host = parts.scheme, parts.netloc
        if host not in self._proxy_of:
            # Remembered: every look goes through the whole environment.
            self._proxy_of[host] = proxy_for(self._proxies, parts.scheme, parts.hostname or "")
        return self._proxy_of[host]

    def _opened(self) -> aiohttp.ClientSession:
        if self._closed:
            raise ScaleException("the client is closed")
        loop = asyncio.get_running_loop()
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=POOL_SIZE, ssl=tls_context(*self._options))
            # Proxies of the environment are looked up by `proxy_for`, as the blocking client does.
            self._session = aiohttp.ClientSession(connector=connector, trust_env=False)
            self._loop = loop
        elif self._loop is not loop:
            raise ScaleException("this client was used in another event loop: make one in each")
        return self._session


def _opened_body(step: Send, upload: Multipart) -> tuple[Mapping[str, str], Any, OpenBody]:
    """Headers, the body as aiohttp takes it, and what must be closed afterwards; opens files."""
    opened = upload.open()
    headers = dict(step.headers)
    if opened.length is not None:
        headers["Content-Length"] = str(opened.length)
    return headers, _streamed(opened), opened


async def _streamed(opened: OpenBody) -> AsyncIterator[bytes]:
    """The pieces of a body; files are read in a thread, so that a slow disk holds up no other call."""
    pieces = iter(opened)
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece


def _failure(error: Exception, elapsed: float) -> Failure:
    """Tells what a network error means: could the server have acted, can trying again help?"""
    text = str(error) or type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        # Certificates are checked before the request is sent, and stay wrong.
        rejected = isinstance(error, aiohttp.ClientConnectorCertificateError) or isinstance(
            error.os_error,  # pyright: ignore[reportUnknownMemberType]
            ssl.SSLCertVerificationError,
        )
        return Failure(error, text, may_have_acted=False, permanent=rejected, elapsed=elapsed)
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        return Failure(error, f"the proxy cannot be used: {text}", may_have_acted=False, elapsed=elapsed)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Failure(
            error, "the server was not reached in time", may_have_acted=False, timed_out=True, elapsed=elapsed
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return Failure(error, text, may_have_acted=False, elapsed=elapsed)
    if isinstance(error, TimeoutError):
        return Failure(error, "the server did not answer in time", timed_out=True, elapsed=elapsed)
    return Failure(error, text, elapsed=elapsed)
