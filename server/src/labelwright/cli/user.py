"""``labelwright user``: people who log in."""

import sys
from pathlib import Path

import click

from labelwright.cli.options import data_options, load_settings, run
from labelwright.domain import accounts
from labelwright.domain.principals import ROLES


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
