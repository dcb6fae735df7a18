"""V2's task endpoints (wire/v2-operations §2, §3)."""

from collections.abc import Collection, Sequence

import msgspec

from labelwright import worker_processes
from labelwright.api import base_url
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v2 import expansion, paging, render, selection
from labelwright.api.v2.schemas.tasks import (
    CreateChatTaskRequest,
    GetTasksResponse,
    SetTaskMetadataRequest,
    TaskQuery,
    TasksQuery,
)
from labelwright.api.v2.schemas.tasks import Task as TaskShape
from labelwright.clock import iso
from labelwright.domain import assignments, conversations, task_creation, tasks
from labelwright.errors import InvalidParameter, InvalidTransition
from labelwright.store.rows import Task
from labelwright.store.tasks import TaskFilter
from labelwright.tasktypes.threads import Submission
from labelwright.validation.decoding import decode

CHAT = "chat"
"""The task type of conversations."""


async def presented(
    call: Call, found: Sequence[Task], expand: Collection[str], opts: Collection[str]
) -> list[TaskShape]:
    """Tasks as they are answered."""
    base = base_url.base(call)
    projects = await expansion.projects(
        call, [one.project_id for one in found] if "project" in expand else []
    )
    batches = await expansion.batches(call, [one.batch_id for one in found] if "batch" in expand else [])
    handed_in: dict[str, list[Submission]] = {}
    if render.SUBMISSIONS in opts:
        for one in await assignments.submitted(call.platform, [task.id for task in found]):
            at = iso(one.ended_at) if one.ended_at is not None else None
            who = Submission(submitted_at=at, contributor_id=one.person_id)
            handed_in.setdefault(one.task_id, []).append(who)
    return [
        render.task(
            task,
            conversations.conversation(call.platform, task, base),
            project=projects.get(task.project_id),
            batch=batches.get(task.batch_id),
            opts=opts,
            submissions=handed_in.get(task.id, ()),
        )
        for task in found
    ]


async def get(call: Call) -> Answer:
    """Return a task."""
    query = call.query(TaskQuery)
    task = await tasks.get(call.platform, call.program.env, query.task_id)
    (one,) = await presented(call, [task], query.expand, query.opts)
    return reply(one)


async def list_page(call: Call) -> Answer:
    """Return a page of a project's or batch's tasks, newest first."""
    query = call.query(TasksQuery)
    named = (query.project_id, query.project_name, query.batch_id, query.batch_name)
    paging.require_one(named, ("project_id", "project_name", "batch_id", "batch_name"))
    project = await selection.project(call, query.project_id, query.project_name)
    batch = await selection.batch(call, query.batch_id, query.batch_name)
    wanted = TaskFilter(
        project_id=project.id if project else None,
        batch_id=batch.id if batch else None,
        status=query.status,
        completed_from=paging.after(query.completed_after, "completed_after"),
        completed_to=paging.before(query.completed_before, "completed_before"),
    )
    after = paging.cursor(query, query.next_token)
    found, more = await tasks.newest_first(call.platform, call.program.env, wanted, query.limit, after)
    token = paging.token(query, found[-1].created_at, found[-1].id) if more else None
    texts = await presented(call, found, query.expand, query.opts)
    return reply(GetTasksResponse(tasks=texts, next_token=token))


async def create_chat(call: Call) -> Answer:
    """Create a conversation."""
    body = call.json(CreateChatTaskRequest)
    given = await worker_processes.run(len(call.body), decode, dict[str, msgspec.Raw], call.body or b"{}")
    batch = await selection.batch(call, body.batch_id, body.batch_name)
    project = await selection.project(call, body.project_id, body.project_name)
    if project is None and batch is None:
        paging.require_one((), ("project_id", "project_name"))
    if batch is not None and batch.status not in {"staging", "in_progress"}:
        raise InvalidTransition(f"The batch is {batch.status} and takes no more tasks.", field="batch_id")
    unique_id = decode(str, given["unique_id"], prefix="unique_id") if "unique_id" in given else None
    new = task_creation.NewTask(
        project=project.name if project else None,
        batch=batch.name if batch else None,
        callback_url=body.callback_url,
        metadata=body.metadata,
        unique_id=unique_id,
    )
    own = {name: given[name] for name in ("template_variables",) if name in given}
    task = await task_creation.create(
        call.platform,
        call.program.env,
        CHAT,
        new,
        own,
        idempotency_key=call.headers.get(b"idempotency-key", b"").decode("latin-1") or None,
    )
    (one,) = await presented(call, [task], (), ())
    return reply(one)


async def set_metadata(call: Call) -> Answer:
    """Replace or extend a task's metadata."""
    body = call.json(SetTaskMetadataRequest)
    if bytes(body.metadata) == b"null":
        raise InvalidParameter.because('"metadata" must be an object', field="metadata")
    task = await tasks.set_metadata(
        call.platform, call.program.env, body.task_id, bytes(body.metadata), merge=body.merge
    )
    (one,) = await presented(call, [task], (), ())
    return reply(one)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/task",
        get,
        "Return a task",
        answer=TaskShape,
        query=TaskQuery,
        errors=(400, 404),
        operation="getTask",
    ),
    Endpoint(
        "GET",
        "/tasks",
        list_page,
        "List tasks of a project or batch, newest first",
        answer=GetTasksResponse,
        query=TasksQuery,
        errors=(400, 404),
        operation="getTasks",
    ),
    Endpoint(
        "POST",
        "/task/chat",
        create_chat,
        "Create a conversation",
        answer=TaskShape,
        body=CreateChatTaskRequest,
        errors=(400, 404, 409, 415),
        operation="createChatTask",
        large=True,
        keeps_texts=True,
    ),
    Endpoint(
        "POST",
        "/task/metadata",
        set_metadata,
        "Replace or extend a task's metadata",
        answer=TaskShape,
        body=SetTaskMetadataRequest,
        errors=(400, 404, 415),
        operation="setTaskMetadata",
    ),
)
