"""``labelwright user``: people who log in."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from labelwright.cli.options import data_options, load_settings, print_table, run
from labelwright.clock import iso
from labelwright.domain import accounts, keys, teams
from labelwright.domain.platform import Platform
from labelwright.domain.principals import ROLES
from labelwright.errors import NotFound
from labelwright.store import accounts as rows
from labelwright.store.rows import Person


@click.group()
def user() -> None:
    """People who log in."""


@user.command()
@data_options
@click.option("--email", required=True, help="What they log in with.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@click.option("--name", default="", help="Shown to others; made from the e-mail address by default.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(
    data: Path | None, database_url: str | None, email: str, role: str, name: str, password_stdin: bool
) -> None:
    """Add somebody, or give somebody who is there a new role and password."""
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    settings = load_settings(data=data, database_url=database_url)
    person = run(settings, lambda platform: accounts.create_person(platform, email, role, password, name))
    click.echo(f"{person.email} is {role}")


@user.command("list")
@data_options
def list_people(data: Path | None, database_url: str | None) -> None:
    """Print everybody who logs in or was invited: e-mail address, role, state, name."""

    async def lines(platform: Platform) -> Sequence[Sequence[str]]:
        account_id = (await keys.environment(platform, "live")).account_id
        people: Sequence[Person] = await platform.read(rows.people, account_id)
        invited = await teams.open_invitations(platform, account_id)
        return [
            *((one.email, one.role, "disabled" if one.disabled_at else "active", one.name) for one in people),
            *((one.email, one.role, "invited", f"until {iso(one.expires_at)}") for one in invited),
        ]

    found = run(load_settings(data=data, database_url=database_url), lines)
    print_table(("EMAIL", "ROLE", "STATE", "NAME"), found)


@user.command()
@click.argument("email")
@data_options
def disable(email: str, data: Path | None, database_url: str | None) -> None:
    """Shut somebody out: their log-ins end at once, and what they hold goes back to the queue."""
    person = _set_disabled(email, data, database_url, disabled=True)
    click.echo(f"{person.email} is disabled")


@user.command()
@click.argument("email")
@data_options
def enable(email: str, data: Path | None, database_url: str | None) -> None:
    """Let somebody in again who was disabled, with the role and password they had."""
    person = _set_disabled(email, data, database_url, disabled=False)
    click.echo(f"{person.email} is {person.role}")


def _set_disabled(email: str, data: Path | None, database_url: str | None, *, disabled: bool) -> Person:
    async def change(platform: Platform) -> Person:
        account_id = (await keys.environment(platform, "live")).account_id
        person = await platform.read(rows.person_by_email, email.strip().lower())
        if person is None or person.account_id != account_id:
            raise NotFound("Nobody has this address; see: labelwright user list", field="email")
        return await teams.change_person(platform, account_id, None, person.id, disabled=disabled)

    return run(load_settings(data=data, database_url=database_url), change)
