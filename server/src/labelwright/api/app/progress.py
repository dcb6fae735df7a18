"""The managers' pages: projects, batches, tasks, people, live progress."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec

from labelwright.api.app import presenters, schemas
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1 import paging
from labelwright.domain import assignment_views, batches, progress, projects, teams
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.errors import NotFound, Unavailable
from labelwright.store.tasks import TaskFilter

PING_INTERVAL = 15.0
"""Seconds between signs of life on a stream without news."""

WAIT_STEP = 1.0
"""Seconds between two looks at what this process changed: managers get news at most that often."""

POLL_INTERVAL = 5.0
"""Seconds between two looks at the database: another process may have changed something."""


def _manager(call: Call) -> Worker:
    call.worker.need("member")
    return call.worker


async def list_projects(call: Call) -> Answer:
    """Return every project's progress."""
    return reply(await _projects(call.platform, _manager(call)))


async def _projects(platform: Platform, worker: Worker) -> schemas.Projects:
    rows = await progress.projects(platform, worker.env)
    without = presenters.without_project(*await progress.without_project(platform, worker.env))
    return schemas.Projects([presenters.project(row) for row in rows], without)


async def get_project(call: Call) -> Answer:
    """Return a project's progress and history."""
    worker, name = _manager(call), call.path["name"]
    for row in await progress.projects(call.platform, worker.env):
        if row.project.name == name:
            return reply(presenters.project_detail(row))
    raise NotFound("Project with that name not found.", field="name")


async def list_batches(call: Call) -> Answer:
    """Return the progress of a project's batches."""
    worker = _manager(call)
    project = await projects.find(call.platform, worker.env, call.path["name"])
    rows = await progress.batches(call.platform, worker.env, project)
    return reply(schemas.Batches([presenters.batch(row) for row in rows]))


async def list_tasks(call: Call) -> Answer:
    """Return a page of tasks."""
    worker, platform, query = _manager(call), call.platform, call.query(schemas.TaskQuery)
    limit, env = paging.checked_limit(query.limit), worker.env
    wanted = TaskFilter(
        project_id=(await projects.find(platform, env, query.project)).id if query.project else None,
        batch_id=(await batches.get(platform, env, query.batch)).id if query.batch else None,
        status=query.status,
    )
    after = paging.cursor(query.next_token)
    rows, total, more = await progress.task_rows(platform, env, wanted, limit, after)
    token = paging.token(rows[-1].task.id, rows[-1].task.created_at) if more else None
    return reply(schemas.Tasks([presenters.task_row(row) for row in rows], total, token))


async def get_task(call: Call) -> Answer:
    """Return a task with everything that happened to it."""
    worker = _manager(call)
    history = await progress.task_history(call.platform, worker.env, call.path["task_id"])
    attachments = await assignment_views.attachments_of(call.platform, worker.env, history.row.task)
    return reply(presenters.task_detail(history, attachments))


async def list_people(call: Call) -> Answer:
    """Return everybody's day, and who is invited."""
    worker, platform = _manager(call), call.platform
    rows = await progress.people(platform, worker.env)
    invited = await teams.open_invitations(platform, worker.env.account_id)
    now = platform.clock.now()
    people = [presenters.person(row) for row in rows]
    return reply(schemas.People(people, [presenters.invited(invitation, now) for invitation in invited]))


async def live(call: Call) -> Answer:
    """Stream progress as server-sent events, whenever something changed."""
    worker = _manager(call)
    headers = [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    return Answer(_stream(call.platform, worker), content_type=b"text/event-stream", headers=headers)


async def _stream(platform: Platform, worker: Worker) -> AsyncIterator[bytes]:
    sent, version, since_look, since_word = b"", -1, 0.0, 0.0
    while not platform.stopping.is_set():
        now = platform.store.topics.versions["progress"]
        if now != version or since_look >= POLL_INTERVAL:
            version, since_look = now, 0.0
            try:
                data = msgspec.json.encode(await _projects(platform, worker))
            except Unavailable:
                # The page keeps its stream, and gets news when the database is back.
                data = sent
            if data != sent:
                sent, since_word = data, 0.0
                yield b"event: progress\ndata: " + data + b"\n\n"
        if since_word >= PING_INTERVAL:
            since_word = 0.0
            yield b": ping\n\n"
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(platform.stopping.wait(), WAIT_STEP)
        since_look += WAIT_STEP
        since_word += WAIT_STEP


ENDPOINTS = (
    Endpoint(
        "GET",
        "/projects",
        list_projects,
        "Return every project's progress",
        answer=schemas.Projects,
        errors=(403,),
    ),
    Endpoint(
        "GET",
        "/projects/{name}",
        get_project,
        "Return a project's progress and history",
        answer=schemas.ProjectDetail,
        errors=(403, 404),
    ),
    Endpoint(
        "GET",
        "/projects/{name}/batches",
        list_batches,
        "Return the progress of a project's batches",
        answer=schemas.Batches,
        errors=(403, 404),
    ),
    Endpoint(
        "GET",
        "/tasks",
        list_tasks,
        "Return a page of tasks",
        answer=schemas.Tasks,
        query=schemas.TaskQuery,
        errors=(400, 403, 404),
    ),
    Endpoint(
        "GET",
        "/tasks/{task_id}",
        get_task,
        "Return a task with everything that happened to it",
        answer=schemas.TaskDetail,
        errors=(403, 404),
    ),
    Endpoint(
        "GET",
        "/people",
        list_people,
        "Return everybody's day, and who is invited",
        answer=schemas.People,
        errors=(403,),
    ),
    Endpoint("GET", "/live", live, "Stream progress", errors=(403,), media_type="text/event-stream"),
)
