"""Child processes of the server, which do one thing at a time and are kept for the next when they have done it.

They inherit neither passwords nor keys, may take so much memory, and are killed when they take too long.
"""

import contextlib
import os
import queue
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO, Generic, TypeVar

MAX_KEPT_MEMORY = 400 << 20
"""Bytes of memory at which a process is replaced by a new one after its answer."""

_INHERITED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "LC_ALL", "HOME")
"""What a process gets of the environment."""


class ChildProcess:
    """A process that runs a module and talks over its standard input and output.

    Args:
        module: what it runs.
    """

    def __init__(self, module: str) -> None:
        environ = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._running = subprocess.Popen(  # noqa: S603  modules of this package
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    @property
    def is_running(self) -> bool:
        """Whether the process is still there."""
        return self._running.poll() is None

    @contextlib.contextmanager
    def pipes(self, timeout: float) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        """Give what it reads and what it writes, for one request.

        Args:
            timeout: seconds until it is killed, which ends its pipes.
        """
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        # Reading a pipe has no time limit of its own; a process that is killed ends it.
        late = threading.Timer(timeout, self._running.kill)
        late.daemon = True
        late.start()
        try:
            yield self._running.stdin, self._running.stdout
        finally:
            late.cancel()

    def kill(self) -> None:
        """End the process; reading its answer ends, too."""
        self._running.kill()

    def close(self) -> None:
        """End the process, and forget it."""
        self.kill()
        for pipe in (self._running.stdin, self._running.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
        self._running.wait()


P = TypeVar("P", bound=ChildProcess)


class ProcessPool(Generic[P]):
    """Processes that wait for their next request.

    Args:
        start: starts a process.
    """

    def __init__(self, start: Callable[[], P]) -> None:
        self._start = start
        self._idle: queue.SimpleQueue[P] = queue.SimpleQueue()

    def take(self) -> P:
        """Return a process that waits, or a new one."""
        with contextlib.suppress(queue.Empty):
            process = self._idle.get_nowait()
            if process.is_running:
                return process
            process.close()
        return self._start()

    def give_back(self, process: P, peak: int) -> None:
        """Keep a process for the next request, unless it has grown too large.

        Args:
            process: it has answered.
            peak: most bytes of memory that it had so far.
        """
        if peak > MAX_KEPT_MEMORY:
            process.close()
        else:
            self._idle.put(process)


def enter(max_memory: int) -> BinaryIO:
    """Limit the memory of this process, which is such a child, and return where its answers go.

    Args:
        max_memory: bytes of address space.
    """
    for name, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, max_memory)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (most, resource.getrlimit(name)[1]))
    # Libraries that print must not print into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers
