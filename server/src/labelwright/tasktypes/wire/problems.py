"""Reading an answer as far as it has the right shape, with every fault as a problem."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from labelwright.errors import Problem
from labelwright.validation.coercion import coerced
from labelwright.validation.errors import MAX_ERRORS, Path, errors_of, path_text

A = TypeVar("A", bound=msgspec.Struct)


class Problems(list[Problem]):
    """Problems as they are found; only added to at the end.

    Attributes:
        errors: how many of them block the answer.
    """

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        super().__init__()
        self.errors = 0
        self.extend(found)

    def append(self, one: Problem) -> None:
        """Add a problem."""
        super().append(one)
        self.errors += one.severity == "error"

    def extend(self, found: Iterable[Problem]) -> None:
        """Add problems."""
        for one in found:
            self.append(one)


@dataclass(frozen=True, slots=True)
class Reading(Generic[A]):
    """What could be read of an answer.

    Attributes:
        whole: the answer, when nothing keeps it from fitting its model.
        parts: its members as they came, when it does not fit; None when it is no object at all.
        problems: what is wrong with its shape; keys that it does not have are warnings.
    """

    whole: A | None
    parts: dict[str, Any] | None
    problems: Problems

    def items(self, name: str, kind: Any) -> list[tuple[int, Any]]:
        """Return the readable items of an array member, each with its index in the answer as it came."""
        if self.whole is not None:
            value = getattr(self.whole, name)
            return list(enumerate(value if isinstance(value, list) else ()))
        return list(each(kind, (self.parts or {}).get(name)))

    def is_missing(self, name: str) -> bool:
        """Tell whether the answer came without a member."""
        if self.whole is None:
            return self.parts is not None and name not in self.parts
        return getattr(self.whole, name) is msgspec.UNSET

    def member(self, name: str, kind: Any) -> Any:
        """Return a member that fits a type, else None: then its fault is among the problems."""
        if self.whole is not None:
            return getattr(self.whole, name)
        try:
            return msgspec.convert((self.parts or {}).get(name), kind)
        except msgspec.ValidationError:
            return None


def read(model: type[A], answer: Any, start: Path = ()) -> Reading[A]:
    """Read an answer.

    Args:
        model: a closed Struct.
        answer: what JSON decodes to.
        start: where the answer is, for pre-labels.
    """
    try:
        return Reading(msgspec.convert(answer, model), {}, Problems())
    except msgspec.ValidationError:
        problems = Problems(
            Problem(
                path_text(fault.path),
                fault.reason,
                fault.code,
                "warning" if fault.code == "unknown_key" else "error",
            )
            for fault in errors_of(model, answer, start)
        )
    if (start or len(problems) >= MAX_ERRORS) and has_error(problems):
        # There may be a megabyte more of it, and of pre-labels only the first fault is told.
        return Reading(None, {}, problems)
    tidy = coerced(model, answer, unknown=True)
    parts = tidy if isinstance(tidy, dict) else None
    try:
        return Reading(msgspec.convert(tidy, model), parts, problems)
    except msgspec.ValidationError as error:
        if not has_error(problems):
            problems.append(Problem(path_text(start), str(error), "type"))
        return Reading(None, parts, problems)


def each(kind: Any, items: Any) -> Iterator[tuple[int, Any]]:
    """Yield the items of an array that fit the type, with their indexes."""
    for i, item in enumerate(items if isinstance(items, list) else ()):
        try:
            yield i, msgspec.convert(item, kind)
        except msgspec.ValidationError:
            continue


def has_error(problems: Sequence[Problem]) -> bool:
    """Tell whether any problem blocks the answer."""
    return any(problem.severity == "error" for problem in problems)


def enough(problems: Problems) -> bool:
    """Tell whether an answer is refused for so much that nobody needs to hear of more: that would take seconds."""
    return problems.errors >= MAX_ERRORS


def is_json(value: Any) -> bool:
    """Tell whether a value of no particular shape survives being written and read: numbers may be too large."""
    try:
        msgspec.json.decode(msgspec.json.encode(value))
    except (msgspec.MsgspecError, OverflowError, RecursionError):
        return False
    return True
