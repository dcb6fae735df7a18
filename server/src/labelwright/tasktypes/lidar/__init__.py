"""Point clouds, pictures beside them, and lanes (wire/task-types-lidar)."""

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.lidar.attachment_readers import CONTENT_READERS
from labelwright.tasktypes.lidar.cuboids import LidarAnnotation
from labelwright.tasktypes.lidar.lanes import LaneAnnotation
from labelwright.tasktypes.lidar.linking import LidarLinking
from labelwright.tasktypes.lidar.points import LidarSegmentation
from labelwright.tasktypes.lidar.scenes import SensorFusion
from labelwright.tasktypes.lidar.topdown import LidarTopDown

TASK_TYPES: tuple[TaskType, ...] = (
    LidarAnnotation(),
    LidarSegmentation(),
    LidarLinking(),
    LidarTopDown(),
    LaneAnnotation(),
    SensorFusion(),
)

__all__ = ["CONTENT_READERS", "TASK_TYPES"]
