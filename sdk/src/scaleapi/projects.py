"""Projects: a task type with default parameters; and the templates of chat-like projects."""

from __future__ import annotations

from typing import Any, ClassVar

from scaleapi._legacy import LegacyProject
from scaleapi._models import Model


class TaskTemplate(Model):
    """The task template of a Chat or TextCollection project.

    Attributes:
        id: 24 hexadecimal digits.
        version: Counts the template's revisions.
        created_at: ISO 8601, UTC.
        updated_at: ISO 8601, UTC.
        template_variables: Variable name to its description.
        response_schema: JSON schema of the answers, or None.
        auto_onboard_enabled: Whether labelers may join without being invited.

    Args:
        json: A task-template object of the API.
        client: The client it came from.
    """

    def _load(self, json: dict[str, Any]) -> None:
        self.id: str = json["id"]
        self.version: int = json["version"]
        self.created_at: str = json["created_at"]
        self.updated_at: str = json["updated_at"]
        self.template_variables: dict[str, Any] = json["template_variables"]
        self.response_schema: dict[str, Any] | None = json.get("response_schema")
        self.auto_onboard_enabled: bool = json.get("auto_onboard_enabled", False)
        self._json = json

    def get_template_variables(self) -> dict[str, Any]:
        """The template's variables."""
        return self.template_variables

    def is_auto_onboardable(self) -> bool:
        """Whether labelers may join without being invited."""
        return self.auto_onboard_enabled

    def get_response_schema(self) -> dict[str, Any] | None:
        """JSON schema of the answers, if the account has one."""
        return self.response_schema


class Project(LegacyProject, Model):
    """One project.

    Attributes:
        name: Unique within the account and mode; the project's identity.
        type: Task-type slug; never changes.
        params: The parameters now in force: the last entry of ``param_history``, or None without one. Holds
            the bookkeeping keys ``version`` and ``created_at`` too, as in the official client.
        version: The number of that entry, counted from 0, or None.
        instruction: The project's instruction, or None.
        created_at: ISO 8601, UTC; None if the server does not say.
        created_by: Who created it; None if the server does not say.

    Args:
        json: A project object of the API.
        client: The client its methods use.
    """

    _identity: ClassVar[str] = "name"

    def _load(self, json: dict[str, Any]) -> None:
        self.name: str = json["name"]
        self.type: str = json["type"]
        history: list[dict[str, Any]] = json.get("param_history") or []
        current = history[-1] if history else None
        self.params: dict[str, Any] | None = current
        self.version: int | None = current.get("version") if current else None
        self.instruction: str | None = current.get("instruction") if current else None
        self.created_at: str | None = json.get("created_at")
        self.created_by: str | None = json.get("created_by")
        self._json = json

    def refresh(self) -> None:
        """Fetches the project again."""
        return self._then(self._bound().get_project(self.name), self._renew)

    def get_template(self) -> TaskTemplate:
        """The project's task template.

        Raises:
            ScaleInvalidRequest: The project is neither of type Chat nor TextCollection.
        """
        template: TaskTemplate = self._bound().get_project_template(self.name)
        return template
