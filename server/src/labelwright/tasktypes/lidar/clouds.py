"""What the task types about point clouds share: frames, labels, units, attributes (wire/task-types-lidar §1, §2)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions, is_global
from labelwright.tasktypes.forms.labels import Labels, Text, require_unique
from labelwright.tasktypes.wire.references import require_uri
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path, path_text

_metres = Meta(ge=-100_000, le=100_000)
Metres = Annotated[int, _metres] | Annotated[float, _metres]
"""A coordinate in the world: beyond 100 km single precision is worse than a centimetre (wire/task-types-lidar §1.1)."""

_size = Meta(gt=0, le=100_000)
PositiveMetres = Annotated[int, _size] | Annotated[float, _size]
_angle = Meta(ge=-1_000, le=1_000)
Radians = Annotated[int, _angle] | Annotated[float, _angle]
Index = Annotated[int, Meta(ge=0, le=1_000_000)]
Scans = Annotated[list[str], Meta(min_length=1, max_length=100_000)]

CLOUD_TYPES = ("category", "number", "angle", "text")
"""The attributes of things in the world (wire/task-types-lidar §3.3): the others are about images."""


class Vector3(msgspec.Struct, forbid_unknown_fields=True):
    """A place in the world, in metres, z up."""

    x: Metres
    y: Metres
    z: Metres


class CloudParams(msgspec.Struct, kw_only=True):
    """What the task types about point clouds share. Unknown parameters are kept.

    Attributes:
        attachment_type: ``json``.
        meters_per_unit: metres in one unit of the frames.
        max_distance_meters: how far from the device labelers look.
        annotation_attributes: name to definition.
    """

    attachment_type: Literal["json"] | UnsetType = UNSET
    meters_per_unit: PositiveMetres | UnsetType = UNSET
    max_distance_meters: PositiveMetres | UnsetType = UNSET
    annotation_attributes: dict[Text, AttributeDefinition] = {}


def check_scans(urls: Sequence[str], name: str = "attachments") -> None:
    """Check the addresses of frames.

    Raises:
        InvalidParameter: one is no address.
    """
    for i, url in enumerate(urls):
        require_uri(url, (name, i))


def check_labels(
    labels: Labels, attributes: Mapping[str, AttributeDefinition], place: Path = ("labels",)
) -> Sequence[str]:
    """Check labels, and the attributes of what has them.

    Returns:
        The leaves.

    Raises:
        InvalidParameter: a leaf occurs twice, or a definition is wrong or not for things in the world.
    """
    names = require_unique(labels, place)
    for name, definition in attributes.items():
        where: Path = ("annotation_attributes", name)
        if definition.type not in CLOUD_TYPES:
            raise refuse((*where, "type"), f"must be one of [{', '.join(CLOUD_TYPES)}]")
        if is_global(definition):
            # These answers have no place for what concerns the whole scene.
            raise refuse((*where, "conditions", "is_global"), "is not allowed")
    check_definitions(attributes, ("annotation_attributes",), names)
    return names


def check_indexes(indexes: Sequence[int] | UnsetType, name: str) -> None:
    """Check numbers of frames or cameras.

    Raises:
        InvalidParameter: one is there twice.
    """
    if indexes is not UNSET and len(set(indexes)) != len(indexes):
        raise refuse((name,), "contains a duplicate value")


def count_problems(content: Any, wanted: int | None, place: Path, *, partial: bool) -> list[Problem]:
    """Return what is wrong with the number of frames of an answer.

    Args:
        content: the array.
        wanted: how many there must be, when known.
        place: of the array.
        partial: pre-labels may have fewer.
    """
    if not isinstance(content, list) or wanted is None or len(content) == wanted:
        return []
    if partial and len(content) < wanted:
        return []
    message = f"There must be one item per frame ({wanted}, not {len(content)})."
    return [Problem(path_text(place), message, "count")]
