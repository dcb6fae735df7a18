"""Which frames of a video are annotated, and when they are seen (wire/task-types-video §2.2, §2.4)."""

import math
from collections.abc import Iterator

import msgspec


class Timeline(msgspec.Struct, frozen=True):
    """The annotated instants of a video.

    The i-th of them, from 0, is the video's frame ``floor(i · video / annotated + 0.5)``: the nearest one, and the
    later of two that are equally near.

    Attributes:
        annotated: annotated frames per second.
        video: frames per second of the video; as many as ``annotated`` for a list of images.
    """

    annotated: float = 1
    video: float = 1

    def key(self, index: int) -> int:
        """Return the number, in the video, of the i-th annotated frame."""
        return math.floor(index * self.video / self.annotated + 0.5)

    def index(self, key: int) -> int | None:
        """Return which annotated frame a frame of the video is; None for one that is not annotated.

        Where more frames are annotated than the video has, it is the first of those that fall on this one.
        """
        if self.annotated == self.video:
            return key
        first = math.floor((key - 0.5) * self.annotated / self.video)
        found = (i for i in range(max(0, first - 1), first + 3) if self.key(i) == key)
        return next(found, None)

    def between(self, after: int, before: int) -> Iterator[int]:
        """Yield the annotated frames of the video between two of its frames, which are not among them."""
        if self.annotated >= self.video:
            yield from range(after + 1, before)
            return
        last = after
        for i in range(max(0, self._near(after) - 1), self._near(before) + 2):
            key = self.key(i)
            if last < key < before:
                yield key
                last = key

    def count_between(self, after: int, before: int) -> int:
        """Return about how many frames ``between`` yields."""
        if self.annotated >= self.video:
            return before - after - 1
        return max(0, self._near(before) - self._near(after))

    def timestamp(self, key: int) -> float:
        """Return the time of a frame of the video, in seconds."""
        return key / self.video

    def _near(self, key: int) -> int:
        return math.floor(key * self.annotated / self.video)
