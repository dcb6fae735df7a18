"""How many tasks there are, from maintained counters: a count never walks the tasks."""

from collections.abc import Iterable, Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.sql import Where, placeholders

Bucket = tuple[int, str, str, str, str]
"""(environment, project id, batch id, type, status)."""


async def change(tx: Tx, changes: Iterable[tuple[Bucket, int]]) -> None:
    """Add to counters; one statement per counter, however many tasks changed."""
    sums: dict[Bucket, int] = {}
    for bucket, by in changes:
        sums[bucket] = sums.get(bucket, 0) + by
    # In a fixed order, so that two processes cannot wait for each other.
    for bucket, by in sorted(sums.items()):
        if by:
            await tx.run(
                "INSERT INTO task_count (env_id, project_id, batch_id, type, status, n)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (env_id, project_id, batch_id, type, status)"
                " DO UPDATE SET n = task_count.n + excluded.n",
                *bucket,
                by,
            )


async def total(
    db: Reader,
    env_id: int,
    *,
    project_id: str | None = None,
    batch_id: str | None = None,
    kind: str | None = None,
    status: str | None = None,
) -> int:
    """The number of tasks with these properties."""
    where = Where()
    where.add("env_id = ?", env_id)
    for column, value in (
        ("project_id", project_id),
        ("batch_id", batch_id),
        ("type", kind),
        ("status", status),
    ):
        if value is not None:
            where.add(f"{column} = ?", value)
    row = await db.one(f"SELECT COALESCE(SUM(n), 0) FROM task_count WHERE {where}", *where.args)
    return int(row[0]) if row else 0


async def by_batch(db: Reader, batch_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Tasks by status of each batch; a status without tasks may be missing."""
    found: dict[str, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    if batch_ids:
        rows = await db.all(
            "SELECT batch_id, status, SUM(n) FROM task_count"
            f" WHERE batch_id IN ({placeholders(len(batch_ids))}) GROUP BY batch_id, status",
            *batch_ids,
        )
        for batch_id, status, n in rows:
            found[batch_id][status] = int(n)
    return found


async def by_project(db: Reader, env_id: int) -> dict[str, dict[str, int]]:
    """Tasks by status of each project of an environment."""
    found: dict[str, dict[str, int]] = {}
    rows = await db.all(
        "SELECT project_id, status, SUM(n) FROM task_count WHERE env_id = $1 GROUP BY project_id, status",
        env_id,
    )
    for project_id, status, n in rows:
        found.setdefault(project_id, {})[status] = int(n)
    return found
