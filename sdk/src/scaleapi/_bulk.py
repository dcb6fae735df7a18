"""The bulk methods of the blocking client: threads."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scaleapi._calls.files import download, upload_file
from scaleapi._calls.request import Request
from scaleapi.bulk import (
    CONCURRENCY,
    Outcome,
    Progress,
    Waiting,
    cancellation_of,
    creation_of,
    file_names,
    files_of,
    links_of,
)
from scaleapi.exceptions import ScaleException

if TYPE_CHECKING:
    import os

    from scaleapi.files import File
    from scaleapi.tasks import Task, TaskType

T = TypeVar("T")
R = TypeVar("R")


def in_order(
    items: Iterable[T], work: Callable[[T], R], concurrency: int, on_progress: Progress | None
) -> Iterator[Outcome[R]]:
    """Works on items side by side and yields what became of them in their order.

    At most twice ``concurrency`` items are taken ahead: an endless iterable is fine, and memory stays flat.

    Args:
        items: The items.
        work: What to do with one.
        concurrency: Threads.
        on_progress: Told after each item.
    """
    total = len(items) if hasattr(items, "__len__") else None  # type: ignore[arg-type]
    pool = ThreadPoolExecutor(max(1, concurrency), thread_name_prefix="scaleapi-bulk")
    waiting: deque[tuple[int, T, Future[R]]] = deque()
    source = enumerate(items)
    done = 0
    try:
        while True:
            while len(waiting) < 2 * concurrency and (following := next(source, None)) is not None:
                index, item = following
                waiting.append((index, item, pool.submit(work, item)))
            if not waiting:
                return
            index, item, future = waiting.popleft()
            try:
                outcome: Outcome[R] = Outcome(index, item, future.result(), None)
            except ScaleException as error:
                outcome = Outcome(index, item, None, error)
            done += 1
            if on_progress is not None:
                on_progress(done, total)
            yield outcome
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class Bulk:
    """Many calls at once."""

    api: Any
    _now: Callable[[], float] = staticmethod(time.monotonic)
    _pause: Callable[[float], None] = staticmethod(time.sleep)

    def _run(self, request: Request[T]) -> T:
        raise NotImplementedError

    def create_tasks(
        self,
        tasks: Iterable[Mapping[str, Any]],
        task_type: TaskType | str | None = None,
        *,
        concurrency: int = CONCURRENCY,
        on_progress: Progress | None = None,
    ) -> Iterator[Outcome[Task]]:
        """Creates many tasks side by side.

        A task without ``unique_id`` gets an idempotency key before its first try, so that none is created twice.

        Args:
            tasks: Each task's parameters, as for `create_task`; ``task_type`` and ``idempotency_key`` among them
                if they differ from task to task. May be endless: at most twice `concurrency` are taken ahead.
            task_type: The type of tasks that name none.
            concurrency: Calls under way at once.
            on_progress: Called with how many are done and how many there are (None while unknown).

        Yields:
            What became of each task, in the order given; a failed one has an ``error`` and stops nothing.
        """

        def create(item: Mapping[str, Any]) -> Task:
            return self._run(creation_of(item, task_type))

        return in_order(tasks, create, concurrency, on_progress)

    def cancel_tasks(
        self,
        tasks: Iterable[Task | str],
        *,
        clear_unique_id: bool = False,
        concurrency: int = CONCURRENCY,
        on_progress: Progress | None = None,
    ) -> Iterator[Outcome[Task]]:
        """Cancels many tasks side by side.

        Args:
            tasks: Tasks, or their ids.
            clear_unique_id: Also free their ``unique_id``.
            concurrency: Calls under way at once.
            on_progress: See `create_tasks`.

        Yields:
            What became of each, in the order given.
        """

        def cancel(task: Task | str) -> Task:
            return self._run(cancellation_of(task, clear_unique_id))

        return in_order(tasks, cancel, concurrency, on_progress)

    def upload_files(
        self,
        folder: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        pattern: str = "*",
        concurrency: int = CONCURRENCY,
        on_progress: Progress | None = None,
        **kwargs: Any,
    ) -> Iterator[Outcome[File]]:
        """Uploads the files of a folder, or several files, side by side.

        Args:
            folder: A folder (files below it are taken in the order of their names), or paths.
            pattern: Which files of the folder, as for `pathlib.Path.rglob`.
            concurrency: Uploads under way at once.
            on_progress: See `create_tasks`.
            **kwargs: As for `upload_file`, the same for every file.

        Yields:
            What became of each, in the order given; ``item`` is the path.
        """

        def upload(path: Path) -> File:
            return self._run(upload_file(path, **kwargs))

        return in_order(files_of(folder, pattern), upload, concurrency, on_progress)

    def wait_for(
        self, tasks: Iterable[Task | str], *, timeout: float | None = None, concurrency: int = CONCURRENCY
    ) -> list[Task]:
        """Waits until no task is pending any more.

        Args:
            tasks: Tasks, or their ids.
            timeout: Seconds to wait in all; None for ever.
            concurrency: Calls under way at once.

        Returns:
            The tasks as they are then, in the order given.

        Raises:
            ScaleTimeout: One is still pending; the text names it.
        """
        waiting = Waiting(tasks, timeout, self._now)
        while True:
            looks = in_order(waiting.pending, self._run, concurrency, None)
            waiting.saw([look.unwrap() for look in looks])
            if (done := waiting.done) is not None:
                return done
            self._pause(waiting.pause())

    def download_response(self, task: Task, folder: str | os.PathLike[str]) -> dict[str, Path]:
        """Downloads the files that a task's answer names (masks, frames), or its secured answer itself.

        Args:
            task: A completed task.
            folder: Where to put them; made if it is not there.

        Returns:
            The place within the response (``annotations.combined.image``) to the file.
        """
        links = links_of(task)
        names = file_names(links)
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        for place, url in links.items():
            (target / names[place]).write_bytes(self._run(download(url)))
        return {place: target / name for place, name in names.items()}
