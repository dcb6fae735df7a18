"""V1's figures about labelers (wire/quality-tasks §4)."""

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1 import paging
from labelwright.api.v1.schemas import labelers as schemas
from labelwright.domain import labelers


def _presented(labeler: labelers.Labeler) -> schemas.Labeler:
    person, work, judged = labeler.person, labeler.work, labeler.judged
    return schemas.Labeler(
        person.id,
        person.email,
        person.name,
        work.attempted,
        work.reviewed,
        judged.accepted,
        judged.fixed,
        judged.sent_back,
        labeler.accuracy,
        work.active_ms / 1000,
    )


async def list_page(call: Call) -> Answer:
    """Return a page of labelers with what can be told of their work."""
    query = call.query(schemas.LabelerQuery)
    limit = paging.checked_limit(query.limit)
    found, more = await labelers.page(
        call.platform,
        call.program.env,
        quality_task_ids=query.quality_task_ids or (),
        emails=query.labeler_emails or (),
        limit=limit,
        after=paging.cursor(query.next_token),
    )
    token = paging.token(found[-1].person.id, found[-1].person.created_at) if more else None
    return reply(schemas.LabelerList([_presented(labeler) for labeler in found], limit, more, token))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/quality/labelers",
        list_page,
        "List labelers with what they did and how it was judged",
        answer=schemas.LabelerList,
        query=schemas.LabelerQuery,
        errors=(400, 404),
    ),
)
