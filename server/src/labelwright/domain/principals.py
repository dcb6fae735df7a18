"""Who asks: a program with an API key, or a person with a session."""

import msgspec

from labelwright.errors import Forbidden
from labelwright.store.rows import Environment, Person

ROLES = ("labeler", "member", "manager", "admin")
"""Scale's team roles (wire/teams), each may do what the one before may."""


class Program(msgspec.Struct, frozen=True):
    """A program that showed an API key.

    Attributes:
        env: the account's live or test world that the key opens.
        key_id: the key's id.
        hint: the key's first characters, for logs.
    """

    env: Environment
    key_id: str
    hint: str

    def need_live(self, what: str) -> None:
        """Refuse a test key: people work in the live world, and a test key changes nothing of it.

        Args:
            what: what cannot be changed, as the sentence calls it.

        Raises:
            Forbidden: the key opens the test world.
        """
        if self.env.is_test:
            raise Forbidden(f"{what} cannot be changed with a test API key; please use a live API key.")


class Worker(msgspec.Struct, frozen=True):
    """A person who is logged in; people work in their account's live environment."""

    env: Environment
    person: Person

    def may(self, role: str) -> bool:
        """Whether the person has at least this role."""
        return ROLES.index(self.person.role) >= ROLES.index(role)

    def need(self, role: str) -> None:
        """Refuse unless the person has at least this role.

        Raises:
            Forbidden: the role is lower.
        """
        if not self.may(role):
            raise Forbidden(f"This needs the role {role} or higher; yours is {self.person.role}.")
