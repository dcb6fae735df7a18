"""Tasks."""

from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec

from labelwright.store import counts
from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Task, columns, values
from labelwright.store.sql import FOR_UPDATE, NO_INDEX, Where, chunks, indexed_by, insert, placeholders

_NAMES = ("project", "batch")
_FIELDS = tuple(name for name in Task.__struct_fields__ if name not in _NAMES)
_SELECT = f"SELECT {columns(Task, 't.', without=_NAMES)}, p.name, b.name FROM task t"
_JOINS = "LEFT JOIN project p ON p.id = t.project_id LEFT JOIN batch b ON b.id = t.batch_id"
_FROM = f"{_SELECT} {_JOINS}"


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
            *chain.from_iterable([values(task, without=_NAMES) for task in piece]),
        )
        there.update(row[0] for row in rows)
    tx.wrote += 1
    return there


async def add_work(tx: Tx, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert what is to be done first on new tasks.

    Args:
        rows: (task id, environment, project id, batch id, stage, state, batch order, rank, seq, no editor).
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
        "no_editor",
    )
    for piece in chunks(rows):
        await tx.run(insert("work", fields, len(piece)), *chain.from_iterable(piece))


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


async def take_idempotency_keys(
    tx: Tx, rows: Sequence[tuple[int, str, str, int]]
) -> dict[tuple[int, str], str]:
    """Keep keys for tasks.

    Args:
        tx: the transaction.
        rows: (environment, key, task id, milliseconds), no key twice.

    Returns:
        The task that had the key before, by environment and key, for each key that was taken already.
    """
    earlier: dict[tuple[int, str], str] = {}
    # In a fixed order, so that two processes cannot wait for each other.
    for piece in chunks(sorted(rows)):
        took = await tx.all(
            insert(
                "idempotency_key",
                ("env_id", "key", "task_id", "created_at"),
                len(piece),
                "ON CONFLICT DO NOTHING RETURNING env_id, key",
            ),
            *(value for row in piece for value in row),
        )
        tx.wrote += 1
        new = {(row[0], row[1]) for row in took}
        for env_id, key, _, _ in piece:
            if (env_id, key) in new:
                continue
            row = await tx.one(
                "SELECT task_id FROM idempotency_key WHERE env_id = $1 AND key = $2", env_id, key
            )
            earlier[env_id, key] = str(row[0]) if row else ""
    return earlier


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


async def conflicting(db: Reader, env_id: int, task_id: str, unique_id: str | None) -> str | None:
    """Which task keeps this one from being inserted: itself, or the one that has its unique id."""
    row = await db.one("SELECT id FROM task WHERE id = $1", task_id)
    if row is None and unique_id is not None:
        return await id_of_unique_id(db, env_id, unique_id)
    return str(row[0]) if row else None


async def by_ids(db: Reader, task_ids: Sequence[str]) -> dict[str, Task]:
    """Several tasks by id, whatever their environment; for jobs and joins that were filtered before."""
    if not task_ids:
        return {}
    rows = await db.all(f"{_FROM} WHERE t.id IN ({placeholders(len(task_ids))})", *task_ids)
    return {row[0]: Task(*row) for row in rows}


SMALL_COUNT = 4_000
"""A project, batch or environment of at most so many tasks is simply walked from the newest on."""

FEW_ROWS = 1_000
"""At most so many matches are fetched through the index of what they have in common, and sorted."""


def _own_index(wanted: TaskFilter) -> str:
    """Which condition besides place and status has an index of its own; the narrowest one, empty without any."""
    if wanted.unique_id:
        return "unique_id"
    if wanted.tags:
        return "tags"
    if wanted.review_status:
        return "review"
    if wanted.completed_from is not None or wanted.completed_to is not None:
        return "completed"
    if wanted.updated_from is not None or wanted.updated_to is not None:
        return "updated"
    return ""


_INDEXED: Mapping[str, frozenset[str]] = {
    "unique_id": frozenset({"env_id", "unique_id"}),
    "tags": frozenset(),
    "review": frozenset({"env_id", "review_status"}),
    "completed": frozenset({"env_id", "completed_at"}),
    "updated": frozenset({"env_id", "updated_at"}),
    "one review": frozenset({"env_id", "review_status", "created_at"}),
    "ended": frozenset({"env_id", "created_at"}),
}
"""The columns that lead into each index of ``_own_index`` and ``_ordered_index``; tags lead to ids."""


def _ordered_index(wanted: TaskFilter, index: str) -> str:
    """Which index has many matches in the order of the list; empty for walking the place from the newest task on.

    Without it a list of old tasks would pass over all the newer ones that do not match.
    """
    if index == "review" and len(wanted.review_status) == 1:
        return "one review"
    if index == "completed" and not (wanted.project_id or wanted.batch_id or wanted.status):
        return "ended"
    return ""


def _columns_of(wanted: TaskFilter, index: str) -> frozenset[str]:
    """The columns that SQLite may choose an index by: it does not know which values are rare."""
    if index:
        return _INDEXED[index]
    if wanted.batch_id:
        return frozenset({"batch_id", "created_at"})
    if wanted.status:
        return frozenset({"env_id", "project_id", "status", "created_at"})
    if wanted.project_id:
        return frozenset({"project_id", "created_at"})
    return frozenset({"env_id", "type", "created_at"})


def _where(env_id: int, wanted: TaskFilter, index: str) -> Where:
    """The conditions of a filter.

    Args:
        env_id: the environment.
        wanted: the filter.
        index: the condition that SQLite shall find the tasks by, as ``_own_index`` names it; empty for walking
            the environment, project or batch from the newest task on.
    """
    by = _columns_of(wanted, index)

    def column(name: str) -> str:
        return f"t.{name}" if name in by else f"{NO_INDEX}t.{name}"

    where = Where()
    where.add(f"{column('env_id')} = ?", env_id)
    for condition, value in (
        (f"{column('project_id')} = ? AND t.project_id <> ''", wanted.project_id),
        (f"{column('batch_id')} = ? AND t.batch_id <> ''", wanted.batch_id),
        (f"{column('type')} = ?", wanted.type),
        (f"{column('status')} = ?", wanted.status),
        (f"{column('created_at')} >= ?", wanted.created_from),
        (f"{column('created_at')} <= ?", wanted.created_to),
        (f"{column('completed_at')} >= ?", wanted.completed_from),
        (f"{column('completed_at')} <= ?", wanted.completed_to),
        (f"{column('updated_at')} >= ?", wanted.updated_from),
        (f"{column('updated_at')} <= ?", wanted.updated_to),
    ):
        if value is not None:
            where.add(condition, value)
    if wanted.review_status:
        where.any_of(column("review_status"), wanted.review_status)
    if index == "ended":
        where.add("t.completed_at IS NOT NULL")
    if wanted.unique_id:
        where.any_of(column("unique_id"), wanted.unique_id)
        where.add("t.unique_id IS NOT NULL")
    if wanted.tags:
        _add_tags(where, env_id, wanted.tags, found_by=index == "tags")
    return where


def _add_tags(where: Where, env_id: int, tags: Sequence[str], *, found_by: bool) -> None:
    where.args.append(env_id)
    place = f"g.env_id = ${len(where.args)}"
    named = Where()
    named.args = where.args
    named.any_of("g.tag", tags)
    if found_by:
        where.parts.append(f"t.id IN (SELECT g.task_id FROM task_tag g WHERE {place} AND {named})")
    else:
        where.parts.append(
            f"EXISTS (SELECT 1 FROM task_tag g WHERE {place} AND {named} AND g.task_id = t.id)"
        )


async def page(
    db: Reader, env_id: int, wanted: TaskFilter, limit: int, after: Cursor | None, offset: int = 0
) -> tuple[Sequence[Task], int]:
    """A page, newest first, and how many match in all; by key where there is one, else by offset.

    The counters tell how many tasks lie in the filter's project, batch, type and status. From that and from the
    number of matches follows which way is short: walking from the newest task on, or an index of the rarest.
    Few matches are fetched and sorted; many are walked in their order.
    """
    place = await counts.total(
        db,
        env_id,
        project_id=wanted.project_id,
        batch_id=wanted.batch_id,
        kind=wanted.type,
        status=wanted.status,
    )
    index = _own_index(wanted)
    if place <= SMALL_COUNT and index != "unique_id":
        index = ""
    total = place if wanted.counted else await _count(db, env_id, wanted, index)
    if total == 0:
        return [], 0
    if index and total > FEW_ROWS:
        index = _ordered_index(wanted, index)
    return await _page(db, env_id, wanted, limit, after, offset, index), total


async def _page(
    db: Reader, env_id: int, wanted: TaskFilter, limit: int, after: Cursor | None, offset: int, index: str
) -> Sequence[Task]:
    where = _where(env_id, wanted, index)
    # Of two indexes that both begin with the environment SQLite takes the one without the condition.
    by = indexed_by("ix_task_env_ended") if index == "ended" else ""
    ordered = not index or "created_at" in _INDEXED[index]
    newest = f"{'' if ordered else NO_INDEX}t.created_at"
    if after is not None:
        where.add(f"({newest}, t.id) < (?, ?)", after.created_at, after.id)
    at = len(where.args)
    rows = await db.all(
        f"{_SELECT} {by} {_JOINS} WHERE {where} ORDER BY {newest} DESC, t.id DESC LIMIT ${at + 1} OFFSET ${at + 2}",
        *where.args,
        limit,
        offset,
    )
    return [Task(*row) for row in rows]


async def newest_first(
    db: Reader, env_id: int, wanted: TaskFilter, limit: int, after: Cursor | None
) -> Sequence[Task]:
    """A page, newest first, by walking the batch or project; nothing is counted."""
    where = _where(env_id, wanted, "")
    if after is not None:
        where.add("(t.created_at, t.id) < (?, ?)", after.created_at, after.id)
    rows = await db.all(
        f"{_FROM} WHERE {where} ORDER BY t.created_at DESC, t.id DESC LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [Task(*row) for row in rows]


async def _count(db: Reader, env_id: int, wanted: TaskFilter, index: str) -> int:
    """How many match, by looking; for filters that the counters do not know."""
    if wanted == TaskFilter(tags=wanted.tags):
        where = Where()
        where.add("env_id = ?", env_id)
        where.any_of("tag", wanted.tags)
        what = "COUNT(*)" if len(wanted.tags) == 1 else "COUNT(DISTINCT task_id)"
        row = await db.one(f"SELECT {what} FROM task_tag WHERE {where}", *where.args)
    else:
        where = _where(env_id, wanted, index)
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
