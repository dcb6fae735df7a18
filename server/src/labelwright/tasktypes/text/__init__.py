"""Texts: forms about them, and spans in them (wire/task-types-text §2, §1)."""

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.text.collection import TextCollection
from labelwright.tasktypes.text.entities import NamedEntityRecognition

TASK_TYPES: tuple[TaskType, ...] = (TextCollection(), NamedEntityRecognition())
