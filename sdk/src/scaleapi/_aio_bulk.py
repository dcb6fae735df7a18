"""The bulk methods of the asynchronous client: tasks of the event loop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
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

    from scaleapi.aio import AsyncTask
    from scaleapi.files import File
    from scaleapi.tasks import Task, TaskType

T = TypeVar("T")
R = TypeVar("R")


async def in_order(
    items: Iterable[T],
    work: Callable[[T], Coroutine[Any, Any, R]],
    concurrency: int,
    on_progress: Progress | None,
) -> AsyncIterator[Outcome[R]]:
    """Works on items side by side and yields what became of them in their order; see `scaleapi._bulk.in_order`."""
    total = len(items) if hasattr(items, "__len__") else None  # type: ignore[arg-type]
    room = asyncio.Semaphore(max(1, concurrency))
    waiting: deque[tuple[int, T, asyncio.Task[R]]] = deque()
    source = enumerate(items)
    done = 0

    async def one(item: T) -> R:
        async with room:
            return await work(item)

    try:
        while True:
            while len(waiting) < 2 * concurrency and (following := next(source, None)) is not None:
                index, item = following
                waiting.append((index, item, asyncio.create_task(one(item))))
            if not waiting:
                return
            index, item, coming = waiting.popleft()
            try:
                outcome: Outcome[R] = Outcome(index, item, await coming, None)
            except ScaleException as error:
                outcome = Outcome(index, item, None, error)
            done += 1
            if on_progress is not None:
                on_progress(done, total)
            yield outcome
    finally:
        for _, _, coming in waiting:
            coming.cancel()


class AsyncBulk:
    """Many calls at once: the methods of `scaleapi._bulk.Bulk`, awaited."""

    api: Any
    _now: Callable[[], float] = staticmethod(time.monotonic)
    _pause: Callable[[float], Awaitable[None]] = staticmethod(asyncio.sleep)

    def _run(self, request: Request[T]) -> Coroutine[Any, Any, T]:
        raise NotImplementedError

    def create_tasks(
        self,
        tasks: Iterable[Mapping[str, Any]],
        task_type: TaskType | str | None = None,
        *,
        concurrency: int = CONCURRENCY,
        on_progress: Progress | None = None,
    ) -> AsyncIterator[Outcome[AsyncTask]]:
        """Creates many tasks side by side; see `scaleapi.ScaleClient.create_tasks`."""

        async def create(item: Mapping[str, Any]) -> Any:
            return await self._run(creation_of(item, task_type))

        return in_order(tasks, create, concurrency, on_progress)

    def cancel_tasks(
        self,
        tasks: Iterable[Task | str],
        *,
        clear_unique_id: bool = False,
        concurrency: int = CONCURRENCY,
        on_progress: Progress | None = None,
    ) -> AsyncIterator[Outcome[AsyncTask]]:
        """Cancels many tasks side by side; see `scaleapi.ScaleClient.cancel_tasks`."""

        async def cancel(task: Task | str) -> Any:
            return await self._run(cancellation_of(task, clear_unique_id))

        return in_order(tasks, cancel, concurrency, on_progress)

    def upload_files(
        self,
        folder: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        pattern: str = "*",
        concurrency: int = CONCURRENCY,
        on_progress: Progress | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[Outcome[File]]:
        """Uploads the files of a folder, or several files, side by side; see `scaleapi.ScaleClient.upload_files`."""

        async def upload(path: Path) -> File:
            return await self._run(upload_file(path, **kwargs))

        return in_order(files_of(folder, pattern), upload, concurrency, on_progress)

    async def wait_for(
        self, tasks: Iterable[Task | str], *, timeout: float | None = None, concurrency: int = CONCURRENCY
    ) -> list[AsyncTask]:
        """Waits until no task is pending any more; see `scaleapi.ScaleClient.wait_for`."""
        waiting = Waiting(tasks, timeout, self._now)
        while True:
            looks = in_order(waiting.pending, self._run, concurrency, None)
            waiting.saw([look.unwrap() async for look in looks])
            if (done := waiting.done) is not None:
                return done  # type: ignore[return-value]  # one class at run time, see scaleapi.aio
            await self._pause(waiting.pause())

    async def download_response(self, task: Task, folder: str | os.PathLike[str]) -> dict[str, Path]:
        """Downloads the files that a task's answer names; see `scaleapi.ScaleClient.download_response`."""
        links = links_of(task)
        names = file_names(links)
        target = Path(folder)
        await asyncio.to_thread(target.mkdir, parents=True, exist_ok=True)
        for place, url in links.items():
            content = await self._run(download(url))
            await asyncio.to_thread((target / names[place]).write_bytes, content)
        return {place: target / name for place, name in names.items()}
