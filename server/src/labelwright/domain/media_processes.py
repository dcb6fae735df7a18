"""Opens files in processes of their own (``tasktypes/media``): decoders of hostile files may do whatever they like."""

import asyncio
import contextlib
import os
import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from labelwright.tasktypes.attachment_readers import InvalidContent, NotDisplayable
from labelwright.tasktypes.media.child import Answer, Request
from labelwright.tasktypes.media.found import OpenedMedium

AT_ONCE = 2
"""Files that are opened at once, however many are fetched: each may take ``child.MEMORY``."""

SECONDS = 60.0
"""Time that opening one file may take."""

LARGE = 400 << 20
"""Bytes of memory at which a process is replaced by a new one after its answer."""

_INHERITED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "LC_ALL", "HOME")
"""What such a process gets of the environment: neither passwords nor keys."""

_THREADS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="opening")
_idle: "queue.SimpleQueue[_Process]" = queue.SimpleQueue()


class OpeningFailed(Exception):
    """A file could not be opened this time; another time it may."""


class _Process:
    """One process, which opens one file at a time."""

    def __init__(self) -> None:
        environ = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._running = subprocess.Popen(
            [sys.executable, "-m", "labelwright.tasktypes.media.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    @property
    def runs(self) -> bool:
        """Whether the process is still there."""
        return self._running.poll() is None

    def ask(self, request: Request) -> Answer:
        """Return the answer to a request.

        Raises:
            OpeningFailed: the process died, or took too long; it is gone.
        """
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        # Reading a pipe has no time limit of its own; a process that is killed ends it.
        late = threading.Timer(SECONDS, self._running.kill)
        late.daemon = True
        late.start()
        try:
            self._running.stdin.write(msgspec.json.encode(request) + b"\n")
            self._running.stdin.flush()
            line = self._running.stdout.readline()
            return msgspec.json.decode(line, type=Answer)
        except (OSError, ValueError) as error:
            self.close()
            raise OpeningFailed("The file could not be opened: its decoder stopped.") from error
        finally:
            late.cancel()

    def kill(self) -> None:
        """End the process; whoever waits for its answer is told."""
        self._running.kill()

    def close(self) -> None:
        """End the process, and forget it."""
        self.kill()
        for pipe in (self._running.stdin, self._running.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
        self._running.wait()


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
        self._process = _take()
        if self._stopped:
            self._process.kill()
        answer = self._process.ask(self._request)
        if answer.peak > LARGE:
            self._process.close()
        else:
            _idle.put(self._process)
        return answer

    def stop(self) -> None:
        """End the process that has the file, now or when it gets it."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()


def _take() -> _Process:
    with contextlib.suppress(queue.Empty):
        process = _idle.get_nowait()
        if process.runs:
            return process
        process.close()
    return _Process()
