"""Keys that nobody knows are kept byte for byte, at every depth of every type's parameters (decision 0024)."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect
from server.tests.harness import Tenant, done, refused
from server.tests.tasktypes.conftest import as_members

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import find, task_types
from labelwright.validation.type_info import choose, shape, unwrapped

ODD = rb'{ "n": 1.50, "e": 1E2, "big": 123456789012345678901234567890, "s": "\u00e9\/", "x":[ ] }'
"""What no decoder gives back as it came."""

NAMES_OF_KINDS = {"Geometries", "LaneTools", "TopDownTools", "Layers", "EntityLabel"}
"""Structs that stay closed: maps of tools and layers, and the labels that the official suites want refused."""

KINDS = [pytest.param(kind, id=slug) for slug, kind in sorted(task_types().items()) if slug == kind.slug]


def structs(kind: inspect.Type, seen: set[type]) -> Iterator[inspect.StructType]:
    """Every struct that parameters are made of."""
    match unwrapped(kind):
        case inspect.StructType() as struct if struct.cls not in seen:
            seen.add(struct.cls)
            yield struct
            for one in struct.fields:
                yield from structs(one.type, seen)
        case inspect.UnionType(types=options):
            for one in options:
                yield from structs(one, seen)
        case inspect.ListType(item_type=inner) | inspect.DictType(value_type=inner):
            yield from structs(inner, seen)
        case _:
            pass


def with_own_keys(kind: inspect.Type, value: Any, count: list[int]) -> Any:
    """The value with a key of the customer's in every object whose keys are not names of kinds."""
    match unwrapped(kind):
        case inspect.StructType() as struct if isinstance(value, dict):
            types = {one.encode_name: one.type for one in struct.fields}
            made = {k: with_own_keys(types[k], v, count) if k in types else v for k, v in value.items()}
            if struct.cls.__name__ in NAMES_OF_KINDS:
                return made
            count[0] += 1
            return {**made, "my_own_key": msgspec.Raw(ODD)}
        case inspect.UnionType() as union:
            option = choose(union, value)
            return value if option is None else with_own_keys(option, value, count)
        case inspect.ListType(item_type=inner) if isinstance(value, list):
            return [with_own_keys(inner, one, count) for one in value]
        case inspect.DictType(value_type=inner) if isinstance(value, dict):
            return {key: with_own_keys(inner, one, count) for key, one in value.items()}
        case _:
            return value


@pytest.mark.parametrize("kind", KINDS)
def test_f20_unknown_keys_are_kept_byte_for_byte_at_every_depth(kind: TaskType) -> None:
    for name, params in examples_of(kind).good_params.items():
        count = [0]
        given = with_own_keys(shape(kind.params_model), params, count)
        kept = kind.check_params(as_members(given))
        assert count[0] >= 1, name
        assert kept.count(ODD) == count[0], name
        # What was kept works as before: it is read again for each answer.
        read = msgspec.json.decode(kept)
        assert kind.sample_answer(read) == kind.sample_answer(
            msgspec.json.decode(kind.check_params(as_members(params)))
        )
        assert kind.check_params(as_members(msgspec.json.decode(kept, type=dict[str, msgspec.Raw]))) == kept
        kind.answer_schema(read)


def test_f20_only_names_of_kinds_are_closed() -> None:
    closed = {
        struct.cls.__name__
        for kind in task_types().values()
        for struct in structs(shape(kind.params_model), set())
        if struct.forbid_unknown_fields
    }
    assert closed == NAMES_OF_KINDS


def test_f20_repairs_beside_them_change_nothing_else() -> None:
    """Numeric strings are read, a camera's scale is renamed, uuids are added; the rest is as it came."""
    camera = b'{"fx": "7", "fy":8,"cx":1,"cy":1,"scale_factor":2, "my_own_key":' + ODD + b"}"
    box = b'{"objects_to_annotate": ["a"], "min_width":"30", "my_own_key":' + ODD + b"}"
    cuboid = b'{"objects_to_annotate":["b"],"camera_intrinsics":' + camera + b"}"
    shapes = b'[{"type":"box","label":"a","left":0,"top":0,"width":40,"height":40,"my_own_key":' + ODD + b"}]"
    given = {
        "attachment": msgspec.Raw(b'"https://img.example/1.jpg"'),
        "geometries": msgspec.Raw(b'{"box":' + box + b',"cuboid":' + cuboid + b"}"),
        "base_annotations": msgspec.Raw(b'{"annotations":' + shapes + b',"is_customer_fix":' + ODD + b"}"),
    }
    kept = find("imageannotation").check_params(given)
    assert kept.count(ODD) == 4
    read = msgspec.json.decode(kept)
    assert read["geometries"]["box"]["min_width"] == 30
    intrinsics = read["geometries"]["cuboid"]["camera_intrinsics"]
    assert (intrinsics["fx"], intrinsics["scalefactor"]) == (7, 2)
    assert "scale_factor" not in intrinsics
    assert read["base_annotations"]["annotations"][0]["uuid"]


def test_f20_stages_keep_what_their_types_keep() -> None:
    text = b'{"type":"text","field_id":"a","title":"A","min_characters":"3","my_own_key":' + ODD + b"}"
    stage = (
        b'{"id":"s","type":"textcollection","my_own_key":' + ODD + b',"params":{"attachments":[],"fields":['
    )
    kept = find("multistage").check_params({"stages": msgspec.Raw(b"[" + stage + text + b"]}}]")})
    assert kept.count(ODD) == 2
    assert msgspec.json.decode(kept)["stages"][0]["params"]["fields"][0]["min_characters"] == 3


@pytest.mark.parametrize("wrong", [b"[1e999]", b'"\\x"', b"nan", b'{"a":}', b'"\xff"'])
@pytest.mark.parametrize("member", ["attachments", "fields"])
def test_f20_what_is_kept_unread_has_to_be_sound_json(member: str, wrong: bytes) -> None:
    parts = {
        "attachments": b'[{"type":"text","content":"a"%s}]',
        "fields": b'[{"type":"text","field_id":"a","title":"A"%s}]',
    }
    good = {name: msgspec.Raw(text % b"") for name, text in parts.items()}
    bad = {**good, member: msgspec.Raw(parts[member] % (b',"my_own_key":' + wrong))}
    find("textcollection").check_params(good)
    with pytest.raises(InvalidParameter):
        find("textcollection").check_params(bad)


def test_f20_a_wrong_type_of_a_known_key_is_refused(tenant: Tenant) -> None:
    field = {"type": "number", "field_id": "n", "title": "N", "my_own_key": {"a": [1]}}
    body = {"attachments": [{"type": "text", "content": "a", "my_own_key": 1}], "fields": [field]}
    made = done(tenant.live.post("/v1/task/textcollection", json=body))
    assert made["params"]["fields"] == [field]
    assert done(tenant.live.get(f"/v1/task/{made['task_id']}"))["params"] == made["params"]
    for key, wrong in (("digits", "one"), ("min", "low"), ("title", 1), ("required", "yes"), ("hint", [])):
        answer = tenant.live.post("/v1/task/textcollection", json={**body, "fields": [{**field, key: wrong}]})
        refused(answer, 400, key)


def test_f20_labels_of_entities_stay_closed(tenant: Tenant) -> None:
    """The official suite of the Node client sends one with ``bad_key`` and wants a 400."""
    label = {"name": "a", "description": "b"}
    body = {"text": "a b", "labels": [label]}
    done(tenant.test.post("/v1/task/namedentityrecognition", json=body))
    body["labels"] = [{**label, "bad_key": 1}]
    refused(tenant.test.post("/v1/task/namedentityrecognition", json=body), 400, "bad_key")
