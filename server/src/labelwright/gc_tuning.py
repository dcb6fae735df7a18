"""How often Python looks for garbage that refers to itself, and how much memory this process had."""

import contextlib
import gc
import resource
import sys
from pathlib import Path

THRESHOLD = 50_000
"""New containers between two looks at the youngest ones; Python's own 700 stop a large body hundreds of times."""


def collect_rarely() -> None:
    """Leave what is there now alone, and look at new objects less often; for a process that is going to serve.

    Requests make almost no cycles: reference counts free what they used.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(THRESHOLD, 20, 50)


def peak() -> int:
    """Return the most bytes of memory that this process had so far."""
    # On Linux ``ru_maxrss`` begins with what the parent had when it started this process; ``VmHWM`` does not.
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most << 10
