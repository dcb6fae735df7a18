"""Everything the client raises, as one tree.

::

    ScaleException                     .message .code .body .headers .request_id .attempts
    ├─ ScaleInvalidRequest       400   also a ValueError
    ├─ ScaleUnauthorized         401
    ├─ ScaleNotEnabled           402
    ├─ ScaleForbidden            403
    ├─ ScaleResourceNotFound     404
    ├─ ScaleRequestTimeout       408
    ├─ ScaleDuplicateResource    409   also named ScaleDuplicateTask
    ├─ ScaleTooManyRequests      429   .retry_after
    ├─ ScaleInternalError        500
    ├─ ScaleGatewayError         502 and 520-530
    ├─ ScaleServiceUnavailable   503
    ├─ ScaleTimeoutError         504   the *server* said "gateway timeout"
    ├─ ScaleDecodeError                a 2xx answer that is not what the call promises
    └─ ScaleConnectionError            no (complete) answer arrived; code is None
       └─ ScaleTimeout                 ... within the time allowed; also a TimeoutError

Any other status is a plain ``ScaleException`` with that ``code``. The names, ``code``, ``message`` and
``str()`` of the official release 2.18.4 are kept; 403, 408, 502, 520-530, the last three classes and the
context are additions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Headers(Mapping[str, str]):
    """HTTP response headers; names compare without regard to case, repeated ones are comma-joined."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, str] | None = None) -> None:
        self._items = {name.lower(): value for name, value in (items or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._items[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Headers({self._items})"


class ScaleException(Exception):
    """Base of every error of this package.

    Attributes:
        message: The server's ``error`` text, or the reason in words; never empty.
        code: HTTP status, or None when no answer arrived.
        body: The error body: decoded JSON where it was JSON, else text; None without an answer.
        headers: Response headers (empty without an answer).
        request_id: The ``X-Request-Id`` of the answer, if the server sent one.
        attempts: How many times the request was sent; 0 when it was refused before sending, or when the answer
            is JSON of another shape.

    Args:
        message: Text; anything falsy becomes the class name.
        errcode: HTTP status, when it differs from the class's own.
    """

    code: int | None = None
    # The answer itself, for calls that ask for whole answers.
    _answer: Any = None

    def __init__(
        self,
        message: object,
        errcode: int | None = None,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        request_id: str | None = None,
        attempts: int = 0,
    ) -> None:
        self.message = str(message) if message else type(self).__name__
        if errcode:
            self.code = errcode
        self.body = body
        self.headers = headers if isinstance(headers, Headers) else Headers(headers)
        self.request_id = request_id
        self.attempts = attempts
        super().__init__(
            f"<Response [{self.code}]> {self.message}" if self.code else f"<Response> {self.message}"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # args holds the decorated text; rebuilding from it would prefix it twice.
        return type(self), (self.message, self.code), self.__dict__


class ScaleInvalidRequest(ScaleException, ValueError):
    """400: a parameter is missing or unacceptable. Also raised before sending, if it cannot be right."""

    code = 400


class ScaleUnauthorized(ScaleException):
    """401: no API key, or not a valid one."""

    code = 401


class ScaleNotEnabled(ScaleException):
    """402: the account is not enabled for this task type or endpoint."""

    code = 402


class ScaleForbidden(ScaleException):
    """403: the key is valid, but may not do this."""

    code = 403


class ScaleResourceNotFound(ScaleException):
    """404: no such task, batch, project, file or endpoint."""

    code = 404


class ScaleRequestTimeout(ScaleException):
    """408: something on the way gave up waiting for the request."""

    code = 408


class ScaleDuplicateResource(ScaleException):
    """409: the name, ``unique_id``, ``reference_id`` or idempotency key is already in use."""

    code = 409


ScaleDuplicateTask = ScaleDuplicateResource
"""The name ``ScaleDuplicateResource`` had in the official releases 2.0.0 to 2.1.0."""


class ScaleTooManyRequests(ScaleException):
    """429: the rate limit is reached."""

    code = 429

    @property
    def retry_after(self) -> str | None:
        """The ``Retry-After`` header as sent: seconds, or an HTTP date."""
        return self.headers.get("retry-after")


class ScaleInternalError(ScaleException):
    """500: the server failed; whether it had already acted is unknown."""

    code = 500


class ScaleGatewayError(ScaleException):
    """502 or 520-530: a gateway in front of the server failed; the body is usually HTML."""

    code = 502


class ScaleServiceUnavailable(ScaleException):
    """503: the request waited too long in the server's queue."""

    code = 503


class ScaleTimeoutError(ScaleException):
    """504: a gateway waited too long for the server. For the client's own time limit see ``ScaleTimeout``."""

    code = 504


class ScaleDecodeError(ScaleException):
    """A success answer that cannot be used: not JSON, not the documented shape, or pages that never end."""


class ScaleConnectionError(ScaleException):
    """No complete answer: unreachable host, refused or dropped connection, failed TLS handshake."""


class ScaleTimeout(ScaleConnectionError, TimeoutError):
    """No answer within the client's ``timeout``."""


ExceptionMap: dict[int, type[ScaleException]] = {
    400: ScaleInvalidRequest,
    401: ScaleUnauthorized,
    402: ScaleNotEnabled,
    403: ScaleForbidden,
    404: ScaleResourceNotFound,
    408: ScaleRequestTimeout,
    409: ScaleDuplicateResource,
    429: ScaleTooManyRequests,
    500: ScaleInternalError,
    502: ScaleGatewayError,
    503: ScaleServiceUnavailable,
    504: ScaleTimeoutError,
    **dict.fromkeys(range(520, 531), ScaleGatewayError),
}
"""HTTP status to exception class; a status not listed is a plain ``ScaleException``."""
