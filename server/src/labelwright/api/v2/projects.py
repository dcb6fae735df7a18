"""V2's project endpoints (wire/v2-operations §5)."""

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v2 import paging, render, selection
from labelwright.api.v2.schemas.projects import GetProjectsResponse, Project, ProjectQuery, ProjectsQuery
from labelwright.domain import projects


async def get(call: Call) -> Answer:
    """Return a project."""
    query = call.query(ProjectQuery)
    found = await selection.required_project(call, query.project_id, query.project_name)
    return reply(render.project(await projects.get(call.platform, call.program.env, found.name)))


async def list_all(call: Call) -> Answer:
    """Return every project, newest first."""
    query = call.query(ProjectsQuery)
    after = paging.after(query.created_after, "created_after")
    before = paging.before(query.created_before, "created_before")
    views = await projects.list_all(call.platform, call.program.env)
    wanted = [
        view
        for view in views
        if (after is None or view.project.created_at >= after)
        and (before is None or view.project.created_at <= before)
    ]
    return reply(GetProjectsResponse(projects=[render.project(view) for view in wanted]))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/project",
        get,
        "Return a project",
        answer=Project,
        query=ProjectQuery,
        errors=(400, 404),
        operation="getProject",
    ),
    Endpoint(
        "GET",
        "/projects",
        list_all,
        "List projects, newest first",
        answer=GetProjectsResponse,
        query=ProjectsQuery,
        errors=(400,),
        operation="getProjects",
    ),
)
