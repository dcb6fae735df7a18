"""Putting projects and batches away, and taking them out again."""

import msgspec

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.domain import batches, projects
from labelwright.domain.principals import Worker


class ArchiveBody(msgspec.Struct, frozen=True):
    """Whether it is to be archived."""

    archived: bool


class Archived(msgspec.Struct):
    """Whether it is archived now."""

    name: str
    archived: bool


def _manager(call: Call) -> Worker:
    call.worker.need("manager")
    return call.worker


async def archive_project(call: Call) -> Answer:
    """Archive a project, or take it out of the archive."""
    worker, body = _manager(call), call.json(ArchiveBody)
    found = await projects.find(call.platform, worker.env, call.path["name"])
    project = await projects.archive(call.platform, worker.env, found.id, archived=body.archived)
    return reply(Archived(project.name, project.archived_at is not None))


async def archive_batch(call: Call) -> Answer:
    """Archive a batch, or take it out of the archive."""
    worker, body = _manager(call), call.json(ArchiveBody)
    found = await batches.get(call.platform, worker.env, call.path["name"])
    batch = await batches.archive(call.platform, worker.env, found.id, archived=body.archived)
    return reply(Archived(batch.name, batch.archived_at is not None))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/projects/{name}/archive",
        archive_project,
        "Archive a project, or take it out of the archive",
        answer=Archived,
        body=ArchiveBody,
        errors=(400, 403, 404, 415),
    ),
    Endpoint(
        "POST",
        "/batches/{name}/archive",
        archive_batch,
        "Archive a batch, or take it out of the archive",
        answer=Archived,
        body=ArchiveBody,
        errors=(400, 403, 404, 415),
    ),
)
