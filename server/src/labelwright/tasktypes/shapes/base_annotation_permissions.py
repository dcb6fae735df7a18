"""Locks on the annotations that a task starts from: the four ``can_…`` switches (wire/task-types-common §3.2).

They hold wherever a task has ``base_annotations``: ``imageannotation`` and the task types about videos.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from labelwright.errors import Problem
from labelwright.tasktypes.shapes.model import Shape, geometry_of
from labelwright.validation.errors import Path, path_text

_COMPUTED = {"box": "vertices", "cuboid": "edges"}
"""Per geometry, the member that follows from the others."""


class PermissionParams(Protocol):
    """The parameters of a task with locks."""

    @property
    def can_add_base_annotations(self) -> bool:
        """Whether others may be drawn."""
        ...

    @property
    def can_edit_base_annotations(self) -> bool:
        """Whether position and attributes may change."""
        ...

    @property
    def can_edit_base_annotation_labels(self) -> bool:
        """Whether labels may change."""
        ...

    @property
    def can_delete_base_annotations(self) -> bool:
        """Whether annotations may be removed."""
        ...


@dataclass(frozen=True, slots=True)
class Appearance:
    """An annotation in one frame.

    Attributes:
        label: its label.
        fixed: position and attributes, see ``position_and_attributes``.
        place: where it is.
        owner: where its label is: the shape itself, or the track that it belongs to.
    """

    label: str
    fixed: Mapping[str, Any]
    place: Path
    owner: Path


Annotations = Mapping[str, Mapping[int, Appearance]]
"""From uuid to frame number to appearance; on a single image, the number is 0."""


class BaseAnnotationPermissions:
    """The locks of one task.

    Args:
        switches: the parameters.
        base: what the task starts from; None without ``base_annotations``: then nothing is locked.
    """

    def __init__(self, switches: PermissionParams, base: Annotations | None) -> None:
        self._switches = switches
        self._base = base

    def __bool__(self) -> bool:
        """Tell whether anything is locked."""
        switches = self._switches
        return self._base is not None and not (
            switches.can_add_base_annotations
            and switches.can_edit_base_annotations
            and switches.can_edit_base_annotation_labels
            and switches.can_delete_base_annotations
        )

    def is_frozen(self, uuid: str) -> bool:
        """Tell whether position and attributes of an annotation are locked.

        What a labeler cannot change cannot be held against the labeler: it is not checked any further.
        """
        return not self._switches.can_edit_base_annotations and uuid in (self._base or ())

    def keeps_label(self, uuid: str) -> bool:
        """Tell whether the label of an annotation is locked."""
        return not self._switches.can_edit_base_annotation_labels and uuid in (self._base or ())

    def problems(
        self, given: Annotations, place: Path, gap: Callable[[str, int], Path] | None = None
    ) -> Iterator[Problem]:
        """Yield every change that is not allowed.

        Args:
            given: the answer.
            place: of the annotations as a whole.
            gap: where an annotation is missing in a frame; at ``place`` when absent.
        """
        if self._base is None:
            return
        for uuid, appearances in given.items():
            known = self._base.get(uuid)
            if known is not None:
                yield from self._changes(known, appearances)
                missing = sorted(known.keys() - appearances.keys()) if self.is_frozen(uuid) else ()
                for at in missing:
                    message = f"The annotation {uuid} may not be removed from frame {at}."
                    yield _forbidden(gap(uuid, at) if gap else place, message)
            elif not self._switches.can_add_base_annotations:
                first = next(iter(appearances.values()))
                yield _forbidden(first.owner, "No annotation may be added in this task.")
        if not self._switches.can_delete_base_annotations:
            for uuid in self._base:
                if uuid not in given:
                    yield _forbidden(place, f"The annotation {uuid} may not be removed.")

    def _changes(self, known: Mapping[int, Appearance], given: Mapping[int, Appearance]) -> Iterator[Problem]:
        first = next(iter(known.values()))
        for at, one in given.items():
            before = known.get(at)
            if not self._switches.can_edit_base_annotations:
                if before is None:
                    yield _forbidden(one.place, "This annotation may not be drawn in further frames.")
                    continue
                for member in _differences(before.fixed, one.fixed):
                    message = "Position and attributes of this annotation may not change."
                    yield _forbidden((*one.place, *member) if member else one.owner, message)
            label = (before or first).label
            if not self._switches.can_edit_base_annotation_labels and one.label != label:
                yield _forbidden((*one.owner, "label"), f"The label must stay “{label}”.")


def position_and_attributes(shape: Shape) -> dict[str, Any]:
    """Return what an edit lock freezes of a completed shape, without what is computed from it."""
    fields: dict[str, Any] = msgspec.structs.asdict(shape)
    geometry = geometry_of(shape)
    for name in ("uuid", "label", _COMPUTED.get(geometry, "uuid")):
        fields.pop(name, None)
    fields["type"] = geometry
    fields["attributes"] = shape.attributes or {}
    if geometry == "box":
        fields["rotation"] = fields.get("rotation") or 0
    return fields


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the members that are not what they were; nothing below the whole when it is another shape."""
    if before["type"] != now["type"]:
        yield ()
        return
    for name in before:
        if name != "attributes" and before[name] != now[name]:
            yield (name,)
    answers, others = before["attributes"], now["attributes"]
    for name in {**answers, **others}:
        if name not in others or name not in answers or answers[name] != others[name]:
            yield ("attributes", name)


def _forbidden(place: Path, message: str) -> Problem:
    return Problem(path_text(place), message, "locked")
