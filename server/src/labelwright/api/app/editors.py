"""Whether tasks without an editor may be done in a form."""

import msgspec

from labelwright.api.app import schemas
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.domain import editors


class FormBody(msgspec.Struct, frozen=True):
    """Whether the form is allowed; for tasks without a project when none is named."""

    allowed: bool
    project: str | None = None


async def allow_form(call: Call) -> Answer:
    """Allow or forbid the form."""
    body = call.json(FormBody)
    await editors.allow_form(call.platform, call.worker, body.project, allowed=body.allowed)
    return reply(schemas.Empty())


ENDPOINTS = (
    Endpoint(
        "PUT",
        "/form",
        allow_form,
        "Allow or forbid that tasks without an editor are done in a form",
        answer=schemas.Empty,
        body=FormBody,
        errors=(400, 403, 404, 415),
    ),
)
