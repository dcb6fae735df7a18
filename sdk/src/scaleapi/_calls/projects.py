"""Operations on projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaleapi._calls.request import Request, given, segment, slug
from scaleapi.projects import Project, TaskTemplate
from scaleapi.tasks import TaskType


def _path(project_name: str, *rest: str) -> str:
    return "/".join(("projects", segment(project_name, "project_name"), *rest))


def create_project(
    project_name: str,
    task_type: TaskType | str,
    params: Mapping[str, Any] | None = None,
    rapid: bool = False,
    studio: bool = False,
    dataset_id: str | None = None,
    *,
    pipeline: str | None = None,
    consensus_attempts: int | None = None,
) -> Request[Project]:
    """Creates a project. Only what differs from the defaults is sent.

    Args:
        project_name: Unique within the account and mode.
        task_type: A `TaskType`, or its slug as a string; cannot be changed later.
        params: Defaults for the project's tasks, e.g. ``{"instruction": "Box every cone."}``.
        rapid: A Rapid project.
        studio: A Studio project: labeled by your own team.
        dataset_id: A Nucleus dataset to keep in step with the project.
        pipeline: ``standard_task`` or ``consensus_task`` (Studio projects).
        consensus_attempts: How many labelers see each task of a ``consensus_task`` pipeline.

    Raises:
        ScaleDuplicateResource: The name is taken.
    """
    body = {
        "type": slug(task_type),
        "name": project_name,
        **given(
            params=params,
            rapid=rapid or None,
            studio=studio or None,
            datasetId=dataset_id,
            pipeline=pipeline,
            consensus_attempts=consensus_attempts,
        ),
    }
    return Request("POST", "projects", Project, body=body, repeatable=False)


def get_project(project_name: str) -> Request[Project]:
    """Fetches a project.

    Args:
        project_name: The project.

    Raises:
        ScaleResourceNotFound: No such project.
    """
    return Request("GET", _path(project_name), Project)


def projects(*, archived: bool | None = None) -> Request[list[Project]]:
    """Fetches all projects.

    Args:
        archived: True or False: only the archived, or only the others. None: all.
    """
    return Request("GET", "projects", _all, query=given(archived=archived))


def get_projects(*, archived: bool | None = None) -> Request[list[Project]]:
    """Fetches all projects; the same as `projects`.

    Args:
        archived: True or False: only the archived, or only the others. None: all.
    """
    return projects(archived=archived)


def _all(json: Any, client: Any) -> list[Project]:
    return [Project(one, client) for one in json]


def update_project(
    project_name: str,
    *,
    patch: bool | None = None,
    extra_params: Mapping[str, Any] | None = None,
    **kwargs: Any,
) -> Request[Project]:
    """Adds a new version of a project's parameters, in force for tasks created from now on.

    Args:
        project_name: The project.
        patch: True: change only what is given. Otherwise the new version holds *only* what is given.
        extra_params: Parameters whose names cannot be keywords here, such as one called ``project_name``.
        **kwargs: Parameters.
    """
    body = {**kwargs, **(extra_params or {}), **given(patch=patch)}
    return Request("POST", _path(project_name, "setParams"), Project, body=body, repeatable=False)


def set_project_ontology(
    project_name: str, ontology: list[Any], *, name: str | None = None
) -> Request[Project]:
    """Replaces a project's ontology (its labels); earlier ones are kept in the history.

    Not in the official client; ``POST /projects/{name}/setOntology`` of the API.

    Args:
        project_name: The project.
        ontology: Strings, or nested choices ``{"choice": …, "subchoices": […]}``; every choice unique.
        name: Which ontology, where a project has several.
    """
    body = {"ontology": ontology, **given(name=name)}
    return Request("POST", _path(project_name, "setOntology"), Project, body=body, repeatable=False)


def get_project_template(project_name: str) -> Request[TaskTemplate]:
    """Fetches a project's task template.

    Args:
        project_name: The project; of type Chat or TextCollection.

    Raises:
        ScaleInvalidRequest: The project's type has no templates.
    """
    return Request("GET", _path(project_name, "taskTemplates"), TaskTemplate)
