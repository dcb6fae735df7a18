"""The form of a family's ``examples.py``, which tests and documentation read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from labelwright.tasktypes.base import TaskType

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
        sample: whether the answer of test mode is what the checker would deliver, is ``recorded`` to the
            letter without what the checker adds, or there is ``none``.
    """

    good_params: Mapping[str, Params]
    bad_params: Mapping[str, BadParams]
    good_answers: Mapping[str, GoodAnswer]
    bad_answers: Mapping[str, BadAnswer]
    sample: Literal["final", "recorded", "none"] = "final"


def examples_of(kind: TaskType) -> Examples:
    """Return the examples of a task type: its family's ``EXAMPLES``, or the entry there of its slug."""
    family = ".".join(type(kind).__module__.split(".")[:3])
    found: Examples | Mapping[str, Examples] = import_module(f"{family}.examples").EXAMPLES
    return found if isinstance(found, Examples) else found[kind.slug]


def because(reason: str) -> str:
    """Return the wire's sentence around a reason (wire/task-types-common §1.4)."""
    return f"Parameter is invalid, reason: {reason}"
