"""What is away for a while: the database, the disk, the object store. Said once, not with every request."""

import errno
import time
from collections.abc import Callable

import structlog

from labelwright.errors import Unavailable

log = structlog.get_logger("labelwright.outages")

LOG_INTERVAL = 60.0
"""Seconds after a line about an outage in which another one that begins is not logged: a disk that is nearly full
takes one write and refuses the next."""

DISK = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EIO,
        errno.ENODEV,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.EACCES,
        errno.EPERM,
        errno.ESTALE,
        errno.ENOTDIR,
    }
)
"""Errors of the system that say nothing about the request: no room, no rights, no disk, no more open files."""


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""Those of writing a file, which no network and no file that is read has."""


def no_room(error: BaseException) -> bool:
    """Whether the disk takes no more."""
    return isinstance(error, OSError) and error.errno in NO_ROOM


def of_the_disk(error: BaseException) -> bool:
    """Whether a file operation failed for a reason that the operator has to remove."""
    return isinstance(error, OSError) and error.errno in DISK


class Outage:
    """Whether something can be used, by what was last tried with each of its parts.

    Args:
        what: named in the log and to callers.
        seconds: a clock that only goes forward.
    """

    def __init__(self, what: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self.what = what
        self.total = 0
        """How often something could not be used since the start."""
        self._seconds = seconds
        self._failing: set[str] = set()
        self._refused = 0
        self._since = 0.0
        self._logged = False
        self._quiet_until = float("-inf")

    @property
    def away(self) -> bool:
        """Whether a part failed when it was last tried."""
        return bool(self._failing)

    def began(self, part: str, error: BaseException) -> Unavailable:
        """Note that a part could not be used; returns what the caller is told."""
        now = self._seconds()
        if not self._failing:
            self._since, self._refused = now, 0
            self._logged = now >= self._quiet_until
            if self._logged:
                self._quiet_until = now + LOG_INTERVAL
                reason = f"{type(error).__name__}: {error}".strip()
                log.error("unavailable", what=self.what, part=part, reason=reason)
        self._failing.add(part)
        self._refused += 1
        self.total += 1
        told = Unavailable(f"The server cannot use its {self.what} at present. Please try again.")
        told.__cause__ = error
        return told

    def over(self, part: str) -> None:
        """Note that a part could be used."""
        if part not in self._failing:
            return
        self._failing.remove(part)
        if not self._failing and self._logged:
            seconds = round(self._seconds() - self._since, 1)
            log.warning("available again", what=self.what, seconds=seconds, refused=self._refused)
