"""Tasks that everybody has skipped, and tasks whose answers no editor draws"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""

    op.create_table(
        "form_setting",
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("env_id", "project_id", name=op.f("pk_form_setting")),
    )
    op.add_column("work", sa.Column("skipped", sa.Integer(), server_default="0", nullable=False))
    op.add_column("work", sa.Column("no_editor", sa.Text(), server_default="", nullable=True))
    # Only the program knows what its editors draw: it looks at these once it runs.
    op.execute("UPDATE work SET no_editor = NULL")
    op.execute("UPDATE work SET skipped = 1 WHERE task_id IN (SELECT task_id FROM work_skip)")
    op.create_index(
        "ix_work_stuck",
        "work",
        ["env_id", "task_id"],
        unique=False,
        postgresql_where=sa.text("state = 5"),
        sqlite_where=sa.text("state = 5"),
    )
    op.create_index(
        "ix_work_skipped",
        "work",
        ["env_id", "state"],
        unique=False,
        postgresql_where=sa.text("skipped = 1"),
        sqlite_where=sa.text("skipped = 1"),
    )
    op.create_index(
        "ix_work_no_editor",
        "work",
        ["env_id", "project_id", "state", "no_editor", "task_id"],
        unique=False,
        postgresql_where=sa.text("no_editor <> ''"),
        sqlite_where=sa.text("no_editor <> ''"),
    )
    op.create_index(
        "ix_work_not_looked_at",
        "work",
        ["task_id"],
        unique=False,
        postgresql_where=sa.text("no_editor IS NULL"),
        sqlite_where=sa.text("no_editor IS NULL"),
    )
