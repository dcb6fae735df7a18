"""Point clouds, pictures beside them, and lanes (task-types-3d)."""

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.lidar.cuboids import LidarAnnotation
from labelwright.tasktypes.lidar.linking import LidarLinking
from labelwright.tasktypes.lidar.points import LidarSegmentation

TASK_TYPES: tuple[TaskType, ...] = (
    LidarAnnotation(),
    LidarSegmentation(),
    LidarLinking(),
)
