"""Answers of models that people were given while they label"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""

    op.create_table(
        "model_answer",
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "assignment_id", "thread", "turn", "request_id", name=op.f("pk_model_answer")
        ),
    )
    with op.batch_alter_table("model_answer", schema=None) as batch_op:
        batch_op.create_index("ix_model_answer_person", ["person_id", "asked_at"], unique=False)
