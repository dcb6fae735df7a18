"""The answers that test mode gives at once (task-types-2d-text §6.5): an object that moves 10 px to the right."""

from typing import Any

from labelwright.tasktypes.shared.sampling import moved, shapes
from labelwright.tasktypes.video.events import EventRules
from labelwright.tasktypes.video.params import VideoParams, VideoPlaybackAnnotationParams

MOVED = 10
"""Pixels from one frame to the next."""

FRAMES = 2
"""On how many frames the sample is drawn."""


def frames(params: VideoParams) -> list[dict[str, Any]]:
    """Return the array of frames: of two when their number is not known."""
    count = FRAMES if not params.attachments else len(params.attachments)
    here = shapes(params.tools(), params.attributes())
    return [
        {"annotations": [moved(shape, i * MOVED) for shape in here] if i < FRAMES else []}
        for i in range(count)
    ]


def tracks(params: VideoPlaybackAnnotationParams) -> dict[str, Any]:
    """Return the object from uuid to track."""
    found: dict[str, Any] = {}
    rate = params.annotated_rate()
    step = max(1, round((params.video_frame_rate or rate) / rate))
    for shape in shapes(params.tools(), params.attributes()):
        drawing = {name: value for name, value in shape.items() if name not in ("uuid", "type", "label")}
        found[shape["uuid"]] = {
            **({"label": shape["label"]} if params.labelled() else {}),
            "geometry": shape["type"],
            "frames": [
                {
                    "key": i * step,
                    "timestamp": i * step / (params.video_frame_rate or rate),
                    **moved(drawing, i * MOVED),
                }
                for i in range(FRAMES)
            ],
        }
    return found


def events(params: VideoParams) -> dict[str, Any]:
    """Return the member with one event, when the task asks for any."""
    rules = EventRules(params)
    return {"events": rules.sample()} if rules else {}
