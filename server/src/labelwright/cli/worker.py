"""``labelwright worker``: the jobs of a server, in a process of their own."""

import asyncio
import signal
from pathlib import Path

import click
import msgspec

from labelwright.cli.options import data_options, load_settings
from labelwright.cli.startup_checks import check_files, warn_of_readers, warn_of_unknown_settings
from labelwright.settings import Settings


@click.command()
@data_options
def worker(data: Path | None, database_url: str | None) -> None:
    """Deliver callbacks, fetch attachments and take back expired work beside `labelwright serve`, on PostgreSQL."""
    settings = load_settings(data=data, database_url=database_url)
    if not settings.database_url:
        raise click.UsageError(
            "A worker needs PostgreSQL (--database-url). The embedded database is written by one process:"
            " `labelwright serve` does this work there."
        )
    # A worker listens nowhere, so it cannot know that only this machine reaches the servers: no loopback by itself.
    run_worker(msgspec.structs.replace(settings, host="", public_url=settings.base_url))


def run_worker(settings: Settings) -> None:
    """Migrate, and work until told to stop; what is under way is finished first."""
    from labelwright import logs
    from labelwright.store import migrations

    logs.set_up(settings.log_level)
    migrations.upgrade(settings.data, settings.database_url or None)
    warn_of_readers(settings)
    warn_of_unknown_settings()
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    from labelwright.app import Jobs, open_platform

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    platform = await open_platform(settings)
    try:
        await check_files(platform)
        jobs = Jobs(platform)
        try:
            async with jobs.running():
                click.echo("Working")
                await stop.wait()
                platform.stopping.set()
        finally:
            await jobs.close()
    finally:
        await platform.store.close()
