"""Regular expressions of customers (``pattern``), read by RE2: their time is linear, whatever they and the text are.

A text fits when the pattern is found anywhere in it, as in JSON Schema; ``^`` and ``$`` tie it to the ends.
"""

from contextlib import suppress
from typing import Annotated, Any

import re2
from msgspec import UNSET, Meta, UnsetType

from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

Pattern = Annotated[str, Meta(min_length=1, max_length=200)]
"""A regular expression, in the syntax of RE2."""

MAX_COUNT = 64
"""Patterns of one task: the worst that is taken needs a millisecond to be read."""

_MEMORY = 1 << 16
"""Bytes that one pattern may take; larger ones are refused."""


def check_pattern(pattern: str | UnsetType, place: Path) -> None:
    """Check that a pattern is one that RE2 takes: lookaround and references to groups are none.

    Args:
        pattern: as given.
        place: where the object with ``pattern`` is.

    Raises:
        InvalidParameter: it is none.
    """
    if pattern is UNSET:
        return
    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else b""
        told = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise refuse((*place, "pattern"), f"must be a valid regular expression (RE2): {told}") from None


def require_few_patterns(patterns: int, place: Path) -> None:
    """Check how many patterns a task has.

    Raises:
        InvalidParameter: too many.
    """
    if patterns > MAX_COUNT:
        raise refuse(place, f"must not have more than {MAX_COUNT} patterns")


def fits(pattern: str | UnsetType, text: str) -> bool:
    """Tell whether a text fits a checked pattern, or there is none."""
    return pattern is UNSET or _compiled(pattern).search(text) is not None


def example(pattern: str | UnsetType, text: str, *, least: int = 0) -> str:
    """Return a text for test mode: ``text`` or a spelling of it if it fits, else the smallest one that does.

    Args:
        pattern: already checked.
        text: of a fitting length.
        least: characters that it must have.

    Returns:
        The text; ``text`` itself where RE2 knows of none that fits.
    """
    found = [text, text.capitalize(), text.upper(), "0" * max(least, 1)]
    if pattern is not UNSET:
        with suppress(re2.error, UnicodeDecodeError):
            # Bounds are known only of what is tied to the ends.
            smallest, _ = _compiled(f"^(?:{pattern})$").possiblematchrange(len(text) + 100)
            found.append(str(smallest, "utf-8"))
    return next((one for one in found if least <= len(one) and fits(pattern, one)), text)


def _compiled(pattern: str) -> Any:
    # The library remembers the last 128.
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return re2.compile(pattern, options=options)
