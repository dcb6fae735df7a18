"""Task templates: one row per project that has one."""

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import TaskTemplate, columns, values
from labelwright.store.sql import insert


async def add(tx: Tx, template: TaskTemplate) -> None:
    """Insert a project's template."""
    await tx.run(insert("task_template", TaskTemplate.__struct_fields__, 1), *values(template))


async def of_project(db: Reader, project_id: str) -> TaskTemplate | None:
    """A project's template."""
    row = await db.one(f"SELECT {columns(TaskTemplate)} FROM task_template WHERE project_id = $1", project_id)
    return TaskTemplate(*row) if row else None


async def replace(
    tx: Tx,
    project_id: str,
    *,
    template_variables: str,
    response_schema: str | None,
    auto_onboard_enabled: int,
    at: int,
) -> None:
    """Change a template, which makes it one version newer."""
    await tx.run(
        "UPDATE task_template SET version = version + 1, template_variables = $2, response_schema = $3,"
        " auto_onboard_enabled = $4, updated_at = $5 WHERE project_id = $1",
        project_id,
        template_variables,
        response_schema,
        auto_onboard_enabled,
        at,
    )
