"""Labelled scenes as files: what is read from one, and what is written (wire/task-types-lidar §8.3)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.tasktypes.attachment_readers import InvalidContent
from labelwright.tasktypes.base import SceneFacts
from labelwright.tasktypes.wire.result_files import bytes_of, scene_address, scene_of

_ANGLES = slice(6, 9)


def scene_in(url: str) -> Any:
    """Return the labelled scene in a file that holds itself; None when the address is another one.

    Args:
        url: of an SFS file, or of one in JSON.

    Returns:
        What JSON decodes to: the members that concern annotations, without the sensors.
    """
    data = scene_of(url)
    if data is None:
        data = bytes_of(url)
    if data is None:
        return None
    from labelwright.tasktypes.lidar.input import container

    try:
        tree = container.read(data)
    except InvalidContent:
        return None
    if "annotations" not in tree:
        return None
    kept = {name: tree[name] for name in ("time_unit", "metadata", "annotations") if name in tree}
    return _plain(kept)


def _plain(value: Any) -> Any:
    """Write arrays out."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


def scene_file(scene: Mapping[str, Any], facts: SceneFacts | None) -> str:
    """Return the address of an SFS file that holds itself.

    Args:
        scene: ``version``, ``time_unit``, ``metadata`` and ``annotations``.
        facts: of the scene that was labelled: its sensors are named, without what they measured.
    """
    import numpy as np

    from labelwright.tasktypes.lidar.input import container

    tree = msgspec.to_builtins(scene)
    for one in tree["annotations"]:
        for points in one.get("labeled_points", ()):
            points["point_ids"] = np.array(points["point_ids"], np.uint32)
    sensors = [{"id": one.id, "type": one.type} for one in facts.sensors] if facts else []
    return scene_address(container.write({**tree, "sensors": sensors} if sensors else tree))


def in_radians(annotations: Sequence[Any]) -> Sequence[Any]:
    """Return annotations whose cuboids were given in degrees; what is no cuboid stays as it is."""
    return [_turned(one) for one in annotations]


def _turned(one: Any) -> Any:
    if not isinstance(one, dict) or one.get("type") != "cuboid" or not isinstance(one.get("path"), dict):
        return one
    path = one["path"]
    values = path.get("values")
    if not isinstance(values, list):
        return one
    rows = []
    for row in values:
        if not isinstance(row, list) or not all(isinstance(angle, int | float) for angle in row[_ANGLES]):
            return one
        rows.append([*row[:6], *(math.radians(angle) for angle in row[_ANGLES]), *row[9:]])
    return {**one, "path": {**path, "values": rows}}
