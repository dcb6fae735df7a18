"""The logger ``scaleapi``: silent unless asked, and never with a key in it.

One DEBUG line per attempt, one INFO line per retry. ``SCALE_LOG=debug`` (or ``info``) prints them to stderr.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping

logger = logging.getLogger("scaleapi")

_SECRET = re.compile(r"\b(Basic|Bearer)\s+[A-Za-z0-9+/=_.|~-]+|\b(live|test|scaleint)_[A-Za-z0-9|]{4,}")


class Redact(logging.Filter):
    """Replaces anything that looks like a credential by ``[redacted]``, in the finished text of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record when its text holds a credential; lets every record pass."""
        text = record.getMessage()
        clean = _SECRET.sub("[redacted]", text)
        if clean != text:
            record.msg, record.args = clean, None
        return True


def set_up(environ: Mapping[str, str] = os.environ) -> None:
    """Attaches the filter and a NullHandler, and a stderr handler if ``SCALE_LOG`` asks for one."""
    logger.addFilter(Redact())
    logger.addHandler(logging.NullHandler())
    level = environ.get("SCALE_LOG", "").upper()
    if level in {"DEBUG", "INFO"}:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(level)
