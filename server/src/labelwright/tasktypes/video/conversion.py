"""The two forms of what is drawn in a video: per frame and per object (wire/task-types-video §2.2, §2.4).

Source: wire/task-types-video §1.2.

Both are read wherever either is asked for. These functions know the form only; what is in it, the checkers say.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from labelwright.tasktypes.video.timeline import Timeline
from labelwright.validation.errors import Path

_OF_OBJECT = ("uuid", "type", "label")


def unwrapped(content: Any, place: Path) -> tuple[Any, Path]:
    """Return what is inside the documented wrappers of tracks: ``[{"annotations": {…}}]``, ``{"annotations": {…}}``.

    Args:
        content: of the file.
        place: where it is.

    Returns:
        The object from uuid to track and its place; anything else as it is.
    """
    inner, where = content, place
    if isinstance(inner, list) and len(inner) == 1:
        inner, where = inner[0], (*where, 0)
    if isinstance(inner, dict) and inner.keys() == {"annotations"}:
        inner, where = inner["annotations"], (*where, "annotations")
        # One frame is written like the wrapper, and a track may be called like it.
        if isinstance(inner, dict) and not ("geometry" in inner and "frames" in inner):
            return inner, where
    return content, place


def has_tracks(content: Any) -> bool:
    """Tell whether unwrapped content is per object."""
    return isinstance(content, dict)


def as_tracks(frames: Sequence[Mapping[str, Any]], timeline: Timeline) -> dict[str, Any]:
    """Return per object what was drawn per frame.

    Args:
        frames: one per annotated instant; every shape has its ``uuid``.
        timeline: which frames of the video these are.

    Returns:
        From uuid to track, in the order in which the objects appear. An object has the label that it had first.

    Raises:
        ValueError: an object is twice in one frame of the video, or changes its geometry.
    """
    tracks: dict[str, Any] = {}
    for i, frame in enumerate(frames):
        key = timeline.key(i)
        for shape in frame["annotations"]:
            label = {"label": shape["label"]} if "label" in shape else {}
            fresh = {**label, "geometry": shape["type"], "frames": []}
            track = tracks.setdefault(shape["uuid"], fresh)
            if track["geometry"] != shape["type"]:
                raise ValueError(f"the object {shape['uuid']} changes its geometry")
            if track["frames"] and track["frames"][-1]["key"] == key:
                raise ValueError(f"the object {shape['uuid']} is twice in frame {key}")
            drawn = {name: value for name, value in shape.items() if name not in _OF_OBJECT}
            track["frames"].append(
                {"key": key, "timestamp": timeline.timestamp(key), "attributes": {}, **drawn}
            )
    return tracks


def as_frames(
    tracks: Mapping[str, Mapping[str, Any]], timeline: Timeline, count: int | None = None
) -> list[dict[str, Any]]:
    """Return per frame what was drawn per object.

    Args:
        tracks: from uuid to track.
        timeline: which frames of the video are annotated.
        count: how many there are; as many as needed when that is not known.

    Returns:
        One item per annotated frame; in each, the objects in their order in ``tracks``.

    Raises:
        ValueError: a key is no annotated frame, or lies after the last one.
    """
    found: list[dict[str, Any]] = [{"annotations": []} for _ in range(count or 0)]
    for uuid, track in tracks.items():
        label = {"label": track["label"]} if "label" in track else {}
        for frame in track["frames"]:
            index = timeline.index(frame["key"])
            if index is None or (count is not None and index >= count):
                raise ValueError(f"the video has no annotated frame {frame['key']}")
            while len(found) <= index:
                found.append({"annotations": []})
            drawn = {name: value for name, value in frame.items() if name not in ("key", "timestamp")}
            found[index]["annotations"].append({"uuid": uuid, "type": track["geometry"], **label, **drawn})
    return found
