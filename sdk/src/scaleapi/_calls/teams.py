"""Operations on the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaleapi._calls.request import Request, names, slug
from scaleapi.teams import Teammate, TeammateRole


def _team(json: Any, client: Any) -> list[Teammate]:
    return [Teammate(one, client) for one in json]


def list_teammates() -> Request[list[Teammate]]:
    """Fetches everybody of the account, invited people included."""
    return Request("GET", "teams", _team)


def invite_teammates(emails: Sequence[str], role: TeammateRole | str) -> Request[list[Teammate]]:
    """Invites people.

    Args:
        emails: Their addresses.
        role: ``labeler``, ``member`` or ``manager``.

    Returns:
        The whole team. It may take some seconds until an invitation is listed.
    """
    body = {"emails": names(emails, "emails"), "team_role": slug(role, "role")}
    return Request("POST", "teams/invite", _team, body=body)


def update_teammates_role(emails: Sequence[str], role: TeammateRole | str) -> Request[list[Teammate]]:
    """Changes people's role.

    Args:
        emails: Addresses of teammates that are not admins.
        role: ``labeler``, ``member`` or ``manager``.

    Returns:
        The whole team.
    """
    body = {"emails": names(emails, "emails"), "team_role": slug(role, "role")}
    return Request("POST", "teams/set_role", _team, body=body)
