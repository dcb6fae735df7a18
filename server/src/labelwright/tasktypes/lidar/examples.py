"""What the task types about point clouds show of themselves; the shared tests run every example."""

from labelwright.tasktypes.examples import Examples
from labelwright.tasktypes.lidar.examples_clouds import ANNOTATION_EXAMPLES, SEGMENTATION_EXAMPLES
from labelwright.tasktypes.lidar.examples_pictures import LANE_EXAMPLES, LINKING_EXAMPLES, TOPDOWN_EXAMPLES
from labelwright.tasktypes.lidar.examples_scenes import EXAMPLES as SCENE_EXAMPLES

EXAMPLES: dict[str, Examples] = {
    "lidarannotation": ANNOTATION_EXAMPLES,
    "lidarsegmentation": SEGMENTATION_EXAMPLES,
    "lidarlinking": LINKING_EXAMPLES,
    "lidartopdown": TOPDOWN_EXAMPLES,
    "laneannotation": LANE_EXAMPLES,
    "sensorfusion": SCENE_EXAMPLES,
}
