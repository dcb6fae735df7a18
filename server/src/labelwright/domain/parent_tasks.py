"""Tasks that build on another one: they show its attachments, and need its answer (wire/task-types-lidar §4, §5)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.domain import files
from labelwright.domain.platform import Platform
from labelwright.domain.tasks import COMPLETED
from labelwright.errors import InvalidParameter
from labelwright.store import Reader
from labelwright.store import tasks as task_rows
from labelwright.store.rows import Environment, Task
from labelwright.tasktypes import registry
from labelwright.tasktypes.base import ParentTask, TaskType

_ID = re.compile(r"[0-9a-f]{24}\Z")


async def check(platform: Platform, env: Environment, source: ParentTask) -> None:
    """Refuse a task that builds on one which is not there, or not completed, or has not these frames.

    Raises:
        InvalidParameter: naming the parameter.
    """
    name = source.parameter
    other = await platform.read(_other, env, source)
    if other is None:
        raise InvalidParameter.because(f'"{name}" refers to a task that does not exist', field=name)
    if other.type != source.type:
        raise InvalidParameter.because(f'"{name}" must be a {source.type} task', field=name)
    if other.status != COMPLETED:
        raise InvalidParameter.because(f'"{name}" must be a completed task', field=name)
    count = len(_refs(other))
    beyond = next((i for i, frame in enumerate(source.frames or ()) if frame >= count), None)
    if beyond is not None:
        raise InvalidParameter.because(
            f'"{name}_frames[{beyond}]" must be less than {count}', field=f"{name}_frames[{beyond}]"
        )


async def attachments_of_parent(
    db: Reader,
    platform: Platform,
    env: Environment,
    kind: TaskType,
    params: Mapping[str, Any],
    task_id: str = "",
) -> Sequence[files.DisplayFile]:
    """Return the attachments of a task as a browser can load them; then those of the task it builds on.

    Args:
        db: where to look.
        platform: the platform.
        env: whose task it is.
        kind: its type.
        params: its checked parameters.
        task_id: the task, if there is one.
    """
    own = await files.display_files(db, platform, env, kind.attachments(params), task_id)
    source = kind.source(params)
    other = None if source is None else await _other(db, env, source)
    if source is None or other is None:
        return own
    refs = _refs(other)
    chosen = refs if source.frames is None else [refs[i] for i in source.frames if i < len(refs)]
    return [*own, *await files.display_files(db, platform, env, chosen, other.id)]


async def _other(db: Reader, env: Environment, source: ParentTask) -> Task | None:
    if not _ID.match(source.task_id):
        return None
    found = (await task_rows.by_ids(db, [source.task_id])).get(source.task_id)
    return found if found is not None and found.env_id == env.id else None


def _refs(task: Task) -> Sequence[str]:
    return registry.find(task.type).attachments(msgspec.json.decode(task.params))
