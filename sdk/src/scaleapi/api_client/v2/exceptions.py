"""What V2 raises: the official names, inside the one family of `scaleapi.exceptions`.

::

    ScaleException
    └─ OpenApiException
       ├─ ApiTypeError, ApiValueError, ApiAttributeError, ApiKeyError
       └─ ApiException                     .status .reason .body .data .headers, and .code .message
          ├─ BadRequestException           also ScaleInvalidRequest
          ├─ UnauthorizedException         also ScaleUnauthorized
          ├─ NotEnabledException           also ScaleNotEnabled
          ├─ ForbiddenException            also ScaleForbidden
          ├─ NotFoundException             also ScaleResourceNotFound
          ├─ ConflictException             also ScaleDuplicateResource
          ├─ UnprocessableEntityException
          ├─ TooManyRequestsException      also ScaleTooManyRequests
          └─ ServiceException              500-599; four subclasses are also the classes for 500, 502, 503, 504
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scaleapi._json import loads
from scaleapi.exceptions import (
    Headers,
    ScaleDuplicateResource,
    ScaleException,
    ScaleForbidden,
    ScaleGatewayError,
    ScaleInternalError,
    ScaleInvalidRequest,
    ScaleNotEnabled,
    ScaleResourceNotFound,
    ScaleServiceUnavailable,
    ScaleTimeoutError,
    ScaleTooManyRequests,
    ScaleUnauthorized,
)

if TYPE_CHECKING:
    from typing import Self


class OpenApiException(ScaleException):
    """Base of everything that V2 raises."""

    def __init__(self, message: object = "", *args: Any, **kwargs: Any) -> None:
        super().__init__(message, *args, **kwargs)
        # The text alone, as the official classes have it.
        self.args = (self.message,)

    def __str__(self) -> str:
        return self.message


class _PlacedError(OpenApiException):
    def __init__(self, msg: str, path_to_item: Sequence[str | int] | None = None) -> None:
        super().__init__(f"{msg} at {render_path(path_to_item)}" if path_to_item else msg)
        self.path_to_item = path_to_item

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message,), self.__dict__


class ApiTypeError(_PlacedError, TypeError):
    """A value of a wrong type.

    Args:
        msg: What is wrong.
        path_to_item: Keys and indices that lead to the value.
        valid_classes: What it should be.
        key_type: Whether it is a key of a dictionary.
    """

    def __init__(
        self,
        msg: str,
        path_to_item: Sequence[str | int] | None = None,
        valid_classes: tuple[type, ...] | None = None,
        key_type: bool | None = None,
    ) -> None:
        super().__init__(msg, path_to_item)
        self.valid_classes = valid_classes
        self.key_type = key_type


class ApiValueError(_PlacedError, ValueError):
    """A value that cannot be."""


class ApiAttributeError(_PlacedError, AttributeError):
    """An attribute that is not there."""


class ApiKeyError(_PlacedError, KeyError):
    """A key that is not there."""


class ApiException(OpenApiException):
    """An answer that is no success.

    Attributes:
        status: HTTP status; `code` is the same.
        reason: The status in words.
        body: The body as text; `message` is its ``error``.
        data: The body as a model, for the statuses that the operation documents.
        headers: The answer's headers.

    Args:
        status: See the attribute.
        reason: See the attribute.
        http_resp: An answer to take the rest from: ``status``, ``reason``, ``data`` and ``getheaders()``.
        body: See the attribute.
        data: See the attribute.
    """

    def __init__(
        self,
        status: int | None = None,
        reason: str | None = None,
        http_resp: Any = None,
        *,
        body: str | None = None,
        data: Any = None,
    ) -> None:
        headers = None
        if http_resp is not None:
            status = http_resp.status if status is None else status
            reason = http_resp.reason if reason is None else reason
            if body is None and isinstance(http_resp.data, bytes):
                body = http_resp.data.decode("utf-8", "replace")
            headers = http_resp.getheaders() if hasattr(http_resp, "getheaders") else http_resp.headers
        super().__init__(_message(body) or reason, status, body=body, headers=headers)
        self.status = status
        self.reason = reason
        self.data = data

    @classmethod
    def from_response(cls, *, http_resp: Any, body: str | None, data: Any) -> Self:
        """Raises the exception of an answer's status."""
        raise exception_class(http_resp.status)(http_resp=http_resp, body=body, data=data)

    def __str__(self) -> str:
        lines = [f"({self.status})", f"Reason: {self.reason}"]
        if self.headers:
            lines.append(f"HTTP response headers: {dict(self.headers)}")
        if self.data or self.body:
            lines.append(f"HTTP response body: {self.data or self.body}")
        return "\n".join(lines) + "\n"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.reason), self.__dict__


class BadRequestException(ApiException, ScaleInvalidRequest):
    """400: a parameter is missing or unacceptable, or the move is not allowed."""


class UnauthorizedException(ApiException, ScaleUnauthorized):
    """401: no key, or not a valid one."""


class NotEnabledException(ApiException, ScaleNotEnabled):
    """402: the account is not enabled for this."""


class ForbiddenException(ApiException, ScaleForbidden):
    """403: the key is valid, but may not do this."""


class NotFoundException(ApiException, ScaleResourceNotFound):
    """404: no such thing."""


class ConflictException(ApiException, ScaleDuplicateResource):
    """409: the name or ``unique_id`` is in use."""


class UnprocessableEntityException(ApiException):
    """422: the request cannot be carried out as it is."""


class TooManyRequestsException(ApiException, ScaleTooManyRequests):
    """429: the rate limit is reached."""


class ServiceException(ApiException):
    """500 to 599: the server failed."""


class InternalErrorException(ServiceException, ScaleInternalError):
    """500: the server failed; whether it had already acted is unknown."""


class GatewayException(ServiceException, ScaleGatewayError):
    """502: a gateway in front of the server failed."""


class UnavailableException(ServiceException, ScaleServiceUnavailable):
    """503: the request waited too long in the server's queue."""


class GatewayTimeoutException(ServiceException, ScaleTimeoutError):
    """504: a gateway waited too long for the server."""


_BY_STATUS: dict[int, type[ApiException]] = {
    400: BadRequestException,
    401: UnauthorizedException,
    402: NotEnabledException,
    403: ForbiddenException,
    404: NotFoundException,
    409: ConflictException,
    422: UnprocessableEntityException,
    429: TooManyRequestsException,
    500: InternalErrorException,
    502: GatewayException,
    503: UnavailableException,
    504: GatewayTimeoutException,
    **dict.fromkeys(range(520, 531), GatewayException),
}


def exception_class(status: int) -> type[ApiException]:
    """The class for an HTTP status."""
    return _BY_STATUS.get(status, ServiceException if 500 <= status <= 599 else ApiException)


def from_scale(error: ScaleException, body: bytes, data: Any) -> ApiException:
    """What V2 raises in the place of an exception of the engine.

    Args:
        error: The engine's exception, of an answer.
        body: The answer's body.
        data: The body as a model, or None.
    """
    status = error.code or 0
    made = exception_class(status)(status, _reason(status), body=body.decode("utf-8", "replace"), data=data)
    made.message = error.message
    made.headers = Headers(error.headers)
    made.request_id = error.request_id
    made.attempts = error.attempts
    for note in getattr(error, "__notes__", ()):
        made.add_note(note)
    return made


def render_path(path_to_item: Sequence[str | int]) -> str:
    """Keys and indices as one would write them: ``['threads'][0]``."""
    return "".join(f"[{step!r}]" for step in path_to_item)


def _message(body: str | None) -> str:
    try:
        found = loads(body.encode()) if body else None
    except ValueError:
        return body or ""
    error = found.get("error") if isinstance(found, dict) else None  # pyright: ignore[reportUnknownVariableType,reportUnknownMemberType]
    return error if isinstance(error, str) else body or ""


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
