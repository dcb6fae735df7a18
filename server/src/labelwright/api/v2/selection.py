"""Projects and batches named by id or by name; both must mean the same (wire/v2-operations §1)."""

from labelwright.api.endpoint import Call
from labelwright.api.v2 import paging
from labelwright.domain import batches, projects
from labelwright.errors import InvalidParameter
from labelwright.store.rows import Batch, Project


def _contradicts(what: str) -> InvalidParameter:
    return InvalidParameter.because(f'"{what}_name" contradicts "{what}_id"', field=f"{what}_name")


async def project(call: Call, project_id: str | None, project_name: str | None) -> Project | None:
    """The project that is named; None when none is.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: id and name mean different ones.
    """
    platform, env = call.platform, call.program.env
    if project_id:
        found = await projects.by_id(platform, env, project_id)
        if project_name and found.name != project_name:
            raise _contradicts("project")
        return found
    return await projects.find(platform, env, project_name) if project_name else None


async def required_project(call: Call, project_id: str | None, project_name: str | None) -> Project:
    """The project that has to be named.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: none is named, or id and name mean different ones.
    """
    paging.require_one((project_id, project_name), ("project_id", "project_name"))
    found = await project(call, project_id, project_name)
    assert found is not None
    return found


async def batch(call: Call, batch_id: str | None, batch_name: str | None) -> Batch | None:
    """The batch that is named; None when none is.

    Raises:
        NotFound: there is no such batch.
        InvalidParameter: id and name mean different ones.
    """
    platform, env = call.platform, call.program.env
    if batch_id:
        found = await batches.by_id(platform, env, batch_id)
        if batch_name and found.name != batch_name:
            raise _contradicts("batch")
        return found
    return await batches.get(platform, env, batch_name) if batch_name else None


async def required_batch(call: Call, batch_id: str | None, batch_name: str | None) -> Batch:
    """The batch that has to be named.

    Raises:
        NotFound: there is no such batch.
        InvalidParameter: none is named, or id and name mean different ones.
    """
    paging.require_one((batch_id, batch_name), ("batch_id", "batch_name"))
    found = await batch(call, batch_id, batch_name)
    assert found is not None
    return found
