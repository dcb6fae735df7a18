"""Options of the drawing tools beyond what the examples of the families show."""

from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.shapes.tools import Geometries, check_geometries

CAMERA = {"fx": 1, "fy": 1, "cx": 0, "cy": 0}


def check(given: dict[str, Any]) -> set[str]:
    linked = AttributeDefinition(description="?", type="linked", allowed_labels=["a"])
    plain = AttributeDefinition(description="?", type="text")
    return check_geometries(msgspec.convert(given, Geometries), {"of": linked, "note": plain}, ())


def test_labels_of_all_tools_and_only_of_tools_given() -> None:
    given = {
        "box": {"objects_to_annotate": ["a", "b"]},
        "line": {"objects_to_annotate": ["b"]},
        "polygon": {},
    }
    assert check(given) == {"a", "b"}
    assert msgspec.convert(given, Geometries).labels() == {"box": ["a", "b"], "polygon": [], "line": ["b"]}


def test_response_fields_of_the_node_types_are_ignored() -> None:
    assert check(
        {"point": {"objects_to_annotate": ["a"], "x": 1, "y": "?"}, "ellipse": {"vertices": {}}}
    ) == {"a"}


def test_both_spellings_of_the_scale_factor_but_not_together() -> None:
    for name in ("scalefactor", "scale_factor"):
        check({"cuboid": {"objects_to_annotate": ["a"], "camera_intrinsics": {**CAMERA, name: 2}}})


@pytest.mark.parametrize(
    ("tool", "given", "field"),
    [
        (
            "cuboid",
            {"camera_intrinsics": {**CAMERA, "scalefactor": 2, "scale_factor": 2}},
            "cuboid.camera_intrinsics",
        ),
        ("cuboid", {"camera_intrinsics": {**CAMERA, "fx": 0}}, "cuboid.camera_intrinsics.fx"),
        (
            "cuboid",
            {"camera_rotation_quaternion": dict.fromkeys("wxyz", 0)},
            "cuboid.camera_rotation_quaternion",
        ),
        ("line", {"max_vertices": 1}, "line.max_vertices"),
        ("point", {"connections": [{"pair": ["a", "b"]}]}, "point.connections[0].pair[1]"),
        (
            "point",
            {"connections": [{"pair": ["a", "a"], "connection_attribute": "note"}]},
            "point.connections[0].connection_attribute",
        ),
    ],
)
def test_options_that_cannot_be_met(tool: str, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        check({tool: {"objects_to_annotate": ["a"], **given}})
    assert refusal.value.field == field


def test_a_connection_may_name_a_linked_attribute() -> None:
    check(
        {
            "point": {
                "objects_to_annotate": ["a"],
                "connections": [{"pair": ["a", "a"], "connection_attribute": "of"}],
            }
        }
    )
