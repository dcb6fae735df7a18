"""Names of the parts of an answer: given where they are missing, refused where they are not unique."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.ids import new_uuid
from labelwright.validation.errors import Path, path_text

Items = Sequence[tuple[int, Any]]
"""Parts with their indexes in the answer as it came."""


def give_names(*groups: tuple[Path, Items], name: str = "uuid") -> Iterator[Problem]:
    """Give every part without a name a new one, and yield a problem for each name that is there twice.

    Args:
        groups: where an array is, and its items; names are unique over all groups.
        name: the member that holds the name.
    """
    seen: set[str] = set()
    for place, items in groups:
        for i, item in items:
            given = getattr(item, name)
            if given is UNSET:
                given = new_uuid()
                setattr(item, name, given)
            elif given in seen:
                yield Problem(path_text((*place, i, name)), f"The {name} is given twice.", "duplicate")
            seen.add(given)
