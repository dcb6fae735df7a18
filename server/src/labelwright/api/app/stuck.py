"""What nobody gets: tasks that everybody has skipped, and what managers do about them."""

from typing import Literal

import msgspec

from labelwright.api.app import schemas
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1 import paging
from labelwright.clock import iso
from labelwright.domain import stuck


class StuckQuery(msgspec.Struct, frozen=True):
    """Which of them."""

    project: str | None = None
    next_token: str | None = None
    limit: int = 50


class Skip(msgspec.Struct):
    """Who has skipped a task, when and why."""

    by: str
    at: str
    reason: str


class StuckTask(msgspec.Struct):
    """A task that nobody gets; ``author`` is whose answer waits for a review."""

    task_id: str
    type: str
    project: str | None
    batch: str | None
    stage: schemas.Stage
    why: Literal["skipped", "only_author"]
    author: str | None
    skips: list[Skip]


class StuckPosition(msgspec.Struct):
    """Free work that nobody who can log in is to do."""

    project: str | None
    batch: str | None
    stage: schemas.Stage
    count: int
    why: Literal["no_reviewer", "nobody_on_project", "nobody_in_groups", "nobody"]


class Stuck(msgspec.Struct):
    """A page of what nobody gets; ``places`` come with the first page."""

    tasks: list[StuckTask]
    places: list[StuckPosition]
    total: int
    next_token: str | None


class OfferBody(msgspec.Struct, frozen=True):
    """To whom a task is offered again; to everybody without a person."""

    person_id: str | None = None


async def list_stuck(call: Call) -> Answer:
    """Return what nobody gets."""
    call.worker.need("member")
    query = call.query(StuckQuery)
    limit, after = paging.checked_limit(query.limit), paging.cursor(query.next_token)
    last_seen = after.id if after is not None else None
    found = await stuck.list_stuck(call.platform, call.worker.env, query.project, last_seen, limit)
    listed = [
        StuckTask(
            one.task.id,
            one.task.type,
            one.task.project,
            one.task.batch,
            one.stage,  # type: ignore[arg-type]
            one.why,  # type: ignore[arg-type]
            one.author,
            [Skip(skip.by, iso(skip.at), skip.reason) for skip in one.skips],
        )
        for one in found.tasks
    ]
    places = [
        StuckPosition(place.project, place.batch, place.stage, place.count, place.why)  # type: ignore[arg-type]
        for place in found.places
    ]
    last = found.tasks[-1].task if found.more and found.tasks else None
    token = paging.token(last.id, last.created_at) if last is not None else None
    return reply(Stuck(listed, places, found.total, token))


async def offer(call: Call) -> Answer:
    """Offer a task again, to everybody or to one person."""
    body = call.json(OfferBody)
    await stuck.offer(call.platform, call.worker, call.path["task_id"], body.person_id)
    return reply(schemas.Empty())


async def cancel(call: Call) -> Answer:
    """Cancel a task that nobody has open."""
    call.json(schemas.Empty)
    await stuck.cancel(call.platform, call.worker, call.path["task_id"])
    return reply(schemas.Empty())


ENDPOINTS = (
    Endpoint(
        "GET",
        "/stuck",
        list_stuck,
        "Return what nobody gets",
        answer=Stuck,
        query=StuckQuery,
        errors=(400, 403, 404),
    ),
    Endpoint(
        "POST",
        "/tasks/{task_id}/offer",
        offer,
        "Offer a task again, to everybody or to one person",
        answer=schemas.Empty,
        body=OfferBody,
        errors=(400, 403, 404, 415),
    ),
    Endpoint(
        "POST",
        "/tasks/{task_id}/cancel",
        cancel,
        "Cancel a task that nobody has open",
        answer=schemas.Empty,
        body=schemas.Empty,
        errors=(400, 403, 404, 415),
    ),
)
