"""The answers to the first generation of image tasks and their checker (wire/task-types-images §2.2)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.annotation.params import (
    BoxAnnotationParams,
    CuboidAnnotationParams,
    FirstGenerationParams,
    labelled,
    only_label,
)
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.labels import Text, leaves
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.shapes.model import (
    Box,
    Coordinate,
    Cuboid,
    CuboidEdge,
    CuboidVertex,
    Frame,
    Line,
    Point,
    Polygon,
    Shape,
    Vertex,
    Vertex3D,
    Vertices,
    complete,
    shape_errors,
    size_of,
)
from labelwright.tasktypes.shapes.tools import BoxOptions, LineOptions, PointOptions, PolygonOptions
from labelwright.tasktypes.wire.problems import Reading, enough, read
from labelwright.tasktypes.wire.uuids import give_names
from labelwright.validation.errors import Path, path_text


class FirstGenerationItem(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What every annotation of the first generation has.

    Attributes:
        uuid: given by the server when absent; old recordings have none.
        label: a leaf label; absent when the task says ``with_labels: false``.
        attributes: name to answer; there whenever the task has ``annotation_attributes``.
    """

    uuid: Text | UnsetType = UNSET
    label: str | UnsetType = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET


class BoxItem(FirstGenerationItem, kw_only=True):
    """An upright box, in pixels."""

    type: Literal["box"] = "box"
    left: Coordinate
    top: Coordinate
    width: Coordinate
    height: Coordinate


class PolygonItem(FirstGenerationItem, kw_only=True):
    """An outline in drawing order, not closed."""

    type: Literal["polygon"] = "polygon"
    vertices: Vertices


class LineItem(FirstGenerationItem, kw_only=True):
    """A polyline, or the vertices of a spline, in drawing order."""

    type: Literal["line"] = "line"
    vertices: Vertices


class PointItem(FirstGenerationItem, kw_only=True):
    """A point."""

    type: Literal["point"] = "point"
    x: Coordinate
    y: Coordinate


class CuboidItem(FirstGenerationItem, kw_only=True):
    """A box in perspective; as the cuboid of ``imageannotation``."""

    type: Literal["cuboid"] = "cuboid"
    vertices: Annotated[list[CuboidVertex], Meta(min_length=4, max_length=6)]
    edges: Annotated[list[CuboidEdge], Meta(max_length=9)] | UnsetType = UNSET
    points_2d: Annotated[list[Vertex], Meta(min_length=8, max_length=8)] | UnsetType = UNSET
    points_3d: Annotated[list[Vertex3D], Meta(min_length=8, max_length=8)] | UnsetType = UNSET


class BoxAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of an ``annotation`` task."""

    annotations: list[BoxItem]


class PolygonAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of a ``polygonannotation`` task."""

    annotations: list[PolygonItem]


class LineAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of a ``lineannotation`` task."""

    annotations: list[LineItem]


class PointAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of a ``pointannotation`` task."""

    annotations: list[PointItem]


class CuboidAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of a ``cuboidannotation`` task."""

    annotations: list[CuboidItem]


Item = BoxItem | PolygonItem | LineItem | PointItem | CuboidItem
Answer = (
    BoxAnnotationAnswer
    | PolygonAnnotationAnswer
    | LineAnnotationAnswer
    | PointAnnotationAnswer
    | CuboidAnnotationAnswer
)

_SHAPES: Mapping[type, type[Any]] = {
    BoxItem: Box,
    PolygonItem: Polygon,
    LineItem: Line,
    PointItem: Point,
    CuboidItem: Cuboid,
}
"""The shape of ``imageannotation`` that says what makes an item valid."""


class FirstGenerationChecker:
    """Checks answers to one task.

    Args:
        params: already checked.
        answer_model: the answer of its type.
        item_model: what the answer's ``annotations`` are.
    """

    def __init__(
        self, params: FirstGenerationParams, answer_model: type[Answer], item_model: type[Item]
    ) -> None:
        self._params = params
        self._answer_model = answer_model
        self._item_model = item_model
        self._labels = dict.fromkeys(leaves(params.objects_to_annotate))
        self._labelled = labelled(params)
        self._rules = QuestionRules(params.annotation_attributes)
        self._options = options_of(params, item_model)

    def check(self, answer: Any, occasion: CheckContext) -> tuple[Answer, list[Problem]]:
        """Check an answer; see ``CheckedType.examine``."""
        start, partial = occasion.start, occasion.partial
        reading: Reading[Any] = read(self._answer_model, answer, start)
        items = reading.items("annotations", self._item_model)
        problems = reading.problems
        problems.extend(give_names(((*start, "annotations"), items)))
        frame = frame_of(occasion.media)
        linkable = {str(item.uuid): item.label for _, item in items if item.label is not UNSET}
        for i, item in items:
            if enough(problems):
                break
            place = (*start, "annotations", i)
            problems.extend(self._item_problems(item, place, frame, linkable, partial=partial))
        if not partial:
            problems.extend(self._count_problems(len(items), (*start, "annotations")))
        return self._answer_model([item for _, item in items]), problems

    def _item_problems(
        self, item: Any, place: Path, frame: Frame | None, linkable: Mapping[str, str], *, partial: bool
    ) -> Iterator[Problem]:
        yield from self._label_problems(item, (*place, "label"))
        shape = as_shape(item)
        complete(shape, self._options)
        for below, message, code in shape_errors(shape, self._options, frame):
            yield Problem(path_text((*place, *below)), message, code)
        for name in ("vertices", "edges"):
            if hasattr(item, name):
                setattr(item, name, getattr(shape, name))
        if self._rules and item.attributes is UNSET:
            item.attributes = {}
        if item.attributes is not UNSET:
            label = only_label(self._params) if item.label is UNSET else item.label
            about = Subject(label, size_of(shape), str(item.uuid), linkable)
            yield from self._rules.problems(item.attributes, about, (*place, "attributes"), partial=partial)

    def _label_problems(self, item: Any, place: Path) -> Iterator[Problem]:
        if not self._labelled:
            if item.label is not UNSET:
                message = "The task asks for no labels: this one is left out."
                yield Problem(path_text(place), message, "not_asked", "warning")
            item.label = UNSET
        elif item.label is UNSET:
            yield Problem(path_text(place), "A label is required.", "required")
        elif item.label not in self._labels:
            message = f"“{item.label}” is not one of the labels: {shown(self._labels)}."
            yield Problem(path_text(place), message, "unknown_label")

    def _count_problems(self, count: int, place: Path) -> Iterator[Problem]:
        if not isinstance(self._params, CuboidAnnotationParams):
            return
        least, most = self._params.min_annotations, self._params.max_annotations
        if count < least:
            message = f"At least {least} annotations are needed (there are {count})."
            yield Problem(path_text(place), message, "too_few")
        elif most and count > most:
            message = f"At most {most} annotations are allowed (there are {count})."
            yield Problem(path_text(place), message, "too_many")


def frame_of(media: Sequence[Media]) -> Frame | None:
    """Return where shapes may be; None when the size of the image is not known."""
    if not media or media[0].width is None or media[0].height is None:
        return None
    return Frame.around(media[0].width, media[0].height)


def options_of(params: FirstGenerationParams, item_model: type[Item]) -> Any:
    """Return the options of the tool as ``imageannotation`` has them."""
    if isinstance(params, CuboidAnnotationParams):
        return params.options()
    if isinstance(params, BoxAnnotationParams):
        return BoxOptions(min_height=params.min_height, min_width=params.min_width)
    others: Mapping[type, Any] = {PolygonItem: PolygonOptions, LineItem: LineOptions}
    return others.get(item_model, PointOptions)()


def as_shape(item: Any) -> Shape:
    """Return an item as the shape of ``imageannotation``; its label is blank when the task asks for none."""
    kind = _SHAPES[type(item)]
    values = {name: getattr(item, name, UNSET) for name in kind.__struct_fields__}
    shape: Shape = kind(**{**values, "label": "" if item.label is UNSET else item.label})
    return shape
