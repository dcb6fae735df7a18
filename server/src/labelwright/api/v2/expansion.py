"""Fetches what is shown in full instead of by id (wire/v2-requests §5)."""

from collections.abc import Iterable, Mapping

from labelwright.api.endpoint import Call
from labelwright.api.v2 import render
from labelwright.api.v2.schemas.batches import Batch
from labelwright.api.v2.schemas.projects import Project
from labelwright.domain import batches as batch_rules
from labelwright.domain import projects as project_rules


async def projects(call: Call, ids: Iterable[str]) -> Mapping[str, Project]:
    """Projects by id; none for no ids."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    views = await project_rules.by_ids(call.platform, call.program.env, sorted(wanted))
    return {view.project.id: render.project(view) for view in views}


async def batches(call: Call, ids: Iterable[str]) -> Mapping[str, Batch]:
    """Batches by id, their projects by id only."""
    wanted = sorted({one for one in ids if one})
    found = await batch_rules.by_ids(call.platform, call.program.env, wanted)
    return {one.id: render.batch(one) for one in found}
