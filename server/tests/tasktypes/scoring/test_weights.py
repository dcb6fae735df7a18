"""The joins of wire/task-types-scores §2, each by hand."""

from typing import Any

import pytest

from labelwright.metrics.matching import Candidates
from labelwright.tasktypes.forms.attributes import Question
from labelwright.tasktypes.scoring import weights
from labelwright.tasktypes.scoring.weights import Compared, Edge

COLOR = Question(description="Colour?", choices=["red", "blue", "grey"])
PARTS = Question(description="Parts?", choices=["wheel", "door", "roof"], allow_multiple=True)
COUNT = Question(description="How many?", type="number", min=0, max=10)
FREE = Question(description="How many?", type="number")
TURN = Question(description="Which way?", type="angle")
TEXT = Question(description="Plate?", type="text")
OWNER = Question(description="Whose?", type="linked")
ACROSS = Question(description="Where?", type="x_line")
DOWN = Question(description="Where?", type="y_line")


@pytest.mark.parametrize(
    ("question", "expected", "given", "likeness"),
    [
        (COLOR, "red", "red", 1),
        (COLOR, "red", "blue", 0),
        (PARTS, ["wheel", "door"], ["door", "wheel"], 1),
        (PARTS, ["wheel", "door"], ["door", "roof"], 1 / 3),
        (PARTS, [], [], 1),
        (PARTS, [], ["door"], 0),
        (COUNT, 4, 6, 0.8),
        (COUNT, 0, 10, 0),
        (FREE, 20, 15, 0.75),
        (FREE, 0.5, 0, 0.5),
        (FREE, 2, 9, 0),
        (TURN, 350, 10, 1 - 20 / 180),
        (TURN, 0, 180, 0),
        (TURN, 0, 360, 1),
        (TEXT, "B-AB 123", "B-AB 124", 7 / 8),
        (TEXT, "abc", "xyz", 0),
        (ACROSS, 10, 30, 0.8),
        (DOWN, 10, 30, 0.6),
        (OWNER, "mine", "theirs", 1),
        (OWNER, "mine", "mine", 0),
        (OWNER, "nobody", "theirs", 0),
    ],
)
def test_attributes_are_compared_by_their_kind(
    question: Any, expected: Any, given: Any, likeness: float
) -> None:
    names = {"mine": "theirs"}
    found = weights.attribute_likeness(question, expected, given, (100, 50), names)
    assert found == pytest.approx(likeness)


def test_the_mean_is_over_what_was_asked_of_the_pairs() -> None:
    questions = {"color": COLOR, "count": COUNT}
    pairs = [
        Compared({"color": "red", "count": 4}, {"color": "red", "count": 6}),
        Compared({"color": "red"}, {}),
        Compared({}, {}),
        Compared({"unknown": 1}, {"unknown": 2}),
    ]
    assert weights.attribute_score(questions, pairs) == pytest.approx((1 + 0.8 + 0) / 3)
    assert weights.attribute_score(questions, pairs[2:]) is None
    assert weights.attribute_score({}, pairs) is None


def test_sides_count_a_fifth_when_there_are_any() -> None:
    assert weights.joined(0.5) == 0.5
    assert weights.joined(0.5, None) == 0.5
    assert weights.joined(0.5, 1.0) == pytest.approx(0.8 * 0.5 + 0.2)
    assert weights.joined(0.5, 1.0, 0.0) == pytest.approx(0.8 * 0.5 + 0.2 * 0.5)
    assert weights.joined(1.0, 1.0, None) == 1


def test_edges_are_found_by_label_and_both_ends() -> None:
    names = {"a": "A", "b": "B", "c": "C"}
    expected = [Edge("tows", "a", "b"), Edge("near", "b", "c", directed=False), Edge("tows", "c", "x")]
    given = [Edge("tows", "A", "B"), Edge("near", "C", "B", directed=False), Edge("tows", "C", "x")]
    counts = weights.edge_f1(expected, given, names)
    assert counts is not None
    # The end without a counterpart is like none, whatever it is called.
    assert (counts.matched, counts.expected, counts.given) == (2, 3, 3)
    turned = weights.edge_f1([Edge("tows", "a", "b")], [Edge("tows", "B", "A")], names)
    assert turned is not None
    assert turned.f1 == 0
    other = weights.edge_f1([Edge("tows", "a", "b")], [Edge("near", "A", "B")], names)
    assert other is not None
    assert other.f1 == 0
    assert weights.edge_f1([], [], names) is None


def test_counterparts_have_names_on_both_sides() -> None:
    matched = Candidates.of([0, 1, 2], [1, 0, 2], [0.9, 0.8, 0.7])
    assert weights.counterparts_of(matched, ["a", "b", None], ["B", "A", "C"]) == {"a": "A", "b": "B"}


def test_details_of_instances() -> None:
    matched = Candidates.of([0, 1], [1, 0], [0.9, 0.7])
    assert weights.instance_details(matched, 4, 2) == {
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
        "mean_iou": pytest.approx(0.8),
    }
    assert weights.instance_details(Candidates.of([], [], []), 0, 0) == {"precision": 1, "recall": 1, "f1": 1}
