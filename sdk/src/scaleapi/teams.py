"""Teammates: the people of an account and their roles."""

from __future__ import annotations

from typing import Any, ClassVar

from scaleapi._enums import WireEnum
from scaleapi._models import Model


class TeammateRole(WireEnum):
    """Each may do what the one before may; ``Labeler`` exists for Studio only."""

    Labeler = "labeler"
    Member = "member"
    Manager = "manager"
    Admin = "admin"


class Teammate(Model):
    """One person of the account.

    Attributes:
        email: The teammate's identity.
        role: A `TeammateRole` value, or ``invited`` or ``disabled`` (a plain string).
        company: None if the server does not say; so are the next four.
        first_name: See above.
        last_name: See above.
        is_studio_labeler: See above.
        expiry: When an invitation ends, ISO 8601.

    Args:
        json: A teammate object of the API.
        client: The client its methods use.
    """

    _identity: ClassVar[str] = "email"

    def _load(self, json: dict[str, Any]) -> None:
        self.email: str = json["email"]
        self.role: str = json["role"]
        self.company: str | None = json.get("company")
        self.first_name: str | None = json.get("firstName")
        self.last_name: str | None = json.get("lastName")
        self.is_studio_labeler: bool | None = json.get("isStudioLabeler")
        self.expiry: str | None = json.get("expiry")
        self._json = json

    def update_teammate_role(self, new_role: TeammateRole | str) -> list[Teammate]:
        """Changes the role, here as well.

        Args:
            new_role: Anything but ``admin``.

        Returns:
            The whole team, as the API answers.
        """

        def take(team: list[Teammate]) -> list[Teammate]:
            for mate in team:
                if mate == self:
                    self._renew(mate)
            return team

        return self._then(self._bound().update_teammates_role([self.email], new_role), take)
