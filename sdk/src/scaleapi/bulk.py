"""Many calls at once: what the bulk methods of the clients are made of.

Results come in the order of what was given, however the calls overtake each other; a call that fails is a result
with an `error`, and the others go on.
"""

from __future__ import annotations

import importlib
import itertools
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar
from urllib.parse import unquote, urlsplit

from scaleapi import _json
from scaleapi._calls.request import Request, slug
from scaleapi._calls.tasks import cancel_task, create_task, get_task
from scaleapi.exceptions import ScaleException, ScaleInvalidRequest, ScaleTimeout
from scaleapi.tasks import Task, TaskType

if TYPE_CHECKING:
    import os

T = TypeVar("T")

Progress: TypeAlias = "Callable[[int, int | None], object]"
"""Called with how many are done, and how many there are (None while that is not known)."""

CONCURRENCY = 16
"""Calls under way at once."""
FIRST_POLL, LAST_POLL = 1.0, 30.0
"""Seconds between looks of `wait_for`: doubling from the first to the last."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of one item.

    Attributes:
        index: Its position among the items, counted from 0.
        item: The item as it was given.
        result: What the call returned; None if it failed.
        error: Why it failed; None if it did not.
    """

    index: int
    item: Any
    result: T | None
    error: ScaleException | None

    def unwrap(self) -> T:
        """The result.

        Raises:
            ScaleException: The error, if there is one.
        """
        if self.error is not None:
            raise self.error
        assert self.result is not None
        return self.result


def creation_of(item: Mapping[str, Any], task_type: TaskType | str | None) -> Request[Task]:
    """The request that creates a task from an item of `create_tasks`.

    A task without ``unique_id`` and ``idempotency_key`` gets a key here, before the first try, so that it is never
    created twice.

    Args:
        item: The task's parameters; ``task_type`` among them wins over the argument.
        task_type: The type of items that name none.

    Raises:
        ScaleInvalidRequest: There is no task type.
    """
    params = dict(item)
    kind = params.pop("task_type", None) or task_type
    if kind is None:
        raise ScaleInvalidRequest("give a task_type, to create_tasks or with each task")
    key = params.pop("idempotency_key", None)
    if key is None and not params.get("unique_id"):
        key = str(uuid.uuid4())
    return create_task(slug(kind), idempotency_key=key, **params)


def cancellation_of(task: Task | str, clear_unique_id: bool) -> Request[Task]:
    """The request that cancels a task, given as such or by id."""
    return cancel_task(task if isinstance(task, str) else task.id, clear_unique_id)


def files_of(folder: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], pattern: str) -> list[Path]:
    """The files of a folder (below it, in order of their names), or the paths themselves.

    Args:
        folder: A folder, or paths of files.
        pattern: Which files of the folder, as for `pathlib.Path.rglob`.

    Raises:
        ScaleInvalidRequest: It is one path that is no folder.
    """
    if not isinstance(folder, str) and isinstance(folder, Iterable):
        return [Path(path) for path in folder]
    path = Path(folder)
    if not path.is_dir():
        raise ScaleInvalidRequest(f"{path} is no folder")
    return sorted(found for found in path.rglob(pattern) if found.is_file())


def polls() -> Iterator[float]:
    """Pauses between looks, in seconds."""
    pause = FIRST_POLL
    while True:
        yield pause
        pause = min(LAST_POLL, 2 * pause)


class Waiting:
    """Which tasks are still pending, as a loop of looks learns it.

    Args:
        tasks: Tasks, or their ids.
        timeout: Seconds to wait in all; None for ever.
        now: Returns seconds.
    """

    def __init__(self, tasks: Iterable[Task | str], timeout: float | None, now: Callable[[], float]) -> None:
        self._ids = [task if isinstance(task, str) else task.id for task in tasks]
        self._found: dict[str, Task] = {}
        self._now = now
        self._end = None if timeout is None else now() + timeout
        self._pauses = polls()

    @property
    def pending(self) -> list[Request[Task]]:
        """The requests that look at the tasks that are not known to be done."""
        ids = [one for one in dict.fromkeys(self._ids) if one not in self._found]
        return [get_task(one) for one in ids]

    def saw(self, tasks: Iterable[Task]) -> None:
        """Notes what a look found."""
        self._found.update({task.id: task for task in tasks if task.status != "pending"})

    @property
    def done(self) -> list[Task] | None:
        """All tasks as they are now, in the order given; None while one is pending."""
        if any(one not in self._found for one in self._ids):
            return None
        return [self._found[one] for one in self._ids]

    def pause(self) -> float:
        """Seconds until the next look.

        Raises:
            ScaleTimeout: The time is over.
        """
        left = None if self._end is None else self._end - self._now()
        if left is not None and left <= 0:
            names = ", ".join(one for one in self._ids if one not in self._found)
            raise ScaleTimeout(f"these tasks are still pending: {names}")
        pause = next(self._pauses)
        return pause if left is None else min(pause, left)


_LINK = re.compile(r"https?://\S+\Z", re.IGNORECASE)


def links_of(task: Task) -> dict[str, str]:
    """The files that a task's answer names: their path within the response to their URL.

    Args:
        task: A completed task.
    """
    return dict(_links(getattr(task, "response", None), ""))


def _links(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if _json.is_object(value):
        for name, inner in value.items():
            yield from _links(inner, f"{path}.{name}".lstrip("."))
    elif _json.is_array(value):
        for index, inner in enumerate(value):
            yield from _links(inner, f"{path}[{index}]")
    elif isinstance(value, str) and _LINK.match(value):
        yield path, value


def file_names(links: Mapping[str, str]) -> dict[str, str]:
    """A file name for each link: the place in the response, and the ending of the URL's own name."""
    names: dict[str, str] = {}
    for path, url in links.items():
        ending = Path(unquote(urlsplit(url).path)).suffix
        names[path] = re.sub(r"[^A-Za-z0-9_-]+", "_", path).strip("_") + ending
    return names


def table_of(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """One flat row per task: its first-level fields, parameters and metadata as ``params.x`` and ``metadata.y``."""
    rows: list[dict[str, Any]] = []
    for task in tasks:
        row: dict[str, Any] = {}
        for name, value in task.as_dict().items():
            if name in {"params", "metadata"} and _json.is_object(value):
                row |= {f"{name}.{inner}": one for inner, one in value.items()}
            else:
                row[name] = value
        rows.append(row)
    return rows


def _polars(polars: Any, rows: list[dict[str, Any]]) -> Any:
    """A column of polars has one type; values that have none in common (a list here, an object there) become JSON."""
    columns: dict[str, Any] = {}
    for name in dict.fromkeys(itertools.chain.from_iterable(rows)):
        values = [row.get(name) for row in rows]
        # A column may hold one type of value in the first rows and another in the last.
        options: dict[str, Any] = {"infer_schema_length": None, "strict": False}
        try:
            columns[name] = polars.DataFrame([{name: one} for one in values], **options)[name]
        except (polars.exceptions.PolarsError, TypeError, OverflowError):
            texts = [
                one if one is None or isinstance(one, str) else _json.dumps(one).decode() for one in values
            ]
            columns[name] = polars.Series(name, texts)
    return polars.DataFrame(columns)


def to_dataframe(tasks: Iterable[Task], library: str | None = None) -> Any:
    """The tasks as a data frame: a row each, parameters and metadata as columns of their own.

    Args:
        tasks: Any iterable of tasks, e.g. ``client.get_tasks("cones")``.
        library: ``pandas`` or ``polars``; by default the first of them that is installed. In a column of polars,
            values that have no type in common become JSON text.

    Raises:
        ScaleException: Neither is installed.
        ScaleInvalidRequest: `library` is neither.
    """
    if library not in {None, "pandas", "polars"}:
        raise ScaleInvalidRequest(f"library must be pandas or polars, not {library!r}")
    rows = table_of(tasks)
    for name in (library,) if library else ("pandas", "polars"):
        try:
            frames: Any = importlib.import_module(name)
        except ImportError:
            continue
        return _polars(frames, rows) if name == "polars" else frames.DataFrame(rows)
    raise ScaleException(f"a data frame needs {library or 'pandas or polars'}: it is not installed")
