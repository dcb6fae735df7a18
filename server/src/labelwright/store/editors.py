"""Work whose answers no editor draws: which projects allow the form for it, and what waits for an editor."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader, Tx
from labelwright.store.sql import FOR_UPDATE, chunks, placeholders
from labelwright.store.work import NO_EDITOR, RESTING


class FormSetting(msgspec.Struct, frozen=True):
    """Whether a project (``''`` for tasks without one) allows the form, and who said so when."""

    env_id: int
    project_id: str
    allowed: int
    changed_at: int
    changed_by: str | None


async def setting(db: Reader, env_id: int, project_id: str) -> bool:
    """Whether a project allows the form."""
    row = await db.one(
        "SELECT allowed FROM form_setting WHERE env_id = $1 AND project_id = $2", env_id, project_id
    )
    return bool(row and row[0])


async def settings(db: Reader, env_id: int) -> dict[str, bool]:
    """Whether each project allows the form; those that never said so are not named."""
    rows = await db.all("SELECT project_id, allowed FROM form_setting WHERE env_id = $1", env_id)
    return {row[0]: bool(row[1]) for row in rows}


async def set_allowed(tx: Tx, setting: FormSetting) -> bool:
    """Note whether a project allows the form; False when it was so before."""
    row = await tx.one(
        f"SELECT allowed FROM form_setting WHERE env_id = $1 AND project_id = $2 {FOR_UPDATE}",
        setting.env_id,
        setting.project_id,
    )
    if bool(row and row[0]) == bool(setting.allowed):
        return False
    await tx.run(
        "INSERT INTO form_setting (env_id, project_id, allowed, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (env_id, project_id) DO UPDATE SET allowed = excluded.allowed,"
        " changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        setting.env_id,
        setting.project_id,
        setting.allowed,
        setting.changed_at,
        setting.changed_by,
    )
    return True


async def move(tx: Tx, env_id: int, project_id: str, limit: int) -> int:
    """Bring free work of a project in line with what the project allows; returns how much was moved.

    What people hold stays in their hands, and what waits with its batch, or for attachments, is looked at later.
    """
    wrong = (
        (
            f"(w.state = {NO_EDITOR} AND EXISTS (SELECT 1 FROM form_setting f WHERE f.env_id = $1"
            " AND f.project_id = $2 AND f.allowed = 1))"
        ),
        (
            "(w.state IN (0, 5) AND NOT EXISTS (SELECT 1 FROM form_setting f WHERE f.env_id = $1"
            " AND f.project_id = $2 AND f.allowed = 1))"
        ),
    )
    moved = 0
    for condition in wrong:
        moved += await tx.run(
            f"UPDATE work SET state = {RESTING} WHERE state IN (0, 4, 5) AND task_id IN (SELECT w.task_id FROM work w"
            f" WHERE w.env_id = $1 AND w.project_id = $2 AND w.no_editor <> '' AND {condition} LIMIT $3)",
            env_id,
            project_id,
            limit,
        )
    return moved


async def recently_changed(db: Reader, since: int) -> Sequence[tuple[int, str]]:
    """(environment, project id) of the settings that were changed since a moment."""
    rows = await db.all("SELECT env_id, project_id FROM form_setting WHERE changed_at >= $1", since)
    return [(int(row[0]), row[1]) for row in rows]


async def not_looked_at(db: Reader, limit: int) -> Sequence[tuple[str, str, str]]:
    """(task id, type, parameters) of work that an older version left, of which nobody knows what draws it."""
    rows = await db.all(
        "SELECT w.task_id, t.type, t.params FROM work w JOIN task t ON t.id = w.task_id"
        " WHERE w.no_editor IS NULL ORDER BY w.task_id LIMIT $1",
        limit,
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def note(tx: Tx, no_editor: str, task_ids: Sequence[str]) -> None:
    """Note what no editor draws of tasks; the free ones wait for it, or wait no more."""
    for piece in chunks(task_ids):
        there = f"task_id IN ({placeholders(len(piece), 2)})"
        await tx.run(f"UPDATE work SET no_editor = $1 WHERE {there}", no_editor, *piece)
        named = placeholders(len(piece))
        await tx.run(
            f"UPDATE work SET state = {RESTING} WHERE state IN (0, 4, 5) AND task_id IN ({named})", *piece
        )


async def lacking(db: Reader) -> Sequence[str]:
    """Everything that work lacks editors for, as it was noted."""
    rows = await db.all("SELECT DISTINCT no_editor FROM work WHERE no_editor <> ''")
    return [row[0] for row in rows]


async def lacking_tasks(db: Reader, no_editor: str, limit: int) -> Sequence[str]:
    """Some tasks of which this was noted."""
    rows = await db.all(
        "SELECT task_id FROM work WHERE no_editor <> '' AND no_editor = $1 LIMIT $2", no_editor, limit
    )
    return [row[0] for row in rows]
