"""Operations on Studio's assignments, groups and batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaleapi._calls.request import Request, names, segment
from scaleapi.studio import StudioBatch, StudioLabelerAssignment, StudioProjectGroup


def _assignments(json: Any, client: Any) -> dict[str, StudioLabelerAssignment]:
    return {email: StudioLabelerAssignment(projects, email, client) for email, projects in json.items()}


def _groups(json: Any, client: Any) -> list[StudioProjectGroup]:
    return [StudioProjectGroup(one, client) for one in json]


def _batches(json: Any, client: Any) -> list[StudioBatch]:
    return [StudioBatch(one, client) for one in json]


def list_studio_assignments() -> Request[dict[str, StudioLabelerAssignment]]:
    """Fetches who is assigned to which projects: e-mail address to assignment, active people only."""
    return Request("GET", "studio/assignments", _assignments)


def _change_assignments(
    how: str, emails: Sequence[str], projects: Sequence[str]
) -> Request[dict[str, StudioLabelerAssignment]]:
    body = {"emails": names(emails, "emails"), "projects": names(projects, "projects")}
    return Request("POST", f"studio/assignments/{how}", _assignments, body=body)


def add_studio_assignments(
    emails: Sequence[str], projects: Sequence[str]
) -> Request[dict[str, StudioLabelerAssignment]]:
    """Assigns people to projects.

    Args:
        emails: The people.
        projects: Project names.

    Returns:
        All assignments, as `list_studio_assignments`.
    """
    return _change_assignments("add", emails, projects)


def remove_studio_assignments(
    emails: Sequence[str], projects: Sequence[str]
) -> Request[dict[str, StudioLabelerAssignment]]:
    """Takes people off projects.

    Args:
        emails: The people.
        projects: Project names.

    Returns:
        All assignments, as `list_studio_assignments`.
    """
    return _change_assignments("remove", emails, projects)


def _of_project(project: str) -> str:
    return f"studio/projects/{segment(project, 'project')}/groups"


def list_project_groups(project: str) -> Request[list[StudioProjectGroup]]:
    """Fetches a project's groups of labelers.

    Args:
        project: Project name.
    """
    return Request("GET", _of_project(project), _groups)


def create_project_group(
    project: str, emails: Sequence[str], project_group: str
) -> Request[StudioProjectGroup]:
    """Creates a group of labelers.

    Args:
        project: Project name.
        emails: Its members; they must be assigned to the project.
        project_group: The group's name, unique within the project.
    """
    body = {"emails": names(emails, "emails"), "name": project_group}
    return Request("POST", _of_project(project), StudioProjectGroup, body=body, repeatable=False)


def update_project_group(
    project: str, project_group: str, add_emails: Sequence[str] = (), remove_emails: Sequence[str] = ()
) -> Request[StudioProjectGroup]:
    """Adds people to a group and takes others out of it.

    Args:
        project: Project name.
        project_group: The group's name.
        add_emails: Who joins; they must be assigned to the project.
        remove_emails: Who leaves.
    """
    path = f"{_of_project(project)}/{segment(project_group, 'project_group')}"
    body = {
        "add_emails": names(add_emails, "add_emails"),
        "remove_emails": names(remove_emails, "remove_emails"),
    }
    return Request("PUT", path, StudioProjectGroup, body=body)


def list_studio_batches() -> Request[list[StudioBatch]]:
    """Fetches the pending Studio batches, in the order in which they are worked."""
    return Request("GET", "studio/batches", _batches)


def assign_studio_batches(batch_name: str, project_groups: Sequence[str]) -> Request[StudioBatch]:
    """Says which groups work on a batch; replaces what was said before.

    Args:
        batch_name: The batch.
        project_groups: Names of groups, or e-mail addresses for single people.
    """
    path = f"studio/batches/{segment(batch_name, 'batch_name')}"
    return Request("PUT", path, StudioBatch, body={"groups": names(project_groups, "project_groups")})


def set_studio_batches_priorities(batch_names: Sequence[str]) -> Request[list[StudioBatch]]:
    """Sets the order in which Studio batches are worked.

    Args:
        batch_names: The names of all pending batches, first things first.

    Returns:
        The batches in their new order.
    """
    listed = [{"name": name} for name in names(batch_names, "batch_names")]
    return Request("POST", "studio/batches/set_priorities", _batches, body={"batches": listed})


def reset_studio_batches_priorities() -> Request[list[StudioBatch]]:
    """Goes back to the default order: calibration batches first, then by age.

    Returns:
        The batches in that order.
    """
    return Request("POST", "studio/batches/reset_priorities", _batches)
