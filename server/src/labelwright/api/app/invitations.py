"""What somebody does who has an invitation's link and no session yet."""

from labelwright.api.app import schemas, session
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.clock import iso
from labelwright.domain import invitations


async def get(call: Call) -> Answer:
    """Return whose invitation a link is, and whether it is good."""
    shown = await invitations.view(call.platform, call.path["token"])
    found = shown.invitation
    return reply(
        schemas.InvitationView(
            found.email,
            found.role,  # type: ignore[arg-type]
            shown.account,
            shown.invited_by.name if shown.invited_by else None,
            iso(found.expires_at),
            shown.state,  # type: ignore[arg-type]
        )
    )


async def accept(call: Call) -> Answer:
    """Make a log-in out of an invitation, and open a session."""
    body = call.json(schemas.Acceptance)
    token, worker = await invitations.accept(call.platform, call.path["token"], body.name, body.password)
    return session.opened(call, token, worker)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/invitations/{token}",
        get,
        "Return whose invitation a link is",
        answer=schemas.InvitationView,
        errors=(404, 429),
        needs_key=False,
    ),
    Endpoint(
        "POST",
        "/invitations/{token}/accept",
        accept,
        "Accept an invitation, and log in",
        answer=schemas.Session,
        body=schemas.Acceptance,
        errors=(400, 404, 409, 415, 429),
        needs_key=False,
    ),
)
