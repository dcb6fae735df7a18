"""The shapes of projects on the wire (wire/projects)."""

from typing import Any

import msgspec


class OntologyVersion(msgspec.Struct):
    """One version of a project's ontology."""

    version: int
    created_at: str
    ontology: list[str | dict[str, Any]]
    name: str | msgspec.UnsetType = msgspec.UNSET


class Project(msgspec.Struct):
    """A project; ``param_history`` holds its parameters, oldest version first.

    ``ontology`` is the last of ``ontology_history``; both are absent until an ontology was set.
    """

    name: str
    type: str
    created_at: str
    param_history: list[dict[str, Any]]
    id: str
    created_with: str
    created_by: str | msgspec.UnsetType = msgspec.UNSET
    rapid: bool | msgspec.UnsetType = msgspec.UNSET
    studio: bool | msgspec.UnsetType = msgspec.UNSET
    datasetId: str | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    pipeline: str | msgspec.UnsetType = msgspec.UNSET
    consensus_attempts: int | msgspec.UnsetType = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET
    ontology: list[str | dict[str, Any]] | msgspec.UnsetType = msgspec.UNSET
    ontology_history: list[OntologyVersion] | msgspec.UnsetType = msgspec.UNSET


class ProjectQuery(msgspec.Struct, frozen=True):
    """The filter of ``GET /projects``."""

    archived: bool | None = None


class TaskTemplate(msgspec.Struct):
    """The variables that each task of a project fills in (wire/projects §7)."""

    id: str
    version: int
    created_at: str
    updated_at: str
    template_variables: dict[str, Any]
    response_schema: dict[str, Any] | None
    auto_onboard_enabled: bool
    project: str
