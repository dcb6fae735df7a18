"""What the server computes for answers from the points of the frames (wire/task-types-lidar §3.5, §6.2)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.tasktypes.wire.result_files import as_file, content_of


class _Frames:
    """An answer whose ``annotations`` are a file that is completed frame by frame.

    Args:
        refs: the frames, in order of time.
        answer: the accepted answer; it is not changed.
    """

    def __init__(self, refs: Sequence[str], answer: Mapping[str, Any]) -> None:
        self.refs: Sequence[str] = tuple(dict.fromkeys(refs))
        self._frames = refs
        self._answer = answer
        self._content = content_of(answer["annotations"])

    def finished(self) -> bytes:
        """Return the answer with its file."""
        return msgspec.json.encode({**self._answer, "annotations": as_file(self._content)})


class CuboidPoints(_Frames):
    """Counts the points inside of cuboids: ``numberOfPoints``, whatever was given."""

    def look(self, ref: str, content: bytes) -> None:
        """Count in one frame, wherever the task shows it."""
        from labelwright.tasktypes.lidar.geometry import PointCounter
        from labelwright.tasktypes.lidar.input.frames import read_frame

        counter = PointCounter(read_frame(content).positions)
        for shown, frame in zip(self._frames, self._content, strict=False):
            if shown != ref:
                continue
            for cuboid in frame["cuboids"]:
                cuboid["numberOfPoints"] = counter.count(
                    [cuboid["position"][axis] for axis in "xyz"],
                    [cuboid["dimensions"][axis] for axis in "xyz"],
                    cuboid["yaw"],
                    cuboid.get("pitch", 0.0),
                    cuboid.get("roll", 0.0),
                )


class GroundHeights(_Frames):
    """Finds the ground under what was drawn from above: ``z`` of places that came without."""

    def __init__(self, refs: Sequence[str], answer: Mapping[str, Any]) -> None:
        from labelwright.tasktypes.lidar.tiles import GroundLevels

        super().__init__(refs, answer)
        self._open = [place for one in self._content["annotations"] for place in _places(one)]
        self._levels = GroundLevels([(place["x"], place["y"]) for place in self._open])

    def look(self, ref: str, content: bytes) -> None:
        """Look at the ground of one frame."""
        from labelwright.tasktypes.lidar.input.frames import read_frame

        del ref
        scan = read_frame(content)
        self._levels.add(scan.positions, scan.ground)

    def finished(self) -> bytes:
        """Return the answer with the heights that are known."""
        for place, level in zip(self._open, self._levels.levels().tolist(), strict=True):
            if math.isfinite(level):
                place["z"] = round(level, 6)
        return super().finished()


def is_measurable(answer: Mapping[str, Any]) -> bool:
    """Tell whether the file of an answer is here, and not an address elsewhere."""
    given = answer.get("annotations")
    return content_of(given) is not given


def open_places(answer: Mapping[str, Any]) -> bool:
    """Tell whether a height is missing in what was drawn from above."""
    content = content_of(answer["annotations"])
    return any(True for one in content["annotations"] for _ in _places(one))


def _places(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = [one["world"]] if "world" in one else one.get("world_vertices", [])
    return [place for place in given if "z" not in place]
