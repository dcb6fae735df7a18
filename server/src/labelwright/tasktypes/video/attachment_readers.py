"""What the attachments of videos have to hold: a video file, or pictures as frames."""

from collections.abc import Mapping
from typing import Any

from labelwright.tasktypes.media import FRAME, VIDEO

__all__ = ["FRAME", "media_of"]


def media_of(params: Mapping[str, Any]) -> Mapping[str, str]:
    """Return that the frames are pictures, and the file is a video."""
    frames = params.get("attachments")
    file = params.get("attachment")
    return {
        **({file: VIDEO} if isinstance(file, str) else {}),
        **(dict.fromkeys(frames, FRAME) if isinstance(frames, list) else {}),
    }
