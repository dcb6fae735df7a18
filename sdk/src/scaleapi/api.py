"""The requests below the client's methods: for endpoints that have no method of their own."""

from __future__ import annotations

import os
import platform
import random
import re
import time
import urllib.parse
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

from scaleapi import _legacy
from scaleapi._calls.request import NO_BODY, Request, as_json
from scaleapi._calls.tasks import creation
from scaleapi._engine import pipeline
from scaleapi._engine.messages import Transport
from scaleapi._engine.retry import RETRIED_STATUSES, Budget, Rules
from scaleapi._engine.uploads import Multipart, file_part
from scaleapi._version import SDK_NAME, SDK_VERSION, __package_name__, __version__
from scaleapi._wire.drive import drive
from scaleapi.exceptions import (
    ExceptionMap,  # noqa: F401  # pyright: ignore[reportUnusedImport]  # the official module has it, too
    ScaleException,
    ScaleInvalidRequest,
)

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")

SCALE_API_BASE_URL_V1 = "https://api.scale.com/v1"

HTTP_TOTAL_RETRIES = Rules().max_retries
HTTP_RETRY_BACKOFF_FACTOR = 2
HTTP_STATUS_FORCE_LIST = sorted(RETRIED_STATUSES)
HTTP_RETRY_ALLOWED_METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})

Timeout: TypeAlias = "float | tuple[float | None, float | None] | None"
"""Seconds for everything, or ``(connect, read)``; None waits for ever."""
Verify: TypeAlias = "bool | str | os.PathLike[str] | None"
Proxies: TypeAlias = "Mapping[str, str] | None"
Cert: TypeAlias = "str | tuple[str, str] | None"

DEFAULT_TIMEOUT: Final = (5.0, 60.0)
"""Connect and read limits, seconds."""
UPLOAD_TIMEOUT: Final = 300.0
"""Read limit of uploads under the default timeout, seconds: the server answers after storing the file."""


class _Keep:
    """Marks an option that stays as it is."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Any = _Keep()


class Api:
    """Authenticated requests to one API instance, over one pool of connections.

    Args:
        api_key: The API key; None takes it from the environment variable ``SCALE_API_KEY``.
        user_agent_extension: Appended to the ``User-Agent`` header.
        api_instance_url: Base URL with ``/v1``; None takes it from ``SCALE_API_INSTANCE_URL``, else Scale's
            own.
        verify: True or None to verify certificates with the system's CAs, False not to, or the path of a CA
            bundle.
        proxies: Scheme to proxy URL, as for ``requests``; None uses ``HTTPS_PROXY`` and its kin.
        cert: Client certificate: a PEM file, or ``(certificate, key)``.
        timeout: Seconds, or ``(connect, read)``; None for no limit.
        max_retries: Tries after the first.
        transport: Carries the requests instead of the built-in pool.

    Raises:
        ScaleException: There is no API key.
        ScaleInvalidRequest: The URL is not one of http or https.
    """

    def __init__(
        self,
        api_key: str | None = None,
        user_agent_extension: str | None = None,
        api_instance_url: str | None = None,
        verify: Verify = None,
        proxies: Proxies = None,
        cert: Cert = None,
        *,
        timeout: Timeout = DEFAULT_TIMEOUT,
        max_retries: int = HTTP_TOTAL_RETRIES,
        transport: Transport | None = None,
    ) -> None:
        self.api_key = _checked_key(api_key)
        self.base_api_url = _checked_url(api_instance_url)
        self.verify = verify
        self.proxies = proxies
        self.cert = cert
        self._source = user_agent_extension
        self._timeout = timeout
        self._rules = Rules(max_retries=max_retries)
        self._budget = Budget()
        self._link = self._new_link(transport)
        self._owns_link = True
        self._user_agent: str | None = None
        self._sleep: Callable[[float], None] = time.sleep
        self._random: Callable[[], float] = random.random
        self._now: Callable[[], float] = time.time

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_api_url!r})"

    def with_options(
        self,
        *,
        api_key: str | None = KEEP,
        user_agent_extension: str | None = KEEP,
        api_instance_url: str | None = KEEP,
        verify: Verify = KEEP,
        proxies: Proxies = KEEP,
        cert: Cert = KEEP,
        timeout: Timeout = KEEP,
        max_retries: int = KEEP,
        transport: Transport | None = KEEP,
    ) -> Self:
        """A copy with some options changed, for the rest like this one.

        The copy shares the connections and the retry budget, and closing it leaves them open; it gets
        connections of its own only if `verify`, `proxies`, `cert` or `transport` is given.
        """
        clone = object.__new__(type(self))
        clone.__dict__.update(self.__dict__)
        if api_key is not KEEP:
            clone.api_key = _checked_key(api_key)
        if user_agent_extension is not KEEP:
            clone._source, clone._user_agent = user_agent_extension, None
        if api_instance_url is not KEEP:
            clone.base_api_url = _checked_url(api_instance_url)
        if timeout is not KEEP:
            clone._timeout = timeout
        if max_retries is not KEEP:
            clone._rules = Rules(max_retries=max_retries)
        wiring = {"verify": verify, "proxies": proxies, "cert": cert}
        changed = {name: value for name, value in wiring.items() if value is not KEEP}
        clone.__dict__.update(changed)
        clone._owns_link = bool(changed) or transport is not KEEP
        if clone._owns_link:
            clone._link = clone._new_link(None if transport is KEEP else transport)
        return clone

    def _new_link(self, transport: Transport | None) -> _Link:
        return _Link(transport, lambda: self._make_transport(self.verify, self.proxies, self.cert))

    @staticmethod
    def _make_transport(verify: Verify, proxies: Proxies, cert: Cert) -> Any:
        # Imported on first use: a program that only reads the enums pays nothing for it.
        from scaleapi._wire.sync import PooledTransport

        return PooledTransport(verify, proxies, cert)

    def close(self) -> None:
        """Closes the connections, unless they are those of the client this one was copied from."""
        if self._owns_link:
            self._link.close()

    def run(self, request: Request[T], client: Any) -> T:
        """Carries out a described call.

        Args:
            request: The call.
            client: Passed to the objects the call makes.

        Raises:
            ScaleException: The call failed; the subclass tells how.
        """
        steps = pipeline.perform(request, self._settings())
        return pipeline.parse(request, drive(steps, self._link.transport, self._sleep), client)

    def _settings(self) -> pipeline.Settings:
        connect, read = self._timeout if isinstance(self._timeout, tuple) else (self._timeout, self._timeout)
        if self._user_agent is None:
            self._user_agent = self._generate_useragent(self._source)
        return pipeline.Settings(
            base_url=self.base_api_url.rstrip("/"),
            api_key=self.api_key,
            user_agent=self._user_agent,
            connect_timeout=connect,
            read_timeout=read,
            upload_timeout=UPLOAD_TIMEOUT if self._timeout is DEFAULT_TIMEOUT else read,
            rules=self._rules,
            budget=self._budget,
            random=self._random,
            now=self._now,
        )

    def get_request(self, endpoint: str, params: Mapping[str, Any] | None = None) -> Any:
        """Sends a GET.

        Args:
            endpoint: Path below the base URL, already quoted (see `quote_string`); may hold a query.
            params: Query parameters; None values are left out, lists repeat the key.

        Returns:
            The decoded JSON; None for an empty answer or a bare ``OK``.
        """
        return self.run(Request("GET", endpoint, as_json, query=params or {}, expects="ok"), None)

    def post_request(
        self,
        endpoint: str,
        body: Any = None,
        files: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> Any:
        """Sends a POST.

        Retried only where the server cannot have acted, except for the creation of a task with a
        ``unique_id``.

        Args:
            endpoint: Path below the base URL, already quoted; may hold a query.
            body: JSON body; None sends none.
            files: Form field to file, for a multipart upload; a file as `ScaleClient.upload_file` takes it.
            data: Form fields beside the files.

        Returns:
            The decoded JSON; None for an empty answer or a bare ``OK``.
        """
        if files is not None:
            upload = Multipart(data or {}, [file_part(name, file) for name, file in files.items()])
            return self.run(
                Request("POST", endpoint, as_json, upload=upload, repeatable=False, expects="ok"), None
            )
        create = re.fullmatch(r"task/([^/?]+)", endpoint)
        if create and isinstance(body, Mapping):
            params = cast("Mapping[str, Any]", body)
            return self.run(creation(urllib.parse.unquote(create[1]), params, as_json), None)
        sent = NO_BODY if body is None else body
        return self.run(Request("POST", endpoint, as_json, body=sent, repeatable=False, expects="ok"), None)

    def delete_request(self, endpoint: str, params: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """Sends a DELETE; see `get_request` and `post_request`."""
        sent = NO_BODY if body is None else body
        return self.run(
            Request("DELETE", endpoint, as_json, query=params or {}, body=sent, expects="ok"), None
        )

    def put_request(self, endpoint: str, body: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        """Sends a PUT; see `get_request` and `post_request`."""
        sent = NO_BODY if body is None else body
        return self.run(Request("PUT", endpoint, as_json, query=params or {}, body=sent, expects="ok"), None)

    @staticmethod
    def _generate_useragent(extension: str | None = None) -> str:
        """The ``User-Agent`` header: the official one with this package's own product added after it."""
        parts = [
            f"{__package_name__}/{__version__}",
            f"{SDK_NAME}/{SDK_VERSION}",
            f"Python/{platform.python_version()}",
            f"OS/{platform.platform()}",
            extension,
        ]
        return " ".join(filter(None, parts))

    @staticmethod
    def quote_string(text: str) -> str:
        """Quotes a name for use in a path, escaping everything: ``a bc/def`` becomes ``a%20bc%2Fdef``."""
        return urllib.parse.quote(text, safe="")


class _Link:
    """The transport of a client and of its copies, made on first use."""

    def __init__(self, transport: Any, make: Callable[[], Any]) -> None:
        self._transport = transport
        self._make = make
        self._lock = Lock()
        self._closed = False

    @property
    def transport(self) -> Any:
        if self._transport is None:
            with self._lock:
                if self._closed:
                    raise ScaleException("the client is closed")
                if self._transport is None:
                    self._transport = self._make()
        return self._transport

    def close(self) -> Any:
        with self._lock:
            self._closed = True
            return self._transport.close() if self._transport is not None else None


def _checked_key(api_key: str | None) -> str:
    if api_key is None:
        api_key = os.environ.get("SCALE_API_KEY")
    if not api_key:
        raise ScaleException("Please provide a valid API Key.")
    return api_key


def _checked_url(url: str | None) -> str:
    url = url or os.environ.get("SCALE_API_INSTANCE_URL") or _legacy.endpoint() or SCALE_API_BASE_URL_V1
    if not re.match(r"https?://[^/]", url, re.IGNORECASE):
        raise ScaleInvalidRequest(f"api_instance_url must be an http or https URL, not {url!r}")
    return url


def __getattr__(name: str) -> Any:
    return _legacy.module_attribute("scaleapi.api", name)
