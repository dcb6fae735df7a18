"""Editors: tasks whose answers nobody could see wait for an editor, unless their project allows the form.

What a version draws is said by the task types (``TaskType.undrawn``). The queue keeps the names of what is missing
beside each task, so that a claim looks at nothing else, and a version that draws more finds what waits for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.domain import projects
from labelwright.domain.common import compact
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.errors import RequestError
from labelwright.ids import new_id
from labelwright.store import Tx, events
from labelwright.store import editors as rows
from labelwright.store.rows import Environment, Event, Project, Task
from labelwright.tasktypes import registry
from labelwright.tasktypes.base import TaskType

CHUNK = 2_000
"""How many rows are changed in one transaction, so that other writers need not wait long."""

SEPARATOR = ","
RECHECK_AFTER = 10 * 60 * 1000
"""Milliseconds within which another process may still write by a setting that was changed."""


def without_editor(kind: str, params: Mapping[str, Any]) -> str:
    """What no editor draws of answers to a task, as the queue keeps it; empty when all of it is shown."""
    return undrawn_by(registry.find(kind), params)


def undrawn_by(kind: TaskType, params: Mapping[str, Any]) -> str:
    """The same of a task type that was found."""
    return SEPARATOR.join(kind.undrawn(params))


def lacking(task: Task) -> str:
    """The same of a task that is there."""
    return _lacking(task.type, task.params)


def _lacking(kind: str, params: str) -> str:
    try:
        return without_editor(kind, msgspec.json.decode(params))
    except RequestError:
        # Its type has become stricter since, or is gone: a form may still show it.
        return ""


async def waits(tx: Tx, env: Environment, project_ids: Sequence[str]) -> set[str]:
    """Which of these projects (``''`` for none) do not allow the form."""
    return {one for one in dict.fromkeys(project_ids) if not await rows.setting(tx, env.id, one)}


async def allow_form(platform: Platform, worker: Worker, project_name: str | None, *, allowed: bool) -> None:
    """Say whether tasks may be done in a form that does not show their answers; work in people's hands stays there.

    Args:
        platform: the platform.
        worker: who says so; has to be a manager.
        project_name: the project; None for tasks without one.
        allowed: whether it may be.

    Raises:
        Forbidden: the role is lower than manager.
        NotFound: there is no such project.
    """
    worker.need("manager")
    env, now = worker.env, platform.clock.now()
    project_id = (await projects.find(platform, env, project_name)).id if project_name else ""

    async def command(tx: Tx) -> None:
        setting = rows.FormSetting(env.id, project_id, int(allowed), now, worker.person.id)
        if await rows.set_allowed(tx, setting):
            kind = "form_allowed" if allowed else "form_forbidden"
            data = compact({"project": project_name})
            await events.add(tx, Event(new_id(now), env.id, None, now, worker.person.id, kind, data))
        tx.topics.add("progress")

    await platform.store.write(command)
    await _move_all(platform, env.id, project_id)


async def _move_all(platform: Platform, env_id: int, project_id: str) -> None:
    while await platform.store.write(_move, env_id, project_id):
        pass


async def _move(tx: Tx, env_id: int, project_id: str) -> int:
    moved = await rows.move(tx, env_id, project_id, CHUNK)
    if moved:
        tx.topics.add("progress")
    return moved


class FormState(msgspec.Struct, frozen=True):
    """Whether a project allows the form, and for what it has no editor.

    Attributes:
        allowed: whether its tasks may be done in a form that does not show their answers.
        lacks: names of what no editor draws of answers to tasks with the project's parameters.
    """

    allowed: bool
    lacks: Sequence[str]


async def of_projects(
    platform: Platform, env: Environment, known: Sequence[tuple[Project, str]]
) -> Mapping[str, FormState]:
    """How it is with projects, by id; ``''`` stands for tasks without one.

    Args:
        platform: the platform.
        env: the environment.
        known: the projects, each with its parameters.
    """
    allowed = await platform.read(rows.settings, env.id)
    found = {"": FormState(allowed.get("", False), ())}
    for project, params in known:
        found[project.id] = FormState(allowed.get(project.id, False), _of_project(project.type, params))
    return found


def _of_project(kind: str, params: str) -> Sequence[str]:
    """What no editor draws of a project's tasks, as far as its parameters tell."""
    found = _lacking(kind, params)
    return found.split(SEPARATOR) if found else ()


async def catch_up(platform: Platform) -> int:
    """Look at work that another version left: what nobody has looked at, and what is drawn now; returns how much.

    To be called when a process starts. Ends of itself; what it is stopped at goes on at the next start.
    """
    done = 0
    while left := await platform.read(rows.not_looked_at, 500, heavy=True):
        by_value: dict[str, list[str]] = {}
        for task_id, kind, params in left:
            by_value.setdefault(_lacking(kind, params), []).append(task_id)
        done += await platform.store.write(_record_event, by_value)
    missing = registry.undrawn_parts()
    for noted in await platform.read(rows.lacking, heavy=True):
        still = SEPARATOR.join(part for part in noted.split(SEPARATOR) if part in missing)
        while still != noted and (ids := await platform.read(rows.lacking_tasks, noted, CHUNK)):
            done += await platform.store.write(_record_event, {still: ids})
    return done


async def _record_event(tx: Tx, by_value: Mapping[str, Sequence[str]]) -> int:
    for value, task_ids in by_value.items():
        await rows.note(tx, value, task_ids)
    tx.topics.add("progress")
    return sum(len(task_ids) for task_ids in by_value.values())


async def follow(platform: Platform) -> None:
    """Move what another process wrote at the moment when a setting was changed."""
    for env_id, project_id in await platform.read(
        rows.recently_changed, platform.clock.now() - RECHECK_AFTER
    ):
        await _move_all(platform, env_id, project_id)
