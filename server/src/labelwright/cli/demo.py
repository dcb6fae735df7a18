"""``labelwright demo``: a seeded workspace with real photographs and three people, on this machine only."""

import os
import socket
from pathlib import Path

import click
import msgspec

from labelwright.cli import seed
from labelwright.cli.options import load_settings, run
from labelwright.cli.serve import run_server
from labelwright.cli.startup_checks import check_port, single_instance
from labelwright.settings import Settings
from labelwright.startup import StartupError

LOGINS = "demo.json"


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("labelwright-demo"),
    show_default=True,
    help="Folder of the demo; starting it again keeps what is there.",
)
@click.option(
    "--port", type=int, default=8000, show_default=True, help="Port on 127.0.0.1; 0 takes a free one."
)
@click.option("--seed-only", is_flag=True, help="Prepare the workspace and print the log-ins, do not serve.")
def demo(data: Path, port: int, seed_only: bool) -> None:
    """Load a workspace with photographs and three people, print the log-ins, and serve it on 127.0.0.1."""
    settings = load_settings(data=data, host="127.0.0.1", port=port or _free_port(), database_url="")
    if not seed_only:
        check_port(settings.host, settings.port)
    with single_instance(settings):
        logins = _logins(settings)
        click.echo(_card(settings, logins))
        if not seed_only:
            run_server(settings)


def _logins(settings: Settings) -> seed.Logins:
    """The demo's log-ins and keys: seeded at the first start, remembered afterwards."""
    kept = settings.data / LOGINS
    if kept.is_file():
        try:
            return msgspec.json.decode(kept.read_bytes(), type=seed.Logins)
        except (OSError, msgspec.DecodeError) as error:
            raise StartupError(f"The log-ins of the demo in {kept} cannot be read: {error}.") from error
    click.echo("Preparing the demo workspace …", err=True)
    photos = seed.photographs()
    if not photos:
        raise click.ClickException(
            "The demo's photographs come with scikit-image: pip install 'labelwright[demo]'"
        )
    logins = run(settings, lambda platform: seed.seed(platform, photos))
    fresh = kept.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(logins), indent=2))
    fresh.replace(kept)
    return logins


def _card(settings: Settings, logins: seed.Logins) -> str:
    address = f"http://127.0.0.1:{settings.port}"
    people = "\n".join(f"  {person.what:<9} {person.email:<24} {person.password}" for person in logins.people)
    return f"""
Labelwright demo: {address}

Log in as
{people}

API keys for the official client or ours
  test      {logins.test_key}
  live      {logins.live_key}

  import scaleapi
  client = scaleapi.ScaleClient("{logins.live_key}", api_instance_url="{address}/v1")
  for task in client.get_tasks(project_name="{seed.BOXES}"):
      print(task.id, task.status)

Everything is kept in {settings.data.resolve()}. Ctrl+C stops the server.
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
