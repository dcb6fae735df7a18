"""The answers that test mode gives at once: the recorded ones.

Source: wire/task-types-text §4–§6, wire/task-types-audio §1.3.
"""

from typing import Any

from msgspec import UNSET

from labelwright.tasktypes.transcription.params import (
    ComparisonParams,
    DataCollectionParams,
    TranscriptionParams,
)

VALUE = "test response"
ROW_VALUE = "test row response"
ROWS = 2
SECONDS = 15

_WORDS = (
    ("This", 0.3, 0.37, 0.9),
    ("is", 0.37, 0.79, 0.9),
    ("an", 0.79, 0.94, 0.9),
    ("example", 0.94, 1, 0.9),
    ("transcript", 1, 1.3, 0.3),
    ("using", 1.3, 1.59, 0.3),
    ("your", 1.59, 1.8, 0.9),
    ("Scale", 1.81, 2.01, 0.9),
    ("API", 2.01, 2.37, 0.9),
    ("test", 2.37, 2.82, 0.9),
    ("key", 2.85, 3.11, 0.9),
)
"""Word, start, end, confidence, as recorded: there is one word more than in the transcript."""


def transcription(params: TranscriptionParams) -> dict[str, Any]:
    """Return dummy values; without rows to ask for, the two null rows that the wire gives."""
    if params.repeatable_fields is UNSET:
        rows: list[Any] = [None] * ROWS
    else:
        rows = [dict.fromkeys(params.repeatable_fields, ROW_VALUE) for _ in range(ROWS)]
    fields = {} if params.fields is UNSET else {"fields": dict.fromkeys(params.fields, VALUE)}
    return {**fields, "repeatable_fields": rows}


def collection(params: DataCollectionParams) -> dict[str, Any]:
    """Return dummy values and time."""
    return {"fields": dict.fromkeys(params.fields, VALUE), "time_spent_in_seconds": SECONDS}


def comparison(params: ComparisonParams) -> dict[str, Any]:
    """Return the first choice, and dummy values."""
    choice = {} if params.choices is UNSET else {"choice": params.choices[0]}
    fields = {} if params.fields is UNSET else {"fields": dict.fromkeys(params.fields, VALUE)}
    return {**choice, **fields}


def audio() -> dict[str, Any]:
    """Return the recorded transcript, the same for every recording."""
    return {
        "transcript": "This is an example transcript using your Scale test key.",
        "duration": 5,
        "alignment": [
            {"word": word, "start": start, "end": end, "confidence": confidence}
            for word, start, end, confidence in _WORDS
        ],
    }
