"""Options that several commands share, how a command runs against a data folder, and how lists are printed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import structlog

from labelwright import logs
from labelwright import settings as configuration
from labelwright.app import open_platform
from labelwright.domain import accounts
from labelwright.domain.platform import Platform
from labelwright.errors import RequestError, Unavailable
from labelwright.jobs import mail, model_sources
from labelwright.settings import Settings
from labelwright.store import migrations

R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


def data_options(command: F) -> F:
    """Add ``--data`` and ``--database-url``."""
    command = click.option(
        "--database-url", help="postgresql://… instead of the embedded database in --data."
    )(command)
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the database and the files.",
    )(command)


def mode_option(what: str) -> Callable[[F], F]:
    """Add ``--mode``."""
    return click.option("--mode", type=click.Choice(accounts.MODES), required=True, help=what)


def load_settings(**given: Any) -> Settings:
    """Read the settings, and say on the command line what is wrong with them."""
    try:
        settings = configuration.load(**given)
        mail.make_sender(settings)
        model_sources.make_source(settings)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    return settings


def run(settings: Settings, work: Callable[[Platform], Awaitable[R]]) -> R:
    """Open the platform of a data folder, do one thing with it, and close it."""
    if not structlog.is_configured():
        # Standard output is for what the command prints, and errors are told as exceptions.
        logs.set_up("critical")

    async def whole() -> R:
        platform = await open_platform(settings)
        try:
            return await work(platform)
        finally:
            await platform.store.close()

    try:
        migrations.upgrade(settings.data, settings.database_url or None)
        return asyncio.run(whole())
    except Unavailable as refusal:
        raise click.ClickException(f"{refusal.message} ({refusal.__cause__})") from refusal
    except RequestError as refusal:
        raise click.ClickException(refusal.message) from refusal


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print columns below their names; the last column is as wide as it likes."""
    lines = [tuple(map(str, line)) for line in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line[:-1], widths, strict=False)]
        click.echo("  ".join([*cells, line[-1]]))
