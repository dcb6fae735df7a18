"""Annotations of a scene against what the scene was found to hold (wire/task-types-lidar-frames §2.3, §2.5)."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.base import SceneFacts, SensorFacts
from labelwright.tasktypes.lidar.scene_shapes import IN_PICTURES, LabeledPoints, ScenePointSegmentation
from labelwright.validation.errors import Path, path_text

_CAMERA = "camera"


def fact_problems(item: Any, facts: SceneFacts, place: Path) -> Iterator[Problem]:
    """Yield the sensors, frames and points that an annotation names and the scene has not."""
    sensors = {one.id: one for one in facts.sensors}
    named = [((*place, "sensor_id"), getattr(item, "sensor_id", UNSET), isinstance(item, IN_PICTURES))]
    for name, wanted in (("projections", True), ("activations", False)):
        for i, one in enumerate(getattr(item, name, None) or ()):
            named.append(((*place, name, i, "sensor_id"), one.sensor_id, wanted))
    for i, path in enumerate(item.attributes):
        named.append(((*place, "attributes", i, "sensor_id"), path.sensor_id, False))
    for where, sensor_id, is_camera in named:
        if sensor_id in (UNSET, None):
            continue
        if sensor_id not in sensors:
            yield _unknown(where)
        elif is_camera and sensors[sensor_id].type != _CAMERA:
            yield Problem(path_text(where), "This sensor is no camera.", "unknown_target")
    if isinstance(item, ScenePointSegmentation):
        for i, points in enumerate(item.labeled_points):
            where = (*place, "labeled_points", i)
            sensor = sensors.get(points.sensor_id)
            if sensor is None:
                yield _unknown((*where, "sensor_id"))
            else:
                yield from _point_problems(points, sensor, where)


def _unknown(place: Path) -> Problem:
    return Problem(path_text(place), "The scene has no such sensor.", "unknown_target")


def _point_problems(points: LabeledPoints, sensor: SensorFacts, place: Path) -> Iterator[Problem]:
    counts = sensor.points
    frame = points.sensor_frame
    if frame is UNSET:
        # Without a frame, the points of all frames are counted through.
        count = sum(counts)
    elif frame < len(counts):
        count = counts[frame]
    else:
        message = f"The sensor has {len(counts)} frames."
        yield Problem(path_text((*place, "sensor_frame")), message, "unknown_target")
        return
    beyond = next((i for i, point in enumerate(points.point_ids) if point >= count), None)
    if beyond is not None:
        message = f"There are {count} points."
        yield Problem(path_text((*place, "point_ids", beyond)), message, "unknown_target")
