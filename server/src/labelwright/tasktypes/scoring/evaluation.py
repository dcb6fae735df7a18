"""How well somebody did an evaluation task: one answer against the one that is known to be right.

Source: wire/task-types-scores §5.

In the review phase people start from an initial answer, which somebody has spoilt. There it also counts how much better
they made it, and whether they broke what was right.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from labelwright.tasktypes.base import Media, Score, TaskType
from labelwright.tasktypes.wire.result_files import content_of

_NAMES = frozenset({"uuid", "id", "refs", "source_ref", "target_ref", "from", "to", "message_id"})
"""Members that only name something, so that the same thing may have another."""


class Evaluation(msgspec.Struct, frozen=True):
    """The result of one attempt.

    Attributes:
        score: of the given answer against the expected one.
        accuracy: 0 to 100, rounded to one decimal: what people see.
        delta: score of the given answer less that of the initial one, −1 to 1; None without an initial answer.
        over_edit: share of the parts of the initial answer that were right and are not there any more, 0 to 1; None
            without an initial answer, or when nothing in it was right.
    """

    score: Score
    accuracy: float
    delta: float | None = None
    over_edit: float | None = None


def evaluate(
    kind: TaskType,
    params: Mapping[str, Any],
    expected: Any,
    given: Any,
    initial: Any = None,
    media: Sequence[Media] = (),
) -> Evaluation:
    """Judge an attempt at an evaluation task.

    Args:
        kind: the task type.
        params: the checked parameters.
        expected: the accepted answer that is right.
        given: the accepted answer of somebody.
        initial: what they started from, in the review phase.
        media: what is known of the attachments.
    """
    score = kind.score(params, expected, given, media)
    accuracy = round(100 * score.value, 1)
    if initial is None:
        return Evaluation(score, accuracy)
    before = kind.score(params, expected, initial, media).value
    return Evaluation(score, accuracy, score.value - before, _over_edit(expected, given, initial))


def _over_edit(expected: Any, given: Any, initial: Any) -> float | None:
    right = _parts(initial) & _parts(expected)
    if not right:
        return None
    return (right - _parts(given)).total() / right.total()


def _parts(answer: Any) -> Counter[tuple[tuple[str, ...], bytes]]:
    """Return what an answer is made of: single values by their place, and whole items of arrays."""
    return Counter(_walked(answer, ()))


def _walked(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bytes]]:
    value = content_of(value)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _NAMES:
                yield from _walked(inner, (*place, key))
    elif isinstance(value, list):
        for one in value:
            yield place, msgspec.json.encode(_unnamed(one), order="deterministic")
    else:
        yield place, msgspec.json.encode(value)


def _unnamed(value: Any) -> Any:
    """Return a value without what only names it."""
    if isinstance(value, dict):
        return {key: _unnamed(one) for key, one in value.items() if key not in _NAMES}
    return [_unnamed(one) for one in value] if isinstance(value, list) else value
