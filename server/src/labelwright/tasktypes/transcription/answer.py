"""The answers to forms about attachments and their checkers.

Source: wire/task-types-text §4–§6, wire/task-types-audio §1.2.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.question_rules import shown
from labelwright.tasktypes.transcription.params import (
    AudioTranscriptionParams,
    ComparisonParams,
    DataCollectionParams,
    TranscriptionParams,
)
from labelwright.tasktypes.wire.numbers import EPSILON
from labelwright.tasktypes.wire.problems import Reading, read
from labelwright.validation.errors import MAX_ERRORS, Path, path_text

_seconds = Meta(ge=0, le=10**9)
Seconds = Annotated[int, _seconds] | Annotated[float, _seconds]
Values = dict[str, str | None]
"""Key to what was found; null where there was nothing."""


class TranscriptionAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``transcription`` task.

    Attributes:
        fields: key to value, null where the attachment has none.
        repeatable_fields: rows of the same; null rows, as test mode has them, mean nothing.
        time_spent_in_seconds: how long people worked at all attempts; the server fills it in.
    """

    fields: Values | UnsetType = UNSET
    repeatable_fields: list[Values | None] | UnsetType = UNSET
    time_spent_in_seconds: Seconds | UnsetType = UNSET


class DataCollectionAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``datacollection`` task.

    Attributes:
        fields: key to value, null where nothing was found.
        time_spent_in_seconds: how long people worked at all attempts; the server fills it in.
    """

    fields: Values | UnsetType = UNSET
    time_spent_in_seconds: Seconds | UnsetType = UNSET


class ComparisonAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``comparison`` task.

    Attributes:
        choice: one of ``choices``.
        fields: key to value, null where there is none.
    """

    choice: str | UnsetType = UNSET
    fields: Values | UnsetType = UNSET


class AlignedWord(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A word and when it is said.

    Attributes:
        word: as written.
        start: seconds from the beginning.
        end: seconds from the beginning, not before ``start``.
        confidence: 0…1.
    """

    word: Text
    start: Seconds
    end: Seconds
    confidence: Annotated[float, Meta(ge=0, le=1)] | Annotated[int, Meta(ge=0, le=1)] | UnsetType = UNSET


class AudioTranscriptionAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of an ``audiotranscription`` task.

    Attributes:
        transcript: what is said.
        duration: seconds.
        alignment: the words in the order in which they are said; need not be those of the transcript.
    """

    transcript: str | UnsetType = UNSET
    duration: Seconds | UnsetType = UNSET
    alignment: list[AlignedWord] | UnsetType = UNSET


def check_transcription(
    params: TranscriptionParams, answer: Any, occasion: CheckContext
) -> tuple[TranscriptionAnswer, list[Problem]]:
    """Check an answer to a ``transcription``; see ``CheckedType.examine``."""
    start, partial = occasion.start, occasion.partial
    reading = read(TranscriptionAnswer, answer, start)
    problems = reading.problems
    problems.extend(_form_problems(params.fields, reading, start, partial=partial))
    rows = [(i, row) for i, row in reading.items("repeatable_fields", Values | None) if row is not None]
    place = (*start, "repeatable_fields")
    asked = params.repeatable_fields
    if asked is not UNSET:
        wrong = (_value_problems(asked, row, (*place, i), partial=partial) for i, row in rows)
        problems.extend(islice(chain.from_iterable(wrong), MAX_ERRORS))
    elif rows:
        problems.append(Problem(path_text(place), "The task asks for no rows.", "not_asked"))
    whole = reading.whole or TranscriptionAnswer()
    whole.repeatable_fields = UNSET if asked is UNSET else [row for _, row in rows]
    return whole, problems


def check_collection(
    params: DataCollectionParams, answer: Any, occasion: CheckContext
) -> tuple[DataCollectionAnswer, list[Problem]]:
    """Check an answer to a ``datacollection``; see ``CheckedType.examine``."""
    start, partial = occasion.start, occasion.partial
    reading = read(DataCollectionAnswer, answer, start)
    reading.problems.extend(_form_problems(params.fields, reading, start, partial=partial))
    return reading.whole or DataCollectionAnswer(), reading.problems


def check_comparison(
    params: ComparisonParams, answer: Any, occasion: CheckContext
) -> tuple[ComparisonAnswer, list[Problem]]:
    """Check an answer to a ``comparison``; see ``CheckedType.examine``."""
    start, partial = occasion.start, occasion.partial
    reading = read(ComparisonAnswer, answer, start)
    reading.problems.extend(_choice_problems(params, reading, (*start, "choice"), partial=partial))
    reading.problems.extend(_form_problems(params.fields, reading, start, partial=partial))
    return reading.whole or ComparisonAnswer(), reading.problems


def check_audio(
    params: AudioTranscriptionParams, answer: Any, occasion: CheckContext
) -> tuple[AudioTranscriptionAnswer, list[Problem]]:
    """Check an answer to an ``audiotranscription``; see ``CheckedType.examine``."""
    del params  # how it is transcribed is up to the labeler
    start, partial = occasion.start, occasion.partial
    reading = read(AudioTranscriptionAnswer, answer, start)
    if not partial and reading.is_missing("transcript"):
        place = path_text((*start, "transcript"))
        reading.problems.append(Problem(place, "A transcript is required.", "required"))
    reading.problems.extend(islice(_alignment_problems(reading, start), MAX_ERRORS))
    return reading.whole or AudioTranscriptionAnswer(), reading.problems


def _form_problems(
    asked: Mapping[str, str] | UnsetType, reading: Reading[Any], start: Path, *, partial: bool
) -> Iterator[Problem]:
    place = (*start, "fields")
    if reading.is_missing("fields"):
        if asked is not UNSET and not partial:
            yield Problem(path_text(place), "Values are required.", "required")
        return
    values = reading.member("fields", Values)
    if values is None:
        return
    if asked is not UNSET:
        yield from _value_problems(asked, values, place, partial=partial)
    elif values:
        yield Problem(path_text(place), "The task asks for no fields.", "not_asked")
    elif reading.whole is not None:
        reading.whole.fields = UNSET


def _value_problems(
    asked: Mapping[str, str], values: Mapping[str, str | None], place: Path, *, partial: bool
) -> Iterator[Problem]:
    listed = shown(asked)
    for name in islice((name for name in values if name not in asked), MAX_ERRORS):
        message = f"“{name}” is not one of the fields: {listed}."
        yield Problem(path_text((*place, name)), message, "unknown_field")
    if partial:
        return
    for name in asked:
        if name not in values:
            message = "A value is required; null says that there is none."
            yield Problem(path_text((*place, name)), message, "required")


def _choice_problems(
    params: ComparisonParams, reading: Reading[ComparisonAnswer], place: Path, *, partial: bool
) -> Iterator[Problem]:
    if reading.is_missing("choice"):
        if params.choices is not UNSET and not partial:
            yield Problem(path_text(place), "A choice is required.", "required")
        return
    choice = reading.member("choice", str)
    if choice is None:
        return
    if params.choices is UNSET:
        yield Problem(path_text(place), "The task asks for no choice.", "not_asked")
    elif choice not in params.choices:
        message = f"“{choice}” is not one of the choices: {shown(params.choices)}."
        yield Problem(path_text(place), message, "unknown_choice")


def _alignment_problems(reading: Reading[AudioTranscriptionAnswer], start: Path) -> Iterator[Problem]:
    end: float | None = None if reading.is_missing("duration") else reading.member("duration", Seconds)
    before = 0.0
    for i, word in reading.items("alignment", AlignedWord):
        place = (*start, "alignment", i)
        if word.end < word.start:
            yield Problem(path_text((*place, "end")), "A word cannot end before it starts.", "order")
        if word.start < before:
            message = "Words must be in the order in which they start."
            yield Problem(path_text((*place, "start")), message, "order")
        if end is not None and max(word.start, word.end) > end + EPSILON:
            message = f"The recording ends after {end:g} seconds."
            yield Problem(path_text((*place, "end")), message, "outside")
        before = max(before, word.start)
