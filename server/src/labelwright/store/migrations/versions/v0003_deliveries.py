"""Deliveries of finished tasks, datasets of deliveries, and the schemas of delivered answers"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""

    op.create_table(
        "response_schema",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_schema")),
    )
    with op.batch_alter_table("response_schema", schema=None) as batch_op:
        batch_op.create_index("ux_response_schema_digest", ["project_id", "digest"], unique=True)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("task_count", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_env", ["env_id", "delivered_at", "id"], unique=False)
        batch_op.create_index("ix_delivery_project", ["project_id", "delivered_at", "id"], unique=False)
        batch_op.create_index("ux_delivery_name", ["project_id", "name"], unique=True)

    op.create_table(
        "delivery_task",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("response_schema_id", sa.Text(), nullable=False),
        sa.Column("turn_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "created_at", "task_id", name=op.f("pk_delivery_task")),
    )
    with op.batch_alter_table("delivery_task", schema=None) as batch_op:
        batch_op.create_index("ux_delivery_task_task", ["task_id"], unique=True)

    op.create_table(
        "delivery_owed",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_delivery_owed")),
    )

    op.create_table(
        "dataset",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset")),
    )
    with op.batch_alter_table("dataset", schema=None) as batch_op:
        batch_op.create_index("ux_dataset_name", ["env_id", "name"], unique=True)

    op.create_table(
        "dataset_delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=False),
        sa.Column("task_count", sa.BigInteger(), nullable=False),
        sa.Column("turn_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_delivery")),
    )
    with op.batch_alter_table("dataset_delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dataset_delivery_dataset", ["dataset_id", "delivered_at", "id"], unique=False
        )
        batch_op.create_index("ux_dataset_delivery_delivery", ["delivery_id"], unique=True)
        batch_op.create_index("ux_dataset_delivery_name", ["dataset_id", "name"], unique=True)
