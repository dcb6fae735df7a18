"""What attachments of these types have to hold, and how they are looked into (wire/task-types-lidar-frames).

The readers are imported when the first file is read: they need numpy, and a server without point clouds does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labelwright.tasktypes.attachment_readers import ContentReader
from labelwright.tasktypes.base import CloudFacts, Facts, Media, ParentTask, SceneFacts

FRAME = "lidar_frame"
SCENE = "lidar_scene"

MAX_FRAME_BYTES = 256 << 20
"""Of one frame, also after gzip is undone."""


def _read_frame(data: bytes) -> CloudFacts:
    from labelwright.tasktypes.lidar.input.frames import read_frame

    return read_frame(data).facts()


def _read_scene(data: bytes) -> SceneFacts:
    from labelwright.tasktypes.lidar.input import sfs

    return sfs.read(data).facts()


def _with_other_cameras(facts: Sequence[Facts | None]) -> Sequence[tuple[int, str]]:
    """Return the frames that have not as many pictures as the first one (wire/task-types-lidar-frames §1.1)."""
    counts = [len(one.cameras) if isinstance(one, CloudFacts) else 0 for one in facts]
    return [
        (i, f'"images" must contain {counts[0]} items like the first frame, not {count}.')
        for i, count in enumerate(counts)
        if count != counts[0]
    ]


CONTENT_READERS: Mapping[str, ContentReader] = {
    FRAME: ContentReader(_read_frame, _with_other_cameras, MAX_FRAME_BYTES, framed=True),
    SCENE: ContentReader(_read_scene, framed=True),
}


def frames_of(params: Mapping[str, Any]) -> Mapping[str, str]:
    """Return that each of the ``attachments`` is a frame of a point cloud."""
    return dict.fromkeys(params.get("attachments") or (), FRAME)


def source_of(params: Mapping[str, Any]) -> ParentTask | None:
    """Return the task whose frames and cuboids are used (wire/task-types-lidar §4, §5)."""
    if "lidar_task" not in params:
        return None
    frames = params.get("lidar_task_frames")
    return ParentTask(
        params["lidar_task"], "lidarannotation", "lidar_task", None if frames is None else tuple(frames)
    )


@dataclass(frozen=True, slots=True)
class Clouds:
    """What is known of the frames of a task.

    Attributes:
        media: of the attachments; the frames come first.
        meters_per_unit: metres in one unit of the frames.
    """

    media: Sequence[Media]
    meters_per_unit: float = 1.0

    def facts(self, frame: int) -> CloudFacts | None:
        """Return what a frame was found to hold; None when nobody has looked."""
        facts = self.media[frame].facts if frame < len(self.media) else None
        return facts if isinstance(facts, CloudFacts) else None
