"""``labelwright serve``: the server."""

import socket
from contextlib import suppress
from pathlib import Path

import click

from labelwright.cli.options import data_options, load_settings
from labelwright.cli.startup_checks import (
    check_files,
    check_port,
    single_instance,
    warn_of_readers,
    warn_of_unknown_settings,
)
from labelwright.settings import Settings
from labelwright.startup import StartupError


@click.command()
@data_options
@click.option("--host", help="Address to listen on; 127.0.0.1 by default.")
@click.option("--port", type=int, help="Port to listen on; 8000 by default, 0 takes a free one.")
@click.option(
    "--no-jobs", is_flag=True, help="Leave callbacks, attachments and leases to `labelwright worker`."
)
def serve(
    data: Path | None, host: str | None, port: int | None, database_url: str | None, no_jobs: bool
) -> None:
    """Serve the API and the web app until SIGTERM or Ctrl+C."""
    jobs = False if no_jobs else None
    settings = load_settings(data=data, host=host, port=port, database_url=database_url, jobs=jobs)
    if not settings.jobs and not settings.database_url:
        raise click.UsageError(
            "--no-jobs (the setting jobs) needs PostgreSQL: no worker can share the embedded database, so nobody"
            " would deliver callbacks."
        )
    with single_instance(settings):
        run_server(settings)


def run_server(settings: Settings) -> None:
    """Migrate, listen, and serve until told to stop; requests under way are finished first."""
    import uvicorn

    from labelwright import gc_tuning, logs
    from labelwright.api.connection import configuration
    from labelwright.app import make_app, open_platform
    from labelwright.store import migrations
    from labelwright.tasktypes import registry

    logs.set_up(settings.log_level)
    check_port(settings.host, settings.port)
    migrations.upgrade(settings.data, settings.database_url or None)
    warn_of_readers(settings)
    warn_of_unknown_settings()
    # Otherwise the first create would hold up everybody while their modules are loaded.
    registry.task_types()
    gc_tuning.collect_rarely()
    config = configuration(
        None,
        settings.request_timeout,
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=20,
    )

    class Server(uvicorn.Server):
        """Says where it listens, which nobody else knows when the port was 0, and ends what never ends."""

        async def _serve(self, sockets: list[socket.socket] | None = None) -> None:
            # Opened here and not in the lifespan, of which uvicorn logs the whole traceback. Closed here, because the
            # caller raises the signal that ended the server once more.
            self.platform = await open_platform(settings)
            try:
                await check_files(self.platform)
                self.config.app = make_app(settings, jobs=settings.jobs, platform=self.platform)
                await super()._serve(sockets)
            finally:
                await self.platform.store.close()

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                host, port = self.servers[0].sockets[0].getsockname()[:2]
                click.echo(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}")

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            self.platform.stopping.set()
            await super().shutdown(sockets)

    server = Server(config)
    # Ctrl+C was obeyed already when it is raised once more; SIGTERM ends the process by itself.
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise StartupError("The server did not start; the log says why.")
