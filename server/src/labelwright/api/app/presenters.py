"""Turns what the rules give into what the web app gets."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.api.app import schemas
from labelwright.clock import iso
from labelwright.domain import editors, files, progress, tabs
from labelwright.domain.assignment_views import AssignmentView
from labelwright.store.rows import Invitation, Task


def _json(text: str | None) -> Any:
    """Stored JSON text as a value; ``Raw`` keeps it from being read and written again."""
    return msgspec.Raw(text.encode()) if text is not None else None


def _time(millis: int | None) -> str | None:
    return iso(millis) if millis is not None else None


def attachments(shown: Sequence[files.DisplayFile]) -> list[schemas.Attachment]:
    """Attachments with the URLs that a browser loads."""
    return [schemas.Attachment(a.media.ref, a.url, a.mime_type, a.media.width, a.media.height) for a in shown]


def turn(turn: AssignmentView, tab: str | None = None) -> schemas.Assignment:
    """An assignment, as a browser tab sees it."""
    assignment, task = turn.assignment, turn.task
    draft = None
    if assignment.draft is not None:
        saved_at = iso(assignment.draft_at or assignment.claimed_at)
        draft = schemas.Draft(assignment.draft_rev, _json(assignment.draft), saved_at)
    return schemas.Assignment(
        assignment.id,
        assignment.stage,  # type: ignore[arg-type]
        assignment.state,  # type: ignore[arg-type]
        iso(turn.lease_until),
        _time(assignment.opened_at),
        assignment.active_ms,
        schemas.TaskView(
            task.id,
            task.type,
            task.project,
            task.batch,
            task.instruction,
            _json(task.params),
            attachments(turn.attachments),
            task.priority,
            iso(task.created_at),
        ),
        draft,
        _json(turn.base),
        [schemas.Comment(c.by, iso(c.at), c.text, c.verdict) for c in turn.comments],  # type: ignore[arg-type]
        tab is not None and not tabs.may_write(assignment, tab),
    )


def _counts(by_status: Mapping[str, int]) -> schemas.TaskCounts:
    return schemas.TaskCounts(**by_status)


def _stages(stages: progress.StageCounts) -> schemas.StageCounts:
    return schemas.StageCounts(
        stages.attempt_open, stages.attempt_held, stages.review_open, stages.review_held
    )


def _form(state: editors.FormState, stages: progress.StageCounts) -> schemas.FormState:
    return schemas.FormState(state.allowed, stages.no_editor, list(state.lacks))


def without_project(stages: progress.StageCounts, form: editors.FormState) -> schemas.WithoutProject:
    """How far tasks without a project are."""
    return schemas.WithoutProject(stages.stuck, _form(form, stages))


def project(row: progress.ProjectProgress) -> schemas.ProjectRow:
    """A project's progress."""
    return schemas.ProjectRow(
        row.project.name,
        row.project.type,
        iso(row.project.created_at),
        row.instruction,
        _counts(row.by_status),
        _stages(row.stages),
        row.batches,
        row.project.archived_at is not None,
        bool(row.project.studio),
        row.stages.stuck,
        _form(row.form, row.stages),
    )


def project_detail(row: progress.ProjectProgress) -> schemas.ProjectDetail:
    """A project's progress and history."""
    history = [
        {
            "version": version.version,
            "created_at": iso(version.created_at),
            **msgspec.json.decode(version.params),
        }
        for version in row.history
    ]
    return schemas.ProjectDetail(*msgspec.structs.astuple(project(row)), param_history=history)


def batch(row: progress.BatchProgress) -> schemas.BatchRow:
    """A batch's progress."""
    return schemas.BatchRow(
        row.batch.name,
        row.batch.project,
        row.batch.status,  # type: ignore[arg-type]
        iso(row.batch.created_at),
        _counts(row.by_status),
        _stages(row.stages),
        row.batch.archived_at is not None,
        row.place,
        list(row.groups),
    )


def task_row(row: progress.TaskRow) -> schemas.TaskRow:
    """A task in a list."""
    task = row.task
    return schemas.TaskRow(
        task.id,
        task.type,
        task.project,
        task.batch,
        task.status,
        row.work.stage if row.work else None,  # type: ignore[arg-type]
        row.holder,
        iso(task.created_at),
        _time(task.completed_at),
        task.unique_id,
        task.review_status,
        row.checking,
    )


def task_detail(history: progress.TaskHistory, shown: Sequence[files.DisplayFile]) -> schemas.TaskDetail:
    """A task with everything that happened to it."""
    task: Task = history.row.task
    attempts = [
        schemas.Attempt(
            a.id,
            a.stage,  # type: ignore[arg-type]
            history.names.get(a.person_id, ""),
            a.state,
            _time(a.ended_at if a.state == "submitted" else None),
            _json(a.answer),
            a.verdict,  # type: ignore[arg-type]
            a.comment,
            a.active_ms,
        )
        for a in history.attempts
    ]
    events = [
        schemas.TaskEvent(iso(e.at), history.names.get(e.person_id or ""), e.kind, _json(e.data))
        for e in history.events
    ]
    return schemas.TaskDetail(
        *msgspec.structs.astuple(task_row(history.row)),
        instruction=task.instruction,
        params=_json(task.params),
        attachments=attachments(shown),
        priority=task.priority,
        response=_json(task.response),
        prior_responses=_json(task.prior_responses or "[]"),
        attempts=attempts,
        events=events,
    )


def person(row: progress.PersonProgress) -> schemas.Person:
    """A person's day."""
    who, verdicts = row.person, row.verdicts
    return schemas.Person(
        who.id,
        who.email,
        who.name,
        who.role,  # type: ignore[arg-type]
        list(row.projects),
        row.submitted_today,
        row.active_ms_today,
        verdicts.get("accept", 0),
        verdicts.get("fix", 0),
        verdicts.get("send_back", 0),
        who.disabled_at is not None,
    )


def invited(invitation: Invitation, now: int) -> schemas.Invited:
    """Somebody who was asked to join and has not yet."""
    return schemas.Invited(
        invitation.email,
        invitation.role,  # type: ignore[arg-type]
        iso(invitation.created_at),
        iso(invitation.expires_at),
        invitation.expires_at <= now,
    )
