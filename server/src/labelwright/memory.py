"""How often Python looks for garbage that refers to itself."""

import gc

EVERY = 50_000
"""New containers between two looks at the youngest ones; Python's own 700 stop a large body hundreds of times."""


def look_rarely() -> None:
    """Leave what is there now alone, and look at new objects less often; for a process that is going to serve.

    Requests make almost no cycles: reference counts free what they used.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(EVERY, 20, 50)
