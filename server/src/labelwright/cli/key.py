"""``labelwright key``: API keys."""

from pathlib import Path

import click

from labelwright.cli.options import data_options, load_settings, run
from labelwright.domain import accounts


@click.group()
def key() -> None:
    """API keys."""


@key.command()
@data_options
@click.option("--mode", type=click.Choice(accounts.MODES), required=True, help="The world the key opens.")
def create(data: Path | None, database_url: str | None, mode: str) -> None:
    """Make an API key and print it; it is not shown again."""
    settings = load_settings(data=data, database_url=database_url)
    click.echo(run(settings, lambda platform: accounts.create_key(platform, mode)))


@key.command()
@data_options
@click.option("--mode", type=click.Choice(accounts.MODES), required=True, help="The world of the callbacks.")
def callback(data: Path | None, database_url: str | None, mode: str) -> None:
    """Print what the scale-callback-auth header of every callback carries."""
    settings = load_settings(data=data, database_url=database_url)
    click.echo(run(settings, lambda platform: accounts.callback_auth_key(platform, mode)))
