"""Scores of followed objects, and how several people's become one, by hand."""

from collections.abc import Sequence

import pytest

from labelwright.metrics.matching import Candidates, assign
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.scoring.merge_tracks import merge_track_attributes, merge_tracks
from labelwright.tasktypes.scoring.track_scores import (
    Followed,
    compare_tracks,
    mean_average_precision,
    weighted,
)

Row = tuple[int, str, str, float]


def followed(*rows: Row, attributes: Sequence[dict[str, str]] = ()) -> Followed:
    """Frame, name, label and place (which is no part of what the measures see) of each appearance."""
    given = list(attributes) or [{} for _ in rows]
    frames, names, labels = ([row[i] for row in rows] for i in range(3))
    return Followed(frames, names, labels, given, [None] * len(rows))  # type: ignore[arg-type]


def pairs(expected: Sequence[Row], given: Sequence[Row]) -> Candidates:
    """Appearances in one frame are alike as they are near: 1 in the same place, 0 from 10 on."""
    rows = [
        (i, j, 1 - abs(a[3] - b[3]) / 10)
        for i, a in enumerate(expected)
        for j, b in enumerate(given)
        if a[0] == b[0]
    ]
    return Candidates.of(*zip(*rows, strict=True)) if rows else Candidates.of([], [], [])


def line(name: str, place: float, frames: Sequence[int] = range(4), label: str = "Car") -> list[Row]:
    return [(frame, name, label, place) for frame in frames]


def test_the_mean_weighs_by_number() -> None:
    assert weighted((1.0, 3), (0.0, 1)) == 0.75
    assert weighted((0.5, 0), (0.2, 2)) == 0.2
    assert weighted((0.0, 0), (0.0, 0)) == 1


def test_average_precision_is_precision_times_recall_per_label() -> None:
    """Cars: 4 of 4 with IoU .8, 2 too many; buses: none of 2."""
    expected = [*line("a", 0), *line("b", 50, range(2), "Bus")]
    given = [*line("x", 2), *line("y", 90, range(2))]
    sides = followed(*expected), followed(*given)
    matched = assign(pairs(expected, given).same(sides[0].labels, sides[1].labels))
    # IoU .8 is enough for 7 of 10 thresholds.
    assert mean_average_precision(*sides, matched) == pytest.approx((0.7 * 4 / 4 * 4 / 6 + 0) / 2)
    nothing = followed()
    empty = Candidates.of([], [], [])
    assert mean_average_precision(nothing, nothing, empty) == 1
    assert mean_average_precision(nothing, sides[1], empty) == 0
    assert mean_average_precision(sides[0], nothing, empty) == 0


def test_nothing_is_like_nothing() -> None:
    nothing, some = followed(), followed(*line("a", 0))
    empty = Candidates.of([], [], [])
    assert compare_tracks(nothing, nothing, empty).value == 1
    assert compare_tracks(nothing, some, empty).value == 0
    assert compare_tracks(some, nothing, empty).value == 0


def test_an_object_stays_in_the_frames_in_which_half_of_those_who_have_it_see_it() -> None:
    people = [line("a", 0), line("b", 1, range(2)), [*line("c", 2, range(1, 3)), *line("d", 70)]]
    merged = merge_tracks([followed(*one) for one in people], lambda a, b: pairs(people[a], people[b]))
    (track,) = merged.tracks
    # The one in the middle is most like the others.
    assert (track.name, track.owners[0], track.length) == ("a", 0, 4)
    assert {frame: len(some) for frame, some in track.frames.items()} == {0: 2, 1: 3, 2: 2}
    assert [dict(one) for one in merged.names] == [{"a": "a"}, {"b": "a"}, {"c": "a"}]
    alone = track.alone()
    assert {frame: [owner for owner, _ in some] for frame, some in alone.frames.items()} == {
        0: [0],
        1: [0],
        2: [0],
    }


def test_only_those_with_the_label_say_what_follows_from_it() -> None:
    questions = {
        "doors": AttributeDefinition(description="How many?", choices=["two", "four"]),
        "follows": AttributeDefinition(
            description="Whom?", type="linked", allowed_labels=["Car"], required=False
        ),
    }
    people = [line("a", 0, label="Bus"), line("b", 1), line("c", 2)]
    values = [{"doors": "two"}, {"doors": "four", "follows": "z"}, {"doors": "four", "follows": "z"}]
    sides = [
        followed(*one, attributes=[dict(value) for _ in one])
        for one, value in zip(people, values, strict=True)
    ]
    merged = merge_tracks(sides, lambda a, b: pairs(people[a], people[b]))
    (track,) = merged.tracks
    assert track.label == "Car"
    # Nobody followed “z”: the link leads nowhere and is left out.
    found = merge_track_attributes(questions, sides, merged, track)
    assert found == {frame: {"doors": "four"} for frame in range(4)}
