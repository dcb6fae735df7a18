"""The base of the public enumerations."""

from __future__ import annotations

from enum import Enum


class WireEnum(str, Enum):  # noqa: UP042  # StrEnum prints the value; the official enums print as TaskStatus.Completed
    """Members equal their wire value, so ``task.status == TaskStatus.Completed`` holds; they print by name."""

    __str__ = Enum.__str__
    __format__ = Enum.__format__
