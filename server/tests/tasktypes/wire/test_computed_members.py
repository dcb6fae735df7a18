"""What nobody is asked for: marked in every schema, and not missed by any checker."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types
from labelwright.tasktypes.wire import computed_members
from labelwright.tasktypes.wire.answer_schemas import schema_of

KINDS = [kind for slug, kind in task_types().items() if slug == kind.slug]
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)


PICTURES_ELSEWHERE = ("segmentannotation", "nothing is asked of what is not there")
"""Nobody can count the pixels of pictures that the server cannot open."""


def definitions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in KINDS:
        for name, one in schema_of(kind.answer_model).get("$defs", {}).items():
            yield name, one.get("properties", {})


def without(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], *, names: bool) -> Any:
    """A value without the members that are marked; names of parts on demand."""
    if "$ref" in schema:
        return without(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, names=names)
    for one in schema.get("anyOf", ()):
        value = without(value, one, root, names=names)
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        return [without(one, schema["items"], root, names=names) for one in value]
    if not isinstance(value, dict):
        return value
    properties, further = schema.get("properties", {}), schema.get("additionalProperties")
    tag = properties.get("type", {}).get("enum")
    if tag is not None and "type" in value and value["type"] not in tag:
        return value
    kept = {}
    for key, one in value.items():
        inner = properties.get(key, further if isinstance(further, Mapping) else {})
        own = inner.get(computed_members.OWN_NAME, False)
        if not inner.get(computed_members.READ_ONLY) or (own and not names):
            kept[key] = without(one, inner, root, names=names)
    return kept


def refers(answer: Any) -> bool:
    """Whether a part of an answer may name another one."""
    text = msgspec.json.encode(answer).decode()
    members = {name for names in computed_members.REFERENCES.values() for name in names} | {"cuboid_uuid"}
    words = [f'"{name}":' for name in members]
    return any(word in text for word in (*words, '"linked"', '"base_annotations"'))


def test_f04_every_line_of_the_list_is_a_member_of_some_answer() -> None:
    found: dict[str, set[str]] = {}
    for name, properties in definitions():
        found.setdefault(name, set()).update(properties)
    listed = {**computed_members.COMPUTED, **computed_members.KEYED}
    for struct, members in [*listed.items(), *computed_members.REFERENCES.items()]:
        assert members <= found[struct], struct
    assert {name for struct, name in computed_members.NAMES.items() if name not in found[struct]} == set()


def test_f04_names_and_figures_of_machines_are_asked_of_nobody() -> None:
    for struct, properties in definitions():
        for name in properties.keys() & {"uuid", "time_spent_in_seconds", "confidence", "reviewed", "model"}:
            assert properties[name][computed_members.READ_ONLY], f"{struct}.{name}"


@each
def test_f04_answers_without_what_is_computed_are_accepted(kind: TaskType, stored: Any) -> None:
    for name, good in examples_of(kind).good_answers.items():
        if (kind.slug, name) == PICTURES_ELSEWHERE:
            continue
        params = stored(kind, good.params)
        schema = kind.answer_schema(params)
        # What is named by others keeps its name: forms give one to every part.
        for names in (False, *((True,) if not refers([params, good.answer]) else ())):
            answer = without(
                msgspec.json.decode(msgspec.json.encode(good.answer)), schema, schema, names=names
            )
            text, problems = kind.check_answer(params, answer)
            assert [one for one in problems if one.severity == "error"] == [], (name, names)
            assert text != b"null"
