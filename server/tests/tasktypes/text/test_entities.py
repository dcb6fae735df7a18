"""``namedentityrecognition`` beyond its examples: offsets, and what comes out."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelwright.tasktypes.registry import find
from labelwright.tasktypes.text.entities import Units
from labelwright.tasktypes.text.examples_entities import ADA, FULL, LYON, MINIMAL, TALK, UNNAMED

KIND = find("namedentityrecognition")


def final(params: Any, answer: Any, stored: Any) -> Any:
    text, problems = KIND.check_answer(stored(KIND, params), answer)
    assert list(problems) == []
    return msgspec.json.decode(text)


def test_text_and_ids_are_filled_in(stored: Any) -> None:
    (span,) = final(MINIMAL, {"annotations": [{"start": 35, "end": 39, "label": "Label_A"}]}, stored)[
        "annotations"
    ]
    assert len(span.pop("id")) == 36
    assert span == LYON


def test_attributes_are_there_where_the_label_has_some(stored: Any) -> None:
    labels = [{"name": "a", "attributes": {"b": {"description": "?", "choices": ["x"], "required": False}}}]
    params = {**MINIMAL, "labels": [*labels, {"name": "c"}]}
    spans = [{"start": 0, "end": 3, "label": "a"}, {"start": 0, "end": 3, "label": "c"}]
    made = final(params, {"annotations": spans}, stored)
    assert [one.get("attributes") for one in made["annotations"]] == [{}, None]
    assert made["relationships"] == []
    assert "global_attributes" not in made


def test_a_blank_name_is_no_name(stored: Any) -> None:
    spans = [{**LYON, "id": "a"}, {"id": "b", "start": 0, "end": 3, "label": "Label_A"}]
    relation = {"id": "r", "source_ref": "a", "target_ref": "b"}
    made = final(UNNAMED, {"annotations": spans, "relationships": [{**relation, "name": ""}]}, stored)
    assert made["relationships"] == [relation]


def test_the_label_below_counts_as_the_one_above(found: Any) -> None:
    company = {**ADA, "id": "co", "label": "company", "attributes": {}}
    event = {"id": "ev", "start": 19, "end": 28, "label": "event"}
    for source, problems in (("co", []), ("ev", [("relationships[0]", "wrong_target")])):
        target = "ev" if source == "co" else "co"
        relation = {"source_ref": source, "target_ref": target, "name": "speaker_at"}
        answer = {
            "annotations": [company, event],
            "relationships": [relation],
            "global_attributes": {"capitalized": "no"},
        }
        assert found(KIND, FULL, answer) == problems


@pytest.mark.parametrize(
    ("text", "start", "end"), [(TALK, 0, 3), ("  🎉🎉 x", 2, 6), (" \n ", 0, 3), ("a", 0, 1)]
)
def test_the_sample_marks_the_first_word(text: str, start: int, end: int, stored: Any) -> None:
    kept = stored(KIND, {**MINIMAL, "text": text})
    made = msgspec.json.decode(KIND.sample_answer(kept) or b"null")
    (span,) = made["annotations"]
    assert (span["start"], span["end"], span["label"]) == (start, end, "Label_A")
    assert span["text"] == Units(text).slice(start, end)


def test_there_is_nothing_to_fetch(stored: Any) -> None:
    params = stored(KIND, MINIMAL)
    assert list(KIND.attachments(params)) == [params["text"]]
    assert list(KIND.fetched(params)) == []


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), data=st.data())
def test_offsets_are_those_of_javascript(text: str, data: st.DataObject) -> None:
    units = [unit for char in text for unit in ([char] if ord(char) < 0x10000 else [char, ""])]
    assert len(Units(text)) == len(units)
    start = data.draw(st.integers(0, len(units)))
    end = data.draw(st.integers(start, len(units)))
    cut = [place for place in (start, end) if place < len(units) and units[place] == ""]
    assert Units(text).slice(start, end) == (None if cut and start < end else "".join(units[start:end]))
