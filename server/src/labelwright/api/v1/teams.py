"""V1's team endpoints (wire/teams)."""

import msgspec

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1.schemas import teams as schemas
from labelwright.clock import iso
from labelwright.domain import invitations, teams


def _teammate(teammate: teams.Teammate) -> schemas.Teammate:
    first, _, last = teammate.name.partition(" ")
    return schemas.Teammate(
        teammate.email,
        teammate.role,  # type: ignore[arg-type]
        teammate.company,
        teammate.role == "labeler",
        first or msgspec.UNSET,
        last or msgspec.UNSET,
        msgspec.UNSET if teammate.expires_at is None else iso(teammate.expires_at),
    )


async def list_all(call: Call) -> Answer:
    """Return everybody of the team: a bare array, not paged."""
    found = await teams.teammates(call.platform, call.program.env.account_id)
    return reply([_teammate(teammate) for teammate in found])


async def invite(call: Call) -> Answer:
    """Invite people, and return everybody."""
    call.program.need_live("The team")
    body = call.json(schemas.TeamRole)
    await invitations.invite(call.platform, call.program.env.account_id, body.emails, body.team_role)
    return await list_all(call)


async def set_role(call: Call) -> Answer:
    """Give people a role, and return everybody."""
    call.program.need_live("The team")
    body = call.json(schemas.TeamRole)
    await teams.set_role(call.platform, call.program.env.account_id, body.emails, body.team_role)
    return await list_all(call)


ENDPOINTS = (
    Endpoint("GET", "/teams", list_all, "List everybody of the team", answer=list[schemas.Teammate]),
    Endpoint(
        "POST",
        "/teams/invite",
        invite,
        "Invite people to the team",
        answer=list[schemas.Teammate],
        body=schemas.TeamRole,
        errors=(400, 403, 415),
    ),
    Endpoint(
        "POST",
        "/teams/set_role",
        set_role,
        "Give people of the team a role",
        answer=list[schemas.Teammate],
        body=schemas.TeamRole,
        errors=(400, 403, 415),
    ),
)
