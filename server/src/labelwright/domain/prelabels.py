"""Pre-labels: the answers that labelers start from, of which parts may lie in files (task-types-2d-text §2).

The files are this server's own or, for live tasks, those of customers' hosts, fetched with the attachments. The
parameters keep the addresses as they were given.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from labelwright.domain import answer_files, files
from labelwright.domain.answer_files import PRELABELS
from labelwright.domain.platform import Platform
from labelwright.refusals import InvalidParameter
from labelwright.store.rows import Environment, Task
from labelwright.tasktypes import registry
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.shared.answers import first_error
from labelwright.validation import decode

CONTENT: Final = "prelabels"
"""What an attachment is called that holds a part of pre-labels; the name of its reader, too."""


async def checked_params(
    platform: Platform,
    env: Environment,
    kind: TaskType,
    given: Mapping[str, msgspec.Raw],
    fetched: Mapping[str, files.Served] | None = None,
) -> bytes:
    """Let a task type check parameters, with the contents of the files of the pre-labels.

    Args:
        platform: the platform.
        env: whose they are.
        kind: the task type.
        given: see ``TaskType.check_params``.
        fetched: what was fetched for the task, by address.

    Returns:
        The JSON text to keep; the addresses in it are those that were given.

    Raises:
        InvalidParameter: a parameter is wrong, or names a file that is not there.
    """
    original: dict[str, msgspec.Raw] = {}
    inside: dict[str, msgspec.Raw] = {}
    for name in PRELABELS:
        if name not in given or not kind.answer_files({}):
            continue
        value = decode(Any, given[name], prefix=name)
        before = msgspec.json.encode(value)
        value, problems = await answer_files.opened(
            platform, env, kind, {}, value, start=(name,), fetched=fetched
        )
        error = first_error(problems)
        if error is not None:
            raise error
        after = msgspec.json.encode(value)
        if after != before:
            original[name], inside[name] = given[name], msgspec.Raw(after)
    if not inside:
        return kind.check_params(given)
    text = await answer_files.aside(kind.check_params, {**given, **inside})
    members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    for name, whole in inside.items():
        if msgspec.json.decode(members[name]) != msgspec.json.decode(whole):
            # What the type adds in place has no place in a file that belongs to somebody else.
            raise InvalidParameter.because(
                f'"{name}" must be complete in its file: every annotation there needs its uuid', field=name
            )
    return msgspec.json.encode({**members, **original})


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
    given = msgspec.json.decode(task.params, type=dict[str, msgspec.Raw])
    try:
        await checked_params(platform, env, registry.find(task.type), given, fetched)
    except InvalidParameter as error:
        return error.message
    return None


def addresses(kind: TaskType, params: Mapping[str, Any]) -> Sequence[str]:
    """The addresses that a task's pre-labels name, in order."""
    spots = [
        spot
        for name in PRELABELS
        if name in params
        for spot in answer_files.spots_of(params[name], kind.answer_files({}))
    ]
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
    for _, holder, key in answer_files.spots_of(answer, places):
        file = await contents.find(holder[key])
        if file is not None:
            holder[key] = platform.file_url(file.id)
    return msgspec.json.encode(answer).decode()
