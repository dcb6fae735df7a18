"""V1's project endpoints (wire/projects)."""

import msgspec

from labelwright import worker_processes
from labelwright.api.endpoint import Answer, Call, Endpoint
from labelwright.api.v1 import render, schemas
from labelwright.domain import ontologies, projects
from labelwright.validation.decoding import decode


async def create(call: Call) -> Answer:
    """Create a project."""
    view = await projects.create(call.platform, call.program.env, call.json(projects.NewProject))
    return Answer(render.project(view).encode())


async def get(call: Call) -> Answer:
    """Return a project."""
    view = await projects.get(call.platform, call.program.env, call.path["name"])
    return Answer(render.project(view).encode())


async def list_all(call: Call) -> Answer:
    """Return every project: a bare array, not paged (wire/projects §4)."""
    query = call.query(schemas.ProjectQuery)
    views = await projects.list_all(call.platform, call.program.env, archived=query.archived)
    return Answer(f"[{','.join(render.project(view) for view in views)}]".encode())


async def set_params(call: Call) -> Answer:
    """Append a version of a project's parameters."""
    given = await worker_processes.run(len(call.body), decode, dict[str, msgspec.Raw], call.body or b"{}")
    patch = decode(bool, given.pop("patch", msgspec.Raw(b"false")), prefix="patch")
    view = await projects.set_params(call.platform, call.program.env, call.path["name"], given, patch=patch)
    return Answer(render.project(view).encode())


async def set_ontology(call: Call) -> Answer:
    """Give a project a new version of its ontology."""
    new = call.json(ontologies.NewOntology)
    view = await ontologies.replace(call.platform, call.program.env, call.path["name"], new)
    return Answer(render.project(view).encode())


async def template(call: Call) -> Answer:
    """Return a project's task template."""
    found = await projects.template(call.platform, call.program.env, call.path["name"])
    return Answer(render.template(*found))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/projects",
        create,
        "Create a project",
        answer=schemas.Project,
        body=projects.NewProject,
        errors=(400, 409, 415),
        large=True,
        keeps_texts=True,
    ),
    Endpoint(
        "GET",
        "/projects",
        list_all,
        "List every project",
        answer=list[schemas.Project],
        query=schemas.ProjectQuery,
        errors=(400,),
    ),
    Endpoint(
        "POST",
        "/projects/{name}/setOntology",
        set_ontology,
        "Give a project a new version of its ontology",
        answer=schemas.Project,
        body=ontologies.NewOntology,
        errors=(400, 404, 415),
        large=True,
    ),
    Endpoint(
        "GET",
        "/projects/{name}/taskTemplates",
        template,
        "Return a project's task template",
        answer=schemas.TaskTemplate,
        errors=(400, 404),
    ),
    Endpoint("GET", "/projects/{name}", get, "Return a project", answer=schemas.Project, errors=(404,)),
    Endpoint(
        "POST",
        "/projects/{name}/setParams",
        set_params,
        "Append a version of a project's parameters",
        answer=schemas.Project,
        body=dict,
        errors=(400, 404, 415),
        large=True,
    ),
)
