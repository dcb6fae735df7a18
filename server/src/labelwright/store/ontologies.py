"""The ontologies of projects, every version of them."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Ontology, columns, values
from labelwright.store.sql import insert, placeholders

_ONTOLOGY = columns(Ontology)


async def add(tx: Tx, ontology: Ontology) -> None:
    """Append a version."""
    await tx.run(insert("project_ontology", Ontology.__struct_fields__, 1), *values(ontology))


async def next_version(db: Reader, project_id: str) -> int:
    """The number that the next version gets, from 0 on."""
    row = await db.one(
        "SELECT COALESCE(MAX(version), -1) + 1 FROM project_ontology WHERE project_id = $1", project_id
    )
    return int(row[0]) if row else 0


async def histories(db: Reader, project_ids: Sequence[str]) -> dict[str, list[Ontology]]:
    """Each project's versions, oldest first; a project without an ontology has none."""
    found: dict[str, list[Ontology]] = {project_id: [] for project_id in project_ids}
    if not project_ids:
        return found
    rows = await db.all(
        f"SELECT {_ONTOLOGY} FROM project_ontology WHERE project_id IN ({placeholders(len(project_ids))})"
        " ORDER BY project_id, version",
        *project_ids,
    )
    for row in rows:
        found[row[0]].append(Ontology(*row))
    return found
