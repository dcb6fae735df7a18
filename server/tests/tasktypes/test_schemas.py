"""The schema of an answer is that of its own task: what the checker accepts fits, and names are the task's."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import find, task_types

KINDS = [kind for slug, kind in task_types().items() if slug == kind.slug]
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
NOT_A_NAME = {"unknown_label", "unknown_category", "unknown_choice", "unknown_stage"}
"""Problems that a schema can see."""


def kept(kind: TaskType, params: Any) -> Any:
    given = msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw])
    return msgspec.json.decode(kind.check_params(given))


def schema_of(slug: str, name: str = "full", **more: Any) -> Any:
    kind = find(slug)
    return kind.answer_schema(kept(kind, {**examples_of(kind).good_params[name], **more}))


def member(schema: Any, *names: str) -> Any:
    """The schema of a member, below the answer."""
    found = schema
    for name in names:
        if "$ref" in found:
            found = schema["$defs"][found["$ref"].rpartition("/")[2]]
        found = found["items"] if name == "[]" else found["properties"][name]
    return found


def words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from words(one)
    elif isinstance(value, list):
        for one in value:
            yield from words(one)


@each
def test_accepted_answers_and_samples_fit(kind: TaskType) -> None:
    examples = examples_of(kind)
    for name, good in examples.good_answers.items():
        params = kept(kind, good.params)
        schema = kind.answer_schema(params)
        final = msgspec.json.decode(kind.check_answer(params, good.answer)[0])
        assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(final)] == [], name
    for name, given in examples.good_params.items():
        params = kept(kind, given)
        sample = kind.sample_answer(params)
        if sample is not None:
            text, _ = kind.check_answer(params, msgspec.json.decode(sample))
            assert jsonschema_rs.is_valid(kind.answer_schema(params), msgspec.json.decode(text)), name


@each
def test_names_that_the_task_does_not_have_do_not_fit(kind: TaskType) -> None:
    for name, bad in examples_of(kind).bad_answers.items():
        codes = {code for _, code in bad.problems}
        in_a_file = (
            isinstance(bad.answer, dict)
            and "annotations" in bad.answer
            and kind.slug.startswith(("video", "federal", "lidar", "lane", "segment", "sensor"))
        )
        # What a part of a conversation may be depends on the field that it names.
        if codes & NOT_A_NAME and not in_a_file and "chat" not in kind.slug:
            assert not jsonschema_rs.is_valid(kind.answer_schema(kept(kind, bad.params)), bad.answer), name


@each
def test_models_have_no_say_in_what_a_labeler_reads(kind: TaskType) -> None:
    schema = kind.answer_schema(kept(kind, examples_of(kind).good_params["minimal"]))
    text = str(schema)
    assert "Attributes:" not in text
    assert str(kind.answer_model.__doc__) not in text
    for definition in schema.get("$defs", {}).values():
        assert not {"title", "description"} & (definition.keys() - {"properties"})


def test_choices_of_a_comparison() -> None:
    schema = schema_of("comparison")
    assert member(schema, "choice") == {"type": "string", "enum": ["yes", "no"]}
    fields = member(schema, "fields")
    assert fields["properties"]["difference"]["description"] == "What differs?"
    assert fields["additionalProperties"] is False
    assert "choice" not in schema["$defs"]["ComparisonAnswer"]["properties"] or schema["$defs"][
        "ComparisonAnswer"
    ]["required"] == ["choice", "fields"]
    only = schema_of("comparison", "fields only")["$defs"]["ComparisonAnswer"]
    assert "choice" not in only["properties"]
    assert only["required"] == ["fields"]


def test_categories_with_the_texts_that_are_shown() -> None:
    schema = schema_of("categorization")
    category = member(schema, "category")
    assert (category["type"], category["uniqueItems"]) == ("array", True)
    assert {"const": "bread", "title": "Bread and rolls"} in category["items"]["oneOf"]
    assert [one["const"] for one in category["items"]["oneOf"]] == ["fruit", "bread", "other"]
    asked = member(schema_of("categorization", "taxonomies"), "taxonomies")
    assert asked["required"] == ["kind", "price"]
    assert asked["properties"]["price"] == {
        "type": "number",
        "minimum": 0,
        "title": "price",
        "description": "What does it cost?",
    }


def test_fields_of_a_form() -> None:
    kind = find("textcollection")
    params = kept(kind, examples_of(kind).good_params["full"])
    form = member(kind.answer_schema(params), "annotations")
    assert list(form["properties"]) == [field["field_id"] for field in params["fields"]]
    for field in params["fields"]:
        shown = form["properties"][field["field_id"]]
        assert shown["title"] == field["title"]
        assert field.get("description", "") in shown.get("description", "")
        if field.get("required") and not field.get("conditions"):
            assert field["field_id"] in form["required"]
    sets = next(field for field in params["fields"] if field["type"] == "field_set")
    inner = form["properties"][sets["field_id"]]
    inner = inner.get("items", inner)
    assert list(inner["properties"]) == [field["field_id"] for field in sets["fields"]]


def test_labels_and_attributes_of_spans() -> None:
    schema = schema_of("namedentityrecognition")
    span = schema["$defs"]["Span"]["properties"]
    assert "event" in str(span["label"])
    assert {"role", "topic"} <= set(words(span["attributes"]))
    assert "name" in schema["$defs"]["Relationship"]["properties"]


def test_each_tool_has_its_labels() -> None:
    kind = find("imageannotation")
    params = kept(kind, examples_of(kind).good_params["full"])
    schema = kind.answer_schema(params)
    seen = 0
    for tool, options in params["geometries"].items():
        label = schema["$defs"][tool.capitalize()]["properties"]["label"]
        first = options["objects_to_annotate"][0] if options["objects_to_annotate"] else None
        if isinstance(first, str):
            seen += 1
            assert first in str(label)
            assert not jsonschema_rs.is_valid(label, "no such label")
    assert seen >= 3


def test_stages_have_the_schemas_of_their_tasks() -> None:
    labels = {"first": ["a", "b"], "second": ["c"]}
    stages = [
        {
            "id": name,
            "type": "categorization",
            "params": {"attachment_type": "text", "attachment": "x", "categories": names},
        }
        for name, names in labels.items()
    ]
    kind = find("multistage")
    schema = kind.answer_schema(kept(kind, {"stages": stages}))

    def answered(first: str, second: str) -> bool:
        given = {"first": first, "second": second}
        stages = {
            name: {"type": "categorization", "response": {"category": one}} for name, one in given.items()
        }
        return bool(jsonschema_rs.is_valid(schema, {"stages": stages}))

    assert answered("a", "c")
    assert not answered("c", "c")
    assert not answered("a", "a")
