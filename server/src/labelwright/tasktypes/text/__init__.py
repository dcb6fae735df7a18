"""Texts: forms about them, and spans in them (task-types-2d-text §14, §15)."""

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.text.collection import TextCollection
from labelwright.tasktypes.text.entities import NamedEntityRecognition

TASK_TYPES: tuple[TaskType, ...] = (TextCollection(), NamedEntityRecognition())
