"""Runs what takes long on very large inputs in processes of their own, so that the event loop goes on answering.

A single call into C holds Python's lock until it returns, and to read megabytes of small values into objects is one
such call: threads do not help. What goes to the process and what comes back is pickled, which for texts is a copy; what
comes back should therefore be texts and small values.

The process runs ``python -m labelwright.worker_processes``. Requests come on standard input and answers go to standard
output, each with its length in eight bytes before it. It ends with its input.
"""

import asyncio
import contextlib
import os
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, TypeVar

from labelwright import child_processes, gc_tuning, worker_threads
from labelwright.child_processes import ChildProcess, ProcessPool
from labelwright.errors import Overloaded, RequestError, TooLarge

T = TypeVar("T")

APART = 256 * 1024
"""Bytes of JSON from which on it is read in another process; a smaller text holds up others for 30 ms at most."""

PROCESSES = 2
"""Processes that work at once; further inputs wait."""

SECONDS = 120.0
"""Time that one input may take."""

MAX_MEMORY = 4 << 30
"""Bytes of address space of a process."""

_LENGTH = 8

_threads = ThreadPoolExecutor(PROCESSES, thread_name_prefix="worker-process")


async def run(size: int, work: Callable[..., T], *args: Any) -> T:
    """Return ``work(*args)``, done in another process when the input is very large, or else by ``worker_threads.run``.

    Args:
        size: bytes of the input.
        work: a function of a module, without side effects.
        args: what can be pickled.

    Raises:
        RequestError: what ``work`` raises.
        TooLarge: the input takes too much memory.
        Overloaded: the process ended, or took too long.
    """
    if size <= APART:
        return await worker_threads.run(size, work, *args)
    found: T = await asyncio.get_running_loop().run_in_executor(_threads, _ask, work, args)
    return found


class _Process(ChildProcess):
    """One process, which does one thing at a time."""

    def __init__(self) -> None:
        super().__init__("labelwright.worker_processes")

    def ask(self, request: bytes) -> bytes:
        """Return the answer to a request.

        Raises:
            EOFError: the process ended, or took too long.
            OSError: the same.
        """
        with self.pipes(SECONDS) as (requests, answers):
            _write(requests, request)
            return _read(answers)


_pool = ProcessPool(_Process)


def _ask(work: Callable[..., T], args: tuple[Any, ...]) -> T:
    request = pickle.dumps((work, args), pickle.HIGHEST_PROTOCOL)
    process = _pool.take()
    try:
        value, error, peak = pickle.loads(process.ask(request))  # noqa: S301  our own process wrote it
    except (EOFError, OSError) as died:
        process.close()
        raise Overloaded(
            "The body could not be read in time. Please try again later.", field="body"
        ) from died
    except BaseException:
        process.close()
        raise
    _pool.give_back(process, peak)
    if error is not None:
        raise error
    found: T = value
    return found


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(_LENGTH, "big"))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    length = pipe.read(_LENGTH)
    data = pipe.read(int.from_bytes(length, "big"))
    if len(length) < _LENGTH or len(data) < int.from_bytes(length, "big"):
        raise EOFError
    return data


def answer(request: bytes) -> bytes:
    """Do what a request asks for; returns (value, exception, most bytes of memory so far), pickled."""
    value: Any = None
    error: BaseException | None = None
    try:
        work, args = pickle.loads(request)  # noqa: S301  the server wrote it
        value = work(*args)
        return pickle.dumps((value, None, gc_tuning.peak()), pickle.HIGHEST_PROTOCOL)
    except RequestError as refusal:
        error = refusal.with_traceback(None)
    except MemoryError:
        error = TooLarge("The body takes too much memory to be read.", field="body")
    except Exception as failed:  # noqa: BLE001  raised by whoever asked
        error = RuntimeError(f"{type(failed).__name__}: {failed}")
    del value
    return pickle.dumps((None, error, gc_tuning.peak()), pickle.HIGHEST_PROTOCOL)


def main() -> None:
    """Limit what this process may take, and answer requests until there are no more."""
    answers = child_processes.enter(MAX_MEMORY)
    # Where processors are short, the event loop goes first.
    os.nice(10)
    gc_tuning.collect_rarely()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            _write(answers, answer(_read(sys.stdin.buffer)))


if __name__ == "__main__":
    main()
