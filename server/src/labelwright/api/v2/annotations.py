"""V2's annotation endpoint (wire/v2-operations §3)."""

import msgspec

from labelwright.api import base_url
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.domain import conversations
from labelwright.tasktypes.threads import Annotation


class AnnotationQuery(msgspec.Struct):
    """Which annotation."""

    annotation_id: str


async def get(call: Call) -> Answer:
    """Return an annotation with all its details."""
    query = call.query(AnnotationQuery)
    base = base_url.base(call)
    return reply(await conversations.annotation(call.platform, call.program.env, query.annotation_id, base))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/annotation",
        get,
        "Return an annotation",
        answer=Annotation,
        query=AnnotationQuery,
        errors=(400, 404),
        operation="getAnnotation",
    ),
)
