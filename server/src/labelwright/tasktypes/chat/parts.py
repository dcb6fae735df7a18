"""Parts of an answer beyond what is said and the forms: ties, ratings by rubric, labelled text, files, errors.

Each is a component of ``responses`` that V2 has a place for (wire/v2-conversations §1–4); ``told.py`` puts it there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.chat.params import ChatParams
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.question_rules import shown
from labelwright.tasktypes.threads import ErrorType
from labelwright.tasktypes.wire.numbers import LIMIT
from labelwright.tasktypes.wire.problems import read
from labelwright.tasktypes.wire.references import is_uri
from labelwright.validation.errors import Path, path_text

GROUPS = "RankedGroups"
"""An order of ``message_id``s with ties: groups, the best first."""
CRITERION = "RubricCriterion"
"""A criterion that the labeler wrote, for the messages of its turn."""
RATING = "RubricRating"
"""How a message did on a criterion."""
LABELED = "LabeledText"
"""Pieces of a message's text with labels."""
FILE = "File"
"""Files about the task, a turn or a message; with a ``field_id`` it answers that field instead."""
ERROR = "TaskError"
"""The component with which a labeler says that a task cannot be done; nothing else is required then."""

_contains = Meta(ge=-LIMIT, le=LIMIT)
_some = Meta(gt=0, le=LIMIT)
_scored = Meta(ge=0, le=LIMIT)
Weight = Annotated[int, _contains] | Annotated[float, _contains]
Points = Annotated[int, _some] | Annotated[float, _some]
Scored = Annotated[int, _scored] | Annotated[float, _scored]


class ChatFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A file of a conversation.

    Attributes:
        url: its address.
        name: as shown.
        mime_type: its media type.
    """

    url: Text
    name: str | UnsetType = UNSET
    mime_type: str | UnsetType = UNSET


class WrittenCriterion(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A criterion in the words of the labeler.

    Attributes:
        id: names it in ratings; unique in the task.
        criterion: what is looked at.
        weight: what a point counts; negative for faults.
        max_score: the most points.
    """

    id: Text
    criterion: Text
    weight: Weight = 1
    max_score: Points = 1


class CriterionRating(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How a message did on one criterion.

    Attributes:
        criterion: its id.
        score: points before weighting, 0 to the criterion's ``max_score``.
        justification: why.
        color: as shown.
    """

    criterion: Text
    score: Scored
    justification: str | UnsetType = UNSET
    color: str | UnsetType = UNSET


class LabeledPiece(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A piece of a text with a label.

    Attributes:
        label: one of ``text_labels``.
        text: the piece, as it stands in the message.
        start: where it begins, in Unicode code points; any place when absent.
    """

    label: Text
    text: Text
    start: Annotated[int, Meta(ge=0)] | UnsetType = UNSET


class DeclaredError(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why a task cannot be done.

    Attributes:
        message: in words.
        type: what sort of reason it is, where one fits.
    """

    message: Text
    type: ErrorType | UnsetType = UNSET


class _Output(msgspec.Struct):
    """Wraps an output, so that faults are named below it."""


class GroupsOutput(_Output):
    """The output of ``RankedGroups``."""

    output: list[Annotated[list[Text], Meta(min_length=1)]]


class CriterionOutput(_Output):
    """The output of ``RubricCriterion``."""

    output: WrittenCriterion


class RatingOutput(_Output):
    """The output of ``RubricRating``."""

    output: CriterionRating


class LabeledOutput(_Output):
    """The output of ``LabeledText``."""

    output: list[LabeledPiece]


class FileOutput(_Output):
    """The output of ``File``."""

    output: Annotated[list[ChatFile], Meta(min_length=1)]


class ErrorOutput(_Output):
    """The output of ``TaskError``."""

    output: DeclaredError


OUTPUTS: Mapping[str, type[Any]] = {
    GROUPS: GroupsOutput,
    CRITERION: CriterionOutput,
    RATING: RatingOutput,
    LABELED: LabeledOutput,
    FILE: FileOutput,
    ERROR: ErrorOutput,
}


class Criterion(msgspec.Struct, frozen=True):
    """A criterion of the task or of the labeler.

    Attributes:
        rubric: whose it is; blank for the labeler's.
        id: names it.
        text: what is looked at.
        weight: what a point counts.
        max_score: the most points.
    """

    rubric: str
    id: str
    text: str
    weight: float
    max_score: float


def criteria(params: ChatParams) -> dict[str, Criterion]:
    """Return the criteria that the task asks for, by id; a point weighs 1 where nothing is said."""
    return {
        one.id: Criterion(
            rubric.id,
            one.id,
            one.description or one.id,
            1.0 if one.weight is UNSET else float(one.weight),
            float(one.max_score),
        )
        for rubric in params.rubrics or ()
        for one in rubric.criteria
    }


def written(output: Any) -> Criterion:
    """Read an accepted ``RubricCriterion``."""
    found = msgspec.convert(output, WrittenCriterion)
    return Criterion("", found.id, found.criterion, float(found.weight), float(found.max_score))


def most(found: Sequence[Criterion]) -> float:
    """Return the most weighted points there are: faults, which weigh less than nothing, add none."""
    return sum(one.weight * one.max_score for one in found if one.weight > 0)


def output_problems(kind: str, output: Any, place: Path) -> tuple[Any, list[Problem]]:
    """Read the output of one of these components.

    Args:
        kind: a key of ``OUTPUTS``.
        output: as it came.
        place: where the component is.

    Returns:
        The typed output, None when it cannot be read; and what is wrong with its shape.
    """
    reading = read(OUTPUTS[kind], {"output": output}, place)
    return (None if reading.whole is None else reading.whole.output), reading.problems


def order_problems(
    groups: Sequence[Sequence[str]], messages: Mapping[str, Any], place: Path
) -> Iterator[Problem]:
    """Check that an order with ties names messages that there are, each once."""
    seen: set[str] = set()
    for i, group in enumerate(groups):
        for j, one in enumerate(group):
            if one not in messages:
                yield Problem(path_text((*place, i, j)), f"There is no message “{one}”.", "unknown_message")
            elif one in seen:
                yield Problem(path_text((*place, i, j)), "The message is given twice.", "duplicate")
            seen.add(one)


def rating_problems(
    rating: CriterionRating, known: Mapping[str, Criterion], place: Path
) -> Iterator[Problem]:
    """Check a rating against its criterion."""
    found = known.get(rating.criterion)
    if found is None:
        names = shown(dict.fromkeys(known))
        message = f"“{rating.criterion}” is not one of the criteria: {names}."
        yield Problem(path_text((*place, "criterion")), message, "unknown_criterion")
    elif rating.score > found.max_score:
        message = f"The score must be at most {found.max_score:g}."
        yield Problem(path_text((*place, "score")), message, "bound")


def piece_problems(
    pieces: Sequence[LabeledPiece], labels: Sequence[str], text: str, place: Path
) -> Iterator[Problem]:
    """Check labelled pieces against the text that they are from."""
    seen: Counter[tuple[str, str, int | None]] = Counter()
    for i, piece in enumerate(pieces):
        if piece.label not in labels:
            message = f"“{piece.label}” is not one of the labels: {shown(dict.fromkeys(labels))}."
            yield Problem(path_text((*place, i, "label")), message, "unknown_label")
        if piece.start is UNSET:
            fits, key = piece.text in text, None
        else:
            fits, key = text.startswith(piece.text, piece.start), piece.start
        if not fits:
            yield Problem(path_text((*place, i, "text")), "This does not stand there in the message.", "text")
        seen[piece.label, piece.text, key] += 1
        if seen[piece.label, piece.text, key] == 2:
            yield Problem(path_text((*place, i)), "The piece is given twice.", "duplicate")


def file_problems(found: Sequence[ChatFile], place: Path) -> Iterator[Problem]:
    """Check that files have addresses."""
    for i, one in enumerate(found):
        if not is_uri(one.url):
            yield Problem(path_text((*place, i, "url")), "The file needs an address.", "uri")
