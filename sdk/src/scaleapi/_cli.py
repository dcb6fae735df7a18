"""The command ``scaleapi``: tasks, batches, projects and files from the shell.

The key and the address come from ``SCALE_API_KEY`` and ``SCALE_API_INSTANCE_URL``, never from an argument: arguments
are seen by everybody on the machine. Results go to stdout (JSON lines, or a table for people), all else to stderr.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from scaleapi import _json
from scaleapi._client import ScaleClient
from scaleapi._version import SDK_VERSION
from scaleapi.bulk import CONCURRENCY, Outcome
from scaleapi.exceptions import ScaleException

TASK_COLUMNS = ("task_id", "type", "status", "project", "batch", "created_at", "unique_id")
BATCH_COLUMNS = ("name", "project", "status", "created_at")
PROJECT_COLUMNS = ("name", "type", "created_at")
FILE_COLUMNS = ("id", "attachment_url", "mime_type", "size")


class Output:
    """Writes results as JSON lines or as a table, chosen by ``--output``."""

    def __init__(self, form: str) -> None:
        # People at a terminal get a table, programs behind a pipe get JSON.
        self.form = form if form != "auto" else ("table" if sys.stdout.isatty() else "json")
        self.notes = Console(stderr=True)

    def one(self, value: Mapping[str, Any]) -> None:
        """Writes one object."""
        if self.form == "json":
            click.echo(json.dumps(value, ensure_ascii=False))
            return
        table = Table(show_header=False, box=None)
        for name, content in value.items():
            table.add_row(name, _cell(content))
        Console().print(table)

    def many(self, values: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> None:
        """Writes a list; JSON lines appear as they come."""
        if self.form == "json":
            for value in values:
                click.echo(json.dumps(value, ensure_ascii=False))
            return
        table = Table(*columns, box=None, pad_edge=False)
        for value in values:
            table.add_row(*(_cell(value.get(name)) for name in columns))
        Console().print(table)

    @contextmanager
    def progress(self, what: str) -> Generator[Callable[[int, int | None], None]]:
        """A progress bar on stderr; nothing where stderr is no terminal."""
        shown = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*shown, console=self.notes, disable=not self.notes.is_terminal, transient=True) as bar:
            line = bar.add_task(what, total=None)

            def at(done: int, total: int | None) -> None:
                bar.update(line, completed=done, total=total)

            yield at


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def with_client(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command a client and the output, and turns refusals into one line on stderr and status 1."""

    @click.pass_context
    @functools.wraps(command)
    def wrapped(context: click.Context, *args: Any, **kwargs: Any) -> Any:
        try:
            with ScaleClient() as client:
                return command(client, context.obj, *args, **kwargs)
        except ScaleException as error:
            notes = " ".join(getattr(error, "__notes__", ()))
            raise click.ClickException(f"{error} {notes}".strip()) from error

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(SDK_VERSION, prog_name="scaleapi")
@click.option(
    "--output",
    "-o",
    type=click.Choice(["auto", "json", "table"]),
    default="auto",
    help="JSON lines, or a table; by default a table at a terminal and JSON elsewhere.",
)
@click.pass_context
def cli(context: click.Context, output: str) -> None:
    """Tasks, batches, projects and files of a server that speaks Scale's API.

    SCALE_API_KEY and SCALE_API_INSTANCE_URL say whose and where.
    """
    context.obj = Output(output)


@cli.group()
def tasks() -> None:
    """Tasks."""


FILTERS = (
    click.option("--project", help="Project name."),
    click.option("--batch", help="Batch name."),
    click.option("--type", "task_type", help="Task type."),
    click.option("--status", help="pending, completed, canceled or error."),
    click.option("--tag", "tags", multiple=True, help="Any of these tags."),
)


def filtered(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the filters of a listing of tasks."""
    for option in reversed(FILTERS):
        command = option(command)
    return command


def _found(client: ScaleClient, chosen: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if not (chosen["project"] or chosen["batch"]):
        raise click.UsageError("Say which tasks: --project or --batch.")
    walk = client.get_tasks(
        project_name=chosen["project"],
        batch_name=chosen["batch"],
        task_type=chosen["task_type"],
        status=chosen["status"],
        tags=list(chosen["tags"]) or None,
        include_attachment_url=False,
        prefetch=True,
    )
    return (task.as_dict() for task in walk)


@tasks.command("list")
@filtered
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many at most.")
@with_client
def list_tasks(client: ScaleClient, output: Output, limit: int, **chosen: Any) -> None:
    """List tasks of a project or batch, newest first."""
    found = (task for _, task in zip(range(limit), _found(client, chosen), strict=False))
    output.many(found, TASK_COLUMNS)


@tasks.command("count")
@filtered
@with_client
def count_tasks(client: ScaleClient, output: Output, **chosen: Any) -> None:
    """Count tasks of a project or batch."""
    total = client.get_tasks_count(
        project_name=chosen["project"],
        batch_name=chosen["batch"],
        task_type=chosen["task_type"],
        status=chosen["status"],
        tags=list(chosen["tags"]) or None,
    )
    output.one({"total": total})


@tasks.command("get")
@click.argument("task_id")
@with_client
def get_task(client: ScaleClient, output: Output, task_id: str) -> None:
    """Show a task."""
    output.one(client.get_task(task_id).as_dict())


@tasks.command("create")
@click.argument("task_type")
@click.argument("source", type=click.File("r"), default="-")
@click.option("--project", help="Project of tasks that name none.")
@click.option("--batch", help="Batch of tasks that name none.")
@click.option("--concurrency", type=click.IntRange(1), default=CONCURRENCY, show_default=True)
@with_client
def create_tasks(
    client: ScaleClient,
    output: Output,
    task_type: str,
    source: TextIO,
    project: str | None,
    batch: str | None,
    concurrency: int,
) -> None:
    """Create tasks of TASK_TYPE from SOURCE: JSON lines with each task's parameters; - is stdin.

    The tasks that were made are written in the order of the lines; lines that failed are told on stderr, with
    status 1 at the end. Give tasks a unique_id, and the same file can be sent again after an interruption.
    """
    shared = {name: value for name, value in (("project", project), ("batch", batch)) if value}
    params = [{**shared, **_object(line, number)} for number, line in enumerate(source, 1) if line.strip()]
    with output.progress("creating") as at:
        made = client.create_tasks(params, task_type, concurrency=concurrency, on_progress=at)
        failed = _write(output, made, TASK_COLUMNS)
    _end(failed, len(params))


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise click.ClickException(f"line {number} is no JSON: {error}") from error
    if not _json.is_object(value):
        raise click.ClickException(f"line {number} is no JSON object")
    return value


def _write(output: Output, outcomes: Iterable[Outcome[Any]], columns: tuple[str, ...]) -> int:
    failed = 0

    def good() -> Iterator[dict[str, Any]]:
        nonlocal failed
        for outcome in outcomes:
            if outcome.error is not None:
                failed += 1
                output.notes.print(f"{outcome.index + 1}: {outcome.error}", style="red", markup=False)
            else:
                yield outcome.unwrap().as_dict()

    output.many(good(), columns)
    return failed


def _end(failed: int, of: int) -> None:
    if failed:
        raise click.ClickException(f"{failed} of {of} failed")


@tasks.command("cancel")
@click.argument("task_ids", nargs=-1)
@filtered
@click.option("--clear-unique-id", is_flag=True, help="Also free their unique_id.")
@click.option("--concurrency", type=click.IntRange(1), default=CONCURRENCY, show_default=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_client
def cancel_tasks(
    client: ScaleClient,
    output: Output,
    task_ids: tuple[str, ...],
    clear_unique_id: bool,
    concurrency: int,
    yes: bool,
    **chosen: Any,
) -> None:
    """Cancel tasks by id, or the pending ones of a project or batch."""
    wanted = list(task_ids)
    if not wanted:
        wanted = [
            task["task_id"] for task in _found(client, {**chosen, "status": chosen["status"] or "pending"})
        ]
        if not yes:
            click.confirm(f"Cancel {len(wanted)} tasks?", abort=True, err=True)
    with output.progress("canceling") as at:
        outcomes = client.cancel_tasks(
            wanted, clear_unique_id=clear_unique_id, concurrency=concurrency, on_progress=at
        )
        failed = _write(output, outcomes, TASK_COLUMNS)
    _end(failed, len(wanted))


@tasks.command("export")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@filtered
@with_client
def export_tasks(client: ScaleClient, output: Output, target: Path, **chosen: Any) -> None:
    """Write all tasks of a project or batch to TARGET as JSON lines; the file appears when it is whole."""
    part, found = target.with_name(f"{target.name}.part"), _found(client, chosen)
    total = client.get_tasks_count(
        project_name=chosen["project"], batch_name=chosen["batch"], task_type=chosen["task_type"]
    )
    number = 0
    with output.progress("exporting") as at, part.open("w", encoding="utf-8") as file:
        for number, task in enumerate(found, 1):
            file.write(json.dumps(task, ensure_ascii=False) + "\n")
            at(number, total)
    part.replace(target)
    output.notes.print(f"{number} tasks in {target}", markup=False)


@cli.group()
def batches() -> None:
    """Batches."""


@batches.command("list")
@click.option("--project", help="Project name.")
@click.option("--status", help="staging, in_progress or completed.")
@with_client
def list_batches(client: ScaleClient, output: Output, project: str | None, status: str | None) -> None:
    """List batches, newest first."""
    found = client.get_batches(project_name=project, batch_status=status)
    output.many((batch.as_dict() for batch in found), BATCH_COLUMNS)


@batches.command("get")
@click.argument("name")
@with_client
def get_batch(client: ScaleClient, output: Output, name: str) -> None:
    """Show a batch with its counts."""
    batch = client.get_batch(name)
    output.one({**batch.as_dict(), **batch.get_status()})


@batches.command("create")
@click.argument("project")
@click.argument("name")
@click.option("--callback", default="", help="URL or e-mail address to tell when it is complete.")
@with_client
def create_batch(client: ScaleClient, output: Output, project: str, name: str, callback: str) -> None:
    """Create a batch."""
    output.one(client.create_batch(project, name, callback).as_dict())


@batches.command("finalize")
@click.argument("name")
@with_client
def finalize_batch(client: ScaleClient, output: Output, name: str) -> None:
    """Let the work on a batch begin."""
    output.one(client.finalize_batch(name).as_dict())


@cli.group()
def projects() -> None:
    """Projects."""


@projects.command("list")
@with_client
def list_projects(client: ScaleClient, output: Output) -> None:
    """List projects."""
    output.many((project.as_dict() for project in client.projects()), PROJECT_COLUMNS)


@projects.command("get")
@click.argument("name")
@with_client
def get_project(client: ScaleClient, output: Output, name: str) -> None:
    """Show a project with its history."""
    output.one(client.get_project(name).as_dict())


@projects.command("create")
@click.argument("name")
@click.argument("task_type")
@click.argument("params", type=click.File("r"), required=False)
@with_client
def create_project(
    client: ScaleClient, output: Output, name: str, task_type: str, params: TextIO | None
) -> None:
    """Create a project; PARAMS is a file with its parameters as one JSON object."""
    given = _object(params.read(), 1) if params else None
    output.one(client.create_project(name, task_type, given).as_dict())


@cli.group()
def files() -> None:
    """Files."""


@files.command("upload")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--project", "project_name", help="Project to attach them to.")
@click.option("--pattern", default="*", show_default=True, help="Which files of folders.")
@click.option("--concurrency", type=click.IntRange(1), default=8, show_default=True)
@with_client
def upload_files(
    client: ScaleClient,
    output: Output,
    paths: tuple[Path, ...],
    project_name: str | None,
    pattern: str,
    concurrency: int,
) -> None:
    """Upload files and folders; their attachment_url goes into tasks."""
    wanted: list[Path] = []
    for path in paths:
        inside = (found for found in path.rglob(pattern) if found.is_file())
        wanted.extend(sorted(inside) if path.is_dir() else [path])
    more = {"project_name": project_name} if project_name else {}
    with output.progress("uploading") as at:
        outcomes = client.upload_files(wanted, concurrency=concurrency, on_progress=at, **more)
        failed = _write(output, outcomes, FILE_COLUMNS)
    _end(failed, len(wanted))
