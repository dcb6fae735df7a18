"""Studio: who of your own team works on which project, in which groups, on which batches first."""

from __future__ import annotations

from typing import Any, ClassVar

from scaleapi._enums import WireEnum
from scaleapi._models import Model


class StudioLabelerAssignment(Model):
    """The projects that one person is assigned to.

    Attributes:
        email: The labeler.
        assigned_projects: Project names.

    Args:
        assigned_projects: Project names.
        email: The labeler.
        client: The client it came from.
    """

    _identity: ClassVar[str] = "email"

    def __init__(self, assigned_projects: list[str], email: str, client: Any) -> None:
        self.email = email
        self.assigned_projects = assigned_projects
        # The API answers with a bare list here; `as_dict` hands it out as the official client does.
        super().__init__(assigned_projects, client)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return f"StudioLabelerAssignment(email={self.email},assigned_projects={self.assigned_projects})"


class StudioWorker(Model):
    """A member of a group.

    Attributes:
        id: 24 hexadecimal digits.
        email: The person.

    Args:
        json: A worker object of the API.
        client: The client it came from.
    """

    def _load(self, json: dict[str, Any]) -> None:
        self.id: str = json["id"]
        self.email: str = json["email"]
        self._json = json


class StudioProjectGroup(Model):
    """A group of labelers within a project.

    Attributes:
        id: 24 hexadecimal digits.
        name: Unique within the project.
        num_workers: How many people are in it (``numWorkers`` in the official client: both work).
        is_singleton: Whether it is the group of one person, named by e-mail (``isSingleton`` as well).
        workers: Its members, if the server lists them.

    Args:
        json: A group object of the API.
        client: The client it came from.
    """

    def _load(self, json: dict[str, Any]) -> None:
        self.id: str = json["id"]
        self.name: str = json["name"]
        self.num_workers: int = json["numWorkers"]
        self.is_singleton: bool = json["isSingleton"]
        self.workers: list[StudioWorker] = [
            StudioWorker(worker, self._client) for worker in json.get("workers") or ()
        ]
        self._json = json

    @property
    def numWorkers(self) -> int:  # noqa: N802  # the official client's spelling
        """The same as `num_workers`."""
        return self.num_workers

    @property
    def isSingleton(self) -> bool:  # noqa: N802  # the official client's spelling
        """The same as `is_singleton`."""
        return self.is_singleton

    def __str__(self) -> str:
        return f"StudioProjectGroup(name={self.name})"


class StudioBatchStatus(WireEnum):
    """Kinds of Studio batches (`StudioBatch.batch_type`)."""

    Production = "Production"
    Calibration = "Calibration"


class StudioBatch(Model):
    """A pending batch of a Studio project.

    Attributes:
        id: 24 hexadecimal digits.
        name: Batch name.
        project_id: 24 hexadecimal digits.
        project_name: Project name.
        batch_type: A `StudioBatchStatus` value (a plain string).
        studio_priority: Position in the order of work, or None.
        total: Number of tasks.
        completed: Number of completed tasks.
        groups: Names of the groups that may work on it; empty for everybody.

    Args:
        json: A Studio batch object of the API.
        client: The client it came from.
    """

    def _load(self, json: dict[str, Any]) -> None:
        self.id: str = json["id"]
        self.name: str = json["name"]
        self.project_id: str = json["projectId"]
        self.project_name: str = json["projectName"]
        self.batch_type: str = json["batchType"]
        self.studio_priority: int | None = json.get("studioPriority")
        self.total: int = json["total"]
        self.completed: int = json["completed"]
        self.groups: list[str] = json["groups"]
        self._json = json

    def __str__(self) -> str:
        return f"StudioBatch(name={self.name})"
