"""``labelwright key``: API keys, and the secrets of callbacks."""

from pathlib import Path

import click

from labelwright.cli.options import data_options, load_settings, mode_option, print_table, run
from labelwright.clock import iso
from labelwright.domain import accounts, keys


@click.group()
def key() -> None:
    """API keys."""


@key.command()
@data_options
@mode_option("The world the key opens.")
def create(data: Path | None, database_url: str | None, mode: str) -> None:
    """Make an API key and print it; it is not shown again."""
    settings = load_settings(data=data, database_url=database_url)
    click.echo(run(settings, lambda platform: accounts.create_key(platform, mode)))


@key.command("list")
@data_options
def list_keys(data: Path | None, database_url: str | None) -> None:
    """Print every key's id, mode, first characters and times, oldest first."""
    found = run(load_settings(data=data, database_url=database_url), keys.listed)
    print_table(
        ("ID", "MODE", "KEY", "CREATED", "REVOKED"),
        [
            (
                view.key.id,
                view.mode,
                f"{view.key.hint}…",
                iso(view.key.created_at),
                iso(view.key.revoked_at) if view.key.revoked_at is not None else "-",
            )
            for view in found
        ],
    )


@key.command()
@click.argument("id_", metavar="ID")
@data_options
def revoke(id_: str, data: Path | None, database_url: str | None) -> None:
    """Make the key with this ID useless for good; `labelwright key list` shows the ids."""
    settings = load_settings(data=data, database_url=database_url)
    view = run(settings, lambda platform: keys.revoke(platform, id_))
    click.echo(f"{view.key.id} ({view.mode}, {view.key.hint}…) is revoked")


@key.command()
@data_options
@mode_option("The world of the callbacks.")
@click.option(
    "--webhook-secret",
    is_flag=True,
    help="Print the secret of the Standard Webhooks signature instead: whsec_ and 32 bytes in base64.",
)
def callback(data: Path | None, database_url: str | None, mode: str, webhook_secret: bool) -> None:
    """Print what the scale-callback-auth header of every callback carries."""
    settings = load_settings(data=data, database_url=database_url)
    env = run(settings, lambda platform: keys.environment(platform, mode))
    click.echo(env.webhook_secret if webhook_secret else env.callback_auth_key)
