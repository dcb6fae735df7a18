"""Places in documents, what is written there, their links: compared and merged (wire/task-types-scores §3)."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, TypeAlias

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType

from labelwright.metrics.categories import F1
from labelwright.metrics.clustering import clusters, middle
from labelwright.metrics.matching import Candidates, assign
from labelwright.metrics.planar import area_overlaps, box_overlaps, region
from labelwright.metrics.text import character_error_rate, distance, errors, unified, words
from labelwright.tasktypes.base import Score
from labelwright.tasktypes.document.answer import (
    Answer,
    BoxLocation,
    DocumentAnnotation,
    DocumentModelAnswer,
    PolygonLocation,
)
from labelwright.tasktypes.scoring.merge_answers import free_name, is_majority, majority, merge_texts
from labelwright.tasktypes.scoring.weights import (
    MATCHED,
    Edge,
    counterparts_of,
    edge_f1,
    instance_details,
    joined,
)

Parts: TypeAlias = Sequence[DocumentAnnotation]
_PREFERENCE = 1e-6
"""By how much, in IoU, a pair with the same content goes before one without, where places are the same."""


def compare(expected: Answer, given: Answer) -> Score:
    """Return F1 of the regions and likeness of the texts, joined with what was read from them and the links."""
    there, here = expected.annotations, given.annotations
    matched = _matched(there, here)
    pairs = [(there[i], here[j]) for i, j in zip(matched.left.tolist(), matched.right.tolist(), strict=True)]
    details = instance_details(matched, len(there), len(here))
    same = sum(_text(a) == _text(b) for a, b in pairs)
    details["field_accuracy"] = F1(same, len(there), len(here)).f1
    primary = details["f1"]
    text = _text_likeness(there, here, pairs)
    if text is not None:
        details["text"] = text
        if any(map(_text, there)):
            details |= _text_rates(there, pairs)
        primary = (primary + text) / 2
    read = [one for a, b in pairs for one in _read_likeness(a, b)]
    attributes = sum(read) / len(read) if read else None
    if attributes is not None:
        details["attributes"] = attributes
    names = counterparts_of(matched, [str(one.uuid) for one in there], [str(one.uuid) for one in here])
    links = edge_f1(_edges(there), _edges(here), names)
    if links is not None:
        details["link_f1"] = links.f1
    return Score(joined(primary, attributes, None if links is None else links.f1), details)


def join(answers: Sequence[Answer]) -> Answer:
    """Return what most marked, at the median place, with merged texts and the links of most.

    Args:
        answers: in order of trust; ties go to the first.
    """
    parts = [one.annotations for one in answers]
    pairs = {(a, b): _candidates(parts[a], parts[b]) for a, b in combinations(range(len(parts)), 2)}
    groups = [
        [(owner, parts[owner][i]) for owner, i in group]
        for group in clusters([len(one) for one in parts], pairs)
        if is_majority(len(group), len(parts), first=group[0][0] == 0)
    ]
    merged: list[DocumentAnnotation] = []
    names: list[dict[str, str]] = [{} for _ in parts]
    for group in groups:
        one = _joined([part for _, part in group], {str(part.uuid) for part in merged})
        merged.append(one)
        for owner, part in group:
            names[owner][str(part.uuid)] = str(one.uuid)
    for one, group in zip(merged, groups, strict=True):
        one.refs = _joined_refs(group, names)
    if isinstance(answers[0], DocumentModelAnswer):
        return DocumentModelAnswer(
            annotations=merged,  # type: ignore[arg-type]  # they are copies of its own
            model=answers[0].model,
            reviewed=majority([one.reviewed for one in answers if isinstance(one, DocumentModelAnswer)]),
        )
    return msgspec.structs.replace(answers[0], annotations=merged)


def _candidates(expected: Parts, given: Parts) -> Candidates:
    """Return the pairs of one label, on one page, that cover the same place."""
    if not expected or not given:
        return Candidates.of([], [], [])
    pages = [one.page for one in expected], [one.page for one in given]
    if all(isinstance(one.location, BoxLocation) for one in (*expected, *given)):
        found = box_overlaps(_boxes(expected), _boxes(given), MATCHED, pages)
    else:
        found = area_overlaps(_areas(expected), _areas(given), MATCHED, pages)
    return found.same([one.label for one in expected], [one.label for one in given])


def _matched(expected: Parts, given: Parts) -> Candidates:
    """Return the best pairs, with their IoU. Of places that are the same, those with the same content."""
    found = _candidates(expected, given)
    alike = [_sameness(expected[i], given[j]) for i, j in zip(found.left, found.right, strict=True)]
    preferred = Candidates(found.left, found.right, found.similarity + _PREFERENCE * np.array(alike))
    iou = dict(zip(zip(found.left, found.right, strict=True), found.similarity, strict=True))
    chosen = assign(preferred)
    return Candidates.of(
        chosen.left, chosen.right, [iou[both] for both in zip(chosen.left, chosen.right, strict=True)]
    )


def _sameness(a: DocumentAnnotation, b: DocumentAnnotation) -> float:
    same = (a.text, a.checked, a.money, a.date) == (b.text, b.checked, b.money, b.date)
    return same + 0.5 * (a.uuid == b.uuid)


def _boxes(parts: Parts) -> Any:
    return np.array(
        [
            (where.left, where.top, where.left + where.width, where.top + where.height)
            for where in (one.location for one in parts)
            if isinstance(where, BoxLocation)
        ],
        dtype=float,
    )


def _areas(parts: Parts) -> list[Any]:
    return [region(_corners(one.location)) for one in parts]


def _corners(where: BoxLocation | PolygonLocation) -> list[tuple[float, float]]:
    if isinstance(where, PolygonLocation):
        return [(corner.x, corner.y) for corner in where.vertices]
    right, bottom = where.left + where.width, where.top + where.height
    return [(where.left, where.top), (right, where.top), (right, bottom), (where.left, bottom)]


def _text(part: DocumentAnnotation) -> str:
    return unified(part.text or "")


def _text_likeness(
    expected: Parts, given: Parts, pairs: Sequence[tuple[DocumentAnnotation, DocumentAnnotation]]
) -> float | None:
    """Return the mean of 1 − CER, weighted by length; regions that were not found count 0. None without texts."""
    length = sum(len(_text(one)) for one in expected)
    if not length:
        return 0.0 if any(_text(one) for one in given) else None
    kept = sum(
        len(_text(a)) * (1 - min(character_error_rate(_text(a), _text(b)), 1.0)) for a, b in pairs if _text(a)
    )
    return kept / length


def _text_rates(
    expected: Parts, pairs: Sequence[tuple[DocumentAnnotation, DocumentAnnotation]]
) -> dict[str, float]:
    """Return errors per character and word of all expected texts; a region that was not found is all deleted."""
    found = {id(a): _text(b) for a, b in pairs}
    texts = [(_text(one), found.get(id(one), "")) for one in expected]
    spoken = [(words(a), words(b)) for a, b in texts]
    return {
        "character_error_rate": sum(distance(a, b) for a, b in texts) / max(sum(len(a) for a, _ in texts), 1),
        "word_error_rate": sum(errors(a, b).edits for a, b in spoken)
        / max(sum(len(a) for a, _ in spoken), 1),
    }


def _read_likeness(a: DocumentAnnotation, b: DocumentAnnotation) -> Iterator[float]:
    """Yield for amount, date and cross, where either has one, whether both say the same."""
    for name in ("money", "date", "checked"):
        mine, other = getattr(a, name), getattr(b, name)
        if mine is UNSET and other is UNSET:
            continue
        yield float(_parsed(mine) == _parsed(other))


def _parsed(value: Any) -> Any:
    """Return what an amount comes to, however it is written; anything else as it is."""
    if value is UNSET or not hasattr(value, "parsed"):
        return value
    return float(value.parsed), None if value.currency is UNSET else value.currency


def _edges(parts: Parts) -> list[Edge]:
    """Return the links, each once: a link may be given at either end, or at both."""
    ends = {frozenset((str(one.uuid), ref)) for one in parts for ref in one.refs}
    return [Edge("", min(both), max(both), directed=False) for both in ends if len(both) == 2]


def _joined(parts: Parts, taken: set[str]) -> DocumentAnnotation:
    """Return one annotation made of several of the same place, which were found by different people."""
    first = parts[0]
    texts = [one.text for one in parts if one.text is not UNSET]
    text: str | UnsetType = merge_texts(texts) if texts else UNSET
    # What was read from a text belongs to whoever wrote it like that.
    source = next(one for one in parts if one.text == text) if texts else first
    return msgspec.structs.replace(
        first,
        uuid=free_name([str(one.uuid) for one in parts], taken),
        text=text,
        location=_joined_location(parts),
        refs=[],
        money=source.money,
        date=source.date,
        checked=majority([one.checked for one in parts]),
    )


def _joined_location(parts: Parts) -> BoxLocation | PolygonLocation:
    if len(parts) == 1 or not all(isinstance(one.location, BoxLocation) for one in parts):
        return parts[0].location
    if all(one.location == parts[0].location for one in parts):
        return parts[0].location
    left, top, right, bottom = middle(_boxes(parts)).tolist()
    return BoxLocation(left=left, top=top, width=right - left, height=bottom - top)


def _joined_refs(
    group: Sequence[tuple[int, DocumentAnnotation]], names: Sequence[dict[str, str]]
) -> list[str]:
    """Return the links of most, to annotations that are kept."""
    given = [[names[owner][ref] for ref in part.refs if ref in names[owner]] for owner, part in group]
    refs = dict.fromkeys(ref for one in given for ref in one)
    return [
        ref
        for ref in refs
        if is_majority(sum(ref in one for one in given), len(group), first=ref in given[0])
    ]
