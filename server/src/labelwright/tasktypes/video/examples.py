"""What the task types about videos show of themselves; the shared tests run every example."""

from labelwright.tasktypes.examples import Examples
from labelwright.tasktypes.video.examples_frames import EXAMPLES as FRAME_EXAMPLES
from labelwright.tasktypes.video.examples_older import BOX_EXAMPLES, CUBOID_EXAMPLES
from labelwright.tasktypes.video.examples_tracks import FEDERAL_EXAMPLES, PLAYBACK_EXAMPLES

EXAMPLES: dict[str, Examples] = {
    "videoannotation": FRAME_EXAMPLES,
    "videoboxannotation": BOX_EXAMPLES,
    "videocuboidannotation": CUBOID_EXAMPLES,
    "videoplaybackannotation": PLAYBACK_EXAMPLES,
    "federal2dvideoannotation": FEDERAL_EXAMPLES,
}
