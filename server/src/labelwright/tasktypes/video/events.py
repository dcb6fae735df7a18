"""Events of a video: what happens in a frame, or from one frame to another (wire/task-types-video §1.4)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.forms.attributes import AttributeDefinition, condition_sets, is_global
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.scoring.merge_answers import merge_questions
from labelwright.tasktypes.video.params import Seconds, VideoParams
from labelwright.tasktypes.wire.partial_decode import decode_parts
from labelwright.validation.errors import Path, path_text

FrameNumber = Annotated[int, Meta(ge=0, le=10**9)]


class VideoEvent(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An event.

    Attributes:
        label: one of ``events_to_annotate``.
        type: ``point`` for a single frame, ``range`` for several.
        start: the first frame.
        start_time: ``startTime``: its time, in seconds.
        end: the last frame of a range.
        end_time: ``endTime``: its time, in seconds.
        attributes: name to answer, of the attributes with ``is_global``.
    """

    label: str
    type: Literal["point", "range"]
    start: FrameNumber
    start_time: Seconds | UnsetType = msgspec.field(default=UNSET, name="startTime")
    end: FrameNumber | UnsetType = UNSET
    end_time: Seconds | UnsetType = msgspec.field(default=UNSET, name="endTime")
    attributes: dict[str, Any] = {}


class EventRules:
    """The events of a task, made ready for checking.

    Args:
        params: already checked.
    """

    def __init__(self, params: VideoParams) -> None:
        self._labels = dict.fromkeys(params.events_to_annotate)
        self._rules = QuestionRules(_about_events(params.attributes()))

    def __bool__(self) -> bool:
        return bool(self._labels)

    def check(
        self, content: Any, place: Path, last: int | None, *, partial: bool
    ) -> tuple[list[VideoEvent], list[Problem]]:
        """Check the events of a video.

        Args:
            content: the file ``{"events": […]}``, or its array.
            place: where it is.
            last: number of the last frame, when known.
            partial: pre-labels need not be complete.
        """
        if isinstance(content, dict) and content.keys() == {"events"}:
            content, place = content["events"], (*place, "events")
        found, problems = decode_parts(VideoEvent, content, place)
        for i, event in found:
            where = (*place, i)
            if event.label not in self._labels:
                message = f"“{event.label}” is not one of the events: {shown(self._labels)}."
                problems.append(Problem(path_text((*where, "label")), message, "unknown_label"))
            problems.extend(_time_problems(event, where, last))
            about = Subject(event.label)
            problems.extend(
                self._rules.problems(event.attributes, about, (*where, "attributes"), partial=partial)
            )
        return [event for _, event in found], problems

    def merged(self, label: str, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the attributes that several people's amount to.

        Args:
            label: of the event.
            answers: name to answer, of each; ties go to earlier ones.
        """
        return merge_questions(self._rules, Subject(label), answers)

    def sample(self) -> list[dict[str, Any]]:
        """Return one event of the first label, in the first frame."""
        return [
            {
                "label": label,
                "type": "point",
                "start": 0,
                "startTime": 0,
                "attributes": self._rules.sample(Subject(label), {}),
            }
            for label in list(self._labels)[:1]
        ]


def _about_events(definitions: Mapping[str, AttributeDefinition]) -> dict[str, AttributeDefinition]:
    """Return the attributes of events, with conditions that look at the label of the event.

    Source: wire/task-types-common §5.3.
    """
    found = {}
    for name, definition in definitions.items():
        if is_global(definition):
            sets = [msgspec.structs.replace(one, is_global=False) for one in condition_sets(definition)]
            found[name] = msgspec.structs.replace(definition, conditions=sets)
    return found


def _time_problems(event: VideoEvent, place: Path, last: int | None) -> Iterator[Problem]:
    if event.type == "point":
        for name, value in (("end", event.end), ("endTime", event.end_time)):
            if value is not UNSET:
                yield Problem(path_text((*place, name)), "A single frame has no end.", "not_allowed")
    elif event.end is UNSET:
        yield Problem(path_text((*place, "end")), "A range needs its last frame.", "required")
    elif event.end < event.start:
        yield Problem(path_text((*place, "end")), "The end is before the start.", "order")
    started, ended = event.start_time, event.end_time
    if started is not UNSET and ended is not UNSET and ended < started:
        yield Problem(path_text((*place, "endTime")), "The end is before the start.", "order")
    for name, value in (("start", event.start), ("end", event.end)):
        if last is not None and value is not UNSET and value > last:
            message = f"The last frame has the number {last}."
            yield Problem(path_text((*place, name)), message, "bound")
