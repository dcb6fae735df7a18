"""Answers before they are handed in: what their type asks for, and what is wrong with one."""

from collections.abc import Sequence
from typing import Any

import msgspec

from labelwright import worker_threads
from labelwright.domain import answer_files, assignments
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.errors import Problem
from labelwright.tasktypes import registry


async def schema(platform: Platform, worker: Worker, assignment_id: str) -> dict[str, Any]:
    """The JSON Schema of the answer that an assignment asks for, for screens that build a form from it.

    Raises:
        NotFound: it is no assignment of this person.
    """
    turn = await assignments.get(platform, worker, assignment_id)
    return registry.find(turn.task.type).answer_schema(msgspec.json.decode(turn.task.params))


async def problems(
    platform: Platform, worker: Worker, assignment_id: str, answer: bytes
) -> Sequence[Problem]:
    """Everything that is wrong with an answer that is not handed in yet; nothing is kept.

    Args:
        platform: the platform.
        worker: who works on it.
        assignment_id: an assignment of theirs.
        answer: the JSON text of the answer.

    Raises:
        NotFound: it is no assignment of this person.
    """
    turn = await assignments.get(platform, worker, assignment_id)
    _, found = await answer_files.checked(
        platform,
        worker.env,
        registry.find(turn.task.type),
        await worker_threads.read(turn.task.params),
        await worker_threads.read(answer),
        [attachment.media for attachment in turn.attachments],
        turn.task.id,
        len(turn.task.params) + len(answer),
    )
    return found
