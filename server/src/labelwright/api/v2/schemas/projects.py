"""Projects."""

import msgspec

from labelwright.api.v2.schemas.common import Moment, Selector, Shape


class Project(Shape):
    """Holds batches and tasks; ``types`` are kinds of projects, ``models`` those that answer in it."""

    id: str
    name: str
    created_at: Moment
    types: list[str] | None = None
    models: list[str] | None = None


class GetProjectsResponse(Shape):
    """All projects."""

    projects: list[Project]


class ProjectQuery(Selector):
    """Which project."""


class ProjectsQuery(msgspec.Struct):
    """Which projects; bounds are exclusive."""

    created_after: str | None = None
    created_before: str | None = None
