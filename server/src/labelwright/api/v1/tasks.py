"""V1's task endpoints (wire/tasks §4)."""

from collections.abc import Sequence

import msgspec

from labelwright import worker_processes, worker_threads
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1 import paging, render, schemas, urls
from labelwright.domain import answer_files, attachments, audits, batches, projects, task_creation, tasks
from labelwright.errors import InvalidParameter
from labelwright.store.rows import Task
from labelwright.store.tasks import TaskFilter
from labelwright.tasktypes import registry
from labelwright.validation.decoding import decode


def _presented(call: Call, task: Task) -> Answer:
    return Answer(_text(call, task, urls.base(call)).encode())


async def _shown_new(call: Call, task: Task) -> Answer:
    """The same of a task that may be very large."""
    if len(task.params) <= worker_threads.LARGE:
        return _presented(call, task)
    return await worker_threads.run(len(task.params), _presented, call, task)


def _text(call: Call, task: Task, base: str, downloads: str | None = None) -> str:
    response_url = urls.response_url(call.platform, base, task)
    task = answer_files.shown_task(call.platform, task, base)
    return render.task(task, call.program.env, response_url=response_url, downloads=downloads)


async def _texts(call: Call, found: Sequence[Task], *, with_attachments: bool | None) -> list[str]:
    """Tasks as JSON text, if wanted with addresses of their attachments; None: of those that have any."""
    platform, base = call.platform, urls.base(call)
    if with_attachments is False:
        return [_text(call, task, base) for task in found]
    downloads = await attachments.downloads(platform, call.program.env, found)
    texts = []
    for task in found:
        those = downloads.get(task.id, ())
        shown = render.downloads(those, base) if those or with_attachments else None
        texts.append(_text(call, task, base, shown))
    return texts


_Members = dict[str, msgspec.Raw]


async def create(call: Call) -> Answer:
    """Create a task."""
    body = call.body or b"{}"
    if len(body) > worker_threads.LARGE:
        given = await worker_processes.run(len(body), decode, _Members, body)
    else:
        given = decode(_Members, body)
    task = await task_creation.create(
        call.platform,
        call.program.env,
        call.path["type"],
        call.json(task_creation.NewTask),
        given,
        idempotency_key=call.headers.get(b"idempotency-key", b"").decode("latin-1") or None,
    )
    return await _shown_new(call, task)


async def get(call: Call) -> Answer:
    """Return a task."""
    query = call.query(schemas.OneTaskQuery)
    task = await tasks.get(call.platform, call.program.env, call.path["task_id"])
    (text,) = await _texts(call, [task], with_attachments=query.include_attachment_url)
    return Answer(text.encode())


def _require_one_of(value: str | None, known: tuple[str, ...], field: str) -> str | None:
    if value is not None and value not in known:
        raise InvalidParameter.because(f'"{field}" must be one of [{", ".join(known)}]', field=field)
    return value


async def list_page(call: Call) -> Answer:
    """Return a page of tasks, newest first."""
    query, env, platform = call.query(schemas.TaskQuery), call.program.env, call.platform
    limit, offset = paging.checked_limit(query.limit), paging.checked_offset(query.offset)
    for status in query.customer_review_status or ():
        _require_one_of(status, tasks.REVIEW_STATUSES, "customer_review_status")
    wanted = TaskFilter(
        project_id=(await projects.find(platform, env, query.project)).id if query.project else None,
        batch_id=(await batches.get(platform, env, query.batch)).id if query.batch else None,
        type=registry.canonical(query.type) if query.type else None,
        status=_require_one_of(query.status, tasks.STATUSES, "status"),
        review_status=query.customer_review_status or (),
        unique_id=await tasks.unique_ids(platform, env, query.unique_id or ()),
        tags=query.tags or (),
        created_from=paging.moment(query.start_time, "start_time"),
        created_to=paging.moment(query.end_time, "end_time"),
        completed_from=paging.moment(query.completed_after, "completed_after"),
        completed_to=paging.moment(query.completed_before, "completed_before"),
        updated_from=paging.moment(query.updated_after, "updated_after"),
        updated_to=paging.moment(query.updated_before, "updated_before"),
    )
    after = paging.cursor(query.next_token)
    found, total, more = await tasks.page(
        platform, env, wanted, limit=limit, after=after, offset=0 if after else offset
    )
    if query.limited_response:
        docs = [render.limited_task(task) for task in found]
    else:
        docs = await _texts(call, found, with_attachments=query.include_attachment_url)
    token = paging.token(found[-1].id, found[-1].created_at) if more else None
    body = render.page(
        docs, total=total, limit=limit, offset=0 if after else offset, has_more=more, next_token=token
    )
    return Answer(body)


async def cancel(call: Call) -> Answer:
    """Cancel a task."""
    query = call.query(schemas.CancelQuery)
    task = await tasks.cancel(
        call.platform, call.program.env, call.path["task_id"], clear_unique_id=query.clear_unique_id
    )
    return _presented(call, task)


async def audit(call: Call) -> Answer:
    """Note a customer's verdict; answers plain text, as the official client expects (wire/audits §2)."""
    body = call.json(schemas.AuditBody)
    await audits.create(
        call.platform,
        call.program.env,
        call.path["task_id"],
        accepted=body.accepted,
        comments=body.comments,
    )
    return Answer(b"OK", content_type=b"text/plain; charset=utf-8")


async def set_metadata(call: Call) -> Answer:
    """Replace a task's metadata with the body itself."""
    env, task_id = call.program.env, call.path["task_id"]
    return _presented(call, await tasks.set_metadata(call.platform, env, task_id, call.body or b"{}"))


async def set_unique_id(call: Call) -> Answer:
    """Give a task a unique id."""
    body = call.json(schemas.UniqueIdBody)
    env, task_id = call.program.env, call.path["task_id"]
    return _presented(call, await tasks.set_unique_id(call.platform, env, task_id, body.unique_id))


async def clear_unique_id(call: Call) -> Answer:
    """Take a task's unique id away."""
    return _presented(
        call, await tasks.clear_unique_id(call.platform, call.program.env, call.path["task_id"])
    )


async def _change_tags(call: Call, how: str) -> Answer:
    given = await worker_threads.run(len(call.body), decode, list[str], call.body or b"[]", prefix="tags")
    env, task_id = call.program.env, call.path["task_id"]
    return _presented(call, await tasks.change_tags(call.platform, env, task_id, how, given))


async def set_tags(call: Call) -> Answer:
    """Replace a task's tags."""
    return await _change_tags(call, "set")


async def add_tags(call: Call) -> Answer:
    """Append tags that the task does not have yet."""
    return await _change_tags(call, "add")


async def delete_tags(call: Call) -> Answer:
    """Remove tags from a task."""
    return await _change_tags(call, "delete")


async def send_callback(call: Call) -> Answer:
    """Deliver a finished task's callback again."""
    await tasks.resend_callback(call.platform, call.program.env, call.path["task_id"])
    return reply(schemas.Sent(success=True))


_TASK = "/task/{task_id}"
_RESEND = (400, 404)

ENDPOINTS = (
    Endpoint(
        "POST",
        "/task/{type}",
        create,
        "Create a task",
        answer=schemas.Task,
        body=task_creation.NewTask,
        errors=(400, 404, 409, 413, 415),
        large=True,
        keeps_texts=True,
    ),
    Endpoint(
        "GET",
        "/task/{task_id}",
        get,
        "Return a task",
        answer=schemas.Task,
        query=schemas.OneTaskQuery,
        errors=_RESEND,
    ),
    Endpoint(
        "GET",
        "/tasks",
        list_page,
        "List tasks, newest first",
        answer=(schemas.TaskList, schemas.LimitedTaskList),
        query=schemas.TaskQuery,
        errors=_RESEND,
    ),
    Endpoint(
        "POST",
        f"{_TASK}/cancel",
        cancel,
        "Cancel a task",
        answer=schemas.Task,
        query=schemas.CancelQuery,
        errors=_RESEND,
    ),
    Endpoint(
        "POST",
        f"{_TASK}/audit",
        audit,
        "Accept or reject a completed task",
        body=schemas.AuditBody,
        errors=(400, 404, 415),
    ),
    Endpoint(
        "POST",
        f"{_TASK}/setMetadata",
        set_metadata,
        "Replace a task's metadata",
        answer=schemas.Task,
        body=dict,
        errors=(400, 404, 415),
    ),
    Endpoint(
        "POST",
        f"{_TASK}/unique_id",
        set_unique_id,
        "Give a task a unique id",
        answer=schemas.Task,
        body=schemas.UniqueIdBody,
        errors=(400, 404, 409, 415),
    ),
    Endpoint(
        "DELETE",
        f"{_TASK}/unique_id",
        clear_unique_id,
        "Take a task's unique id away",
        answer=schemas.Task,
        errors=(404,),
    ),
    Endpoint(
        "POST",
        f"{_TASK}/tags",
        set_tags,
        "Replace a task's tags",
        answer=schemas.Task,
        body=list[str],
        errors=(400, 404, 415),
    ),
    Endpoint(
        "PUT",
        f"{_TASK}/tags",
        add_tags,
        "Add tags to a task",
        answer=schemas.Task,
        body=list[str],
        errors=(400, 404, 415),
    ),
    Endpoint(
        "DELETE",
        f"{_TASK}/tags",
        delete_tags,
        "Remove tags from a task",
        answer=schemas.Task,
        body=list[str],
        errors=(400, 404, 415),
    ),
    Endpoint(
        "POST",
        f"{_TASK}/send_callback",
        send_callback,
        "Deliver a finished task's callback again",
        answer=schemas.Sent,
        errors=_RESEND,
    ),
    Endpoint(
        "POST",
        f"{_TASK}/send-callback",
        send_callback,
        "Deliver a finished task's callback again",
        answer=schemas.Sent,
        errors=_RESEND,
        listed=False,
    ),
)
