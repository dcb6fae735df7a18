"""Structured logs: one JSON object a line on standard error, and never a key."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import msgspec
import structlog

_SECRET = re.compile(r"(live|test)_[0-9a-f]{8,}|(?i:basic|bearer)\s+[A-Za-z0-9+/=_|.-]{8,}")


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and ("_" in value or " " in value):
            event[name] = _SECRET.sub("[secret]", value)
    return event


def _dumps(value: Any, **_: Any) -> bytes:
    return msgspec.json.encode(value, enc_hook=repr)


def set_up(level: str) -> None:
    """Send every log line, also those of libraries, through one form."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[_Forward()], force=True)


class _Forward(logging.Handler):
    """Hands records of the standard library's logging to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        exc = record.exc_info
        structlog.get_logger(record.name).log(record.levelno, record.getMessage(), exc_info=exc)
