"""The checker of the annotations of a scene (wire/task-types-lidar-frames §2.5, §2.6, wire/task-types-lidar §8)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any, Protocol

from msgspec import UNSET, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import SceneFacts
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.forms.labels import LabelDescription, leaves
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.lidar.scene_facts import fact_problems
from labelwright.tasktypes.lidar.scene_shapes import (
    IN_PICTURES,
    ON_THE_GROUND,
    ROWS,
    SIZES,
    AttributePath,
    Id,
    LabeledPoints,
    Placed,
    SceneAnnotation,
    SceneBox2D,
    SceneCuboid,
    SceneEvent,
    SceneItem,
    SceneLink,
    ScenePointSegmentation,
    kind_of,
)
from labelwright.tasktypes.wire.partial_decode import decode_parts
from labelwright.tasktypes.wire.problems import enough, is_json
from labelwright.tasktypes.wire.uuids import give_names
from labelwright.validation.errors import MAX_ERRORS, Path, path_text


class Definition(Protocol):
    """What may be annotated; see ``scenes.AnnotationDefinition``."""

    type: Any
    labels: list[str | LabelDescription]
    annotation_attributes: dict[str, AttributeDefinition]
    min_vertices: int
    max_vertices: int | None
    stationary_only: bool
    sensor_ids: list[Id] | UnsetType


class SceneRules:
    """The definitions of a task, made ready for checking.

    Args:
        definitions: already checked, one per type.
    """

    def __init__(self, definitions: Sequence[Any]) -> None:
        self._definitions: dict[str, Definition] = {one.type: one for one in definitions}
        self._labels = {name: dict.fromkeys(leaves(one.labels)) for name, one in self._definitions.items()}
        self._rules = {
            name: QuestionRules(one.annotation_attributes) for name, one in self._definitions.items()
        }

    def check(
        self, content: Any, place: Path, *, partial: bool, facts: SceneFacts | None = None
    ) -> tuple[list[Any], list[Problem]]:
        """Check the array of annotations.

        Args:
            content: the array.
            place: of the array.
            partial: pre-labels need not be complete.
            facts: what the scene was found to hold, when somebody has looked.

        Returns:
            Those that could be read, as they are delivered, and every problem.
        """
        items, problems = decode_parts(SceneItem, content, place)
        problems.extend(give_names((place, items), name="id"))
        kinds = {item.id: kind_of(item) for _, item in items}
        segmented: dict[tuple[Any, ...], set[int]] = {}
        for i, item in items:
            if enough(problems):
                break
            where = (*place, i)
            if item.parent_id not in (UNSET, None) and (
                item.parent_id not in kinds or item.parent_id == item.id
            ):
                message = "There is no other annotation with this id."
                problems.append(Problem(path_text((*where, "parent_id")), message, "unknown_target"))
            definition = self._definitions.get(kind_of(item))
            if definition is None:
                message = f"There is no “{kind_of(item)}” in this task, only: {shown(self._labels)}."
                problems.append(Problem(path_text((*where, "type")), message, "unknown_geometry"))
                continue
            problems.extend(self._label_problems(item, where))
            problems.extend(islice(self._attribute_problems(item, where, partial=partial), MAX_ERRORS))
            problems.extend(_sensor_problems(item, definition, where))
            problems.extend(islice(_item_problems(item, definition, kinds, segmented, where), MAX_ERRORS))
            if facts is not None:
                problems.extend(fact_problems(item, facts, where))
        return [item for _, item in items], problems

    def sample(self) -> list[dict[str, Any]]:
        """Return one annotation per definition, with its first label; none for links."""
        made: list[dict[str, Any]] = []
        for name, definition in self._definitions.items():
            if name == "link":
                continue
            label = next(iter(self._labels[name]))
            values = self._rules[name].sample(Subject(label), {})
            made.append(
                {
                    "id": f"sample-{len(made)}",
                    "type": name,
                    "label": label,
                    "attributes": [
                        {"name": asked, "timestamps": [0], "values": [value], "static": True}
                        for asked, value in values.items()
                    ],
                    **_drawn(name, definition),
                }
            )
        return made

    def _label_problems(self, item: SceneAnnotation, place: Path) -> Iterator[Problem]:
        labels = self._labels[kind_of(item)]
        if item.label not in labels:
            message = f"“{item.label}” is not one of the labels: {shown(labels)}."
            yield Problem(path_text((*place, "label")), message, "unknown_label")

    def _attribute_problems(self, item: SceneAnnotation, place: Path, *, partial: bool) -> Iterator[Problem]:
        rules, about = self._rules[kind_of(item)], Subject(item.label)
        first: dict[str, Any] = {}
        seen: set[tuple[str, Any]] = set()
        for i, path in enumerate(item.attributes):
            where = (*place, "attributes", i)
            key = (path.name, None if path.sensor_id is UNSET else path.sensor_id)
            if key in seen:
                yield Problem(path_text((*where, "name")), "The answers are given twice.", "duplicate")
            seen.add(key)
            yield from _time_problems(path.timestamps, path.values, where)
            if not is_json(path.values):
                yield Problem(path_text((*where, "values")), "A number is too large.", "bound")
            elif path.values:
                first.setdefault(path.name, path.values[0])
        yield from rules.problems(first, about, (*place, "attributes"), partial=partial)
        for i, path in enumerate(item.attributes):
            found = _later_problems(rules, about, first, path, (*place, "attributes", i))
            yield from islice(found, MAX_ERRORS)


def _later_problems(
    rules: QuestionRules, about: Subject, first: Mapping[str, Any], path: AttributePath, place: Path
) -> Iterator[Problem]:
    """Yield what is wrong with the answers after the first one, each looked at beside the first ones of others."""
    if path.name not in first:
        return
    for j, value in enumerate(path.values):
        if value == first[path.name] or not is_json(value):
            continue
        problem = rules.problem(path.name, value, first, about, (*place, "values", j))
        if problem is not None:
            yield problem
        if path.static:
            message = "A static answer is the same at all times."
            yield Problem(path_text((*place, "values", j)), message, "inconsistent")


def _time_problems(
    timestamps: Sequence[int], values: Sequence[Any], place: Path, name: str = "values"
) -> Iterator[Problem]:
    for i, (before, after) in enumerate(pairwise(timestamps)):
        if after <= before:
            message = "Times must increase."
            yield Problem(path_text((*place, "timestamps", i + 1)), message, "order")
            break
    if len(values) != len(timestamps):
        message = f"There must be one value per time ({len(timestamps)}, not {len(values)})."
        yield Problem(path_text((*place, name)), message, "count")


def _sensor_problems(item: Any, definition: Definition, place: Path) -> Iterator[Problem]:
    given = getattr(item, "sensor_id", UNSET)
    if given in (UNSET, None):
        if isinstance(item, IN_PICTURES):
            yield Problem(path_text((*place, "sensor_id")), "The sensor is required.", "required")
    elif definition.sensor_ids is not UNSET and given not in definition.sensor_ids:
        yield Problem(path_text((*place, "sensor_id")), "This sensor is not asked for.", "unknown_target")


def _item_problems(
    item: Any,
    definition: Definition,
    kinds: Mapping[Any, str],
    segmented: dict[tuple[Any, ...], set[int]],
    place: Path,
) -> Iterator[Problem]:
    match item:
        case ScenePointSegmentation():
            for i, points in enumerate(item.labeled_points):
                yield from _point_problems(points, definition, segmented, (*place, "labeled_points", i))
        case SceneLink():
            for name, end in (("from_id", item.from_id), ("to_id", item.to_id)):
                if end not in kinds or kinds[end] == "link":
                    message = "There is no annotation with this id."
                    yield Problem(path_text((*place, name)), message, "unknown_target")
            if item.from_id == item.to_id:
                message = "An annotation cannot be linked with itself."
                yield Problem(path_text((*place, "to_id")), message, "self_link")
        case SceneEvent():
            return
        case _:
            yield from _shape_problems(item, definition, place)
            if isinstance(item, SceneCuboid):
                yield from _seen_problems(item, place)


def _point_problems(
    points: LabeledPoints, definition: Definition, segmented: dict[tuple[Any, ...], set[int]], place: Path
) -> Iterator[Problem]:
    if definition.sensor_ids is not UNSET and points.sensor_id not in definition.sensor_ids:
        yield Problem(path_text((*place, "sensor_id")), "This sensor is not asked for.", "unknown_target")
    frame = None if points.sensor_frame is UNSET else points.sensor_frame
    taken = segmented.setdefault((points.sensor_id, frame), set())
    own = set(points.point_ids)
    if len(own) != len(points.point_ids) or own & taken:
        yield Problem(path_text((*place, "point_ids")), "A point has one label only.", "duplicate")
    taken |= own


def _shape_problems(item: Placed, definition: Definition, place: Path) -> Iterator[Problem]:
    where = (*place, "path")
    yield from _time_problems(item.path.timestamps, item.path.values, where)
    for i, row in enumerate(item.path.values):
        yield from _row_problems(item, row, definition, (*where, "values", i))
    still = item.stationary or definition.stationary_only or isinstance(item, ON_THE_GROUND)
    if still and any(row != item.path.values[0] for row in item.path.values):
        yield Problem(path_text((*where, "values")), "This must not move.", "inconsistent")
    if definition.stationary_only and not item.stationary:
        yield Problem(path_text((*place, "stationary")), "This must not move.", "required")


def _row_problems(
    item: Placed, row: Sequence[float], definition: Definition, place: Path
) -> Iterator[Problem]:
    form = ROWS[type(item)]
    if form.count:
        if len(row) != form.count:
            message = f"There must be {form.count} numbers (not {len(row)})."
            yield Problem(path_text(place), message, "count")
        else:
            for i in SIZES.get(type(item), ()):
                if row[i] <= 0:
                    yield Problem(path_text((*place, i)), "The size must be more than 0.", "too_small")
        return
    count, rest = divmod(len(row), form.group)
    least, most = max(form.fewest, definition.min_vertices), definition.max_vertices
    if rest:
        message = f"Every vertex has {form.group} numbers."
        yield Problem(path_text(place), message, "count")
    elif count < least:
        message = f"At least {least} vertices are needed (there are {count})."
        yield Problem(path_text(place), message, "too_few")
    elif most is not None and count > most:
        message = f"At most {most} vertices are allowed (there are {count})."
        yield Problem(path_text(place), message, "too_many")


def _seen_problems(item: SceneCuboid, place: Path) -> Iterator[Problem]:
    for i, one in enumerate(item.projections or ()):
        yield from _time_problems(one.timestamps, one.boxes, (*place, "projections", i), "boxes")
        yield from _unread_problems(one.cuboids, (*place, "projections", i, "cuboids"))
    for i, two in enumerate(item.activations or ()):
        yield from _time_problems(two.timestamps, two.durations, (*place, "activations", i), "durations")
        yield from _unread_problems(two.cuboids, (*place, "activations", i, "cuboids"))


def _unread_problems(value: Any, place: Path) -> Iterator[Problem]:
    if value is not UNSET and not is_json(value):
        yield Problem(path_text(place), "A number is too large.", "bound")


def _drawn(name: str, definition: Definition) -> dict[str, Any]:
    """Return a small shape of a type."""
    sensor = "0" if definition.sensor_ids is UNSET else definition.sensor_ids[0]
    if name == "point_segmentation":
        return {"labeled_points": [{"sensor_id": sensor, "point_ids": [0]}]}
    if name == "event":
        return {"start": 0, "duration": 1}
    kind = next(one for one in ROWS if one.__struct_config__.tag == name)
    form = ROWS[kind]
    if kind is SceneCuboid:
        row: list[float] = [4, 2, 2, 10, 0, 1, 0, 0, 0]
    elif kind is SceneBox2D:
        row = [0, 0, 100, 100]
    elif form.count:
        row = [10] * form.count
    else:
        count = max(form.fewest, definition.min_vertices)
        rows = [(i, i * i, 0)[: form.group] for i in range(count)]
        row = [number for vertex in rows for number in vertex]
    drawn: dict[str, Any] = {"path": {"timestamps": [0], "values": [row]}, "stationary": True}
    return {**drawn, "sensor_id": sensor} if issubclass(kind, IN_PICTURES) else drawn
