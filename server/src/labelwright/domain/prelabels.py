"""Pre-labels: the answers that labelers start from, of which parts may lie in files (wire/task-types-common §3).

The files are this server's own or, for live tasks, those of customers' hosts, fetched with the attachments. The
parameters keep the addresses as they were given.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from labelwright import worker_threads
from labelwright.domain import answer_files, files
from labelwright.domain.platform import Platform
from labelwright.errors import InvalidParameter
from labelwright.store.rows import Environment, Task
from labelwright.tasktypes import registry
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.forms.question_rules import first_error
from labelwright.validation.errors import path_text

CONTENT: Final = "prelabels"
"""What an attachment is called that holds a part of pre-labels; the name of its reader, too."""


_BESIDE = f"{CONTENT}:"


def beside(medium: str) -> str:
    """The name for a file that is an attachment, too, and has to hold a medium."""
    return f"{_BESIDE}{medium}"


def is_prelabels(content: str) -> bool:
    """Whether a file holds a part of pre-labels."""
    return content == CONTENT or content.startswith(_BESIDE)


def medium_beside(content: str) -> str:
    """What a file has to hold as an attachment; for others the content as it is."""
    return content.removeprefix(_BESIDE)


async def check(
    platform: Platform,
    env: Environment,
    kind: TaskType,
    text: bytes,
    fetched: Mapping[str, files.Served] | None = None,
) -> None:
    """Let a task type check the files of the pre-labels, as far as they are at hand.

    Args:
        platform: the platform.
        env: whose parameters they are.
        kind: the task type.
        text: the JSON text of the parameters, which the type has checked; what is in files was not looked at.
        fetched: what was fetched for the task, by address.

    Raises:
        InvalidParameter: a file is not there, or something in it is wrong.
    """
    params = await worker_threads.read(text)
    spots = answer_files.paths_of(params, kind.prelabel_files(params))
    before = [holder[key] for _, holder, key in spots]
    error = first_error(await answer_files.open_at(platform, env, spots, fetched))
    if error is not None:
        raise error
    after = [holder[key] for _, holder, key in spots]
    if after == before:
        return
    members = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in params.items()}
    again = msgspec.json.decode(await answer_files.offloaded(kind.check_params, members))
    kept = {
        path: holder[key] for path, holder, key in answer_files.paths_of(again, kind.prelabel_files(again))
    }
    for (path, _, _), given, content in zip(spots, before, after, strict=True):
        if given != content and kept.get(path) != content:
            # What the type adds to it has no place in a file that belongs to somebody else.
            reason = f'"{path_text(path)}" must be complete: every annotation in this file needs its uuid'
            raise InvalidParameter.because(reason, field=path_text(path))


async def fault(
    platform: Platform, env: Environment, task: Task, fetched: Mapping[str, files.Served]
) -> str | None:
    """What is wrong with a task's pre-labels now that their files are there; None when they are good.

    Args:
        platform: the platform.
        env: whose task it is.
        task: the task.
        fetched: what was fetched for it, by address.
    """
    try:
        await check(platform, env, registry.find(task.type), task.params.encode(), fetched)
    except InvalidParameter as error:
        return error.message
    return None


def addresses(kind: TaskType, params: Mapping[str, Any]) -> Sequence[str]:
    """The addresses that a task's pre-labels name, in order."""
    spots = answer_files.paths_of(params, kind.prelabel_files(params))
    return list(dict.fromkeys(holder[key] for _, holder, key in spots))


async def to_start_from(platform: Platform, env: Environment, task: Task, text: str | None) -> str | None:
    """An answer that somebody starts from, with addresses that a browser can load.

    Args:
        platform: the platform.
        env: whose task it is.
        task: the task.
        text: the JSON text of an answer that is stored, or of the pre-labels as the customer gave them.
    """
    if text is None:
        return None
    kind = registry.find(task.type)
    places = kind.answer_files(msgspec.json.decode(task.params))
    if not places:
        return text
    answer = msgspec.json.decode(answer_files.shown(platform, text))
    contents = answer_files.Contents(platform, env, await answer_files.fetched_for(platform, task.id))
    for _, holder, key in answer_files.paths_of(answer, places):
        file = await contents.find(holder[key])
        if file is not None:
            holder[key] = platform.file_url(file.id)
    return msgspec.json.encode(answer).decode()
