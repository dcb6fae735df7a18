"""What happened, append-only."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Event, columns, values
from labelwright.store.sql import insert


async def add(tx: Tx, event: Event) -> None:
    """Append an event."""
    await tx.run(insert("event", Event.__struct_fields__, 1), *values(event))


async def of_task(db: Reader, task_id: str) -> Sequence[Event]:
    """A task's history, oldest first."""
    rows = await db.all(f"SELECT {columns(Event)} FROM event WHERE task_id = $1 ORDER BY id", task_id)
    return [Event(*row) for row in rows]
