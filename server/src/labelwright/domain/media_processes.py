"""Opens files in processes of their own (``tasktypes/media``): decoders of hostile files may do whatever they like."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from labelwright.child_processes import ChildProcess, ProcessPool
from labelwright.tasktypes.attachment_readers import InvalidContent, NotDisplayable
from labelwright.tasktypes.media.child import Answer, Request
from labelwright.tasktypes.media.found import OpenedMedium

AT_ONCE = 2
"""Files that are opened at once, however many are fetched: each may take ``child.MEMORY``."""

SECONDS = 60.0
"""Time that opening one file may take."""

_THREADS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="opening")


class OpeningFailed(Exception):
    """A file could not be opened this time; another time it may."""


class _Process(ChildProcess):
    """One process, which opens one file at a time."""

    def __init__(self) -> None:
        super().__init__("labelwright.tasktypes.media.child")

    def ask(self, request: Request) -> Answer:
        """Return the answer to a request.

        Raises:
            OpeningFailed: the process died, or took too long; it is gone.
        """
        try:
            with self.pipes(SECONDS) as (requests, answers):
                requests.write(msgspec.json.encode(request) + b"\n")
                requests.flush()
                return msgspec.json.decode(answers.readline(), type=Answer)
        except (OSError, ValueError) as error:
            self.close()
            raise OpeningFailed("The file could not be opened: its decoder stopped.") from error


_pool = ProcessPool(_Process)


async def opened(medium: str, path: Path, copy: Path, charset: str = "") -> OpenedMedium:
    """Open a file as a medium.

    Args:
        medium: its name in ``tasktypes/media/child.py``.
        path: the file.
        copy: where a copy is written, when browsers do not show the original.
        charset: what the source declared; empty for nothing.

    Raises:
        InvalidContent: the file does not hold the medium.
        OpeningFailed: it could not be found out this time.
        OSError: this machine has no room, or may not read or write.
    """
    job = _Job(Request(medium, str(path), charset, str(copy)))
    try:
        answer = await asyncio.get_running_loop().run_in_executor(_THREADS, job.run)
    except asyncio.CancelledError:
        # A server that stops does not wait for a file that takes long.
        job.stop()
        raise
    if answer.invalid is not None:
        raise (NotDisplayable if answer.sound else InvalidContent)(answer.invalid)
    if answer.errno:
        raise OSError(answer.errno, f"The file could not be opened: {answer.broken}")
    if answer.found is None:
        raise OpeningFailed(f"The file could not be opened: {answer.broken}")
    return answer.found


class _Job:
    """One file on its way through a process."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._process: _Process | None = None
        self._stopped = False

    def run(self) -> Answer:
        """Have the file opened by a process that is idle, or a new one.

        Raises:
            OpeningFailed: the process died, or was stopped.
        """
        self._process = _pool.take()
        if self._stopped:
            self._process.kill()
        answer = self._process.ask(self._request)
        _pool.give_back(self._process, answer.peak)
        return answer

    def stop(self) -> None:
        """End the process that has the file, now or when it gets it."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()
