"""Answers behind an address of their own, for installations whose answers are not to travel within tasks.

Source: wire/tasks §4.9.

With the setting ``secure_responses`` a completed task says where its answer is. Whoever asks there with an API key
is sent on to a signed address that is good for minutes. Nothing of this is stored: the address is derived from the
task and its current answer, and changes with the answer.
"""

import hashlib
import hmac
import uuid

from labelwright.domain import tasks
from labelwright.domain.platform import SIGNED_URL_LIFETIME, Platform
from labelwright.errors import Forbidden, NotFound
from labelwright.store import tasks as rows
from labelwright.store.rows import Environment, Task

LIFETIME = 5 * 60 * 1000
"""Milliseconds that a signed address is good for."""


def of(platform: Platform, task: Task) -> str | None:
    """The UUID under which a task's answer is found; None where the answer stands in the task itself."""
    if not platform.settings.secure_responses:
        return None
    return _name(platform, task)


def link(platform: Platform, task: Task) -> str:
    """A signed path below this server that gives a completed task's answer without a key, for some hours."""
    response_id = _name(platform, task)
    # Rounded to the hour, so that whoever reads a task twice gets the same address.
    until = (platform.clock.now() // 3_600_000 + 1) * 3_600_000 + SIGNED_URL_LIFETIME
    signature = _signature(platform, task.id, response_id or "", until)
    return f"/v1/task/{task.id}/response/{response_id}?until={until}&signature={signature}"


def _name(platform: Platform, task: Task) -> str | None:
    if task.status != tasks.COMPLETED or task.response is None:
        return None
    digest = hashlib.sha256(task.response.encode()).hexdigest()
    return str(uuid.UUID(hex=platform.sign(f"response:{task.id}:{digest}"), version=4))


async def sign(platform: Platform, env: Environment, task_id: str, response_id: str) -> tuple[int, str]:
    """A signature for whoever may see the answer: until when it holds, in milliseconds, and the signature.

    Raises:
        NotFound: there is no such task, or this is not the address of its current answer.
    """
    task = await tasks.get(platform, env, task_id)
    _check(platform, task, response_id)
    until = platform.clock.now() + LIFETIME
    return until, _signature(platform, task_id, response_id, until)


async def read(platform: Platform, task_id: str, response_id: str, until: str, signature: str) -> str:
    """The answer behind a signed address, as JSON text.

    Raises:
        Forbidden: the signature is wrong, or does not hold any more.
        NotFound: the answer has changed since, or is gone.
    """
    at = int(until) if until.isdecimal() and len(until) < 16 else 0
    genuine = _signature(platform, task_id, response_id, at).encode()
    if not hmac.compare_digest(genuine, signature.encode()) or not platform.link_holds(at):
        raise Forbidden("This link is not valid any more.", field="signature")
    task = (await platform.read(rows.by_ids, [task_id])).get(task_id)
    return _check(platform, task, response_id)


def _check(platform: Platform, task: Task | None, response_id: str) -> str:
    known = _name(platform, task) if task is not None else None
    if task is None or task.response is None or known is None or known != response_id:
        raise NotFound("There is no response at this address.", field="uuid")
    return task.response


def _signature(platform: Platform, task_id: str, response_id: str, until: int) -> str:
    return platform.sign(f"response:{task_id}:{response_id}:{until}")
