"""What is kept of a request for ``imageannotation``."""

from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.image.examples import COW, MINIMAL
from labelwright.tasktypes.registry import find

IMAGE = find("imageannotation")


def test_text_is_kept_byte_for_byte_when_nothing_must_change() -> None:
    given = {
        "attachment": msgspec.Raw(b'"http:\\/\\/i.imgur.com/v4cBreD.jpg"'),
        "attachment_type": msgspec.Raw(b'"image"'),
        "geometries": msgspec.Raw(b'{ "box": {"objects_to_annotate": ["caf\\u00e9"], "min_width": 1} }'),
        "my_own_key": msgspec.Raw(b'{"a":  1.50, "b": 1e2}'),
    }
    members = [b'"%s":%s' % (key.encode(), bytes(text)) for key, text in given.items()]
    assert IMAGE.check_params(given) == b"{" + b",".join(members) + b"}"


def test_the_type_of_attachment_is_filled_in(stored: Any) -> None:
    assert stored(IMAGE, MINIMAL) == {**MINIMAL, "attachment_type": "image"}


def test_numeric_strings_become_numbers_and_nothing_else_changes(stored: Any) -> None:
    params = {
        **MINIMAL,
        "geometries": {"box": {"objects_to_annotate": ["1", "2"], "min_height": "30", "min_width": 10.0}},
        "padding": " 20 ",
        "other": "7",
    }
    kept = stored(IMAGE, params)
    assert kept["geometries"] == {
        "box": {"objects_to_annotate": ["1", "2"], "min_height": 30, "min_width": 10}
    }
    assert (kept["padding"], kept["other"]) == (20, "7")


def test_the_scale_factor_is_spelt_one_way(stored: Any) -> None:
    camera = {"fx": 1.5, "fy": 1.5, "cx": 0, "cy": 0, "scale_factor": 2}
    params = {
        **MINIMAL,
        "geometries": {"cuboid": {"objects_to_annotate": ["van"], "camera_intrinsics": camera}},
    }
    kept = stored(IMAGE, params)["geometries"]["cuboid"]["camera_intrinsics"]
    assert kept == {"fx": 1.5, "fy": 1.5, "cx": 0, "cy": 0, "scalefactor": 2}


def box(**more: Any) -> dict[str, Any]:
    return {"type": "box", "label": "Baby Cow", "left": 1, "top": 1, "width": 9, "height": 9, **more}


def test_base_annotations_get_the_uuids_that_locks_need(stored: Any) -> None:
    base = {"annotations": [box(uuid="given"), box()], "global_attributes": {}}
    kept = stored(IMAGE, {**MINIMAL, "base_annotations": base})["base_annotations"]
    new = kept["annotations"][1].pop("uuid")
    assert kept == base
    assert len(new) == 36


def test_a_hypothesis_is_kept_as_it_is(stored: Any) -> None:
    hypothesis = {"annotations": [box(score=0.5)]}
    assert stored(IMAGE, {**MINIMAL, "hypothesis": hypothesis})["hypothesis"] == hypothesis


def test_pre_labels_need_no_attributes_but_right_ones(stored: Any) -> None:
    asked = {"annotation_attributes": {"a": {"description": "?", "choices": ["x"]}}}
    stored(IMAGE, {**MINIMAL, **asked, "hypothesis": {"annotations": [box()]}})
    with pytest.raises(InvalidParameter) as refusal:
        stored(IMAGE, {**MINIMAL, **asked, "hypothesis": {"annotations": [box(attributes={"a": "y"})]}})
    assert refusal.value.field == "hypothesis.annotations[0].attributes.a"


def test_pre_labels_with_the_same_uuid_are_refused(stored: Any) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        stored(IMAGE, {**MINIMAL, "base_annotations": {"annotations": [box(uuid="a"), box(uuid="a")]}})
    assert refusal.value.field == "base_annotations.annotations[1].uuid"


def test_further_keys_in_layers_are_kept_but_must_be_json(stored: Any) -> None:
    layers = {"points": [{"x": 1, "y": 2, "colour": "red"}], "cuboids": [], "boxes": []}
    assert stored(IMAGE, {**MINIMAL, "layers": layers})["layers"] == layers
    members = msgspec.json.decode(msgspec.json.encode(MINIMAL), type=dict[str, msgspec.Raw])
    with pytest.raises(InvalidParameter):
        IMAGE.check_params({**members, "layers": msgspec.Raw(b'{"points":[{"x":1,"y":2,"z":"\\ud800"}]}')})


def test_attachments_are_the_image_and_then_its_context(stored: Any) -> None:
    params = {**MINIMAL, "context_attachments": [{"attachment": "s3://a/1"}, {"attachment": "s3://a/2"}]}
    assert list(IMAGE.attachments(stored(IMAGE, params))) == [COW, "s3://a/1", "s3://a/2"]
