"""``labelwright user invite``: a link with which somebody makes a log-in of their own."""

from pathlib import Path

import click

from labelwright.cli.options import data_options, load_settings, run
from labelwright.domain import invitations
from labelwright.domain.platform import Platform


@click.command()
@click.argument("email")
@data_options
@click.option("--role", type=click.Choice(invitations.ROLES), required=True, help="What they may do.")
def invite(email: str, data: Path | None, database_url: str | None, role: str) -> None:
    """Print a link with which somebody chooses a name and a password; again, and the old link stops working.

    The link begins with LABELWRIGHT_PUBLIC_URL. With LABELWRIGHT_MAIL_URL it is sent by mail too.
    """

    async def link(platform: Platform) -> str:
        (invitation,) = await invitations.invite(platform, None, [email], role, field="role")
        return invitations.link(platform, invitation)

    click.echo(run(load_settings(data=data, database_url=database_url), link))
