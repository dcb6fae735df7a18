"""Tasks."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Task, columns, values
from labelwright.store.sql import FOR_UPDATE, Where, chunks, insert, placeholders

_NAMES = ("project", "batch")
_FIELDS = tuple(name for name in Task.__struct_fields__ if name not in _NAMES)
_FROM = (
    f"SELECT {columns(Task, 't.', without=_NAMES)}, p.name, b.name FROM task t"
    " LEFT JOIN project p ON p.id = t.project_id LEFT JOIN batch b ON b.id = t.batch_id"
)


class TaskFilter(msgspec.Struct, frozen=True):
    """What a list of tasks is narrowed to; times in milliseconds, bounds inclusive, lists mean any of."""

    project_id: str | None = None
    batch_id: str | None = None
    type: str | None = None
    status: str | None = None
    review_status: Sequence[str] = ()
    unique_id: Sequence[str] = ()
    tags: Sequence[str] = ()
    created_from: int | None = None
    created_to: int | None = None
    completed_from: int | None = None
    completed_to: int | None = None
    updated_from: int | None = None
    updated_to: int | None = None

    @property
    def counted(self) -> bool:
        """Whether the maintained counters know how many match."""
        others = (self.review_status, self.unique_id, self.tags)
        times = (self.created_from, self.created_to, self.completed_from, self.completed_to)
        return not any(others) and all(t is None for t in (*times, self.updated_from, self.updated_to))


class Cursor(msgspec.Struct, frozen=True):
    """Where a page ended: the last task's time and id."""

    created_at: int
    id: str


async def insert_many(tx: Tx, tasks: Sequence[Task]) -> set[str]:
    """Insert tasks; returns the ids of those that are there now, the others' unique ids are taken."""
    there: set[str] = set()
    for piece in chunks(tasks):
        rows = await tx.all(
            insert("task", _FIELDS, len(piece), "ON CONFLICT DO NOTHING RETURNING id"),
            *(value for task in piece for value in values(task, without=_NAMES)),
        )
        there.update(row[0] for row in rows)
    tx.wrote += 1
    return there


async def add_work(tx: Tx, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert what is to be done first on new tasks.

    Args:
        rows: (task id, environment, project id, batch id, stage, state, batch order, rank, seq).
    """
    fields = (
        "task_id",
        "env_id",
        "project_id",
        "batch_id",
        "stage",
        "state",
        "batch_order",
        "rank",
        "seq",
    )
    for piece in chunks(rows):
        await tx.run(insert("work", fields, len(piece)), *(value for row in piece for value in row))


async def set_tag_rows(tx: Tx, env_id: int, task_id: str, tags: Sequence[str]) -> None:
    """Make the tag index say what the task says."""
    await tx.run("DELETE FROM task_tag WHERE task_id = $1", task_id)
    await add_tag_rows(tx, [(env_id, tag, task_id) for tag in tags])


async def add_tag_rows(tx: Tx, rows: Sequence[tuple[int, str, str]]) -> None:
    """Insert (environment, tag, task id) rows."""
    for piece in chunks(rows):
        await tx.run(
            insert("task_tag", ("env_id", "tag", "task_id"), len(piece), "ON CONFLICT DO NOTHING"),
            *(value for row in piece for value in row),
        )


async def take_idempotency_key(tx: Tx, env_id: int, key: str, task_id: str, at: int) -> str | None:
    """Keep the key for this task; returns the task that had it before, if any."""
    took = await tx.run(
        "INSERT INTO idempotency_key (env_id, key, task_id, created_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        env_id,
        key,
        task_id,
        at,
    )
    if took:
        return None
    row = await tx.one("SELECT task_id FROM idempotency_key WHERE env_id = $1 AND key = $2", env_id, key)
    return str(row[0]) if row else ""


async def free_idempotency_key(tx: Tx, env_id: int, key: str) -> None:
    """Give the key back; the create it was for was refused."""
    await tx.run("DELETE FROM idempotency_key WHERE env_id = $1 AND key = $2", env_id, key)


async def by_id(db: Reader, env_id: int, task_id: str) -> Task | None:
    """A task by id."""
    row = await db.one(f"{_FROM} WHERE t.id = $1 AND t.env_id = $2", task_id, env_id)
    return Task(*row) if row else None


async def for_update(tx: Tx, env_id: int, task_id: str) -> Task | None:
    """A task by id, held still until the commit."""
    locked = await tx.one(f"SELECT id FROM task WHERE id = $1 AND env_id = $2 {FOR_UPDATE}", task_id, env_id)
    return await by_id(tx, env_id, task_id) if locked else None


async def id_of_unique_id(db: Reader, env_id: int, unique_id: str) -> str | None:
    """Which task has this unique id."""
    row = await db.one("SELECT id FROM task WHERE env_id = $1 AND unique_id = $2", env_id, unique_id)
    return str(row[0]) if row else None


async def by_ids(db: Reader, task_ids: Sequence[str]) -> dict[str, Task]:
    """Several tasks by id, whatever their environment; for jobs and joins that were filtered before."""
    if not task_ids:
        return {}
    rows = await db.all(f"{_FROM} WHERE t.id IN ({placeholders(len(task_ids))})", *task_ids)
    return {row[0]: Task(*row) for row in rows}


def _where(env_id: int, wanted: TaskFilter) -> Where:
    where = Where()
    where.add("t.env_id = ?", env_id)
    for condition, value in (
        ("t.project_id = ? AND t.project_id <> ''", wanted.project_id),
        ("t.batch_id = ? AND t.batch_id <> ''", wanted.batch_id),
        ("t.type = ?", wanted.type),
        ("t.status = ?", wanted.status),
        ("t.created_at >= ?", wanted.created_from),
        ("t.created_at <= ?", wanted.created_to),
        ("t.completed_at >= ?", wanted.completed_from),
        ("t.completed_at <= ?", wanted.completed_to),
        ("t.updated_at >= ?", wanted.updated_from),
        ("t.updated_at <= ?", wanted.updated_to),
    ):
        if value is not None:
            where.add(condition, value)
    if wanted.review_status:
        where.any_of("t.review_status", wanted.review_status)
    if wanted.unique_id:
        where.any_of("t.unique_id", wanted.unique_id)
        where.add("t.unique_id IS NOT NULL")
    if wanted.tags:
        where.args.append(env_id)
        tags = Where()
        tags.args = where.args
        tags.any_of("g.tag", wanted.tags)
        where.parts.append(
            f"t.id IN (SELECT g.task_id FROM task_tag g WHERE g.env_id = ${len(where.args) - len(wanted.tags)}"
            f" AND {tags})"
        )
    return where


async def page(
    db: Reader, env_id: int, wanted: TaskFilter, limit: int, after: Cursor | None, offset: int = 0
) -> Sequence[Task]:
    """A page, newest first; by key where there is one, by offset for clients of before 2020."""
    where = _where(env_id, wanted)
    if after is not None:
        where.add("(t.created_at, t.id) < (?, ?)", after.created_at, after.id)
    at = len(where.args)
    rows = await db.all(
        f"{_FROM} WHERE {where} ORDER BY t.created_at DESC, t.id DESC LIMIT ${at + 1} OFFSET ${at + 2}",
        *where.args,
        limit,
        offset,
    )
    return [Task(*row) for row in rows]


async def count(db: Reader, env_id: int, wanted: TaskFilter) -> int:
    """How many match, by looking; for filters that the counters do not know."""
    where = _where(env_id, wanted)
    row = await db.one(f"SELECT COUNT(*) FROM task t WHERE {where}", *where.args)
    return int(row[0]) if row else 0


async def update(tx: Tx, task_id: str, at: int, /, **changes: object) -> None:
    """Set columns of a task and its ``updated_at``."""
    sets = ", ".join(f"{name} = ${i}" for i, name in enumerate(changes, 3))
    await tx.run(f"UPDATE task SET updated_at = $2, {sets} WHERE id = $1", task_id, at, *changes.values())


async def move(tx: Tx, task_id: str, before: str, at: int, /, **changes: object) -> bool:
    """Set columns of a task if its status is still ``before``."""
    sets = ", ".join(f"{name} = ${i}" for i, name in enumerate(changes, 4))
    changed = await tx.run(
        f"UPDATE task SET updated_at = $3, {sets} WHERE id = $1 AND status = $2",
        task_id,
        before,
        at,
        *changes.values(),
    )
    return changed == 1


async def try_unique_id(tx: Tx, env_id: int, task_id: str, unique_id: str, at: int) -> bool:
    """Give a task a unique id unless another task has it."""
    changed = await tx.run(
        "UPDATE task SET unique_id = $3, updated_at = $4 WHERE id = $2 AND env_id = $1 AND NOT EXISTS"
        " (SELECT 1 FROM task o WHERE o.env_id = $1 AND o.unique_id = $3 AND o.id <> $2)",
        env_id,
        task_id,
        unique_id,
        at,
    )
    return changed == 1
