"""The blocking transport: urllib3 connection pools with one TLS context.

Building a TLS context parses the whole CA bundle (about 30 ms of CPU); one per transport, shared by all its
connections, is most of what makes https calls cheap.
"""

from __future__ import annotations

import http.client
import os
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock, local
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import connection, connectionpool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from scaleapi._engine.messages import Answer, Failure, Send
from scaleapi._engine.uploads import CHUNK, Multipart
from scaleapi.exceptions import ScaleException

POOL_SIZE = 64
"""Idle connections kept per host; more may be open at once."""

# Redirects are followed for GET alone: 301 and 302 would turn a POST into a GET.
_FOLLOW = urllib3.Retry(
    total=None, connect=False, read=False, redirect=5, status=False, other=False, raise_on_redirect=False
)


# The read timeout of the attempt this thread is making, for the connection it is made on.
_attempt = local()


_LONGEST_LINE = 65_536
_MOST_HEADERS = 100
"""The limits of http.client."""


class _Response(http.client.HTTPResponse):
    """An answer whose headers are all there, and that is not one of the interim answers before it.

    http.client hands headers to the parser of e-mails, which takes longer than all the rest of reading an answer,
    and takes what there is for all of them when the connection ends among them.
    """

    fp: Any
    headers: Any
    _check_close: Callable[[], bool]
    _method: str
    _read_status: Callable[[], tuple[str, int, str]]

    def begin(self) -> None:
        """Reads the status and the headers, and how long the body is (RFC 9112, 6.3)."""
        while True:
            version, status, reason = self._read_status()
            headers = self._read_headers()
            # http.client knows 100 alone of the interim answers (RFC 9110, 15.2); 101 is final.
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                break
        self.code = self.status = status
        self.reason = reason.strip()
        if not version.startswith(("HTTP/1.", "HTTP/0.9")):
            raise http.client.UnknownProtocol(version)
        self.version = 10 if version in {"HTTP/1.0", "HTTP/0.9"} else 11
        self.headers = self.msg = headers
        self.chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.will_close = self._check_close()
        length = headers.get("content-length", "")
        self.length = int(length) if length.isdecimal() and not self.chunked else None
        if status in {http.client.NO_CONTENT, http.client.NOT_MODIFIED} or self._method == "HEAD":
            self.length = 0
        if not self.will_close and not self.chunked and self.length is None:
            self.will_close = True

    def _read_headers(self) -> http.client.HTTPMessage:
        pairs: list[tuple[str, str]] = []
        while True:
            line = self.fp.readline(_LONGEST_LINE + 1)
            if len(line) > _LONGEST_LINE:
                raise http.client.LineTooLong("header line")
            if not line.endswith(b"\n"):
                raise http.client.HTTPException("the answer's headers are incomplete")
            text = line.decode("iso-8859-1").rstrip("\r\n")
            if not text:
                break
            if len(pairs) == _MOST_HEADERS:
                raise http.client.HTTPException(f"got more than {_MOST_HEADERS} headers")
            name, colon, value = text.partition(":")
            if text[0] in " \t" and pairs:
                # A folded line (RFC 9112, 5.2) goes on with the one before it.
                pairs[-1] = pairs[-1][0], f"{pairs[-1][1]} {text.strip()}"
            elif colon:
                pairs.append((name, value.strip()))
        headers = http.client.HTTPMessage()
        for name, value in pairs:
            headers[name] = value
        return headers


class _Connection(connection.HTTPConnection):
    """Changes three habits of a connection.

    It waits for the read timeout, not the short connect timeout, while it sends: urllib3 has the latter on a
    socket until the request is sent, and a large body over a slow line would run into it. It sends headers and
    body together: apart, they are two packets (two TLS records) to seal, and to be woken up by. And it reads
    a `_Response`.
    """

    response_class = _Response
    _held: bytes | None = None

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(_attempt.read_timeout)

    def request(self, method: str, url: str, body: Any = None, *args: Any, **kwargs: Any) -> None:
        # Without a socket yet, the timeout is the one for connecting.
        if self.sock is not None:
            self.timeout = _attempt.read_timeout
        if not isinstance(body, bytes):
            super().request(method, url, body, *args, **kwargs)
            return
        self._held = b""
        try:
            super().request(method, url, body, *args, **kwargs)
            held = self._held
        finally:
            self._held = None
        self.send(held)

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held += data


class _TlsConnection(_Connection, connection.HTTPSConnection):
    pass


class _HttpPool(connectionpool.HTTPConnectionPool):
    # urllib3's protocol of connections fits none of its own, by type checkers' reading.
    ConnectionCls: Any = _Connection


class _HttpsPool(connectionpool.HTTPSConnectionPool):
    ConnectionCls: Any = _TlsConnection


_POOLS: Mapping[str, type[connectionpool.HTTPConnectionPool]] = {"http": _HttpPool, "https": _HttpsPool}


class PooledTransport:
    """Keeps connections alive between calls. Safe to share between threads, and usable after a fork.

    Nothing is opened or read before the first `send`.

    Args:
        verify: True or None: the operating system's certificates (``SSL_CERT_FILE``, ``REQUESTS_CA_BUNDLE``
            and ``CURL_CA_BUNDLE`` are honoured). A path: only that bundle (a file, or a folder of hashed
            certificates). False: no verification at all.
        proxies: Like those of ``requests``: scheme (or ``scheme://host``, or ``all``) to proxy URL. What they
            do not cover, ``HTTP_PROXY``, ``HTTPS_PROXY`` and ``NO_PROXY`` do.
        cert: Client certificate: one PEM file with the key, or ``(certificate, key)``.
    """

    def __init__(
        self,
        verify: bool | str | os.PathLike[str] | None = None,
        proxies: Mapping[str, str] | None = None,
        cert: str | tuple[str, str] | None = None,
    ) -> None:
        self._verify = verify
        self._proxies = dict(proxies or {})
        self._cert = cert
        self._closed = False
        self._forget()

    def _forget(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._context: ssl.SSLContext | None = None
        self._managers: dict[str | None, urllib3.PoolManager] = {}
        self._routes: dict[tuple[str, str], urllib3.PoolManager] = {}

    def send(self, step: Send) -> Answer | Failure:
        """Makes one attempt.

        Raises:
            ScaleException: The transport is closed, or its settings (CA bundle, certificate, proxy) cannot be
                used.
            OSError: A file to upload cannot be opened.
        """
        if self._closed:
            raise ScaleException("the client is closed")
        if self._pid != os.getpid():
            # After a fork the connections belong to the parent, and its lock may be held by a thread that is
            # not here.
            self._forget()
        try:
            manager = self._route(step.url)
        except ValueError as error:
            raise ScaleException(f"the API's URL cannot be used: {error}") from error
        body, headers, opened = _body(step)
        timeout = urllib3.Timeout(connect=step.connect_timeout, read=step.read_timeout)
        follow = step.method == "GET"
        _attempt.read_timeout = step.read_timeout
        started = time.perf_counter()
        try:
            response = manager.urlopen(
                step.method,
                step.url,
                body=body,
                headers=headers,
                timeout=timeout,
                retries=_FOLLOW if follow else False,
                redirect=follow,
            )
        except LocationValueError as error:
            raise ScaleException(f"the API's URL cannot be used: {error}") from error
        except (HTTPError, OSError) as error:
            return _failure(error, time.perf_counter() - started)
        finally:
            if opened is not None:
                opened.close()
        elapsed = time.perf_counter() - started
        return Answer(response.status, response.headers, response.data, elapsed)

    def close(self) -> None:
        """Closes all connections; the transport cannot be used again."""
        self._closed = True
        managers, self._managers, self._routes = self._managers, {}, {}
        for manager in managers.values():
            manager.clear()

    def _route(self, url: str) -> urllib3.PoolManager:
        parts = urlsplit(url)
        key = parts.scheme, parts.netloc
        found = self._routes.get(key)
        if found is None:
            with self._lock:
                proxy = proxy_for(self._proxies, parts.scheme, parts.hostname or "")
                if proxy not in self._managers:
                    self._managers[proxy] = self._manager(proxy)
                found = self._routes[key] = self._managers[proxy]
        return found

    def _manager(self, proxy: str | None) -> urllib3.PoolManager:
        if self._context is None:
            self._context = tls_context(self._verify, self._cert)
        settings: dict[str, Any] = {"num_pools": 8, "maxsize": POOL_SIZE, "ssl_context": self._context}
        manager: urllib3.PoolManager
        if proxy is None:
            manager = urllib3.PoolManager(**settings)
        elif proxy.lower().startswith("socks"):
            try:
                from urllib3.contrib.socks import SOCKSProxyManager
            except ImportError as error:
                raise ScaleException("a SOCKS proxy needs the package PySocks") from error
            # It brings pool classes of its own, which connect through the proxy.
            return SOCKSProxyManager(proxy, **settings)
        else:
            proxy = proxy if "://" in proxy else f"http://{proxy}"
            manager = urllib3.ProxyManager(
                proxy, proxy_headers=_proxy_headers(proxy), proxy_ssl_context=self._context, **settings
            )
        manager.pool_classes_by_scheme = dict(_POOLS)
        return manager


def proxy_for(proxies: Mapping[str, str], scheme: str, host: str) -> str | None:
    """The proxy for a host: from `proxies` as ``requests`` reads them, else from the environment.

    Args:
        proxies: See `PooledTransport`.
        scheme: ``http`` or ``https``.
        host: The host to reach.
    """
    exempt = proxies.get("no_proxy", proxies.get("no"))
    if exempt and _exempt(host, exempt):
        return None
    for key in (f"{scheme}://{host}", scheme, f"all://{host}", "all"):
        if key in proxies:
            return proxies[key] or None
    if proxy_bypass(host):
        return None
    environment = getproxies()
    return environment.get(scheme) or environment.get("all")


def tls_context(
    verify: bool | str | os.PathLike[str] | None, cert: str | tuple[str, str] | None
) -> ssl.SSLContext:
    """Builds the TLS context for the options of `PooledTransport`.

    Raises:
        ScaleException: A certificate file is missing or unreadable.
    """
    if verify is None or verify is True:
        verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    try:
        if verify is False:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif verify is True:
            context = ssl.create_default_context(cafile=_certifi_if_bare())
        elif os.path.isdir(verify):  # noqa: PTH112  # str or PathLike
            context = ssl.create_default_context(capath=verify)
        else:
            context = ssl.create_default_context(cafile=verify)
    except OSError as error:
        raise ScaleException(f"the CA bundle {verify} cannot be used: {error}") from error
    if cert:
        try:
            context.load_cert_chain(*((cert,) if isinstance(cert, str | os.PathLike) else cert))
        except OSError as error:
            raise ScaleException(f"the client certificate {cert} cannot be used: {error}") from error
    return context


def _certifi_if_bare() -> str | None:
    """The bundle of certifi, if installed while the system has none (minimal containers, macOS)."""
    system = ssl.get_default_verify_paths()
    if system.cafile or system.capath or os.name == "nt":
        return None
    try:
        import certifi
    except ImportError:
        return None
    return certifi.where()


def _exempt(host: str, suffixes: str) -> bool:
    """Whether a comma-separated ``no_proxy`` list covers a host: by its name, a parent domain, or ``*``."""
    names = [suffix.strip().lstrip(".").lower() for suffix in suffixes.split(",")]
    return any(name in {"*", host} or (name and host.endswith("." + name)) for name in names)


def _proxy_headers(proxy: str) -> Mapping[str, str] | None:
    parts = urlsplit(proxy)
    if parts.username is None:
        return None
    return urllib3.make_headers(proxy_basic_auth=f"{unquote(parts.username)}:{unquote(parts.password or '')}")


def _body(step: Send) -> tuple[bytes | Iterable[bytes] | None, dict[str, str], Any]:
    """Returns the body as urllib3 takes it, its headers, and what must be closed afterwards."""
    headers = dict(step.headers)
    if isinstance(step.body, Multipart):
        opened = step.body.open()
        if opened.length is not None:
            headers["Content-Length"] = str(opened.length)
        return opened, headers, opened
    if step.body is not None and len(step.body) > CHUNK:
        # In pieces the time limit holds for each piece; a single send of a large body would have it for the
        # whole.
        headers["Content-Length"] = str(len(step.body))
        return _pieces(step.body), headers, None
    return step.body, headers, None


def _pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]


def _failure(error: Exception, elapsed: float) -> Failure:
    """Tells what a network error means: could the server have acted, can trying again help?"""
    if isinstance(error, MaxRetryError) and error.reason is not None:
        error = error.reason
    if isinstance(error, ConnectTimeoutError):
        # NewConnectionError (refused, unreachable, unknown host) is a subclass of it.
        timed_out = not isinstance(error, NewConnectionError)
        return Failure(error, str(error), may_have_acted=False, timed_out=timed_out, elapsed=elapsed)
    if isinstance(error, ProxyError):
        return Failure(
            error, f"the proxy cannot be used: {error.original_error}", may_have_acted=False, elapsed=elapsed
        )
    if isinstance(error, SSLError):
        # Certificates are checked before the request is sent, and stay wrong.
        rejected = any(isinstance(part, ssl.SSLCertVerificationError) for part in error.args)
        return Failure(error, str(error), may_have_acted=not rejected, permanent=rejected, elapsed=elapsed)
    if isinstance(error, ReadTimeoutError):
        return Failure(error, "the server did not answer in time", timed_out=True, elapsed=elapsed)
    if isinstance(error, ProtocolError) and any(isinstance(part, TimeoutError) for part in error.args):
        return Failure(error, "the server did not take the request in time", timed_out=True, elapsed=elapsed)
    return Failure(error, str(error), elapsed=elapsed)
