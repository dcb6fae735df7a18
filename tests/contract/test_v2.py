"""``contract/v2.json`` has the paths, parameters, properties and enums that the published description has.

``v2_facts.json`` holds the names, required members and values of that description
(wire/v2-requests §1), nothing else of it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FACTS: Mapping[str, Any] = json.loads((HERE / "v2_facts.json").read_text())
CONTRACT: Mapping[str, Any] = json.loads((HERE.parents[1] / "contract" / "v2.json").read_text())
SCHEMAS: Mapping[str, Any] = CONTRACT["components"]["schemas"]

OURS = {"Error": "ErrorBody"}
"""Models that are called otherwise here."""

NOT_SHARED = {"BaseAnnotation"}
"""Models that are only halves of others there; here their members stand in each of them."""

MORE = {"CreateBatchRequest": {"project"}}
"""Members that old samples have beside the published ones."""


def schema(found: Any) -> Any:
    """Follow references."""
    while "$ref" in found:
        found = SCHEMAS[found["$ref"].rpartition("/")[2]]
    return found


def alternatives(found: Any) -> list[Any]:
    """What a value may be, without null."""
    found = schema(found)
    options = found.get("anyOf", [found])
    return [schema(one) for one in options if one.get("type") != "null"]


def enum(found: Any) -> list[Any] | None:
    """The values of an enum, or of a list of its members."""
    for one in alternatives(found):
        if "enum" in one:
            return list(one["enum"])
        if "items" in one and (values := enum(one["items"])) is not None:
            return values
    return None


def test_the_operations_are_the_published_ones() -> None:
    ours = {f"{method.upper()} {path}" for path, methods in CONTRACT["paths"].items() for method in methods}
    assert ours == set(FACTS["operations"])


@pytest.mark.parametrize("name", FACTS["operations"])
def test_an_operation_takes_and_gives_the_same(name: str) -> None:
    method, path = name.split()
    fact, ours = FACTS["operations"][name], CONTRACT["paths"][path][method.lower()]
    assert ours["operationId"] == fact["operation"]
    parameters = {
        one["name"]: {"in": one["in"], "required": one["required"], "enum": enum(one["schema"])}
        for one in ours["parameters"]
    }
    assert {key: (value["in"], value["required"]) for key, value in parameters.items()} == {
        key: (value["in"], value["required"]) for key, value in fact["parameters"].items()
    }
    for key, value in fact["parameters"].items():
        assert sorted(parameters[key]["enum"] or ()) == sorted(value["enum"] or ()), key
    body = ours.get("requestBody")
    sent = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2] if body else None
    assert sent == fact["body"]
    content = ours["responses"][fact["status"]]["content"]
    if fact["answer"] in FACTS["unions"]:
        options = content["application/json"]["schema"]["anyOf"]
        names = sorted(one["$ref"].rpartition("/")[2] for one in options)
        assert names == FACTS["unions"][fact["answer"]]
    elif fact["answer"] is not None:
        assert content["application/json"]["schema"]["$ref"].rpartition("/")[2] == fact["answer"]


@pytest.mark.parametrize("name", sorted(set(FACTS["models"]) - NOT_SHARED))
def test_a_model_has_the_same_members(name: str) -> None:
    fact = FACTS["models"][name]
    own = OURS.get(name, name)
    if own not in SCHEMAS:
        # Open objects are kept as they are: their schema is a title.
        assert name in {"RubricCriteriaValue", "RubricRatingValue", "ErrorDetail"}, name
        return
    ours = SCHEMAS[own]
    assert set(ours["properties"]) - MORE.get(name, set()) == set(fact["properties"])
    required = set(ours.get("required", ()))
    assert required == set(fact["required"]) or name == "Error"
    for key, values in fact["enums"].items():
        if key == "type" and "Annotation" in name:
            assert set(enum(ours["properties"][key]) or ()) <= set(values)
        else:
            assert sorted(enum(ours["properties"][key]) or ()) == sorted(values), key


def test_annotations_are_told_apart_by_their_type() -> None:
    found = next(
        one for one in _with_discriminator(SCHEMAS["Turn"]) if one["discriminator"]["propertyName"] == "type"
    )
    names = sorted(one.rpartition("/")[2] for one in found["discriminator"]["mapping"].values())
    assert names == FACTS["unions"]["Annotation"]


def _with_discriminator(found: Any) -> list[Any]:
    if isinstance(found, list):
        return [one for part in found for one in _with_discriminator(part)]
    if not isinstance(found, dict):
        return []
    here = [found] if "discriminator" in found else []
    return here + [one for part in found.values() for one in _with_discriminator(part)]
