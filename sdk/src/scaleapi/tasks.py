"""Tasks: the unit of work, and the words for their type and state."""

from __future__ import annotations

from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any

from scaleapi._enums import WireEnum
from scaleapi._legacy import LegacyTask
from scaleapi._logs import logger
from scaleapi._models import Model
from scaleapi.exceptions import ScaleException


class TaskType(WireEnum):
    """Task types by their name in URLs. Where one is asked for, any other string is accepted as well."""

    Annotation = "annotation"
    Categorization = "categorization"
    Comparison = "comparison"
    CuboidAnnotation = "cuboidannotation"
    DataCollection = "datacollection"
    DocumentModel = "documentmodel"
    DocumentTranscription = "documenttranscription"
    ImageAnnotation = "imageannotation"
    LaneAnnotation = "laneannotation"
    LidarAnnotation = "lidarannotation"
    LidarLinking = "lidarlinking"
    LidarSegmentation = "lidarsegmentation"
    LidarTopdown = "lidartopdown"
    LineAnnotation = "lineannotation"
    NamedEntityRecognition = "namedentityrecognition"
    PointAnnotation = "pointannotation"
    PolygonAnnotation = "polygonannotation"
    SegmentAnnotation = "segmentannotation"
    Transcription = "transcription"
    TextCollection = "textcollection"
    VideoAnnotation = "videoannotation"
    VideoBoxAnnotation = "videoboxannotation"
    VideoPlaybackAnnotation = "videoplaybackannotation"
    VideoCuboidAnnotation = "videocuboidannotation"
    SensorFusion = "sensorfusion"
    Chat = "chat"
    ChatExperimental = "chatexperimental"
    ChatLite = "chatlite"
    MultiChat = "multichat"
    MultiStage = "multistage"
    Federal2dVideoAnnotation = "federal2dvideoannotation"
    CruiseControl = "federal2dvideoannotation"


class TaskReviewStatus(WireEnum):
    """The customer's verdict on a completed task."""

    Accepted = "accepted"
    Fixed = "fixed"
    Commented = "commented"
    Rejected = "rejected"
    Pending = "pending"


class TaskStatus(WireEnum):
    """Where a task stands. ``Error``: an attachment could not be used after the task had been accepted."""

    Pending = "pending"
    Completed = "completed"
    Canceled = "canceled"
    Error = "error"


class Task(LegacyTask, Model):
    """One task.

    Every first-level field of the server's JSON is an attribute (``task.status``, ``task.params``,
    ``task.response``); a field the server left out is no attribute (``hasattr`` is False). ``task.id`` is
    ``task_id``. The methods that change the task bring this object up to date with the server's answer.

    Args:
        json: A task object of the API; ``task_id`` is required.
        client: The client its methods use.
    """

    id: str
    task_id: str
    type: str
    status: str
    created_at: str
    params: dict[str, Any]
    metadata: dict[str, Any]

    def _load(self, json: dict[str, Any]) -> None:
        self.id = json["task_id"]
        self._json = json

    def __getattr__(self, name: str) -> Any:
        json = self.__dict__.get("_json", {})
        if name in json:
            return json[name]
        try:
            return self._parameter(name)
        except (KeyError, TypeError):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute {name}") from None

    def refresh(self) -> None:
        """Fetches the task again."""
        return self._then(self._bound().get_task(self.id), self._renew)

    def cancel(self, clear_unique_id: bool = False) -> None:
        """Cancels the task.

        Args:
            clear_unique_id: Also free its ``unique_id`` for another task.

        Raises:
            ScaleInvalidRequest: It is already completed.
        """
        return self._then(self._bound().cancel_task(self.id, clear_unique_id), self._renew)

    def audit(self, accepted: bool, comments: str | None = None) -> None:
        """Accepts or rejects a completed task.

        Args:
            accepted: The verdict.
            comments: Free text, appended to the task's ``customer_review_comments``.
        """
        stored = self._bound().audit_task(self.id, accepted, comments)
        if isawaitable(stored):
            return self._audited_later(stored)  # type: ignore[return-value]  # see Model._then
        try:
            self.refresh()
        except ScaleException as error:
            self._not_refreshed(error)
        return None

    async def _audited_later(self, stored: Awaitable[None]) -> None:
        await stored
        try:
            self._renew(await self._bound().get_task(self.id))
        except ScaleException as error:
            self._not_refreshed(error)

    def _not_refreshed(self, error: ScaleException) -> None:
        # The audit is stored; failing here would invite the caller to submit it twice.
        logger.info("audit of task %s stored, but fetching it again failed: %s", self.id, error)

    def update_unique_id(self, unique_id: str) -> None:
        """Sets the task's ``unique_id``.

        Raises:
            ScaleDuplicateResource: Another task has it.
        """
        return self._then(self._bound().update_task_unique_id(self.id, unique_id), self._renew)

    def clear_unique_id(self) -> None:
        """Removes the task's ``unique_id``."""
        return self._then(self._bound().clear_task_unique_id(self.id), self._renew)

    def set_metadata(self, metadata: dict[str, Any]) -> None:
        """Replaces the task's metadata (at most 10 KB); ``{}`` empties it."""
        return self._then(self._bound().set_task_metadata(self.id, metadata), self._renew)

    def set_tags(self, tags: list[str]) -> None:
        """Replaces the task's tags; ``[]`` removes all."""
        return self._then(self._bound().set_task_tags(self.id, tags), self._renew)

    def add_tags(self, tags: list[str]) -> None:
        """Adds those of the tags the task does not have yet."""
        return self._then(self._bound().add_task_tags(self.id, tags), self._renew)

    def delete_tags(self, tags: list[str]) -> None:
        """Removes those of the tags the task has."""
        return self._then(self._bound().delete_task_tags(self.id, tags), self._renew)
