"""Writes V1's JSON. Stored JSON text is joined into the answer, never parsed and written again."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from labelwright.clock import iso
from labelwright.domain.attachments import Download
from labelwright.domain.common import NULL
from labelwright.domain.files import FileView
from labelwright.domain.projects import ProjectView, parse_params
from labelwright.domain.tasks import STATUSES
from labelwright.store.rows import Batch, Environment, Ontology, Project, Task, TaskTemplate

_text = msgspec.json.Encoder().encode


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    """A project's or batch's name as JSON; the same few are written again and again."""
    return _text(text).decode()


def _quoted(text: str) -> str:
    return _text(text).decode()


def task(
    task: Task, env: Environment, *, response_url: str | None = None, downloads: str | None = None
) -> str:
    """A task as V1 shows it (wire/tasks §1): optional keys are absent, not null.

    Args:
        task: the task.
        env: its environment.
        response_url: where its answers are, when they are not to stand in the task itself.
        downloads: the JSON text of ``attachmentS3Downloads``.
    """
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
    if task.audits is not None:
        parts.extend(_last_audit(task.audits))
    secure = response_url is not None
    if response_url is not None:
        add(f'"response_url":{_quoted(response_url)}')
    for key, text in (
        ("tags", task.tags),
        ("customer_review_comments", task.review_comments),
        ("audits", task.audits),
        ("prior_responses", None if secure else task.prior_responses),
        ("response", None if secure else task.response),
        ("attachmentS3Downloads", downloads),
    ):
        if text is not None:
            add(f'"{key}":{text}')
    return ",".join(parts) + "}"


_AUDITED = (
    ("audited_by", "customer_reviewed_by"),
    ("audited_at", "customer_audited_at"),
    ("audit_time_secs", "customer_audit_time_secs"),
    ("audit_active_time_secs", "customer_audit_active_time_secs"),
)
_audits = msgspec.json.Decoder(list[dict[str, msgspec.Raw]]).decode


def _last_audit(audits: str) -> list[str]:
    """What a task says of its last audit beside the list of all (wire/audits §3)."""
    last = _audits(audits)[-1]
    told = [(shown, bytes(last[key])) for key, shown in _AUDITED if key in last]
    return [f'"{shown}":{text.decode()}' for shown, text in told if text != NULL]


def downloads(found: Sequence[Download], base: str) -> str:
    """Where a task's attachments can be fetched from (wire/tasks §1.4, ``attachmentS3Downloads``)."""
    shown = [
        {
            "s3URL": base + one.path,
            "attachmentURL": one.attachment_url,
            "isConvertedImage": one.is_image,
            "metadata": {"mimeType": one.mime_type},
        }
        for one in found
    ]
    return _text(shown).decode()


def limited_task(task: Task) -> str:
    """What ``limited_response`` leaves of a task (wire/tasks §4.3)."""
    project = _name(task.project) if task.project is not None else "null"
    return (
        f'{{"task_id":"{task.id}","status":"{task.status}","metadata":{task.metadata},'
        f'"project":{project},"otherVersion":null}}'
    )


def page(docs: Sequence[str], **rest: object) -> bytes:
    """A page: the documents as they are, then the other keys."""
    tail = _text(rest).decode()[1:]
    return f'{{"docs":[{",".join(docs)}],{tail}'.encode()


_PRESENTED_AS = {"paused": "in_progress", "cancelled": "completed"}
"""Statuses that V1 has no word for (wire/v2-mapping §2)."""


def _status(batch: Batch) -> str:
    return _PRESENTED_AS.get(batch.status, batch.status)


def batch(batch: Batch, by_status: Mapping[str, int] | None = None) -> str:
    """A batch (wire/batches §1), with its counts when they are given."""
    head = (
        f'{{"name":{_name(batch.name)},"project":{_name(batch.project)},"status":"{_status(batch)}",'
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
    if batch.archived_at is not None:
        parts.append('"archived":true')
    if by_status is not None:
        parts.extend(f'"{status}":{by_status.get(status, 0)}' for status in STATUSES)
    return ",".join(parts) + "}"


def batch_status(batch: Batch, by_status: Mapping[str, int]) -> bytes:
    """How far a batch is (wire/batches §5)."""
    return _text({"status": _status(batch), **{status: by_status.get(status, 0) for status in STATUSES}})


def project(view: ProjectView) -> str:
    """A project with its history, oldest version first (wire/projects §1)."""
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
        "created_with": view.project.created_with,
    }
    optional = {
        "created_by": view.project.created_by,
        "rapid": bool(view.project.rapid),
        "studio": bool(view.project.studio),
        "datasetId": view.project.dataset_id,
        "pipeline": view.project.pipeline,
        "consensus_attempts": view.project.consensus_attempts,
        "archived": view.project.archived_at is not None,
    }
    shown.update({key: value for key, value in optional.items() if value})
    if view.ontologies:
        shown["ontology"] = msgspec.Raw(view.ontologies[-1].ontology.encode())
        shown["ontology_history"] = [_ontology(ontology) for ontology in view.ontologies]
    return _text(shown).decode()


def _ontology(ontology: Ontology) -> dict[str, object]:
    shown: dict[str, object] = {
        "version": ontology.version,
        "created_at": iso(ontology.created_at),
        "ontology": msgspec.Raw(ontology.ontology.encode()),
    }
    return {**shown, "name": ontology.name} if ontology.name is not None else shown


def template(project: Project, template: TaskTemplate) -> bytes:
    """A project's task template (wire/projects §7); clients 2.15.3 want the project's name in it."""
    schema = template.response_schema
    return _text(
        {
            "id": template.id,
            "version": template.version,
            "created_at": iso(template.created_at),
            "updated_at": iso(template.updated_at),
            "template_variables": msgspec.Raw(template.template_variables.encode()),
            "response_schema": msgspec.Raw(schema.encode()) if schema is not None else None,
            "auto_onboard_enabled": bool(template.auto_onboard_enabled),
            "project": project.name,
        }
    )


def file(view: FileView) -> bytes:
    """A file (wire/files)."""
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


def task_callback(shown: Task, env: Environment, response_url: str | None = None) -> bytes:
    """The body of a task's callback (wire/callbacks §1); ``response_url`` takes the place of ``response``."""
    if response_url is not None:
        answer = f'"response_url":{_quoted(response_url)}'
    else:
        answer = f'"response":{shown.response if shown.response is not None else "{}"}'
    if shown.callback_succeeded_at is None and shown.callback_succeeded:
        # Test tasks say so from the start; a delivery says nothing of how it ended itself.
        shown = msgspec.structs.replace(shown, callback_succeeded=None)
    return (
        f'{{"task_id":"{shown.id}","status":"{shown.status}",{answer},'
        f'"task":{task(shown, env, response_url=response_url)}}}'
    ).encode()


def batch_callback(batch: Batch, by_status: Mapping[str, int]) -> bytes:
    """The body of a batch's callback (wire/batches §9)."""
    stats = {status: by_status.get(status, 0) for status in STATUSES if status != "pending"}
    return _text({"batch": batch.name, "status": _status(batch), "stats": stats})
