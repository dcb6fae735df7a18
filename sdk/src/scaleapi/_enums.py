"""The base of the public enumerations."""

from __future__ import annotations

from enum import Enum


class WireEnum(str, Enum):  # noqa: UP042  # a StrEnum would print its value
    """Members equal their wire value: ``task.status == TaskStatus.Completed``. They print by name."""

    __str__ = Enum.__str__
    __format__ = Enum.__format__  # pyright: ignore[reportAssignmentType]
