"""Shapes drawn with a task's tools, wherever an answer has them: on frames, in tracks, beside point clouds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.shapes.model import Frame, Shape, complete, geometry_of, shape_errors, size_of
from labelwright.tasktypes.shapes.tools import Geometries
from labelwright.tasktypes.wire.partial_decode import decode_parts
from labelwright.validation.errors import Path, path_text


class DrawingRules:
    """The tools and attributes of a task, made ready for checking many shapes.

    Args:
        geometries: the tools, already checked.
        attributes: the definitions, already checked; those of the whole scene are not asked here.
        labelled: whether shapes carry labels.
    """

    def __init__(
        self,
        geometries: Geometries,
        attributes: Mapping[str, AttributeDefinition],
        *,
        labelled: bool = True,
    ) -> None:
        self._options = geometries.options()
        self._labels = {name: dict.fromkeys(labels) for name, labels in geometries.labels().items()}
        self._rules = QuestionRules(attributes, scene=False)
        self._labelled = labelled

    def read(self, values: Any, place: Path) -> tuple[list[tuple[int, Shape]], list[Problem]]:
        """Read an array of shapes; without labels these may lack theirs."""
        if not self._labelled and isinstance(values, list):
            values = [{**one, "label": ""} if isinstance(one, dict) else one for one in values]
        return decode_parts(Shape, values, place)

    def written(self, shape: Shape) -> dict[str, Any]:
        """Return a shape as it is delivered."""
        members: dict[str, Any] = msgspec.to_builtins(shape)
        if not self._labelled:
            del members["label"]
        return members

    def label_problems(self, geometry: str, label: str, place: Path) -> Iterator[Problem]:
        """Yield what is wrong with the tool and the label of a shape, or of a track.

        Args:
            geometry: the tool's name.
            label: the label.
            place: of the shape or track.
        """
        if geometry not in self._options:
            message = f"There is no tool “{geometry}” in this task, only: {', '.join(self._options)}."
            yield Problem(path_text((*place, "type")), message, "unknown_geometry")
        elif self._labelled and label not in self._labels[geometry]:
            message = f"“{label}” is not one of the labels: {shown(self._labels[geometry])}."
            yield Problem(path_text((*place, "label")), message, "unknown_label")

    def problems(
        self,
        shape: Shape,
        place: Path,
        frame: Frame | None,
        linkable: Mapping[str, str],
        *,
        partial: bool = False,
    ) -> Iterator[Problem]:
        """Bring a shape into the form that is delivered, and yield what is wrong with its place and attributes.

        Args:
            shape: changed in place.
            place: where it is.
            frame: where it may be drawn, when that is known.
            linkable: uuid to label of everything it may be linked with.
            partial: pre-labels need not be complete.
        """
        options = self._options.get(geometry_of(shape))
        if options is not None:
            complete(shape, options)
            for below, message, code in shape_errors(shape, options, frame):
                yield Problem(path_text((*place, *below)), message, code)
        if self._rules and shape.attributes is UNSET:
            shape.attributes = {}
        if shape.attributes is not UNSET:
            label = shape.label if self._labelled else None
            about = Subject(label, size_of(shape), str(shape.uuid), linkable)
            yield from self._rules.problems(shape.attributes, about, (*place, "attributes"), partial=partial)


class Tracks:
    """What has to stay the same while an object is followed: same ``uuid``, same object.

    Args:
        attributes: the definitions; those with ``global`` have one answer for a whole track.
    """

    def __init__(self, attributes: Mapping[str, AttributeDefinition]) -> None:
        self._global = [name for name, definition in attributes.items() if definition.global_]
        self._known: dict[str, dict[str, Any]] = {}

    def problems(
        self, uuid: str, fixed: Mapping[str, Any], attributes: Mapping[str, Any], place: Path
    ) -> Iterator[Problem]:
        """Note one appearance of an object, and yield where it differs from the first one.

        Args:
            uuid: of the object.
            fixed: member to value, of what never changes.
            attributes: the answers about this appearance.
            place: where it is.
        """
        known = self._known.setdefault(uuid, {})
        for name, value in fixed.items():
            if known.setdefault(name, value) != value:
                message = f"This object has “{known[name]}” here in another frame: it must stay the same."
                yield Problem(path_text((*place, name)), message, "inconsistent")
        for name in self._global:
            if name not in attributes:
                continue
            if known.setdefault(f"attributes.{name}", attributes[name]) != attributes[name]:
                message = "This is one answer for the whole track: it must be the same in every frame."
                yield Problem(path_text((*place, "attributes", name)), message, "inconsistent")


def frame_of(media: Sequence[Media], index: int, padding_x: int = 0, padding_y: int = 0) -> Frame | None:
    """Return where shapes on an attachment may be; None when its size is not known."""
    one = media[index] if index < len(media) else None
    if one is None or one.width is None or one.height is None:
        return None
    return Frame.around(one.width, one.height, padding_x, padding_y)
