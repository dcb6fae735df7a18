"""The video of a task as its checker sees it: which frames there are, and how large they are."""

from collections.abc import Sequence

from msgspec import UNSET

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.shapes.drawing_rules import frame_of
from labelwright.tasktypes.shapes.model import Frame
from labelwright.tasktypes.video.params import VideoParams, VideoPlaybackAnnotationParams
from labelwright.tasktypes.video.timeline import Timeline

MAX_FRAMES = 100_000
"""Frames of a clip of which the number is not known; as many as ``attachments`` may have."""


class Clip:
    """The annotated frames of a task's video.

    Where keys count frames of a video file
    (wire/task-types-video §2.2) and its rate is not known, it is taken to be the annotated one.

    Args:
        params: already checked.
    """

    def __init__(self, params: VideoParams) -> None:
        self.timeline = Timeline()
        self.timed = isinstance(params, VideoPlaybackAnnotationParams)
        if isinstance(params, VideoPlaybackAnnotationParams):
            rate = params.annotated_rate()
            self.timeline = Timeline(rate, params.video_frame_rate or rate)
        self.count = None if params.attachments is UNSET else len(params.attachments)
        self._paddings = params.paddings()
        self._first = 1 if self.count is not None and params.file() is not None else 0

    def last_key(self) -> int | None:
        """Return the number of the last annotated frame; None for a file, whose length is not known here."""
        return None if self.count is None else self.timeline.key(self.count - 1)

    def bounds(self, media: Sequence[Media], key: int) -> Frame | None:
        """Return where shapes may be drawn in a frame; None when its size is not known."""
        index = 0 if self.count is None else self._first + (self.timeline.index(key) or 0)
        return frame_of(media, index, *self._paddings)
