"""The shapes of teams on the wire (wire/teams)."""

from typing import Literal

import msgspec


class Teammate(msgspec.Struct):
    """Somebody of the team."""

    email: str
    role: Literal["labeler", "member", "manager", "admin", "invited", "disabled"]
    company: str
    isStudioLabeler: bool  # noqa: N815  the wire's spelling
    firstName: str | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    lastName: str | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    expiry: str | msgspec.UnsetType = msgspec.UNSET


class TeamRole(msgspec.Struct, frozen=True):
    """The body of an invitation and of a change of role: ``labeler``, ``member`` or ``manager``."""

    emails: list[str]
    team_role: str
