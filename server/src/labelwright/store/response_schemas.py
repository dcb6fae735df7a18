"""JSON Schemas of delivered answers; equal ones of a project are kept once."""

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import ResponseSchema, columns, values
from labelwright.store.sql import insert

_COLUMNS = columns(ResponseSchema)


async def keep(tx: Tx, schema: ResponseSchema) -> str:
    """Keep a schema unless its project has an equal one; returns the id of the one that is there."""
    tail = "ON CONFLICT (project_id, digest) DO NOTHING"
    await tx.run(insert("response_schema", ResponseSchema.__struct_fields__, 1, tail), *values(schema))
    row = await tx.one(
        "SELECT id FROM response_schema WHERE project_id = $1 AND digest = $2",
        schema.project_id,
        schema.digest,
    )
    return str(row[0]) if row else schema.id


async def by_id(db: Reader, env_id: int, schema_id: str) -> ResponseSchema | None:
    """A schema by id."""
    row = await db.one(
        f"SELECT {_COLUMNS} FROM response_schema WHERE id = $1 AND env_id = $2", schema_id, env_id
    )
    return ResponseSchema(*row) if row else None
