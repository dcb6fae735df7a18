"""What the server itself computes for answers: from attachments, such as points inside of a cuboid, and from clocks."""

from collections.abc import Mapping
from typing import Any

import msgspec

from labelwright.domain import attachment_readers, files
from labelwright.domain.platform import Platform
from labelwright.store.rows import Environment
from labelwright.tasktypes.attachment_readers import InvalidContent
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.wire.computed_members import TIME_SPENT


async def completed(
    platform: Platform,
    env: Environment,
    kind: TaskType,
    params: Mapping[str, Any],
    answer: bytes,
    task_id: str = "",
) -> bytes:
    """Complete an accepted answer; attachments that are not at hand are left out.

    Args:
        platform: the platform.
        env: whose task it is.
        kind: the task type.
        params: the checked parameters of the task.
        answer: the JSON text of the answer, as the checker leaves it.
        task_id: the task, if there is one.

    Returns:
        The JSON text to keep.
    """
    measuring = kind.measuring(params, msgspec.json.decode(answer))
    if measuring is None:
        return answer
    for ref in measuring.refs:
        key = await files.key_of(platform, env.id, ref, task_id)
        if key is None:
            continue
        content = await platform.blobs.get(key)
        try:
            await attachment_readers.in_process(measuring.look, ref, content)
        except InvalidContent:
            # Nobody has looked into it before, where a server fetches nothing.
            continue
    return await attachment_readers.in_process(measuring.finished)


def takes_time(kind: TaskType) -> bool:
    """Whether the answers of a type say how long the work took."""
    return TIME_SPENT in kind.answer_model.__struct_fields__


def with_time(answer: bytes, active_ms: int) -> bytes:
    """An answer with the seconds of work at it, to the tenth; what it said before is replaced."""
    value = msgspec.json.decode(answer, type=dict[str, msgspec.Raw])
    value[TIME_SPENT] = msgspec.Raw(msgspec.json.encode(round(active_ms / 1000, 1)))
    return msgspec.json.encode(value)
