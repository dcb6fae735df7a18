"""The form of a family's ``examples.py``, which tests and documentation read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadParams:
    """A request that is refused.

    Attributes:
        params: the request.
        message: the refusal's whole sentence, as on the wire.
        field: the parameter that is named.
    """

    params: Params
    message: str
    field: str | None


@dataclass(frozen=True, slots=True)
class GoodAnswer:
    """An answer that is accepted.

    Attributes:
        params: the task's request.
        answer: as submitted.
    """

    params: Params
    answer: Any


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """An answer that is refused.

    Attributes:
        params: the task's request.
        answer: as submitted.
        problems: path and code of every problem, in order.
    """

    params: Params
    answer: Any
    problems: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Examples:
    """What a family shows of itself; each by a short name.

    Attributes:
        good_params: requests that are accepted, ``minimal`` and ``full`` among them.
        bad_params: requests that are refused.
        good_answers: answers that are accepted.
        bad_answers: answers that are refused.
    """

    good_params: Mapping[str, Params]
    bad_params: Mapping[str, BadParams]
    good_answers: Mapping[str, GoodAnswer]
    bad_answers: Mapping[str, BadAnswer]


def because(reason: str) -> str:
    """Return the wire's sentence around a reason (task-types-2d-text §1.4)."""
    return f"Parameter is invalid, reason: {reason}"
