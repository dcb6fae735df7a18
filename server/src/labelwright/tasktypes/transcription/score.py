"""Values of forms compared key by key, rows by the best pairs, transcripts word by word (wire/task-types-scores §3)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import UNSET, UnsetType

from labelwright.metrics.matching import Candidates, assign
from labelwright.metrics.speech import TimedWord, timing_errors
from labelwright.metrics.text import character_error_rate, errors, normalised, words
from labelwright.tasktypes.base import Rating, Score
from labelwright.tasktypes.scoring.merge_answers import majority, medoid, merge_spellings
from labelwright.tasktypes.scoring.weights import joined
from labelwright.tasktypes.transcription.answer import (
    AudioTranscriptionAnswer,
    ComparisonAnswer,
    DataCollectionAnswer,
    TranscriptionAnswer,
    Values,
)
from labelwright.tasktypes.transcription.params import (
    AudioTranscriptionParams,
    ComparisonParams,
    DataCollectionParams,
    TranscriptionParams,
)

_BLOCK = 256
"""How many rows are compared with all others at once."""

_BEST = 500
"""With how many others, those it is most like, a row can make a pair."""

if TYPE_CHECKING:
    import numpy.typing as npt

Rows = Sequence[Mapping[str, str | None]]
Asked = Mapping[str, str] | UnsetType
"""Key to description."""


def score_transcription(
    params: TranscriptionParams, expected: TranscriptionAnswer, given: TranscriptionAnswer
) -> Score:
    """Return the mean over the keys; every key of the rows counts as one, with the likeness of the rows."""
    likeness = _likeness(params.fields, expected.fields or {}, given.fields or {})
    total, count = sum(likeness.values()), len(likeness)
    details = {f"fields.{name}": one for name, one in likeness.items()}
    if params.repeatable_fields is not UNSET:
        rows = _rows_likeness(params.repeatable_fields, _rows(expected), _rows(given))
        total += rows * len(params.repeatable_fields)
        count += len(params.repeatable_fields)
        details["repeatable_fields"] = rows
    return Score(total / count if count else 1.0, {**_exact(likeness), **details})


def score_collection(
    params: DataCollectionParams, expected: DataCollectionAnswer, given: DataCollectionAnswer
) -> Score:
    """Return the mean over the keys."""
    return _scored(_likeness(params.fields, expected.fields or {}, given.fields or {}))


def score_comparison(params: ComparisonParams, expected: ComparisonAnswer, given: ComparisonAnswer) -> Score:
    """Return whether the choice is the same, joined with the mean over the keys."""
    fields = _scored(_likeness(params.fields, expected.fields or {}, given.fields or {}))
    if params.choices is UNSET:
        return fields
    same = float(expected.choice == given.choice)
    if params.fields is UNSET:
        return Score(same, {"choice": same})
    return Score(joined(same, fields.value), {"choice": same, **fields.details})


def score_audio(
    params: AudioTranscriptionParams, expected: AudioTranscriptionAnswer, given: AudioTranscriptionAnswer
) -> Score:
    """Return 1 − min(WER, 1) of the normalised words, and the errors of their times."""
    left, right = (words(one.transcript or "", verbatim=params.verbatim) for one in (expected, given))
    found = errors(left, right)
    details: dict[str, float] = {
        "word_error_rate": found.rate,
        "character_error_rate": character_error_rate(" ".join(left), " ".join(right)),
        "substitutions": found.substitutions,
        "deletions": found.deletions,
        "insertions": found.insertions,
    }
    times = timing_errors(_timed(expected), _timed(given))
    if times is not None:
        details |= {"word_start_error": times.start, "word_end_error": times.end}
    return Score(1 - min(found.rate, 1.0), details)


def join_fields(answers: Sequence[Values | UnsetType]) -> Values | UnsetType:
    """Merge values key by key: what most wrote, but for spelling; else what is most like the others.

    Args:
        answers: in order of trust.
    """
    given = [one for one in answers if one is not UNSET]
    return {key: _merged([one.get(key) for one in given]) for key in given[0]} if given else UNSET


def join_rows(params: TranscriptionParams, answers: Sequence[TranscriptionAnswer]) -> TranscriptionAnswer:
    """Return the answer, of several in order of trust, whose rows are most like the others' rows."""
    asked = params.repeatable_fields
    rows = [_rows(one) for one in answers]
    return answers[medoid(rows, lambda a, b: _rows_likeness(asked, a, b))]


def join_choices(answers: Sequence[ComparisonAnswer]) -> str | UnsetType:
    """Return the choice of most, of several answers in order of trust."""
    return majority([one.choice for one in answers])


def join_transcripts(
    params: AudioTranscriptionParams, answers: Sequence[AudioTranscriptionAnswer]
) -> AudioTranscriptionAnswer:
    """Return the first of several answers, in the spelling that most have of it.

    Args:
        params: the task.
        answers: in order of trust.
    """
    said = [words(one.transcript or "", verbatim=params.verbatim) for one in answers]
    same = [one for one, heard in zip(answers, said, strict=True) if heard == said[0]]
    return majority(same, lambda one: one.transcript)


def rate_fields(values: Values | UnsetType) -> Iterator[Rating]:
    """Yield each value in its normal form; blank says that there was nothing."""
    for name, value in (values or {}).items():
        yield Rating(f"fields.{name}", normalised(value or ""))


def rate_choice(answer: ComparisonAnswer) -> Iterator[Rating]:
    """Yield the choice and the values."""
    if answer.choice is not UNSET:
        yield Rating("choice", answer.choice)
    yield from rate_fields(answer.fields)


def _likeness(
    asked: Asked, expected: Mapping[str, str | None], given: Mapping[str, str | None]
) -> dict[str, float]:
    return {name: _value_likeness(expected.get(name), given.get(name)) for name in asked or ()}


def _value_likeness(expected: str | None, given: str | None) -> float:
    """Return 1 for the same value but for spelling, else what is left of it: 1 − CER."""
    a, b = normalised(expected or ""), normalised(given or "")
    if not a or not b:
        return float(a == b)
    return max(0.0, 1 - character_error_rate(a, b))


def _rows_likeness(asked: Asked, expected: Rows, given: Rows) -> float:
    """Return ΣS / larger number of rows, of the pairs of rows with the largest sum of mean likeness S.

    Rows that are the same but for spelling are pairs at once, so that only those that differ are compared.
    """
    if not expected or not given:
        return float(not expected and not given)
    keys = list(asked or ())
    left, right = (Counter(_normal_row(keys, row) for row in rows) for rows in (expected, given))
    same = left & right
    total = same.total() + _best_rows(list((left - same).elements()), list((right - same).elements()))
    return min(1.0, total / max(len(expected), len(given)))


def _normal_row(keys: Sequence[str], row: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(normalised(row.get(key) or "") for key in keys)


def _best_rows(expected: Sequence[tuple[str, ...]], given: Sequence[tuple[str, ...]]) -> float:
    """Return the largest sum of mean likeness of pairs of rows, whose values are in their normal form."""
    if not expected or not given:
        return 0.0
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    found = []
    others = list(zip(*given, strict=True))
    for start in range(0, len(expected), _BLOCK):
        block = list(zip(*expected[start : start + _BLOCK], strict=True))
        total = np.zeros((len(block[0]), len(given)))
        for mine, theirs in zip(block, others, strict=True):
            lengths = np.array([len(value) for value in mine])[:, None]
            blank = np.array([not value for value in theirs])[None, :]
            edits = cdist(mine, theirs, scorer=Levenshtein.distance, dtype=np.int32)
            alike = np.clip(1 - edits / np.maximum(lengths, 1), 0, None)
            # Nothing is only like nothing.
            total += np.where(lengths == 0, blank, np.where(blank, 0.0, alike))
        rows, columns = np.indices(total.shape) if len(given) <= _BEST else _best_columns(total)
        found.append(Candidates.of(rows + start, columns, total[rows, columns] / len(block)))
    return assign(Candidates.joined(found)).total


def _best_columns(table: "npt.NDArray[np.float64]") -> "tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]":
    """Return row and column of the best cells of each row."""
    columns = np.argpartition(-table, _BEST, axis=1)[:, :_BEST]
    return np.arange(len(table))[:, None].repeat(_BEST, axis=1), columns


def _rows(answer: TranscriptionAnswer) -> Rows:
    return [row for row in answer.repeatable_fields or () if row is not None]


def _scored(likeness: Mapping[str, float]) -> Score:
    value = sum(likeness.values()) / len(likeness) if likeness else 1.0
    return Score(value, {**_exact(likeness), **{f"fields.{name}": one for name, one in likeness.items()}})


def _exact(likeness: Mapping[str, float]) -> dict[str, float]:
    if not likeness:
        return {}
    return {"exact_match": sum(one == 1 for one in likeness.values()) / len(likeness)}


def _merged(values: Sequence[str | None]) -> str | None:
    return merge_spellings(values, [normalised(value or "") for value in values])


def _timed(answer: AudioTranscriptionAnswer) -> list[TimedWord]:
    return [
        TimedWord(bare, float(one.start), float(one.end))
        for one in answer.alignment or ()
        for bare in words(one.word)[:1]
    ]
