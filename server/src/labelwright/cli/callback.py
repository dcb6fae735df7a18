"""``labelwright callback``: what was delivered, what was given up, and where callbacks go by default."""

from collections.abc import Sequence
from pathlib import Path

import click

from labelwright.cli.options import data_options, load_settings, mode_option, print_table, run
from labelwright.clock import iso
from labelwright.domain import callbacks, keys
from labelwright.domain.callbacks import Delivery
from labelwright.domain.platform import Platform
from labelwright.errors import NotFound

STATE = click.Choice(callbacks.STATES)


@click.group()
def callback() -> None:
    """Callbacks: what was delivered, and what was not."""


@callback.command("list")
@data_options
@click.option("--state", type=STATE, help="Only these; all by default.")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    help="How many of each mode, newest first.",
)
def list_callbacks(data: Path | None, database_url: str | None, state: str | None, limit: int) -> None:
    """Print callbacks with what the last try of each came to, newest first."""

    async def both(platform: Platform) -> Sequence[Delivery]:
        found: list[Delivery] = []
        for env in await keys.environments(platform):
            found.extend((await callbacks.page(platform, env, state, limit))[0])
        return sorted(found, key=lambda one: one.callback.created_at, reverse=True)

    found = run(load_settings(data=data, database_url=database_url), both)
    head = ("ID", "MODE", "STATE", "TRIES", "CREATED", "EVENT", "SUBJECT", "TO", "LAST TRY")
    print_table(head, [_row(delivery) for delivery in found])


def _row(delivery: Delivery) -> Sequence[object]:
    callback = delivery.callback
    last = delivery.tries[-1] if delivery.tries else None
    said = "-" if last is None else last.error or f"answered {last.status}"
    return (
        callback.id,
        delivery.env.mode,
        delivery.state,
        callback.tries,
        iso(callback.created_at),
        callback.event,
        f"{callback.kind} {callback.subject_id}",
        callback.url,
        said,
    )


@callback.command()
@click.argument("id_", metavar="ID", required=False)
@click.option("--dead", is_flag=True, help="Every callback that was given up, of both modes.")
@data_options
def resend(id_: str | None, dead: bool, data: Path | None, database_url: str | None) -> None:
    """Send the callback with this ID, or every dead one, again; the running server does it within a second or two."""
    if dead == (id_ is not None):
        raise click.UsageError("Give the ID of a callback, or --dead.")

    async def again(platform: Platform) -> int:
        envs = await keys.environments(platform)
        if id_ is None:
            return sum([await callbacks.resend_failed(platform, env) for env in envs])
        for env in envs:
            try:
                await callbacks.resend(platform, env, id_)
            except NotFound:
                continue
            return 1
        raise NotFound("There is no callback with this id; see: labelwright callback list", field="id")

    n = run(load_settings(data=data, database_url=database_url), again)
    click.echo(f"{n} {'callback is' if n == 1 else 'callbacks are'} owed again")


@callback.command()
@click.argument("url", required=False)
@click.option("--none", is_flag=True, help="No callbacks for tasks that name no address.")
@mode_option("The world of the tasks.")
@data_options
def default(url: str | None, none: bool, mode: str, data: Path | None, database_url: str | None) -> None:
    """Set the URL or e-mail address for callbacks of new tasks without a callback_url; print it when none is given."""
    if none and url is not None:
        raise click.UsageError("Give a URL, or --none.")

    async def change(platform: Platform) -> str | None:
        env = await keys.environment(platform, mode)
        if none or url is not None:
            await callbacks.set_default_url(platform, env, url)
            env = await keys.environment(platform, mode)
        return env.default_callback_url

    kept = run(load_settings(data=data, database_url=database_url), change)
    click.echo(kept or "none")
