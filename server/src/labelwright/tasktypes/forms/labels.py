"""Labels and choices: plain strings or nested ``LabelDescription`` objects (wire/task-types-common §4)."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

Text = Annotated[str, Meta(min_length=1)]
"""A string that must not be empty."""


class LabelDescription(msgspec.Struct, kw_only=True):
    """A label with a text to show, or a folder of labels.

    Attributes:
        choice: the label; with ``subchoices`` a folder, which cannot be chosen itself.
        subchoices: the children, to any depth.
        instance_label: segmentation only: one mask per instance.
        display: the text shown instead of ``choice``; never in answers or conditions.
        description: help for the labeler.
    """

    choice: Text
    subchoices: list["Text | LabelDescription"] | UnsetType = UNSET
    instance_label: bool = False
    display: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


Labels = list[Text | LabelDescription]
"""The wire's way to give labels or choices."""


def leaves_with_paths(
    labels: Sequence[str | LabelDescription], path: Path = ()
) -> Iterator[tuple[str, Path]]:
    """Yield every label that can be chosen, in reading order, with the place where it is written.

    Only leaves appear in answers (wire/task-types-common §4). A folder without children counts as a leaf.
    """
    # A stack instead of recursion: the decoder allows deeper nesting than the interpreter has stack left.
    waiting = [(enumerate(labels), path)]
    while waiting:
        level, above = waiting[-1]
        for i, one in level:
            if isinstance(one, str):
                yield one, (*above, i)
            elif not one.subchoices:
                yield one.choice, (*above, i)
            else:
                waiting.append((enumerate(one.subchoices), (*above, i, "subchoices")))
                break
        else:
            waiting.pop()


def leaves(labels: Sequence[str | LabelDescription]) -> list[str]:
    """Return every label that can be chosen, in reading order."""
    found: list[str] = []
    if set(map(type, labels)) <= {str}:
        found.extend(labels)  # type: ignore[arg-type]
        return found
    waiting = [iter(labels)]
    while waiting:
        for one in waiting[-1]:
            if isinstance(one, str):
                found.append(one)
            elif not one.subchoices:
                found.append(one.choice)
            else:
                waiting.append(iter(one.subchoices))
                break
        else:
            waiting.pop()
    return found


def require_unique(labels: Sequence[str | LabelDescription], path: Path) -> list[str]:
    """Return the leaves after checking that no two are the same.

    Raises:
        InvalidParameter: a leaf name occurs twice; ``field`` is the second place.
    """
    names = leaves(labels)
    if len(set(names)) != len(names):
        seen: set[str] = set()
        for name, place in leaves_with_paths(labels, path):
            if name in seen:
                raise refuse(place, "contains a duplicate value")
            seen.add(name)
    return names
