"""V1's Studio endpoints (wire/studio)."""

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1.schemas import studio as schemas
from labelwright.domain import studio
from labelwright.errors import InvalidParameter


async def list_assignments(call: Call) -> Answer:
    """Return the projects of each active person, by e-mail."""
    return reply(await studio.assignments(call.platform, call.program.env))


async def add_assignments(call: Call) -> Answer:
    """Put people on projects, and return all assignments."""
    body = call.json(schemas.AssignmentBody)
    await studio.add_assignments(call.platform, call.program.env, body.emails, body.projects)
    return await list_assignments(call)


async def remove_assignments(call: Call) -> Answer:
    """Take people off projects, and return all assignments."""
    body = call.json(schemas.AssignmentBody)
    await studio.remove_assignments(call.platform, call.program.env, body.emails, body.projects)
    return await list_assignments(call)


def _group(found: studio.Group) -> schemas.Group:
    workers = [schemas.GroupWorker(person_id, email) for person_id, email in found.workers]
    group = found.group
    return schemas.Group(group.id, group.name, len(workers), bool(group.singleton), workers)


async def list_groups(call: Call) -> Answer:
    """Return a project's groups by name."""
    found = await studio.groups(call.platform, call.program.env, call.path["name"])
    return reply([_group(group) for group in found])


async def create_group(call: Call) -> Answer:
    """Create a group."""
    body = call.json(schemas.NewGroup)
    made = await studio.create_group(
        call.platform, call.program.env, call.path["name"], body.name, body.emails
    )
    return reply(_group(made))


async def update_group(call: Call) -> Answer:
    """Put people into a group, and take others out of it."""
    body = call.json(schemas.GroupChange)
    group = await studio.update_group(
        call.platform,
        call.program.env,
        call.path["name"],
        call.path["group"],
        body.add_emails,
        body.remove_emails,
    )
    return reply(_group(group))


def _batch(listed: studio.Listed) -> schemas.Batch:
    batch = listed.batch
    return schemas.Batch(
        batch.id,
        batch.name,
        batch.project_id,
        batch.project,
        "Calibration" if batch.calibration else "Production",
        listed.place,
        listed.total,
        listed.completed,
        list(listed.groups),
    )


async def list_batches(call: Call) -> Answer:
    """Return the pending batches in the order in which they are worked on."""
    found = await studio.pending_batches(call.platform, call.program.env)
    return reply([_batch(listed) for listed in found])


async def assign_batch(call: Call) -> Answer:
    """Say which groups a batch is for."""
    names = call.json(schemas.BatchGroups).groups
    return reply(
        _batch(await studio.set_batch_groups(call.platform, call.program.env, call.path["name"], names))
    )


async def set_priorities(call: Call) -> Answer:
    """Put the pending batches in order."""
    body = call.json(schemas.BatchOrder)
    order = body.groups if body.batches is None else body.batches
    if order is None:
        raise InvalidParameter.because('"batches" is required', field="batches")
    await studio.set_priorities(call.platform, call.program.env, [batch.name for batch in order])
    return await list_batches(call)


async def reset_priorities(call: Call) -> Answer:
    """Put the pending batches in their own order again."""
    await studio.reset_priorities(call.platform, call.program.env)
    return await list_batches(call)


_GROUPS = "/studio/projects/{name}/groups"
_PRIORITY_MAP = dict[str, list[str]]

ENDPOINTS = (
    Endpoint(
        "GET",
        "/studio/assignments",
        list_assignments,
        "List who works on which projects",
        answer=_PRIORITY_MAP,
        errors=(400,),
    ),
    Endpoint(
        "POST",
        "/studio/assignments/add",
        add_assignments,
        "Put people on projects",
        answer=_PRIORITY_MAP,
        body=schemas.AssignmentBody,
        errors=(400, 415),
        large=True,
    ),
    Endpoint(
        "POST",
        "/studio/assignments/remove",
        remove_assignments,
        "Take people off projects",
        answer=_PRIORITY_MAP,
        body=schemas.AssignmentBody,
        errors=(400, 415),
        large=True,
    ),
    Endpoint(
        "GET",
        _GROUPS,
        list_groups,
        "List a project's groups of labelers",
        answer=list[schemas.Group],
        errors=(400, 404),
    ),
    Endpoint(
        "POST",
        _GROUPS,
        create_group,
        "Create a group of labelers",
        answer=schemas.Group,
        body=schemas.NewGroup,
        errors=(400, 404, 409, 415),
    ),
    Endpoint(
        "PUT",
        f"{_GROUPS}/{{group}}",
        update_group,
        "Put labelers into a group, and take others out",
        answer=schemas.Group,
        body=schemas.GroupChange,
        errors=(400, 404, 415),
    ),
    Endpoint(
        "GET",
        "/studio/batches",
        list_batches,
        "List the pending Studio batches in order",
        answer=list[schemas.Batch],
        errors=(400,),
    ),
    Endpoint(
        "PUT",
        "/studio/batches/{name}",
        assign_batch,
        "Say which groups a Studio batch is for",
        answer=schemas.Batch,
        body=schemas.BatchGroups,
        errors=(400, 404, 415),
    ),
    Endpoint(
        "POST",
        "/studio/batches/set_priorities",
        set_priorities,
        "Put the pending Studio batches in order",
        answer=list[schemas.Batch],
        body=schemas.BatchOrder,
        errors=(400, 415),
        large=True,
    ),
    Endpoint(
        "POST",
        "/studio/batches/reset_priorities",
        reset_priorities,
        "Put the pending Studio batches in their own order again",
        answer=list[schemas.Batch],
        errors=(400,),
    ),
)
