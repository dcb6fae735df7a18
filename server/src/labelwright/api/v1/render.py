"""Writes V1's JSON. Stored JSON text is joined into the answer, never parsed and written again."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from labelwright.clock import iso
from labelwright.domain.files import FileView
from labelwright.domain.projects import ProjectView, parse_params
from labelwright.domain.tasks import STATUSES
from labelwright.store.rows import Batch, Environment, Task

_text = msgspec.json.Encoder().encode


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    """A project's or batch's name as JSON; the same few are written again and again."""
    return _text(text).decode()


def _quoted(text: str) -> str:
    return _text(text).decode()


def task(task: Task, env: Environment) -> str:
    """A task as V1 shows it (api-v1 §3.1): optional keys are absent, not null."""
    parts = [
        f'{{"task_id":"{task.id}","created_at":"{iso(task.created_at)}","updated_at":"{iso(task.updated_at)}"'
    ]
    add = parts.append
    if task.completed_at is not None:
        add(f'"completed_at":"{iso(task.completed_at)}"')
    if task.callback_url is not None:
        add(f'"callback_url":{_quoted(task.callback_url)}')
    add(
        f'"type":"{task.type}","status":"{task.status}","instruction":{_quoted(task.instruction)},'
        f'"params":{task.params},"is_test":{"true" if env.is_test else "false"},'
        f'"urgency":{_quoted(task.urgency)},"metadata":{task.metadata},"processed_attachments":[],'
        f'"priority":{task.priority},"customerId":"{env.account_id}",'
        f'"work_started":{"true" if task.work_started else "false"}'
    )
    if task.project is not None:
        add(
            f'"project":{_name(task.project)},"projectId":"{task.project_id}",'
            f'"project_param_version":{task.param_version or 0}'
        )
    if task.batch is not None:
        add(f'"batch":{_name(task.batch)}')
    if task.unique_id is not None:
        add(f'"unique_id":{_quoted(task.unique_id)}')
    if task.callback_succeeded is not None:
        add(f'"callback_succeeded":{"true" if task.callback_succeeded else "false"}')
    if task.callback_succeeded_at is not None:
        add(f'"callback_succeeded_at":"{iso(task.callback_succeeded_at)}"')
    if task.review_status is not None:
        add(f'"customer_review_status":"{task.review_status}"')
    for key, text in (
        ("tags", task.tags),
        ("customer_review_comments", task.review_comments),
        ("audits", task.audits),
        ("prior_responses", task.prior_responses),
        ("response", task.response),
    ):
        if text is not None:
            add(f'"{key}":{text}')
    return ",".join(parts) + "}"


def limited_task(task: Task) -> str:
    """What ``limited_response`` leaves of a task (api-v1 §5.3)."""
    project = _name(task.project) if task.project is not None else "null"
    return (
        f'{{"task_id":"{task.id}","status":"{task.status}","metadata":{task.metadata},'
        f'"project":{project},"otherVersion":null}}'
    )


def page(docs: Sequence[str], **rest: object) -> bytes:
    """A page: the documents as they are, then the other keys."""
    tail = _text(rest).decode()[1:]
    return f'{{"docs":[{",".join(docs)}],{tail}'.encode()


def batch(batch: Batch, by_status: Mapping[str, int] | None = None) -> str:
    """A batch (api-v1 §6.1), with its counts when they are given."""
    head = (
        f'{{"name":{_name(batch.name)},"project":{_name(batch.project)},"status":"{batch.status}",'
        f'"created_at":"{iso(batch.created_at)}","metadata":{batch.metadata}'
    )
    parts = [head]
    if batch.callback:
        parts.append(f'"callback":{_quoted(batch.callback)}')
    if batch.completed_at is not None:
        parts.append(f'"completed_at":"{iso(batch.completed_at)}"')
    if batch.last_audited_at is not None:
        parts.append(f'"last_audited_at":"{iso(batch.last_audited_at)}"')
    if batch.calibration:
        parts.append('"calibration_batch":true')
    if batch.self_label:
        parts.append('"self_label_batch":true')
    if by_status is not None:
        parts.extend(f'"{status}":{by_status.get(status, 0)}' for status in STATUSES)
    return ",".join(parts) + "}"


def batch_status(batch: Batch, by_status: Mapping[str, int]) -> bytes:
    """How far a batch is (api-v1 §6.5)."""
    return _text({"status": batch.status, **{status: by_status.get(status, 0) for status in STATUSES}})


def project(view: ProjectView) -> str:
    """A project with its history, oldest version first (api-v1 §7.1)."""
    history = []
    for version in view.history:
        entry: dict[str, object] = {"version": version.version, "created_at": iso(version.created_at)}
        history.append({**entry, **parse_params(version.params)})
    shown: dict[str, object] = {
        "name": view.project.name,
        "type": view.project.type,
        "created_at": iso(view.project.created_at),
        "param_history": history,
        "id": view.project.id,
    }
    optional = {
        "rapid": bool(view.project.rapid),
        "studio": bool(view.project.studio),
        "datasetId": view.project.dataset_id,
        "pipeline": view.project.pipeline,
        "archived": view.project.archived_at is not None,
    }
    shown.update({key: value for key, value in optional.items() if value})
    return _text(shown).decode()


def file(view: FileView) -> bytes:
    """A file (api-v1 §7.8)."""
    file = view.file
    shown: dict[str, object] = {
        "id": file.id,
        "attachment_url": view.attachment_url,
        "created_at": iso(file.created_at),
        "updated_at": iso(file.updated_at),
        "mime_type": file.mime_type,
        "size": file.size,
        "project_names": view.project_names,
        "metadata": msgspec.Raw(file.metadata.encode()),
    }
    optional = {"display_name": file.display_name, "reference_id": file.reference_id}
    shown.update({key: value for key, value in optional.items() if value is not None})
    return _text(shown)


def task_callback(shown: Task, env: Environment) -> bytes:
    """The body of a task's callback (api-v1 §9.1)."""
    response = shown.response if shown.response is not None else "{}"
    return (
        f'{{"task_id":"{shown.id}","status":"{shown.status}","response":{response},'
        f'"task":{task(shown, env)}}}'
    ).encode()


def batch_callback(batch: Batch, by_status: Mapping[str, int]) -> bytes:
    """The body of a batch's callback (api-v1 §6.9)."""
    stats = {status: by_status.get(status, 0) for status in STATUSES if status != "pending"}
    return _text({"batch": batch.name, "status": batch.status, "stats": stats})
