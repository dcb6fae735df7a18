"""Scores and merges of regions, texts and links, also of real sentences laid out on a page."""

from typing import Any

import msgspec
import numpy as np
import pytest
from nltk import edit_distance
from server.tests.tasktypes.realdata import sentences

from labelwright.tasktypes.document.examples import DAY, FULL, KEY, MODEL, OFFICIAL, PAID, TURNED, VALUE, box
from labelwright.tasktypes.registry import find

KIND, OF_MODELS = find("documenttranscription"), find("documentmodel")
WORDS = {"attachment": "https://docs.example/page.png", "features": [{"type": "text", "label": "word"}]}


def answer(*found: Any) -> dict[str, Any]:
    return {"annotations": list(found)}


def final(params: Any, *found: Any) -> Any:
    text, problems = KIND.check_answer(params, answer(*found))
    assert not problems
    return msgspec.json.decode(text)


def merged(params: Any, *answers: Any) -> Any:
    return msgspec.json.decode(KIND.merge(params, answers))["annotations"]


def word(text: str, left: float, top: float = 0, **more: Any) -> dict[str, Any]:
    location = {"type": "box", "left": left, "top": top, "width": 100, "height": 20}
    return box(label="word", text=text, location=location, **more)


def test_regions_without_texts_are_counted() -> None:
    region = [box(uuid=name, location={**box()["location"], "left": 100 * i}) for i, name in enumerate("abc")]
    moved = {**region[1], "location": {**region[1]["location"], "left": 110}}
    far = {**region[2], "location": {**region[2]["location"], "left": 222}}
    found = KIND.score(OFFICIAL, answer(*region), answer(region[0], moved, far))
    assert found.value == found.details["f1"] == pytest.approx(2 / 3)
    assert found.details["mean_iou"] == pytest.approx((1 + 20 / 40) / 2)
    assert "text" not in found.details
    assert KIND.score(OFFICIAL, answer(*region[:1]), answer({**region[0], "page": 1})).value == 0


def test_turned_regions_overlap_exactly() -> None:
    corners = [(0, 0), (10, 0), (10, 10), (0, 10)]
    diamond = [(5, 0), (10, 5), (5, 10), (0, 5)]
    a, b = (
        box(location={"type": "polygon", "vertices": [{"x": x, "y": y} for x, y in ring]})
        for ring in (corners, diamond)
    )
    found = KIND.score(TURNED, answer(a), answer(b))
    assert found.details["mean_iou"] == pytest.approx(0.5)


def test_texts_are_weighted_by_length_and_missing_ones_count_nothing() -> None:
    expected = answer(word("abcdefgh", 0), word("ij", 200), word("kl", 400))
    given = answer(word("abcdefxx", 0), word("ij", 210))
    found = KIND.score(WORDS, expected, given)
    text = (8 * 0.75 + 2) / 12
    assert found.details["text"] == pytest.approx(text)
    assert found.details["f1"] == pytest.approx(4 / 5)
    assert found.value == pytest.approx((0.8 + text) / 2)
    assert found.details["field_accuracy"] == pytest.approx(2 / 5)
    assert found.details["character_error_rate"] == pytest.approx((2 + 0 + 2) / 12)
    assert found.details["word_error_rate"] == pytest.approx(2 / 3)


def test_what_was_read_and_the_links_weigh_a_fifth() -> None:
    right = final(FULL, KEY, VALUE, DAY, PAID)
    assert KIND.score(FULL, right, right).value == 1
    crossed = {**PAID, "checked": False}
    other = final(FULL, {**KEY, "refs": []}, {**VALUE, "refs": []}, DAY, crossed)
    found = KIND.score(FULL, right, other)
    assert (found.details["attributes"], found.details["link_f1"]) == (pytest.approx(2 / 3), 0)
    assert found.value == pytest.approx(0.8 + 0.2 * (2 / 3 + 0) / 2)
    one_end = final(FULL, KEY, {**VALUE, "refs": []}, DAY, PAID)
    assert KIND.score(FULL, right, one_end).details["link_f1"] == 1


def test_amounts_are_equal_however_they_are_written() -> None:
    right = final(FULL, VALUE | {"refs": []})
    as_text = {**VALUE, "refs": [], "money": {**VALUE["money"], "parsed": "1914.29"}}
    assert KIND.score(FULL, right, final(FULL, as_text)).details["attributes"] == 1
    less = {**VALUE, "refs": [], "money": {**VALUE["money"], "parsed": 1914}}
    assert KIND.score(FULL, right, final(FULL, less)).details["attributes"] == 0


def test_places_that_are_the_same_are_told_apart_by_their_content() -> None:
    both = final(WORDS, word("a", 0), word("b", 0))
    turned = {"annotations": both["annotations"][::-1]}
    assert KIND.score(WORDS, both, turned).value == 1


def test_regions_of_most_are_kept_at_the_median_place() -> None:
    answers = [
        final(WORDS, word("Total", 0), word("due", 200)),
        final(WORDS, word("total", 10), word("stain", 700)),
        final(WORDS, word("Total", 4), word("due", 206)),
    ]
    found = merged(WORDS, *answers)
    assert [(one["text"], one["location"]["left"]) for one in found] == [("Total", 4), ("due", 203)]
    names = {one["uuid"] for one in found}
    assert names <= {one["uuid"] for given in answers for one in given["annotations"]}


def test_links_of_most_are_kept_between_the_merged_regions() -> None:
    def linked(name: str, *, links: bool) -> Any:
        key = {**KEY, "uuid": f"k{name}", "refs": [f"v{name}"] if links else []}
        return final(FULL, key, {**VALUE, "uuid": f"v{name}", "refs": []})

    found = merged(FULL, linked("1", links=False), linked("2", links=True), linked("3", links=True))
    assert found[0]["refs"] == [found[1]["uuid"]]
    none = merged(FULL, linked("1", links=False), linked("2", links=True), linked("3", links=False))
    assert none[0]["refs"] == []


def test_one_name_for_different_places_is_told_apart() -> None:
    a, b = word("Total", 0, uuid="1"), word("due", 200, uuid="1")
    answers = [final(WORDS, a), final(WORDS, b), final(WORDS, {**a, "uuid": "2"}, b)]
    found = merged(WORDS, *answers)
    assert {one["text"] for one in found} == {"due", "Total"}
    assert len({one["uuid"] for one in found}) == 2


def test_answers_about_models_keep_their_own_members() -> None:
    answers = [
        {"annotations": [box(uuid="a", confidence=0.5)], "model": "invoices-3", "reviewed": one}
        for one in (False, True, True)
    ]
    found = msgspec.json.decode(OF_MODELS.merge(MODEL, answers))
    assert (found["model"], found["reviewed"]) == ("invoices-3", True)
    assert found["annotations"][0]["confidence"] == 0.5


def test_a_page_of_real_sentences() -> None:
    chooser = np.random.default_rng(0)
    lines = [sentence[:60].strip() for sentence in sentences()]
    read = ["".join(char for char in line if chooser.random() > 0.1) for line in lines]
    page = final(WORDS, *(word(line, 0, 30 * i) for i, line in enumerate(lines)))
    scan = final(WORDS, *(word(line, 5, 30 * i + 2) for i, line in enumerate(read)))
    found = KIND.score(WORDS, page, scan)
    edits = sum(edit_distance(a, " ".join(b.split())) for a, b in zip(lines, read, strict=True))
    assert found.details["f1"] == 1
    assert found.details["text"] == pytest.approx(1 - edits / sum(map(len, lines)))
    assert found.details["mean_iou"] == pytest.approx(95 * 18 / (2 * 2000 - 95 * 18))
    assert merged(WORDS, page, scan, page) == page["annotations"]
