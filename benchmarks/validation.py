"""CPU time of reading and checking the body of a create, beside plain ``msgspec.json.decode`` of the same bytes."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

import msgspec

from benchmarks.tables import Table
from labelwright import gc_tuning
from labelwright.domain.common import COMMON, without_nulls
from labelwright.domain.task_creation import NewTask
from labelwright.errors import InvalidParameter
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types
from labelwright.validation.decoding import decode

SMALLEST = 1_500
"""Bytes that a body has at least: smaller ones get a longer instruction."""

MEGABYTE = 1_000_000
MOST = 8
"""Places of an example that are blown up."""

_encode = msgspec.json.encode


def measure(seconds: float, rounds: int) -> list[Table]:
    """Measure every task type.

    Args:
        seconds: how long each body is read again and again.
        rounds: of which the best one counts.
    """
    gc_tuning.collect_rarely()  # as `labelwright serve` does
    kinds = [kind for slug, kind in sorted(task_types().items()) if slug == kind.slug]
    ordinary = Table(
        "A create body: the full example of each type",
        ["type", "bytes", "plain decode, µs", "read and checked, µs", "times"],
    )
    large = Table(
        "A megabyte: the slowest of the bodies below",
        ["type", "body", "plain decode, ms", "until it is kept or refused, ms", "what became of it"],
    )
    for kind in kinds:
        body = _body(examples_of(kind).good_params["full"])
        plain = _best(lambda body=body: msgspec.json.decode(body), seconds, rounds)  # type: ignore[misc]
        checked = _best(lambda kind=kind, body=body: check(kind, body), seconds, rounds)  # type: ignore[misc]
        ordinary.add(
            f"`{kind.slug}`",
            len(body),
            f"{plain * 1e6:.0f}",
            f"{checked * 1e6:.0f}",
            f"{checked / plain:.1f}",
        )
        large.add(f"`{kind.slug}`", *_slowest(kind, rounds))
    return [ordinary, large]


def check(kind: TaskType, body: bytes) -> None:
    """Do what a create does before anything is written, with a task that is in no project.

    Raises:
        InvalidParameter: the body is refused.
    """
    given = decode(dict[str, msgspec.Raw], body)
    decode(NewTask, body)
    own = without_nulls(given)
    text = kind.check_params({name: value for name, value in own.items() if name not in COMMON})
    kind.attachments(msgspec.json.decode(text))


def _body(params: Mapping[str, Any]) -> bytes:
    common = {"callback_url": "https://example.com/done", "unique_id": "street-0001", "metadata": {"row": 7}}
    missing = SMALLEST - len(_encode(params))
    return _encode({**common, "instruction": "Look at every corner. " * max(1, missing // 22), **params})


def _best(work: Callable[[], object], seconds: float, rounds: int) -> float:
    """Seconds for one call."""
    best = float("inf")
    for _ in range(rounds):
        count, start = 0, time.process_time()
        while (took := time.process_time() - start) < seconds:
            work()
            count += 1
        best = min(best, took / count)
    return best


def _slowest(kind: TaskType, rounds: int) -> tuple[str, str, str, str]:
    worst = (0.0, 0.0, "", "")
    for what, body in _megabytes(kind):
        took, plain = float("inf"), float("inf")
        for _ in range(rounds):
            gc.collect()
            start = time.process_time()
            msgspec.json.decode(body)
            plain, start = min(plain, time.process_time() - start), time.process_time()
            outcome = "refused"
            with suppress(InvalidParameter):
                check(kind, body)
                outcome = "kept"
            took = min(took, time.process_time() - start)
        if took > worst[0]:
            worst = took, plain, what, outcome
    took, plain, what, outcome = worst
    return what, f"{plain * 1e3:.0f}", f"{took * 1e3:.0f}", outcome


def _megabytes(kind: TaskType) -> Iterator[tuple[str, bytes]]:
    """Every array and object at the top of the full example, and a level below, blown up in several ways."""
    full = examples_of(kind).good_params["full"]
    for path, value in islice(_containers(full), MOST):
        name = ".".join(map(str, path))
        for what, more in _blown_up(value):
            yield f"{what} in `{name}`", _encode(_with(full, path, more))


def _containers(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    keys = list(value) if isinstance(value, dict) else [0] if isinstance(value, list) and value else []
    for key in keys:
        if isinstance(value[key], dict | list):
            yield (*above, key), value[key]
            if len(above) < 2:
                yield from _containers(value[key], (*above, key))


def _blown_up(value: Any) -> Iterator[tuple[str, Any]]:
    items = list(value.values()) if isinstance(value, dict) else value
    first = items[0] if items else "x"
    many = MEGABYTE // (len(_encode(first)) + 12)
    if isinstance(value, dict):
        yield "keys", {**value, **{f"key {i}": first for i in range(many)}}
    else:
        yield "copies", [first] * many
        yield "copies before a wrong one", [*[first] * many, {"a": 1}]
        yield "numbered copies", [_numbered(first, i) for i in range(many)]
    yield "numbers in texts", [str(i) for i in range(MEGABYTE // 10)]
    yield "objects", [{"a": i} for i in range(MEGABYTE // 14)]


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return f"{value}{number}"
    if isinstance(value, dict):
        kept = {"type", "role", "attachment_type"}
        return {key: one if key in kept else _numbered(one, number) for key, one in value.items()}
    return [_numbered(one, number) for one in value] if isinstance(value, list) else value


def _with(value: Any, path: tuple[Any, ...], more: Any) -> Any:
    if not path:
        return more
    first, *rest = path
    if isinstance(value, dict):
        return {**value, first: _with(value[first], tuple(rest), more)}
    return [_with(value[first], tuple(rest), more), *value[1:]]
