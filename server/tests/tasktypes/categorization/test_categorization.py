"""``categorization`` beyond its examples: what is kept, and what answers look like."""

from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.categorization.examples import FULL, MINIMAL, TAXONOMIES
from labelwright.tasktypes.categorization.params import WRONG_ATTACHMENT_TYPE
from labelwright.tasktypes.registry import find

KIND = find("categorization")


def answer(params: Any, given: Any, stored: Any) -> Any:
    text, problems = KIND.check_answer(stored(KIND, params), given)
    assert list(problems) == []
    return msgspec.json.decode(text)


def test_the_short_name_means_the_same() -> None:
    assert find("categorize") is KIND


def test_allow_multiple_is_echoed_for_categories_only(stored: Any) -> None:
    assert stored(KIND, MINIMAL) == {**MINIMAL, "allow_multiple": False}
    assert stored(KIND, FULL) == FULL
    assert stored(KIND, TAXONOMIES) == TAXONOMIES


def test_text_is_kept_byte_for_byte() -> None:
    given = {
        "attachment": msgspec.Raw(b'"caf\\u00e9 "'),
        "attachment_type": msgspec.Raw(b'"te\\u0078t"'),
        "categories": msgspec.Raw(b'[ "a" ,"b"]'),
        "allow_multiple": msgspec.Raw(b"true"),
    }
    wanted = b'{"attachment":"caf\\u00e9 ","attachment_type":"te\\u0078t",'
    wanted += b'"categories":[ "a" ,"b"],"allow_multiple":true}'
    assert KIND.check_params(given) == wanted
    assert KIND.attachments(msgspec.json.decode(wanted)) == ["café "]


@pytest.mark.parametrize("name", ["text", "image", "video", "audio", "website", "pdf"])
def test_every_attachment_type(name: str, stored: Any) -> None:
    assert (
        stored(KIND, {**MINIMAL, "attachment_type": name, "attachment": "https://a/b"})["attachment_type"]
        == name
    )


@pytest.mark.parametrize("name", [None, 1, "", "Text", ["text"], {}])
def test_wrong_attachment_types_get_the_old_sentence(name: Any, stored: Any) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        stored(KIND, {**MINIMAL, "attachment_type": name})
    assert refusal.value.message == WRONG_ATTACHMENT_TYPE


def test_ids_are_filled_in(stored: Any) -> None:
    one = {**MINIMAL, "category_ids": {"a1": "animal", "a2": "animal"}}
    assert answer(one, {"category": "animal"}, stored) == {"category": "animal", "category_id": "a1"}
    assert answer(one, {"category": "vehicle"}, stored) == {"category": "vehicle", "category_id": None}
    many = answer(FULL, {"category": ["other", "bread"]}, stored)
    assert many == {"category": ["other", "bread"], "category_id": [None, "c2"]}
    assert answer(MINIMAL, {"category": "animal", "category_id": None}, stored) == {"category": "animal"}


def test_samples(stored: Any) -> None:
    def sample(params: Any) -> Any:
        return msgspec.json.decode(KIND.sample_answer(stored(KIND, params)))

    assert sample(MINIMAL) == {"category": "vehicle"}
    assert sample(FULL) == {"category": ["fruit"], "category_id": ["c1"]}
    assert sample(TAXONOMIES) == {"taxonomies": {"kind": "fruit", "fruits": ["apple"], "price": 0}}


def test_a_hypothesis_may_be_incomplete_but_not_wrong(stored: Any) -> None:
    for hypothesis in ({}, {"taxonomies": {}}, {"taxonomies": {"price": 2}}):
        assert stored(KIND, {**TAXONOMIES, "hypothesis": hypothesis})["hypothesis"] == hypothesis
    with pytest.raises(InvalidParameter) as refusal:
        stored(KIND, {**TAXONOMIES, "hypothesis": {"taxonomies": {"kind": "car"}}})
    assert refusal.value.field == "hypothesis.taxonomies.kind"
    with pytest.raises(InvalidParameter, match="array") as refusal:
        stored(KIND, {**FULL, "hypothesis": {"category": "fruit"}})
    assert refusal.value.field == "hypothesis.category"


def test_numbers_in_taxonomies_may_be_strings(stored: Any) -> None:
    asked = {"price": {"type": "number", "description": "?", "min": "1", "step": "0.5"}}
    params = {"attachment": "x", "attachment_type": "text", "taxonomies": asked}
    assert stored(KIND, params)["taxonomies"]["price"]["step"] == 0.5
    assert answer(params, {"taxonomies": {"price": 2.5}}, stored) == {"taxonomies": {"price": 2.5}}
