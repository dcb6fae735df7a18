"""The answer to ``imageannotation`` and its checker (wire/task-types-images §1.2, §1.4, wire/task-types-common §3)."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType, field

from labelwright.errors import Problem
from labelwright.ids import new_uuid
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.image.params import ImageParams, Prelabels
from labelwright.tasktypes.shapes.base_annotation_permissions import (
    Appearance,
    BaseAnnotationPermissions,
    position_and_attributes,
)
from labelwright.tasktypes.shapes.model import Frame, Shape, complete, geometry_of, shape_errors, size_of
from labelwright.tasktypes.wire.problems import Problems, enough, has_error
from labelwright.validation.coercion import coerced
from labelwright.validation.errors import MAX_ERRORS, Path, errors_of, path_text

T = TypeVar("T")


class Link(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A link between two annotations; the item's shape is not public (wire/task-types-common §6).

    Attributes:
        uuid: of the link; given by the server when absent.
        label: a key of the parameter ``links``.
        from_: ``from``: uuid of an annotation.
        to: uuid of another annotation.
        is_bidirectional: as in the rule; filled in when absent.
    """

    uuid: Text | UnsetType = UNSET
    label: str
    from_: str = field(name="from")
    to: str
    is_bidirectional: bool | UnsetType = UNSET


class ImageAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of an ``imageannotation`` task.

    Attributes:
        annotations: the shapes.
        global_attributes: name to answer of the questions about the whole image.
        links: between annotations.
    """

    annotations: list[Shape]
    global_attributes: dict[str, Any] = {}
    links: list[Link] = []


class _Read(msgspec.Struct):
    """What could be read of an answer; the indexes are those of the answer as it came."""

    shapes: list[tuple[int, Shape]]
    links: list[tuple[int, Link]]
    global_attributes: dict[str, Any]
    problems: Problems


class ImageChecker:
    """Checks answers to one task.

    Args:
        params: already checked by ``params.check``.
    """

    def __init__(self, params: ImageParams) -> None:
        self._params = params
        self._options = params.geometries.options()
        self._labels = {name: dict.fromkeys(labels) for name, labels in params.geometries.labels().items()}
        self._rules = QuestionRules(params.annotation_attributes, scene=False)
        self._scene = QuestionRules(params.annotation_attributes, scene=True)
        self._locks = BaseAnnotationPermissions(params, None)
        if params.base_annotations is not UNSET:
            base = _read(_as_answer(params.base_annotations), ()).shapes
            for _, shape in base:
                complete(shape, self._options.get(geometry_of(shape)))
            self._locks = BaseAnnotationPermissions(params, _lockable(base))

    def check(self, answer: Any, media: Sequence[Media]) -> tuple[ImageAnswer, list[Problem]]:
        """Check a labeler's answer.

        Args:
            answer: what JSON decodes to.
            media: of the attachments, the image first; its size, if known, bounds the shapes.

        Returns:
            The answer in the form that is delivered, and every problem. The answer is whole only when
            there is no error among the problems.
        """
        frame = frame_of(self._params, media)
        read = _read(answer, ())
        finished, problems = self._finish(read, (), frame, partial=False)
        problems.extend(self._locks.problems(_lockable(read.shapes), ("annotations",)))
        return finished, problems

    def check_prelabels(self, prelabels: Prelabels, start: Path) -> tuple[ImageAnswer, list[Problem]]:
        """Check a ``hypothesis`` or ``base_annotations``, neither complete nor within a known image."""
        return self._finish(_read(_as_answer(prelabels), start), start, None, partial=True)

    def _finish(
        self, read: _Read, start: Path, frame: Frame | None, *, partial: bool
    ) -> tuple[ImageAnswer, list[Problem]]:
        problems = read.problems
        problems.extend(_give_uuids(read, start))
        subject = Subject(context=read.global_attributes)
        problems.extend(
            self._scene.problems(
                read.global_attributes, subject, (*start, "global_attributes"), partial=partial
            )
        )
        linkable = {str(shape.uuid): shape.label for _, shape in read.shapes}
        for i, shape in read.shapes:
            if enough(problems):
                break
            place = (*start, "annotations", i)
            problems.extend(self._label_problems(shape, place))
            if self._locks.is_frozen(str(shape.uuid)):
                complete(shape, self._options.get(geometry_of(shape)))
                continue
            problems.extend(self._shape_problems(shape, place, frame))
            if self._rules and shape.attributes is UNSET:
                shape.attributes = {}
            if shape.attributes is not UNSET:
                about = Subject(
                    shape.label, size_of(shape), str(shape.uuid), linkable, read.global_attributes
                )
                problems.extend(
                    self._rules.problems(shape.attributes, about, (*place, "attributes"), partial=partial)
                )
        problems.extend(islice(self._link_problems(read, start, linkable), MAX_ERRORS))
        shapes, links = [shape for _, shape in read.shapes], [link for _, link in read.links]
        return ImageAnswer(
            annotations=shapes, global_attributes=read.global_attributes, links=links
        ), problems

    def _label_problems(self, shape: Shape, place: Path) -> Iterator[Problem]:
        geometry = geometry_of(shape)
        if geometry not in self._options:
            names = ", ".join(self._options)
            message = f"There is no tool “{geometry}” in this task, only: {names}."
            yield Problem(path_text((*place, "type")), message, "unknown_geometry")
        elif shape.label not in self._labels[geometry]:
            message = f"“{shape.label}” is not one of the labels: {shown(self._labels[geometry])}."
            yield Problem(path_text((*place, "label")), message, "unknown_label")

    def _shape_problems(self, shape: Shape, place: Path, frame: Frame | None) -> Iterator[Problem]:
        options = self._options.get(geometry_of(shape))
        if options is not None:
            complete(shape, options)
            for below, message, code in shape_errors(shape, options, frame):
                yield Problem(path_text((*place, *below)), message, code)

    def _link_problems(self, read: _Read, start: Path, linkable: dict[str, str]) -> Iterator[Problem]:
        seen: set[tuple[str, str, str]] = set()
        for i, link in read.links:
            place = (*start, "links", i)
            rules = self._params.link_rules(link.label)
            if not rules:
                yield Problem(path_text((*place, "label")), "There is no such link.", "unknown_label")
            missing = [key for key, end in (("from", link.from_), ("to", link.to)) if end not in linkable]
            for key in missing:
                yield Problem(path_text((*place, key)), "The annotation does not exist.", "unknown_target")
            if link.from_ == link.to:
                yield Problem(
                    path_text((*place, "to")), "An annotation cannot be linked with itself.", "self_link"
                )
            ends = (link.label, link.from_, link.to)
            if ends in seen:
                yield Problem(path_text(place), "The link is given twice.", "duplicate")
            seen.add(ends)
            if rules and not missing:
                yield from self._rule_problems(link, place, linkable[link.from_], linkable[link.to])

    def _rule_problems(self, link: Link, place: Path, source: str, target: str) -> Iterator[Problem]:
        given = link.is_bidirectional
        fitting = [
            rule
            for rule in self._params.link_rules(link.label)
            if (source in rule.from_allowed_labels and target in rule.to_allowed_labels)
            or (
                rule.is_bidirectional
                and target in rule.from_allowed_labels
                and source in rule.to_allowed_labels
            )
        ]
        if not fitting:
            message = f"“{link.label}” does not lead from “{source}” to “{target}”."
            yield Problem(path_text(place), message, "wrong_target")
        elif given is UNSET:
            link.is_bidirectional = fitting[0].is_bidirectional
        elif all(rule.is_bidirectional != given for rule in fitting):
            message = "The direction must be as the task defines it."
            yield Problem(path_text((*place, "is_bidirectional")), message, "wrong_direction")


def frame_of(params: ImageParams, media: Sequence[Media]) -> Frame | None:
    """Return where shapes may be; None when the size of the image is not known."""
    if not media or media[0].width is None or media[0].height is None:
        return None
    across = params.padding if params.padding_x is UNSET else params.padding_x
    down = params.padding if params.padding_y is UNSET else params.padding_y
    return Frame.around(media[0].width, media[0].height, across, down)


def _as_answer(prelabels: Prelabels) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(prelabels).items() if value is not UNSET}


def _lockable(shapes: Sequence[tuple[int, Shape]]) -> dict[str, dict[int, Appearance]]:
    found: dict[str, dict[int, Appearance]] = {}
    for i, shape in shapes:
        if shape.uuid is not UNSET:
            place = ("annotations", i)
            found[shape.uuid] = {0: Appearance(shape.label, position_and_attributes(shape), place, place)}
    return found


def _give_uuids(read: _Read, start: Path) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, items in (("annotations", read.shapes), ("links", read.links)):
        for i, item in items:
            if item.uuid is UNSET:
                item.uuid = new_uuid()
            elif item.uuid in seen:
                place = path_text((*start, name, i, "uuid"))
                yield Problem(place, "The uuid is given twice.", "duplicate")
            seen.add(item.uuid)


def _read(answer: Any, start: Path) -> _Read:
    """Read as much of an answer as has the right shape; every fault becomes a problem.

    Keys that an answer does not have are left out with a warning.
    """
    try:
        whole = msgspec.convert(answer, ImageAnswer)
    except msgspec.ValidationError:
        pass
    else:
        return _Read(
            list(enumerate(whole.annotations)),
            list(enumerate(whole.links)),
            whole.global_attributes,
            Problems(),
        )
    problems = Problems(
        Problem(
            path_text(fault.path),
            fault.reason,
            fault.code,
            "warning" if fault.code == "unknown_key" else "error",
        )
        for fault in errors_of(ImageAnswer, answer, start)
    )
    if start and has_error(problems):
        # Of pre-labels only the first fault is told.
        return _Read([], [], {}, problems)
    parts = coerced(ImageAnswer, answer, unknown=True)
    if len(problems) >= MAX_ERRORS and not has_error(problems):
        # More was wrong than was looked for.
        with suppress(msgspec.ValidationError):
            whole = msgspec.convert(parts, ImageAnswer)
            return _Read(
                list(enumerate(whole.annotations)),
                list(enumerate(whole.links)),
                whole.global_attributes,
                problems,
            )
        problems.append(Problem(path_text(start), "This does not have the shape of an answer.", "type"))
    if len(problems) >= MAX_ERRORS or not isinstance(parts, dict):
        return _Read([], [], {}, problems)
    answers = parts.get("global_attributes")
    return _Read(
        list(_each(Shape, parts.get("annotations"))),
        list(_each(Link, parts.get("links"))),
        answers if isinstance(answers, dict) else {},
        problems,
    )


def _each(model: Any, items: Any) -> Iterator[tuple[int, Any]]:
    """Yield the items that fit the model, with their indexes."""
    for i, item in enumerate(items if isinstance(items, list) else ()):
        try:
            yield i, msgspec.convert(item, model)
        except msgspec.ValidationError:
            continue
