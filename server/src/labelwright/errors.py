"""What the platform says no with: one class per kind of refusal.

Rules raise these; ``api/errors.py`` is the only place that turns one into an HTTP answer. Each class carries
the status it maps to so that a new kind of refusal is one class and nothing else.
"""

import math
from collections.abc import Sequence
from typing import ClassVar

import msgspec


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong with an answer.

    Attributes:
        path: where it is, as a JSON path below the answer (``annotations[3].width``).
        message: one sentence for the person who labels.
        code: a stable word for programs (``too_small``, ``unknown_label``).
        severity: ``error`` blocks a submit, ``warning`` does not.
    """

    path: str
    message: str
    code: str = "invalid"
    severity: str = "error"


class RequestError(Exception):
    """The caller asked for something that is not done.

    Args:
        message: one sentence for the caller, in the wire's wording where the wire has one.
        field: the parameter that is wrong, when there is one.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    retry_after: int | None = None
    """Seconds to wait before the next try, sent as ``Retry-After``; None when another try is no use."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidParameter(RequestError):
    """A parameter is missing or wrong."""

    code = "invalid_parameter"

    @classmethod
    def because(cls, reason: str, *, field: str | None = None) -> "InvalidParameter":
        """Build the wire's sentence around a reason such as ``"attachment" is required``."""
        return cls(f"Parameter is invalid, reason: {reason}", field=field)


class InvalidAnswer(RequestError):
    """A submitted answer does not satisfy its task; ``problems`` says where."""

    code = "invalid_answer"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(f"The answer is invalid at {first.path}: {first.message}", field=first.path)
        self.problems = tuple(problems)


class NotShown(RequestError):
    """An answer or a verdict was handed in by a screen that did not show all that it is about."""

    code = "not_shown"


class InvalidTransition(RequestError):
    """The thing exists but is in a state that does not allow this."""

    code = "illegal_move"


class Unauthorized(RequestError):
    """No key or session, or one that is not known."""

    status = 401
    code = "unauthorized"


class NotEnabled(RequestError):
    """The account may not use this."""

    status = 402
    code = "not_enabled"


class Forbidden(RequestError):
    """Known, but the role does not allow it."""

    status = 403
    code = "forbidden"


class NotFound(RequestError):
    """There is no such thing in the caller's environment."""

    status = 404
    code = "not_found"


class MethodNotAllowed(RequestError):
    """The path exists, the verb does not."""

    status = 405
    code = "method_not_allowed"


class RequestTimeout(RequestError):
    """The body did not come in the time that it may take."""

    status = 408
    code = "too_slow"


class Duplicate(RequestError):
    """The name or unique id is taken."""

    status = 409
    code = "duplicate"


class Conflict(InvalidTransition):
    """Something newer was kept or accepted before."""

    status = 409


class LeaseLost(RequestError):
    """The work was given to somebody else, or its time ran out."""

    status = 409
    code = "lease_lost"


class HeldElsewhere(RequestError):
    """The same person works on this in another tab or on another machine."""

    status = 409
    code = "held_elsewhere"


class TooLarge(RequestError):
    """The body is larger than the limit named in the message."""

    status = 413
    code = "too_large"


class WrongContentType(RequestError):
    """The body's media type is not one this endpoint reads."""

    status = 415
    code = "unsupported_media_type"


class TooManyRequests(RequestError):
    """The caller asks too often: an API key's rate limit is used up, or a log-in failed again and again.

    Args:
        retry_after_seconds: how long to wait before the next try; sent as ``Retry-After`` in whole seconds.
        message: one sentence for the caller.
    """

    status = 429
    code = "too_many_requests"

    def __init__(self, retry_after_seconds: float, message: str = "Too many requests.") -> None:
        super().__init__(message)
        self.retry_after = max(1, math.ceil(retry_after_seconds))


class ShuttingDown(RequestError):
    """The server is stopping and takes no new work."""

    status = 503
    code = "shutting_down"
    retry_after = 1


class Unavailable(RequestError):
    """The database or the disk cannot be used at present; nothing is wrong with the request, and the log says why."""

    status = 503
    code = "unavailable"
    retry_after = 5


class Overloaded(RequestError):
    """Others use up what this server keeps of bodies in memory."""

    status = 503
    code = "overloaded"
    retry_after = 5
