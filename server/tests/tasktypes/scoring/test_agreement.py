"""Agreement over many answers of real task types."""

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from labelwright.metrics import agreement as measures
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.scoring.agreement import Unit, agreement

ANIMALS: dict[str, Any] = {"attachment_type": "text", "attachment": "?", "categories": ["cat", "dog", "cow"]}
MANY = {**ANIMALS, "allow_multiple": True}
CATEGORIES, FORM = find("categorization"), find("textcollection")


def field(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "field_id": name, "title": name, **more}


SCALE = {"attachments": [], "fields": [field("number", "stars", min=1, max=5)]}


def said(rows: Any, params: Any = ANIMALS) -> list[Unit]:
    """Units of one category per labeler; None where a labeler did not answer."""
    return [
        Unit(params, {f"p{j}": {"category": one} for j, one in enumerate(row) if one is not None})
        for row in rows
    ]


def stars(rows: Any) -> list[Unit]:
    return [
        Unit(SCALE, {f"p{j}": {"annotations": {"stars": one}} for j, one in enumerate(row)}) for row in rows
    ]


def test_two_who_answered_everything() -> None:
    chooser = np.random.default_rng(1)
    a = chooser.choice(["cat", "dog", "cow"], 40).tolist()
    b = [one if chooser.random() < 0.7 else "cat" for one in a]
    found = agreement(CATEGORIES, said(zip(a, b, strict=True)))
    same = np.mean([x == y for x, y in zip(a, b, strict=True)])
    one = found.fields["category"]
    assert (found.units, one.units, one.ratings, one.level) == (40, 40, 80, "nominal")
    assert found.score == one.identical == pytest.approx(same)
    assert one.cohen_kappa == pytest.approx(cohen_kappa_score(a, b))
    rows = list(zip(a, b, strict=True))
    assert one.krippendorff_alpha == pytest.approx(measures.krippendorff_alpha(rows))
    assert one.fleiss_kappa is not None
    assert one.icc is None
    assert found.labelers == {"p0": pytest.approx(same), "p1": pytest.approx(same)}


def test_gaps_leave_only_what_can_bear_them() -> None:
    rows = [("cat", "cat", None), ("dog", "cat", "dog"), (None, "cow", "cow"), ("cow", None, None)]
    one = agreement(CATEGORIES, said(rows)).fields["category"]
    assert (one.units, one.ratings) == (3, 7)
    assert (one.cohen_kappa, one.fleiss_kappa) == (None, None)
    known = [[value for value in row if value] for row in rows]
    assert one.krippendorff_alpha == pytest.approx(measures.krippendorff_alpha(known))


def test_three_of_a_larger_crowd_for_each_task() -> None:
    rows = [("cat", "cat", "dog", None), (None, "cat", "cat", "cat"), ("cow", None, "cow", "cow")]
    one = agreement(CATEGORIES, said(rows)).fields["category"]
    assert one.cohen_kappa is None
    counts = np.array([[2.0, 1, 0], [3, 0, 0], [0, 0, 3]])
    assert one.fleiss_kappa == pytest.approx(measures.fleiss_kappa(counts))


def test_every_task_weighs_the_same_in_the_score() -> None:
    rows = [("cat", "dog", "cow"), ("cat", "cat", None)]
    found = agreement(CATEGORIES, said(rows))
    assert found.score == pytest.approx((0 + 1) / 2)
    assert found.labelers == {"p0": pytest.approx(1 / 3), "p1": pytest.approx(1 / 3), "p2": 0}


def test_sets_by_masi() -> None:
    rows = [(["cat"], ["cat", "dog"]), (["cow"], ["cow"]), (["dog"], ["cow"])]
    one = agreement(CATEGORIES, said(rows, MANY)).fields["category"]
    values = [[tuple(answer) for answer in row] for row in rows]
    assert one.level == "set"
    assert one.krippendorff_alpha == pytest.approx(measures.krippendorff_alpha(values, "set"))
    assert (one.cohen_kappa, one.fleiss_kappa, one.icc) == (None, None, None)


def test_a_scale_of_whole_numbers_is_weighted_by_squares() -> None:
    a, b = [1, 2, 5, 4, 5, 1, 3], [1, 3, 5, 5, 4, 2, 3]
    one = agreement(FORM, stars(zip(a, b, strict=True))).fields["stars"]
    assert one.cohen_kappa == pytest.approx(cohen_kappa_score(a, b, weights="quadratic"))
    assert one.icc == pytest.approx(measures.icc2k(np.array([a, b], dtype=float).T))
    assert one.krippendorff_alpha == pytest.approx(
        measures.krippendorff_alpha(list(zip(a, b, strict=True)), "interval")
    )
    fractions = agreement(FORM, stars([(1.5, 2), (3, 3.5)])).fields["stars"]
    assert fractions.cohen_kappa is None
    assert fractions.icc is not None


def test_parts_of_an_answer_are_things_of_their_own() -> None:
    asked = {
        "models": [{"id": "a"}, {"id": "b"}],
        "responses_per_turn": 2,
        "message_fields": [field("boolean", "true")],
    }

    def judged(*values: bool) -> Any:
        told = [{"type": "ModelResponse", "output": "…", "message_id": f"m{i}"} for i in range(len(values))]
        told += [
            {"type": "Boolean", "field_id": "true", "output": one, "message_id": f"m{i}"}
            for i, one in enumerate(values)
        ]
        return {"responses": told}

    unit = Unit(asked, {"x": judged(True, False), "y": judged(True, True)})
    one = agreement(find("chat"), [unit]).fields["true"]
    assert (one.units, one.ratings, one.identical) == (2, 4, 0.5)


def test_what_has_no_scale_has_a_score_only() -> None:
    shape = {"type": "box", "label": "car", "left": 0, "top": 0, "width": 10, "height": 10, "uuid": "b"}
    params = {
        "attachment": "https://example.com/a.png",
        "attachment_type": "image",
        "geometries": {"box": {"objects_to_annotate": ["car"]}},
    }
    half = {**shape, "width": 5}
    kind: TaskType = find("imageannotation")
    found = agreement(kind, [Unit(params, {"x": {"annotations": [shape]}, "y": {"annotations": [half]}})])
    assert found.score is not None
    assert 0 <= found.score < 1
    assert found.fields == {}


def test_the_score_does_not_depend_on_who_comes_first() -> None:
    params = {"attachment": "https://example.com/a.wav"}
    a, b = {"transcript": "the cat sat"}, {"transcript": "the cat"}
    kind = find("audiotranscription")
    one, other = (
        agreement(kind, [Unit(params, both)]).score for both in ({"a": a, "b": b}, {"b": b, "a": a})
    )
    assert one == other == pytest.approx(((1 - 1 / 3) + (1 - 1 / 2)) / 2)


def test_single_answers_say_nothing() -> None:
    found = agreement(CATEGORIES, said([("cat",), (None, "dog")]))
    assert (found.units, found.score, found.labelers, found.fields) == (0, None, {}, {})
    assert agreement(CATEGORIES, []).score is None


def test_people_who_always_say_the_same_cannot_be_told_from_chance() -> None:
    one = agreement(CATEGORIES, said([("cat", "cat"), ("cat", "cat")])).fields["category"]
    assert (one.identical, one.krippendorff_alpha, one.cohen_kappa, one.fleiss_kappa) == (1, None, None, None)
