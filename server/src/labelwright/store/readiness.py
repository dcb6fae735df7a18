"""The row that is written to see whether the database can be written."""

from labelwright.store.database import Reader, Tx


async def write(tx: Tx, at: int) -> None:
    """Write the row."""
    await tx.run(
        "INSERT INTO readiness (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at", at
    )


async def read(db: Reader) -> int | None:
    """When the row was written."""
    row = await db.one("SELECT at FROM readiness WHERE id = 1")
    return int(row[0]) if row else None
