"""V1's evaluation and training tasks (wire/quality-tasks); reading, listing and deleting are extensions."""

from typing import Any

import msgspec

from labelwright import worker_processes
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1 import paging, urls
from labelwright.api.v1.schemas import quality_tasks as schemas
from labelwright.clock import iso
from labelwright.domain import answer_files, quality_tasks
from labelwright.domain.quality_tasks import EVALUATION, TRAINING
from labelwright.store.rows import QualityTask
from labelwright.validation.decoding import decode


def _json(text: str) -> Any:
    """Stored JSON text as a value that is written as it is."""
    return msgspec.Raw(text.encode())


def _presented(call: Call, task: QualityTask) -> schemas.QualityTask:
    def response(text: str) -> Any:
        return _json(answer_files.shown(call.platform, text, urls.base(call)))

    return schemas.QualityTask(
        task.id,
        task.type,
        task.project,
        iso(task.created_at),
        task.instruction,
        _json(task.params),
        _json(task.metadata),
        response(task.expected_response),
        response(task.initial_response) if task.initial_response is not None else None,
    )


async def _create(call: Call, kind: str) -> Answer:
    new = call.json(quality_tasks.NewQualityTask)
    given = await worker_processes.run(len(call.body), decode, dict[str, msgspec.Raw], call.body or b"{}")
    env, slug = call.program.env, call.path["type"]
    return reply(_presented(call, await quality_tasks.create(call.platform, env, kind, slug, new, given)))


async def _get(call: Call, kind: str) -> Answer:
    env, wanted = call.program.env, call.path["quality_task_id"]
    return reply(_presented(call, await quality_tasks.get(call.platform, env, kind, wanted)))


async def _delete(call: Call, kind: str) -> Answer:
    env, wanted = call.program.env, call.path["quality_task_id"]
    return reply(_presented(call, await quality_tasks.delete(call.platform, env, kind, wanted)))


async def _list_page(call: Call, kind: str) -> Answer:
    query = call.query(schemas.QualityTaskQuery)
    limit = paging.checked_limit(query.limit)
    found, total, more = await quality_tasks.page(
        call.platform,
        call.program.env,
        kind,
        query.project,
        limit=limit,
        after=paging.cursor(query.next_token),
    )
    token = paging.token(found[-1].id, found[-1].created_at) if more else None
    return reply(
        schemas.QualityTaskList([_presented(call, task) for task in found], total, limit, more, token)
    )


async def create_evaluation(call: Call) -> Answer:
    """Create an evaluation task."""
    return await _create(call, EVALUATION)


async def get_evaluation(call: Call) -> Answer:
    """Return an evaluation task."""
    return await _get(call, EVALUATION)


async def delete_evaluation(call: Call) -> Answer:
    """Delete an evaluation task; answers with the task as it was."""
    return await _delete(call, EVALUATION)


async def list_evaluations(call: Call) -> Answer:
    """Return a page of evaluation tasks, newest first."""
    return await _list_page(call, EVALUATION)


async def create_training(call: Call) -> Answer:
    """Create a training task."""
    return await _create(call, TRAINING)


async def get_training(call: Call) -> Answer:
    """Return a training task."""
    return await _get(call, TRAINING)


async def delete_training(call: Call) -> Answer:
    """Delete a training task; answers with the task as it was."""
    return await _delete(call, TRAINING)


async def list_trainings(call: Call) -> Answer:
    """Return a page of training tasks, newest first."""
    return await _list_page(call, TRAINING)


ENDPOINTS = tuple(
    endpoint
    for path, noun, create, get, delete, list_page in (
        (
            "/evaluation_tasks",
            "evaluation task",
            create_evaluation,
            get_evaluation,
            delete_evaluation,
            list_evaluations,
        ),
        ("/training_tasks", "training task", create_training, get_training, delete_training, list_trainings),
    )
    for endpoint in (
        Endpoint(
            "POST",
            f"{path}/{{type}}",
            create,
            f"Create a {noun}" if noun.startswith("t") else f"Create an {noun}",
            answer=schemas.QualityTask,
            body=quality_tasks.NewQualityTask,
            errors=(400, 404, 415),
            large=True,
            keeps_texts=True,
        ),
        Endpoint(
            "GET",
            path,
            list_page,
            f"List {noun}s, newest first (extension)",
            answer=schemas.QualityTaskList,
            query=schemas.QualityTaskQuery,
            errors=(400, 404),
        ),
        Endpoint(
            "GET",
            f"{path}/{{quality_task_id}}",
            get,
            f"Return one {noun} (extension)",
            answer=schemas.QualityTask,
            errors=(404,),
        ),
        Endpoint(
            "DELETE",
            f"{path}/{{quality_task_id}}",
            delete,
            f"Delete one {noun} (extension)",
            answer=schemas.QualityTask,
            errors=(404,),
        ),
    )
)
